# SPDX-License-Identifier: GPL-2.0-only
"""Damage of three kinds: guards left out, code changed, files broken."""

import os
import pathlib
import random
import re
import subprocess

import cases
import emulate
from elf import Elf

GUARD = re.compile(r"\t(leaq .*, %r11|subq 64\(%r15\).*|cmpq 72\(%r15\).*|jae .*|ja .*|"
                   r"callq rl_guard_(st\w+|load|source)|movq %r[ds]i, %r11|movl \$\d, %r11d|pushfq|popfq)")


def accepts(tool, path, *options):
    return subprocess.run([tool, *options, path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          check=False).returncode == 0


def survives(checked, *args):
    """Status of the sanitised verifier, and None; or what the sanitizer says, instead of exit
    status 1, which is that of a refusal."""
    env = os.environ | {"ASAN_OPTIONS": "exitcode=99", "UBSAN_OPTIONS": "exitcode=99"}
    done = subprocess.run([checked, *args], capture_output=True, check=False, env=env)
    if done.returncode in (0, 1, 2):
        return done.returncode, None
    return done.returncode, f"{done.returncode}: {done.stderr[-300:]}"


def without_guards(tap, tool, tmp, good):
    """Every line of every check is needed."""
    obj, left = tmp / "mutant.o", []
    count = 0
    for case in good:
        lines = case.assembly().splitlines()
        for n, line in enumerate(lines):
            if not GUARD.fullmatch(line):
                continue
            if cases.assemble("\n".join(lines[:n] + lines[n + 1:]) + "\n", obj):
                continue
            count += 1
            if accepts(tool, obj, "--level", case.level):
                left.append(f"{case.name}: {line}")
    tap.check(f"{count} pieces without one line of a check are refused", count and not left,
              "\n".join(left))


def change(rng, elf):
    """Change a byte or two of the code, or where a relocation leads."""
    off, size = elf.place(".text")
    entries = list(elf.relocs(".text"))
    if entries and rng.random() < 0.1:
        elf.redirect(rng.choice(entries)[0], rng.randrange(len(list(elf.symbols()))))
        return
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        at = off + rng.randrange(size)
        if rng.random() < 0.6:
            elf.data[at] ^= 1 << rng.randrange(8)
        else:
            elf.data[at] = rng.randrange(256)


def changed_code(tap, tool, tmp, objects, rng, rounds):
    """What is accepted of changed code does no harm when it runs."""
    obj, bad, accepted = tmp / "mutant.o", [], 0
    for _ in range(rounds):
        case, data = rng.choice(objects)
        elf = Elf(data)
        change(rng, elf)
        obj.write_bytes(elf.data)
        if not accepts(tool, obj, "--level", case.level):
            continue
        accepted += 1
        why = emulate.escapes(elf, rng, 12, case.level == "full")
        if why:
            bad.append(f"{case.name}: {why}")
            (tmp / f"escape{len(bad)}.o").write_bytes(elf.data)
    tap.check(f"{rounds} changes of code, {accepted} accepted, none escapes",
              accepted and not bad, "\n".join(bad))


def guard_insns(path, elf):
    """(file offset, length, relocation entry) of what belongs to guards in a module."""
    listing = subprocess.run(["objdump", "-d", "-w", "-j", ".text", path], text=True,
                             capture_output=True, check=True).stdout
    relocs = {off: at for at, off, *_ in elf.relocs(".text")}
    start, calls = elf.place(".text")[0], set()
    symbols = [s[0] for s in elf.symbols()]
    for _, off, _, sym, _ in elf.relocs(".text"):
        if re.match("rl_guard_(st|load|source)", symbols[sym]):
            calls.add(off)
    last = ""
    for m in re.finditer(r"^ *([0-9a-f]+):\t((?:[0-9a-f]{2} )+) *\t(.*)$", listing, re.M):
        off, length = int(m[1], 16), len(m[2].split())
        if off + 1 in calls:
            yield start + off, length, relocs[off + 1]
        elif re.match(r"(lea .*,%r11|sub +0x40\(%r15\)|cmp +0x48\(%r15\))", m[3]) or \
                (re.match("j(ae|a) ", m[3]) and "0x48(%r15)" in last):
            yield start + off, length, None
        last = m[3]


def without_module_guards(tap, tool, tmp, path, level, rng, most):
    """A real domain without one instruction of one check is refused."""
    data, left, obj = path.read_bytes(), [], tmp / "mutant.ko"
    elf = Elf(data)
    harmless = [s[0] for s in elf.symbols()].index("rl_prologue")
    places = list(guard_insns(path, elf))
    chosen = rng.sample(places, min(most, len(places)))
    options = ["--level", level, "--glue", path.parent / "rl_glue.o"]
    for at, length, entry in chosen:
        elf = Elf(data)
        if entry:
            elf.redirect(entry, harmless)
        else:
            elf.data[at:at + length] = b"\x90" * length
        obj.write_bytes(elf.data)
        if accepts(tool, obj, *options):
            left.append(f"{path.name}: file offset {at:#x}")
    tap.check(f"{path.name}: {len(chosen)} of {len(places)} instructions of guards, "
              "each left out, are refused", chosen and not left, "\n".join(left))


def modules(tap, tool, tmp, tree, rng, most):
    """The domains of the build: accepted, and refused without their guards."""
    found = sorted(p for p in tree.glob("**/*.ko") if (p.parent / "rl_glue.o").exists())
    for path in found:
        said = re.search(rb"rl_guard=(\w+)\0", path.read_bytes())
        level = said[1].decode()
        tap.check(f"{path.name} is accepted ({level})",
                  accepts(tool, path, "--level", level, "--glue", path.parent / "rl_glue.o"))
        if level != "none":
            without_module_guards(tap, tool, tmp, path, level, rng, most)
    tap.check("there are domains", found)


def broken_file(rng, data):
    data = bytearray(data)
    kind = rng.random()
    if kind < 0.1:
        return data[:rng.randrange(len(data))]
    for _ in range(rng.choice((1, 2, 8, 64))):
        at = rng.randrange(len(data))
        if kind < 0.5:
            at = rng.choice((rng.randrange(64), len(data) - 1 - rng.randrange(min(len(data), 1500))))
        data[at] = rng.choice((0, 1, 0x7f, 0x80, 0xff, rng.randrange(256)))
    return data


def broken_files(tap, checked, tmp, objects, rng, rounds):
    """Whatever the file, the answer is 0, 1 or 2, never a crash."""
    obj, bad = tmp / "broken.o", []
    for _ in range(rounds):
        case, data = rng.choice(objects)
        obj.write_bytes(broken_file(rng, data))
        why = survives(checked, "--json", "--level", case.level, obj)[1]
        if why:
            bad.append(f"{case.name}: {why}")
    tap.check(f"{rounds} broken files, no crash", not bad, "\n".join(bad))


def run(tap, tool, checked, tmp, here):
    """All of it, reproducible by SEED."""
    seed, rounds = int(os.environ.get("SEED", "1")), int(os.environ.get("ROUNDS", "1"))
    print(f"# SEED={seed} ROUNDS={rounds}")
    rng = random.Random(seed)
    good = cases.read(here / "accepted.txt") + cases.read(here / "accepted-full.txt")
    without_guards(tap, tool, tmp, good)
    if "RL_TREE" in os.environ:
        modules(tap, tool, tmp, pathlib.Path(os.environ["RL_TREE"]), rng, 120 * rounds)
    objects = []
    for case in good:
        cases.assemble(case.assembly(), tmp / "case.o")
        objects.append((case, (tmp / "case.o").read_bytes()))
        elf = Elf(objects[-1][1])
        why = emulate.escapes(elf, rng, 30, case.level == "full")
        if why:
            tap.check(f"{case.name} runs", False, why)
    changed_code(tap, tool, tmp, objects, rng, 800 * rounds)
    broken_files(tap, checked, tmp, objects, rng, 300 * rounds)
