// SPDX-License-Identifier: GPL-2.0-only
/*
 * Death while objects are lent from domain to domain: of the lender, of the borrower, of
 * both
 *
 * Two domains (fake_kunit.h) and a thread that comes in through the one and stays in the
 * other, asleep or running, when this one's thread kills. What the borrower has stays as
 * it is until it answers, then each object ends once or is the lender's again. The
 * interface is idl/rlshadow.idl, its proxies and entries are linked into this module.
 */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/sched/task.h>
#include "fake_kunit.h"
#include "lend_kunit.h"
#include "xheap_internal.h"

#define LONG_MS	30000
#define LONG	msecs_to_jiffies(LONG_MS)
#define SEEN	0x5ee2
#define LENT	0x1e27

static struct {
	struct rl_domain *lender, *borrower;
	struct rl_ret ret;		/* what the thread was answered */
	struct task_struct *caller;
	struct completion back;
	u32 live;			/* objects of anybody's, before */
} w;

struct kt_lent kt_lent;

static s32 init(void *self)
{
	return 0;
}

static const struct rlshadow_ops ops = { .once = kt_lends, .share = kt_keeps };
static const struct rl_iface_ops no_ops;
static const struct rl_iface iface = { .desc = &rlshadow_iface_desc, .ops = &no_ops };

u32 kt_look(const struct rlshadow_item __rref *seen, const struct rlshadow_item __rref *it)
{
	u32 id = w.borrower->gate.id, bad = 0;

	bad |= READ_ONCE(w.lender->gate.alive) != RL_GATE_CLOSED ? 1 : 0;
	bad |= rl_deref(seen)->value != SEEN || rl_deref(it)->value != LENT ? 2 : 0;
	bad |= !rl_xheap_readable(seen, sizeof(*seen), id) ? 4 : 0;
	bad |= rl_xheap_free(kt_lent.seen, id) != -EPERM ? 8 : 0;
	return bad | (rl_xheap_check(it, RLSHADOW_ITEM_TYPE, id) ? 16 : 0);
}

static u32 live(void)
{
	struct rl_xmeta *m = NULL;
	u32 n = 0;

	while ((m = rl_xnext(m)))
		n++;
	return n;
}

static struct rl_domain *make(struct kunit *test, const char *name, s32 (*start)(void *self))
{
	struct rl_domain *d = fake_make(name, start, 64);

	if (!d)
		return NULL;
	d->iface = &iface;
	d->provided.desc = &rlshadow_iface_desc;
	d->desc.ops = &ops;
	d->desc.nr_ops = RLSHADOW_NR_OPS;
	fake_start(test, d);
	return d;
}

static struct rlshadow_item __rref *item(struct kunit *test, u64 value)
{
	struct rlshadow_item __rref *it = rl_xheap_alloc(RLSHADOW_ITEM_TYPE, w.lender->gate.id);

	KUNIT_ASSERT_TRUE(test, !!it);
	rl_deref(it)->value = value;
	return it;
}

static int lend_init(struct kunit *test)
{
	memset(&w, 0, sizeof(w));
	memset(&kt_lent, 0, sizeof(kt_lent));
	init_completion(&w.back);
	init_completion(&kt_lent.inside);
	if (rl_xheap_add_type(&rlshadow_types[RLSHADOW_ITEM_T]))
		return -ENOMEM;
	mutex_lock(&rl_domains_lock);
	rl_watchdog_start();	/* the reaper may not get the CPU of who runs */
	mutex_unlock(&rl_domains_lock);
	w.lender = make(test, "ktlender", init);
	w.borrower = make(test, "ktborrower", kt_event);
	if (!w.lender || !w.borrower)
		return -ENOMEM;
	w.lender->caps[KT_CAP] = &w.borrower->provided;
	w.live = live();
	kt_lent.seen = item(test, SEEN);
	kt_lent.it = item(test, LENT);
	return 0;
}

static void lend_exit(struct kunit *test)
{
	if (w.lender)
		w.lender->caps[KT_CAP] = NULL;
	fake_drop(w.lender);
	fake_drop(w.borrower);
	mutex_lock(&rl_domains_lock);
	rl_watchdog_stop();
	mutex_unlock(&rl_domains_lock);
	rl_xheap_del_type(&rlshadow_types[RLSHADOW_ITEM_T]);
}

static int caller(void *unused)
{
	w.ret = rlshadow_once(&w.lender->provided, 0);
	complete(&w.back);
	return 0;
}

/* A thread on another CPU is in the borrower. */
static void lend(struct kunit *test, bool runs)
{
	struct task_struct *t = kthread_create(caller, NULL, "ktlend");

	KUNIT_ASSERT_FALSE(test, IS_ERR(t));
	w.caller = get_task_struct(t);
	kt_lent.runs = runs;
	kthread_bind(t, cpumask_any_but(cpu_online_mask, raw_smp_processor_id()));
	wake_up_process(t);
	KUNIT_ASSERT_GT(test, wait_for_completion_timeout(&kt_lent.inside, LONG), 0);
	msleep(20);		/* it sleeps by now */
}

/* The thread is back, and both domains run. */
static void over(struct kunit *test)
{
	struct rl_domain *d[] = { w.lender, w.borrower };
	int i;

	KUNIT_ASSERT_GT(test, wait_for_completion_timeout(&w.back, LONG), 0);
	kthread_stop(w.caller);		/* it has left this module, too */
	put_task_struct(w.caller);
	for (i = 0; i < ARRAY_SIZE(d); i++) {
		KUNIT_EXPECT_EQ(test, rl_gate_wait_running(&d[i]->gate, LONG_MS), 0);
		mutex_lock(&d[i]->lock);	/* the reaper is done */
		mutex_unlock(&d[i]->lock);
		KUNIT_EXPECT_EQ(test, rl_inflight(&d[i]->gate), 0);
	}
}

/* Of all that was lent nothing is left, not even a bill. */
static void all_gone(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, live(), w.live);
	KUNIT_EXPECT_EQ(test, rl_xheap_paid(w.lender->gate.id), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_paid(w.borrower->gate.id), 0);
}

/* @dropped: objects that it leaves behind. */
static void lender_dies(struct kunit *test, bool runs, unsigned long dropped)
{
	rl_domain_kill_why(w.lender, RL_R_ADMIN, "test");
	msleep(20);
	/* as long as its thread is not back nothing ends */
	if (runs)
		KUNIT_EXPECT_EQ(test, live(), w.live + 2);
	WRITE_ONCE(kt_lent.go, true);
	over(test);
	KUNIT_EXPECT_EQ(test, w.ret.rpc, RL_RPC_CRASHED);
	KUNIT_EXPECT_EQ(test, kt_lent.woken, runs ? 0 : -ECANCELED);
	KUNIT_EXPECT_EQ(test, kt_lent.wrong, 0);
	KUNIT_EXPECT_EQ(test, w.lender->dropped, dropped);
	KUNIT_EXPECT_EQ(test, w.lender->crashes, 1);
	KUNIT_EXPECT_EQ(test, w.borrower->crashes, 0);
	all_gone(test);
}

static void lender_dies_borrower_sleeps(struct kunit *test)
{
	lend(test, false);
	lender_dies(test, false, 2);
}

static void lender_dies_borrower_runs(struct kunit *test)
{
	lend(test, true);
	lender_dies(test, true, 2);
}

/* Another thread of it lets go of what is borrowed first. */
static void lender_frees_and_dies(struct kunit *test)
{
	lend(test, true);
	KUNIT_EXPECT_EQ(test, rl_xheap_free(kt_lent.seen, w.lender->gate.id), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_owner_at(kt_lent.seen), RL_XOWNER_LOST);
	lender_dies(test, true, 1);
}

/* What was borrowed is the lender's as before, what was lent is gone. */
static void borrower_dies(struct kunit *test, bool runs)
{
	u32 id = w.lender->gate.id;

	lend(test, runs);
	KUNIT_EXPECT_EQ(test, rl_xheap_check(kt_lent.seen, RLSHADOW_ITEM_TYPE, id), -EBUSY);
	rl_domain_kill_why(w.borrower, RL_R_ADMIN, "test");
	over(test);
	KUNIT_EXPECT_EQ(test, w.ret.rpc, RL_RPC_OK);
	KUNIT_EXPECT_EQ(test, kt_lent.ret.rpc, RL_RPC_CRASHED);
	KUNIT_EXPECT_EQ(test, w.lender->crashes, 0);
	KUNIT_EXPECT_EQ(test, w.borrower->crashes, 1);
	KUNIT_EXPECT_EQ(test, w.borrower->dropped, 1);
	KUNIT_EXPECT_EQ(test, rl_xheap_check(kt_lent.it, RLSHADOW_ITEM_TYPE, id), -EFAULT);
	KUNIT_EXPECT_EQ(test, rl_xheap_check(kt_lent.seen, RLSHADOW_ITEM_TYPE, id), 0);
	KUNIT_EXPECT_EQ(test, rl_deref(kt_lent.seen)->value, SEEN);
	KUNIT_EXPECT_EQ(test, rl_xheap_free(kt_lent.seen, id), 0);
	all_gone(test);
}

static void borrower_dies_asleep(struct kunit *test)
{
	borrower_dies(test, false);
}

static void borrower_dies_running(struct kunit *test)
{
	borrower_dies(test, true);
}

static void both_die(struct kunit *test, bool runs, bool lender_first)
{
	struct rl_domain *first = lender_first ? w.lender : w.borrower;

	kt_lent.stays = true;	/* else it may have answered before its own turn comes */
	lend(test, runs);
	rl_domain_kill_why(first, RL_R_ADMIN, "test");
	rl_domain_kill_why(lender_first ? w.borrower : w.lender, RL_R_ADMIN, "test");
	over(test);
	KUNIT_EXPECT_EQ(test, w.ret.rpc, RL_RPC_CRASHED);
	KUNIT_EXPECT_EQ(test, w.lender->crashes, 1);
	KUNIT_EXPECT_EQ(test, w.borrower->crashes, 1);
	KUNIT_EXPECT_EQ(test, w.lender->dropped + w.borrower->dropped, 2);
	all_gone(test);
}

static void both_die_lender_first(struct kunit *test)
{
	both_die(test, true, true);
}

static void both_die_borrower_first(struct kunit *test)
{
	both_die(test, true, false);
}

static void both_die_asleep(struct kunit *test)
{
	both_die(test, false, false);
}

static struct kunit_case lend_cases[] = {
	KUNIT_CASE(lender_dies_borrower_sleeps),
	KUNIT_CASE(lender_dies_borrower_runs),
	KUNIT_CASE(lender_frees_and_dies),
	KUNIT_CASE(borrower_dies_asleep),
	KUNIT_CASE(borrower_dies_running),
	KUNIT_CASE(both_die_lender_first),
	KUNIT_CASE(both_die_borrower_first),
	KUNIT_CASE(both_die_asleep),
	{}
};

static struct kunit_suite lend_suite = {
	.name = "rl_lend",
	.init = lend_init,
	.exit = lend_exit,
	.test_cases = lend_cases,
};

rl_kunit_test_suite(lend_suite);

MODULE_DESCRIPTION("RedLeaf: lent objects KUnit suite");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(RL_TEST);
