# SPDX-License-Identifier: GPL-2.0-only
"""The kinds of fault: what drivers are known to get wrong, as changes of the text.

Each kind is a function that yields the faults that can be made in a Source: the node
it is about and what stands there instead. The kinds are those of the classic studies
of operating system faults (source, destination, pointer, interface, branch, loop,
init, free, copy overrun, sync, leak, interrupt, allocation).
"""

from dataclasses import dataclass

from clang.cindex import CursorKind as K

from .source import Node, is_number

COMPARE = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}


@dataclass(frozen=True)
class Fault:
    node: Node
    text: bytes     # instead of the node's own


def assignments(source):
    for node in source.of_kind(K.BINARY_OPERATOR):
        token = source.operator(node.cursor)
        if token and token.spelling == "=":
            yield node, source.children(node.cursor)


def expression(source, node, child, text):
    """A fault in @child of @node."""
    return Fault(Node(child, (*node.parents, node.cursor)), text)


def wrong_source(source):
    """A wrong value is assigned."""
    for node, (_, right) in assignments(source):
        old = source.text_of(right)
        if old and is_number(right):
            for change in (b"(%s) + 1", b"(%s) - 1", b"(%s) ^ 0x40", b"(%s) << 8"):
                yield expression(source, node, right, change % old)


def wrong_destination(source):
    """The right value goes to the wrong member, or to the next element."""
    for node, (left, _) in assignments(source):
        old = source.text_of(left)
        if not old or not is_number(left):
            continue
        if left.kind == K.ARRAY_SUBSCRIPT_EXPR:
            yield expression(source, node, left, b"*(&(%s) + 1)" % old)
            yield expression(source, node, left, b"*(&(%s) - 1)" % old)
        elif left.kind == K.MEMBER_REF_EXPR and left.referenced:
            owner = left.referenced.semantic_parent
            for field in owner.get_children():
                same = field.type.get_canonical().spelling == left.type.get_canonical().spelling
                name = left.referenced.spelling.encode()
                if field.kind == K.FIELD_DECL and same and field.spelling.encode() != name:
                    yield expression(source, node, left,
                                     old[:-len(name)] + field.spelling.encode())


def wrong_pointer(source):
    """A pointer or an index is off, or NULL."""
    for node in source.of_kind(K.ARRAY_SUBSCRIPT_EXPR):
        base, index = source.children(node.cursor)
        base, index = source.text_of(base), source.text_of(index)
        if base and index:
            for off in (b"1", b"64", b"0x10000", b"0x7fffffff"):
                yield Fault(node, b"%s[(%s) + %s]" % (base, index, off))
    for node in source.of_kind(K.MEMBER_REF_EXPR):
        children = source.children(node.cursor)
        old = source.text_of(node.cursor)
        if not children or b"->" not in old:
            continue
        base, _, field = old.rpartition(b"->")
        for off in (b"8", b"-64", b"4096", b"(1UL << 40)"):
            yield Fault(node, b"((typeof(%s))((char *)(%s) + %s))->%s" % (base, base, off, field))
        yield Fault(node, b"((typeof(%s))0)->%s" % (base, field))


def wrong_interface(source):
    """A function is called with a wrong argument."""
    for node in source.of_kind(K.CALL_EXPR):
        for argument in node.cursor.get_arguments():
            old = source.text_of(argument)
            if old and is_number(argument) and source.written_here(argument):
                for change in (b"(%s) * 0", b"(%s) + 1", b"~(%s)"):
                    yield expression(source, node, argument, change % old)


def wrong_branch(source):
    """A condition is turned round, forgotten or always true."""
    for node in source.of_kind(K.IF_STMT):
        condition = next(node.cursor.get_children())
        old = source.text_of(condition)
        if old:
            for change in (b"!(%s)" % old, b"1", b"0"):
                yield expression(source, node, condition, change)


def wrong_loop(source):
    """One round too many or too few, or no end."""
    for node in source.of_kind(K.BINARY_OPERATOR):
        if not node.parent or node.parent.kind not in (K.FOR_STMT, K.WHILE_STMT, K.DO_STMT):
            continue
        token = source.operator(node.cursor)
        if token and token.spelling in COMPARE:
            left, right = (source.text_of(c) for c in source.children(node.cursor))
            if left and right:
                change = COMPARE[token.spelling].encode()
                yield Fault(node, b"%s %s %s" % (left, change, right))
                yield Fault(node, b"1")
                yield Fault(node, b"0")


def wrong_init(source):
    """A variable or a member keeps what was there before."""
    for node in source.of_kind(K.VAR_DECL):
        for child in source.children(node.cursor):
            if child.kind.is_expression() and is_number(node.cursor) and source.text_of(child):
                yield expression(source, node, child, b"0x5a5a5a5a")
    for node, _ in assignments(source):
        if "init" in node.function() or "setup" in node.function():
            yield Fault(node, b"(void)0")
    for node in source.calls("memset"):
        yield Fault(node, b"(void)0")


def wrong_free(source):
    """Freed twice, or something else is freed."""
    for node in source.calls("rl_free", "rl_xfree", "_free", "_complete"):
        old = source.text_of(node.cursor)
        yield Fault(node, b"(%s, %s)" % (old, old))
        for argument in node.cursor.get_arguments():
            if argument.type.get_canonical().kind.name == "POINTER":
                text = source.text_of(argument)
                if text:
                    yield expression(source, node, argument,
                                     b"(typeof(%s))((unsigned long)(%s) + 8)" % (text, text))


def copy_overrun(source):
    """A copy that is longer than what it goes to."""
    for node in source.calls("memcpy", "memset", "memmove", "rl_snprintf"):
        arguments = list(node.cursor.get_arguments())
        size = arguments[1 if "snprintf" in node.cursor.spelling else -1]
        old = source.text_of(size)
        if old and source.written_here(size):
            for change in (b"(%s) + 1", b"(%s) + 64", b"(%s) * 2", b"(%s) + (1 << 20)"):
                yield expression(source, node, size, change % old)


def wrong_sync(source):
    """A lock is not taken, not given back, or taken twice."""
    for node in source.calls("rl_lock", "rl_unlock", "_lock", "_unlock"):
        old = source.text_of(node.cursor)
        yield Fault(node, b"(void)0")
        yield Fault(node, b"(%s, %s)" % (old, old))
    for node in source.calls("rl_wmb", "rl_rmb", "rl_mb", "rl_store_release"):
        yield Fault(node, b"(void)0")


def leak(source):
    """What should be given back is kept."""
    for node in source.calls("rl_free", "rl_xfree", "_free", "_complete"):
        yield Fault(node, b"(void)0" if node.cursor.type.spelling == "void"
                    else b"((%s){ 0 })" % node.cursor.type.spelling.encode())


def wrong_interrupt(source):
    """A device's register, timer or interrupt is forgotten, or touched twice."""
    for node in source.calls("rl_write32", "rl_write64", "rl_irq_", "rl_timer_start", "_ring"):
        old = source.text_of(node.cursor)
        void = node.cursor.type.spelling == "void"
        yield Fault(node, b"(void)0" if void else b"0")
        yield Fault(node, b"(%s, %s)" % (old, old))


def failed_allocation(source):
    """Memory is not there, or is less than was asked for."""
    for node in source.calls("rl_alloc", "rl_xalloc", "rl_dma_alloc", "_alloc"):
        if node.cursor.type.get_canonical().kind.name != "POINTER":
            continue
        yield Fault(node, b"((typeof(%s))0)" % source.text_of(node.cursor))
        for argument in node.cursor.get_arguments():
            old = source.text_of(argument)
            if old and is_number(argument):
                yield expression(source, node, argument, b"(%s) / 2" % old)


KINDS = {
    "source": wrong_source, "destination": wrong_destination, "pointer": wrong_pointer,
    "interface": wrong_interface, "branch": wrong_branch, "loop": wrong_loop,
    "init": wrong_init, "free": wrong_free, "copy": copy_overrun, "sync": wrong_sync,
    "leak": leak, "interrupt": wrong_interrupt, "allocation": failed_allocation,
}
