# SPDX-License-Identifier: GPL-2.0-only
"""As much of ELF as the tests need to change an object and to run its code."""

import struct

HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
SECTION = struct.Struct("<IIQQQQIIQQ")
SYMBOL = struct.Struct("<IBBHQQ")
RELA = struct.Struct("<QQq")
SHT_SYMTAB, SHT_RELA, SHT_NOBITS, SHF_ALLOC = 2, 4, 8, 2


class Elf:
    """An object file as bytes that can be changed."""

    def __init__(self, data):
        self.data = bytearray(data)
        head = HEADER.unpack_from(self.data)
        self.headers = head[6]
        self.sections = [SECTION.unpack_from(self.data, head[6] + i * head[11])
                         for i in range(head[12])]
        names = self.sections[head[13]][4]
        self.names = [self.text_at(names + s[0]) for s in self.sections]
        self.symtab = next(i for i, s in enumerate(self.sections) if s[1] == SHT_SYMTAB)

    def text_at(self, off):
        return self.data[off:self.data.index(0, off)].decode("latin-1")

    def place(self, name):
        """File offset and size of a section."""
        s = self.sections[self.names.index(name)]
        return s[4], s[5]

    def bytes_of(self, name):
        off, size = self.place(name)
        return self.data[off:off + size]

    def symbols(self):
        """(name, info, section, value, size) of each symbol."""
        tab = self.sections[self.symtab]
        strings = self.sections[tab[6]][4]
        for off in range(tab[4], tab[4] + tab[5], SYMBOL.size):
            name, info, _, shndx, value, size = SYMBOL.unpack_from(self.data, off)
            yield self.text_at(strings + name), info, shndx, value, size

    def relocs(self, name):
        """(file offset of the entry, offset, type, symbol, addend) of a section's."""
        index = self.names.index(name)
        for s in self.sections:
            if s[1] != SHT_RELA or s[7] != index:
                continue
            for at in range(s[4], s[4] + s[5], RELA.size):
                off, info, addend = RELA.unpack_from(self.data, at)
                yield at, off, info & 0xffffffff, info >> 32, addend

    def redirect(self, entry, symbol):
        """Make the relocation at file offset @entry one to symbol number @symbol."""
        off, info, addend = RELA.unpack_from(self.data, entry)
        RELA.pack_into(self.data, entry, off, symbol << 32 | info & 0xffffffff, addend)

    def parts(self):
        """(file offset, size) of both headers; of what the kernel loads, with its
        relocations; and of the rest: symbols, names, debug information."""
        parts = ([(0, HEADER.size), (self.headers, len(self.sections) * SECTION.size)], [], [])
        for s in self.sections:
            about = self.sections[s[7]] if s[1] == SHT_RELA else s
            if s[1] not in (0, SHT_NOBITS) and s[5]:
                parts[1 if about[2] & SHF_ALLOC else 2].append((s[4], s[5]))
        return parts

    def drop(self, entry):
        """Take the relocation at file offset @entry away; the last one takes its place."""
        n, s = next((i, list(s)) for i, s in enumerate(self.sections)
                    if s[1] == SHT_RELA and s[4] <= entry < s[4] + s[5])
        s[5] -= RELA.size
        last = s[4] + s[5]
        self.data[entry:entry + RELA.size] = self.data[last:last + RELA.size]
        SECTION.pack_into(self.data, self.headers + n * SECTION.size, *s)
