# SPDX-License-Identifier: GPL-2.0-only
"""The NVMe domain against the kernel's own driver, side by side in one guest."""

import json
from statistics import median

from rlbench.table import Figure, Target

WORKS = ("randread_qd1", "randread_qd32", "randwrite_qd1", "randwrite_qd32")
SECONDS, PAIRS = 2.5, 7
HOW = (
    "stock kernel {kernel} in QEMU (TCG, 2 CPUs), two identical NVMe devices, nvme_dom on one and "
    "the kernel's nvme on the other; fio 4 KiB, libaio, direct; {pairs} pairs of {seconds} s "
    "slices, alternating; {what}; per pair {low:.3f} to {high:.3f}")


def boot(session, seconds, pairs):
    session.say(f"nvme: {pairs} pairs of {seconds} s for each of {len(WORKS)} kinds of work")
    session.guest(
        "nvme", 900, ["--realtime", "--nvme", "size=128M,serial=domain", "--nvme", "size=128M,serial=kernel"],
        [session.top / "tools/bench/guest", "nvme", session.build / "ko", seconds, pairs])
    return json.loads((session.out / "nvme/result.json").read_text())


def measure(session):
    seconds, pairs = (2, 2) if session.short else (SECONDS, PAIRS)
    result = boot(session, seconds, pairs)

    def how(ratios, what):
        return HOW.format(kernel=result["kernel"], pairs=pairs, seconds=seconds, what=what,
                          low=min(ratios), high=max(ratios))

    def of(work, side, key):
        return [p[side][key] for p in result["pairs"] if work in (None, p["work"])]

    def ratios(work, key):
        both = zip(of(work, "domain", key), of(work, "kernel", key), strict=True)
        return [domain / kernel for domain, kernel in both if domain and kernel]

    figures = []
    for work in WORKS:
        each = ratios(work, "iops")
        figures.append(Figure(
            f"nvme/{work}_ratio", "of the kernel driver's IOPS", median(each),
            how(each, "median of the pairs' ratios"), 1.0, Target(1.0, at_least=True)))
    for work in WORKS:
        each = ratios(work, "iops")
        figures.append(Figure(
            f"nvme/{work}_iops", "IOPS", median(of(work, "domain", "iops")),
            how(each, "median of each driver"), median(of(work, "kernel", "iops"))))
    each = ratios("randread_qd32", "iops") + ratios("randwrite_qd32", "iops")
    figures.append(Figure(
        "guard/fio_qd32_ratio", "of the kernel driver's IOPS", median(each),
        how(each, "reads and writes at queue depth 32, nvme_dom guarded at level stores"), 1.0,
        Target(1.0, at_least=True)))
    each = ratios(None, "cpu_us")
    what = ("CPU time that was not idle (/proc/stat) by completed I/O in the middle of the "
            "slice, interrupts included; median over all pairs of the four kinds of work")
    figures.append(Figure("nvme/cpu_per_io_ratio", "of the kernel driver's CPU time",
                          median(each), how(each, what), 1.0, Target(1.1)))
    for work in WORKS:
        each = ratios(work, "cpu_us")
        figures.append(Figure(
            f"nvme/{work}_cpu_us", "us of CPU per I/O", median(of(work, "domain", "cpu_us")),
            how(each, "median of each driver"), median(of(work, "kernel", "cpu_us"))))
    return figures
