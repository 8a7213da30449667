// SPDX-License-Identifier: GPL-2.0-only
/*
 * Real faults on demand, linked into every domain. The core calls one of these
 * in place of an operation when the operator writes to the instance's `inject`
 * (redleaf.ko allow_inject=1): the fault happens in the domain's own code, on the
 * thread and in the context of that operation.
 */
#include <redleaf/domain.h>
#include <redleaf/inject.h>

static s32 null_write(void *self)
{
	asm volatile("movq $1, (%0)" : : "r" (0UL) : "memory");
	return 0;
}

/* Into the domain's own heap: not executable. */
static s32 wild_jump(void *self)
{
	asm volatile("" : "+r" (self));
	return ((s32 (*)(void *))self)(self);
}

static s32 bug(void *self)
{
	BUG();
}

static s32 divide(void *self)
{
	u32 zero = 0;

	asm volatile("xorl %%edx, %%edx\n\tmovl $1, %%eax\n\tdivl %0"
		     : : "r" (zero) : "eax", "edx");
	return 0;
}

static s32 endless_loop(void *self)
{
	while (self)
		barrier();
	return 0;
}

static noinline s32 stack_overflow(void *self)
{
	volatile u64 pad[32];

	pad[0] = (u64)self;
	return pad[0] ? stack_overflow(self) + (s32)pad[0] : 0;
}

const struct rl_inject rl_inject_table[RL_NR_INJECT] = {
	{ "null_write", null_write }, { "wild_jump", wild_jump }, { "bug", bug },
	{ "divide", divide }, { "loop", endless_loop }, { "stack_overflow", stack_overflow },
};
