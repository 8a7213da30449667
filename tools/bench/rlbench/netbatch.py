# SPDX-License-Identifier: GPL-2.0-only
"""Batches of small frames on one core: ixgbe_dom through its proxy, DPDK, the in-tree driver."""

from statistics import median

from rlbench.netcounts import LAYERS
from rlbench.table import Figure, Target

SECONDS, ROUNDS = 2, 7
WORKS = {"send": "filled and sent, the far end wants none",
         "macswap": "512 go round between two ports, addresses swapped, received ones counted"}
WHERE = (
    "stock kernel {kernel} in QEMU (TCG, 2 CPUs) with six ports of the 82599 model; frames of "
    "64 B; a loop of rl_netbench.ko drives ixgbe_dom, testpmd DPDK's ixgbe driver, pktgen the "
    "in-tree one, each on the same CPU; {rounds} rounds of {seconds} s slices, one kind after "
    "the other and back; medians; {what}; rounds: {each}")


def figures_of(result, seconds):
    rounds = result["rounds"]

    def of(work, batch, who):
        return [r[f"{work}_b{batch}/{who}"] for r in rounds]

    def how(work, batch, sides, what):
        each = " ".join("/".join(f"{r[f'{work}_b{batch}/{side}']:.0f}" for side in sides)
                        for r in rounds)
        return WHERE.format(kernel=result["kernel"], rounds=len(rounds), seconds=seconds,
                            what=f"{WORKS[work]}; {what}", each=f"({'/'.join(sides)}) {each}")

    def beside(name, work, batch, who, other, what):
        """A rate with another's as baseline."""
        return Figure(name, "frames/s", median(of(work, batch, who)),
                      how(work, batch, (who, other), what), median(of(work, batch, other)))

    works = [beside(f"net/batch32_{work}", work, 32, "domain", "dpdk", "batches of 32")
             for work in WORKS]
    worst = min(works, key=lambda figure: figure.ratio)
    kernel = beside("", "send", 32, "domain", "kernel",
                    "batches of 32; pktgen sends one sk_buff again and again")
    return [
        Figure("net/batch32_vs_dpdk_ratio", "of testpmd's frames/s", worst.ratio,
               f"{worst.name}, the lower of {' and '.join(f'{f.name} {f.ratio:.3f}' for f in works)}"
               f"; {worst.how}", 1.0, Target(1.0, at_least=True)),
        *works,
        Figure("net/batch32_vs_kernel_ratio", "of pktgen's frames/s", kernel.ratio, kernel.how,
               1.0),
    ] + [beside(f"net/fig6/{layer}_b{batch}", "send", batch, layer, "dpdk",
                f"batches of {batch}, {LAYERS[layer]}")
         for layer in LAYERS for batch in (1, 32)]


def measure(session):
    seconds, rounds = (1, 2) if session.short else (SECONDS, ROUNDS)
    result = session.net_guest("batch", 900, 6, seconds, rounds)
    if result["crashes"]:
        raise SystemExit(f"{session.name}: ixgbe_dom crashed {result['crashes']} times: see "
                         f"{session.out}/batch/dmesg.log")
    return figures_of(result, seconds)
