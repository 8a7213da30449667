# SPDX-License-Identifier: GPL-2.0-only
"""Print progress while tests run; write report.json; close with the sums."""

import json
import threading
import time

QUIET_SECONDS = 30
SHOWN_PROBLEMS = 10


class Report:
    """All results of a run. Used by several threads; the lock guards all."""

    def __init__(self, path):
        self.path = path
        self.begun = time.monotonic()
        self.suites = []
        self.running = {}
        self.lock = threading.Lock()

    def started(self, kernel, name):
        """A suite begins."""
        with self.lock:
            self.running[kernel, name] = time.monotonic()

    def add(self, kernel, name, result, seconds, log):
        """A suite is over."""
        with self.lock:
            self.running.pop((kernel, name), None)
            self.suites.append({
                "name": name, "kernel": kernel, "passed": result.passed,
                "failed": result.failed, "skipped": result.skipped,
                "seconds": round(seconds, 2), "log": str(log),
            })
            self.show(self.suites[-1], result.problems)

    def show(self, suite, problems):
        """One line for a suite, and why it was skipped; the log when it failed."""
        verdict = "FAIL" if suite["failed"] else "ok"
        print(
            f"{verdict:4} {suite['kernel']:6} {suite['name']:32} "
            f"{suite['passed']:4} passed {suite['failed']:3} failed "
            f"{suite['skipped']:3} skipped {suite['seconds']:7.1f} s",
            flush=True,
        )
        for problem in problems[:SHOWN_PROBLEMS]:
            print(f"       {problem}", flush=True)
        if suite["failed"]:
            print(f"       log: {suite['log']}", flush=True)

    def heartbeat(self, stop):
        """Say what is running whenever it takes long; ends when `stop` is set."""
        while not stop.wait(QUIET_SECONDS):
            with self.lock:
                for (kernel, name), begun in self.running.items():
                    seconds = time.monotonic() - begun
                    print(f"...  {kernel:6} {name} running for {seconds:.0f} s", flush=True)

    def total(self, key):
        """Sum over all suites."""
        return sum(suite[key] for suite in self.suites)

    def close(self):
        """Write the file, print the last line; the run's exit status."""
        sums = {key: self.total(key) for key in ("passed", "failed", "skipped")}
        seconds = round(time.monotonic() - self.begun, 1)
        text = json.dumps({"suites": self.suites, **sums, "seconds": seconds}, indent=1)
        self.path.write_text(text + "\n")
        print(f"report: {self.path}")
        print("{passed} passed, {failed} failed, {skipped} skipped".format(**sums))
        return 0 if sums["failed"] == 0 and sums["passed"] > 0 else 1
