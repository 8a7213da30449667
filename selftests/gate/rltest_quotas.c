// SPDX-License-Identifier: GPL-2.0-only
/*
 * Four domains take all exchange objects they can get, at once on two CPUs, while a
 * fifth works on a few (crash_trees.c), which ends as soon as it is refused one. Each of
 * the four gets its quota and no more, the fifth whatever it asks for; with the deaths of
 * all five everything is given back.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include "core.h"
#include "rltest.h"
#include "xheap_internal.h"

#define GREEDY	4
#define MODEST	GREEDY		/* the place of the fifth */
#define ALL	(GREEDY + 1)

struct taker {
	struct rl_domain *d;
	u32 kind;
	unsigned long refused;	/* before */
	struct rl_ret ret;
	struct completion done;
};

static int taker_fn(void *arg)
{
	struct taker *t = arg;

	t->ret = rltest_crash_sleep(&t->d->provided, t->kind, 0);
	complete(&t->done);
	return 0;
}

/* Two of the four, and the fifth, on one CPU; two on another. */
static bool start(struct taker *t, u32 i)
{
	struct task_struct *task = kthread_create(taker_fn, t, "rltaker");

	if (IS_ERR(task))
		return false;
	kthread_bind(task, i % 2 ? cpumask_last(cpu_online_mask) : cpumask_first(cpu_online_mask));
	wake_up_process(task);
	return true;
}

static u32 live(void)
{
	struct rl_xmeta *m = NULL;
	u32 n = 0;

	while ((m = rl_xnext(m)))
		n++;
	return n;
}

static unsigned long refused_since(const struct taker *t)
{
	return rl_xheap_refused(t->d->gate.id) - t->refused;
}

static bool has_begun(const struct taker *t)
{
	int i;

	for (i = 0; i < 20000 && !rl_xheap_paid(t->d->gate.id); i++)
		usleep_range(500, 1000);
	return i < 20000;
}

/* Each of the four has been refused something. */
static bool all_full(const struct taker *t)
{
	u32 i, k = 0;

	for (i = 0; i < 40000 && k < GREEDY; i++)
		if (refused_since(&t[k]))
			k++;
		else
			usleep_range(500, 1000);
	return k == GREEDY;
}

/*
 * Bits: 1, 2, 4, 8: this one has not got its quota. 16: the modest one was refused. Other
 * CPUs may have a sixteenth in hand, of what was given back there.
 */
static u32 judge(struct taker *t, unsigned int kib)
{
	u32 most = kib * SZ_1K / rl_xchunk_size(sizeof(struct rltest_item), 0), n, i, bad = 0;

	for (i = 0; i < GREEDY; i++) {
		n = rl_xheap_count(t[i].d->gate.id);
		bad |= n > most || n < most - most / 16 ? 1 << i : 0;
	}
	return bad | (completion_done(&t[MODEST].done) || refused_since(&t[MODEST]) ? 16 : 0);
}

/* Bits: 32 another end than by the kill, 64 it still has or pays, 128 does not run again. */
static u32 end(struct taker *t)
{
	u32 id = t->d->gate.id, bad;

	wait_for_completion(&t->done);
	bad = rltest_wait_running(t->d) ? 0 : 128;
	bad |= t->ret.rpc != RL_RPC_CRASHED ? 32 : 0;
	return bad | (rl_xheap_count(id) || rl_xheap_paid(id) ? 64 : 0);
}

static u32 all_take(struct taker *t, unsigned int kib)
{
	u32 i, bad, begun = 0;

	if (!start(&t[MODEST], 0))
		return 512;
	if (has_begun(&t[MODEST]))
		for (; begun < GREEDY && start(&t[begun], begun); begun++)
			;
	bad = begun == GREEDY && all_full(t) ? judge(t, kib) : 512;
	for (i = 0; i < ALL; i++)
		rl_domain_kill_why(t[i].d, RL_R_ADMIN, "test");
	for (i = 0; i < begun; i++)
		bad |= end(&t[i]);
	return bad | end(&t[MODEST]);
}

/* @kib: the quota. Bits: 256 objects are left, 512 it did not get so far. */
void rltest_quotas(unsigned int kib)
{
	u32 i, bad, before = live();
	struct taker t[ALL];

	if (rltest_nr < ALL) {
		rltest_say("not ok - quotas: %d domains\n", rltest_nr);
		return;
	}
	for (i = 0; i < ALL; i++) {
		t[i] = (struct taker){
			.d = rltest_domains[i],
			.kind = i == MODEST ? CRASH_trees : CRASH_hoard,
			.refused = rl_xheap_refused(rltest_domains[i]->gate.id),
		};
		init_completion(&t[i].done);
	}
	bad = all_take(t, kib);
	bad |= live() != before ? 256 : 0;
	rltest_say("%sok - quotas: %d take %u KiB each, another one works, problems %#x\n",
		   bad ? "not " : "", GREEDY, kib, bad);
}
