// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames of the gate's, forged. A function may keep what it likes on its own stack; the
 * core finds its way out of a domain by frames on the stack. Whoever believed this
 * one would return to where it says, or take another domain for the one that runs.
 */
#include <redleaf/time.h>
#include "attacks.h"
#include "hostile.h"

#define FRAME_MAGIC	0x524c4652
#define MAGIC_AT	24
#define GATE_AT		32
#define MARK		0x6d61726b6d61726bULL

/* Loads are not guarded: the frame of this very call is below what its caller told. */
static u64 own_gate(u64 top)
{
	while (*(u32 *)(top + MAGIC_AT) != FRAME_MAGIC)
		top -= sizeof(u64);
	return *(u64 *)(top + GATE_AT);
}

static noinline u64 too_deep(u64 n)
{
	volatile u64 pad[16];

	pad[0] = n;
	return n ? too_deep(n + 1) + pad[0] : 0;
}

/* objtool shall not see that it does not return. */
static noinline void for_ever(u64 n)
{
	while (n)
		asm volatile("" : "+r" (n));
}

static void nothing(void *self, u64 arg)
{
}

/* Nearly always in core code, and deep enough for %r15 to be in use there. */
static noinline void enter_for_ever(u64 n)
{
	s32 timer = rl_timer_create(nothing, 0);

	while (n) {
		rl_timer_start(timer, 1000000000);
		asm volatile("" : "+r" (n));
	}
}

/*
 * struct rl_frame from its end on: leads to @ip, of a call of @gate. Then @fn runs. The
 * build would not have the stack pointer read: a mark is pushed, and found from @top on.
 */
#define WITH_FRAME(fn, top, gate, ip)						\
	asm volatile("pushq %[k]\n"						\
		     "1:	subq $8, %%rax\n\t"					\
		     "cmpq %[k], (%%rax)\n\t"					\
		     "jne 1b\n\t"						\
		     "popq %%rcx\n\t"						\
		     "leaq -72(%%rax), %%rax\n\t"				\
		     "pushq $0\n\t"		/* span */			\
		     "pushq $0\n\t"		/* window */			\
		     "pushq $10000\n\t"	/* err; ticks: overdue */	\
		     "pushq $0\n\t"		/* pc, call */			\
		     "pushq $0\n\t"		/* prev */			\
		     "pushq %[g]\n\t"						\
		     "pushq %[m]\n\t"		/* in_core, magic */		\
		     "pushq %[i]\n\t"						\
		     "pushq %%rax\n\t"		/* sp */			\
		     "pushq $0\n\t"		/* stack_limit */		\
		     "movl $1, %%edi\n\t"					\
		     "call %P[f]\n\t"						\
		     "addq $80, %%rsp"						\
		     : "+a" (top)						\
		     : [g] "r" (gate), [i] "r" (ip), [k] "r" (MARK),		\
		       [m] "i" (FRAME_MAGIC), [f] "i" (fn)			\
		     : "rcx", "rdx", "rsi", "rdi", "r8", "r9", "memory", "cc")

static noinline s32 forge_return(u64 top, u64 gate, u64 ip)
{
	WITH_FRAME(too_deep, top, gate, ip);
	return 0;
}

static noinline s32 forge_hang(u64 top, u64 gate)
{
	WITH_FRAME(for_ever, top, gate, 0UL);
	return 0;
}

static noinline s32 forge_enter(u64 top, u64 gate)
{
	WITH_FRAME(enter_for_ever, top, gate, 0UL);
	return 0;
}

s32 hostile_forge(u32 attack, u64 arg)
{
	const struct hostile_hints *hints = (const struct hostile_hints *)arg;

	switch (attack) {
	case HOSTILE_forge_return:
		return forge_return(hints->stack, own_gate(hints->stack), hints->code);
	case HOSTILE_forge_hang:
		return forge_hang(hints->stack, hints->rival);
	case HOSTILE_forge_enter:
		return forge_enter(hints->stack, hints->rival);
	default:
		return -ENOENT;
	}
}
