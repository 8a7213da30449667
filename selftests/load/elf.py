# SPDX-License-Identifier: GPL-2.0-only
"""As much of a 64 bit little endian ELF file as the tests of the loader need."""

import struct

SHT_NOBITS = 8


class Elf:
    """A file's bytes (a bytearray, to be changed) and where its parts are."""

    def __init__(self, data):
        self.data = data
        self.sections_at, = struct.unpack_from("<Q", data, 0x28)
        self.nr_sections, self.names = struct.unpack_from("<HH", data, 0x3C)

    def header(self, index):
        """File offset of a section's header."""
        return self.sections_at + 64 * index

    def section(self, index):
        """(type, offset, size, link) of a section."""
        at = self.header(index)
        kind, = struct.unpack_from("<I", self.data, at + 4)
        offset, size = struct.unpack_from("<QQ", self.data, at + 24)
        link, = struct.unpack_from("<I", self.data, at + 40)
        return kind, offset, size, link

    def section_name(self, index):
        """Its name, or what stands for one."""
        at = self.section(self.names)[1] + struct.unpack_from("<I", self.data, self.header(index))[0]
        return self.data[at:self.data.index(0, at)].decode() or f"section {index}"

    def contents(self):
        """(name, offset, size) of every section with bytes in the file."""
        for index in range(self.nr_sections):
            kind, offset, size, _ = self.section(index)
            if kind not in (0, SHT_NOBITS) and size:
                yield self.section_name(index), offset, size

    def symbol(self, name):
        """(section, offset in it, where its name is) of a symbol."""
        table = next(i for i in range(self.nr_sections) if self.section(i)[0] == 2)
        _, offset, size, link = self.section(table)
        strings = self.section(link)[1]
        for at in range(offset, offset + size, 24):
            text, _, _, section, value = struct.unpack_from("<IBBHQ", self.data, at)
            end = self.data.index(0, strings + text)
            if self.data[strings + text:end] == name:
                return section, value, strings + text
        raise SystemExit(f"no symbol {name}")
