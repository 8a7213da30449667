# SPDX-License-Identifier: GPL-2.0-only
"""Sums over all cases, and the table of them."""

from collections import Counter

from .faults import KINDS
from .verdict import FATAL, OUTCOMES


def whole_again(result):
    return result["outcome"] not in (*FATAL, "wedged", "refused")


def row(results):
    """Sums of some cases."""
    built = [r for r in results if r["outcome"] != "refused"]
    active = [r for r in built if r.get("hit") or r["outcome"] in FATAL]
    return {
        "injected": len(results), "built": len(built), "activated": len(active),
        "outcomes": dict(Counter(r["outcome"] for r in results)),
        "detected_by": dict(Counter(r["detected"] for r in active)),
        "activated_recovered": sum(map(whole_again, active)),
    }


def summary(results):
    kinds = {kind: row([r for r in results if r["kind"] == kind]) for kind in KINDS}
    return {"all": row(results), "kinds": kinds}


def lines(sums):
    """The table as text: a line a kind of fault, then all."""
    head = ("fault", "injected", "activated", *OUTCOMES, "back")
    yield " ".join(f"{word:>{max(10, len(word))}}" for word in head)
    for name, sums_of in [*sums["kinds"].items(), ("all", sums["all"])]:
        if not sums_of["injected"]:
            continue
        active = sums_of["activated"]
        share = f"{100 * sums_of['activated_recovered'] / active:.1f} %" if active else "-"
        cells = (name, sums_of["injected"], active,
                 *(sums_of["outcomes"].get(o, 0) for o in OUTCOMES), share)
        yield " ".join(f"{cell:>{max(10, len(word))}}" for word, cell in zip(head, cells))
