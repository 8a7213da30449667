// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules of the store check, as steps from one state to the next. Every
 * function here may forget, but must never know more than is true: that is the
 * whole proof. What is written (a register, the flags) is forgotten first, and
 * only then comes what the instruction is known to establish.
 */
#include <string.h>
#include "state.h"

static bool same_address(const struct mem *a, const struct mem *b)
{
	return a->base == b->base && a->index == b->index && a->scale == b->scale;
}

static bool same(const struct mem *a, const struct mem *b)
{
	return same_address(a, b) && a->disp == b->disp;
}

/* An operand the guard may check: see "Notation" in guard.rst. */
static bool checkable(const struct mem *m)
{
	return m->plain && !m->rip && m->base != NO_REG && m->base != RSP && m->base != R11 &&
	       m->base != R15 && m->index != RSP && m->index != R11 && m->index != R15;
}

static bool uses(const struct mem *m, u16 regs)
{
	return (m->base != NO_REG && regs & 1u << m->base) ||
	       (m->index != NO_REG && regs & 1u << m->index);
}

static bool meet_facts(struct state *s, const struct state *other)
{
	u8 n, k, kept = 0;
	bool changed = false;

	for (n = 0; n < s->nr; n++) {
		for (k = 0; k < other->nr && !same(&s->fact[n].m, &other->fact[k].m); k++)
			;
		if (k == other->nr)
			continue;
		changed |= s->fact[n].store && !other->fact[k].store;
		s->fact[kept] = s->fact[n];
		s->fact[kept++].store &= other->fact[k].store;
	}
	changed |= kept != s->nr;
	s->nr = kept;
	return changed;
}

static bool meet_r11(struct state *s, const struct state *other)
{
	bool about_m = s->r11 == R11_ADDR || s->r11 == R11_OFFSET;
	bool about_scale = s->r11 == R11_END || s->r11 == R11_SIZE;
	bool about_range = s->r11 >= R11_RANGE && s->r11 <= R11_END;
	bool changed = false;

	if (s->r11 != other->r11 || (about_m && !same(&s->m, &other->m)) ||
	    (about_scale && s->scale != other->scale) ||
	    (about_range && s->range != other->range)) {
		changed = s->r11 != R11_ANY;
		s->r11 = R11_ANY;
	}
	if (s->cmp != other->cmp || (s->cmp == CMP_OFFSET && !same(&s->m, &other->m)) ||
	    (s->cmp == CMP_END && s->scale != other->scale) ||
	    ((s->cmp == CMP_RANGE || s->cmp == CMP_END) && s->range != other->range)) {
		changed |= s->cmp != CMP_NONE;
		s->cmp = CMP_NONE;
	}
	return changed;
}

bool state_meet(struct state *s, const struct state *other)
{
	bool changed = meet_facts(s, other);

	changed |= meet_r11(s, other);
	if (s->str & ~other->str) {
		s->str &= other->str;
		changed = true;
	}
	if (s->str_ok && s->str_ok != other->str_ok) {
		s->str_ok = 0;
		changed = true;
	}
	if (s->src_ok && s->src_ok != other->src_ok) {
		s->src_ok = 0;
		changed = true;
	}
	/* unknown flags on the stack are -1: nothing but a refusal follows */
	if (s->pf != other->pf && s->pf >= 0) {
		s->pf = -1;
		changed = true;
	}
	return changed;
}

static void add_fact(struct state *s, const struct mem *m, bool store)
{
	u8 n;

	for (n = 0; n < s->nr; n++)
		if (same(&s->fact[n].m, m)) {
			s->fact[n].store |= store;
			return;
		}
	if (s->nr < RL_FACTS)
		s->fact[s->nr++] = (struct fact){ *m, store };
}

static void forget_strings(struct state *s, u16 regs)
{
	bool count = regs & 1u << RCX;

	if (count)
		s->str &= ~STR_RCX;
	if (regs & 1u << RDI)
		s->str &= ~STR_RDI;
	if (regs & 1u << RSI)
		s->str &= ~STR_RSI;
	if (count || regs & 1u << RDI)
		s->str_ok = 0;
	if (count || regs & 1u << RSI)
		s->src_ok = 0;
	if (s->r11 >= R11_RANGE && s->r11 <= R11_END)
		s->r11 = R11_ANY;
	s->cmp = CMP_NONE;
}

static void forget_regs(struct state *s, u16 regs)
{
	u8 n, kept = 0;

	for (n = 0; n < s->nr; n++)
		if (!uses(&s->fact[n].m, regs))
			s->fact[kept++] = s->fact[n];
	s->nr = kept;
	if (regs & 1u << R11)
		s->r11 = R11_ANY;
	if ((s->r11 == R11_ADDR || s->r11 == R11_OFFSET || s->cmp == CMP_OFFSET) &&
	    uses(&s->m, regs)) {
		s->r11 = R11_ANY;
		s->cmp = CMP_NONE;
	}
	if (regs & (1u << RDI | 1u << RSI | 1u << RCX))
		forget_strings(s, regs);
}

void state_forget(struct state *s)
{
	s->nr = 0;
	s->r11 = R11_ANY;
	s->cmp = CMP_NONE;
	s->str = 0;
	s->str_ok = 0;
	s->src_ok = 0;
}

static bool is_frame_field(const struct insn *in, s32 off)
{
	return in->kind[1] == K_MEM && in->mem.plain && in->mem.base == R15 &&
	       in->mem.index == NO_REG && in->mem.disp == off && in->width == 8;
}

static bool to_r11(const struct insn *in)
{
	return in->kind[0] == K_REG && in->reg[0] == R11 && in->reg_size[0] == 8;
}

/* lea M, %r11 and lea (%r11,%rcx,s), %r11 */
static void apply_lea(struct state *s, const struct insn *in, u8 r11)
{
	const struct mem *m = &in->mem;

	if (!to_r11(in))
		return;
	if (checkable(m)) {
		s->r11 = R11_ADDR;
		s->m = *m;
		s->cmp = CMP_NONE;
	} else if (r11 == R11_RANGE_OFFSET && m->plain && m->base == R11 && m->index == RCX &&
		   !m->disp) {
		s->r11 = R11_END;
		s->scale = m->scale;
		s->cmp = CMP_NONE;
	}
}

static void apply_sub(struct state *s, const struct insn *in, u8 r11)
{
	if (!to_r11(in) || !is_frame_field(in, RL_WINDOW))
		return;
	if (r11 == R11_ADDR)
		s->r11 = R11_OFFSET;
	else if (r11 == R11_RANGE)
		s->r11 = R11_RANGE_OFFSET;
}

static void apply_cmp(struct state *s, const struct insn *in)
{
	if (in->kind[0] != K_REG || in->reg_size[0] != 8 || !is_frame_field(in, RL_SPAN))
		return;
	if (in->reg[0] == RCX)
		s->cmp = CMP_RCX;
	else if (in->reg[0] != R11)
		return;
	else if (s->r11 == R11_OFFSET)
		s->cmp = CMP_OFFSET;
	else if (s->r11 == R11_RANGE_OFFSET)
		s->cmp = CMP_RANGE;
	else if (s->r11 == R11_END)
		s->cmp = CMP_END;
}

static void apply_mov(struct state *s, const struct insn *in)
{
	if (in->kind[0] != K_REG || in->reg[0] != R11)
		return;
	if (in->reg_size[0] == 8 && in->kind[1] == K_REG && in->reg_size[1] == 8 &&
	    (in->reg[1] == RDI || in->reg[1] == RSI)) {
		s->r11 = R11_RANGE;
		s->range = in->reg[1];
		/* whatever was compared was perhaps about the other one */
		s->cmp = CMP_NONE;
		return;
	}
	if (in->reg_size[0] != 4 || in->kind[1] != K_IMM || in->imm_rel || in->imm <= 0 ||
	    in->imm > 8)
		return;
	s->r11 = R11_SIZE;
	s->scale = in->imm;
	if (s->cmp == CMP_END)	/* its scale is gone */
		s->cmp = CMP_NONE;
}

bool is_check(const char *import)
{
	static const char *const checks[] = {
		"rl_guard_store", "rl_guard_string", "rl_guard_load", "rl_guard_source",
	};
	size_t n;

	for (n = 0; n < ARRAY_SIZE(checks); n++)
		if (!strcmp(checks[n], import))
			return true;
	return false;
}

static void apply_call(struct state *s, const struct insn *in)
{
	u8 r11 = s->r11;

	if (!in->import || !is_check(in->import)) {
		state_forget(s);
		return;
	}
	s->r11 = R11_ANY;
	s->cmp = CMP_NONE;
	if (r11 == R11_ADDR && !strcmp(in->import, "rl_guard_store"))
		add_fact(s, &s->m, true);
	else if (r11 == R11_ADDR && !strcmp(in->import, "rl_guard_load"))
		add_fact(s, &s->m, false);
	else if (r11 == R11_SIZE && !strcmp(in->import, "rl_guard_string"))
		s->str_ok = s->scale;
	else if (r11 == R11_SIZE && !strcmp(in->import, "rl_guard_source"))
		s->src_ok = s->scale;
}

static void apply_stack(struct state *s, const struct insn *in)
{
	switch (in->op) {
	case OP_PUSH:
		s->h += 8;
		break;
	case OP_POP:
		s->h -= 8;
		break;
	case OP_PUSHF:
		s->h += 8;
		s->pf = s->pf ? -1 : s->h;
		break;
	case OP_POPF:
		s->h -= 8;
		s->pf = 0;
		break;
	case OP_ADD:
		s->h -= in->imm;
		break;
	case OP_SUB:
		s->h += in->imm;
		break;
	case OP_LEA:
		s->h -= in->mem.disp;
		break;
	default:
		break;
	}
	/* beyond any height that is accepted; keeps the arithmetic in range */
	if (s->h < -(1 << 20) || s->h > 1 << 20)
		s->h = 1 << 20;
}

void state_apply(struct state *s, const struct insn *in)
{
	u8 r11 = s->r11;

	if (in->op == OP_CALL) {
		apply_call(s, in);
		return;
	}
	if (in->writes & 1u << RSP)
		apply_stack(s, in);
	forget_regs(s, in->writes);
	if (in->flags)
		s->cmp = CMP_NONE;
	switch (in->op) {
	case OP_LEA:
		apply_lea(s, in, r11);
		break;
	case OP_SUB:
		apply_sub(s, in, r11);
		break;
	case OP_CMP:
		apply_cmp(s, in);
		break;
	case OP_MOV:
		apply_mov(s, in);
		break;
	default:
		break;
	}
}

void state_not_taken(struct state *s, const struct insn *in)
{
	u8 begin = s->range == RDI ? STR_RDI : STR_RSI;

	/* in the window both are fine */
	if (in->op == OP_JAE && s->cmp == CMP_OFFSET)
		add_fact(s, &s->m, true);
	else if (in->op == OP_JAE && s->cmp == CMP_RANGE)
		s->str |= begin;
	else if (in->op == OP_JA && s->cmp == CMP_RCX)
		s->str |= STR_RCX;
	else if (in->op == OP_JA && s->cmp == CMP_END && s->str & STR_RCX && s->str & begin)
		*(s->range == RDI ? &s->str_ok : &s->src_ok) = s->scale;
}

bool state_covers(const struct state *s, const struct mem *m, u32 n, bool store)
{
	u8 k;

	if (!checkable(m))
		return false;
	for (k = 0; k < s->nr; k++) {
		const struct mem *f = &s->fact[k].m;

		if (s->fact[k].store >= store && same_address(f, m) && f->disp <= m->disp &&
		    (s64)m->disp + n <= (s64)f->disp + RL_CHECK_BYTES)
			return true;
	}
	return false;
}

bool state_covers_string(const struct state *s, const struct insn *in)
{
	return s->str_ok && s->str_ok == in->width;
}

bool state_covers_source(const struct state *s, const struct insn *in)
{
	return in->op != OP_MOVS || (s->src_ok && s->src_ok == in->width);
}

/*
 * Between pushfq and popfq lies a store check and nothing else: nothing may touch
 * the saved flags, since a popfq of other flags would be a way to change all of
 * them.
 */
bool state_flags_ok(const struct state *s, const struct insn *in)
{
	if (!s->pf)
		return in->op != OP_POPF;
	if (s->pf < 0 || in->store)
		return false;
	switch (in->op) {
	case OP_POPF:
		return s->pf == s->h;
	case OP_CALL:
		return in->import && is_check(in->import);
	case OP_JMP:
		return !in->import;
	case OP_JAE:
	case OP_JA:
	case OP_NOP:
		return true;
	case OP_LEA:
	case OP_MOV:
	case OP_SUB:
		return in->kind[0] == K_REG && in->reg[0] == R11;
	case OP_CMP:
		return in->kind[0] == K_REG;
	default:
		return false;
	}
}
