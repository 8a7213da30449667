# SPDX-License-Identifier: GPL-2.0-only
"""What the guard costs in the drivers' own inner loops: without and with it, in a process."""

from statistics import median

from rlbench.table import Figure, Target

HOW = (
    "{what}, compiled without the guard and {level} with the code generation flags of kbuild's "
    "domains, in one process on one CPU (tools/bench/guard/build TREE OUT && OUT/guard); {runs} "
    "runs of 400 pairs of turns, the two in random order; median of the pairs' ratios, then of "
    "the runs: {low:.3f} to {high:.3f}; of the fastest turns {fastest:.3f}; {plain:.1f} and "
    "{guarded:.1f} TSC cycles")
SUBJECTS = {
    "nic": ("drivers/ixgbe_dom's submit_and_poll with 32 frames to send and 32 received, moved "
            "by the core's calls; a unit is one of each", 1.15),
    "nic_alone": ("the same with calls that move pointers and do no more", None),
    "nvme": ("drivers/nvme_dom's submit and its interrupt handler; a unit is one request", 1.10),
    "copy4k": ("memcpy of a page in a domain", 1.02),
}
STRICT = (
    "guard/nic_ratio: level stores checks the owner of each granule of the exchange heap; "
    "there is no cheaper one")
RUNS = 9


def one_run(session):
    """{"nic": (ratio, of the fastest turns, cycles, cycles), ...} of one process."""
    lines = session.program([session.out / "guard"])
    return {line.split()[0]: tuple(float(word) for word in line.split()[1:]) for line in lines}


def figure(name, runs, what, level, bound=None):
    ratio, fastest, plain, guarded = zip(*(run[name] for run in runs), strict=True)
    how = HOW.format(what=what, level=level, runs=len(runs), low=min(ratio), high=max(ratio),
                     fastest=median(fastest), plain=median(plain), guarded=median(guarded))
    return Figure(f"guard/{name}_ratio", "of the unguarded time", median(ratio), how, 1.0,
                  Target(bound) if bound else None, min=min(ratio))


def figures_of(runs):
    figures = [figure(name, runs, what, "with it", bound)
               for name, (what, bound) in SUBJECTS.items()]
    nic = figures[0]
    figures.insert(1, Figure("guard/strict_nic_ratio", nic.unit, nic.value, STRICT, 1.0,
                             Target(1.35), min=nic.min))
    return figures + [figure(f"full_{name}", runs, what, "at level full")
                      for name, (what, _) in SUBJECTS.items()]


def measure(session):
    session.say("guard: compiling the drivers")
    session.program([session.top / "tools/bench/guard/build", session.build / "tree",
                     session.out])
    return figures_of([one_run(session) for _ in range(3 if session.short else RUNS)])
