# SPDX-License-Identifier: GPL-2.0-only
"""Cases in the code of a built module: one instruction is another one.

No compiler and no guard comes after the change, and the module's seal does not fit any
more, so such a domain is loaded by allow_unsealed=1 alone. What the verifier would have
said is kept: whoever loads only what is sealed meets the accepted ones at most.
"""

import random
import re
import subprocess
import sys
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tools/rlverify/tests"))
from elf import Elf  # noqa: E402

LINE = re.compile(r"^ *([0-9a-f]+):\t((?:[0-9a-f]{2} )+) *\t(.*)$", re.M)
PREFIXES = (0x66, 0xf0, 0xf2, 0xf3)
NOP, INT3 = b"\x90", b"\xcc"


@dataclass(frozen=True)
class Insn:
    """One instruction, and where its parts are: offsets in it, None: it has no such."""

    function: str
    start: int      # of the function, in .text
    offset: int     # in .text
    data: bytes
    text: str
    opcode: int
    modrm: int = None
    disp: slice = None
    imm: slice = None


def has_modrm(opcode):
    """Of those that domains consist of; 0x0f00 and up are two bytes."""
    if opcode >= 0x0f00:
        low = opcode & 0xff
        return not 0x80 <= low <= 0x8f and low not in (0x0b, 0xa2) and not 0xc8 <= low <= 0xcf
    return (opcode < 0x40 and opcode & 7 < 4) or 0x80 <= opcode <= 0x8f or \
        opcode in (0x63, 0x69, 0x6b, 0xc0, 0xc1, 0xc6, 0xc7, 0xf6, 0xf7, 0xfe, 0xff) or \
        0xd0 <= opcode <= 0xd3


def displacement(data, modrm):
    """Where it is and where the operand ends."""
    mod, rm = data[modrm] >> 6, data[modrm] & 7
    at = modrm + 1
    if mod != 3 and rm == 4:
        rm = data[at] & 7       # of the SIB byte: its base
        at += 1
    size = {0: 4 if rm == 5 else 0, 1: 1, 2: 4, 3: 0}[mod]
    return slice(at, at + size) if size else None, at + size


def parse(function, start, offset, data, text):
    at = 0
    while data[at] in PREFIXES or 0x40 <= data[at] <= 0x4f:
        at += 1
    opcode = data[at]
    if opcode == 0x0f:
        at += 1
        opcode = 0x0f00 | data[at]
    at += 1
    parts = {}
    if has_modrm(opcode):
        parts["modrm"] = at
        parts["disp"], at = displacement(data, at)
    if at < len(data):
        parts["imm"] = slice(at, len(data))
    return Insn(function, start, offset, data, text, opcode, **parts)


def put(insn, at, value):
    """The instruction with other bytes at @at."""
    return insn.data[:at.start] + value + insn.data[at.stop:]


def numbers(insn, at):
    size = at.stop - at.start
    old = int.from_bytes(insn.data[at], "little")
    for new in (old + 1, old - 1, old ^ 0x40, old + 8, 0):
        yield put(insn, at, (new % (1 << 8 * size)).to_bytes(size, "little"))


def flipped_bit(insn):
    for bit in range(8 * len(insn.data)):
        yield put(insn, slice(bit // 8, bit // 8 + 1),
                  bytes([insn.data[bit // 8] ^ 1 << bit % 8]))


def left_out(insn):
    yield NOP * len(insn.data)


def wrong_register(insn):
    if insn.modrm is not None:
        for change in (*range(1, 8), *range(8, 64, 8)):
            yield put(insn, slice(insn.modrm, insn.modrm + 1),
                      bytes([insn.data[insn.modrm] ^ change]))


def wrong_address(insn):
    if insn.disp:
        yield from numbers(insn, insn.disp)


def wrong_constant(insn):
    if insn.imm and insn.modrm is not None:
        yield from numbers(insn, insn.imm)


def wrong_branch(insn):
    if 0x70 <= insn.opcode <= 0x7f:
        yield bytes([insn.data[0] ^ 1]) + insn.data[1:]
        yield b"\xeb" + insn.data[1:]
    elif 0x0f80 <= insn.opcode <= 0x0f8f:
        yield insn.data[:1] + bytes([insn.data[1] ^ 1]) + insn.data[2:]
    elif insn.opcode in (0xe8, 0xe9, 0xeb):
        yield from numbers(insn, insn.imm)


KINDS = {
    "bit": flipped_bit, "left out": left_out, "register": wrong_register,
    "address": wrong_address, "constant": wrong_constant, "code branch": wrong_branch,
}


class Image:
    """The code of a module; what a relocation will write is nobody's to change."""

    def __init__(self, path):
        self.path = path
        self.elf = Elf(path.read_bytes())
        text = self.elf.names.index(".text")
        self.functions = {value: (name, size) for name, info, shndx, value, size in
                          self.elf.symbols() if shndx == text and info & 15 == 2}
        self.relocated = {off + n for _, off, kind, *_ in self.elf.relocs(".text")
                          for n in range(8 if kind == 1 else 4)}
        self.insns = list(self.read())

    def read(self):
        listing = subprocess.run(["objdump", "-d", "-w", "-j", ".text", self.path], text=True,
                                 capture_output=True, check=True).stdout
        starts = sorted(self.functions)
        for match in LINE.finditer(listing):
            offset, data = int(match[1], 16), bytes.fromhex(match[2])
            start = max((s for s in starts if s <= offset), default=None)
            if start is None or offset + len(data) > start + self.functions[start][1]:
                continue
            yield parse(self.functions[start][0], start, offset, data, match[3])

    def changes(self, kind):
        """All of a kind: (instruction, what stands there instead)."""
        for insn in self.insns:
            for new in KINDS[kind](insn):
                same = all(a == b for n, (a, b) in enumerate(zip(insn.data, new))
                           if insn.offset + n in self.relocated)
                if same and new != insn.data:
                    yield insn, new


@lru_cache(maxsize=None)
def image_of(path):
    return Image(path)


@lru_cache(maxsize=None)
def changes_of(path, kind):
    return list(image_of(path).changes(kind))


@dataclass
class CodeMutant:
    case: int
    domain: object
    kind: str
    insn: Insn
    new: bytes
    seen: dict = field(default_factory=dict)

    def describe(self):
        return {"case": self.case, "domain": self.domain.name, "kind": self.kind,
                "file": self.insn.function, "line": self.insn.offset - self.insn.start,
                "before": f"{self.insn.data.hex()} {self.insn.text}", "after": self.new.hex(),
                **self.seen}

    def place(self):
        """Function and offset, as the core's line of a crash says where it was."""
        return self.insn.function, self.insn.offset - self.insn.start


def make(domains, folder, seed, case):
    """The mutant of this case; modules are in @folder."""
    choice = random.Random(f"binary:{seed}:{case}")
    domain, kind = choice.choice(domains), choice.choice(sorted(KINDS))
    insn, new = choice.choice(changes_of(folder / f"{domain.name}.ko", kind))
    return CodeMutant(case, domain, kind, insn, new)


def marker_of(target):
    """Of a mutant's module: the one that tells whether its change is reached."""
    return target.with_suffix(".marker.ko")


class Patcher:
    """Makes modules of mutants: copies of those in `folder`, with other bytes."""

    def __init__(self, rlverify, folder):
        self.rlverify, self.folder = rlverify, folder

    def patch(self, mutant, new, target):
        original = self.folder / f"{mutant.domain.name}.ko"
        data = bytearray(original.read_bytes())
        at = image_of(original).elf.place(".text")[0] + mutant.insn.offset
        data[at:at + len(new)] = new
        target.write_bytes(data)

    def build(self, mutant, target):
        """Leave the mutant's module in `target`, beside it one that dies where the change is,
        and the verifier's word in the mutant."""
        self.patch(mutant, mutant.new, target)
        self.patch(mutant, INT3, marker_of(target))
        status = subprocess.run(
            [self.rlverify, "--glue", mutant.domain.folder / "rl_glue.o", target],
            capture_output=True, check=False).returncode
        mutant.seen["verifier"] = "refused" if status else "accepted"
