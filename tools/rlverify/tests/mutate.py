# SPDX-License-Identifier: GPL-2.0-only
"""Damage of three kinds: guards left out, code changed, files broken."""

import os
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


def broken_file(rng, elf):
    """Cut, or with bytes changed in one part; all kinds of parts are as likely."""
    data = bytearray(elf.data)
    if rng.random() < 0.1:
        return data[:rng.randrange(len(data))]
    off, size = rng.choice(rng.choice(elf.parts()))
    for _ in range(rng.choice((1, 2, 8, 64))):
        data[off + rng.randrange(size)] = rng.choice((0, 1, 0x7f, 0x80, 0xff, rng.randrange(256)))
    return data


def broken_files(tap, checked, tmp, objects, rng, rounds):
    """Whatever the file, the answer is 0, 1 or 2, never a crash."""
    obj, bad = tmp / "broken.o", []
    for _ in range(rounds):
        case, data = rng.choice(objects)
        obj.write_bytes(broken_file(rng, Elf(data)))
        why = survives(checked, "--json", "--level", case.level, obj)[1]
        if why:
            bad.append(f"{case.name}: {why}")
    tap.check(f"{rounds} broken files, no crash", not bad, "\n".join(bad))


def run(tap, tool, checked, tmp, here, rng, rounds):
    """All of it, of the pieces."""
    good = cases.read(here / "accepted.txt") + cases.read(here / "accepted-full.txt")
    without_guards(tap, tool, tmp, good)
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
