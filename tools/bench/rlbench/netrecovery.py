# SPDX-License-Identifier: GPL-2.0-only
"""How long the 82599 domain receives nothing after a crash, and how much a crash loses."""

from statistics import median

from rlbench.recovery import percentile
from rlbench.table import Figure, Target

SECONDS, ROUNDS = 10, 5
BOUND_US = 20000	# of the 99th percentile
BOUND_LOSS = 2	# percent
PHASES = ("drained", "quiet", "released", "inited", "up")


def lost(part, rate):
    """Percent of what was sent; with crashes, of so many seconds as there were crashes."""
    sent = part["crashes"] * rate if part.get("crashes") else part["sent"]
    return 100 * (part["sent"] - part["received"]) / sent


def phase_words(crashes):
    """When the core came where, medians."""
    known = [crash["phases"] for crash in crashes if "phases" in crash]
    return ", ".join(f"{name} {median(p[name] for p in known) / 1000:.0f}"
                     for name in PHASES if known)


def figures_of(result, seconds):
    crashes = result["crashes"]
    if not crashes:
        raise SystemExit("bench-net: recovery: nothing was crashed")
    times = [crash["recovery_ns"] / 1000 for crash in crashes]
    kinds = {kind: median(c["recovery_ns"] / 1000 for c in crashes if c["kind"] == kind)
             for kind in dict.fromkeys(c["kind"] for c in crashes)}
    where = (f"stock kernel {result['kernel']} in QEMU (TCG, 2 CPUs), two ports of the 82599 "
             f"model; the in-tree ixgbe sends {result['rate']} datagrams/s to ixgbe_dom, into "
             "whose next submit_and_poll call a fault is injected once a second, six kinds in "
             "turn")
    how = (f"{where}; {len(times)} crashes; from the fault to the first packet that the stack "
           "received afterwards, by the kernel's trace; medians by kind: "
           + ", ".join(f"{kind} {us:.0f}" for kind, us in kinds.items())
           + f"; by the core's phases: {phase_words(crashes)}")
    losses = [lost(r["crashing"], result["rate"]) for r in result["rounds"]]
    calm = [lost(r["calm"], result["rate"]) for r in result["rounds"]]
    each = ", ".join(f"{c:.2f}/{w:.2f}" for c, w in zip(losses, calm, strict=True))
    return [
        Figure("net/recovery_p50_us", "us", percentile(times, 50), how),
        Figure("net/recovery_p99_us", "us", percentile(times, 99), how, None,
               Target(BOUND_US)),
        Figure("net/recovery_max_us", "us", max(times), how),
        Figure("net/loss_percent", "percent of the datagrams", median(losses),
               f"{where}; slices of {seconds} s with crashes, each after one without; datagrams "
               f"lost by those of as many seconds as there were crashes, median of "
               f"{len(losses)}; rounds (with/without crashes): {each}", median(calm),
               Target(BOUND_LOSS)),
    ]


def measure(session):
    seconds, rounds = (5, 2) if session.short else (SECONDS, ROUNDS)
    result = session.net_guest("recovery", 900, 2, seconds, rounds)
    if result["state"] != "running":
        raise SystemExit(f"{session.name}: ixgbe_dom is {result['state']} in the end")
    return figures_of(result, seconds)
