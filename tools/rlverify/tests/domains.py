# SPDX-License-Identifier: GPL-2.0-only
"""The domains that the build made: accepted, soon, in the same words twice; refused without
any one instruction of their guards; and broken, with their glue, whatever the damage."""

import collections
import json
import os
import re
import subprocess

import mutate
from elf import Elf

REGISTERS = "rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15".split()
LINE = re.compile(r"^ *([0-9a-f]+):\t((?:[0-9a-f]{2} )+) *\t(.*)$", re.M)  # of objdump
PART = re.compile(r"lea .*,%r11$|sub +0x40\(%r15\)|cmp +0x48\(%r15\)|mov +%r[ds]i,%r11$|pushf|popf")
GUARD_RULES = {"store", "load", "string", "prologue", "indirect", "flags", "height"}
SHARE = 120  # of the guards of each domain, unless there is more than one round
BROKEN = 40  # modules or glue objects, a round
SECONDS = 2  # of CPU time for the largest domain


def options(path):
    """What the build tells rlverify of a module."""
    level = re.search(rb"rl_guard=(\w+)\0", path.read_bytes())[1].decode()
    return ["--json", "--level", level, "--glue", path.parent / "rl_glue.o"]


def verify(tool, *args):
    done = subprocess.run([tool, *args], capture_output=True, check=False)
    return done.returncode, done.stdout


def spent():
    """CPU time of all programs that have ended here; what else the machine does is not in it."""
    times = os.times()
    return times.children_user + times.children_system


def bare(data, at, register):
    """The call or jump at @at without the core's help, straight through a register."""
    n = REGISTERS.index(register)
    return b"\x41" * (n >= 8) + bytes((0xff, (0xd0 if data[at] == 0xe8 else 0xe0) | n & 7))


def module_guards(path, elf):
    """(file offset, length, what is there without it, its relocation) of each instruction
    of a module that is of a guard."""
    listing = subprocess.run(["objdump", "-d", "-w", "-j", ".text", path], text=True,
                             capture_output=True, check=True).stdout
    symbols = [s[0] for s in elf.symbols()]
    called = {off - 1: (at, symbols[sym]) for at, off, _, sym, _ in elf.relocs(".text")}
    start, last = elf.place(".text")[0], ""
    for m in LINE.finditer(listing):
        off, length, text = int(m[1], 16), len(m[2].split()), m[3]
        entry, name = called.get(off, (None, ""))
        follows = called.get(off + length, (None, ""))[1]
        if name.startswith("rl_icall_"):
            yield start + off, length, bare(elf.data, start + off, name[9:]), entry
        elif re.match("rl_(prologue|guard_(st|load|source))", name):
            yield start + off, length, b"", entry
        elif PART.match(text) or (re.match("j(ae|a) ", text) and "0x48(%r15)" in last) or \
                (text.endswith(",%r11d") and re.match("rl_guard_(string|source)", follows)):
            yield start + off, length, b"", None
        last = text


def without_guards(tap, tool, tmp, path, choose):
    """Without one instruction of one guard it is refused, and for that."""
    data, left, command = path.read_bytes(), [], [*options(path), tmp / "mutant.ko"]
    places = list(module_guards(path, Elf(data)))
    chosen = choose(places)
    for at, length, instead, entry in chosen:
        elf = Elf(data)
        elf.data[at:at + length] = instead.ljust(length, b"\x90")
        if entry:
            elf.drop(entry)
        command[-1].write_bytes(elf.data)
        said = json.loads(verify(tool, *command)[1])
        if not GUARD_RULES & {r["rule"] for r in said["refused"]}:
            left.append(f"{path.name}: file offset {at:#x}")
    tap.check(f"{path.name}: {len(chosen)} of {len(places)} instructions of guards, "
              "each left out, are refused", chosen and not left, "\n".join(left))


def soon_and_twice(tap, tool, path):
    """Also at a level that it does not have, where there is much to say."""
    begun = spent()
    first = verify(tool, *options(path), path)
    took = spent() - begun
    tap.check(f"{path.name} takes less than {SECONDS} s of a CPU", took < SECONDS, f"{took} s")
    tap.check("the same twice", first == verify(tool, *options(path), path))
    more = [tool, *options(path), "--level", "full", path]
    said = [verify(*more) for _ in range(2)]
    tap.check("the same twice of what is refused",
              said[0] == said[1] and said[0][0] == 1 and json.loads(said[0][1])["count"] > 100)


def broken(tap, checked, tmp, path, key, rng, rounds):
    """A damaged module or glue: accepted and sealed, refused or unusable, but no crash."""
    whole = {"module.ko": path.read_bytes(), "rl_glue.o": (path.parent / "rl_glue.o").read_bytes()}
    command = [*options(path), "--glue", tmp / "rl_glue.o", "--seal", key]
    bad, seen = [], collections.Counter()
    for n in range(rounds):
        for name, data in whole.items():
            (tmp / name).write_bytes(data)
        damaged = rng.choice(sorted(whole))
        (tmp / damaged).write_bytes(mutate.broken_file(rng, Elf(whole[damaged])))
        level = ("--level", "full") if n % 2 else ()  # then source lines are looked for
        status, why = mutate.survives(checked, *command, *level, tmp / "module.ko")
        seen[status] += 1
        if why:
            bad.append(f"{n}, {damaged}: {why}")
    tap.check(f"{path.name} or its glue damaged, {rounds} times: {seen[0]} sealed, {seen[1]} "
              f"refused, {seen[2]} unusable, no crash",
              not bad and seen[0] and seen[1] and seen[2], "\n".join(bad))


def run(tap, tool, checked, tmp, tree, key, rng, rounds):
    """All of it, of all domains of the build in @tree."""
    found = sorted(p for p in tree.glob("**/*.ko") if (p.parent / "rl_glue.o").exists())
    for path in found:
        level = options(path)[2]
        tap.check(f"{path.name} is accepted ({level})", verify(tool, *options(path), path)[0] == 0)
        if level != "none":
            without_guards(tap, tool, tmp, path, lambda places: places if rounds > 1 else
                           rng.sample(places, min(SHARE, len(places))))
    tap.check("there are domains", found)
    by_size = sorted(found, key=lambda path: path.stat().st_size)
    soon_and_twice(tap, tool, by_size[-1])
    broken(tap, checked, tmp, by_size[0], key, rng, BROKEN * rounds)
