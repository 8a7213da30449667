# SPDX-License-Identifier: GPL-2.0-only
"""The file of results: a line of JSON for each case, the last of a case holds."""

import hashlib
import json


def digest(files):
    """What is in files, in eight letters."""
    return hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()[:8]


def read(path, core=None):
    """Results by case: those that this build of the core bore, or (None) any."""
    if not path.exists():
        return {}
    lines = map(json.loads, path.read_text().splitlines())
    return {r["case"]: r for r in lines if core in (None, r["core"])}


def append(path, result):
    with open(path, "a") as results:
        results.write(json.dumps(result) + "\n")
