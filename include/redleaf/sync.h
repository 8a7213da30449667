/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Locks, events and threads. Locks live in private memory and vanish with the
 * generation; a thread killed while it holds one leaves nothing behind, since
 * nobody of that generation is left to wait for it.
 */
#ifndef REDLEAF_SYNC_H
#define REDLEAF_SYNC_H

#include <redleaf/types.h>

struct rl_lock {
	u32 word;	/* 0 free, 1 held; written by the functions below only */
};

/* Spinlocks. rl_lock() turns preemption off, _irq interrupts as well; the latter
 * returns a token for unlock. A call holds RL_MAX_HELD of them at most; one more ends
 * the generation.
 */
#define RL_MAX_HELD 4
void rl_lock(struct rl_lock *l);
void rl_unlock(struct rl_lock *l);
u64 rl_lock_irq(struct rl_lock *l);
void rl_unlock_irq(struct rl_lock *l, u64 token);

/* Takes a lock that somebody holds, once it is free. For rl_spin_lock(). */
void rl_lock_wait(struct rl_lock *l);

/*
 * The same locks without a call of the core unless they are taken, for code that its
 * caller runs with preemption off (and with interrupts off, when a handler of the same CPU
 * takes the lock): interrupt handlers, timers, methods whose interface says so. Where that
 * is not true a holder may be interrupted by who waits for it, which then ends the domain.
 */
static inline bool rl_spin_trylock(struct rl_lock *l)
{
	return !__atomic_exchange_n(&l->word, 1, __ATOMIC_ACQUIRE);
}

static inline void rl_spin_lock(struct rl_lock *l)
{
	if (!rl_spin_trylock(l))
		rl_lock_wait(l);
}

static inline void rl_spin_unlock(struct rl_lock *l)
{
	__atomic_store_n(&l->word, 0, __ATOMIC_RELEASE);
}

/*
 * Events: a counter that waits. rl_event_signal() adds one and wakes (any
 * context but NMI); rl_event_wait() takes one, or returns -ETIMEDOUT after
 * @timeout_ns (0: do not sleep, ~0: for ever), -ECANCELED when a caller further
 * up the call chain is being killed, -EINVAL for no such event. May sleep.
 */
#define RL_MAX_EVENTS 256
s32 rl_event_create(void);		/* handle >= 0 or -Exxx; may sleep */
s32 rl_event_wait(u32 event, u64 timeout_ns);
s32 rl_event_signal(u32 event);

/*
 * Threads: @fn runs in a kernel thread inside this generation and ends with it.
 */
#define RL_MAX_THREADS 32
s32 rl_thread_create(s32 (*fn)(void *self, u64 arg), u64 arg, const char *name);
bool rl_thread_should_stop(void);	/* orderly stop under way */

#endif
