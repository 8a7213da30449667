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
        self.unsteady = []
        self.running = {}
        self.lock = threading.Lock()

    def started(self, kernel, name):
        """A suite begins."""
        with self.lock:
            self.running[kernel, name] = time.monotonic()

    def add(self, kernel, name, result, seconds, log):
        """A suite is over; returns its entry."""
        entry = {
            "name": name, "kernel": kernel, "passed": result.passed,
            "failed": result.failed, "skipped": result.skipped,
            "seconds": round(seconds, 2), "log": str(log), "problems": result.problems,
        }
        with self.lock:
            self.running.pop((kernel, name), None)
            self.suites.append(entry)
            self.show(entry)
        return entry

    def passed_alone(self, first, result, seconds, log):
        """A suite that had failed passed with nothing beside it: that counts, and
        its first entry stays in the report as what is unsteady."""
        with self.lock:
            self.suites.remove(first)
            self.unsteady.append(first)
        self.add(first["kernel"], first["name"], result, seconds, log)

    def failed_again(self, first):
        """It did not: the first entry stays what it is."""
        with self.lock:
            self.running.pop((first["kernel"], first["name"]), None)

    @staticmethod
    def show(suite):
        """One line for a suite, and why it was skipped; the log when it failed."""
        verdict = "FAIL" if suite["failed"] else "ok"
        print(
            f"{verdict:4} {suite['kernel']:6} {suite['name']:32} "
            f"{suite['passed']:4} passed {suite['failed']:3} failed "
            f"{suite['skipped']:3} skipped {suite['seconds']:7.1f} s",
            flush=True,
        )
        for problem in suite["problems"][:SHOWN_PROBLEMS]:
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

    def recall(self):
        """Name once more what has scrolled away: .ci/run looks for the first line."""
        failed = [suite for suite in self.suites if suite["failed"]]
        if failed or self.unsteady:
            print("not well:")
        for suite in failed:
            self.show(suite)
        for suite in self.unsteady:
            print("unsteady: failed beside others, passed alone")
            self.show(suite)

    def close(self):
        """Write the file, print the last line; the run's exit status."""
        sums = {key: self.total(key) for key in ("passed", "failed", "skipped")}
        seconds = round(time.monotonic() - self.begun, 1)
        text = json.dumps(
            {"suites": self.suites, "unsteady": self.unsteady, **sums, "seconds": seconds},
            indent=1,
        )
        self.path.write_text(text + "\n")
        self.recall()
        print(f"report: {self.path}")
        print("{passed} passed, {failed} failed, {skipped} skipped".format(**sums))
        return 0 if sums["failed"] == 0 and sums["passed"] > 0 else 1
