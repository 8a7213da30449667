# SPDX-License-Identifier: GPL-2.0-only
"""The load: fio runs on one file, and what they found.

Every run has its own seed, writes each block once at most and reads back all
that it wrote: fio then knows which content a block must have, so an old but
intact block (a write that got lost) is found like a damaged one. A time-based
run, or a repeated one, would not look for that.
"""

import json
import re
import subprocess

BLOCK = 4096
FILE_BLOCKS = 65536
WARM_UP_BLOCKS = 6000
# A run of N blocks does half of them as writes, and reads these back: 1.5 N I/Os.
IOS_PER_BLOCK = 1.5

COMMON = [
    "--name=demo", f"--size={FILE_BLOCKS * BLOCK}", "--ioengine=libaio", "--direct=1",
    "--verify=crc32c", "--continue_on_error=verify", "--output-format=json",
]
MIXED = ["--rw=randrw", "--rwmixread=50", f"--bs={BLOCK}", "--iodepth=16"]
WHOLE_FILE = ["--bs=256k", f"--verify_interval={BLOCK}", "--iodepth=4"]

BAD_DATA = re.compile(r"verify: bad|verify failed|verify type mismatch")
BAD_IO = re.compile(r"io_u error|Input/output error")


class Fio:
    def __init__(self, path, scratch, log):
        self._path = path
        self._scratch = scratch
        self._log = log
        self._seed = 0
        self._blocks = WARM_UP_BLOCKS
        self._running = None
        self.ios = self.io_errors = self.verify_errors = 0

    def _start(self, *options):
        with open(self._scratch / "fio.err", "w") as errors:
            return subprocess.Popen(
                ["fio", *COMMON, f"--filename={self._path}", f"--output={self._scratch}/fio.json",
                 *options], stdin=subprocess.DEVNULL, stdout=errors, stderr=errors)

    def _finish(self, process):
        """Count what went wrong; the I/Os done and their rate."""
        status = process.wait()
        complaints = (self._scratch / "fio.err").read_text(errors="replace")
        text = (self._scratch / "fio.json").read_text(errors="replace")
        try:
            job = json.loads(text[text.index("{"):])["jobs"][0]
        except ValueError:
            raise OSError(f"fio left no report: {complaints.strip()[-300:]}") from None
        bad_data = len(BAD_DATA.findall(complaints))
        bad_io = len(BAD_IO.findall(complaints))
        if (status or job["error"]) and not bad_data:
            bad_io = max(bad_io, 1)
        if bad_data or bad_io:
            with open(self._log, "a") as log:
                log.write(complaints)
        self.verify_errors += bad_data
        self.io_errors += bad_io
        ios = job["read"]["total_ios"] + job["write"]["total_ios"]
        self.ios += ios
        return {"ios": ios, "rate": ios * 1000 / max(job["job_runtime"], 1)}

    def _mixed(self, *options):
        return self._start(*MIXED, f"--io_size={self._blocks * BLOCK}",
                           f"--randseed={self._seed}", *options)

    def fill(self):
        """Write the whole file once, so that every block can be verified."""
        self._finish(self._start("--rw=write", *WHOLE_FILE))

    def warm_up(self):
        """A short run; its rate."""
        self.start()
        return self.finish()["rate"]

    def size_slices(self, ios):
        """Later runs do about that many I/Os."""
        self._blocks = min(max(int(ios / IOS_PER_BLOCK), WARM_UP_BLOCKS), FILE_BLOCKS)

    def start(self):
        """A slice begins."""
        self._seed += 1
        self._running = self._mixed()

    def runs(self):
        return self._running.poll() is None

    def finish(self):
        return self._finish(self._running)

    def verify_again(self):
        """What the last run wrote, against its seed (and size: both must be the last
        run's); then every block of the file."""
        self._finish(self._mixed("--verify_only=1"))
        self._finish(self._start("--rw=read", *WHOLE_FILE))
