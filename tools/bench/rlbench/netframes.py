# SPDX-License-Identifier: GPL-2.0-only
"""Instructions of a datagram's whole way, with ixgbe_dom and with the in-tree driver."""

from statistics import median

from rlbench.table import Figure

SECONDS, ROUNDS = 0.3, 1
DIRECTIONS = {"tx": "sent", "rx": "received"}
HOW = (
    "stock kernel {kernel} in QEMU under -icount, one CPU, where a nanosecond is an instruction; "
    "four ports of the 82599 model, ports and peers as for net/udp64_ratio; frames of 64 B from "
    "sendmmsg(), {direction} by the driver's port, counted by the receiving interface for "
    "{seconds} s; sender, both stacks and both drivers")


def figures_of(result):
    return [Figure(f"net/udp64_{direction}_insns", "instructions per frame",
                   median(r["domain"][direction] for r in result["rounds"]),
                   HOW.format(kernel=result["kernel"], direction=text, seconds=SECONDS),
                   median(r["kernel"][direction] for r in result["rounds"]))
            for direction, text in DIRECTIONS.items()]


def measure(session):
    return figures_of(session.net_guest("frames", 900, 4, SECONDS, ROUNDS, "--icount"))
