// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every CPU inside a domain with interrupts off, waiting for a lock that nobody gives
 * back: no CPU is left whose ticks could notice. All must come back as CRASHED, and the
 * domain must run again. Who does not come back hangs the machine.
 */
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include "core.h"
#include "rltest.h"

struct stuck {
	u32 kind;
	unsigned int wanted;
	atomic_t here, back, wrong;
	struct completion done;
};

/* Enters when all CPUs have turned their interrupts off. */
static int stuck_fn(void *arg)
{
	struct stuck *s = arg;
	struct rl_ret ret;

	local_irq_disable();
	atomic_inc(&s->here);
	while (atomic_read(&s->here) < s->wanted)
		cpu_relax();
	ret = rltest_crash(&rltest_domains[0]->provided, s->kind, 0);
	if (ret.rpc != RL_RPC_CRASHED || !irqs_disabled())
		atomic_inc(&s->wrong);
	local_irq_enable();
	if (atomic_inc_return(&s->back) == s->wanted)
		complete(&s->done);
	return 0;
}

/* All are made before one runs: making a thread takes CPUs that answer. */
static bool make_threads(struct stuck *s, struct task_struct **threads)
{
	int cpu;

	for_each_online_cpu(cpu) {
		struct task_struct *t = kthread_create(stuck_fn, s, "rlstuck");

		if (IS_ERR(t))
			break;
		kthread_bind(t, cpu);
		threads[s->wanted++] = t;
	}
	if (s->wanted == num_online_cpus())
		return true;
	while (s->wanted)
		kthread_stop(threads[--s->wanted]);
	return false;
}

/* rltest_stuck() - crash in way @kind on all CPUs at once, interrupts off */
void rltest_stuck(const char *kind)
{
	struct task_struct **threads = kcalloc(nr_cpu_ids, sizeof(*threads), GFP_KERNEL);
	struct rl_domain *d = rltest_domains[0];
	struct stuck s = { .kind = rltest_kind(kind) };
	unsigned int i;
	bool again;

	init_completion(&s.done);
	if (!threads || !make_threads(&s, threads)) {
		rltest_say("not ok - stuck: no threads\n");
		kfree(threads);
		return;
	}
	for (i = 0; i < s.wanted; i++)
		wake_up_process(threads[i]);
	wait_for_completion(&s.done);
	again = rltest_wait_running(d);
	rltest_say("%sok - %u CPUs in %s: %d wrong answers, reason %d, runs again %d\n",
		   !atomic_read(&s.wrong) && again && d->crash.reason == RL_R_HANG ? "" : "not ",
		   s.wanted, kind, atomic_read(&s.wrong), d->crash.reason, again);
	kfree(threads);
}
