// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events of a domain: a count and the threads that wait for it.
 *
 * The object lives in core memory, so that a waiter never depends on what the
 * domain does to its own. Whoever waits has been woken and has left before
 * release() frees it: no thread is inside when the reaper runs.
 */
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <redleaf/sync.h>
#include "caps.h"
#include "domain.h"

struct rl_event {
	struct rl_res res;
	atomic_t count;			/* signals not taken yet, 0..INT_MAX */
	struct wait_queue_head wq;
	int slot;			/* written at creation */
};

static_assert(ARRAY_SIZE(((struct rl_domain *)0)->events) == RL_MAX_EVENTS);

static void event_release(struct rl_res *r)
{
	struct rl_event *e = container_of(r, struct rl_event, res);

	rl_handle_del(r->dom, r->dom->events, e->slot);
	kfree(e);
}

static const struct rl_res_ops event_ops = {
	.kind = "event",
	.release = event_release,
};

/* Context: process, may sleep. Return: handle, -ENOSPC, -ENOMEM. */
s32 rl_event_new(struct rl_domain *d)
{
	struct rl_event *e;
	int slot;

	e = kzalloc(sizeof(*e), GFP_KERNEL);
	if (!e)
		return -ENOMEM;
	init_waitqueue_head(&e->wq);
	slot = rl_handle_add(d, d->events, RL_MAX_EVENTS, &e->res, &event_ops);
	if (slot < 0)
		kfree(e);
	else
		e->slot = slot;
	return slot;
}

static struct rl_event *event_find(struct rl_domain *d, u32 event)
{
	struct rl_res *r = rl_handle_find(d->events, RL_MAX_EVENTS, event);

	return r ? container_of(r, struct rl_event, res) : NULL;
}

static bool try_take(void *event)
{
	return atomic_dec_if_positive(&((struct rl_event *)event)->count) >= 0;
}

/**
 * rl_event_take() - take one signal, waiting for it if there is none
 * @f: innermost frame of this thread
 * @event: handle
 * @timeout_ns: 0: do not sleep; ~0: for ever
 *
 * Context: process, may sleep; any but NMI with a timeout of 0. Return: 0,
 * -EINVAL (no such event), -ETIMEDOUT, -ECANCELED (a domain of the call chain
 * is being killed).
 */
s32 rl_event_take(struct rl_frame *f, u32 event, u64 timeout_ns)
{
	struct rl_event *e = event_find(rl_gate_domain(f->gate), event);

	if (!e)
		return -EINVAL;
	if (timeout_ns && !rl_may_sleep(f))
		return -ECANCELED;
	if (try_take(e))
		return 0;
	if (!timeout_ns)
		return -ETIMEDOUT;
	return rl_wait(f, &e->wq, try_take, e, timeout_ns);
}

/* Context: any but NMI. Return: 0, -EINVAL (no such event). */
s32 rl_event_post(struct rl_domain *d, u32 event)
{
	struct rl_event *e = event_find(d, event);

	if (!e)
		return -EINVAL;
	atomic_add_unless(&e->count, 1, INT_MAX);
	wake_up(&e->wq);
	return 0;
}
