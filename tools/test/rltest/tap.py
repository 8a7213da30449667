# SPDX-License-Identifier: GPL-2.0-only
"""Count the points of one test's TAP output, and say why a test failed."""

import re
from dataclasses import dataclass, field

POINT = re.compile(r"^(not )?ok\b\s*\d*\s*(?:- )?(.*)$")
PLAN = re.compile(r"^1\.\.(\d+)")
SKIP = re.compile(r"#\s*skip", re.IGNORECASE)
EXIT_SKIPPED = 4


@dataclass
class Result:
    """What one suite did; `problems` are shown: why it failed or was skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    problems: list = field(default_factory=list)

    def problem(self, text):
        """A failure that is no TAP point: a crash, a warning, a bad plan."""
        self.failed += 1
        self.problems.append(text)


def points(lines):
    """Count the points in `lines`, whatever became of the test."""
    result = Result()
    for line in lines:
        if match := POINT.match(line):
            count_point(result, bool(match[1]), match[2])
    return result


def count(lines, status):
    """Judge the output of a test that exited with `status`."""
    result = points(lines)
    plan = next((int(match[1]) for match in map(PLAN.match, lines) if match), None)
    points_seen = result.passed + result.failed + result.skipped
    if status == EXIT_SKIPPED and points_seen == 0:
        result.skipped = 1
    elif plan is not None and plan != points_seen:
        result.problem(f"{plan} points planned, {points_seen} seen")
    elif points_seen == 0:
        result.problem(f"no TAP point (exit status {status})")
    if status not in (0, EXIT_SKIPPED) and result.failed == 0:
        result.problem(f"exit status {status}")
    return result


def count_point(result, negative, text):
    """Add one `ok` or `not ok` line."""
    if SKIP.search(text):
        result.skipped += 1
    elif negative:
        result.failed += 1
        result.problems.append(f"not ok {text}")
    else:
        result.passed += 1
