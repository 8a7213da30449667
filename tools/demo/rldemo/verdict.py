# SPDX-License-Identifier: GPL-2.0-only
"""From what the guest left to report.json, the promises and the summary.

Nothing is taken on trust: what is missing counts as broken, not as fine.
"""

import json
import re
from collections import Counter
from statistics import median

OOPS = re.compile(
    r"BUG:|kernel BUG|Oops|WARNING:|cut here|Call Trace|Kernel panic|general protection fault|"
    r"double fault|stack guard|[Uu]nable to handle|soft lockup|hard LOCKUP|hung_task|"
    r"blocked for more than|rcu.*(stall|self-detected)|scheduling while atomic|"
    r"bad: scheduling|corrupted stack|RIP: 0010|unchecked MSR|Uhhuh")
DISK_ERROR = re.compile(
    r"I/O error.* rlnvme|EXT4-fs error|Aborting journal|EXT4-fs \(rlnvme\S*\): .*[Ee]rror|"
    r"JBD2: Error|lost (async|sync) page write")
EMPTY = {"kernel": None, "device": None, "filesystem": None, "wanted": 0, "slices": [],
         "samples": [], "crashes": [], "crashes_counted": 0, "state": "unknown",
         "finished": False, "problem": None, "ios": 0, "io_errors": 0, "verify_errors": 0}


def _lines(path):
    return path.read_text(errors="replace").splitlines() if path.exists() else []


def load(folder, status):
    """The guest's result, completed by the kernel's log of both sources."""
    path = folder / "result.json"
    run = {**EMPTY, **(json.loads(path.read_text()) if path.exists() else {})}
    run["status"] = status
    # The console repeats part of dmesg: the same line counts once.
    run["log"] = list(dict.fromkeys(
        line.strip() for name in ("console.log", "dmesg.log") for line in _lines(folder / name)))
    run["disk_errors"] = [line for line in run["log"] if DISK_ERROR.search(line)]
    run["oops"] = [line for line in run["log"] if OOPS.search(line)]
    return run


def _percentiles(values):
    """p50, p99 and the largest, by nearest rank."""
    if not values:
        return {"p50": None, "p99": None, "max": None}
    ranked = sorted(values)
    return {name: ranked[min(len(ranked) - 1, -(-len(ranked) * percent // 100) - 1)]
            for name, percent in (("p50", 50), ("p99", 99), ("max", 100))}


def _rate(run, crashing):
    rates = [s["iops"] for s in run["slices"] if s["crashing"] == crashing]
    return round(median(rates), 1) if rates else None


def report(run):
    """The contents of report.json."""
    crashes, without, with_crashes = run["crashes"], _rate(run, False), _rate(run, True)
    kinds = Counter(crash["kind"] for crash in crashes)
    strangers = run["crashes_counted"] - len(crashes)
    if strangers > 0:
        kinds["not_injected"] += strangers
    # The counter has the crashes that came by themselves; they are over when it runs.
    recovered = run["crashes_counted"] if run["state"] == "running" else len(crashes)
    return {
        "kernel": run["kernel"], "device": run["device"], "filesystem": run["filesystem"],
        "seconds": round(run.get("seconds", 0), 1),
        "crashes": run["crashes_counted"], "recoveries": recovered, "crash_kinds": dict(kinds),
        "io_errors": run["io_errors"] + len(run["disk_errors"]),
        "verify_errors": run["verify_errors"],
        "fsck_clean": run.get("fsck_clean", False),
        "iops_without_crashes": without, "iops_with_crashes": with_crashes,
        "loss_percent": round(100 * (1 - with_crashes / without), 2)
        if without and with_crashes else None,
        "recovery_us": _percentiles([c["recovery_ns"] // 1000 for c in crashes]),
        "detection_ms": _percentiles([
            round(c["detection_ns"] / 1e6, 1) for c in crashes
            if c["kind"] == "loop" and c["detection_ns"] is not None]),
        "taint_before": run.get("taint_before"), "taint_after": run.get("taint_after"),
        "oops_lines": len(run["oops"]),
    }


def added_taint(result):
    before, after = result["taint_before"], result["taint_after"]
    return None if before is None or after is None else after & ~before


def broken_promises(run, result):
    """What did not hold, one sentence each; empty when all is well."""
    asked = sum(n for kind, n in result["crash_kinds"].items() if kind != "not_injected")
    promises = [
        (run["problem"] is None, run["problem"]),
        (run["status"] == 0, f"the guest ended with status {run['status']} (see console.log)"),
        (run["finished"], "the run did not come to its end (see dmesg.log, console.log)"),
        (asked >= max(run["wanted"], 1), f"{asked} of {run['wanted']} crashes took place"),
        (result["recoveries"] == result["crashes"] and run["state"] == "running",
         f"{result['recoveries']} recoveries of {result['crashes']} crashes; "
         f"the domain is {run['state']}"),
        (result["io_errors"] == 0, f"{result['io_errors']} I/O errors"),
        (result["verify_errors"] == 0, f"{result['verify_errors']} blocks with wrong data"),
        (result["fsck_clean"], "e2fsck did not find the file system clean (see e2fsck.log)"
         if "fsck_clean" in run else "e2fsck never ran"),
        (result["oops_lines"] == 0,
         f"{result['oops_lines']} lines of an oops, the first: {(run['oops'] or [''])[0]}"),
        (added_taint(result) == 0, f"taint was {result['taint_before']}, "
                                   f"is {result['taint_after']}"),
    ]
    broken = [text for held, text in promises if not held]
    # Without any load the rest only follows from what stopped it.
    return broken if run["slices"] else broken[:2]


def _times(values, unit):
    if values["p50"] is None:
        return "none measured"
    return f"p50 {values['p50']} {unit}, p99 {values['p99']} {unit}, max {values['max']} {unit}"


def _kinds(result):
    return ", ".join(f"{kind} {n}" for kind, n in result["crash_kinds"].items()) or "none"


def _taint_words(result):
    added = added_taint(result)
    if added is None:
        return "taint unknown"
    return (f"taint bits added: {added:#x}" if added else
            f"no taint bit was added ({result['taint_before']} before and after)")


def summary(run, result, broken, folder):
    """Ten lines; one when there was no load to speak of."""
    if not run["slices"]:
        return [f"demo FAILED before anything was measured: kernel {result['kernel']}"]
    io, data = result["io_errors"], result["verify_errors"]
    oops = result["oops_lines"]
    fsck = {True: "clean", False: "NOT CLEAN", None: "NOT RUN"}[run.get("fsck_clean")]
    return [
        f"demo {'FAILED' if broken else 'passed'}: stock kernel {result['kernel']}, "
        f"{result['filesystem']} on {result['device']}, {result['seconds']:.0f} s of load",
        f"  crashes      {result['crashes']}, recovered {result['recoveries']}: {_kinds(result)}",
        f"  I/O          {f'{io} ERRORS' if io else 'no I/O failed'} "
        f"({run['ios']} by fio: direct, random reads and writes mixed)",
        f"  data         {f'{data} BLOCKS WRONG' if data else 'no byte was wrong'} "
        "(crc32c and sequence of every block written)",
        f"  file system  e2fsck -fn {fsck}; "
        f"{'mounted again, all compared once more' if run['finished'] else 'NOT COMPARED AGAIN'}",
        f"  kernel       {f'{oops} OOPS LINES' if oops else 'no oops was printed'}, "
        f"{_taint_words(result)}",
        f"  recovery     {_times(result['recovery_us'], 'us')} (fault to first completed I/O)",
        f"  detection    {_times(result['detection_ms'], 'ms')} (loops only; before the recovery)",
        f"  throughput   {result['iops_without_crashes']} IOPS, with a crash a second "
        f"{result['iops_with_crashes']}: loss {result['loss_percent']} % (medians of slices)",
        f"  files        {folder}/report.json, timeline.svg, dmesg.log",
    ]
