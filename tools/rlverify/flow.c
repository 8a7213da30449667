// SPDX-License-Identifier: GPL-2.0-only
/*
 * One function, along every way through it: what is known before each instruction
 * (struct state), and whether the instruction keeps the rules with that alone.
 *
 * Known are the stack height, which operands a store check has covered (facts),
 * and how far a check has come (what %r11 and the flags hold). Where ways meet,
 * only what is known on all of them stays; so a jump into the middle of a check
 * leaves nothing of it, and no pattern has to be matched. state.c says what an
 * instruction does to what is known.
 */
#include <stdlib.h>
#include <string.h>
#include "state.h"

struct flow {
	const struct code *c;
	const struct func *f;
	struct state *in;	/* before each instruction of the function */
	size_t *todo, nr_todo;
	bool *queued;
	bool broken;		/* a height was refused: the rest would be noise */
};

static void meet_into(struct flow *w, size_t to, const struct state *s)
{
	struct state *old = &w->in[to];
	bool changed = false;

	if (!old->seen) {
		*old = *s;
		old->seen = true;
		changed = true;
	} else if (old->h != s->h) {
		if (!w->broken)
			refuse(R_HEIGHT, w->c->text, w->c->insn[w->f->first + to].off,
			       "%lld bytes on one way, %lld on another", (long long)old->h,
			       (long long)s->h);
		w->broken = true;
	} else {
		changed = state_meet(old, s);
	}
	if (changed && !w->queued[to]) {
		w->queued[to] = true;
		w->todo[w->nr_todo++] = to;
	}
}

static bool local(const struct flow *w, const struct insn *in)
{
	return !in->import && in->target >= w->f->start && in->target < w->f->end &&
	       w->c->at[in->target] >= 0;
}

static bool ends_flow(const struct insn *in)
{
	return in->op == OP_JMP || in->op == OP_RET || in->op == OP_UD2 || in->op == OP_INT3;
}

static bool conditional(const struct insn *in)
{
	return in->op == OP_JCC || in->op == OP_JAE || in->op == OP_JA;
}

/*
 * Jumps of a check itself: to its slow path, and back behind the core's answer.
 * All others end the facts where they lead, as guard.rst says. That is more than the
 * proof needs; but so each check of a guarded module is needed, too.
 */
static bool of_check(const struct flow *w, size_t n, const struct state *s)
{
	const struct insn *in = &w->c->insn[w->f->first + n];

	if (in->op == OP_JAE || in->op == OP_JA)
		return s->cmp != CMP_NONE;
	return in->op == OP_JMP && n && in[-1].op == OP_CALL && in[-1].import &&
	       is_check(in[-1].import);
}

static void step(struct flow *w, size_t n)
{
	const struct insn *in = &w->c->insn[w->f->first + n];
	struct state next = w->in[n];

	state_apply(&next, in);
	if ((conditional(in) || in->op == OP_JMP) && local(w, in)) {
		struct state taken = next;

		if (!of_check(w, n, &next))
			state_forget(&taken);
		meet_into(w, w->c->at[in->target] - w->f->first, &taken);
	}
	if (ends_flow(in) || n + 1 >= w->f->nr)
		return;
	state_not_taken(&next, in);
	meet_into(w, n + 1, &next);
}

static void check_import(const struct flow *w, const struct insn *in, const struct state *s)
{
	if (!strncmp(in->import, "__x86_indirect_thunk_", 21))
		refuse(R_INDIRECT, w->c->text, in->off, "%s", in->import);
	else if (!import_allowed(in->import))
		refuse(R_IMPORT, w->c->text, in->off, "%s", in->import);
	else if (!strcmp(in->import, "__x86_return_thunk") && in->op == OP_CALL)
		refuse(R_TARGET, w->c->text, in->off, "a call of the return thunk");
	else if (in->op != OP_CALL && s->h)
		refuse(R_RETURN, w->c->text, in->off, "%lld bytes", (long long)s->h);
}

static void check_branch(const struct flow *w, const struct insn *in, const struct state *s)
{
	if (in->kind[0] != K_IMM) {
		refuse(R_INDIRECT, w->c->text, in->off, "through a register or memory");
		return;
	}
	if (in->import) {
		check_import(w, in, s);
		return;
	}
	if (in->op != OP_CALL && local(w, in))
		return;
	if (!code_func_at(w->c, in->target)) {
		refuse(R_TARGET, w->c->text, in->off, "to .text+0x%llx",
		       (unsigned long long)in->target);
		return;
	}
	if (in->op != OP_CALL && s->h)
		refuse(R_RETURN, w->c->text, in->off, "%lld bytes", (long long)s->h);
}

static void check_store(const struct flow *w, const struct insn *in, const struct state *s)
{
	const struct mem *m = &in->mem;

	if (m->base != RSP) {
		if (!state_covers(s, m, in->store, true))
			refuse(R_STORE, w->c->text, in->off, "%u bytes", in->store);
		return;
	}
	if (m->index != NO_REG || !m->plain || m->disp < 0 || m->disp + in->store > s->h)
		refuse(R_STACK_STORE, w->c->text, in->off, "frame of %lld bytes", (long long)s->h);
}

/* Nothing but a relocation makes the address, and it stays in read-only data. */
static bool constant_ok(const struct code *c, const struct insn *in)
{
	const struct symbol *sym;
	const struct section *s;
	s64 at;

	if (!in->disp_rel || in->mem.base != NO_REG || in->mem.index != NO_REG)
		return false;
	sym = &c->img->sym[in->disp_rel->sym];
	s = symbol_section(c->img, sym);
	/* a distance is counted from the end of the instruction */
	at = sym->value + in->disp_rel->addend + (in->mem.rip ? in->len - in->disp_at : 0);
	return s && s->flags & SHF_ALLOC && !(s->flags & (SHF_WRITE | SHF_EXECINSTR)) &&
	       strncmp(s->name, ".init", 5) && at >= 0 && (u64)at <= s->size &&
	       in->load <= s->size - at;
}

/* What the sequences read of the frame. */
static bool frame_ok(const struct insn *in)
{
	const struct mem *m = &in->mem;

	return (in->op == OP_SUB || in->op == OP_CMP) && in->kind[0] == K_REG && m->plain &&
	       m->base == R15 && m->index == NO_REG && in->load == 8 &&
	       (m->disp == RL_WINDOW || m->disp == RL_SPAN);
}

static bool stack_load_ok(const struct insn *in, const struct state *s)
{
	const struct mem *m = &in->mem;
	s64 end = (s64)m->disp + in->load;

	return m->index == NO_REG && m->plain && m->disp >= 0 &&
	       (end <= s->h || (m->disp >= s->h + 8 && end <= s->h + 8 + RL_ARGS_BYTES));
}

static void check_load(const struct flow *w, const struct insn *in, const struct state *s)
{
	const struct mem *m = &in->mem;

	if (in->far)
		refuse(R_OPERAND, w->c->text, in->off,
		       "a bit number in a register reaches any address");
	else if (m->base == RSP && !stack_load_ok(in, s))
		refuse(R_STACK_LOAD, w->c->text, in->off, "frame of %lld bytes", (long long)s->h);
	else if (m->base != RSP && !frame_ok(in) && !constant_ok(w->c, in) &&
		 !state_covers(s, m, in->load, false))
		refuse(R_LOAD, w->c->text, in->off, "%u bytes", in->load);
}

static const char *wrong_stack(const struct insn *in)
{
	if (!(in->writes & 1u << RSP))
		return NULL;
	switch (in->op) {
	case OP_CALL:
	case OP_RET:
	case OP_PUSHF:
	case OP_POPF:
		return NULL;
	case OP_PUSH:
	case OP_POP:
		if (in->width == 8 &&
		    !(in->op == OP_POP && in->kind[0] == K_REG && in->reg[0] == RSP))
			return NULL;
		return "not a push or pop of 8 bytes";
	case OP_ADD:
	case OP_SUB:
		return in->kind[0] == K_REG && in->reg_size[0] == 8 && in->kind[1] == K_IMM &&
		       !in->imm_rel ? NULL : "not by a constant";
	case OP_LEA:
		return in->reg_size[0] == 8 && in->mem.base == RSP && in->mem.index == NO_REG &&
		       in->mem.plain ? NULL : "not by a constant";
	default:
		return "by an instruction that may not";
	}
}

static void check_stack(struct flow *w, const struct insn *in, const struct state *s)
{
	const char *why = wrong_stack(in);
	struct state next = *s;

	if (why) {
		refuse(R_RSP, w->c->text, in->off, "%s", why);
		w->broken = true;
		return;
	}
	state_apply(&next, in);
	if (in->op != OP_RET && (next.h < 0 || next.h > RL_FRAME_BYTES)) {
		refuse(R_HEIGHT, w->c->text, in->off, "%lld bytes", (long long)next.h);
		w->broken = true;
	}
	if (in->op == OP_RET && s->h)
		refuse(R_RETURN, w->c->text, in->off, "%lld bytes", (long long)s->h);
}

static void check_insn(struct flow *w, const struct insn *in, const struct state *s)
{
	bool branch = in->op == OP_CALL || in->op == OP_JMP || conditional(in);

	if (branch)
		check_branch(w, in, s);
	if (in->writes & 1u << R15 ||
	    (in->op == OP_PUSH && in->kind[0] == K_REG && in->reg[0] == R15))
		refuse(R_R15, w->c->text, in->off, "or saves it");
	if (in->op == OP_ENDBR && in->off != w->f->start)
		refuse(R_ENDBR, w->c->text, in->off, "not the first instruction");
	check_stack(w, in, s);
	if (!state_flags_ok(s, in))
		refuse(R_FLAGS, w->c->text, in->off, "%s",
		       s->pf ? "between pushfq and popfq" : "popfq alone");
	if (in->op == OP_MOVS || in->op == OP_STOS) {
		if (!state_covers_string(s, in) || (w->c->loads && !state_covers_source(s, in)))
			refuse(R_STRING, w->c->text, in->off, "%u bytes an element", in->width);
	} else if (in->op == OP_POP && in->kind[0] == K_MEM) {
		refuse(R_OPERAND, w->c->text, in->off, "pop to memory");
	} else if (in->store) {
		check_store(w, in, s);
	}
	if (w->c->loads && in->load)
		check_load(w, in, s);
}

/*
 * A function that is nothing but nops may run into the one behind it. Code that
 * only dies needs no stack check (__stack_chk_fail() of the glue).
 */
static void check_ends(const struct flow *w)
{
	const struct insn *in = &w->c->insn[w->f->first], *last = in + w->f->nr - 1;
	size_t at = in->op == OP_ENDBR && w->f->nr > 1;

	if (w->f->padding) {
		if (!code_func_at(w->c, w->f->end))
			refuse(R_FALL_OFF, w->c->text, w->f->start, "%s is nops", w->f->name);
		return;
	}
	if (in[at].op != OP_UD2 && !(in[at].op == OP_CALL && in[at].import &&
				     !strcmp(in[at].import, "rl_prologue")))
		refuse(R_PROLOGUE, w->c->text, w->f->start, "%s", w->f->name);
	if (w->in[w->f->nr - 1].seen && !ends_flow(last))
		refuse(R_FALL_OFF, w->c->text, last->off, "%s", w->f->name);
}

static void check_all(struct flow *w)
{
	size_t n;

	check_ends(w);
	for (n = 0; n < w->f->nr && !w->broken; n++) {
		const struct insn *in = &w->c->insn[w->f->first + n];

		if (w->in[n].seen)
			check_insn(w, in, &w->in[n]);
		else if (in->op != OP_NOP && in->op != OP_INT3)
			refuse(R_UNREACHED, w->c->text, in->off, "%s", w->f->name);
	}
}

/**
 * check_flow() - hold a function to the rules
 * @c: the code
 * @f: one of its functions
 *
 * The loop ends: what is known only becomes less, and a height that would differ
 * stops it.
 */
void check_flow(const struct code *c, const struct func *f)
{
	struct flow w = { .c = c, .f = f };
	struct state entry = { .seen = true };

	w.in = calloc(f->nr, sizeof(*w.in));
	w.todo = calloc(f->nr, sizeof(*w.todo));
	w.queued = calloc(f->nr, sizeof(*w.queued));
	if (!w.in || !w.todo || !w.queued)
		abort();
	meet_into(&w, 0, &entry);
	while (w.nr_todo && !w.broken) {
		size_t n = w.todo[--w.nr_todo];

		w.queued[n] = false;
		step(&w, n);
	}
	check_all(&w);
	free(w.in);
	free(w.todo);
	free(w.queued);
}
