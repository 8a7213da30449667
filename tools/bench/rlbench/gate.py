# SPDX-License-Identifier: GPL-2.0-only
"""Cycles of a call: the core's own sources, compiled and run as a process."""

from rlbench.table import Figure, Target

HOW = (
    "core/gate.h, core/xheap*.c, core/gate_asm.S, idl/gen/rltest_proxy.c and a domain that does "
    "nothing, compiled with kbuild's code generation flags and run as a process on one CPU, "
    "%gs as per-CPU base, indirect calls and returns as a kernel with eIBRS patches them; "
    "{runs} runs of 2000 rounds, windows of 2000 calls, direct and proxied calls alternate; "
    "objects move in and back; median of windows{extra}, TSC cycles")
REDLEAF = 124	# a cross-domain call of RedLeaf (OSDI 20), cycles
REDLEAF_RREF = 141	# with one object
REDLEAF_SHADOW = 279	# through a shadow
RUNS = 5
CHAIN = {"driver": 20, "domain": 22, "shadow": 24}	# cycles per packet at batch 32, at most


def one_run(session):
    """{"null_b2b": (min, median), ...} of one process."""
    lines = session.program([session.out / "native"])
    return {name: (float(low), float(median))
            for name, low, median in (line.split() for line in lines)}


def measure(session):
    session.say("gate: compiling the core as a process")
    session.program([session.top / "tools/bench/native/build", session.build / "tree",
                     session.out])
    session.say(f"gate: {RUNS} runs")
    return figures_of([one_run(session) for _ in range(1 if session.short else RUNS)])


def figures_of(runs):
    how = HOW.format(runs=len(runs), extra="")

    # Each run sits on one CPU and sees its neighbours' load: the calmest run counts.
    calm = min(runs, key=lambda run: run["null_b2b"][1] + run["null_ser"][1])

    def native(name, key, how, baseline=None, target=None, unit="TSC cycles"):
        low, median = calm[key]
        return Figure(name, unit, median, how, baseline, target, low)

    def figure(name, key, baseline, bound=None):
        target = bound and Target(bound, measured=calm[key + "_extra"][1], what="more ")
        return native(name, key, how, calm[baseline][1], target)

    def extra(name, key):
        return native(name, key, HOW.format(
            runs=len(runs), extra=", proxied minus direct call of the same round; baseline: "
            "cross-domain call of RedLeaf"), REDLEAF)

    def chain(layer, batch):
        """Cycles per packet of the null network behind none, one, or two crossings."""
        return native(
            f"nullnet/{layer}_b{batch}", f"{layer}_b{batch}",
            f"domains/nullnet marks each packet of a batch of {batch} as sent; driver: called as a "
            "function, domain: through its proxy, shadow: through a domain that passes the batch "
            "on; else as gate/null_b2b", calm[f"driver_b{batch}"][1],
            Target(CHAIN[layer]) if batch == 32 else None, "TSC cycles per packet")

    def delta(name, key, bound):
        return native(name, key, HOW.format(
            runs=len(runs), extra=", call with the object minus call without, same round; "
            "baseline: rref/two_locked_b2b"), calm["locked_b2b_delta"][1], Target(bound))

    def plain(name, key, what, baseline, target=None):
        return native(name, key, HOW.format(
            runs=len(runs), extra=", " + what), baseline, target)

    return [
        native("gate/direct_call", "direct_b2b", how),
        figure("gate/null_b2b", "null_b2b", "direct_b2b", 8),
        figure("gate/null_serialised", "null_ser", "direct_ser", 12),
        extra("gate/null_b2b_extra", "null_b2b_extra"),
        extra("gate/null_serialised_extra", "null_ser_extra"),
        native("guard/crossing_tsc", "null_b2b_guard", HOW.format(
            runs=len(runs), extra=", gate/null_b2b minus the same call through a gate that does "
            "not copy the bounds of the window into the frame, same round"),
            calm["bare_b2b"][1], Target(2)),
        figure("gate/one_object_b2b", "object_b2b", "direct_b2b"),
        figure("gate/deque32_b2b", "deque_b2b", "direct_b2b"),
        native("rref/two_locked_b2b", "locked_b2b_delta", HOW.format(
            runs=len(runs), extra=", call with a bare locked cmpxchg before and after it minus "
            "call without, same round: what two moves that two CPUs may race for cannot be "
            "cheaper than")),
        delta("rref/one_delta_b2b", "object_b2b_delta", 4),
        Figure("xheap/scaling_2cpu", "times", max(run["scaling_2cpu"][1] for run in runs),
               "objects that two threads on two CPUs allocate and free in the exchange heap, over "
               f"those of one; best of 200 rounds of each, best of {len(runs)} runs", 1,
               Target(1.8, at_least=True)),
        delta("rref/deque32_delta_b2b", "deque_b2b_delta", 12),
        plain("shadow/null_b2b", "shadow_b2b", "call with nothing to do through its generated "
              "shadow; baseline: RedLeaf's", REDLEAF_SHADOW, Target(20)),
        plain("dom/no_arg", "no_arg_b2b", "domain dom_d calls dom_c; baseline: RedLeaf's", REDLEAF),
        plain("dom/one_arg", "one_arg_b2b", "domain dom_d calls dom_c with a number; baseline: "
              "RedLeaf's without", REDLEAF),
        plain("dom/one_rref", "one_rref_b2b", "domain dom_d moves an object to dom_c and has it "
              "moved back; baseline: RedLeaf's", REDLEAF_RREF),
        plain("gate/cascade16", "cascade_b2b", "a call through 16 domains, all of it; baseline: "
              "16 calls with nothing to do", 16 * calm["null_b2b"][1]),
    ] + [chain(layer, batch) for layer in CHAIN for batch in (1, 32)]
