# SPDX-License-Identifier: GPL-2.0-only
"""Exact instruction counts per packet of the null network behind none, one, two crossings."""

import re

from rlbench.table import Figure

LAYERS = {"driver": "the gate held open over 64 calls of its function",
          "domain": "through its proxy",
          "shadow": "through a domain that passes every call on (tools/bench/forward)"}
HOW = (
    "stock kernel {kernel} in QEMU under -icount, where one tick of the TSC is one instruction; "
    "nullnet marks each packet of a batch of {batch} as sent, {layer}; difference of two windows "
    "of calls, loop included; baseline: driver")


def figures_of(line, kernel):
    counts = {name: float(value) for name, value in re.findall(r"(\w+)=([\d.]+)", line)}
    return [Figure(f"net/fig6/{layer}_insns_b{batch}", "instructions per packet",
                   counts[f"{layer}_b{batch}"],
                   HOW.format(kernel=kernel, batch=batch, layer=LAYERS[layer]),
                   counts[f"driver_b{batch}"])
            for batch in (1, 32) for layer in LAYERS]


def measure(session):
    session.say("counts: a guest that counts instructions")
    lines = session.guest("counts", 300, ["--icount"],
                          [session.top / "tools/bench/netcount", session.build / "ko"])
    return figures_of(lines[-1], session.kernel)
