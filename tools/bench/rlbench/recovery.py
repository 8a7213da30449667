# SPDX-License-Identifier: GPL-2.0-only
"""How long the NVMe domain is away after a crash, and what a crash a second costs."""

import json
import math
from statistics import median

from rlbench.table import Figure, Target

SECONDS, PAIRS = 2, 28
BOUND_US = {50: 2000, 99: 10000}
LOSS = {"randread": ("recovery/loss_read_percent", 3),
        "randwrite": ("recovery/loss_write_percent", 4)}


def percentile(values, percent):
    """Nearest rank: a time that was really measured."""
    return sorted(values)[math.ceil(len(values) * percent / 100) - 1]


def boot(session, seconds, pairs):
    session.say(f"recovery: {pairs} pairs of {seconds} s, reads and writes, a crash a second in "
                "one slice of each")
    session.guest(
        "recovery", 900, ["--realtime", "--nvme", "size=128M,serial=domain"],
        [session.top / "tools/bench/guest", "recovery", session.build / "ko", seconds, pairs])
    return json.loads((session.out / "recovery/result.json").read_text())


def measure(session):
    seconds, pairs = (2, 3) if session.short else (SECONDS, PAIRS)
    result = boot(session, seconds, pairs)
    crashes = result["crashes"]
    times = [crash["first_io"] / 1000 for crash in crashes]
    kinds = {kind: median(c["first_io"] / 1000 for c in crashes if c["kind"] == kind)
             for kind in dict.fromkeys(c["kind"] for c in crashes)}
    where = (f"stock kernel {result['kernel']} in QEMU (TCG, 2 CPUs), fio 4 KiB, queue depth 8, "
             "libaio, direct; a fault injected into the next submit call once a second, six "
             "kinds in turn")
    how = (f"{where}; {len(times)} crashes; the core's own clock from the fault to the first "
           "completed I/O of the next generation; medians by kind: "
           + ", ".join(f"{kind} {us:.0f}" for kind, us in kinds.items()))
    figures = [
        Figure(f"recovery/p{p}_us", "us", percentile(times, p), how, None, Target(bound))
        for p, bound in BOUND_US.items()]
    figures.append(Figure("recovery/max_us", "us", max(times), how))
    for work, (name, bound) in LOSS.items():
        losses = [100 * (1 - p["crashing"] / p["calm"]) for p in result["pairs"]
                  if p["work"] == work]
        figures.append(Figure(
            name, "percent of IOPS", median(losses),
            f"{where}; slices of one fio, {seconds} s with and without crashes, alternating; "
            f"median of {len(losses)} pairs' losses, which are {min(losses):.2f} to {max(losses):.2f}",
            None, Target(bound)))
    return figures
