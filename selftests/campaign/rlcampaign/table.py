# SPDX-License-Identifier: GPL-2.0-only
"""Sums over all cases, and the table of them."""

from collections import Counter

from . import binary, faults
from .verdict import FATAL, OUTCOMES


def whole_again(result):
    return result["outcome"] not in (*FATAL, "wedged", "refused")


def row(results):
    """Sums of some cases."""
    built = [r for r in results if r["outcome"] != "refused"]
    # what has an effect was reached, though nobody may be left to say so
    active = [r for r in built if r.get("hit") or r["outcome"] != "unharmed"]
    return {
        "injected": len(results), "built": len(built), "activated": len(active),
        "outcomes": dict(Counter(r["outcome"] for r in results)),
        "detected_by": dict(Counter(r["detected"] for r in active)),
        "activated_recovered": sum(map(whole_again, active)),
    }


def summary(results):
    kinds = {kind: row([r for r in results if r["kind"] == kind])
             for kind in (*faults.KINDS, *binary.KINDS)}
    sealed = {f"verifier {word}": row([r for r in results if r.get("verifier") == word])
              for word in ("accepted", "refused")}
    return {"all": row(results), "kinds": kinds, "verifier": sealed}


def table(head, rows, width=10):
    widths = [17, *(max(width, len(word)) for word in head[1:])]
    for cells in (head, *rows):
        yield " ".join(f"{cell:>{width}}" for cell, width in zip(cells, widths))


def shown(sums):
    """What has a line: (name, sums)."""
    rows = [*sums["kinds"].items(), *sums["verifier"].items(), ("all", sums["all"])]
    return [(name, row) for name, row in rows if row["injected"]]


def outcomes(sums):
    for name, row in shown(sums):
        active = row["activated"]
        share = f"{100 * row['activated_recovered'] / active:.1f} %" if active else "-"
        yield (name, row["injected"], active,
               *(row["outcomes"].get(o, 0) for o in OUTCOMES), share)


def mechanisms(sums):
    """Those that noticed anything, the busiest first; then none."""
    found = sums["all"]["detected_by"]
    return sorted(found, key=lambda name: (name == "none", -found[name], name))


def detections(sums):
    for name, row in shown(sums):
        yield name, row["activated"], *(row["detected_by"].get(m, 0) for m in mechanisms(sums))


def lines(sums):
    """The tables as text: a line a kind of fault, then all; what became of them, and what
    noticed those that were activated first."""
    yield from table(("fault", "injected", "activated", *OUTCOMES, "back"), outcomes(sums))
    yield ""
    yield from table(("noticed by", "activated", *mechanisms(sums)), detections(sums))
