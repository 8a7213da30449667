// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which stores and loads need a check, and where it stands.
 *
 * One pass along the text keeps the facts that earlier checks have established
 * (Documentation/guard.rst says when they end). An access that no fact covers gets a
 * check of the lowest address among those with the same registers that are certain
 * to follow, so that one check serves them all; one of stores, which is good for loads
 * too, if there is a store among them. Where the flags are still wanted, the check
 * moves up to a place where they are not.
 */
#include <string.h>
#include "guard.h"

#define MAX_FACTS 32

struct fact {
	int base, index, scale;
	long disp;
	bool store;
};

bool guard_loads;
static struct fact facts[MAX_FACTS];
static int nr_facts;

static bool same_regs(const struct fact *a, const struct operand *o)
{
	return a->base == o->base && a->index == o->index &&
	       (o->index == NOREG || a->scale == o->scale);
}

static bool covers(const struct fact *a, const struct operand *o, int size, bool store)
{
	return a->store >= store && same_regs(a, o) && o->disp >= a->disp &&
	       o->disp + size <= a->disp + COVER;
}

static bool covered(const struct operand *o, int size, bool store)
{
	int i;

	for (i = 0; i < nr_facts; i++)
		if (covers(&facts[i], o, size, store))
			return true;
	return false;
}

static bool uses(const struct fact *a, unsigned int regs)
{
	return regs & REG(a->base) || (a->index != NOREG && regs & REG(a->index));
}

static void forget(unsigned int regs)
{
	int i, n = 0;

	for (i = 0; i < nr_facts; i++)
		if (!uses(&facts[i], regs))
			facts[n++] = facts[i];
	nr_facts = n;
}

static void learn(const struct operand *o, long disp, bool store)
{
	if (nr_facts == MAX_FACTS)
		nr_facts--;
	facts[nr_facts++] = (struct fact){ o->base, o->index, o->scale, disp, store };
}

/* Does straight flow end here, or may something come in from elsewhere? */
static bool breaks(const struct stmt *s)
{
	if (s->kind == S_LABEL)
		return s->target;
	return s->kind == S_INSN && (s->what == CALL || s->what == JMP || s->what == JCC ||
				     s->what == RET || s->what == END);
}

/* The memory operand that has to be checked, or NULL. Symbols are the verifier's. */
static struct operand *checked(struct stmt *s)
{
	struct operand *o;

	if (s->kind != S_INSN)
		return NULL;
	o = guarded(s);
	if (!o || (o->base == RSP && o->index == NOREG) || o->kind == OP_SYM || o->rip)
		return NULL;
	return o;
}

/*
 * Lowest displacement from which one check serves as many accesses as possible, and
 * whether a store is among them.
 */
static long lowest(struct func *f, int at, const struct operand *first, bool *store)
{
	struct fact key = { first->base, first->index, first->scale, 0, false };
	long low = first->disp, high = low + f->s[at].size;
	struct operand *o;
	int i;

	*store = false;
	for (i = at; i < f->n; i++) {
		struct stmt *s = &f->s[i];

		if (i > at && breaks(s))
			break;
		o = checked(s);
		if (o && same_regs(&key, o)) {
			long l = o->disp < low ? o->disp : low;
			long h = o->disp + s->size > high ? o->disp + s->size : high;

			if (h - l <= COVER) {
				low = l;
				high = h;
				*store |= o == stored(s);
			}
		}
		if (s->kind == S_INSN && uses(&key, written_regs(s)))
			break;
		if (s->pre && i > at && key.base == R10)
			break;
	}
	return low;
}

/* A place at or before @at where the flags are free, the registers being the same. */
static int free_place(const struct func *f, int at, const struct fact *key)
{
	int i;

	for (i = at; i > 0; i--) {
		const struct stmt *above = &f->s[i - 1];

		if (!flags_live(f, i))
			return i;
		if ((key->base == R10 && f->s[i].pre) || breaks(above))
			break;
		if (above->kind == S_INSN && uses(key, written_regs(above)))
			break;
	}
	return -1;
}

static void guard_access(struct func *f, int at, struct operand *o)
{
	struct fact key = { o->base, o->index, o->scale, 0, false };
	struct stmt *s = &f->s[at];
	bool store = o == stored(s);
	long disp;
	int place;

	if (s->height < 0)
		return;	/* nothing comes here */
	if (o->base == RSP || o->index == RSP)
		fail(s, "an indexed access to the stack");
	if (covered(o, s->size, store))
		return;
	disp = lowest(f, at, o, &store);
	place = free_place(f, at, &key);
	emit_check(f, place < 0 ? at : place, o, disp, store, place < 0);
	learn(o, disp, store);
}

/* Arguments on the stack lie above the return address. */
static bool is_argument(const struct stmt *s, const struct operand *o)
{
	return o->disp >= s->height + 8 && o->disp + s->size <= s->height + 8 + ARGS_MAX;
}

static void guard_stack_access(struct stmt *s)
{
	const struct operand *o = guarded(s);
	bool store = o && o == stored(s);

	if (o && o->base == RSP && s->height >= 0 &&
	    (o->disp < 0 || o->disp + s->size > s->height) && (store || !is_argument(s, o)))
		fail(s, "a %s outside the function's own stack frame (%d bytes)",
		     store ? "store" : "load", s->height);
}

void place_checks(struct func *f)
{
	struct operand *o;
	int i;

	nr_facts = 0;
	for (i = 0; i < f->n; i++) {
		struct stmt *s = &f->s[i];

		if (s->kind == S_LABEL && s->target)
			nr_facts = 0;
		if (s->kind != S_INSN)
			continue;
		if (s->pre)	/* of locals.c: loads %r10 */
			forget(REG(R10));
		guard_stack_access(s);
		o = checked(s);
		if (o)
			guard_access(f, i, o);
		if (s->what == STRING)
			emit_string(f, i, flags_live(f, i));
		forget(written_regs(s));
	}
}
