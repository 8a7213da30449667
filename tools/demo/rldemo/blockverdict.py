# SPDX-License-Identifier: GPL-2.0-only
"""What the demo with a disk promises (see verdict.py)."""

import re

from rldemo import verdict

DISK_ERROR = re.compile(
    r"I/O error.* rlnvme|EXT4-fs error|Aborting journal|EXT4-fs \(rlnvme\S*\): .*[Ee]rror|"
    r"JBD2: Error|lost (async|sync) page write")
EMPTY = {"filesystem": None, "ios": 0, "io_errors": 0, "verify_errors": 0}
AXIS = "I/Os completed per second"
ANSWER = "completed I/O"


def report(run):
    complaints = [line for line in run["log"] if DISK_ERROR.search(line)]
    return {
        "filesystem": run["filesystem"],
        "io_errors": run["io_errors"] + len(complaints),
        "verify_errors": run["verify_errors"],
        "fsck_clean": run.get("fsck_clean", False),
        **verdict.rates(run, "iops"),
    }


def promises(run, result):
    return [
        (result["io_errors"] == 0, f"{result['io_errors']} I/O errors"),
        (result["verify_errors"] == 0, f"{result['verify_errors']} blocks with wrong data"),
        (result["fsck_clean"], "e2fsck did not find the file system clean (see e2fsck.log)"
         if "fsck_clean" in run else "e2fsck never ran"),
    ]


def words(run, result):
    io, data = result["io_errors"], result["verify_errors"]
    fsck = {True: "clean", False: "NOT CLEAN", None: "NOT RUN"}[run.get("fsck_clean")]
    return [
        f"  I/O          {f'{io} ERRORS' if io else 'no I/O failed'} "
        f"({run['ios']} by fio: direct, random reads and writes mixed)",
        f"  data         {f'{data} BLOCKS WRONG' if data else 'no byte was wrong'} "
        "(crc32c and sequence of every block written)",
        f"  file system  e2fsck -fn {fsck}; "
        f"{'mounted again, all compared once more' if run['finished'] else 'NOT COMPARED AGAIN'}",
    ]


def rates(result):
    return (f"{result['iops_without_crashes']} IOPS, with a crash a second "
            f"{result['iops_with_crashes']}: loss {result['loss_percent']} %")


def setting(run):
    return f"{run['filesystem']} on {run['device']}"
