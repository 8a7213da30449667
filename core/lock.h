/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Spinlocks of domains. The word is in the domain's window, where the domain
 * can overwrite it; that harms the domain alone. What it must not harm is the
 * thread: preemption and interrupts may be turned back on no further than they
 * were at entry, whatever the domain unlocks how often.
 *
 * Each lock counts in the thread's preempt count, which has 8 bits for that; beyond them
 * it would say that an interrupt runs. So a call may hold RL_MAX_HELD of them: even as
 * deep as calls go, in a task and in a softirq and a hard interrupt on top of it.
 *
 * A waiter gives up when its domain dies, and then leaves the domain without
 * the lock. A thread that dies holding one needs nothing: the landing pad puts
 * preemption and interrupts back, the word goes with the window.
 *
 * Inline, because a driver takes locks for every request.
 */
#ifndef RL_LOCK_H
#define RL_LOCK_H

#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <asm/processor-flags.h>
#include <redleaf/sync.h>
#include "domain.h"

static_assert(3 * RL_MAX_CALL_DEPTH * RL_MAX_HELD < PREEMPT_MASK - 32);

static __always_inline bool rl_lock_ok(struct rl_frame *f, const struct rl_lock *l)
{
	struct rl_domain *d = rl_gate_domain(f->gate);

	if (likely(rl_in_window(d, l, sizeof(*l)) && !((unsigned long)l & 3)))
		return true;
	rl_domain_kill_why(d, RL_R_VIOLATION, "lock is not in the domain's memory");
	return false;
}

void rl_lock_contended(struct rl_frame *f, struct rl_lock *l);

/* Preemption and interrupts are as they stay while it is held. */
static __always_inline void rl_lock_spin(struct rl_frame *f, struct rl_lock *l)
{
	if (unlikely(cmpxchg_acquire(&l->word, 0, 1)))
		rl_lock_contended(f, l);
}

/* Locks this call holds; the caller's own are not counted. */
static __always_inline int rl_lock_depth(const struct rl_frame *f)
{
	return preempt_count() - f->pc;
}

/* May this call take one more, at @l? If not, the domain dies. */
static __always_inline bool rl_lock_room(struct rl_frame *f, const struct rl_lock *l)
{
	if (unlikely(!rl_lock_ok(f, l)))
		return false;
	if (likely(rl_lock_depth(f) < RL_MAX_HELD))
		return true;
	rl_domain_kill_why(rl_gate_domain(f->gate), RL_R_VIOLATION,
			   "more locks than a call may hold");
	return false;
}

/* Free the word; false, and the domain dies, if this call holds no lock. */
static __always_inline bool rl_lock_free(struct rl_frame *f, struct rl_lock *l)
{
	if (unlikely(!rl_lock_ok(f, l)))
		return false;
	if (unlikely(rl_lock_depth(f) <= 0 || !READ_ONCE(l->word))) {
		rl_domain_kill_why(rl_gate_domain(f->gate), RL_R_VIOLATION,
				   "unlock of a lock that is not held");
		return false;
	}
	/* pairs with cmpxchg_acquire() in rl_lock_spin() and rl_lock_contended() */
	smp_store_release(&l->word, 0);
	return true;
}

#endif
