# SPDX-License-Identifier: GPL-2.0-only
"""Crash instances of a domain through their `inject` attribute and watch them come back.

The fault strikes in the driver's own code, on the thread that calls its busiest
method next. Two times are kept apart: detection (armed until the core noticed,
which for an endless loop is the watchdog's limit) and recovery (noticed until
the new generation gave its first answer), both by the kernel's clock.

What is crashed is a target: `instances` of the domain, the `method` to strike in,
what an `answer` is called, watch(folder) to have more traced, answer_ns(instance,
trace) from the fault to the first answer (0: still to come), provoke() to have the
method called.
"""

import re
import time
from pathlib import Path

# Each kind, and the reason under which the core must have caught it.
KINDS = {
    "null_write": "page_fault", "wild_jump": "violation", "bug": "die",
    "divide": "trap", "loop": "hang", "stack_overflow": "stack_overflow",
}
PERIOD = 1.0
FIRST_AFTER = 0.5
PATIENCE = 30
SYSFS = Path("/sys/kernel/redleaf")
TRACE = Path("/sys/kernel/tracing/instances/demo")


class Stuck(Exception):
    """The domain did not come back."""


def attribute(instance, name):
    return (SYSFS / instance / name).read_text().strip()


def phase(instance, name, trace):
    """When the instance's restart came to that point: the kernel's clock in seconds,
    nanoseconds since the fault, and where the trace has it; None: it did not.
    "rl_reaper-99 [001] ... 12.345678: rl_restart: nvme.0 gen=3 drained +51234 ns" """
    found = re.search(rf" (\d+\.\d+): rl_restart: {re.escape(instance)} gen=\d+ {name} "
                      r"\+(\d+) ns", trace)
    return found and (float(found[1]), int(found[2]), found.end())


class Crasher:
    def __init__(self, target):
        self._target = target
        self._armed = None
        self._due = None
        self._turn = 0
        self._told = 0
        self.begun = time.monotonic()
        self.asked = 0
        self.crashes = []
        TRACE.mkdir(exist_ok=True)
        (TRACE / "trace_clock").write_text("mono")
        (TRACE / "tracing_on").write_text("0")
        (TRACE / "events/redleaf/rl_restart/enable").write_text("1")
        target.watch(TRACE)

    def totals(self):
        instances = self._target.instances
        states = [attribute(instance, "state") for instance in instances]
        return {
            "crashes": self.crashes,
            "state": next((state for state in states if state != "running"), "running"),
            "crashes_counted": sum(int(attribute(i, "crashes")) for i in instances),
        }

    def news(self):
        """What came since the last call, for the progress line."""
        if len(self.crashes) == self._told:
            return "crashing once a second"
        self._told = len(self.crashes)
        last = self.crashes[-1]
        where = f"{last['instance']} " if len(self._target.instances) > 1 else ""
        return (f"crash {self._told:3d}  {where}{last['kind']:14s} caught as {last['reason']}, "
                f"first {self._target.answer} after {last['recovery_ns'] / 1000:.0f} us")

    def tick(self, now):
        """Called many times a second while the load runs."""
        if self._armed:
            self._look(now)
        elif self._due is None:
            self._due = now + FIRST_AFTER
        elif now >= self._due:
            self._arm()
            self._due = max(self._due + PERIOD, now + PERIOD / 2)

    def settle(self):
        """The load has ended: no fault may wait for the next one."""
        self._due = None
        while self._armed:
            self._target.provoke()
            self._look(time.monotonic())
            time.sleep(0.01)

    def _next(self):
        """Every instance has every kind in turn."""
        turn, instances = self._turn, self._target.instances
        self._turn += 1
        return (list(KINDS)[turn % len(KINDS)],
                instances[(turn + turn // len(KINDS)) % len(instances)])

    def _arm(self):
        kind, instance = self._next()
        (TRACE / "trace").write_text("")
        (TRACE / "tracing_on").write_text("1")
        armed = {"kind": kind, "instance": instance,
                 "before": int(attribute(instance, "crashes")), "at": time.monotonic()}
        try:
            (SYSFS / instance / "inject").write_text(f"{kind} {self._target.method}")
        except OSError as error:
            raise Stuck(f"cannot inject {kind}: {error.strerror}; {instance} is "
                        f"{attribute(instance, 'state')}") from None
        self._armed = armed

    def _answer_ns(self, armed):
        """Fault to first answer; 0 while that is still to come. The count is read
        first: once it has moved, everything read later is of this crash."""
        instance = armed["instance"]
        if int(attribute(instance, "crashes")) == armed["before"]:
            return 0
        if attribute(instance, "state") != "running":
            return 0
        return self._target.answer_ns(instance, (TRACE / "trace").read_text())

    def _look(self, now):
        armed = self._armed
        instance, answer = armed["instance"], self._answer_ns(armed)
        if not answer:
            if now - armed["at"] > PATIENCE:
                raise Stuck(f"{armed['kind']}: no {self._target.answer} within {PATIENCE} s; "
                            f"{instance} is {attribute(instance, 'state')}")
            return
        (TRACE / "tracing_on").write_text("0")
        drained = phase(instance, "drained", (TRACE / "trace").read_text())
        reason = attribute(instance, "last_reason").split()[0]
        as_asked = reason == KINDS[armed["kind"]]
        self.crashes.append({
            "t": armed["at"] - self.begun, "instance": instance,
            "kind": armed["kind"] if as_asked else "not_injected", "reason": reason,
            "recovery_ns": answer,
            "detection_ns": drained and int((drained[0] - armed["at"]) * 1e9) - drained[1],
        })
        self.asked += as_asked
        self._armed = None
