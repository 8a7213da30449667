# SPDX-License-Identifier: GPL-2.0-only
"""Boot one guest, run a list of tests in it, judge each of them.

The guest prints `@begin NAME` and `@end NAME STATUS TAINT` around each test
and writes the same marks to the kernel's console. A guest that dies takes only
the running test with it: the rest is handed back and gets another guest.
"""

import re
import shutil
import subprocess
import time

from . import process, tap

BAD = re.compile(
    r"Kernel panic|BUG:|WARNING:|Oops|general protection|Call Trace|soft lockup|rcu:.*stall"
)
BOOT_SECONDS = 60
ICOUNT_CLOCK = 50
MARK = "rl-test: {} {}"
MARK_WAIT_SECONDS = 3


def lacking(top, guest):
    """Why no such guest can be had on this machine; empty when it can."""
    if not guest.nic_specs():
        return ""
    build = subprocess.run(
        [top / "tools/qemu-82599/build"], capture_output=True, text=True, check=False
    )
    return build.stderr.strip() if build.returncode == tap.EXIT_SKIPPED else ""


class Boot:
    """One guest; `tests` share it. Its files go to `folder`, one log a test."""

    def __init__(self, top, kernel, tests, folder, ko_folder, slowness, options):
        self.top, self.kernel, self.tests = top, kernel, tests
        self.folder, self.ko_folder = folder, ko_folder
        self.slowness, self.options = slowness, options
        self.console_done = 0

    def command(self):
        """The tools/vm/run command line for this guest."""
        guest = self.tests[0].guest
        limit = BOOT_SECONDS * self.slowness + sum(map(self.limit, self.tests))
        command = [self.top / "tools/vm/run", "-k", self.kernel, "-o", self.folder]
        command += ["-c", guest.smp, "-m", guest.mem, "-t", str(limit)]
        for options in filter(None, (self.options, guest.cmdline)):
            command += ["--append", options]
        command += ["--qemu", guest.qemu] if guest.qemu else []
        command += ["--icount"] if guest.icount else []
        for spec in guest.nvme_specs():
            command += ["--nvme", spec]
        for spec in guest.virtio_specs():
            command += ["--virtio-blk", spec]
        for spec in guest.nic_specs():
            command += ["--nic", spec]
        for spec in guest.vnet_specs():
            command += ["--virtio-net", spec]
        return [*command, "--", self.top / "selftests/run-guest"]

    def limit(self, test):
        """Seconds that a test may take on this kernel."""
        return test.timeout * self.slowness

    def guest_limit(self, test):
        """The same by the guest's clock, which runs ahead when it is counted."""
        return self.limit(test) * (ICOUNT_CLOCK if test.guest.icount else 1)

    def prepare(self):
        """Fill the output folder with what selftests/run-guest reads."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        shutil.copytree(self.ko_folder, self.folder / "ko")
        (self.folder / "build").symlink_to(self.ko_folder.parent)
        plan = (f"{t.name}\t{self.guest_limit(t)}\t{t.command}\n" for t in self.tests)
        (self.folder / "plan").write_text("".join(plan))

    def run(self, started, report):
        """Run all; calls started(test), report(test, result, seconds, log).

        Returns the tests that did not get their turn.
        """
        self.prepare()
        waiting = {test.name: test for test in self.tests}
        with open(self.folder / "vm.log", "w") as errors:
            guest = process.start(
                self.command(), stdout=subprocess.PIPE, stderr=errors,
                text=True, errors="replace",
            )
        self.read(guest.stdout, waiting, started, report)
        process.finish(guest)
        self.check_rest(report)
        return list(waiting.values())

    def read(self, stream, waiting, started, report):
        """Follow the guest's output to its end."""
        test, lines, begun = None, [], time.monotonic()
        for line in stream:
            if line.startswith("@begin "):
                test, lines, begun = waiting.pop(line.split()[1]), [], time.monotonic()
                started(test)
            elif line.startswith("@end "):
                _, _, status, taint = line.split()
                seconds = time.monotonic() - begun
                result = self.judge(test, lines, int(status), int(taint))
                report(test, result, seconds, self.save(test, lines))
                test = None
            else:
                lines.append(line.rstrip("\n"))
        if test or len(waiting) == len(self.tests):
            lost = test or waiting.pop(self.tests[0].name)
            self.report_death(lost, bool(test), lines, time.monotonic() - begun, report)

    def judge(self, test, lines, status, taint):
        """A finished test: its points, then what the kernel thought of it."""
        result = tap.count(lines, status)
        console = self.console_until(MARK.format("end", test.name))
        lines += ["# console:", *("# " + line for line in console)]
        if bad := bad_lines(console, test.console):
            result.problem("kernel: " + bad[0], final=True)
        if taint:
            result.problem(f"the kernel's taint grew by {taint:#x}", final=True)
        return result

    def report_death(self, test, begun, lines, seconds, report):
        """The guest ended while `test` was running, or before the first one began:
        then nothing of this project was in it yet."""
        result = tap.points(lines)
        log = (self.folder / "vm.log").read_text()
        first = log.splitlines()[0] if log else "the guest ended early"
        result.problem(first, final=begun)
        console = self.console_until(None)
        result.problems += bad_lines(console, "")[:1]
        lines += ["# console:", *("# " + line for line in console)]
        report(test, result, seconds, self.save(test, lines))

    def check_rest(self, report):
        """Warnings that came while no test was running fail the boot itself."""
        if bad := bad_lines(self.console_until(None), ""):
            result = tap.Result()
            result.problem("kernel, outside of any test: " + bad[0], final=True)
            report(None, result, 0, self.folder / "console.log")

    def console_until(self, mark):
        """New console lines up to the one with `mark` (None: all there is)."""
        give_up = time.monotonic() + MARK_WAIT_SECONDS
        path = self.folder / "console.log"
        while True:
            text = path.read_text(errors="replace") if path.exists() else ""
            lines = text.splitlines()[self.console_done:]
            end = next((i for i, l in enumerate(lines) if mark and mark in l), None)
            if end is not None or not mark or time.monotonic() > give_up:
                break
            time.sleep(0.05)
        taken = lines if end is None else lines[: end + 1]
        self.console_done += len(taken)
        return taken

    def save(self, test, lines):
        """Keep a test's output; returns the path."""
        path = self.folder / (test.name.replace("/", "-") + ".log")
        path.write_text("\n".join(lines) + "\n")
        return path


def bad_lines(console, expected):
    """Lines that tell of a kernel in trouble, less those a test expects."""
    found = (line for line in console if BAD.search(line))
    return [line for line in found if not (expected and re.search(expected, line))]
