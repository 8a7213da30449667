# SPDX-License-Identifier: GPL-2.0-only
"""An interface of ixgbe_dom against one of the kernel's own ixgbe: TCP and small datagrams."""

from statistics import median

from rlbench.table import Figure, Target

SECONDS, ROUNDS = 3, 7
WORKS = {"tcp": ("Mbit/s", "iperf3, one stream"),
         "udp64": ("frames/s", "64 B frames from sendmmsg(), counted by the receiving interface")}
DIRECTIONS = {"tx": "sent", "rx": "received"}
HOW = (
    "stock kernel {kernel} in QEMU (TCG, 2 CPUs) with four ports of the 82599 model and two "
    "cables, ixgbe_dom on one port and the in-tree ixgbe on the others, so also at the far end "
    "of both; one queue, interrupts on one CPU and the client on the other; {what}; {rounds} "
    "rounds of {seconds} s slices, sides alternating; {how}; rounds (domain/kernel): {each}")


def values(rounds, work, side, direction=None):
    """What each round measured; without a direction the mean of both."""
    if direction:
        return [r[work][side][direction] for r in rounds]
    return [sum(r[work][side].values()) / len(DIRECTIONS) for r in rounds]


def figures_of(result, seconds):
    rounds = result["rounds"]

    def of(work, direction):
        return [values(rounds, work, side, direction) for side in ("domain", "kernel")]

    def how(work, both, text):
        each = " ".join(f"{one:.0f}/{other:.0f}" for one, other in zip(*both, strict=True))
        return HOW.format(kernel=result["kernel"], what=WORKS[work][1], rounds=len(rounds),
                          seconds=seconds, how=text, each=each)

    figures = []
    for work, (unit, _) in WORKS.items():
        both = of(work, None)
        domain, kernel = map(median, both)
        figures.append(Figure(
            f"net/{work}_ratio", f"of the kernel driver's {unit}", domain / kernel,
            how(work, both, "mean of what was sent and received, ratio of medians"), 1.0,
            Target(1.0, at_least=True)))
        for direction, text in DIRECTIONS.items():
            both = of(work, direction)
            figures.append(Figure(
                f"net/{work}_{direction}", unit, median(both[0]),
                how(work, both, f"{text} by the driver's port; medians"), median(both[1])))
    return figures


def measure(session):
    seconds, rounds = (1, 2) if session.short else (SECONDS, ROUNDS)
    result = session.net_guest("linux", 900, 4, seconds, rounds)
    if result["crashes"]:
        raise SystemExit(f"{session.name}: ixgbe_dom crashed {result['crashes']} times: see "
                         f"{session.out}/linux/dmesg.log")
    return figures_of(result, seconds)
