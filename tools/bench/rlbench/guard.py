# SPDX-License-Identifier: GPL-2.0-only
"""What the store guard costs in drivers' inner loops: plain and guarded, in a process."""

from statistics import median

from rlbench.table import Figure, Target

HOW = (
    "tools/bench/guard/loops.c ({what}), compiled plain and guarded with the code generation "
    "flags of kbuild's domains, run as a process on one CPU; {runs} runs of 400 pairs, the two "
    "in random order; median of the pairs' ratios, then of the runs: {low:.3f} to {high:.3f}")
LOOPS = {
    "nic": ("receive ring of a network card", 1.15),
    "nvme": ("NVMe submission and completion with its lock", 1.10),
    "copy4k": ("memcpy of a page", 1.02),
    "full_nic": ("the same ring, loads guarded, too (level full)", None),
    "full_nvme": ("the same at level full", None),
    "full_copy4k": ("the same at level full", None),
}
STRICT = (
    "guard/nic_ratio: level stores checks the owner of each granule of the exchange heap; "
    "there is no cheaper one")
RUNS = 9


def one_run(session):
    """{"nic": ratio, ...} of one process."""
    lines = session.program([session.out / "guard"])
    return {line.split()[0]: float(line.split()[1]) for line in lines}


def measure(session):
    session.say("guard: compiling the loops")
    session.program([session.top / "tools/bench/guard/build", session.build / "tree",
                     session.out])
    runs = [one_run(session) for _ in range(3 if session.short else RUNS)]
    figures = []
    for name, (what, bound) in LOOPS.items():
        each = [run[name] for run in runs]
        how = HOW.format(what=what, runs=len(runs), low=min(each), high=max(each))
        figures.append(Figure(f"guard/{name}_ratio", "of the unguarded time", median(each), how,
                              1.0, Target(bound) if bound else None))
        if name == "nic":
            figures.append(Figure("guard/strict_nic_ratio", "of the unguarded time", median(each),
                                  STRICT, 1.0, Target(1.35)))
    return figures
