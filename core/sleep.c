// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting on behalf of a domain.
 *
 * A sleeper must wake when its own domain dies, and when a domain further up
 * its chain of calls dies: that one cannot be released before this thread has
 * left it. So a sleeper sits in the kill queue of every domain of the chain;
 * the killer closes the gate first and wakes the queue second. An outer gate
 * found closed cannot have been opened again meanwhile, since this very thread
 * is still counted in it.
 *
 * Sleeping where the caller may not is the domain's fault, and the kernel's
 * scheduler must never see it: the domain is killed instead. So it is in a method that
 * the interface calls atomic, where it would do no harm this time: that it sleeps must
 * not depend on who calls.
 */
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/sched.h>
#include "caps.h"
#include "domain.h"

#define SLACK_NS	1000		/* of timeouts: lets wakeups share an interrupt */
#define UDELAY_STEP_US	10		/* between two looks at the gate */

/**
 * rl_may_sleep() - may this thread sleep; if not, the domain dies
 * @f: its innermost frame, of the domain that calls
 *
 * Context: any but NMI.
 */
bool rl_may_sleep(struct rl_frame *f)
{
	if (likely(rl_frame_may_sleep(f)))
		return true;
	rl_gate_violation(f->gate, f->call & RL_METHOD_SLEEPS ?
			  "sleeping call in atomic context" : "sleeping call in an @atomic method");
	return false;
}

/* Is any domain of this thread's call chain being killed? */
static bool chain_dying(const struct rl_frame *f)
{
	for (; f; f = f->prev)
		if (READ_ONCE(f->gate->alive) == RL_GATE_CLOSED)
			return true;
	return false;
}

/* A sleeper's places in the kill queues of its chain; on the sleeper's stack. */
struct places {
	u32 n;
	struct wait_queue_entry entry[RL_MAX_CALL_DEPTH + 1];
};

static_assert(sizeof(struct places) <= RL_STACK_RESERVE / 2);

static void place(struct places *p, struct wait_queue_head *wq)
{
	init_waitqueue_entry(&p->entry[p->n], current);
	add_wait_queue(wq, &p->entry[p->n++]);
}

/* Frames stay as they are while their thread sleeps, so @f leads to the same queues. */
static void leave_places(struct places *p, struct wait_queue_head *wq, const struct rl_frame *f)
{
	u32 i = 0;

	if (wq)
		remove_wait_queue(wq, &p->entry[i++]);
	for (; i < p->n; f = f->prev)
		remove_wait_queue(&rl_gate_domain(f->gate)->kill_wq, &p->entry[i++]);
}

/* Absolute time of a timeout; NULL for one that never comes. */
static ktime_t *deadline(ktime_t *t, u64 timeout_ns)
{
	if (timeout_ns >= KTIME_MAX)
		return NULL;
	*t = ktime_add_safe(ktime_get(), ns_to_ktime(timeout_ns));
	return t;
}

/* A thread that has slept does not hang: the watchdog counts anew. */
static void slept(struct rl_frame *f)
{
	for (; f; f = f->prev)
		WRITE_ONCE(f->ticks, 0);
}

/**
 * rl_wait() - wait for @done(@arg)
 * @f: innermost frame of this thread; NULL: it is in no domain
 * @wq: woken when @done may have become true; NULL: nothing but time is awaited
 * @done: tried again after every wakeup
 * @arg: for @done
 * @timeout_ns: from KTIME_MAX on: for ever
 *
 * Context: process, sleeps; the caller asked rl_may_sleep(). Return: 0,
 * -ETIMEDOUT, or -ECANCELED when a domain of the call chain is being killed.
 */
s32 rl_wait(struct rl_frame *f, struct wait_queue_head *wq, bool (*done)(void *arg), void *arg,
	    u64 timeout_ns)
{
	struct places p = { 0 };
	struct rl_frame *up;
	ktime_t t, *end = deadline(&t, timeout_ns);
	bool expired = false;
	s32 ret = 0;

	if (wq)
		place(&p, wq);
	for (up = f; up && p.n < ARRAY_SIZE(p.entry); up = up->prev)
		place(&p, &rl_gate_domain(up->gate)->kill_wq);
	for (;;) {
		/* not counted as load, nor as a hung task */
		set_current_state(TASK_IDLE);
		if (done(arg))
			break;
		ret = chain_dying(f) ? -ECANCELED : expired ? -ETIMEDOUT : 0;
		if (ret)
			break;
		expired = !schedule_hrtimeout_range(end, SLACK_NS, HRTIMER_MODE_ABS);
		slept(f);
	}
	__set_current_state(TASK_RUNNING);
	leave_places(&p, wq, f);
	return ret;
}

static bool never(void *unused)
{
	return false;
}

void rl_do_sleep_us(struct rl_frame *f, u32 us)
{
	if (rl_may_sleep(f))
		rl_wait(f, NULL, never, NULL, (u64)us * NSEC_PER_USEC);
}

/* Busy wait of at most RL_UDELAY_MAX_US; ends early when the domain dies. */
void rl_do_udelay(struct rl_frame *f, u32 us)
{
	u32 step;

	for (us = min_t(u32, us, RL_UDELAY_MAX_US); us; us -= step) {
		step = min_t(u32, us, UDELAY_STEP_US);
		udelay(step);
		if (!READ_ONCE(f->gate->alive))
			break;
	}
}
