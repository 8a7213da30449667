# SPDX-License-Identifier: GPL-2.0-only
"""Read a domain's C source with libclang: where could a programmer have slipped?

A Source knows its text and, for each kind of fault, its sites: places in this file
(not in a header, not inside a macro's expansion) where that fault can be made. Text
is bytes throughout, as libclang counts in bytes.
"""

from dataclasses import dataclass

from clang import cindex
from clang.cindex import CursorKind as K

STATEMENTS = {K.COMPOUND_STMT, K.CASE_STMT, K.DEFAULT_STMT, K.LABEL_STMT}
CONDITIONED = {K.IF_STMT, K.WHILE_STMT, K.DO_STMT, K.FOR_STMT, K.SWITCH_STMT}
ARITHMETIC = (
    cindex.TypeKind.UCHAR, cindex.TypeKind.USHORT, cindex.TypeKind.UINT, cindex.TypeKind.ULONG,
    cindex.TypeKind.ULONGLONG, cindex.TypeKind.CHAR_S, cindex.TypeKind.SCHAR,
    cindex.TypeKind.SHORT, cindex.TypeKind.INT, cindex.TypeKind.LONG, cindex.TypeKind.LONGLONG,
)


@dataclass(frozen=True)
class Node:
    """A cursor and what encloses it."""

    cursor: cindex.Cursor
    parents: tuple  # outermost first

    @property
    def span(self):
        extent = self.cursor.extent
        return extent.start.offset, extent.end.offset

    @property
    def parent(self):
        return self.parents[-1] if self.parents else None

    def function(self):
        """Name of the function it is in, or None."""
        for cursor in self.parents:
            if cursor.kind == K.FUNCTION_DECL:
                return cursor.spelling
        return None

    def whole(self):
        """The full expression it is part of: what is evaluated at one go."""
        whole = self.cursor
        for parent in reversed(self.parents):
            if parent.kind in STATEMENTS | CONDITIONED | {K.RETURN_STMT, K.VAR_DECL, K.DECL_STMT}:
                break
            whole = parent
        return whole.extent.start.offset, whole.extent.end.offset


def is_number(cursor):
    """Is its value an integer (an enum's is not: the proxy would see it)?"""
    return cursor.type.get_canonical().kind in ARITHMETIC


class Source:
    """One file. `flags` are the compiler's that matter for parsing it."""

    def __init__(self, path, flags):
        self.path = path
        self.text = path.read_bytes()
        unit = cindex.Index.create().parse(str(path), args=flags)
        errors = [d for d in unit.diagnostics if d.severity >= cindex.Diagnostic.Error]
        if errors:
            raise ValueError(f"{path}: libclang: {errors[0].spelling}")
        self.nodes = list(self.walk(unit.cursor, ()))

    def walk(self, cursor, parents):
        for child in cursor.get_children():
            if not parents and str(child.location.file) != str(self.path):
                continue
            node = Node(child, parents)
            if self.written_here(child):
                yield node
            yield from self.walk(child, (*parents, child))

    def written_here(self, cursor):
        """Not from a macro: its text begins and ends with its own tokens."""
        extent = cursor.extent
        if str(extent.start.file) != str(self.path) or extent.end.offset <= extent.start.offset:
            return False
        if cursor.kind in (K.DECL_REF_EXPR, K.CALL_EXPR) and cursor.spelling:
            return cursor.spelling.encode() in self.text_of(cursor)
        return True

    def text_of(self, cursor):
        extent = cursor.extent
        return self.text[extent.start.offset:extent.end.offset]

    def children(self, cursor):
        """Its children, through the casts that nobody wrote."""
        found = []
        for child in cursor.get_children():
            while child.kind == K.UNEXPOSED_EXPR and len(list(child.get_children())) == 1:
                child = next(child.get_children())
            found.append(child)
        return found

    def of_kind(self, *kinds):
        return [n for n in self.nodes if n.cursor.kind in kinds and n.function()]

    def operator(self, cursor):
        """Spelling of a binary operator: the token between its operands."""
        left = next(cursor.get_children())
        end = left.extent.end.offset
        for token in cursor.get_tokens():
            if token.extent.start.offset >= end:
                return token
        return None

    def calls(self, *patterns):
        """Calls of functions whose name has one of the patterns in it."""
        return [n for n in self.of_kind(K.CALL_EXPR)
                if any(p in n.cursor.spelling for p in patterns)]
