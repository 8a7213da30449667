// SPDX-License-Identifier: GPL-2.0-only
/*
 * Locals whose address escapes move into the window; constant addresses get a name.
 *
 * The native stack is outside of everything a checked access may reach. A function
 * that takes the address of a local, or accesses one with an index, gets the
 * whole block of its locals from rl_guard_locals() instead, and keeps a pointer
 * to it in one slot where the block was. Saved registers, outgoing and incoming
 * arguments stay where they are. What results are ordinary accesses through
 * %r10; stores among them are checked like any other.
 */
#include <string.h>
#include "guard.h"

/* Where the block lies: heights from @low to @low + @size. */
struct block {
	int low, size;
	bool loaded;	/* %r10 points to it here */
};

static bool takes_address(struct stmt *s)
{
	const struct operand *o;
	int i;

	if (s->kind != S_INSN)
		return false;
	o = guarded(s);
	if (o && o->base == RSP && o->index != NOREG)
		return true;
	if (o && o->index == RSP)
		return true;
	for (i = 0; i < s->nr_ops; i++)
		if (s->op[i].kind == OP_REG && s->op[i].reg == RSP && i < s->nr_ops - 1)
			return true;
	o = memory(s);
	return s->what == LEA && o && o->base == RSP && !(written_regs(s) & REG(RSP));
}

static bool allocates(const struct stmt *s, const struct block *b)
{
	return s->kind == S_INSN && s->what == RMW && to_rsp(s) && !strncmp(s->name, "sub", 3) &&
	       (!b->size || (s->height == b->low && s->op[0].disp == b->size));
}

static bool releases(const struct stmt *s, const struct block *b)
{
	return s->kind == S_INSN && s->height == b->low + b->size && s->what == RMW && to_rsp(s) &&
	       !strncmp(s->name, "add", 3) && s->op[0].disp == b->size;
}

static struct block find_block(const struct func *f)
{
	struct block b = { 0 };
	int i;

	for (i = 0; i < f->n && !b.size; i++)
		if (allocates(&f->s[i], &b) && f->s[i].height >= 0)
			b = (struct block){ .low = f->s[i].height, .size = f->s[i].op[0].disp };
	return b;
}

/* Of the pointer, below @height of the new layout. */
static int slot_at(const struct stmt *s, const struct block *b)
{
	return s->height - b->low - b->size;
}

static char *with_base(const struct operand *o, long disp, const char *base)
{
	if (o->index == NOREG)
		return print("%ld(%%%s)", disp, base);
	return print("%ld(%%%s,%%%s,%d)", disp, base, register_name(o->index), o->scale);
}

/* The statement again, with another operand text. */
static void reprint(struct stmt *s)
{
	char *text = print("\t%s%s%s", s->lock ? "lock " : "", s->rep ? "rep " : "", s->name);
	int i;

	for (i = 0; i < s->nr_ops; i++)
		text = print("%s%s%s", text, i ? ", " : "\t", s->op[i].text);
	s->text = text;
}

static void set_operand(struct stmt *s, struct operand *o, char *text)
{
	*o = parse_operand(text);
	reprint(s);
}

/*
 * Does @in bytes from the block's start still mean the block? An address that is
 * computed, or has an index to come, may lie before or behind what it is meant for;
 * nobody computes the address of a saved register. Arguments begin behind those.
 */
static bool means_block(const struct stmt *s, const struct operand *o, long in,
			const struct block *b)
{
	if (s->what != LEA && o->index == NOREG)
		return in >= 0 && in < b->size;
	if (in < 0 && slot_at(s, b))
		fail(s, "an address on the stack that cannot be moved");
	return in < b->size + b->low + 8;
}

/* @o is based on %rsp: is it in the block (then through %r10), or beside it? */
static void move_operand(struct stmt *s, struct operand *o, struct block *b)
{
	long in = o->disp - slot_at(s, b);

	if (means_block(s, o, in, b)) {
		if (!b->loaded)
			add_pre(s, print("\tmovq\t%d(%%rsp), %%r10", slot_at(s, b)));
		b->loaded = true;
		set_operand(s, o, with_base(o, in, "r10"));
	} else if (in >= b->size) {
		set_operand(s, o, with_base(o, o->disp - b->size + 8, "rsp"));
	}
}

/* movq %rsp, %reg: the start of the block. */
static void move_value(struct stmt *s, int i, const struct block *b)
{
	if (s->what != MOV || slot_at(s, b))
		fail(s, "an address on the stack that cannot be moved");
	set_operand(s, &s->op[i], print("%d(%%rsp)", slot_at(s, b)));
}

static void move_stmt(struct stmt *s, struct block *b)
{
	struct operand *o = memory(s);
	int i;

	if (o && o->index == RSP)
		fail(s, "%%rsp as an index");
	for (i = 0; i < s->nr_ops - 1; i++)
		if (s->op[i].kind == OP_REG && s->op[i].reg == RSP)
			move_value(s, i, b);
	if (o && o->base == RSP && !(s->what == LEA && written_regs(s) & REG(RSP)))
		move_operand(s, o, b);
}

static void replace_ends(struct stmt *s, const struct block *b)
{
	if (allocates(s, b)) {
		s->text = print("\tsubq\t$8, %%rsp\n"
				"\tmovl\t$%d, %%r11d\n"
				"\tcall\trl_guard_locals\n"
				"\tmovq\t%%r11, (%%rsp)", b->size);
	} else if (releases(s, b)) {
		s->text = print("\tmovq\t(%%rsp), %%r11\n"
				"\tcall\trl_guard_unlocals\n"
				"\taddq\t$8, %%rsp");
	} else {
		return;
	}
	s->drop = false;
	s->what = CALL;		/* what was known of registers is not any more */
	s->nr_ops = 0;
}

static bool loses_r10(const struct stmt *s)
{
	return s->kind == S_LABEL ? s->target : s->kind == S_INSN && (s->what == CALL || s->pre);
}

static void move_cfa(struct stmt *s, const struct block *b)
{
	int offset;

	if (sscanf(s->text, " .cfi_def_cfa_offset %d", &offset) == 1 &&
	    offset - 8 >= b->low + b->size)
		s->text = print("\t.cfi_def_cfa_offset %d", offset - b->size + 8);
}

/* The part of an address that is a symbol, as an instruction that computes it. */
static char *symbol_address(const struct operand *o)
{
	const char *end = strrchr(o->text, '(');
	int n = end - o->text;

	if (o->base == NOREG)
		return print("\tmovq\t$%.*s, %%r10", n, o->text);
	return print("\tleaq\t%.*s(%%%s), %%r10", n, o->text, register_name(o->base));
}

/*
 * What is constant in an address gets a register that a check can name. A load from a
 * symbol alone needs none: the verifier sees where it goes.
 */
void name_addresses(struct func *f)
{
	struct operand *o;
	int i;

	for (i = 0; i < f->n; i++) {
		struct stmt *s = &f->s[i];

		o = s->kind == S_INSN ? guarded(s) : NULL;
		if (!o || o->kind == OP_SYM || o->rip || (o->base != NOREG && !o->symbolic))
			continue;
		if (o->symbolic)
			add_pre(s, symbol_address(o));
		else
			add_pre(s, print("\tmovq\t$%ld, %%r10", o->disp));
		set_operand(s, o, with_base(o, 0, "r10"));
	}
}

void move_locals(struct func *f)
{
	struct block b;
	bool moves = false;
	int i;

	for (i = 0; i < f->n; i++)
		moves |= takes_address(&f->s[i]);
	if (!moves)
		return;
	b = find_block(f);
	for (i = 0; i < f->n; i++) {
		struct stmt *s = &f->s[i];

		if (s->kind == S_OTHER)
			move_cfa(s, &b);
		if (loses_r10(s))
			b.loaded = false;
		if (s->kind != S_INSN || s->height < 0)
			continue;
		if (!b.size && takes_address(s))
			fail(s, "the address of something outside the locals");
		if (s->height >= b.low + b.size && !releases(s, &b)) {
			move_stmt(s, &b);
			s->height += 8 - b.size;
		}
		replace_ends(s, &b);
		if (s->what == CALL)
			b.loaded = false;
	}
	f->frame += 8 - b.size;
}
