/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is known before an instruction, and what the instruction makes of it. The
 * terms are those of Documentation/guard.rst, "Store check".
 */
#ifndef RL_VERIFY_STATE_H
#define RL_VERIFY_STATE_H

#include "verify.h"

#define RL_FRAME_BYTES 576	/* largest stack height */
#define RL_ARGS_BYTES 64	/* of arguments above the return address */
#define RL_CHECK_BYTES 64	/* what one store check covers */
#define RL_WINDOW 64		/* offsets from %r15, see core/gate.h */
#define RL_SPAN 72
#define RL_FACTS 48		/* more are forgotten, which costs nobody but the module */

/* What %r11 holds. */
enum r11 {
	R11_ANY,
	R11_ADDR,		/* the address of operand m */
	R11_OFFSET,		/* that - window */
	R11_RANGE,		/* register range: %rdi or %rsi */
	R11_RANGE_OFFSET,	/* that - window */
	R11_END,		/* that + scale * %rcx */
	R11_SIZE,		/* scale, for rl_guard_string and rl_guard_source */
};

/* What was compared with the span last, with nothing that changes flags since. */
enum compared { CMP_NONE, CMP_OFFSET, CMP_RANGE, CMP_RCX, CMP_END };

/* What is known of a string instruction's operands, while they do not change. */
enum { STR_RDI = 1, STR_RCX = 2, STR_RSI = 4 };

/* A check has covered this operand: for loads, or for stores, too. */
struct fact {
	struct mem m;
	bool store;
};

struct state {
	bool seen;
	s64 h;		/* bytes on the stack since the first instruction */
	s64 pf;		/* height with the saved flags on top, 0: none saved */
	u8 r11, cmp;
	u8 scale;		/* of R11_END, R11_SIZE, CMP_END */
	u8 range;		/* RDI or RSI, of R11_RANGE to R11_END, CMP_RANGE, CMP_END */
	struct mem m;		/* of R11_ADDR, R11_OFFSET, CMP_OFFSET */
	u8 str;		/* STR_* */
	u8 str_ok;		/* element size that is covered for stores, 0: none */
	u8 src_ok;		/* the same for loads from %rsi on */
	u8 nr;
	struct fact fact[RL_FACTS];
};

/* Keep in @s what @other knows, too. Return: whether that was less than before. */
bool state_meet(struct state *s, const struct state *other);

/* @in is executed; for conditional jumps the same on both ways. */
void state_apply(struct state *s, const struct insn *in);

/* Keep the stack height alone. */
void state_forget(struct state *s);

/* ... and, if it is a conditional jump, it was not taken. */
void state_not_taken(struct state *s, const struct insn *in);

/* May @n bytes be loaded, or stored, at @m? */
bool state_covers(const struct state *s, const struct mem *m, u32 n, bool store);

/* May @in, a string instruction, store to all of its range? May it load? */
bool state_covers_string(const struct state *s, const struct insn *in);
bool state_covers_source(const struct state *s, const struct insn *in);

/* Is it one of the core's, which change %r11 and flags only? */
bool is_check(const char *import);

/* Is @in fine with the flags saved, or not, as they are? */
bool state_flags_ok(const struct state *s, const struct insn *in);

#endif
