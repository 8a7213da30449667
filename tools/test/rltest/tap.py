# SPDX-License-Identifier: GPL-2.0-only
"""Count the points of one test's TAP output, and say why a test failed."""

import re
from dataclasses import dataclass, field
from itertools import takewhile

POINT = re.compile(r"^(not )?ok\b\s*\d*\s*(?:- )?(.*)$")
PLAN = re.compile(r"^1\.\.(\d+)")
SKIP = re.compile(r"#\s*skip", re.IGNORECASE)
REASON_LINES = 3  # of the comment below a failed point
EXIT_SKIPPED = 4


@dataclass
class Result:
    """What one suite did; `problems` are shown: why it failed or was skipped.

    `final`: the kernel itself was in trouble, and another run would prove nothing.
    """

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    problems: list = field(default_factory=list)
    final: bool = False

    def problem(self, text, final=False):
        """A failure that is no TAP point: a crash, a warning, a bad plan."""
        self.failed += 1
        self.problems.append(text)
        self.final |= final


def points(lines):
    """Count the points in `lines`, whatever became of the test."""
    result = Result()
    for number, line in enumerate(lines):
        if match := POINT.match(line):
            count_point(result, bool(match[1]), match[2], lines[number + 1 :])
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


def reason(below):
    """The comment below a failed point says why it failed."""
    return list(takewhile(lambda line: line.startswith("#"), below[:REASON_LINES]))


def count_point(result, negative, text, below):
    """Add one `ok` or `not ok` line."""
    if SKIP.search(text):
        result.skipped += 1
    elif negative:
        result.failed += 1
        result.problems += [f"not ok {text}", *reason(below)]
    else:
        result.passed += 1
