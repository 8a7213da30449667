#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""X.json says what X.h says, and idl.rst names what there is in it.

json_check.py asserts X.json   print C that does not compile if a number differs: sizes,
                               offsets, values, ids, fingerprints, method numbers, indices
json_check.py keys IDL_RST X.json...
                               are the keys of all files together those of the page's table?
"""

import json
import re
import sys
from pathlib import Path


def equal(what, value):
    """The header's @what is @value, bit by bit and by its sign."""
    value = int(value, 0) if isinstance(value, str) else value
    bits = value & (1 << 64) - 1
    return (f"_Static_assert((u64)({what}) == {bits:#x}ULL && (({what}) < 0) == {int(value < 0)},"
            f" \"{what}\");")


def field_asserts(struct, enums, field):
    at, kind, n = f"struct {struct}", field["type"], field.get("count", 1)
    whole = f"sizeof((({at} *)0)->{field['field']})"
    yield equal(f"offsetof({at}, {field['field']})", field["offset"])
    if "slot" in field:
        yield equal(whole, 8 * n)
    elif "bound" in field:
        yield equal(whole, (field["bound"] + (4 if kind == "bytes" else 0)) * n)
    else:
        known = enums.get(kind, kind)
        size = known if re.fullmatch("[us](8|16|32|64)", known) else f"struct {kind}"
        yield equal(f"{whole} / sizeof({size})", n)


def declaration_asserts(decl, enums):
    if "const" in decl:
        yield equal(decl["const"], decl["value"])
    elif "enum" in decl:
        for value in decl["values"]:
            yield equal(value["name"], value["value"])
    elif "struct" in decl:
        at = f"struct {decl['struct']}"
        yield equal(f"sizeof({at})", decl["size"])
        yield equal(f"_Alignof({at})", decl["align"])
        for field in decl["fields"]:
            yield from field_asserts(decl["struct"], enums, field)
    elif "interface" in decl:
        upper = decl["interface"].upper()
        yield equal(f"{upper}_FINGERPRINT", decl["fingerprint"])
        if not decl["host"]:
            yield equal(f"{upper}_NR_OPS", len(decl["methods"]))
            for method in decl["methods"]:
                yield equal(f"{upper}_M_{method['method'].upper()}", method["nr"])
    else:
        upper = decl["domain"].upper()
        for nr, param in enumerate(decl["params"]):
            yield equal(f"{upper}_PARAM_{param['name'].upper()}", nr)
        for nr, iface in enumerate(decl["requires"]):
            yield equal(f"{upper}_REQ_{iface['interface'].upper()}", nr)


def type_asserts(kind):
    at = f"struct {kind['type']}"
    yield equal(f"{kind['type'].upper()}_TYPE", kind["id"])
    if "container" in kind:
        head = 0 if kind["container"] == "array" else 8
        slots = 0 if kind["container"] == "vec" else 8 * kind["bound"]
        yield equal(f"sizeof({at})", head + slots)


def bases(module):
    return {d["enum"]: d["base"] for d in module["declarations"] if "enum" in d}


def asserts(path):
    module = json.loads(path.read_text(encoding="utf-8"))
    enums = bases(module)
    for name in module["imports"]:
        imported = (path.parent / f"{name}.json").read_text(encoding="utf-8")
        enums |= bases(json.loads(imported))
    print(f"#include <redleaf/gen/{module['module']}.h>")
    for kind in module["types"]:
        print(*type_asserts(kind), sep="\n")
    for decl in module["declarations"]:
        print(*declaration_asserts(decl, enums), sep="\n")


def keys_of(value):
    if isinstance(value, dict):
        yield from value
        value = value.values()
    if not isinstance(value, (str, int)):
        for inner in value:
            yield from keys_of(inner)


def keys(page, paths):
    """What is in one and not in the other."""
    text = page.read_text(encoding="utf-8")
    section = re.search(r"\nX\.json\n-+\n(.*?)\n[^\n]+\n[-=]+\n", text, re.DOTALL)
    named = set(re.findall("``([a-z_]+)``", section[1])) if section else set()
    found = set()
    for path in paths:
        found |= set(keys_of(json.loads(path.read_text(encoding="utf-8"))))
    for key in sorted(named ^ found):
        print(f"{key}: only in {'the page' if key in named else 'the files'}")
    return named != found


if sys.argv[1] == "keys":
    sys.exit(keys(Path(sys.argv[2]), map(Path, sys.argv[3:])))
asserts(Path(sys.argv[2]))
