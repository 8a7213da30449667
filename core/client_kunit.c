// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shadows of a domain that calls another: the callee dies before, inside and after a
 * method of each restart class, and the caller does while it waits
 *
 * Both domains are of this file (fake_kunit.h). The client requires the interface of
 * idl/rlshadow.idl with a shadow and makes the calls a case describes; the callee
 * implements it. "Before" is a restart that is held up while the call is made, "after" a
 * kill behind the answer. Calls die as long as w.die says so.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/sched/task_stack.h>
#include "fake_kunit.h"
#include "heap_internal.h"
#include "hold.h"
#include "proxy.h"
#include "client_kunit.h"

#define LONG_MS		30000
#define CAP		0	/* the client's, of the callee */
#define KEYS		3	/* of set_key() */
#define THREADS		4
#define ROUNDS		40	/* calls of each thread */
#define KILLS		10

/* Each case starts with all of it zero. */
static struct {
	struct rl_domain *client, *callee;
	struct rl_iref *ref;		/* the callee */
	atomic_t die;			/* so many calls die yet */
	atomic_t calls;			/* that came in */
	atomic_t wrong;			/* calls that were not given what their caller has */
	s32 answer;
	u32 sets;			/* calls of set() and set_key() that were answered */
	u32 early;			/* those while nobody but the core was let in */
	u64 value, has[KEYS];		/* what this generation was told */
	bool init_asks;			/* the client's init calls ask() */
	u64 newest[KEYS], newest_value;
	struct kt_call look;		/* at an object that all borrow */
} w;

/* What the loader makes of a domain's declaration. */
static struct rl_require requires[] = { { .iface = "rlshadow" } };

/* A call of the callee's code, which may be its last. */
static void enter(void)
{
	atomic_inc(&w.calls);
	if (atomic_dec_if_positive(&w.die) >= 0)
		asm volatile("movl $0, 8" : : : "memory");
}

static s32 callee_init(void *self)
{
	w.value = 0;
	memset(w.has, 0, sizeof(w.has));
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
	a->m = q->m;
	return w.answer;
}

static s32 do_look(void *self, const struct rlshadow_item __rref *it, struct rlshadow_answer *a)
{
	enter();
	a->sum = rl_deref(it)->value;
	return w.answer;
}

static void told(void)
{
	w.sets++;
	w.early += READ_ONCE(w.callee->gate.alive) == RL_GATE_INIT;
}

static s32 do_set(void *self, u64 value)
{
	enter();
	told();
	w.value = value;
	return w.answer;
}

static s32 do_set_key(void *self, u32 key, const struct rlshadow_question *q)
{
	enter();
	told();
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

static const struct rl_iface_ops iface_ops;
static struct rl_iface iface = { .desc = &rlshadow_iface_desc, .ops = &iface_ops };

static s32 client_init(void *self)
{
	struct kt_call c = { .what = KT_ASK };

	if (!READ_ONCE(w.init_asks))
		return 0;
	return rl_domain_call(w.client, kt_calls, (unsigned long)&c, 0).rpc || c.ret.rpc ? -EIO : 0;
}

static void start(struct kunit *test, struct rl_domain *d)
{
	d->policy.max_restarts = 0;
	d->policy.max_failed = ~0u;
	fake_start(test, d);
}

static int client_suite_init(struct kunit *test)
{
	memset(&w, 0, sizeof(w));
	requires[0].shadow = true;
	if (rl_xheap_add_type(&rlshadow_types[RLSHADOW_ITEM_T]))
		return -ENOMEM;
	w.client = fake_make("ktclient", client_init, THREADS * sizeof(struct kt_slot));
	w.callee = fake_make("ktcallee", callee_init, 64);
	if (!w.client || !w.callee)
		return -ENOMEM;
	w.callee->iface = &iface;
	w.callee->provided.desc = &rlshadow_iface_desc;
	w.callee->desc.ops = &ops;
	w.callee->desc.nr_ops = RLSHADOW_NR_OPS;
	w.ref = &w.callee->provided;
	w.client->desc.requires = requires;
	w.client->desc.nr_requires = ARRAY_SIZE(requires);
	w.client->required[CAP] = &iface;
	w.client->caps[CAP] = w.ref;
	start(test, w.callee);
	start(test, w.client);
	return 0;
}

static void client_suite_exit(struct kunit *test)
{
	if (w.client) {
		KUNIT_EXPECT_EQ(test, rl_inflight(&w.client->gate), 0);
		fake_drop(w.client);	/* its caps are nobody's now */
	}
	if (w.callee) {
		KUNIT_EXPECT_EQ(test, rl_inflight(&w.callee->gate), 0);
		KUNIT_EXPECT_TRUE(test, list_empty(&w.ref->logs));
		fake_drop(w.callee);
	}
	rl_xheap_del_type(&rlshadow_types[RLSHADOW_ITEM_T]);
}

/* It runs again, and its reaper is done. */
static void settle(struct kunit *test, struct rl_domain *d)
{
	KUNIT_EXPECT_EQ(test, rl_gate_wait_running(&d->gate, LONG_MS), 0);
	mutex_lock(&d->lock);
	mutex_unlock(&d->lock);
}

static void kill(struct kunit *test, struct rl_domain *d)
{
	rl_domain_kill_why(d, RL_R_ADMIN, "test");
	settle(test, d);
}

/* From here to release() the callee is down, and its reaper waits. */
static void hold(void)
{
	mutex_lock(&w.callee->lock);
	rl_domain_kill_why(w.callee, RL_R_ADMIN, "test");
}

static void release(void)
{
	mutex_unlock(&w.callee->lock);
}

/* The same with the reaper free for the client; the callee is not killed for that. */
static void shut(void)
{
	WRITE_ONCE(w.callee->gate.alive, RL_GATE_CLOSED);
}

static void reopen(void)
{
	WRITE_ONCE(w.callee->gate.alive, RL_GATE_OPEN);
	wake_up_all(&w.callee->state_wq);
}

/* Has the client make a call; what its own death is, is for the caller to expect. */
static s32 make(struct kt_call *c)
{
	return rl_domain_call(w.client, kt_calls, (unsigned long)c, 0).rpc;
}

static void expect(struct kunit *test, struct kt_call c, s32 rpc, s32 err)
{
	KUNIT_EXPECT_EQ(test, make(&c), RL_RPC_OK);
	KUNIT_EXPECT_EQ(test, c.ret.rpc, rpc);
	KUNIT_EXPECT_EQ(test, c.ret.err, err);
	if (c.what == KT_ASK && !rpc && !err)
		KUNIT_EXPECT_EQ(test, c.sum, c.value + 1);
	if (c.what == KT_ASK && rpc)
		KUNIT_EXPECT_EQ(test, c.sum, 0);	/* no try has answered */
}

static struct kt_call ask(u64 value)
{
	return (struct kt_call){ .what = KT_ASK, .value = value };
}

static struct kt_call set(u64 value)
{
	return (struct kt_call){ .what = KT_SET, .value = value };
}

static struct kt_call set_key(u32 key, u64 value)
{
	return (struct kt_call){ .what = KT_SET_KEY, .key = key, .value = value };
}

static struct kt_call with_item(struct kunit *test, int what)
{
	struct kt_call c = { .what = what };

	c.it = rl_xheap_alloc(RLSHADOW_ITEM_TYPE, w.client->gate.id);
	KUNIT_ASSERT_TRUE(test, !!c.it);
	rl_deref(c.it)->value = 77;
	rl_deref(c.it)->m = RLSHADOW_MODE_LOUD;
	return c;
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

/* A thread that goes through the client while the case does something else. */
struct visit {
	struct kt_call call;
	s32 rpc;		/* of the client */
	struct completion done;
};

static int visit_fn(void *arg)
{
	struct visit *v = arg;

	v->rpc = make(&v->call);
	complete(&v->done);
	return 0;
}

static void visit(struct kunit *test, struct visit *v, struct kt_call c)
{
	v->call = c;
	init_completion(&v->done);
	KUNIT_ASSERT_FALSE(test, IS_ERR(kthread_run(visit_fn, v, "client-guest")));
}

static void still_waits(struct kunit *test, struct visit *v)
{
	msleep(50);
	KUNIT_EXPECT_FALSE(test, completion_done(&v->done));
}

static void comes_out(struct kunit *test, struct visit *v, s32 client_rpc, s32 rpc)
{
	KUNIT_ASSERT_NE(test, wait_for_completion_timeout(&v->done, LONG_MS * HZ / 1000), 0UL);
	KUNIT_EXPECT_EQ(test, v->rpc, client_rpc);
	if (!client_rpc)
		KUNIT_EXPECT_EQ(test, v->call.ret.rpc, rpc);
}

/* Nobody has @it borrowed, the dead neither; else it would live on when it is freed. */
static void end_item(struct kunit *test, struct rlshadow_item __rref *it)
{
	KUNIT_EXPECT_EQ(test, rl_xheap_check(it, RLSHADOW_ITEM_TYPE, w.client->gate.id), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_free(it, w.client->gate.id), 0);
}

/* Class fail: the error says what happened, and nothing is done again. */
static void fail_class(struct kunit *test)
{
	struct kt_call once = { .what = KT_ONCE }, give = with_item(test, KT_GIVE);
	u64 handle = rl_xheap_handle(give.it, w.client->gate.id);

	hold();
	expect(test, once, RL_RPC_RESTARTING, 0);
	expect(test, give, RL_RPC_RESTARTING, 0);
	release();
	settle(test, w.callee);
	KUNIT_EXPECT_EQ(test, atomic_read(&w.calls), 0);
	KUNIT_EXPECT_TRUE(test, !!rl_xheap_find(handle, RLSHADOW_ITEM_TYPE, w.client->gate.id));
	atomic_set(&w.die, 1);
	expect(test, once, RL_RPC_CRASHED, 0);
	settle(test, w.callee);
	atomic_set(&w.die, 1);
	expect(test, give, RL_RPC_CRASHED, 0);
	settle(test, w.callee);
	KUNIT_EXPECT_EQ(test, w.callee->dropped, 1);
	KUNIT_EXPECT_EQ(test, rl_xheap_count(w.client->gate.id), 0);
	expect(test, once, RL_RPC_OK, 0);
	expect_counts(test, 0, 0, 0, 0, 0);
}

/* A domain that did not ask for it gets the errors. */
static void no_shadow(struct kunit *test)
{
	requires[0].shadow = false;
	atomic_set(&w.die, 1);
	expect(test, ask(5), RL_RPC_CRASHED, 0);
	settle(test, w.callee);
	expect(test, set(5), RL_RPC_OK, 0);
	hold();
	expect(test, ask(5), RL_RPC_RESTARTING, 0);
	expect(test, set(6), RL_RPC_RESTARTING, 0);
	release();
	settle(test, w.callee);
	KUNIT_EXPECT_EQ(test, w.value, 0);
	expect_counts(test, 0, 0, 0, 0, 0);
}

static void retry_before(struct kunit *test)
{
	struct kt_call calls[] = { ask(5), with_item(test, KT_LOOK) };
	struct visit v;
	int i;

	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		hold();
		visit(test, &v, calls[i]);
		still_waits(test, &v);
		release();
		comes_out(test, &v, RL_RPC_OK, RL_RPC_OK);
		KUNIT_EXPECT_EQ(test, v.call.sum, i ? 77 : 6);
		settle(test, w.callee);
		KUNIT_EXPECT_EQ(test, atomic_read(&w.calls), i + 1);
	}
	end_item(test, calls[1].it);
}

static void retry_inside_and_after(struct kunit *test)
{
	struct kt_call look = with_item(test, KT_LOOK);

	atomic_set(&w.die, 3);
	expect(test, ask(5), RL_RPC_OK, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&w.calls), 4);
	settle(test, w.callee);
	atomic_set(&w.die, 2);
	expect(test, look, RL_RPC_OK, 0);
	kill(test, w.callee);
	KUNIT_EXPECT_EQ(test, atomic_read(&w.calls), 7);
	expect_counts(test, 5, 0, 0, 0, 0);
	end_item(test, look.it);
}

static void retry_bounded(struct kunit *test)
{
	struct visit v;

	atomic_set(&w.die, 1000);
	expect(test, ask(5), RL_RPC_CRASHED, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&w.calls), RL_RETRY_MAX + 1);
	settle(test, w.callee);
	expect_counts(test, RL_RETRY_MAX, 1, 0, 0, 0);
	atomic_set(&w.die, 0);
	w.answer = -EIO;			/* an answer is final */
	expect(test, ask(5), RL_RPC_OK, -EIO);
	hold();
	visit(test, &v, ask(5));
	still_waits(test, &v);
	rl_domain_stop(w.callee, false);
	comes_out(test, &v, RL_RPC_OK, RL_RPC_DEAD);
	release();
	expect(test, set(5), RL_RPC_DEAD, 0);
	expect_counts(test, RL_RETRY_MAX, 2, 0, 0, 0);
}

/* The restart takes longer than anybody waits; what was to be set was not. */
static void retry_times_out(struct kunit *test)
{
	struct kt_call calls[] = { ask(5), with_item(test, KT_LOOK), set(5) };
	struct visit v[ARRAY_SIZE(calls)];
	ktime_t start;
	int i;

	hold();
	start = ktime_get();
	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		calls[i].slot = i;
		visit(test, &v[i], calls[i]);
	}
	for (i = 0; i < ARRAY_SIZE(calls); i++)
		comes_out(test, &v[i], RL_RPC_OK, RL_RPC_RESTARTING);
	KUNIT_EXPECT_GE(test, ktime_ms_delta(ktime_get(), start), RL_RETRY_WAIT_MS);
	release();
	settle(test, w.callee);
	KUNIT_EXPECT_EQ(test, atomic_read(&w.calls), 0);
	expect_counts(test, 0, ARRAY_SIZE(calls), 0, 0, 0);
	end_item(test, calls[1].it);
}

/* What it called through is gone when the callee is back. */
static void revoked_while_it_waits(struct kunit *test)
{
	struct kt_call c = ask(5);
	struct visit v;

	c.cap = rl_hold_clone(w.client->holds, CAP);
	KUNIT_ASSERT_NE(test, c.cap, RL_CAP_NONE);
	expect(test, c, RL_RPC_OK, 0);
	hold();
	visit(test, &v, c);
	still_waits(test, &v);
	KUNIT_EXPECT_EQ(test, rl_hold_revoke(w.client->holds, CAP), 0);
	release();
	comes_out(test, &v, RL_RPC_OK, RL_RPC_REVOKED);
	KUNIT_EXPECT_EQ(test, atomic_read(&w.calls), 1);
}

/* It does not wait for the callee, which is shut all the time. */
static void killed_while_it_waits(struct kunit *test)
{
	struct kt_call calls[] = { ask(5), set(5), set_key(1, 5) };
	struct visit v, second;
	unsigned long start;
	int i;

	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		shut();
		visit(test, &v, calls[i]);
		still_waits(test, &v);
		visit(test, &second, set(7));	/* for its turn, or for the callee too */
		still_waits(test, &second);
		start = jiffies;
		kill(test, w.client);
		KUNIT_EXPECT_TRUE(test, time_before(jiffies, start + 5 * HZ));
		comes_out(test, &v, RL_RPC_CRASHED, 0);
		comes_out(test, &second, RL_RPC_CRASHED, 0);
		KUNIT_EXPECT_TRUE(test, list_empty(&w.ref->logs));
		reopen();
		KUNIT_EXPECT_EQ(test, atomic_read(&w.calls), 0);
	}
	expect(test, set(5), RL_RPC_OK, 0);
}

/* The callee's restart has to wait for the reaper, which is in the client's init. */
static void not_on_the_reaper(struct kunit *test)
{
	w.init_asks = true;
	atomic_set(&w.die, 1);
	rl_domain_kill_why(w.client, RL_R_ADMIN, "test");
	KUNIT_EXPECT_EQ(test, rl_gate_wait_running(&w.client->gate, RL_RETRY_WAIT_MS / 2), 0);
	settle(test, w.client);
	KUNIT_EXPECT_EQ(test, atomic_read(&w.calls), 2);
	KUNIT_EXPECT_EQ(test, w.client->restarts, 2);
	expect_counts(test, 0, 1, 0, 0, 0);
}

/* Asks with so little stack left that a wait could run off it. */
static noinline bool again_deep(struct rl_frame *f, struct rl_ret *ret)
{
	unsigned long left = current_stack_pointer - (unsigned long)task_stack_page(current);
	char pad[128];
	bool again;

	barrier_data(pad);
	again = left < RL_STACK_RESERVE ? rl_entry_again(f, CAP, w.ref, ret, 0) :
		again_deep(f, ret);
	barrier_data(pad);
	return again;
}

/* Where it may not sleep, and where there is no stack for it, nobody waits. */
static void not_everywhere(struct kunit *test)
{
	struct rl_frame f = { .gate = &w.client->gate, .call = RL_METHOD_SLEEPS };
	struct rl_ret ret = { .rpc = RL_RPC_CRASHED };

	preempt_disable();
	KUNIT_EXPECT_FALSE(test, rl_entry_again(&f, CAP, w.ref, &ret, 0));
	preempt_enable();
	KUNIT_EXPECT_EQ(test, ret.rpc, RL_RPC_CRASHED);
	KUNIT_EXPECT_FALSE(test, again_deep(&f, &ret));
	f.call = 0;			/* an atomic method */
	KUNIT_EXPECT_FALSE(test, rl_entry_again(&f, CAP, w.ref, &ret, 0));
	f.call = RL_METHOD_SLEEPS;
	KUNIT_EXPECT_TRUE(test, rl_entry_again(&f, CAP, w.ref, &ret, 0));
	expect_counts(test, 1, 3, 0, 0, 0);
}

/* What is set while the callee is down, and what was before. */
static void replay_before(struct kunit *test)
{
	struct visit v;

	expect(test, set(1), RL_RPC_OK, 0);
	expect(test, set_key(2, 20), RL_RPC_OK, 0);
	hold();
	visit(test, &v, set(2));
	still_waits(test, &v);
	release();
	comes_out(test, &v, RL_RPC_OK, RL_RPC_OK);
	settle(test, w.callee);
	KUNIT_EXPECT_EQ(test, w.value, 2);
	KUNIT_EXPECT_EQ(test, w.has[2], 20);
	KUNIT_EXPECT_EQ(test, w.sets, 5);
	KUNIT_EXPECT_EQ(test, w.early, 2);	/* sent before anybody else was let in */
	kill(test, w.callee);
	KUNIT_EXPECT_EQ(test, w.value, 2);
	KUNIT_EXPECT_EQ(test, w.early, 4);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&w.ref->shadow.recorded), 3);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&w.ref->shadow.replayed), 4);
}

/* What generations die of is not sent to the next one. */
static void replay_inside(struct kunit *test)
{
	expect(test, set_key(1, 40), RL_RPC_OK, 0);
	atomic_set(&w.die, 1);
	expect(test, set_key(1, 41), RL_RPC_OK, 0);
	settle(test, w.callee);
	KUNIT_EXPECT_EQ(test, w.has[1], 41);
	KUNIT_EXPECT_EQ(test, w.early, 1);
	atomic_set(&w.die, 1);		/* a replay that dies is done again */
	kill(test, w.callee);
	KUNIT_EXPECT_EQ(test, w.has[1], 41);
	KUNIT_EXPECT_EQ(test, w.early, 2);
	KUNIT_EXPECT_EQ(test, w.callee->by_reason[RL_R_PAGE_FAULT], 2);
}

static void replay_after(struct kunit *test)
{
	u32 key;

	for (key = 0; key < KEYS; key++)
		expect(test, set_key(key, 10 + key), RL_RPC_OK, 0);
	expect(test, set_key(1, 99), RL_RPC_OK, 0);
	expect(test, set_key(KEYS, 13), RL_RPC_REFUSED, -ENOSPC);
	w.answer = -EINVAL;		/* not taken, not recorded */
	expect(test, set_key(2, 55), RL_RPC_OK, -EINVAL);
	expect(test, set(55), RL_RPC_OK, -EINVAL);
	w.answer = 0;
	kill(test, w.callee);
	KUNIT_EXPECT_EQ(test, w.value, 0);
	KUNIT_EXPECT_EQ(test, w.has[0], 10);
	KUNIT_EXPECT_EQ(test, w.has[1], 99);
	KUNIT_EXPECT_EQ(test, w.has[2], 12);
	expect_counts(test, 0, 0, 4, 1, 3);
	KUNIT_EXPECT_EQ(test, w.early, 3);
}

/* The callee will not take it again: that generation is no use. */
static void replay_refused(struct kunit *test)
{
	expect(test, set(5), RL_RPC_OK, 0);
	w.answer = -EINVAL;
	w.callee->policy.max_failed = 2;
	rl_domain_kill_why(w.callee, RL_R_ADMIN, "test");
	KUNIT_EXPECT_EQ(test, rl_gate_wait_running(&w.callee->gate, LONG_MS), -ENODEV);
	expect(test, ask(5), RL_RPC_DEAD, 0);
}

/* The client's generation takes with it what it has set. */
static void log_ends_with_its_client(struct kunit *test)
{
	expect(test, set(5), RL_RPC_OK, 0);
	expect(test, set_key(0, 5), RL_RPC_OK, 0);
	KUNIT_EXPECT_FALSE(test, list_empty(&w.ref->logs));
	kill(test, w.client);
	KUNIT_EXPECT_TRUE(test, list_empty(&w.ref->logs));
	kill(test, w.callee);
	KUNIT_EXPECT_EQ(test, w.value, 0);
	KUNIT_EXPECT_EQ(test, w.sets, 2);
	expect(test, set(6), RL_RPC_OK, 0);
	kill(test, w.callee);
	KUNIT_EXPECT_EQ(test, w.value, 6);
}

/* The answer was that of a generation which is gone when it is recorded. */
static void answer_of_the_dead(struct kunit *test)
{
	struct rl_frame f = { .gate = &w.client->gate };
	struct rl_ret ret = {};
	struct rl_history *log = rl_history_begin(&f, w.ref, &ret);
	struct rlshadow_log *args;

	KUNIT_ASSERT_TRUE(test, !!log);
	args = rl_history_args(log);
	rl_history_ask(log);
	kill(test, w.callee);
	rl_history_write(log);
	args->set = (struct rlshadow_set_args){ .recorded = true, .value = 9 };
	KUNIT_EXPECT_EQ(test, rl_history_written(log), RL_RPC_RESTARTING);
	rl_history_ask(log);
	rl_history_write(log);
	KUNIT_EXPECT_EQ(test, rl_history_written(log), 0);
	rl_history_end(log);
	kill(test, w.callee);
	KUNIT_EXPECT_EQ(test, w.value, 9);
	expect_counts(test, 0, 0, 1, 0, 1);
}

static void turns(struct kunit *test)
{
	struct rl_frame f = { .gate = &w.client->gate };
	struct rl_ret ret = {};
	struct rl_history *log = rl_history_begin(&f, w.ref, &ret);
	struct visit v;

	KUNIT_ASSERT_TRUE(test, !!log);
	KUNIT_EXPECT_TRUE(test, !rl_history_begin(&f, w.ref, &ret));
	KUNIT_EXPECT_EQ(test, ret.rpc, RL_RPC_REFUSED);
	KUNIT_EXPECT_EQ(test, ret.err, -EDEADLK);
	visit(test, &v, set(5));
	still_waits(test, &v);
	KUNIT_EXPECT_EQ(test, atomic_read(&w.calls), 0);
	rl_history_end(log);
	comes_out(test, &v, RL_RPC_OK, RL_RPC_OK);
	KUNIT_EXPECT_EQ(test, w.value, 5);
}

/* One of several. */
struct worker {
	struct completion done;
	u32 nr;
};

/* @c, in the place of @me; @sum: expected. */
static void make_shadowed(const struct worker *me, struct kt_call c, u64 sum)
{
	c.slot = me->nr;
	if (make(&c) || c.ret.rpc || c.ret.err || c.sum != sum)
		atomic_inc(&w.wrong);
}

/* One of class fail. Return: did it get there? */
static bool make_failing(const struct worker *me, struct kt_call c)
{
	bool there;

	c.slot = me->nr;
	if (make(&c) || c.ret.err)
		atomic_inc(&w.wrong);
	there = c.ret.rpc == RL_RPC_OK || c.ret.rpc == RL_RPC_CRASHED;
	if (!there && c.ret.rpc != RL_RPC_RESTARTING)
		atomic_inc(&w.wrong);
	return there;
}

/* What did not get there is still the client's. */
static void give(const struct worker *me)
{
	u32 id = w.client->gate.id;
	struct kt_call c = { .what = KT_GIVE, .it = rl_xheap_alloc(RLSHADOW_ITEM_TYPE, id) };
	u64 handle = rl_xheap_handle(c.it, id);
	bool gone = make_failing(me, c);

	if (!handle || gone != !rl_xheap_find(handle, RLSHADOW_ITEM_TYPE, id))
		atomic_inc(&w.wrong);
	if (!gone)
		rl_xheap_free(c.it, id);
}

/* All kinds of calls; each key, and what has none, is set by one alone. */
static int work(void *arg)
{
	struct worker *me = arg;
	u32 i;

	for (i = 1; i <= ROUNDS; i++) {
		u64 value = me->nr << 16 | i;

		make_shadowed(me, ask(value), value + 1);
		make_shadowed(me, w.look, 77);
		if (me->nr < KEYS) {
			make_shadowed(me, set_key(me->nr, value), 0);
			w.newest[me->nr] = value;
		} else {
			make_shadowed(me, set(value), 0);
			w.newest_value = value;
		}
		make_failing(me, (struct kt_call){ .what = KT_ONCE });
		give(me);
		usleep_range(100, 1000);
	}
	complete(&me->done);
	return 0;
}

/* Nobody notices that the callee dies, and the last generation has what was set last. */
static void concurrent(struct kunit *test)
{
	struct worker me[THREADS];
	u32 i, key;

	w.look = with_item(test, KT_LOOK);
	for (i = 0; i < THREADS; i++) {
		me[i].nr = i;
		init_completion(&me[i].done);
		KUNIT_ASSERT_FALSE(test, IS_ERR(kthread_run(work, &me[i], "client-%u", i)));
	}
	for (i = 0; i < KILLS; i++) {
		usleep_range(5000, 6000);
		if (i & 1)
			atomic_set(&w.die, 1);
		else
			rl_domain_kill_why(w.callee, RL_R_ADMIN, "test");
	}
	for (i = 0; i < THREADS; i++)
		wait_for_completion(&me[i].done);
	settle(test, w.callee);
	KUNIT_EXPECT_EQ(test, atomic_read(&w.wrong), 0);
	for (key = 0; key < KEYS; key++)
		KUNIT_EXPECT_EQ(test, w.has[key], w.newest[key]);
	KUNIT_EXPECT_EQ(test, w.value, w.newest_value);
	end_item(test, w.look.it);
	KUNIT_EXPECT_EQ(test, rl_xheap_count(w.client->gate.id), 0);
	KUNIT_EXPECT_GT(test, (int)w.callee->restarts, 0);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&w.ref->shadow.gave_up), 0);
}

static struct kunit_case client_cases[] = {
	KUNIT_CASE(fail_class),
	KUNIT_CASE(no_shadow),
	KUNIT_CASE(retry_before),
	KUNIT_CASE(retry_inside_and_after),
	KUNIT_CASE(retry_bounded),
	KUNIT_CASE(retry_times_out),
	KUNIT_CASE(revoked_while_it_waits),
	KUNIT_CASE(killed_while_it_waits),
	KUNIT_CASE(not_on_the_reaper),
	KUNIT_CASE(not_everywhere),
	KUNIT_CASE(replay_before),
	KUNIT_CASE(replay_inside),
	KUNIT_CASE(replay_after),
	KUNIT_CASE(replay_refused),
	KUNIT_CASE(log_ends_with_its_client),
	KUNIT_CASE(answer_of_the_dead),
	KUNIT_CASE(turns),
	KUNIT_CASE(concurrent),
	{}
};

static struct kunit_suite client_suite = {
	.name = "rl_client",
	.init = client_suite_init,
	.exit = client_suite_exit,
	.test_cases = client_cases,
};

rl_kunit_test_suite(client_suite);

MODULE_DESCRIPTION("RedLeaf: shadows of domains that call, KUnit suite");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(RL_TEST);
