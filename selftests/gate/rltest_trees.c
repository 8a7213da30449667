// SPDX-License-Identifier: GPL-2.0-only
/*
 * A domain that works on trees of exchange objects (crash_trees.c) on one CPU is killed
 * from another one, again and again. Whatever it was doing: what it had is gone, nobody
 * pays for it, and no object is left that belongs to nothing.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/random.h>
#include "core.h"
#include "rltest.h"
#include "xheap_internal.h"

#define LONGEST_US	300	/* from when there is something to the kill */
#define LATE_MS		5000	/* if others want to look at it meanwhile */

struct work {
	struct rl_domain *d;
	struct rl_ret ret;
	struct completion done;
};

static int work_fn(void *arg)
{
	struct work *w = arg;

	w->ret = rltest_crash_sleep(&w->d->provided, CRASH_trees, 0);
	complete(&w->done);
	return 0;
}

/* Objects of whoever it may be, and of nobody. */
static u32 live(void)
{
	struct rl_xmeta *m = NULL;
	u32 n = 0;

	while ((m = rl_xnext(m)))
		n++;
	return n;
}

static bool has_begun(const struct rl_domain *d)
{
	int i;

	for (i = 0; i < 20000 && !rl_xheap_count(d->gate.id); i++)
		usleep_range(50, 100);
	return i < 20000;
}

/*
 * Bits: 1 it did not work, 2 does not run again, 4 the call or the death was another one,
 * 8 it still has objects, 16 it still pays, 32 objects are left.
 */
static u32 judge(const struct work *w, u32 before)
{
	struct rl_domain *d = w->d;
	u32 bad = 0;

	bad |= rltest_wait_running(d) ? 0 : 2;
	bad |= w->ret.rpc != RL_RPC_CRASHED || d->crash.reason != RL_R_ADMIN ? 4 : 0;
	bad |= rl_xheap_count(d->gate.id) ? 8 : 0;
	bad |= rl_xheap_paid(d->gate.id) ? 16 : 0;
	return bad | (live() != before ? 32 : 0);
}

static u32 kill_once(struct rl_domain *d, u32 before, bool late)
{
	struct work w = { .d = d };
	struct task_struct *t = kthread_create(work_fn, &w, "rltrees");
	u32 bad;

	if (IS_ERR(t))
		return 1;
	init_completion(&w.done);
	kthread_bind(t, cpumask_any_but(cpu_online_mask, smp_processor_id()));
	wake_up_process(t);
	bad = has_begun(d) ? 0 : 1;
	if (late)
		msleep(LATE_MS);
	else
		udelay(get_random_u32() % LONGEST_US);
	rl_domain_kill_why(d, RL_R_ADMIN, "test");
	wait_for_completion(&w.done);
	return bad | judge(&w, before);
}

/* @how: "soon" or "late" after it has begun. */
void rltest_trees(const char *how, unsigned int kills)
{
	struct rl_domain *d = rltest_domains[0];
	unsigned long dropped = 0;
	u32 bad = 0, before;
	unsigned int i;

	migrate_disable();
	before = live();
	for (i = 0; i < kills && !bad; i++) {
		bad = kill_once(d, before, !strcmp(how, "late"));
		dropped += d->dropped;
	}
	migrate_enable();
	rltest_say("%sok - trees: %u kills, problems %#x, dropped %lu objects\n",
		   bad || dropped < kills ? "not " : "", i, bad, dropped);
}
