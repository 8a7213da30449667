# SPDX-License-Identifier: GPL-2.0-only
"""Run accepted code and watch what it does: a check that shares nothing with rlverify.

The memory of a domain as the core lays it out: a window, a frame for %r15, a stack,
the text. Registers hold pointers good and bad, small and wild numbers. Whatever
the code then does, it must store in its window or its own stack frame only, at level
full load there, its arguments and its constants only, stay in its text or call
imports, keep %r15 and the flags that matter, and return with the stack as it was.
"""

import struct

import unicorn
import unicorn.x86_const as x86

WINDOW, SIZE = 0xffff888000010000, 0x10000
STACK, STACK_SIZE = 0xffffc90000000000, 0x4000
FRAME = 0xffffc90000100000
TEXT, IMPORTS, RODATA = 0xffffffffc0000000, 0xffffffffc0100000, 0xffffffffc0200000
OUT = IMPORTS + 0x8000
STEPS = 200
STACK_BYTES, ARGUMENT_BYTES = 576 + 16, 8 + 64
IF, DF, AC = 1 << 9, 1 << 10, 1 << 18
SPAN = SIZE - 64

GENERAL = [getattr(x86, "UC_X86_REG_" + r) for r in
           "RAX RCX RDX RBX RBP RSI RDI R8 R9 R10 R11 R12 R13 R14".split()]
POINTERS = [WINDOW + 64, WINDOW + 0x800, WINDOW + SIZE - 72, WINDOW + SIZE - 8, WINDOW - 8,
            WINDOW + SIZE, STACK + 0x2000, STACK + 0x2008, FRAME, FRAME + 64, TEXT, 0, 8,
            0x7fffffffffffffff, 0xffffffffffffffff, 0xffff888000000000, 1, 3, 16]


def faults(address):
    """User space, and what is canonical on no processor: no store is done there."""
    return address < 0xff << 56


class Escape(Exception):
    """The code did what it must not."""


class Machine:
    """One object's code, ready to run."""

    def __init__(self, elf, loads):
        self.uc = unicorn.Uc(unicorn.UC_ARCH_X86, unicorn.UC_MODE_64)
        for base, size in ((WINDOW, SIZE), (STACK, STACK_SIZE), (FRAME, 0x1000), (TEXT, 0x10000),
                           (IMPORTS, 0x10000), (RODATA, 0x10000)):
            self.uc.mem_map(base, size)
        self.imports, self.escape = {}, None
        self.functions = {}
        self.load(elf)
        self.uc.mem_write(IMPORTS, b"\xc3" * 0x10000)
        self.uc.hook_add(unicorn.UC_HOOK_MEM_WRITE, self.on_write)
        self.uc.hook_add(unicorn.UC_HOOK_MEM_WRITE_UNMAPPED, self.on_wild_write)
        self.uc.hook_add(unicorn.UC_HOOK_CODE, self.on_code)
        if loads:
            self.uc.hook_add(unicorn.UC_HOOK_MEM_READ | unicorn.UC_HOOK_MEM_READ_UNMAPPED,
                             self.on_read)

    def load(self, elf):
        symbols = list(elf.symbols())
        text = elf.bytes_of(".text")
        index = elf.names.index(".text")
        for n, (name, info, shndx, value, _) in enumerate(symbols):
            if shndx == index and info & 15 == 2:
                self.functions[TEXT + value] = name
            if shndx == 0 and name:
                self.imports[IMPORTS + 16 * n] = name
        for _, off, kind, sym, addend in elf.relocs(".text"):
            _, _, shndx, value, _ = symbols[sym]
            base = IMPORTS + 16 * sym if shndx == 0 else \
                (TEXT if shndx == index else RODATA) + value
            if kind == 1:
                struct.pack_into("<Q", text, off, base + addend & (1 << 64) - 1)
            elif kind in (2, 4):
                struct.pack_into("<i", text, off, base + addend - TEXT - off)
            else:
                struct.pack_into("<I", text, off, base + addend & 0xffffffff)
        self.end = TEXT + len(text)
        self.uc.mem_write(TEXT, bytes(text))

    def stop(self, why=None):
        self.escape = self.escape or why
        self.uc.emu_stop()

    def on_write(self, uc, _access, address, size, _value, _data):
        if WINDOW <= address and address + size <= WINDOW + SIZE:
            return
        if faults(address):
            return
        if self.top - STACK_BYTES <= address and address + size <= self.top:
            return
        self.stop(f"store to {address:#x} at {uc.reg_read(x86.UC_X86_REG_RIP):#x}")

    def on_read(self, uc, _access, address, size, _value, _data):
        places = ((WINDOW, WINDOW + SIZE), (RODATA, RODATA + 0x10000), (FRAME + 64, FRAME + 80),
                  (self.top - STACK_BYTES, self.top + ARGUMENT_BYTES))
        if any(low <= address and address + size <= high for low, high in places):
            return True
        if not faults(address):
            self.stop(f"load from {address:#x} at {uc.reg_read(x86.UC_X86_REG_RIP):#x}")
        return False

    def on_wild_write(self, uc, _access, address, _size, _value, _data):
        if not faults(address):
            self.stop(f"store to {address:#x} at {uc.reg_read(x86.UC_X86_REG_RIP):#x}")
        return False

    def check_state(self):
        uc = self.uc
        if uc.reg_read(x86.UC_X86_REG_R15) != FRAME:
            self.stop("r15 changed")
        if uc.reg_read(x86.UC_X86_REG_EFLAGS) & (IF | DF | AC) != IF:
            self.stop("flags changed")

    def on_code(self, uc, address, _size, _data):
        if address == OUT:
            if uc.reg_read(x86.UC_X86_REG_RSP) != self.top + 8:
                self.stop("returned with another stack")
            self.check_state()
            uc.emu_stop()
        elif address in self.imports:
            self.check_state()
            self.run_import(self.imports[address])
        elif not TEXT <= address < self.end:
            self.stop(f"ran at {address:#x}")

    def run_import(self, name):
        uc = self.uc
        if name in ("rl_guard_store", "rl_guard_load"):
            if not self.permitted(uc.reg_read(x86.UC_X86_REG_R11), 0):
                uc.emu_stop()
        elif name in ("rl_guard_string", "rl_guard_source"):
            start = x86.UC_X86_REG_RDI if name == "rl_guard_string" else x86.UC_X86_REG_RSI
            n = (uc.reg_read(x86.UC_X86_REG_R11) & 0xffffffff) * uc.reg_read(x86.UC_X86_REG_RCX)
            if not self.permitted(uc.reg_read(start), n):
                uc.emu_stop()
        elif name.startswith(("rl_icall_", "rl_die")):
            uc.emu_stop()
        elif name not in ("rl_prologue", "__x86_return_thunk"):
            for reg in GENERAL[:3] + GENERAL[5:11]:
                uc.reg_write(reg, self.random.choice(POINTERS))

    @staticmethod
    def permitted(address, size):
        """What the core would say."""
        if faults(address):
            return size == 0
        return WINDOW <= address < WINDOW + SPAN and address + size <= WINDOW + SPAN

    def run(self, random, entry):
        """Run once; return what was wrong, or None."""
        uc = self.uc
        self.random = random
        self.escape = None
        self.top = STACK + 0x2000
        uc.mem_write(WINDOW, b"".join(struct.pack("<Q", random.choice(POINTERS))
                                      for _ in range(64)))
        uc.mem_write(FRAME, struct.pack("<8QQQ", STACK, 0, 0, 0, 0, 0, 0, 0, WINDOW, SPAN))
        uc.mem_write(self.top, struct.pack("<Q", OUT))
        for reg in GENERAL:
            uc.reg_write(reg, random.choice(POINTERS) + random.choice((0, 0, 0, 8, 64, -64))
                         & (1 << 64) - 1)
        uc.reg_write(x86.UC_X86_REG_R15, FRAME)
        uc.reg_write(x86.UC_X86_REG_RSP, self.top)
        uc.reg_write(x86.UC_X86_REG_EFLAGS, IF | 2 | random.choice((0, 1, 0x40, 0x8d5)))
        try:
            uc.emu_start(entry, OUT + 1, count=STEPS)
        except unicorn.UcError:
            pass  # a fault, which the core recovers from
        return self.escape


def escapes(elf, random, runs, loads):
    """Run every function of an accepted object; return the first thing that was wrong."""
    machine = Machine(elf, loads)
    for entry in machine.functions:
        for _ in range(runs):
            why = machine.run(random, entry)
            if why:
                return f"{machine.functions[entry]}: {why}"
    return None
