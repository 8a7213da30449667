# SPDX-License-Identifier: GPL-2.0-only
"""From what the guest left to report.json, the promises and the summary.

Nothing is taken on trust: what is missing counts as broken, not as fine. What every
demo has is here; what is only about disks or networks is in blockverdict.py and
netverdict.py, each of which has

	EMPTY	what a run has that did not come so far
	report(run)	its part of report.json
	promises(run, result)	(held, what is wrong otherwise)
	words(run, result)	its lines of the summary
	rates(result)	the line about throughput
	setting(run)	what was under load, for titles
	AXIS	what the timeline shows
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
EMPTY = {"kernel": None, "device": None, "wanted": 0, "slices": [], "samples": [], "crashes": [],
         "crashes_counted": 0, "state": "unknown", "finished": False, "problem": None}


def _lines(path):
    return path.read_text(errors="replace").splitlines() if path.exists() else []


def load(kind, folder, status):
    """The guest's result, completed by the kernel's log of both sources."""
    path = folder / "result.json"
    run = {**EMPTY, **kind.EMPTY, **(json.loads(path.read_text()) if path.exists() else {})}
    run["status"] = status
    # The console repeats part of dmesg: the same line counts once.
    run["log"] = list(dict.fromkeys(
        line.strip() for name in ("console.log", "dmesg.log") for line in _lines(folder / name)))
    run["oops"] = [line for line in run["log"] if OOPS.search(line)]
    return run


def _percentiles(values):
    """p50, p99 and the largest, by nearest rank."""
    if not values:
        return {"p50": None, "p99": None, "max": None}
    ranked = sorted(values)
    return {name: ranked[min(len(ranked) - 1, -(-len(ranked) * percent // 100) - 1)]
            for name, percent in (("p50", 50), ("p99", 99), ("max", 100))}


def _median(run, crashing):
    values = [s["rate"] for s in run["slices"] if "rate" in s and s["crashing"] == crashing]
    return median(values) if values else None


def rates(run, name):
    """Medians of the slices that have a rate, and what the crashes cost."""
    without, with_crashes = _median(run, False), _median(run, True)
    known = without and with_crashes is not None
    return {
        f"{name}_without_crashes": None if without is None else round(without, 1),
        f"{name}_with_crashes": None if with_crashes is None else round(with_crashes, 1),
        "loss_percent": round(100 * (1 - with_crashes / without), 2) if known else None,
    }


def report(kind, run):
    """The contents of report.json."""
    crashes = run["crashes"]
    kinds = Counter(crash["kind"] for crash in crashes)
    strangers = run["crashes_counted"] - len(crashes)
    if strangers > 0:
        kinds["not_injected"] += strangers
    # The counter has the crashes that came by themselves; they are over when it runs.
    recovered = run["crashes_counted"] if run["state"] == "running" else len(crashes)
    return {
        "kernel": run["kernel"], "device": run["device"],
        "seconds": round(run.get("seconds", 0), 1),
        "crashes": run["crashes_counted"], "recoveries": recovered, "crash_kinds": dict(kinds),
        **kind.report(run),
        "recovery_us": _percentiles([c["recovery_ns"] // 1000 for c in crashes]),
        "detection_ms": _percentiles([
            round(c["detection_ns"] / 1e6, 1) for c in crashes
            if c["kind"] == "loop" and c["detection_ns"] is not None]),
        "taint_before": run.get("taint_before"), "taint_after": run.get("taint_after"),
        "oops_lines": len(run["oops"]),
    }


def _added_taint(result):
    before, after = result["taint_before"], result["taint_after"]
    return None if before is None or after is None else after & ~before


def broken_promises(kind, run, result):
    """What did not hold, one sentence each; empty when all is well."""
    asked = sum(n for name, n in result["crash_kinds"].items() if name != "not_injected")
    promises = [
        (run["problem"] is None, run["problem"]),
        (run["status"] == 0, f"the guest ended with status {run['status']} (see console.log)"),
        (run["finished"], "the run did not come to its end (see dmesg.log, console.log)"),
        (asked >= max(run["wanted"], 1), f"{asked} of {run['wanted']} crashes took place"),
        (result["recoveries"] == result["crashes"] and run["state"] == "running",
         f"{result['recoveries']} recoveries of {result['crashes']} crashes; "
         f"the domain is {run['state']}"),
        *kind.promises(run, result),
        (result["oops_lines"] == 0,
         f"{result['oops_lines']} lines of an oops, the first: {(run['oops'] or [''])[0]}"),
        (_added_taint(result) == 0, f"taint was {result['taint_before']}, "
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
    added = _added_taint(result)
    if added is None:
        return "taint unknown"
    return (f"taint bits added: {added:#x}" if added else
            f"no taint bit was added ({result['taint_before']} before and after)")


def summary(kind, run, result, broken, folder):
    """Ten lines; one when there was no load to speak of."""
    if not run["slices"]:
        return [f"{folder.name} FAILED before anything was measured: kernel {result['kernel']}"]
    oops = result["oops_lines"]
    return [
        f"{folder.name} {'FAILED' if broken else 'passed'}: stock kernel {result['kernel']}, "
        f"{kind.setting(run)}, {result['seconds']:.0f} s of load",
        f"  crashes      {result['crashes']}, recovered {result['recoveries']}: {_kinds(result)}",
        *kind.words(run, result),
        f"  kernel       {f'{oops} OOPS LINES' if oops else 'no oops was printed'}, "
        f"{_taint_words(result)}",
        f"  recovery     {_times(result['recovery_us'], 'us')} (fault to first {kind.ANSWER})",
        f"  detection    {_times(result['detection_ms'], 'ms')} (loops only; before the recovery)",
        f"  throughput   {kind.rates(result)} (medians of slices)",
        f"  files        {folder}/report.json, timeline.svg, dmesg.log",
    ]
