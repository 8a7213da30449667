// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generated shadows under test: the callee dies before, inside and after a method
 * of each restart class, with one caller and with several
 *
 * The interface is idl/rlshadow.idl, its proxies are linked into this module, and
 * the domain behind them is of this file (fake_kunit.h). "Before" is a restart
 * that is held up while the call is made, "after" a kill behind the answer. What
 * the callee does is decided by w.die: calls that die before the rest answers.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include "fake_kunit.h"
#include "heap_internal.h"
#include "proxy.h"
#include "rlshadow_proxy.h"

#define LONG_MS	30000
#define SETS	16
#define CALLERS	4
#define ROUNDS	60		/* calls of each caller */
#define KILLS	12
#define KEYS	3		/* of set_key() */

/* One domain at a time; each case starts with all of it zero. */
static struct {
	struct rl_domain *d;
	struct rl_iref *ref;
	atomic_t die;		/* so many calls die yet */
	atomic_t calls;		/* that came in */
	atomic_t wrong;		/* calls that were not given what their caller has */
	s32 answer;
	u64 bad_mode;		/* what the domain answers as a mode, if not 0 */
	struct { u32 key; u64 value; } set[SETS];
	u32 nr_set;
	unsigned long host_objects;
	unsigned long ended;	/* objects that generations had when they ended */
	atomic_t given;		/* objects that are not the caller's any more */
	atomic_t entered;	/* calls that may have got there */
	struct rlshadow_item __rref *it;	/* for a thread beside the test's */

	/* What several set: lock is held, but where a generation ends. */
	struct mutex lock;
	struct rlshadow_log log;
	bool replays;		/* a new generation gets it */
	u64 newest[KEYS];	/* what was set */
	u64 has[KEYS];		/* what this generation was told */
	u64 newest_value, value;	/* the same of set() */
} w;

/* A call of the domain's code, which may be its last. */
static void enter(void)
{
	atomic_inc(&w.calls);
	if (atomic_dec_if_positive(&w.die) >= 0)
		asm volatile("movl $0, 8" : : : "memory");
}

static s32 init(void *self)
{
	return 0;
}

static s32 do_once(void *self, u64 a)
{
	enter();
	return w.answer;
}

static s32 do_give(void *self, struct rlshadow_item __rref *it)
{
	enter();
	return w.answer;
}

static s32 do_ask(void *self, const struct rlshadow_question *q, struct rlshadow_answer *a)
{
	a->sum = 1;		/* what a dead try leaves nobody sees */
	enter();
	a->sum = q->a + 1;
	a->m = w.bad_mode ?: q->m;
	return w.answer;
}

static s32 do_look(void *self, const struct rlshadow_item __rref *it, struct rlshadow_answer *a)
{
	enter();
	a->sum = rl_deref(it)->value;
	a->m = rl_deref(it)->m;
	return w.answer;
}

static void note(u32 key, u64 value)
{
	if (w.nr_set < SETS) {
		w.set[w.nr_set].key = key;
		w.set[w.nr_set].value = value;
	}
	w.nr_set++;
}

static s32 do_set(void *self, u64 value)
{
	enter();
	note(0, value);
	w.value = value;
	return w.answer;
}

static s32 do_set_key(void *self, u32 key, const struct rlshadow_question *q)
{
	enter();
	note(key, q->a);
	if (key < KEYS)
		w.has[key] = q->a;
	return w.answer;
}

static const struct rlshadow_ops ops = {
	.once = do_once,
	.give = do_give,
	.ask = do_ask,
	.look = do_look,
	.set = do_set,
	.set_key = do_set_key,
};

/* The adapter. */
static int on_up(struct rl_domain *d, void *priv)
{
	struct rl_ret r = {};

	mutex_lock(&w.lock);
	if (w.replays)
		r = rlshadow_replay(w.ref, &w.log);
	mutex_unlock(&w.lock);
	return r.rpc ? -EIO : r.err;
}

static void on_down(struct rl_domain *d, void *priv)
{
	w.ended += rl_xheap_count(d->gate.id);
	memset(w.has, 0, sizeof(w.has));
	w.value = 0;
}

static const struct rl_iface_ops iface_ops = { .up = on_up, .down = on_down };
static const struct rl_iface iface = { .desc = &rlshadow_iface_desc, .ops = &iface_ops };

static int shadow_init(struct kunit *test)
{
	memset(&w, 0, sizeof(w));
	mutex_init(&w.lock);
	if (rl_xheap_add_type(&rlshadow_types[RLSHADOW_ITEM_T]))
		return -ENOMEM;
	w.d = fake_make("ktshadow", init, 64);
	if (!w.d)
		return -ENOMEM;
	w.d->iface = &iface;
	w.d->provided.desc = &rlshadow_iface_desc;
	w.d->desc.ops = &ops;
	w.d->desc.nr_ops = RLSHADOW_NR_OPS;
	w.d->policy.max_restarts = 0;
	w.d->policy.max_failed = ~0u;
	w.ref = &w.d->provided;
	w.host_objects = rl_xheap_count(RL_OWNER_HOST);
	mutex_lock(&w.d->lock);
	KUNIT_EXPECT_EQ(test, rl_domain_start(w.d), 0);
	mutex_unlock(&w.d->lock);
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

static void shadow_exit(struct kunit *test)
{
	if (w.d) {
		KUNIT_EXPECT_EQ(test, rl_inflight(&w.d->gate), 0);
		stop();
		KUNIT_EXPECT_EQ(test, rl_xheap_count(w.d->gate.id), 0);
		KUNIT_EXPECT_EQ(test, rl_xheap_count(RL_OWNER_HOST), w.host_objects);
		fake_drop(w.d);
	}
	rl_xheap_del_type(&rlshadow_types[RLSHADOW_ITEM_T]);
}

static void expect(struct kunit *test, struct rl_ret r, s32 rpc, s32 err)
{
	KUNIT_EXPECT_EQ(test, r.rpc, rpc);
	KUNIT_EXPECT_EQ(test, r.err, err);
}

static void expect_counts(struct kunit *test, long retried, long gave_up, long recorded,
			  long full, long replayed)
{
	struct rl_shadow_counts *c = &w.ref->shadow;

	KUNIT_EXPECT_EQ(test, atomic_long_read(&c->retried), retried);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&c->gave_up), gave_up);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&c->recorded), recorded);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&c->full), full);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&c->replayed), replayed);
}

/* From here to release() the domain is down, and its reaper waits. */
static void hold(void)
{
	mutex_lock(&w.d->lock);
	rl_domain_kill_why(w.d, RL_R_ADMIN, "test");
}

static void release(void)
{
	mutex_unlock(&w.d->lock);
}

static void kill_after(struct kunit *test)
{
	rl_domain_kill_why(w.d, RL_R_ADMIN, "test");
	settle(test);
}

static struct rlshadow_item __rref *item(struct kunit *test)
{
	struct rlshadow_item __rref *it = rl_xheap_alloc(RLSHADOW_ITEM_TYPE, RL_OWNER_HOST);

	KUNIT_ASSERT_TRUE(test, !!it);
	rl_deref(it)->value = 77;
	rl_deref(it)->m = RLSHADOW_MODE_LOUD;
	return it;
}

/* Nobody has @it borrowed, the dead neither; else it would live on when it is freed. */
static void end_item(struct kunit *test, struct rlshadow_item __rref *it)
{
	KUNIT_EXPECT_EQ(test, rl_xheap_check(it, RLSHADOW_ITEM_TYPE, RL_OWNER_HOST), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_free(it, RL_OWNER_HOST), 0);
}

/* Class fail: the error says what happened, and nothing is done again. */
static void fail_before(struct kunit *test)
{
	struct rlshadow_item __rref *it = item(test);

	hold();
	expect(test, rlshadow_once(w.ref, 1), RL_RPC_RESTARTING, 0);
	expect(test, rlshadow_give(w.ref, it), RL_RPC_RESTARTING, 0);
	release();
	settle(test);
	KUNIT_EXPECT_EQ(test, atomic_read(&w.calls), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_free(it, RL_OWNER_HOST), 0);
	expect_counts(test, 0, 0, 0, 0, 0);
}

static void fail_inside(struct kunit *test)
{
	struct rlshadow_item __rref *it = item(test);

	atomic_set(&w.die, 1);
	expect(test, rlshadow_once(w.ref, 1), RL_RPC_CRASHED, 0);
	settle(test);
	atomic_set(&w.die, 1);
	expect(test, rlshadow_give(w.ref, it), RL_RPC_CRASHED, 0);
	settle(test);
	KUNIT_EXPECT_EQ(test, rl_xheap_free(it, RL_OWNER_HOST), -EFAULT);
	KUNIT_EXPECT_EQ(test, atomic_read(&w.calls), 2);
}

static void fail_after(struct kunit *test)
{
	struct rlshadow_item __rref *it = item(test);

	expect(test, rlshadow_once(w.ref, 1), RL_RPC_OK, 0);
	expect(test, rlshadow_give(w.ref, it), RL_RPC_OK, 0);
	kill_after(test);
	KUNIT_EXPECT_EQ(test, atomic_read(&w.calls), 2);
	KUNIT_EXPECT_EQ(test, w.ended, 1);
	KUNIT_EXPECT_EQ(test, w.d->dropped, 1);
	KUNIT_EXPECT_EQ(test, rl_xheap_free(it, RL_OWNER_HOST), -EFAULT);
	expect(test, rlshadow_once(w.ref, 1), RL_RPC_OK, 0);
	expect_counts(test, 0, 0, 0, 0, 0);
}

static struct rl_ret ask(u64 a, struct rlshadow_answer *out)
{
	const struct rlshadow_question q = { .a = a, .m = RLSHADOW_MODE_LOUD, .name = "me" };

	return rlshadow_ask_shadow(w.ref, &q, out);
}

static int ask_once(void *done)
{
	struct rlshadow_answer a = {};
	struct rl_ret r = ask(5, &a);

	if (r.rpc || r.err || a.sum != 6)
		atomic_inc(&w.wrong);
	complete(done);
	return 0;
}

static int look_once(void *done)
{
	struct rlshadow_answer a = {};
	struct rl_ret r = rlshadow_look_shadow(w.ref, w.it, &a);

	if (r.rpc || r.err || a.sum != 77)
		atomic_inc(&w.wrong);
	complete(done);
	return 0;
}

/* Who asks a domain that is down waits, and does not notice. */
static void retry_before(struct kunit *test)
{
	int (*const once[])(void *done) = { ask_once, look_once };
	DECLARE_COMPLETION_ONSTACK(done);
	struct task_struct *t;
	int i;

	w.it = item(test);
	for (i = 0; i < ARRAY_SIZE(once); i++) {
		hold();
		reinit_completion(&done);
		t = kthread_run(once[i], &done, "shadow-once");
		msleep(50);
		KUNIT_EXPECT_FALSE(test, completion_done(&done));
		release();
		KUNIT_ASSERT_FALSE(test, IS_ERR(t));
		wait_for_completion(&done);
		settle(test);
		KUNIT_EXPECT_EQ(test, atomic_read(&w.calls), i + 1);
		KUNIT_EXPECT_GE(test, atomic_long_read(&w.ref->shadow.retried), i + 1);
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&w.wrong), 0);
	end_item(test, w.it);
}

static void retry_inside(struct kunit *test)
{
	struct rlshadow_item __rref *it = item(test);
	struct rlshadow_answer a = {};

	atomic_set(&w.die, 3);
	expect(test, ask(5, &a), RL_RPC_OK, 0);
	KUNIT_EXPECT_EQ(test, a.sum, 6);
	KUNIT_EXPECT_EQ(test, a.m, RLSHADOW_MODE_LOUD);
	KUNIT_EXPECT_EQ(test, atomic_read(&w.calls), 4);
	settle(test);
	atomic_set(&w.die, 2);
	expect(test, rlshadow_look_shadow(w.ref, it, &a), RL_RPC_OK, 0);
	KUNIT_EXPECT_EQ(test, a.sum, 77);
	settle(test);
	expect_counts(test, 5, 0, 0, 0, 0);
	end_item(test, it);
}

static void retry_after(struct kunit *test)
{
	struct rlshadow_item __rref *it = item(test);
	struct rlshadow_answer a = {};

	expect(test, ask(5, &a), RL_RPC_OK, 0);
	expect(test, rlshadow_look_shadow(w.ref, it, &a), RL_RPC_OK, 0);
	kill_after(test);
	KUNIT_EXPECT_EQ(test, a.sum, 77);
	KUNIT_EXPECT_EQ(test, atomic_read(&w.calls), 2);
	end_item(test, it);
	expect_counts(test, 0, 0, 0, 0, 0);
}

static void retry_bounded(struct kunit *test)
{
	struct rlshadow_answer a = { .sum = 3 };

	atomic_set(&w.die, 1000);
	expect(test, ask(5, &a), RL_RPC_CRASHED, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&w.calls), RL_RETRY_MAX + 1);
	KUNIT_EXPECT_EQ(test, a.sum, 3);	/* no try has answered */
	settle(test);
	expect_counts(test, RL_RETRY_MAX, 1, 0, 0, 0);
	atomic_set(&w.die, 0);
	w.answer = -EIO;			/* an answer is final */
	expect(test, ask(5, &a), RL_RPC_OK, -EIO);
	stop();
	expect(test, ask(5, &a), RL_RPC_DEAD, 0);
	expect_counts(test, RL_RETRY_MAX, 1, 0, 0, 0);
}

/* The restart takes longer than anybody waits. */
static void retry_times_out(struct kunit *test)
{
	struct rlshadow_answer a = { .sum = 3 };
	ktime_t start;

	hold();
	start = ktime_get();
	expect(test, ask(5, &a), RL_RPC_RESTARTING, 0);
	KUNIT_EXPECT_GE(test, ktime_ms_delta(ktime_get(), start), RL_RETRY_WAIT_MS);
	KUNIT_EXPECT_EQ(test, a.sum, 3);
	release();
	settle(test);
	expect_counts(test, 0, 1, 0, 0, 0);
	expect(test, ask(5, &a), RL_RPC_OK, 0);
}

/* A callee that answers with a value that is none dies of it, and is asked again. */
static void retry_nonsense(struct kunit *test)
{
	struct rlshadow_answer a = { .sum = 3 };

	w.bad_mode = 3;
	expect(test, ask(5, &a), RL_RPC_CRASHED, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&w.calls), RL_RETRY_MAX + 1);
	settle(test);
	KUNIT_EXPECT_EQ(test, w.d->by_reason[RL_R_VIOLATION], RL_RETRY_MAX + 1);
	w.bad_mode = 0;
	expect(test, ask(5, &a), RL_RPC_OK, 0);
}

static struct rl_ret set_key(struct rlshadow_log *log, u32 key, u64 value)
{
	const struct rlshadow_question q = { .a = value };

	return rlshadow_set_key_shadow(w.ref, log, key, &q);
}

/* What is asked for while the domain is down is what the next generation gets. */
static void replay_before(struct kunit *test)
{
	struct rlshadow_log log = {};

	expect(test, rlshadow_set_shadow(w.ref, &log, 1), RL_RPC_OK, 0);
	hold();
	expect(test, rlshadow_set_shadow(w.ref, &log, 2), RL_RPC_RESTARTING, 0);
	expect(test, set_key(&log, 9, 90), RL_RPC_RESTARTING, 0);
	release();
	settle(test);
	expect(test, rlshadow_replay(w.ref, &log), RL_RPC_OK, 0);
	KUNIT_EXPECT_EQ(test, w.nr_set, 3);
	KUNIT_EXPECT_EQ(test, w.set[1].value, 2);
	KUNIT_EXPECT_EQ(test, w.set[2].key, 9);
	KUNIT_EXPECT_EQ(test, w.set[2].value, 90);
	expect_counts(test, 0, 0, 3, 0, 2);
}

static void replay_inside(struct kunit *test)
{
	struct rlshadow_log log = {};

	expect(test, set_key(&log, 4, 40), RL_RPC_OK, 0);
	atomic_set(&w.die, 1);
	expect(test, set_key(&log, 4, 41), RL_RPC_CRASHED, 0);
	settle(test);
	expect(test, rlshadow_replay(w.ref, &log), RL_RPC_OK, 0);
	KUNIT_EXPECT_EQ(test, w.nr_set, 2);
	KUNIT_EXPECT_EQ(test, w.set[1].value, 41);
	/* a replay that dies says so, and may be done again */
	atomic_set(&w.die, 1);
	expect(test, rlshadow_replay(w.ref, &log), RL_RPC_CRASHED, 0);
	settle(test);
	expect(test, rlshadow_replay(w.ref, &log), RL_RPC_OK, 0);
	KUNIT_EXPECT_EQ(test, w.set[2].value, 41);
	atomic_set(&w.die, 1);
	expect(test, rlshadow_set_shadow(w.ref, &log, 8), RL_RPC_CRASHED, 0);
	settle(test);
	expect(test, rlshadow_replay(w.ref, &log), RL_RPC_OK, 0);
	KUNIT_EXPECT_EQ(test, w.nr_set, 5);
	KUNIT_EXPECT_EQ(test, w.set[3].value, 8);
	KUNIT_EXPECT_EQ(test, w.set[4].value, 41);
	expect_counts(test, 0, 0, 3, 0, 4);
}

static void replay_after(struct kunit *test)
{
	struct rlshadow_log log = {};
	u32 key;

	for (key = 0; key < 3; key++)
		expect(test, set_key(&log, key, 10 + key), RL_RPC_OK, 0);
	expect(test, set_key(&log, 1, 99), RL_RPC_OK, 0);
	expect(test, set_key(&log, 3, 13), RL_RPC_REFUSED, -ENOSPC);
	expect(test, rlshadow_set_shadow(w.ref, &log, 7), RL_RPC_OK, 0);
	w.answer = -EINVAL;	/* not taken, not recorded */
	expect(test, set_key(&log, 2, 55), RL_RPC_OK, -EINVAL);
	w.answer = 0;
	kill_after(test);
	w.nr_set = 0;
	expect(test, rlshadow_replay(w.ref, &log), RL_RPC_OK, 0);
	KUNIT_EXPECT_EQ(test, w.nr_set, 4);
	KUNIT_EXPECT_EQ(test, w.set[0].value, 7);	/* order of declaration */
	KUNIT_EXPECT_EQ(test, w.set[1].value, 10);
	KUNIT_EXPECT_EQ(test, w.set[2].value, 99);
	KUNIT_EXPECT_EQ(test, w.set[3].value, 12);
	expect_counts(test, 0, 0, 5, 1, 4);
}

/* One of several who call at the same time. */
struct caller {
	struct completion done;
	u32 nr;
};

/* CALLERS threads run @fn(their struct caller), while the domain dies again and again. */
static void call_and_kill(struct kunit *test, int (*fn)(void *caller))
{
	struct caller c[CALLERS];
	struct task_struct *t;
	int i, n = 0;

	for (i = 0; i < CALLERS; i++) {
		c[i].nr = i;
		init_completion(&c[i].done);
		t = kthread_run(fn, &c[i], "shadow-%d", i);
		KUNIT_EXPECT_FALSE(test, IS_ERR(t));
		if (IS_ERR(t))
			break;
		n++;
	}
	for (i = 0; i < KILLS; i++) {
		usleep_range(5000, 6000);
		if (i & 1)
			atomic_set(&w.die, 1);
		else
			rl_domain_kill_why(w.d, RL_R_ADMIN, "test");
	}
	for (i = 0; i < n; i++)
		wait_for_completion(&c[i].done);
	settle(test);
	KUNIT_EXPECT_EQ(test, n, CALLERS);
	KUNIT_EXPECT_EQ(test, atomic_read(&w.wrong), 0);
	KUNIT_EXPECT_GT(test, (int)w.d->restarts, 0);
}

/* May a call that was answered with this have got there? It is not made again. */
static bool got_there(struct rl_ret r)
{
	bool there = r.rpc == RL_RPC_OK || r.rpc == RL_RPC_CRASHED;

	if (r.err || (!there && r.rpc != RL_RPC_RESTARTING))
		atomic_inc(&w.wrong);
	if (there)
		atomic_inc(&w.entered);
	return there;
}

/* Gives one object after another: what did not get there is still its own. */
static int giver(void *caller)
{
	struct caller *c = caller;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		void __rref *it = rl_xheap_alloc(RLSHADOW_ITEM_TYPE, RL_OWNER_HOST);
		u64 handle = rl_xheap_handle(it, RL_OWNER_HOST);
		bool gone = got_there(rlshadow_give(w.ref, it));

		if (!handle || gone != !rl_xheap_find(handle, RLSHADOW_ITEM_TYPE, RL_OWNER_HOST))
			atomic_inc(&w.wrong);
		if (gone)
			atomic_inc(&w.given);
		else
			rl_xheap_free(it, RL_OWNER_HOST);
		got_there(rlshadow_once(w.ref, i));
		usleep_range(100, 1000);
	}
	complete(&c->done);
	return 0;
}

static void fail_concurrent(struct kunit *test)
{
	call_and_kill(test, giver);
	KUNIT_EXPECT_GT(test, atomic_read(&w.given), 0);
	/* and none was made again */
	KUNIT_EXPECT_LE(test, atomic_read(&w.calls), atomic_read(&w.entered));
	KUNIT_EXPECT_EQ(test, w.ended + rl_xheap_count(w.d->gate.id), atomic_read(&w.given));
	expect_counts(test, 0, 0, 0, 0, 0);
}

/* Asks, with buffers of its own, and has looked at what all of them lend at a time. */
static int asker(void *caller)
{
	u64 me = (unsigned long)current, i;
	struct caller *c = caller;

	for (i = 0; i < ROUNDS; i++) {
		struct rlshadow_answer a = {};
		struct rl_ret r = ask(me + i, &a);

		if (r.rpc || r.err || a.sum != me + i + 1)
			atomic_inc(&w.wrong);
		r = rlshadow_look_shadow(w.ref, w.it, &a);
		if (r.rpc || r.err || a.sum != 77)
			atomic_inc(&w.wrong);
		usleep_range(100, 1000);
	}
	complete(&c->done);
	return 0;
}

static void retry_concurrent(struct kunit *test)
{
	w.it = item(test);
	call_and_kill(test, asker);
	KUNIT_EXPECT_GE(test, atomic_read(&w.calls), 2 * CALLERS * ROUNDS);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&w.ref->shadow.gave_up), 0);
	end_item(test, w.it);
}

/* Sets one of the keys and what has none, in turn with the others and with the replay. */
static int setter(void *caller)
{
	struct caller *c = caller;
	u32 key = c->nr % KEYS, i;

	for (i = 1; i <= ROUNDS; i++) {
		u64 value = c->nr << 16 | i;

		mutex_lock(&w.lock);
		got_there(set_key(&w.log, key, value));
		w.newest[key] = value;
		got_there(rlshadow_set_shadow(w.ref, &w.log, value));
		w.newest_value = value;
		mutex_unlock(&w.lock);
		usleep_range(100, 1000);
	}
	complete(&c->done);
	return 0;
}

/* Whatever died when: the last generation has what was set last. */
static void replay_concurrent(struct kunit *test)
{
	u32 key;

	w.replays = true;
	call_and_kill(test, setter);
	for (key = 0; key < KEYS; key++)
		KUNIT_EXPECT_EQ(test, w.has[key], w.newest[key]);
	KUNIT_EXPECT_EQ(test, w.value, w.newest_value);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&w.ref->shadow.recorded), 2 * CALLERS * ROUNDS);
	KUNIT_EXPECT_GT(test, atomic_long_read(&w.ref->shadow.replayed), 0);
}

static struct kunit_case shadow_cases[] = {
	KUNIT_CASE(fail_before),
	KUNIT_CASE(fail_inside),
	KUNIT_CASE(fail_after),
	KUNIT_CASE(retry_before),
	KUNIT_CASE(retry_inside),
	KUNIT_CASE(retry_after),
	KUNIT_CASE(retry_bounded),
	KUNIT_CASE(retry_times_out),
	KUNIT_CASE(retry_nonsense),
	KUNIT_CASE(replay_before),
	KUNIT_CASE(replay_inside),
	KUNIT_CASE(replay_after),
	KUNIT_CASE(fail_concurrent),
	KUNIT_CASE(retry_concurrent),
	KUNIT_CASE(replay_concurrent),
	{}
};

static struct kunit_suite shadow_suite = {
	.name = "rl_shadow",
	.init = shadow_init,
	.exit = shadow_exit,
	.test_cases = shadow_cases,
};

rl_kunit_test_suite(shadow_suite);

MODULE_DESCRIPTION("RedLeaf: generated shadows KUnit suite");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(RL_TEST);
