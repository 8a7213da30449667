# SPDX-License-Identifier: GPL-2.0-only
"""Exact instruction counts of calls, and the record that they must not exceed."""

import re
from pathlib import Path

from rlbench.table import Figure, Target

RECORD = Path(__file__).resolve().parents[1] / "insns.txt"
HOW = (
    "stock kernel {kernel} in QEMU under -icount, where one tick of the TSC is one instruction; "
    "difference of two windows without interrupts, loop taken off; the record is "
    "tools/bench/insns.txt")


def record(series):
    """{"direct": 7, ...} accepted for a kernel series."""
    for line in RECORD.read_text().splitlines():
        if line.startswith(series + " "):
            return {k: int(v) for k, v in (word.split("=") for word in line.split()[1:])}
    return {}


def series_of(release):
    return ".".join(release.split(".")[:2])


def measure(session):
    session.say("insns: a guest that counts instructions")
    lines = session.guest("insns", 240, ["--icount"],
                          [session.top / "tools/bench/count", session.build / "ko"])
    counts = dict(re.findall(r"(\w+)=(\d+)", lines[-1]))
    counts = {name: int(value) for name, value in counts.items()}
    accepted = record(series_of(session.kernel))
    how = HOW.format(kernel=session.kernel)

    def figure(name, key):
        bound = accepted.get(key)
        return Figure(name, "instructions", counts[key], how, counts["direct"],
                      Target(bound) if bound is not None else None)

    return [
        figure("gate/null_insns", "null"),
        figure("gate/one_object_insns", "object"),
        figure("gate/deque32_insns", "deque"),
        figure("shadow/null_insns", "shadow"),
        figure("gate/cascade16_insns", "cascade"),
        Figure("xheap/alloc_free_insns", "instructions", counts["xalloc"], how,
               counts["kmalloc"], Target(counts["kmalloc"])),
        figure("xheap/deque32_insns", "xdeque"),
        figure("xheap/batch32_insns", "xbatch"),
        Figure("xheap/kmalloc_kfree_insns", "instructions", counts["kmalloc"], how),
    ]
