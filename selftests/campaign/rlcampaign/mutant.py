# SPDX-License-Identifier: GPL-2.0-only
"""A case of the campaign: which fault, in which domain; and its module.

Case K of seed S is always the same mutant of the same sources: the seed puts all faults
that can be made in an order, in which the kinds take turns until they run out. No fault
is made twice. A mutant is compiled with the commands that kbuild used for the unchanged
domain, so it has the guard, and its module is checked and linked like any other. A
transient mutant has its fault in its first generation alone.
"""

import random
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from .domains import Domain
from .faults import KINDS
from .source import Source

# Lines in the kernel log tell that the changed place was reached. Its answer: is the fault
# there? What a transient one asks for is not a domain's to know, so there is no call for it.
HIT = b"rl_campaign_hit()"
HIT_HEADER = """#include <redleaf/log.h>
static inline int rl_campaign_hit(void)
{%s
	rl_log_write(RL_LOG_WARN, "campaign: hit", 13);
	return 1;
}
"""
FIRST_GENERATION = """
	unsigned int generation;
	void *gate;

	__asm__ __volatile__("movq {frame_gate}(%%r15), %0\\n\\tmovl {gate_gen}(%0), %1"
			     : "=&r" (gate), "=r" (generation));
	if (generation > 1)
		return 0;"""
OFFSETS = """#include "gate.h"
void offsets(void);
void offsets(void)
{
	asm volatile("#offset frame_gate %c0" :: "i" (offsetof(struct rl_frame, gate)));
	asm volatile("#offset gate_gen %c0" :: "i" (offsetof(struct rl_gate, gen)));
}
"""


@dataclass
class Mutant:
    case: int
    domain: Domain
    kind: str
    file: Path
    object: Path    # of the unchanged file
    line: int
    before: str
    after: str
    text: bytes

    def describe(self):
        return {"case": self.case, "domain": self.domain.name, "kind": self.kind,
                "file": self.file.name, "line": self.line, "before": self.before,
                "after": self.after}


def command_of(target):
    """How kbuild made `target`: its shell text, and the folder it ran in."""
    text = (target.parent / f".{target.name}.cmd").read_text().splitlines()[0]
    return text.split(":=", 1)[1].strip()


def parse_flags(command):
    """What libclang must know of a compiler's command line."""
    words = shlex.split(command.split(";")[0])
    flags = [w for w in words if w.startswith(("-I", "-D")) and "KBUILD_" not in w]
    return [*flags, "-nostdinc", "-ffreestanding", "-std=gnu11", "-ferror-limit=1", "-w"]


def sites(domain):
    """All faults of a domain: (kind, source, object, fault)."""
    for path, target in domain.units():
        source = Source(path, parse_flags(command_of(target)))
        for kind, make in KINDS.items():
            for fault in make(source):
                yield kind, source, target, fault


def plan(domains, seed):
    """The faults of @domains in the seed's order: (domain, kind, source, object, fault)."""
    kinds, made = {kind: [] for kind in KINDS}, set()
    for domain in domains:
        for kind, *place, fault in sites(domain):
            change = place[0].path, fault.node.span, fault.text
            if change not in made:
                kinds[kind].append((domain, kind, *place, fault))
            made.add(change)
    for kind, faults in kinds.items():
        random.Random(f"{seed}:{kind}").shuffle(faults)
    return [fault for turn in zip_longest(*kinds.values()) for fault in turn if fault]


def apply(domain, kind, source, target, fault, case, transient=False):
    """The source with this fault; the full expression around it tells that it was reached."""
    start, end = fault.node.span
    outer_start, outer_end = fault.node.whole()
    changed = source.text[outer_start:start] + fault.text + source.text[end:outer_end]
    if transient:
        changed = b"(%s ? (%s) : (%s))" % (HIT, changed, source.text[outer_start:outer_end])
    else:
        changed = b"({ %s; %s; })" % (HIT, changed)
    return Mutant(
        case, domain, kind, source.path, target, source.text.count(b"\n", 0, start) + 1,
        source.text[start:end].decode(), fault.text.decode(),
        source.text[:outer_start] + changed + source.text[outer_end:])


class Refused(Exception):
    """The build did not make a module of it; `stage` says what refused."""

    def __init__(self, stage, text):
        super().__init__(text)
        self.stage = stage


class Builder:
    """Makes modules of mutants, in `work`; what is `built` stays as it is."""

    def __init__(self, top, built, kernel_dir, work, transient=False):
        self.top, self.kernel_dir, self.work = top, kernel_dir, work
        work.mkdir(parents=True, exist_ok=True)
        self.rlverify = built / "rlverify/rlverify"
        self.key = subprocess.run([top / "tools/rlkey", "path"], check=True, text=True,
                                  capture_output=True).stdout.strip()
        self.header = work / "campaign_hit.h"
        first = FIRST_GENERATION.format(**self.offsets(built)) if transient else ""
        self.header.write_text(HIT_HEADER % first)

    def offsets(self, built):
        """Where the frame of a call has its gate, and that its generation."""
        target, probe = built / "tree/core/gate.o", self.work / "offsets.c"
        probe.write_text(OFFSETS)
        compiler = re.sub(r"-Wp,-MMD,\S+", "", command_of(target).split(";")[0])
        options, _ = compiler.split(" -c ", 1)
        self.shell("compiler", f"{options} -I{target.parent} -S -o {probe}.s {probe}")
        return dict(re.findall(r"#offset (\w+) (\d+)", Path(f"{probe}.s").read_text()))

    def shell(self, stage, text):
        done = subprocess.run(text, shell=True, cwd=self.kernel_dir, capture_output=True, text=True)
        if done.returncode:
            raise Refused(stage, (done.stderr or done.stdout).strip()[-400:])

    def compile(self, mutant, folder):
        """The changed file, by the command of the unchanged one."""
        original, source = mutant.object, folder / mutant.file.name
        target = folder / original.name
        if mutant.file.parent != original.parent:   # a library's; one file includes all
            shutil.copytree(mutant.file.parent, folder, dirs_exist_ok=True)
        source.write_bytes(mutant.text)
        if mutant.file.parent != original.parent:
            source = folder / f"{mutant.file.parent.name}.c"
        text = command_of(original).replace(str(original), str(target))
        text = text.replace(str(original.with_suffix(".c")), str(source))
        text = re.sub(r"-Wp,-MMD,\S+", "", text)
        # A changed program may be one that a warning would have stopped.
        text = text.replace(" -Werror ", " ")
        text = text.replace(" -c ", f" -I{mutant.file.parent} -include {self.header} -c ", 1)
        self.shell("compiler", text)
        return target

    def objects(self, mutant, changed):
        folder = mutant.domain.folder
        names = (folder / f"{mutant.domain.name}.mod").read_text().split()
        return [changed if Path(n).name == changed.name else Path(n) for n in names]

    def check(self, mutant, objects):
        """tools/domain-check, as tools/domain.mk calls it."""
        own = " ".join(str(o) for o in objects if o.name != "rl_glue.o")
        self.shell("domain-check", f"{self.top}/tools/domain-check {mutant.domain.name} "
                   f"{self.top}/core/allowlist.h stores 3072 'stack_overflow wild_jump' {own}")

    def build(self, mutant, target):
        """Leave the mutant's module in `target`; raises Refused."""
        folder = self.work / f"case{mutant.case}"
        folder.mkdir(exist_ok=True)
        objects = self.objects(mutant, self.compile(mutant, folder))
        self.check(mutant, objects)
        name, original = mutant.domain.name, mutant.domain.folder
        linked = folder / f"{name}.o"
        listing = folder / "objects"
        listing.write_text("\n".join(map(str, objects)))
        text = command_of(original / f"{name}.o").replace(str(original / f"{name}.o"), str(linked))
        self.shell("linker", text.replace(f"@{original / name}.mod", f"@{listing}"))
        text = command_of(original / f"{name}.ko")
        text = text.replace(str(original / f"{name}.ko"), str(target))
        self.shell("linker", text.replace(str(original / f"{name}.o"), str(linked)))
        self.seal(original, target)

    def seal(self, original, target):
        """The verifier's word on it, as tools/build asks for it."""
        self.shell("verifier", f"{self.rlverify} --level stores --glue {original}/rl_glue.o "
                   f"--seal {self.key} {target}")
