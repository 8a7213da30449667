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


def lines(sums):
    """The table as text: a line a kind of fault, then all."""
    head = ("fault", "injected", "activated", *OUTCOMES, "back")
    widths = [17, *(max(10, len(word)) for word in head[1:])]
    yield " ".join(f"{word:>{width}}" for word, width in zip(head, widths))
    rows = [*sums["kinds"].items(), *sums["verifier"].items(), ("all", sums["all"])]
    for name, sums_of in rows:
        if not sums_of["injected"]:
            continue
        active = sums_of["activated"]
        share = f"{100 * sums_of['activated_recovered'] / active:.1f} %" if active else "-"
        cells = (name, sums_of["injected"], active,
                 *(sums_of["outcomes"].get(o, 0) for o in OUTCOMES), share)
        yield " ".join(f"{cell:>{width}}" for cell, width in zip(cells, widths))
