// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting for a lock that is taken.
 *
 * The watchdog's ticks see who spins with interrupts on, and a neighbour's ticks who
 * spins with them off. When all CPUs wait with interrupts off, as they do when a handler
 * on each wants a lock that was never given back, there is no tick left: such a waiter
 * looks at the clock itself.
 *
 * Nothing here faults: the word was found to be in the domain's window, which stays while
 * a thread is inside.
 */
#include <linux/ktime.h>
#include "core.h"
#include "lock.h"

/**
 * rl_lock_contended() - spin until the lock is this call's, or its domain dies
 * @f: the call
 * @l: lock in the domain's memory that somebody holds
 *
 * Ends the domain when it waits for hang_ms with interrupts off. Context: as the call
 * wants the lock; the caller goes through rl_entry_end().
 */
void rl_lock_contended(struct rl_frame *f, struct rl_lock *l)
{
	u64 begun = irqs_disabled() ? ktime_get_mono_fast_ns() : 0;

	do {
		while (READ_ONCE(l->word)) {
			if (!READ_ONCE(f->gate->alive))
				return;
			this_cpu_write(rl_entered, f);
			cpu_relax();
			if (begun && rl_hung_since(begun))
				rl_domain_kill_why(rl_gate_domain(f->gate), RL_R_HANG,
						   "waits for a lock, interrupts off");
		}
	} while (cmpxchg_acquire(&l->word, 0, 1));
}
