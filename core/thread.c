// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads of a domain: kernel threads that enter it once and end when they come
 * out, be it by returning or because the generation died.
 *
 * The task is referenced until release(), which waits for its end; so a thread
 * of an old generation can never enter the next one. One that had not yet
 * entered when the gate was closed is refused by the gate and ends too.
 */
#include <linux/kthread.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <redleaf/sync.h>
#include "caps.h"
#include "domain.h"

/* Written at creation, before the task runs. */
struct rl_thread {
	struct rl_res res;
	struct task_struct *task;
	const void *fn;
	u64 arg;
};

static int thread_main(void *data)
{
	struct rl_thread *t = data;

	rl_domain_call(t->res.dom, t->fn, t->arg, 0);
	return 0;
}

static void thread_release(struct rl_res *r)
{
	struct rl_thread *t = container_of(r, struct rl_thread, res);

	kthread_stop(t->task);
	put_task_struct(t->task);
	kfree(t);
}

static const struct rl_res_ops thread_ops = {
	.kind = "thread",
	.release = thread_release,
};

static u32 threads_of(struct rl_domain *d)
{
	unsigned long flags;
	struct rl_res *r;
	u32 n = 0;

	spin_lock_irqsave(&d->ledger_lock, flags);
	list_for_each_entry(r, &d->ledger, node)
		n += r->ops == &thread_ops;
	spin_unlock_irqrestore(&d->ledger_lock, flags);
	return n;
}

/**
 * rl_thread_new() - start a thread in @d
 * @d: domain
 * @fn: its function
 * @arg: for @fn
 * @name: core memory; part of the task's name
 *
 * Context: process, sleeps. Return: 0, -ENOSPC, -ENOMEM, or what
 * kthread_create() answers.
 */
s32 rl_thread_new(struct rl_domain *d, const void *fn, u64 arg, const char *name)
{
	struct rl_thread *t;

	if (!rl_text_ok(d, fn))
		return -EINVAL;
	t = kzalloc(sizeof(*t), GFP_KERNEL);
	if (!t)
		return -ENOMEM;
	t->fn = fn;
	t->arg = arg;
	t->task = kthread_create(thread_main, t, "rl/%s", name);
	if (IS_ERR(t->task)) {
		s32 err = PTR_ERR(t->task);

		kfree(t);
		return err;
	}
	get_task_struct(t->task);
	rl_ledger_add(d, &t->res, &thread_ops);
	/* counted with this one in, so that two racing creators cannot both fit */
	if (threads_of(d) > rl_domain_limit(d, threads, RL_MAX_THREADS)) {
		rl_ledger_del(&t->res);
		thread_release(&t->res);
		return -ENOSPC;
	}
	wake_up_process(t->task);
	return 0;
}
EXPORT_SYMBOL_NS_GPL(rl_thread_new, RL_TEST);
