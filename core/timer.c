// SPDX-License-Identifier: GPL-2.0-only
/*
 * Timers of a domain: high-resolution timers whose callback runs in softirq
 * context and enters the domain like any other call.
 *
 * A callback that finds the gate closed does nothing. quiet() cancels the timer
 * and waits for a callback that is on its way; nobody can arm it afterwards,
 * because arming takes a thread inside the domain. Timers end with their
 * generation, there is no other way to be rid of one.
 */
#include <linux/hrtimer.h>
#include <linux/slab.h>
#include <redleaf/time.h>
#include "caps.h"
#include "compat/hrtimer.h"
#include "domain.h"

/* Written at creation; @t belongs to the hrtimer core. */
struct rl_timer {
	struct rl_res res;
	struct hrtimer t;
	const void *fn;
	u64 arg;
	int slot;
};

static_assert(ARRAY_SIZE(((struct rl_domain *)0)->timers) == RL_MAX_TIMERS);

static enum hrtimer_restart timer_expired(struct hrtimer *h)
{
	struct rl_timer *t = container_of(h, struct rl_timer, t);

	rl_domain_call(t->res.dom, t->fn, t->arg, 0);
	return HRTIMER_NORESTART;
}

static void timer_quiet(struct rl_res *r)
{
	hrtimer_cancel(&container_of(r, struct rl_timer, res)->t);
}

static void timer_release(struct rl_res *r)
{
	struct rl_timer *t = container_of(r, struct rl_timer, res);

	rl_handle_del(r->dom, r->dom->timers, t->slot);
	kfree(t);
}

static const struct rl_res_ops timer_ops = {
	.kind = "timer",
	.quiet = timer_quiet,
	.release = timer_release,
};

/**
 * rl_timer_new() - make a timer, not armed
 * @d: domain
 * @fn: its function
 * @arg: for @fn
 *
 * Context: process, may sleep. Return: handle, -ENOSPC, -ENOMEM.
 */
s32 rl_timer_new(struct rl_domain *d, const void *fn, u64 arg)
{
	struct rl_timer *t;
	int slot;

	if (!rl_text_ok(d, fn))
		return -EINVAL;
	t = kzalloc(sizeof(*t), GFP_KERNEL);
	if (!t)
		return -ENOMEM;
	t->fn = fn;
	t->arg = arg;
	t->res.dom = d;
	rl_compat_hrtimer_setup(&t->t, timer_expired);
	slot = rl_handle_add(d, d->timers, rl_domain_limit(d, timers, RL_MAX_TIMERS), &t->res,
			     &timer_ops);
	if (slot < 0)
		kfree(t);
	else
		t->slot = slot;
	return slot;
}
EXPORT_SYMBOL_NS_GPL(rl_timer_new, RL_TEST);

static struct rl_timer *timer_find(struct rl_domain *d, u32 timer)
{
	struct rl_res *r = rl_handle_find(d->timers, RL_MAX_TIMERS, timer);

	return r ? container_of(r, struct rl_timer, res) : NULL;
}

/* Arm, or re-arm. Context: any but NMI. Return: 0, -EINVAL (no such timer). */
s32 rl_timer_arm(struct rl_domain *d, u32 timer, u64 delay_ns)
{
	struct rl_timer *t = timer_find(d, timer);

	if (!t)
		return -EINVAL;
	hrtimer_start(&t->t, ns_to_ktime(min_t(u64, delay_ns, KTIME_MAX)), HRTIMER_MODE_REL_SOFT);
	return 0;
}

/* Does not wait for a callback that runs. Context: any but NMI. */
s32 rl_timer_disarm(struct rl_domain *d, u32 timer)
{
	struct rl_timer *t = timer_find(d, timer);

	if (!t)
		return -EINVAL;
	hrtimer_try_to_cancel(&t->t);
	return 0;
}
