// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many threads inside when the domain is killed: all must come back as CRASHED,
 * soon, with their context intact, and the domain must run again.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/preempt.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include "core.h"
#include "rltest.h"

#define MAX_VICTIMS 64

/*
 * Kinds of victims. SLEEPS: on no CPU. RUNS: keeps its CPU unless the kernel was
 * booted with preempt=full. STICKS: keeps it always. Who keeps a CPU does so on
 * the last one, away from the thread that will kill.
 */
static const struct mix {
	const char *name;
	u32 kind;
	const char *context;
	enum { SLEEPS, RUNS, STICKS } stays;
} mixes[] = {
	{ "sleep", CRASH_sleep, "proc", SLEEPS },
	{ "spin", CRASH_spin, "proc", RUNS },
	{ "entry", CRASH_loop_entry, "proc", RUNS },
	{ "rcu", CRASH_spin, "rcu", RUNS },
	{ "preempt", CRASH_spin, "preempt", STICKS },
	{ "bh", CRASH_spin, "bh", STICKS },
	{ "tasklet", CRASH_spin, "tasklet", STICKS },
	{ "hardirq", CRASH_spin, "hardirq", STICKS },
	{ "irqoff", CRASH_loop_irqoff, "proc", STICKS },
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
	if (v->mix->stays == STICKS || (v->mix->stays == RUNS && !preempt_model_full()))
		kthread_bind(v->task, cpumask_last(cpu_online_mask));
	wake_up_process(v->task);
	return true;
}

static bool wait_for(struct rl_domain *d, atomic_t *back, long inside, int out)
{
	int i;

	for (i = 0; i < 20000; i++) {
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

/*
 * "all": sleepers, where domain code can be preempted also runners, and last one
 * that keeps its CPU, so that the others have come in by then.
 */
static const struct mix *mix_of(const char *name, unsigned int i, unsigned int n)
{
	if (strcmp(name, "all"))
		return find_mix(name);
	if (i == n - 1)
		return find_mix("bh");
	if (!preempt_model_full())
		return find_mix("sleep");
	return &mixes[i % 4];
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
	bool in = false, out;
	u32 bad;

	v = kcalloc(MAX_VICTIMS, sizeof(*v), GFP_KERNEL);
	if (!v || !n || n > MAX_VICTIMS || !mix_of(name, 0, n)) {
		rltest_say("not ok - threads: mix %s, %u threads\n", name, n);
		kfree(v);
		return;
	}
	for (i = 0; i < n; i++) {
		/* the last one may keep the others from coming in */
		in = i < n - 1 || wait_for(d, &back, started, 0);
		v[i] = (struct victim){ .mix = mix_of(name, i, n), .d = d, .back = &back };
		started += start_victim(&v[i]);
	}
	in = in && wait_for(d, &back, started, 0);
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

/* One thread at the inner end of the chain, and who is killed around it. */
struct chain {
	u32 kind;
	struct rl_ret ret;
	struct completion done;
};

/* Level 0 is the outermost domain. */
static struct rl_domain *at_level(unsigned int level)
{
	return rltest_domains[rltest_nr - 1 - level];
}

static int chain_fn(void *arg)
{
	struct rl_iref *outer = &at_level(0)->provided;
	struct chain *c = arg;

	if (c->kind == CRASH_sleep)
		c->ret = rltest_crash_sleep(outer, c->kind, rltest_nr - 1);
	else
		c->ret = rltest_nest(outer, rltest_nr - 1, c->kind, 0);
	complete(&c->done);
	return 0;
}

static bool chain_entered(void)
{
	unsigned long until = jiffies + 20 * HZ;
	unsigned int level;

	while (time_before(jiffies, until)) {
		for (level = 0; level < rltest_nr && rl_inflight(&at_level(level)->gate); level++)
			;
		if (level == rltest_nr)
			return true;
		usleep_range(20, 40);
	}
	return false;
}

/*
 * What the trusted caller must see. A thread that sleeps comes back through the
 * living domains with -ECANCELED; one that runs on is ended by the watchdog, so
 * the innermost domain dies of a hang too.
 */
static bool chain_wrong(const struct chain *c, unsigned int mask)
{
	if (mask & 1)
		return c->ret.rpc != RL_RPC_CRASHED;
	return c->ret.rpc != RL_RPC_OK || c->ret.err != -EREMOTEIO;
}

/* Bits: 1 does not run again, 2 wrong number of deaths, 4 wrong cause, 8 still inside. */
static u32 judge_level(unsigned int level, u64 before, bool killed, bool hangs)
{
	struct rl_domain *d = at_level(level);
	u32 bad = 0;

	bad |= rltest_wait_running(d) ? 0 : 1;
	bad |= d->crashes - before != (killed || hangs) ? 2 : 0;
	if (killed || hangs)
		bad |= d->crash.reason != (killed ? RL_R_ADMIN : RL_R_HANG) ? 4 : 0;
	bad |= rl_inflight(&d->gate) ? 8 : 0;
	return bad;
}

/*
 * rltest_outer() - kill the domains of @mask (bit 0: the outermost) while a thread
 * that came through all of them stays in the innermost in way @kind.
 */
void rltest_outer(const char *kind, unsigned int mask)
{
	unsigned int level, inner = rltest_nr - 1;
	struct chain c = { .kind = rltest_kind(kind) };
	bool in, back, runs = c.kind != CRASH_sleep;
	u64 before[RLTEST_MAX];
	struct task_struct *t;
	u32 bad = 0;

	init_completion(&c.done);
	for (level = 0; level < rltest_nr; level++)
		before[level] = at_level(level)->crashes;
	/* on another CPU: with interrupts off it would keep this thread from looking */
	migrate_disable();
	t = kthread_create(chain_fn, &c, "rlchain");
	if (IS_ERR(t)) {
		migrate_enable();
		rltest_say("not ok - outer: no thread\n");
		return;
	}
	kthread_bind(t, cpumask_any_but(cpu_online_mask, smp_processor_id()));
	wake_up_process(t);
	in = chain_entered();
	for (level = 0; level < rltest_nr; level++)
		if (mask & 1 << level)
			rl_domain_kill_why(at_level(level), RL_R_ADMIN, "test");
	back = wait_for_completion_timeout(&c.done, 20 * HZ);
	for (level = 0; level < rltest_nr && back; level++)
		bad |= judge_level(level, before[level], mask & 1 << level,
				   level == inner && runs) << 4 * level;
	rltest_say("%sok - outer: %s, killed %#x: entered %d, back %d, problems %#x, rpc %d err %d\n",
		   in && back && !bad && !chain_wrong(&c, mask) ? "" : "not ", kind, mask, in,
		   back, bad, c.ret.rpc, c.ret.err);
	if (!back)
		wait_for_completion(&c.done);	/* @c is on this stack */
	migrate_enable();
}
