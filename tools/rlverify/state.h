/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is known before an instruction, and what the instruction makes of it. The
 * terms are those of Documentation/guard.rst, "Store check".
 */
#ifndef RL_VERIFY_STATE_H
#define RL_VERIFY_STATE_H

#include "verify.h"

#define RL_FRAME_BYTES 1152	/* largest stack height */
#define RL_CHECK_BYTES 64	/* what one store check covers */
#define RL_FACTS 48		/* more are forgotten, which costs nobody but the module */

/* What %r11 holds. */
enum r11 {
	R11_ANY,
	R11_ADDR,		/* the address of operand m */
	R11_OFFSET,		/* that - window */
	R11_RDI,		/* %rdi */
	R11_RDI_OFFSET,		/* that - window */
	R11_END,		/* that + scale * %rcx */
	R11_SIZE,		/* scale, for rl_guard_string */
};

/* What was compared with the span last, with nothing that changes flags since. */
enum compared { CMP_NONE, CMP_OFFSET, CMP_RDI, CMP_RCX, CMP_END };

/* What is known of a string instruction's operands, while they do not change. */
enum { STR_RDI = 1, STR_RCX = 2 };

struct state {
	bool seen;
	s64 h;		/* bytes on the stack since the first instruction */
	s64 pf;		/* height with the saved flags on top, 0: none saved */
	u8 r11, cmp;
	u8 scale;		/* of R11_END, R11_SIZE, CMP_END */
	struct mem m;		/* of R11_ADDR, R11_OFFSET, CMP_OFFSET */
	u8 str;		/* STR_* */
	u8 str_ok;		/* element size that is covered, 0: none */
	u8 nr;
	struct mem fact[RL_FACTS];
};

/* Keep in @s what @other knows, too. Return: whether that was less than before. */
bool state_meet(struct state *s, const struct state *other);

/* @in is executed; for conditional jumps the same on both ways. */
void state_apply(struct state *s, const struct insn *in);

/* Keep the stack height alone. */
void state_forget(struct state *s);

/* ... and, if it is a conditional jump, it was not taken. */
void state_not_taken(struct state *s, const struct insn *in);

/* May @n bytes be stored at @m? May rep movs or stos with @size bytes an element run? */
bool state_covers(const struct state *s, const struct mem *m, u32 n);
bool state_covers_string(const struct state *s, u32 size);

/* Is @in fine with the flags saved, or not, as they are? */
bool state_flags_ok(const struct state *s, const struct insn *in);

#endif
