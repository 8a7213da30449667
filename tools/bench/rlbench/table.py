# SPDX-License-Identifier: GPL-2.0-only
"""Figures, the targets some of them have, and how both are shown."""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """A bound on `measured` (the value itself, when that is None)."""

    bound: float
    at_least: bool = False
    measured: float = None
    what: str = ""

    def met(self, value):
        measured = value if self.measured is None else self.measured
        return measured >= self.bound if self.at_least else measured <= self.bound

    def __str__(self):
        return f"{self.what}{'>=' if self.at_least else '<='} {self.bound:g}"


@dataclass(frozen=True)
class Figure:
    """One line of the report."""

    name: str
    unit: str
    value: float
    how: str
    baseline: float = None
    target: Target = None
    min: float = None		# the lowest measured, where `value` is a median of many

    @property
    def ratio(self):
        return self.value / self.baseline if self.baseline else None


def rounded(number):
    return None if number is None else round(number, 4)


def write(path, figures):
    """The machine-readable report."""
    lines = [
        {"name": f.name, "unit": f.unit, "value": rounded(f.value), "min": rounded(f.min),
         "baseline": rounded(f.baseline), "ratio": rounded(f.ratio), "how": f.how}
        for f in figures
    ]
    path.write_text(json.dumps(lines, indent=2) + "\n")


def number(value):
    return "" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def row(figure):
    target, verdict, measured = "", "", ""
    if figure.target:
        target = str(figure.target)
        verdict = "met" if figure.target.met(figure.value) else "MISSED"
        if figure.target.measured is not None:
            measured = number(figure.target.measured)
    return (figure.name, number(figure.value), number(figure.min), number(figure.baseline),
            number(figure.ratio), measured, target, verdict, figure.unit)


def show(name, figures):
    """Print the table of `make NAME`; the number of targets that were missed."""
    rows = [("", "value", "min", "baseline", "ratio", "checked", "target", "", "unit")]
    rows += [row(figure) for figure in figures]
    widths = [max(len(r[i]) for r in rows) for i in range(len(rows[0]))]
    for cells in rows:
        left, *middle, unit = cells
        text = "  ".join(c.rjust(w) for c, w in zip(middle, widths[1:], strict=False))
        print(f"{left.ljust(widths[0])}  {text}  {unit}".rstrip())
    with_target = [f for f in figures if f.target]
    missed = [f.name for f in with_target if not f.target.met(f.value)]
    print(f"{name}: {len(with_target) - len(missed)} of {len(with_target)} targets met"
          + (f"; missed: {', '.join(missed)}" if missed else ""))
    return len(missed)
