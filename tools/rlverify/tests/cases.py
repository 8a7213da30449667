# SPDX-License-Identifier: GPL-2.0-only
"""Cases of accepted*.txt and refused*.txt, as assembly."""

import re
import subprocess

HEAD = """
	.section .modinfo, "a"
	.asciz "rl_guard=%s"
	.section .rodata
	.globl table
table:	.quad f, other
	.text
	.p2align 4
	.globl other
	.type other, @function
other:	callq rl_prologue
	ret
	.size other, . - other
	.p2align 4, 0xcc
"""
FUNCTION = """
	.globl f
	.type f, @function
f:	callq rl_prologue
%s
"""
CHECK = """	leaq %(m)s, %%r11
	subq 64(%%r15), %%r11
	cmpq 72(%%r15), %%r11
	jae .Lslow%(n)d
.Lback%(n)d:
"""
SLOW = """.Lslow%(n)d:
	leaq %(m)s, %%r11
	callq rl_guard_%(kind)s
	jmp .Lback%(n)d
"""
STRING = """	movq %%%(reg)s, %%r11
	subq 64(%%r15), %%r11
	cmpq 72(%%r15), %%r11
	jae %(to)sf
	cmpq 72(%%r15), %%rcx
	ja %(to)sf
	leaq (%%r11,%%rcx,%(size)s), %%r11
	cmpq 72(%%r15), %%r11
	ja %(to)sf
"""


class Case:
    """One piece of code, and the rule that must refuse it (None: it is accepted)."""

    def __init__(self, name, rule, whole, level):
        self.name, self.rule, self.whole, self.level = name, rule, whole, level
        self.body = []

    def assembly(self):
        """The text of a file for the assembler."""
        out, operands = [], []
        for line in self.body:
            m = re.fullmatch(r"\t(chk|slow|slowl|str|src) (.*)", line)
            if not m:
                out.append(line + "\n")
            elif m[1] == "str":
                out.append(STRING % {"reg": "rdi", "to": 91, "size": m[2]})
            elif m[1] == "src":
                out.append(STRING % {"reg": "rsi", "to": 93, "size": m[2]})
            else:
                if m[2] not in operands:
                    operands.append(m[2])
                part = CHECK if m[1] == "chk" else SLOW
                out.append(part % {"m": m[2], "n": operands.index(m[2]),
                                   "kind": "load" if m[1] == "slowl" else "store"})
        text = "".join(out)
        head = HEAD % self.level
        if self.whole:
            return head.split("\t.section .rodata")[0] + text
        if "\t.size f" not in text:
            at = re.search(r"^\t\.(section|data|bss)", text, re.M)
            at = at.start() if at else len(text)
            text = text[:at] + "\t.size f, . - f\n" + text[at:]
        return head + FUNCTION % text


def read(path):
    """All cases of a file; of guard level full if its name says so."""
    level = "full" if path.stem.endswith("-full") else "stores"
    cases, case = [], None
    for line in path.read_text().splitlines():
        if line.startswith("#"):
            continue
        if line.startswith("== "):
            words = line.split()[1:]
            rule = words[1] if len(words) > 1 else None
            case = Case(words[0], rule, "whole" in words, level)
            cases.append(case)
        else:
            case.body.append(line)
    return cases


def assemble(text, path):
    """Make the object @path; return the assembler's complaint or None."""
    done = subprocess.run(["as", "--64", "-o", path, "-"], input=text, text=True,
                          capture_output=True, check=False)
    return done.stderr if done.returncode else None
