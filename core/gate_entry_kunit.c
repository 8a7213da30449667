// SPDX-License-Identifier: GPL-2.0-only
/*
 * The suite's domain code that keeps %r15, and an entry for it to call
 *
 * Like domain code, this file is compiled with %r15 taken, so that it can call
 * entries of the core; like an entry file, it reads it.
 */
#include "core.h"
#include "entry.h"
#include "gate_kunit.h"

struct kt_seen kt_seen;

long kt_takes_six(u64 a, u64 b, u64 c, u64 d, u64 e, u64 f)
{
	kt_seen.args[0] = a;
	kt_seen.args[1] = b;
	kt_seen.args[2] = c;
	kt_seen.args[3] = d;
	kt_seen.args[4] = e;
	kt_seen.args[5] = f;
	kt_seen.frame = rl_r15;
	kt_seen.found = rl_frame_find(current_stack_pointer);
	kt_seen.magic = READ_ONCE(rl_r15->magic);
	kt_seen.in_core = READ_ONCE(rl_r15->in_core);
	kt_seen.irqs_on = rl_frame_irqs_on(rl_r15);
	return 0x123456789;
}

/* Overwrites every register its caller counts on, interrupts off, never returns. */
void kt_abandons(void)
{
	asm volatile("movq $-1, %%rbx\n\tmovq $-1, %%rbp\n\tmovq $-1, %%r12\n\t"
		     "movq $-1, %%r13\n\tmovq $-1, %%r14\n\tcli"
		     : : : "rbx", "rbp", "r12", "r13", "r14", "memory", "cc");
	rl_gate_unwind(rl_r15, -EINTR);
}

/*
 * A function of its own: with KASAN, gcc has too few registers for both entries in one
 * and puts %r15 on the stack, which objtool takes for a save that is never undone.
 */
static noinline void inner_entry(struct kt_nest *n, u64 close)
{
	struct rl_frame *inner = rl_entry_begin();

	n->count[2] = inner->in_core;
	if (close)
		WRITE_ONCE(inner->gate->alive, RL_GATE_CLOSED);
	n->same = inner == rl_r15;
	rl_entry_end();
	n->inner_ended = true;
}

/* Two entries, one inside the other; the gate closes in the inner one if asked. */
s32 kt_nested(struct kt_nest *n, u64 close)
{
	struct rl_frame *outer;

	n->count[0] = rl_r15->in_core;
	outer = rl_entry_begin();
	n->count[1] = outer->in_core;
	inner_entry(n, close);
	n->count[3] = outer->in_core;
	rl_entry_end();
	n->count[4] = rl_r15->in_core;
	n->outer_ended = true;
	n->same = n->same && outer == rl_r15;
	return 0;
}
