// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who sleeps where it may not: in a context that does not allow it, or in a method that
 * says of itself that it is atomic, whoever calls it
 *
 * Two domains of this file (fake_kunit.h) implement the interface of idl/rltest.idl;
 * one requires the other. All that may sleep is tried in methods of both kinds and in
 * calls of the core's own, which init, threads and interrupts are.
 */
#include <linux/preempt.h>
#include "fake_kunit.h"
#include "proxy.h"
#include "rltest_proxy.h"
#include "sleep_kunit.h"

#define LONG_MS	30000
#define NEXT	0

static struct rl_domain *dom, *next;

static const char *const names[] = {
#define NAME(name, call) #name,
	KT_SLEEPERS(NAME)
#undef NAME
};

static s32 do_get(void *self, struct rltest_blob *value)
{
	return 0;
}

static const struct rltest_ops ops = {
	.one_arg = kt_one_arg, .crash = kt_crash, .crash_sleep = kt_crash, .get = do_get,
};

static const struct rl_iface_ops no_ops;
static const struct rl_iface iface = { .desc = &rltest_iface_desc, .ops = &no_ops };

static struct rl_domain *make(struct kunit *test, const char *name)
{
	struct rl_domain *d = fake_make(name, kt_init, sizeof(struct kt_state));

	if (!d)
		return NULL;
	d->iface = &iface;
	d->provided.desc = &rltest_iface_desc;
	d->desc.ops = &ops;
	d->desc.nr_ops = RLTEST_NR_OPS;
	d->policy.max_restarts = 0;
	fake_start(test, d);
	return d;
}

static int sleep_init(struct kunit *test)
{
	dom = make(test, "ktsleep");
	next = make(test, "ktnext");
	if (!dom || !next)
		return -ENOMEM;
	dom->caps[NEXT] = &next->provided;
	return 0;
}

static void sleep_exit(struct kunit *test)
{
	if (dom)
		dom->caps[NEXT] = NULL;
	fake_drop(dom);
	fake_drop(next);
}

/* @d has died of that, and runs again. */
static void died(struct kunit *test, struct rl_domain *d, u64 before, const char *text,
		 const char *name)
{
	KUNIT_EXPECT_EQ(test, rl_gate_wait_running(&d->gate, LONG_MS), 0);
	mutex_lock(&d->lock);
	KUNIT_EXPECT_EQ_MSG(test, d->crashes, before + 1, "%s", name);
	KUNIT_EXPECT_EQ(test, (int)d->crash.reason, (int)RL_R_VIOLATION);
	KUNIT_EXPECT_STREQ_MSG(test, (const char *)d->crash.text, text, "%s", name);
	mutex_unlock(&d->lock);
}

/* The caller could sleep; that the method says it does not is what counts. */
static void atomic_methods(struct kunit *test)
{
	struct rl_ret r;
	u32 i;

	for (i = 0; i < KT_NR_SLEEPERS; i++) {
		r = rltest_one_arg(&dom->provided, i);
		KUNIT_EXPECT_EQ_MSG(test, r.rpc, RL_RPC_CRASHED, "%s", names[i]);
		died(test, dom, 2 * i, "sleeping call in an @atomic method", names[i]);
		r = rltest_crash(&dom->provided, i, 0);
		KUNIT_EXPECT_EQ_MSG(test, r.rpc, RL_RPC_CRASHED, "%s", names[i]);
		died(test, dom, 2 * i + 1, "sleeping call in an @atomic method", names[i]);
	}
	r = rltest_one_arg(&dom->provided, KT_POLL);
	KUNIT_EXPECT_EQ(test, r.rpc, RL_RPC_OK);
	KUNIT_EXPECT_EQ(test, r.err, -ETIMEDOUT);
}

/* These may, and so may what the core calls: init has, or there was no domain. */
static void where_it_may(struct kunit *test)
{
	struct rl_ret r;
	u32 i;

	for (i = 0; i < KT_NR_SLEEPERS; i++) {
		r = rltest_crash_sleep(&dom->provided, i, 0);
		KUNIT_EXPECT_EQ_MSG(test, r.rpc, RL_RPC_OK, "%s", names[i]);
		r = rl_domain_call(dom, kt_one_arg, i, 0);
		KUNIT_EXPECT_EQ_MSG(test, r.rpc, RL_RPC_OK, "%s", names[i]);
	}
	KUNIT_EXPECT_EQ(test, dom->dying, 0);
}

/* As in an interrupt. */
static void atomic_context(struct kunit *test)
{
	struct rl_ret r;
	u32 i;

	for (i = 0; i < KT_NR_SLEEPERS; i++) {
		preempt_disable();
		r = rl_domain_call(dom, kt_one_arg, i, 0);
		preempt_enable();
		KUNIT_EXPECT_EQ_MSG(test, r.rpc, RL_RPC_CRASHED, "%s", names[i]);
		died(test, dom, i, "sleeping call in atomic context", names[i]);
	}
}

/* An atomic method cannot have others sleep for it either. */
static void through_another(struct kunit *test)
{
	struct rl_ret r = rltest_one_arg(&dom->provided, KT_GET);

	KUNIT_EXPECT_EQ(test, r.rpc, RL_RPC_OK);
	KUNIT_EXPECT_EQ(test, r.err, -EAGAIN);
	r = rltest_crash(&dom->provided, KT_DEEPER, 0);
	KUNIT_EXPECT_EQ(test, r.err, -EAGAIN);
	r = rltest_crash_sleep(&dom->provided, KT_GET, 0);
	KUNIT_EXPECT_EQ(test, r.err, 0);
	r = rltest_crash_sleep(&dom->provided, KT_DEEPER, 0);
	KUNIT_EXPECT_EQ(test, r.err, 0);
	KUNIT_EXPECT_EQ(test, dom->dying, 0);
	KUNIT_EXPECT_EQ(test, next->dying, 0);
}

/* Who breaks the promise is who made it, not who called. */
static void innermost(struct kunit *test)
{
	struct rl_ret r = rltest_crash_sleep(&dom->provided, KT_ATOMIC, 0);

	KUNIT_EXPECT_EQ(test, r.rpc, RL_RPC_OK);
	KUNIT_EXPECT_EQ(test, r.err, -EREMOTEIO);
	died(test, next, 0, "sleeping call in an @atomic method", "next");
	KUNIT_EXPECT_EQ(test, dom->crashes, 0);
}

static struct kunit_case sleep_cases[] = {
	KUNIT_CASE(atomic_methods),
	KUNIT_CASE(where_it_may),
	KUNIT_CASE(atomic_context),
	KUNIT_CASE(through_another),
	KUNIT_CASE(innermost),
	{}
};

static struct kunit_suite sleep_suite = {
	.name = "rl_sleep",
	.init = sleep_init,
	.exit = sleep_exit,
	.test_cases = sleep_cases,
};

rl_kunit_test_suite(sleep_suite);

MODULE_DESCRIPTION("RedLeaf: sleeping calls KUnit suite");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(RL_TEST);
