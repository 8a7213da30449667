// SPDX-License-Identifier: GPL-2.0-only
/*
 * .text as functions and instructions: every byte belongs to one instruction of
 * one function, or is padding between functions. What this file lets through, the
 * processor decodes as it stands here, as long as flow.c sees to it that
 * no branch goes elsewhere than to one of these instructions.
 */
#include <stdlib.h>
#include <string.h>
#include "verify.h"

static int by_start(const void *a, const void *b)
{
	const struct func *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int read_functions(struct code *c)
{
	const struct image *img = c->img;
	u16 text = c->text - img->sec;
	size_t n;

	c->func = calloc(img->nr_sym, sizeof(*c->func));
	if (!c->func)
		return -1;
	for (n = 1; n < img->nr_sym; n++) {
		const struct symbol *s = &img->sym[n];

		if (s->shndx != text || s->type != STT_FUNC)
			continue;
		if (!s->size || s->size > c->text->size - s->value) {
			refuse(R_FUNCTION, c->text, s->value, "%s: size %llu", s->name,
			       (unsigned long long)s->size);
			return -1;
		}
		c->func[c->nr_func++] = (struct func){
			.start = s->value, .end = s->value + s->size, .name = s->name,
		};
	}
	qsort(c->func, c->nr_func, sizeof(*c->func), by_start);
	return 0;
}

/* Aliases become one; anything else that shares bytes is refused. */
static int merge_functions(struct code *c)
{
	size_t n, kept = 0;

	for (n = 0; n < c->nr_func; n++) {
		struct func *f = &c->func[n], *last = kept ? &c->func[kept - 1] : NULL;

		if (last && f->start == last->start && f->end == last->end)
			continue;
		if (last && f->start < last->end) {
			refuse(R_FUNCTION, c->text, f->start, "%s overlaps %s", f->name,
			       last->name);
			return -1;
		}
		c->func[kept++] = *f;
	}
	c->nr_func = kept;
	return 0;
}

static int add_insn(struct code *c, const struct insn *in)
{
	if (!(c->nr_insn & (c->nr_insn + 1))) {
		struct insn *p = realloc(c->insn, (2 * c->nr_insn + 2) * sizeof(*p));

		if (!p)
			return -1;
		c->insn = p;
	}
	c->at[in->off] = c->nr_insn;
	c->insn[c->nr_insn++] = *in;
	return 0;
}

static int read_function(struct code *c, struct func *f)
{
	struct insn in;
	u64 off;

	f->first = c->nr_insn;
	f->padding = true;
	for (off = f->start; off < f->end; off += in.len) {
		if (decode(c->text, off, f->end, &in) || add_insn(c, &in))
			return -1;
		f->padding = f->padding && in.op == OP_NOP;
	}
	f->nr = c->nr_insn - f->first;
	if (f->start % 16 && !f->padding)
		refuse(R_FUNCTION, c->text, f->start, "%s is not aligned to 16", f->name);
	return 0;
}

static int check_padding(struct code *c, u64 from, u64 to)
{
	struct insn in;

	for (; from < to; from += in.len) {
		if (decode(c->text, from, to, &in))
			return -1;
		if (in.op != OP_NOP && in.op != OP_INT3) {
			refuse(R_PADDING, c->text, from, "code or data outside functions");
			return -1;
		}
		if (reloc_at(c->text, from, in.len))
			refuse(R_RELOC, c->text, from, "in padding");
	}
	return 0;
}

static int read_all(struct code *c)
{
	u64 off = 0;
	size_t n;

	for (n = 0; n < c->nr_func; n++) {
		if (check_padding(c, off, c->func[n].start) || read_function(c, &c->func[n]))
			return -1;
		off = c->func[n].end;
	}
	return check_padding(c, off, c->text->size);
}

static bool is_branch(const struct insn *in)
{
	return in->op == OP_CALL || in->op == OP_JMP || in->op == OP_JCC || in->op == OP_JAE ||
	       in->op == OP_JA;
}

/* Where a branch goes whose target a relocation makes. */
static void reloc_target(struct code *c, struct insn *in)
{
	const struct symbol *s = &c->img->sym[in->imm_rel->sym];
	s64 addend = in->imm_rel->addend + 4;

	if (in->imm_len != 4 ||
	    (in->imm_rel->type != R_X86_64_PLT32 && in->imm_rel->type != R_X86_64_PC32))
		refuse(R_RELOC, c->text, in->off, "of a branch, type %u", in->imm_rel->type);
	else if (s->shndx == SHN_UNDEF && addend)
		refuse(R_TARGET, c->text, in->off, "%s%+lld", s->name, (long long)addend);
	else if (s->shndx == SHN_UNDEF)
		in->import = s->name;
	else if (s->shndx != c->text - c->img->sec)
		refuse(R_TARGET, c->text, in->off, "%s is not code of the domain", s->name);
	else
		in->target = s->value + addend;
}

static void check_data_reloc(struct code *c, const struct insn *in, const struct reloc *r,
			     bool disp)
{
	const struct symbol *s = &c->img->sym[r->sym];
	u8 len = disp ? in->disp_len : in->imm_len;
	bool wide = r->type == R_X86_64_64;
	bool relative = r->type == R_X86_64_PC32 || r->type == R_X86_64_PLT32;

	if (len != (wide ? 8 : 4) || (disp && wide) || (relative && !(disp && in->mem.rip)) ||
	    (!relative && disp && in->mem.rip))
		refuse(R_RELOC, c->text, in->off, "type %u does not fit here", r->type);
	else if (!relative && !wide && r->type != R_X86_64_32S)
		refuse(R_RELOC, c->text, in->off, "type %u", r->type);
	else if (symbol_section(c->img, s) && symbol_section(c->img, s)->flags & SHF_WRITE)
		refuse(R_RELOC, c->text, in->off, "to writable data: %s", s->name);
	else if ((disp && (in->mem.base == RSP || in->mem.index == RSP)) ||
		 (in->writes & 1u << RSP && in->op != OP_PUSH))
		refuse(R_RELOC, c->text, in->off, "of a stack offset");
}

/* Each relocation fills exactly one field of one instruction. */
static void bind_relocs(struct code *c, struct insn *in)
{
	const struct reloc *r = reloc_at(c->text, in->off, in->len), *end;

	end = c->text->rel + c->text->nr_rel;
	for (; r && r < end && r->off < in->off + in->len; r++) {
		u64 at = r->off - in->off;

		if (in->disp_len && at == in->disp_at && !in->disp_rel) {
			in->disp_rel = r;
			in->mem.plain = false;
			check_data_reloc(c, in, r, true);
		} else if (in->imm_len && at == in->imm_at && !in->imm_rel) {
			in->imm_rel = r;
			if (!is_branch(in))
				check_data_reloc(c, in, r, false);
		} else {
			refuse(R_RELOC, c->text, in->off, "not of a whole field");
		}
	}
}

static void code_targets(struct code *c)
{
	size_t n;

	for (n = 0; n < c->nr_insn; n++) {
		struct insn *in = &c->insn[n];

		bind_relocs(c, in);
		if (!is_branch(in))
			continue;
		in->target = UINT64_MAX;
		if (in->kind[0] != K_IMM)
			continue;	/* flow.c refuses it */
		if (in->imm_rel)
			reloc_target(c, in);
		else
			in->target = in->off + in->len + in->imm;
	}
}

/* The bytes of endbr64, wherever they begin: only as that instruction, first in a function. */
static void check_endbr(struct code *c)
{
	static const u8 endbr[4] = { 0xf3, 0x0f, 0x1e, 0xfa };
	u64 off;

	for (off = 0; off + 4 <= c->text->size; off++) {
		if (memcmp(c->text->data + off, endbr, 4))
			continue;
		if (!code_func_at(c, off))
			refuse(R_ENDBR, c->text, off, "bytes f3 0f 1e fa");
	}
}

const struct func *code_func_at(const struct code *c, u64 start)
{
	size_t lo = 0, hi = c->nr_func;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (c->func[mid].start < start)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < c->nr_func && c->func[lo].start == start ? &c->func[lo] : NULL;
}

int code_read(struct code *c, const struct image *img)
{
	memset(c, 0, sizeof(*c));
	c->img = img;
	c->text = image_section(img, ".text");
	if (!c->text || !c->text->data) {
		refuse(R_SECTION, c->text, 0, "no code in .text");
		return -1;
	}
	c->at = malloc(c->text->size * sizeof(*c->at));
	if (!c->at)
		return -1;
	memset(c->at, 0xff, c->text->size * sizeof(*c->at));
	if (read_functions(c) || merge_functions(c) || read_all(c))
		return -1;
	code_targets(c);
	check_endbr(c);
	return 0;
}

void code_free(struct code *c)
{
	free(c->func);
	free(c->insn);
	free(c->at);
}
