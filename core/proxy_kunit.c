// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generated proxies under test, those of interface rltest: what a caller is told,
 * and whose the objects are before and after
 *
 * The proxies are rl_rltest.ko's; the domain behind them is of this file
 * (fake_kunit.h), so that it can answer, die and cheat as a case wants. A restart
 * that was caused is waited for at the end of each case. What domains pass is in
 * entry_kunit.c.
 */
#include <linux/delay.h>
#include "fake_kunit.h"
#include "heap_internal.h"
#include "ledger_kunit.h"
#include "proxy.h"
#include "rltest_proxy.h"

#define LONG_MS	30000
#define OTHER	250u		/* an owner that is neither host nor domain */
#define SETS	16

/* How the domain behaves in a method. */
enum how { ANSWER, FREE, DIE };

/* One domain at a time; each case starts with all of it zero. */
static struct {
	struct rl_domain *d;
	struct rl_iref *ref;
	enum how how;
	s32 answer;
	u32 die_times;		/* so many calls die, then ANSWER */
	u32 calls;
	struct { u32 key; u64 value; } set[SETS];
	unsigned long host_objects;
} w;

static void die(void)
{
	asm volatile("movl $0, 8" : : : "memory");
}

static void __rref *item(struct kunit *test, u32 owner)
{
	void __rref *it = rl_xheap_alloc(RLTEST_ITEM_TYPE, owner);

	KUNIT_ASSERT_TRUE(test, !!it);
	return it;
}

/* The domain's code. */
static s32 init(void *self)
{
	return 0;
}

static s32 do_null(void *self)
{
	w.calls++;
	if (w.how == DIE)
		die();
	return w.answer;
}

static s32 take(void __rref *obj)
{
	w.calls++;
	if (w.how == DIE)
		die();
	if (w.how == FREE)
		rl_xheap_free(obj, w.d->gate.id);
	return w.answer;
}

static s32 do_object(void *self, struct rltest_item __rref *it)
{
	return take(it);
}

static s32 do_deque(void *self, struct rltest_item_deque32 __rref *dq)
{
	return take(dq);
}

static s32 do_get(void *self, struct rltest_blob *out)
{
	w.calls++;
	out->a = 11;
	if (w.die_times) {
		w.die_times--;
		die();
	}
	out->b = 22;
	return w.answer;
}

static s32 do_set(void *self, u32 key, u64 value)
{
	if (w.how == DIE)
		die();
	if (w.calls < SETS) {
		w.set[w.calls].key = key;
		w.set[w.calls].value = value;
	}
	w.calls++;
	return w.answer;
}

static const struct rltest_ops ops = {
	.null = do_null,
	.one_object = do_object,
	.deque32 = do_deque,
	.get = do_get,
	.set = do_set,
};

static void start(struct kunit *test)
{
	mutex_lock(&w.d->lock);
	KUNIT_EXPECT_EQ(test, rl_domain_start(w.d), 0);
	mutex_unlock(&w.d->lock);
}

static const struct rl_iface_ops no_ops;
static const struct rl_iface iface = { .desc = &rltest_iface_desc, .ops = &no_ops };

static int proxy_init(struct kunit *test)
{
	memset(&w, 0, sizeof(w));
	if (ledger_init())
		return -ENOMEM;
	w.d = fake_make("ktproxy", init, 64);
	if (!w.d)
		return -ENOMEM;
	w.d->iface = &iface;
	w.d->provided.desc = &rltest_iface_desc;
	w.d->desc.ops = &ops;
	w.d->desc.nr_ops = RLTEST_NR_OPS;
	w.ref = &w.d->provided;
	w.host_objects = rl_xheap_count(RL_OWNER_HOST);
	start(test);
	return 0;
}

/* It runs again, and its reaper is done. */
static void settle(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, rl_gate_wait_running(&w.d->gate, LONG_MS), 0);
	mutex_lock(&w.d->lock);
	mutex_unlock(&w.d->lock);
}

static void stop(void)
{
	mutex_lock(&w.d->lock);
	rl_domain_stop(w.d, false);
	mutex_unlock(&w.d->lock);
}

static void proxy_exit(struct kunit *test)
{
	ledger_exit();
	if (!w.d)
		return;
	KUNIT_EXPECT_EQ(test, rl_inflight(&w.d->gate), 0);
	stop();
	KUNIT_EXPECT_EQ(test, rl_xheap_count(w.d->gate.id), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_count(RL_OWNER_HOST), w.host_objects);
	rl_xheap_drop_owner(OTHER);
	fake_drop(w.d);
}

static void expect(struct kunit *test, struct rl_ret r, s32 rpc, s32 err)
{
	KUNIT_EXPECT_EQ(test, r.rpc, rpc);
	KUNIT_EXPECT_EQ(test, r.err, err);
}

/* @call is refused with @err and leaves everything as it was. */
#define REFUSED(test, call, err) KEEPS_LEDGER(test, expect(test, call, RL_RPC_REFUSED, err))

static void call_answers(struct kunit *test)
{
	static const s32 answers[] = { 0, -1, -EIO, -4095 };
	int i;

	for (i = 0; i < ARRAY_SIZE(answers); i++) {
		w.answer = answers[i];
		expect(test, rltest_null(w.ref), RL_RPC_OK, answers[i]);
	}
	KUNIT_EXPECT_EQ(test, w.calls, ARRAY_SIZE(answers));
	KUNIT_EXPECT_EQ(test, w.d->dying, 0);
}

/* No errno: the caller gets one all the same, the domain dies of it. */
static void call_answers_nonsense(struct kunit *test)
{
	static const s32 nonsense[] = { 1, -4096, S32_MAX, S32_MIN };
	int i;

	for (i = 0; i < ARRAY_SIZE(nonsense); i++) {
		w.answer = nonsense[i];
		expect(test, rltest_null(w.ref), RL_RPC_OK, -EIO);
		settle(test);
		KUNIT_EXPECT_EQ(test, w.d->by_reason[RL_R_VIOLATION], i + 1);
	}
}

static void call_crashes(struct kunit *test)
{
	w.how = DIE;
	expect(test, rltest_null(w.ref), RL_RPC_CRASHED, 0);
	settle(test);
	KUNIT_EXPECT_EQ(test, w.d->by_reason[RL_R_PAGE_FAULT], 1);
	KUNIT_EXPECT_EQ(test, w.d->crash.method, 0);	/* null is the first */
	w.how = ANSWER;
	expect(test, rltest_null(w.ref), RL_RPC_OK, 0);
}

static void call_while_down(struct kunit *test)
{
	struct rl_ret r;

	mutex_lock(&w.d->lock);		/* the reaper waits */
	rl_domain_kill_why(w.d, RL_R_ADMIN, "test");
	r = rltest_null(w.ref);
	mutex_unlock(&w.d->lock);
	expect(test, r, RL_RPC_RESTARTING, 0);
	settle(test);
	stop();
	expect(test, rltest_null(w.ref), RL_RPC_DEAD, 0);
	KUNIT_EXPECT_EQ(test, w.calls, 0);
}

static void call_without_stack(struct kunit *test)
{
	w.d->gate.stack = THREAD_SIZE;
	expect(test, rltest_null(w.ref), RL_RPC_NOSTACK, 0);
	w.d->gate.stack = FAKE_STACK;
	KUNIT_EXPECT_EQ(test, w.calls, 0);
}

static bool owned(const void __rref *obj, u64 type, u32 owner)
{
	return !rl_xheap_check(obj, type, owner);
}

static void object_moves(struct kunit *test)
{
	struct rltest_item __rref *it = item(test, RL_OWNER_HOST);

	expect(test, rltest_one_object(w.ref, it), RL_RPC_OK, 0);
	KUNIT_EXPECT_TRUE(test, owned(it, RLTEST_ITEM_TYPE, w.d->gate.id));
	/* it is not the caller's any more */
	REFUSED(test, rltest_one_object(w.ref, it), -EPERM);
	KUNIT_EXPECT_EQ(test, w.calls, 1);
}

static void object_comes_back(struct kunit *test)
{
	struct rltest_item __rref *it = item(test, RL_OWNER_HOST);

	w.answer = -ENOSPC;
	expect(test, rltest_one_object(w.ref, it), RL_RPC_OK, -ENOSPC);
	KUNIT_EXPECT_TRUE(test, owned(it, RLTEST_ITEM_TYPE, RL_OWNER_HOST));
	w.answer = 77;		/* an error too, and a violation */
	expect(test, rltest_one_object(w.ref, it), RL_RPC_OK, -EIO);
	settle(test);
	KUNIT_EXPECT_TRUE(test, owned(it, RLTEST_ITEM_TYPE, RL_OWNER_HOST));
	KUNIT_EXPECT_EQ(test, rl_xheap_free(it, RL_OWNER_HOST), 0);
}

static void object_dropped(struct kunit *test)
{
	struct rltest_item __rref *it = item(test, RL_OWNER_HOST);

	w.how = DIE;
	expect(test, rltest_one_object(w.ref, it), RL_RPC_CRASHED, 0);
	settle(test);
	KUNIT_EXPECT_EQ(test, rl_xheap_check(it, RLTEST_ITEM_TYPE, RL_OWNER_HOST), -EFAULT);
	KUNIT_EXPECT_EQ(test, w.d->dropped, 1);
}

static void object_freed(struct kunit *test)
{
	struct rltest_item __rref *it = item(test, RL_OWNER_HOST);

	w.how = FREE;
	expect(test, rltest_one_object(w.ref, it), RL_RPC_OK, 0);
	KUNIT_EXPECT_EQ(test, w.d->dying, 0);
	/* to fail and not to give back what was moved is a violation */
	it = item(test, RL_OWNER_HOST);
	w.answer = -EIO;
	expect(test, rltest_one_object(w.ref, it), RL_RPC_CRASHED, 0);
	settle(test);
	KUNIT_EXPECT_EQ(test, w.d->by_reason[RL_R_VIOLATION], 1);
}

static void object_refused(struct kunit *test)
{
	struct rltest_item __rref *other = item(test, OTHER);
	void __rref *wrong = rl_xheap_alloc(RLTEST_ITEM_DEQUE32_TYPE, RL_OWNER_HOST);
	struct rltest_item __rref *inside = item(test, RL_OWNER_HOST);

	KUNIT_ASSERT_TRUE(test, !!wrong);
	REFUSED(test, rltest_one_object(w.ref, NULL), -EFAULT);
	REFUSED(test, rltest_one_object(w.ref, other), -EPERM);
	REFUSED(test, rltest_one_object(w.ref, wrong), -EINVAL);
	REFUSED(test, rltest_one_object(w.ref, (void __rref *)inside + 8), -EFAULT);
	KUNIT_EXPECT_TRUE(test, owned(other, RLTEST_ITEM_TYPE, OTHER));
	KUNIT_EXPECT_TRUE(test, owned(wrong, RLTEST_ITEM_DEQUE32_TYPE, RL_OWNER_HOST));
	KUNIT_EXPECT_EQ(test, w.calls, 0);
	KUNIT_EXPECT_EQ(test, w.d->dying, 0);
	rl_xheap_free(wrong, RL_OWNER_HOST);
	rl_xheap_free(inside, RL_OWNER_HOST);
}

/* Nobody entered, nothing moved. */
static void object_stays_while_down(struct kunit *test)
{
	struct rltest_item __rref *it = item(test, RL_OWNER_HOST);
	struct rl_ret r;

	mutex_lock(&w.d->lock);
	rl_domain_kill_why(w.d, RL_R_ADMIN, "test");
	r = rltest_one_object(w.ref, it);
	mutex_unlock(&w.d->lock);
	expect(test, r, RL_RPC_RESTARTING, 0);
	KUNIT_EXPECT_TRUE(test, owned(it, RLTEST_ITEM_TYPE, RL_OWNER_HOST));
	settle(test);
	w.d->gate.stack = THREAD_SIZE;
	KEEPS_LEDGER(test, expect(test, rltest_one_object(w.ref, it), RL_RPC_NOSTACK, 0));
	w.d->gate.stack = FAKE_STACK;
	stop();
	KEEPS_LEDGER(test, expect(test, rltest_one_object(w.ref, it), RL_RPC_DEAD, 0));
	KUNIT_EXPECT_TRUE(test, owned(it, RLTEST_ITEM_TYPE, RL_OWNER_HOST));
	rl_xheap_free(it, RL_OWNER_HOST);
}

/* A deque of @n items of the host's. */
static struct rltest_item_deque32 __rref *deque(struct kunit *test, u32 n)
{
	void __rref *obj = rl_xheap_alloc(RLTEST_ITEM_DEQUE32_TYPE, RL_OWNER_HOST);
	u32 i;

	KUNIT_ASSERT_TRUE(test, !!obj);
	for (i = 0; i < n; i++)
		KUNIT_ASSERT_EQ(test, rl_xheap_push(obj, item(test, RL_OWNER_HOST),
						    RL_OWNER_HOST, i < 5), 0);
	return obj;
}

static void deque_moves(struct kunit *test)
{
	struct rltest_item_deque32 __rref *dq = deque(test, 32);

	expect(test, rltest_deque32(w.ref, dq), RL_RPC_OK, 0);
	KUNIT_EXPECT_TRUE(test, owned(dq, RLTEST_ITEM_DEQUE32_TYPE, w.d->gate.id));
	KUNIT_EXPECT_EQ(test, rl_xheap_count(w.d->gate.id), 33);
	KUNIT_EXPECT_EQ(test, rl_xheap_count(RL_OWNER_HOST), w.host_objects);
}

static void deque_comes_back(struct kunit *test)
{
	struct rltest_item_deque32 __rref *dq = deque(test, 32);

	w.answer = -EIO;
	expect(test, rltest_deque32(w.ref, dq), RL_RPC_OK, -EIO);
	KUNIT_EXPECT_TRUE(test, owned(dq, RLTEST_ITEM_DEQUE32_TYPE, RL_OWNER_HOST));
	KUNIT_EXPECT_EQ(test, rl_xheap_count(RL_OWNER_HOST), w.host_objects + 33);
	w.answer = 0;
	w.how = DIE;
	expect(test, rltest_deque32(w.ref, dq), RL_RPC_CRASHED, 0);
	settle(test);
	KUNIT_EXPECT_EQ(test, w.d->dropped, 33);
}

static void deque_refused_whole(struct kunit *test)
{
	struct rltest_item_deque32 __rref *obj = deque(test, 32);
	struct rltest_item_deque32 *dq = (void __force *)obj;
	u32 head = dq->head;

	dq->head = 32;
	REFUSED(test, rltest_deque32(w.ref, obj), -ERANGE);
	dq->head = head;
	dq->len = 33;
	REFUSED(test, rltest_deque32(w.ref, obj), -ERANGE);
	dq->len = 32;
	KUNIT_ASSERT_EQ(test, rl_xheap_borrow(obj, RLTEST_ITEM_DEQUE32_TYPE, RL_OWNER_HOST), 0);
	REFUSED(test, rltest_deque32(w.ref, obj), -EBUSY);
	rl_xheap_unborrow(obj);
	/* an element does not go alone */
	REFUSED(test, rltest_one_object(w.ref, dq->slot[0]), -ECHILD);
	KUNIT_EXPECT_EQ(test, w.calls, 0);
	/* it was only these: now it goes */
	expect(test, rltest_deque32(w.ref, obj), RL_RPC_OK, 0);
}

static void out_is_copied(struct kunit *test)
{
	struct rltest_blob blob = { 1, 2 };
	size_t used = rl_arena_used(w.d->heap);

	expect(test, rltest_get(w.ref, &blob), RL_RPC_OK, 0);
	KUNIT_EXPECT_EQ(test, blob.a, 11);
	KUNIT_EXPECT_EQ(test, blob.b, 22);
	KUNIT_EXPECT_EQ(test, rl_arena_used(w.d->heap), used);
}

/* Only a success writes to the caller. */
static void out_untouched(struct kunit *test)
{
	struct rltest_blob blob = { 1, 2 };
	size_t used = rl_arena_used(w.d->heap);

	w.answer = -EIO;
	expect(test, rltest_get(w.ref, &blob), RL_RPC_OK, -EIO);
	KUNIT_EXPECT_EQ(test, rl_arena_used(w.d->heap), used);
	w.die_times = 1;
	expect(test, rltest_get(w.ref, &blob), RL_RPC_CRASHED, 0);
	settle(test);
	while (rl_do_alloc(w.d, 64))
		;
	REFUSED(test, rltest_get(w.ref, &blob), -ENOMEM);
	KUNIT_EXPECT_EQ(test, blob.a, 1);
	KUNIT_EXPECT_EQ(test, blob.b, 2);
	KUNIT_EXPECT_EQ(test, w.calls, 2);
}

static void shadow_retries(struct kunit *test)
{
	struct rltest_blob blob = { 1, 2 };

	w.die_times = RL_RETRY_MAX;
	expect(test, rltest_get_shadow(w.ref, &blob), RL_RPC_OK, 0);
	KUNIT_EXPECT_EQ(test, blob.b, 22);
	KUNIT_EXPECT_EQ(test, w.calls, RL_RETRY_MAX + 1);
	settle(test);
	KUNIT_EXPECT_EQ(test, w.d->restarts, RL_RETRY_MAX);
}

static void shadow_gives_up(struct kunit *test)
{
	struct rltest_blob blob = { 1, 2 };

	w.die_times = ~0u;
	expect(test, rltest_get_shadow(w.ref, &blob), RL_RPC_CRASHED, 0);
	KUNIT_EXPECT_EQ(test, w.calls, RL_RETRY_MAX + 1);
	settle(test);
	w.die_times = 0;
	w.calls = 0;
	w.answer = -EIO;	/* an answer is final */
	expect(test, rltest_get_shadow(w.ref, &blob), RL_RPC_OK, -EIO);
	KUNIT_EXPECT_EQ(test, w.calls, 1);
	w.d->policy.window_ms = ~0u;
	w.d->policy.max_restarts = 1;	/* spent already */
	w.die_times = 1;
	expect(test, rltest_get_shadow(w.ref, &blob), RL_RPC_DEAD, 0);
	KUNIT_EXPECT_EQ(test, w.calls, 2);
	KUNIT_EXPECT_EQ(test, blob.a, 1);
}

static void replay(struct kunit *test)
{
	struct rltest_log log = {};

	expect(test, rltest_replay(w.ref, &log), RL_RPC_OK, 0);
	KUNIT_EXPECT_EQ(test, w.calls, 0);	/* nothing is recorded */
	expect(test, rltest_set_shadow(w.ref, &log, 3, 30), RL_RPC_OK, 0);
	expect(test, rltest_set_shadow(w.ref, &log, 4, 40), RL_RPC_OK, 0);
	w.answer = -ERANGE;	/* refused by the domain: not recorded */
	expect(test, rltest_set_shadow(w.ref, &log, 5, 50), RL_RPC_OK, -ERANGE);
	w.answer = 0;
	expect(test, rltest_replay(w.ref, &log), RL_RPC_OK, 0);
	KUNIT_EXPECT_EQ(test, w.calls, 4);
	KUNIT_EXPECT_EQ(test, w.set[3].key, 4);
	KUNIT_EXPECT_EQ(test, w.set[3].value, 40);
	w.answer = -EBUSY;
	expect(test, rltest_replay(w.ref, &log), RL_RPC_OK, -EBUSY);
}

/* What was asked for while the domain died is what the next generation gets. */
static void replay_after_crash(struct kunit *test)
{
	struct rltest_log log = {};

	expect(test, rltest_set_shadow(w.ref, &log, 3, 30), RL_RPC_OK, 0);
	w.how = DIE;
	expect(test, rltest_set_shadow(w.ref, &log, 6, 60), RL_RPC_CRASHED, 0);
	settle(test);
	w.how = ANSWER;
	expect(test, rltest_replay(w.ref, &log), RL_RPC_OK, 0);
	KUNIT_EXPECT_EQ(test, w.calls, 2);
	KUNIT_EXPECT_EQ(test, w.set[1].key, 6);
	KUNIT_EXPECT_EQ(test, w.set[1].value, 60);
	stop();
	expect(test, rltest_set_shadow(w.ref, &log, 7, 70), RL_RPC_DEAD, 0);
	KUNIT_EXPECT_EQ(test, log.set.key, 6);
}

static struct kunit_case proxy_cases[] = {
	KUNIT_CASE(call_answers),
	KUNIT_CASE(call_answers_nonsense),
	KUNIT_CASE(call_crashes),
	KUNIT_CASE(call_while_down),
	KUNIT_CASE(call_without_stack),
	KUNIT_CASE(object_moves),
	KUNIT_CASE(object_comes_back),
	KUNIT_CASE(object_dropped),
	KUNIT_CASE(object_freed),
	KUNIT_CASE(object_refused),
	KUNIT_CASE(object_stays_while_down),
	KUNIT_CASE(deque_moves),
	KUNIT_CASE(deque_comes_back),
	KUNIT_CASE(deque_refused_whole),
	KUNIT_CASE(out_is_copied),
	KUNIT_CASE(out_untouched),
	KUNIT_CASE(shadow_retries),
	KUNIT_CASE(shadow_gives_up),
	KUNIT_CASE(replay),
	KUNIT_CASE(replay_after_crash),
	{}
};

static struct kunit_suite proxy_suite = {
	.name = "rl_proxy",
	.init = proxy_init,
	.exit = proxy_exit,
	.test_cases = proxy_cases,
};

rl_kunit_test_suite(proxy_suite);

MODULE_DESCRIPTION("RedLeaf: generated proxies KUnit suite");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(RL_TEST);
