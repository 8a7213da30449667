/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Leaving functions without their epilogue, on a kernel with KASAN.
 *
 * The frames of instrumented functions are marked in the shadow at their head and
 * unmarked at their end. One that is left by a jump leaves its marks behind, and
 * whoever uses that piece of the stack next is accused. Of the functions that
 * unmark, this is the one that is exported to modules.
 */
#ifndef RL_COMPAT_KASAN_H
#define RL_COMPAT_KASAN_H

#include <linux/sched.h>

#ifdef CONFIG_KASAN_STACK
void __asan_allocas_unpoison(void *from, long to);	/* as gcc knows it */

/* Forget the marks from here up to @end, if that is on the running stack. */
static __always_inline void rl_compat_abandon_stack(unsigned long end)
{
	unsigned long sp = current_stack_pointer;

	if (end - sp <= THREAD_SIZE)
		__asan_allocas_unpoison((void *)sp, end);
}
#else
static __always_inline void rl_compat_abandon_stack(unsigned long end)
{
}
#endif

#endif
