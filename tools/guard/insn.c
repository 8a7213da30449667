// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an instruction does: which memory it writes, how much of it, which
 * registers, and what it means for the flags. The table is insns.h; conditional
 * jumps, moves and sets are recognised by their condition.
 */
#include <stdlib.h>
#include <string.h>
#include "guard.h"

struct entry {
	const char *stem, *suffixes;
	enum insn_kind what;
	enum flag_use flags;
};

#define RAX K_RAX
#define RDX K_RDX
static const struct entry table[] = {
#define INSN(stem, suffixes, what, flags) { stem, suffixes, what, flags },
#include "insns.h"
};

#undef RAX
#undef RDX

static const char *const conditions[] = {
	"a", "ae", "b", "be", "c", "e", "g", "ge", "l", "le", "na", "nae", "nb", "nbe", "nc",
	"ne", "ng", "nge", "nl", "nle", "no", "np", "ns", "nz", "o", "p", "pe", "po", "s", "z",
};

static bool is_condition(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++)
		if (strlen(conditions[i]) == n && !strncmp(conditions[i], s, n))
			return true;
	return false;
}

static int suffix_size(char c)
{
	return c == 'b' ? 1 : c == 'w' ? 2 : c == 'l' ? 4 : c == 'q' ? 8 : 0;
}

static bool by_condition(struct stmt *s)
{
	const char *m = s->name;
	size_t n = strlen(m);

	s->flags = R;
	if (*m == 'j' && is_condition(m + 1, n - 1)) {
		s->what = JCC;
	} else if (!strncmp(m, "set", 3) && is_condition(m + 3, n - 3)) {
		s->what = SETCC;
		s->size = 1;
	} else if (!strncmp(m, "cmov", 4) && (is_condition(m + 4, n - 4) ||
		   (suffix_size(m[n - 1]) && is_condition(m + 4, n - 5)))) {
		s->what = CMOV;
	} else {
		return false;
	}
	return true;
}

static bool by_table(struct stmt *s)
{
	const struct entry *e;
	size_t i, n;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		e = &table[i];
		n = strlen(e->stem);
		if (strncmp(s->name, e->stem, n))
			continue;
		if (s->name[n] && (s->name[n + 1] || !strchr(e->suffixes, s->name[n])))
			continue;
		if (!s->name[n] && *e->suffixes != '-')
			continue;
		s->what = e->what;
		s->flags = e->flags;
		s->size = suffix_size(s->name[n]);
		return true;
	}
	return false;
}

struct operand *memory(struct stmt *s)
{
	int i;

	if (s->what == CALL || s->what == JMP || s->what == JCC)
		return s->nr_ops && s->op[0].kind == OP_MEM ? &s->op[0] : NULL;
	for (i = 0; i < s->nr_ops; i++)
		if (s->op[i].kind == OP_MEM || s->op[i].kind == OP_SYM)
			return &s->op[i];
	return NULL;
}

/* The memory operand that is written, or NULL. Not push, not rep movs. */
struct operand *stored(struct stmt *s)
{
	struct operand *o = s->nr_ops ? &s->op[s->nr_ops - 1] : NULL;

	switch (s->what) {
	case MOV:
	case RMW:
	case SETCC:
	case BITS:
	case CMPXCHG:
	case CMPXCHG8:
	case CMPXCHG16:
	case POP:
		break;
	case BOTH:
		o = memory(s);
		break;
	default:
		return NULL;
	}
	return o && (o->kind == OP_MEM || o->kind == OP_SYM) ? o : NULL;
}

/* The memory operand that is read and not written, or NULL. Not rep movs. */
struct operand *loaded(struct stmt *s)
{
	struct operand *o;

	switch (s->what) {
	case LEA:
	case CALL:
	case JMP:
	case JCC:
	case RET:
	case NONE:
	case END:
	case STRING:
		return NULL;
	default:
		o = memory(s);
		return o && o != stored(s) ? o : NULL;
	}
}

/* The memory operand that the level wants to be guarded, or NULL. */
struct operand *guarded(struct stmt *s)
{
	struct operand *o = stored(s);

	return o || !guard_loads ? o : loaded(s);
}

/* The last operand; one of no kind when there is none. */
const struct operand *last_op(const struct stmt *s)
{
	return &s->op[s->nr_ops ? s->nr_ops - 1 : 0];
}

bool to_rsp(const struct stmt *s)
{
	return s->nr_ops && last_op(s)->kind == OP_REG && last_op(s)->reg == RSP;
}

static unsigned int last_reg(const struct stmt *s)
{
	return s->nr_ops && last_op(s)->kind == OP_REG ? REG(last_op(s)->reg) : 0;
}

static unsigned int both_regs(const struct stmt *s)
{
	unsigned int set = last_reg(s);

	if (s->op[0].kind == OP_REG)
		set |= REG(s->op[0].reg);
	return set;
}

/* Registers whose value may be another one afterwards; a call: all of them. */
unsigned int written_regs(const struct stmt *s)
{
	switch (s->what) {
	case READ:
	case JMP:
	case JCC:
	case RET:
	case NONE:
	case END:
		return 0;
	case PUSH:
		return REG(RSP);
	case POP:
		return last_reg(s) | REG(RSP);
	case MUL:
		return s->nr_ops > 1 ? last_reg(s) : REG(RAX) | REG(RDX);
	case BOTH:
		return both_regs(s);
	case CMPXCHG:
		return last_reg(s) | REG(RAX);
	case CMPXCHG8:
	case CMPXCHG16:
	case K_RDX:
		return REG(RAX) | REG(RDX);
	case K_RAX:
		return REG(RAX);
	case STRING:
		return REG(RDI) | REG(RSI) | REG(RCX);
	case CALL:
		return ~0u;
	default:
		return last_reg(s);
	}
}

/* The size of a store that its mnemonic does not say is that of its register. */
static int implied_size(const struct stmt *s)
{
	int i, last = s->nr_ops - 1;

	if (s->what == CMPXCHG8)
		return 8;
	if (s->what == CMPXCHG16)
		return 16;
	if (s->what == POP)
		return 8;
	for (i = last; i >= 0; i--)
		if (s->op[i].kind == OP_REG && !(s->nr_ops == 3 && i == 0))
			return s->op[i].size;
	return 0;
}

static void refuse_registers(struct stmt *s)
{
	int i;

	for (i = 0; i < s->nr_ops; i++) {
		const struct operand *o = &s->op[i];

		if (o->reg == R10 || o->reg == R11 || o->base == R10 || o->base == R11 ||
		    o->index == R10 || o->index == R11)
			fail(s, "%%r10 and %%r11 are reserved (compile with -ffixed-r10 -ffixed-r11)");
		if (o->reg == R15)
			fail(s, "%%r15 is reserved (compile with -ffixed-r15)");
	}
	if (s->what != CALL && written_regs(s) & REG(R15))
		fail(s, "%%r15 is reserved (compile with -ffixed-r15)");
}

static void check_store(struct stmt *s)
{
	const struct operand *o = stored(s);

	if (!o)
		return;
	if (s->what == BITS && s->op[0].kind == OP_REG)
		fail(s, "a bit number in a register reaches beyond the operand");
	if (s->what == POP)
		fail(s, "pop to memory");
	if (o->kind == OP_SYM || o->rip || o->symbolic)
		fail(s, "a store to a writable global; domain state lives in the state structure");
	if (o->base == R15 || o->index == R15)
		fail(s, "a store through %%r15");
	if (!s->size)
		s->size = implied_size(s);
	if (!s->size)
		fail(s, "a store of unknown size; give the instruction a suffix");
}

/* Of an extending move the mnemonic names the memory's size first. */
static int load_size(const struct stmt *s)
{
	if (!strncmp(s->name, "movzb", 5) || !strncmp(s->name, "movsb", 5))
		return 1;
	if (!strncmp(s->name, "movzw", 5) || !strncmp(s->name, "movsw", 5))
		return 2;
	if (!strcmp(s->name, "movslq"))
		return 4;
	if (s->what == PUSH)
		return 8;
	return s->size ? s->size : implied_size(s);
}

static void check_load(struct stmt *s)
{
	const struct operand *o = guard_loads ? loaded(s) : NULL;

	if (!o)
		return;
	if (!strncmp(s->name, "bt", 2) && s->op[0].kind == OP_REG)
		fail(s, "a bit number in a register reaches beyond the operand");
	if (o->base == R15 || o->index == R15)
		fail(s, "a load through %%r15");
	s->size = load_size(s);
	if (!s->size)
		fail(s, "a load of unknown size; give the instruction a suffix");
}

void decode(struct stmt *s)
{
	/* of -mindirect-branch-cs-prefix: no use in front of a direct call */
	if (!strcmp(s->name, "cs")) {
		s->kind = S_OTHER;
		s->drop = true;
		return;
	}
	if (!by_table(s) && !by_condition(s))
		fail(s, "instruction %s is not among those that can be guarded (tools/guard/insns.h)",
		     s->name);
	if (s->what == STRING && (!s->rep || s->nr_ops))
		fail(s, "string instructions without rep, or with operands, are not guarded");
	if (s->rep && s->what != STRING && s->what != RET && s->what != NONE)
		fail(s, "rep in front of %s", s->name);
	if ((s->what == CALL || s->what == JMP || s->what == JCC) &&
	    (s->nr_ops != 1 || (!s->op[0].indirect && s->op[0].kind != OP_SYM)))
		fail(s, "a branch to no symbol");
	refuse_registers(s);
	check_store(s);
	check_load(s);
}

/* "rax" of "__x86_indirect_thunk_rax", or NULL */
const char *thunk_reg(const char *symbol)
{
	static const char thunk[] = "__x86_indirect_thunk_";
	size_t n = sizeof(thunk) - 1;

	return strncmp(symbol, thunk, n) ? NULL : symbol + n;
}
