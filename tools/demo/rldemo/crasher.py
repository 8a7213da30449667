# SPDX-License-Identifier: GPL-2.0-only
"""Crash a domain through its `inject` attribute and watch it come back.

The fault strikes in the driver's own code, on the thread that calls its submit
method next. Two times are kept apart: detection (armed until the core noticed,
which for an endless loop is the watchdog's limit) and recovery (noticed until
the first I/O of the new generation completed), both by the kernel's clock.
"""

import re
import time
from pathlib import Path

# Each kind, and the reason under which the core must have caught it.
KINDS = {
    "null_write": "page_fault", "wild_jump": "page_fault", "bug": "die",
    "divide": "trap", "loop": "hang", "stack_overflow": "stack_overflow",
}
METHOD = "submit"
PERIOD = 1.0
FIRST_AFTER = 0.5
PATIENCE = 30
TRACE = Path("/sys/kernel/tracing/instances/demo")
# "rl_reaper-99 [001] ... 12.345678: rl_restart: nvme.0 gen=3 drained +51234 ns"
DRAINED = re.compile(r" (\d+\.\d+): rl_restart: \S+ gen=\d+ drained \+(\d+) ns")


class Stuck(Exception):
    """The domain did not come back."""


class Crasher:
    def __init__(self, instance, disk):
        self._path = Path("/sys/kernel/redleaf") / instance
        self._disk = disk
        self._armed = None
        self._due = None
        self._turn = 0
        self._told = 0
        self.begun = time.monotonic()
        self.asked = 0
        self.crashes = []
        TRACE.mkdir(exist_ok=True)
        (TRACE / "trace_clock").write_text("mono")
        (TRACE / "events/redleaf/rl_restart/enable").write_text("1")

    def _read(self, name):
        return (self._path / name).read_text().strip()

    def totals(self):
        return {
            "crashes": self.crashes, "state": self._read("state"),
            "crashes_counted": int(self._read("crashes")),
        }

    def news(self):
        """What came since the last call, for the progress line."""
        if len(self.crashes) == self._told:
            return "crashing once a second"
        self._told = len(self.crashes)
        last = self.crashes[-1]
        return (f"crash {self._told:3d}  {last['kind']:14s} caught as {last['reason']}, "
                f"first I/O after {last['recovery_ns'] / 1000:.0f} us")

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
            self._disk.read_block()
            self._look(time.monotonic())
            time.sleep(0.01)

    def _arm(self):
        kind = list(KINDS)[self._turn % len(KINDS)]
        self._turn += 1
        (TRACE / "trace").write_text("")
        armed = {"kind": kind, "before": int(self._read("crashes")), "at": time.monotonic()}
        try:
            (self._path / "inject").write_text(f"{kind} {METHOD}")
        except OSError as error:
            raise Stuck(f"cannot inject {kind}: {error.strerror}; the domain is "
                        f"{self._read('state')}") from None
        self._armed = armed

    def _detection_ns(self, armed):
        found = DRAINED.search((TRACE / "trace").read_text())
        if not found:
            return None
        return int((float(found[1]) - armed["at"]) * 1e9) - int(found[2])

    def _first_io_ns(self, armed):
        """Fault to first completed I/O; 0 while that is still to come. The count is
        read first: once it has moved, everything read later is of this crash."""
        if int(self._read("crashes")) == armed["before"] or self._read("state") != "running":
            return 0
        return int(re.search(r"first_io (\d+)", self._read("recovery_ns"))[1])

    def _look(self, now):
        armed = self._armed
        first_io = self._first_io_ns(armed)
        if not first_io:
            if now - armed["at"] > PATIENCE:
                raise Stuck(f"{armed['kind']}: no I/O completed within {PATIENCE} s; the "
                            f"domain is {self._read('state')}")
            return
        reason = self._read("last_reason").split()[0]
        as_asked = reason == KINDS[armed["kind"]]
        self.crashes.append({
            "t": armed["at"] - self.begun, "kind": armed["kind"] if as_asked else "not_injected",
            "reason": reason, "recovery_ns": first_io, "detection_ns": self._detection_ns(armed),
        })
        self.asked += as_asked
        self._armed = None
