// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many threads inside when the domain is killed: all must come back as CRASHED,
 * soon, with their context intact, and the domain must run again.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/preempt.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include "core.h"
#include "rltest.h"

#define MAX_VICTIMS 64

/* Kinds of victims; spinners hold a CPU, so without preempt=full only one fits. */
static const struct mix {
	const char *name;
	u32 kind;
	const char *context;
	bool spins;
} mixes[] = {
	{ "sleep", CRASH_sleep, "proc", false },
	{ "spin", CRASH_spin, "proc", true },
	{ "entry", CRASH_loop_entry, "proc", true },
	{ "preempt", CRASH_spin, "preempt", true },
	{ "bh", CRASH_spin, "bh", true },
	{ "rcu", CRASH_spin, "rcu", true },
	{ "tasklet", CRASH_spin, "tasklet", true },
	{ "hardirq", CRASH_spin, "hardirq", true },
	{ "irqoff", CRASH_loop_irqoff, "proc", true },
};

struct victim {
	struct task_struct *task;
	const struct mix *mix;
	struct rl_domain *d;
	struct rl_ret ret;
	int leaks;
	atomic_t *back;
};

static void victim_call(void *arg)
{
	struct victim *v = arg;

	if (v->mix->kind == CRASH_sleep)
		v->ret = rltest_crash_sleep(&v->d->provided, v->mix->kind, 0);
	else
		v->ret = rltest_crash(&v->d->provided, v->mix->kind, 0);
}

static int victim_fn(void *arg)
{
	struct victim *v = arg;

	rltest_in_context(v->mix->context, victim_call, v, &v->leaks);
	atomic_inc(v->back);
	return 0;
}

static bool start_victim(struct victim *v)
{
	v->task = kthread_create(victim_fn, v, "rlvictim");
	if (IS_ERR(v->task))
		return false;
	if (v->mix->spins && !preempt_model_full())
		kthread_bind(v->task, cpumask_last(cpu_online_mask));
	wake_up_process(v->task);
	return true;
}

static bool wait_for(struct rl_domain *d, atomic_t *back, long inside, int out)
{
	int i;

	for (i = 0; i < 5000; i++) {
		if (out ? atomic_read(back) >= out : rl_inflight(&d->gate) >= inside)
			return true;
		usleep_range(500, 1000);
	}
	return false;
}

static const struct mix *find_mix(const char *name)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(mixes); i++)
		if (!strcmp(mixes[i].name, name))
			return &mixes[i];
	return NULL;
}

/* "all": sleepers and one of the spinners, as many as the preemption model allows. */
static const struct mix *mix_of(const char *name, unsigned int i)
{
	if (strcmp(name, "all"))
		return find_mix(name);
	if (!preempt_model_full())
		return i ? &mixes[0] : &mixes[4];
	return &mixes[i % 6];
}

static u32 judge(struct victim *v, unsigned int n)
{
	unsigned int i;
	u32 bad = 0;

	for (i = 0; i < n; i++) {
		bad |= v[i].ret.rpc != RL_RPC_CRASHED ? 1 : 0;
		bad |= v[i].leaks ? 2 : 0;
	}
	return bad;
}

void rltest_threads(const char *name, unsigned int n)
{
	struct rl_domain *d = rltest_domains[0];
	atomic_t back = ATOMIC_INIT(0);
	unsigned int i, started = 0;
	struct victim *v;
	bool in, out;
	u32 bad;

	v = kcalloc(MAX_VICTIMS, sizeof(*v), GFP_KERNEL);
	if (!v || n > MAX_VICTIMS || !mix_of(name, 0)) {
		rltest_say("not ok - threads: mix %s, %u threads\n", name, n);
		kfree(v);
		return;
	}
	for (i = 0; i < n; i++) {
		v[i] = (struct victim){ .mix = mix_of(name, i), .d = d, .back = &back };
		started += start_victim(&v[i]);
	}
	in = wait_for(d, &back, started, 0);
	rl_domain_kill_why(d, RL_R_ADMIN, "test");
	out = wait_for(d, &back, 0, started);
	bad = out ? judge(v, started) : 4;
	bad |= rltest_wait_running(d) ? 0 : 8;
	bad |= rl_inflight(&d->gate) ? 16 : 0;
	rltest_say("%sok - %u threads in %s: entered %d, problems %#x, drained in %llu us\n",
		   in && !bad && started == n ? "" : "not ", n, name, in, bad,
		   (d->phases.drained - d->phases.fault) / 1000);
	if (out)
		kfree(v);	/* else they still use it */
}
