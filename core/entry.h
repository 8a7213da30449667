/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How domain code enters the core. Files that define functions domains call
 * include this header: it takes %r15 as a global register variable, which keeps
 * the compiler of these files off %r15, so that at entry it still holds what
 * the gate loaded: the caller's frame. Such files define entry functions only.
 *
 * Between rl_entry_begin() and rl_entry_end() the thread is in core code: it is
 * never redirected, may hold core locks and may be preempted. rl_entry_end()
 * leaves the core first and looks at @alive second (the other order leaves a
 * gap); when the domain died meanwhile the thread goes to its landing pad.
 *
 * rl_entry_begin() also tells the watchdog whose core code this CPU runs (rl_entered).
 * Code that waits without an end by spinning tells again in each round, since it may
 * have been on another CPU when it entered, and interrupts enter as well.
 */
#ifndef RL_ENTRY_H
#define RL_ENTRY_H

#include "gate.h"
#include "proxy.h"

register struct rl_frame *rl_r15 asm("r15");

static __always_inline struct rl_frame *rl_entry_begin(void)
{
	struct rl_frame *f = rl_r15;

	f->in_core++;
	barrier();
	this_cpu_write(rl_entered, f);
	return f;
}

/* %r15 is still what it was, and naming it costs no register that has to be saved. */
static __always_inline void rl_entry_end(void)
{
	struct rl_frame *f;

	barrier();
	rl_r15->in_core--;
	barrier();
	if (likely(READ_ONCE(rl_r15->gate->alive)) || rl_r15->in_core)
		return;
	/* volatile: no copy for this on the way that is taken */
	asm volatile("movq %%r15, %0" : "=r" (f));
	f->in_core = 1;
	rl_gate_unwind(f, -ECANCELED);
}

#endif
