// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of a domain under test: start, death, restart, limits, the ledger
 *
 * The domain's code, its interface and its adapter are functions of this file
 * (fake_kunit.h); reaper, gate and window are the real ones. What happens is
 * written down letter by letter in a diary, which the cases compare as a whole.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include "fake_kunit.h"

#define STATE		256
#define LONG_MS		30000		/* waits that end at once when all is well */
#define HOUR_MS		3600000
#define NR_RES		4

/* One domain at a time; each case starts with all of it zero. */
static struct {
	struct rl_domain *d;
	char diary[256];
	u32 written;
	spinlock_t lock;		/* diary */

	s32 init_answer;
	u32 init_fails;			/* so many starts, then 0 */
	u32 inits;
	bool init_dies;			/* of a page fault */
	bool init_adds;			/* the resources below */
	bool state_dirty;		/* init found something in its state */
	struct completion *init_waits;

	int up_answer;
	bool up_kills;
	u32 not_down;			/* times it was open, or somebody inside, too late */
	unsigned long objects;		/* it had when it was made quiet last */
	bool write;			/* keep the diary */
	struct rl_res res[NR_RES];
} w;

static void note(char c)
{
	unsigned long flags;

	if (!w.write)
		return;
	spin_lock_irqsave(&w.lock, flags);
	if (w.written < sizeof(w.diary) - 1)
		w.diary[w.written++] = c;
	spin_unlock_irqrestore(&w.lock, flags);
}

static const char *const state_letters = "LRYTD";	/* by enum rl_state */

static void note_state(char c, struct rl_domain *d)
{
	note(c);
	note(state_letters[d->state]);
}

/* From the first quiet() on nobody is inside and nobody comes in. */
static void look(struct rl_domain *d)
{
	w.not_down += READ_ONCE(d->gate.alive) != RL_GATE_CLOSED || rl_inflight(&d->gate);
}

static void res_quiet(struct rl_res *r)
{
	look(r->dom);
	w.objects = rl_xheap_count(r->dom->gate.id);
	note('q');
	note('0' + (r - w.res));
}

static void res_release(struct rl_res *r)
{
	look(r->dom);
	note('r');
	note('0' + (r - w.res));
}

static const struct rl_res_ops res_ops = {
	.kind = "test", .quiet = res_quiet, .release = res_release,
};

static const struct rl_res_ops no_quiet_ops = { .kind = "test", .release = res_release };

/* The domain's code. */
static s32 init(void *self)
{
	u32 i;

	w.inits++;
	w.state_dirty |= !!memchr_inv(self, 0, STATE);
	memset(self, 0xa5, STATE);
	note('i');
	if (w.init_waits)
		wait_for_completion(w.init_waits);
	if (w.init_dies)
		asm volatile("movl $0, 8" : : : "memory");
	for (i = 0; w.init_adds && i < NR_RES; i++)
		rl_ledger_add(w.d, &w.res[i], i == 1 ? &no_quiet_ops : &res_ops);
	if (w.inits <= w.init_fails)
		return -EIO;
	return w.init_answer;
}

static s32 do_nothing(void *self)
{
	return 0;
}

static s32 do_die(void *self)
{
	asm volatile("movl $0, 8" : : : "memory");
	return 0;
}

/* The adapter. */
static int on_up(struct rl_domain *d, void *priv)
{
	note_state('u', d);
	if (w.up_kills) {
		w.up_kills = false;
		rl_domain_kill_why(d, RL_R_ADMIN, "in up");
		msleep(50);	/* the reaper has looked by now */
	}
	return w.up_answer;
}

static void on_down(struct rl_domain *d, void *priv)
{
	look(d);
	note_state('d', d);
}

static void on_dead(struct rl_domain *d, void *priv)
{
	note_state('x', d);
}

static const char *const methods[] = { "nothing" };
static const struct rl_iface_desc desc = { .name = "kt", .nr_ops = 1, .methods = methods };
static const struct rl_iface_ops iface_ops = { .up = on_up, .down = on_down, .dead = on_dead };
static const struct rl_iface iface = { .desc = &desc, .ops = &iface_ops };
static const void *const ops[] = { do_nothing };

static int domain_init(struct kunit *test)
{
	memset(&w, 0, sizeof(w));
	spin_lock_init(&w.lock);
	w.d = fake_make("kt", init, STATE);
	if (!w.d)
		return -ENOMEM;
	w.d->iface = &iface;
	w.d->desc.ops = ops;
	w.d->desc.nr_ops = 1;
	w.d->policy = (struct rl_policy){ .max_failed = 3, .window_ms = HOUR_MS };
	w.write = true;
	return 0;
}

static void domain_exit(struct kunit *test)
{
	struct rl_domain *d = w.d;

	if (!d)
		return;
	KUNIT_EXPECT_EQ(test, rl_inflight(&d->gate), 0);
	KUNIT_EXPECT_EQ(test, w.not_down, 0);
	KUNIT_EXPECT_FALSE(test, w.state_dirty);
	fake_drop(d);
}

static int start(void)
{
	int err;

	mutex_lock(&w.d->lock);
	err = rl_domain_start(w.d);
	mutex_unlock(&w.d->lock);
	return err;
}

static void stop(void)
{
	mutex_lock(&w.d->lock);
	rl_domain_stop(w.d, true);
	mutex_unlock(&w.d->lock);
}

static void forget(void)
{
	memset(w.diary, 0, sizeof(w.diary));
	w.written = 0;
}

/* Kill, and wait for what comes of it: 0 or -ENODEV. */
static int kill_and_wait(void)
{
	rl_domain_kill_why(w.d, RL_R_ADMIN, "test");
	return rl_gate_wait_running(&w.d->gate, LONG_MS);
}

/* The reaper has done with the domain, whatever state that is. */
static void settle(void)
{
	mutex_lock(&w.d->lock);
	mutex_unlock(&w.d->lock);
}

static void life(struct kunit *test)
{
	struct rl_domain *d = w.d;
	struct rl_ret r;

	KUNIT_EXPECT_EQ(test, d->state, RL_LOADED);
	KUNIT_EXPECT_EQ(test, rl_domain_call(d, do_nothing, 0, 0).rpc, RL_RPC_RESTARTING);
	KUNIT_ASSERT_EQ(test, start(), 0);
	KUNIT_EXPECT_EQ(test, d->state, RL_RUNNING);
	KUNIT_EXPECT_EQ(test, d->gate.alive, RL_GATE_OPEN);
	KUNIT_EXPECT_EQ(test, d->gate.gen, 1);
	KUNIT_EXPECT_PTR_EQ(test, d->provided.self, d->self);
	KUNIT_EXPECT_PTR_EQ(test, d->ops_copy[0], (void *)do_nothing);
	KUNIT_EXPECT_EQ(test, rl_domain_call(d, do_nothing, 0, 0).rpc, RL_RPC_OK);

	KUNIT_EXPECT_EQ(test, kill_and_wait(), 0);
	settle();
	KUNIT_EXPECT_EQ(test, d->gate.gen, 2);
	KUNIT_EXPECT_EQ(test, d->crashes, 1);
	KUNIT_EXPECT_EQ(test, d->restarts, 1);
	KUNIT_EXPECT_EQ(test, d->by_reason[RL_R_ADMIN], 1);
	KUNIT_EXPECT_EQ(test, rl_domain_call(d, do_nothing, 0, 0).rpc, RL_RPC_OK);
	r = rl_domain_call(d, do_die, 0, 0);
	KUNIT_EXPECT_EQ(test, r.rpc, RL_RPC_CRASHED);
	KUNIT_EXPECT_EQ(test, rl_gate_wait_running(&d->gate, LONG_MS), 0);
	settle();
	KUNIT_EXPECT_EQ(test, d->by_reason[RL_R_PAGE_FAULT], 1);
	KUNIT_EXPECT_EQ(test, d->gate.gen, 3);

	stop();
	KUNIT_EXPECT_EQ(test, d->state, RL_DEAD);
	KUNIT_EXPECT_EQ(test, d->gate.alive, RL_GATE_CLOSED);
	KUNIT_EXPECT_EQ(test, rl_domain_call(d, do_nothing, 0, 0).rpc, RL_RPC_DEAD);
	KUNIT_EXPECT_EQ(test, d->crashes, 2);	/* an orderly stop is none */
	/* start; kill; fault; stop: what the adapter was told, in which state */
	KUNIT_EXPECT_STREQ(test, w.diary, "iuTdYiuTdYiuTdYxD");
}

/* What is dead stays dead, and says so once. */
static void dead_stays_dead(struct kunit *test)
{
	struct rl_domain *d = w.d;

	KUNIT_ASSERT_EQ(test, start(), 0);
	stop();
	forget();
	stop();
	KUNIT_EXPECT_EQ(test, kill_and_wait(), -ENODEV);
	rl_reaper_wake();
	msleep(20);
	settle();
	KUNIT_EXPECT_EQ(test, d->state, RL_DEAD);
	KUNIT_EXPECT_EQ(test, d->crashes, 0);
	KUNIT_EXPECT_STREQ(test, w.diary, "");
}

/* Killed before it ever ran: the reaper is not for it, and it can still start. */
static void kill_of_loaded(struct kunit *test)
{
	rl_domain_kill_why(w.d, RL_R_ADMIN, "early");
	rl_reaper_wake();
	msleep(20);
	KUNIT_EXPECT_EQ(test, w.d->state, RL_LOADED);
	KUNIT_EXPECT_EQ(test, start(), 0);
	KUNIT_EXPECT_EQ(test, w.d->state, RL_RUNNING);
	KUNIT_EXPECT_EQ(test, w.d->crashes, 0);
}

static void first_cause_wins(struct kunit *test)
{
	struct rl_crash first = { .reason = RL_R_STACK, .trap = 8, .ip = 1, .text = "first" };
	struct rl_crash second = { .reason = RL_R_HANG, .trap = 9, .ip = 2, .text = "second" };
	struct rl_domain *d = w.d;

	KUNIT_ASSERT_EQ(test, start(), 0);
	mutex_lock(&d->lock);	/* the reaper waits */
	rl_domain_kill(d, &first);
	KUNIT_EXPECT_EQ(test, d->gate.alive, RL_GATE_CLOSED);
	rl_domain_kill(d, &second);
	KUNIT_EXPECT_EQ(test, d->crash.reason, RL_R_STACK);
	KUNIT_EXPECT_EQ(test, d->crash.trap, 8);
	KUNIT_EXPECT_EQ(test, d->crash.ip, 1);
	KUNIT_EXPECT_STREQ(test, d->crash.text, "first");
	KUNIT_EXPECT_STREQ(test, d->crash.comm, current->comm);
	KUNIT_EXPECT_EQ(test, d->crash.pid, current->pid);
	mutex_unlock(&d->lock);
	KUNIT_EXPECT_EQ(test, rl_gate_wait_running(&d->gate, LONG_MS), 0);
	settle();
	KUNIT_EXPECT_EQ(test, d->crashes, 1);
	KUNIT_EXPECT_EQ(test, d->by_reason[RL_R_STACK], 1);
	KUNIT_EXPECT_EQ(test, d->by_reason[RL_R_HANG], 0);
	/* the next generation has a first cause of its own */
	rl_domain_kill(d, &second);
	KUNIT_EXPECT_EQ(test, rl_gate_wait_running(&d->gate, LONG_MS), 0);
	settle();
	KUNIT_EXPECT_EQ(test, d->by_reason[RL_R_HANG], 1);
}

static int killer(void *unused)
{
	while (!kthread_should_stop()) {
		rl_domain_kill_why(w.d, RL_R_VIOLATION, "hammer");
		usleep_range(1, 5);
	}
	return 0;
}

/*
 * Kills that come at any moment, between two generations too: each generation
 * ends once, with its gate closed (not_down), and one comes up afterwards.
 */
static void kills_at_any_time(struct kunit *test)
{
	struct rl_domain *d = w.d;
	struct task_struct *t[2];
	int i;

	w.write = false;
	w.init_adds = true;
	d->policy.max_failed = ~0u;
	KUNIT_ASSERT_EQ(test, start(), 0);
	for (i = 0; i < 2; i++)
		t[i] = kthread_run(killer, NULL, "rlkunit");
	for (i = 0; i < 2000 && READ_ONCE(d->gate.gen) < 500; i++)
		usleep_range(4000, 5000);
	for (i = 0; i < 2; i++)
		if (!IS_ERR(t[i]))
			kthread_stop(t[i]);
	KUNIT_EXPECT_EQ(test, rl_gate_wait_running(&d->gate, LONG_MS), 0);
	settle();
	KUNIT_EXPECT_GE(test, d->gate.gen, 500);
	KUNIT_EXPECT_EQ(test, d->gate.gen, d->crashes + 1);
	KUNIT_EXPECT_EQ(test, w.inits <= d->gate.gen, 1);
}

/* Killed between the opening of the gate and RUNNING, when nobody reaps. */
static void kill_in_up(struct kunit *test)
{
	w.up_kills = true;
	KUNIT_ASSERT_EQ(test, start(), 0);
	KUNIT_EXPECT_EQ(test, rl_gate_wait_running(&w.d->gate, 3000), 0);
	settle();
	KUNIT_EXPECT_EQ(test, w.d->gate.gen, 2);
	KUNIT_EXPECT_EQ(test, w.d->crashes, 1);
}

static void kill_now(void *unused)
{
	rl_domain_kill_why(w.d, RL_R_ADMIN, "from an interrupt");
}

static void kill_from_interrupt(struct kunit *test)
{
	int other = cpumask_any_but(cpu_online_mask, raw_smp_processor_id());
	unsigned long flags;

	KUNIT_ASSERT_EQ(test, start(), 0);
	if (other < nr_cpu_ids) {
		smp_call_function_single(other, kill_now, NULL, 1);
		KUNIT_EXPECT_EQ(test, rl_gate_wait_running(&w.d->gate, LONG_MS), 0);
		settle();
		KUNIT_EXPECT_EQ(test, w.d->crashes, 1);
	}
	local_irq_save(flags);
	kill_now(NULL);
	KUNIT_EXPECT_EQ(test, w.d->gate.alive, RL_GATE_CLOSED);
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, rl_gate_wait_running(&w.d->gate, LONG_MS), 0);
	settle();
	KUNIT_EXPECT_EQ(test, w.d->by_reason[RL_R_ADMIN], w.d->crashes);
}

static void limit_is_exact(struct kunit *test)
{
	struct rl_domain *d = w.d;
	int i;

	d->policy.max_restarts = 3;
	KUNIT_ASSERT_EQ(test, start(), 0);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, kill_and_wait(), 0);
	KUNIT_EXPECT_EQ(test, kill_and_wait(), -ENODEV);
	settle();
	KUNIT_EXPECT_EQ(test, d->restarts, 3);
	KUNIT_EXPECT_EQ(test, d->crashes, 4);
}

/* As if the oldest restarts that count had been longer ago than the window. */
static void age(struct rl_domain *d, u32 first, u32 n)
{
	mutex_lock(&d->lock);
	for (; n--; first++)
		d->restart_times[first % ARRAY_SIZE(d->restart_times)] -= HOUR_MS * NSEC_PER_MSEC;
	mutex_unlock(&d->lock);
}

static void limit_counts_in_window(struct kunit *test)
{
	struct rl_domain *d = w.d;
	int i;

	d->policy.max_restarts = 3;
	KUNIT_ASSERT_EQ(test, start(), 0);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, kill_and_wait(), 0);
	age(d, 0, 2);
	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_EQ(test, kill_and_wait(), 0);
	KUNIT_EXPECT_EQ(test, kill_and_wait(), -ENODEV);
	settle();
	KUNIT_EXPECT_EQ(test, d->restarts, 5);
}

/* The limit an operator sets counts the restarts there were before. */
static void limit_changes(struct kunit *test)
{
	struct rl_domain *d = w.d;
	int i;

	KUNIT_ASSERT_EQ(test, start(), 0);
	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_EQ(test, kill_and_wait(), 0);	/* no limit */
	d->policy.max_restarts = 5;
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, kill_and_wait(), 0);
	settle();
	age(d, 0, 3);
	d->policy.max_restarts = 2;
	KUNIT_EXPECT_EQ(test, kill_and_wait(), -ENODEV);
	settle();
	KUNIT_EXPECT_EQ(test, d->restarts, 5);
}

static void no_limit(struct kunit *test)
{
	struct rl_domain *d = w.d;
	int i, failed = 0;

	w.write = false;
	d->policy.window_ms = ~0u;
	KUNIT_ASSERT_EQ(test, start(), 0);
	for (i = 0; i < 200; i++)
		failed += kill_and_wait() != 0;
	settle();
	KUNIT_EXPECT_EQ(test, failed, 0);
	KUNIT_EXPECT_EQ(test, d->restarts, 200);
}

static void limit_of_64(struct kunit *test)
{
	struct rl_domain *d = w.d;
	int i, failed = 0;

	w.write = false;
	d->policy.max_restarts = ARRAY_SIZE(d->restart_times);
	KUNIT_ASSERT_EQ(test, start(), 0);
	for (i = 0; i < ARRAY_SIZE(d->restart_times); i++)
		failed += kill_and_wait() != 0;
	KUNIT_EXPECT_EQ(test, failed, 0);
	KUNIT_EXPECT_EQ(test, kill_and_wait(), -ENODEV);
}

static void failed_starts(struct kunit *test)
{
	struct rl_domain *d = w.d;

	w.init_answer = -EXDEV;
	KUNIT_EXPECT_EQ(test, start(), -EXDEV);
	KUNIT_EXPECT_EQ(test, d->state, RL_DEAD);
	KUNIT_EXPECT_EQ(test, w.inits, 3);
	KUNIT_EXPECT_EQ(test, d->gate.gen, 3);
	KUNIT_EXPECT_EQ(test, d->crashes, 3);
	KUNIT_EXPECT_EQ(test, d->by_reason[RL_R_INIT], 3);
	KUNIT_EXPECT_STREQ(test, w.diary, "idTidTidTxD");
}

/* One that works makes up for those that did not. */
static void failed_starts_in_a_row(struct kunit *test)
{
	struct rl_domain *d = w.d;

	w.init_fails = 2;
	KUNIT_EXPECT_EQ(test, start(), 0);
	KUNIT_EXPECT_EQ(test, d->failed_in_a_row, 0);
	KUNIT_EXPECT_EQ(test, d->restarts, 2);
	w.init_fails = 5;
	KUNIT_EXPECT_EQ(test, kill_and_wait(), 0);
	settle();
	KUNIT_EXPECT_EQ(test, w.inits, 6);
	w.init_fails = 9;
	KUNIT_EXPECT_EQ(test, kill_and_wait(), -ENODEV);
	settle();
	KUNIT_EXPECT_EQ(test, d->gate.gen, 9);
}

static void failed_starts_count_for_limit(struct kunit *test)
{
	struct rl_domain *d = w.d;

	d->policy.max_failed = 100;
	d->policy.max_restarts = 4;
	w.init_answer = -EIO;
	KUNIT_EXPECT_EQ(test, start(), -EIO);
	KUNIT_EXPECT_EQ(test, d->restarts, 4);
	KUNIT_EXPECT_EQ(test, w.inits, 5);
}

static void absurd_init(struct kunit *test)
{
	static const s32 absurd[] = { 1, -4096, S32_MAX, S32_MIN };
	struct rl_domain *d = w.d;
	int i;

	for (i = 0; i < ARRAY_SIZE(absurd); i++) {
		w.init_answer = absurd[i];
		d->state = RL_LOADED;
		d->failed_in_a_row = 0;
		KUNIT_EXPECT_EQ(test, start(), -EPROTO);
	}
}

static void init_faults(struct kunit *test)
{
	struct rl_domain *d = w.d;

	w.init_dies = true;
	KUNIT_EXPECT_EQ(test, start(), -EFAULT);
	KUNIT_EXPECT_EQ(test, d->state, RL_DEAD);
	KUNIT_EXPECT_EQ(test, d->by_reason[RL_R_PAGE_FAULT], 3);
	KUNIT_EXPECT_EQ(test, d->by_reason[RL_R_INIT], 0);
}

static void adapter_refuses(struct kunit *test)
{
	w.up_answer = -ENXIO;
	KUNIT_EXPECT_EQ(test, start(), -ENXIO);
	KUNIT_EXPECT_EQ(test, w.d->state, RL_DEAD);
	KUNIT_EXPECT_STREQ(test, w.diary, "iuTdTiuTdTiuTdTxD");
}

/* A device that is gone does not come back by trying. */
static void device_gone(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, start(), 0);
	rl_domain_device_gone(w.d);
	settle();
	KUNIT_EXPECT_EQ(test, w.d->state, RL_DEAD);
	KUNIT_EXPECT_EQ(test, w.d->restarts, 0);
	KUNIT_EXPECT_EQ(test, w.inits, 1);
}

static void back_off_doubles(struct kunit *test)
{
	struct rl_domain *d = w.d;
	u64 t = ktime_get_ns();

	d->policy.max_failed = 4;
	d->policy.backoff_ms = 20;
	w.init_answer = -EIO;
	KUNIT_EXPECT_EQ(test, start(), -EIO);
	/* no wait after the last */
	KUNIT_EXPECT_GE(test, ktime_get_ns() - t, (20 + 40 + 80) * NSEC_PER_MSEC);
}

static void ledger_order(struct kunit *test)
{
	struct rl_domain *d = w.d;

	w.init_adds = true;
	KUNIT_ASSERT_EQ(test, start(), 0);
	rl_ledger_del(&w.res[2]);	/* given back by the domain itself */
	forget();
	KUNIT_EXPECT_EQ(test, kill_and_wait(), 0);
	settle();
	/* all quiet, newest first; the adapter; all released, newest first */
	KUNIT_EXPECT_STREQ(test, w.diary, "q3q0dYr3r1r0iuT");
	KUNIT_EXPECT_EQ(test, d->held, 3);
	forget();
	stop();
	KUNIT_EXPECT_STREQ(test, w.diary, "q3q2q0dYr3r2r1r0xD");
	KUNIT_EXPECT_TRUE(test, list_empty(&d->ledger));
}

/* What a start that failed had got is given back too. */
static void ledger_of_failed_start(struct kunit *test)
{
	w.init_adds = true;
	w.init_fails = 1;
	KUNIT_ASSERT_EQ(test, start(), 0);
	KUNIT_EXPECT_STREQ(test, w.diary, "iq3q2q0dTr3r2r1r0iuT");
}

/* A thread beside the test's, and what it found. */
struct side {
	struct task_struct *task;
	struct completion done;
	int answer;
};

static struct side *side_start(struct kunit *test, int (*fn)(void *side))
{
	struct side *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	init_completion(&s->done);
	s->answer = 1;
	s->task = kthread_create(fn, s, "rlkunit");
	KUNIT_ASSERT_FALSE(test, IS_ERR(s->task));
	get_task_struct(s->task);
	kthread_bind(s->task, cpumask_any_but(cpu_online_mask, raw_smp_processor_id()));
	wake_up_process(s->task);
	return s;
}

static int side_join(struct side *s)
{
	wait_for_completion(&s->done);
	kthread_stop(s->task);
	put_task_struct(s->task);
	return s->answer;
}

static int start_fn(void *arg)
{
	struct side *s = arg;

	s->answer = start();
	complete(&s->done);
	return 0;
}

static int wait_fn(void *arg)
{
	struct side *s = arg;

	s->answer = rl_gate_wait_running(&w.d->gate, LONG_MS);
	complete(&s->done);
	return 0;
}

static void wait_running(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(go);
	struct side *starts, *waits;

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs two CPUs");
	w.init_waits = &go;
	starts = side_start(test, start_fn);
	KUNIT_EXPECT_EQ(test, rl_gate_wait_running(&w.d->gate, 30), -ETIMEDOUT);
	waits = side_start(test, wait_fn);
	msleep(30);
	KUNIT_EXPECT_FALSE(test, completion_done(&waits->done));
	complete_all(&go);
	KUNIT_EXPECT_EQ(test, side_join(starts), 0);
	KUNIT_EXPECT_EQ(test, side_join(waits), 0);
	w.init_waits = NULL;
	KUNIT_EXPECT_EQ(test, rl_gate_wait_running(&w.d->gate, 0), 0);
	stop();
	KUNIT_EXPECT_EQ(test, rl_gate_wait_running(&w.d->gate, LONG_MS), -ENODEV);
}

/* Nobody opens the disk of a domain whose reload failed half-way. */
static void without_code_no_pins(struct kunit *test)
{
	struct module *mod = w.d->mod;

	w.d->mod = NULL;
	KUNIT_EXPECT_EQ(test, rl_domain_pin(w.d), -ENODEV);
	KUNIT_EXPECT_EQ(test, w.d->pins, 0U);
	w.d->mod = mod;
	KUNIT_ASSERT_EQ(test, rl_domain_pin(w.d), 0);
	KUNIT_EXPECT_EQ(test, w.d->pins, 1U);
	rl_domain_unpin(w.d);
	KUNIT_EXPECT_EQ(test, w.d->pins, 0U);
}

static void spin_for_ever(void *self)
{
	for (;;)
		cpu_relax();
}

static int spin_fn(void *arg)
{
	struct side *s = arg;

	s->answer = rl_domain_call(w.d, spin_for_ever, 0, 0).rpc;
	complete(&s->done);
	return 0;
}

static void watchdog(bool on)
{
	mutex_lock(&rl_domains_lock);
	if (on)
		rl_watchdog_start();
	else
		rl_watchdog_stop();
	mutex_unlock(&rl_domains_lock);
}

/*
 * A thread that would stay for ever is brought out before anything is made quiet.
 * The watchdog is part of that: the reaper may be waiting for the very CPU.
 */
static void runaway_is_brought_out(struct kunit *test)
{
	struct side *s;
	int i;

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs two CPUs");
	w.init_adds = true;
	KUNIT_ASSERT_EQ(test, start(), 0);
	s = side_start(test, spin_fn);
	for (i = 0; i < 5000 && !rl_inflight(&w.d->gate); i++)
		usleep_range(500, 1000);
	KUNIT_EXPECT_EQ(test, rl_inflight(&w.d->gate), 1);
	forget();
	watchdog(true);
	KUNIT_EXPECT_EQ(test, kill_and_wait(), 0);
	KUNIT_EXPECT_EQ(test, side_join(s), RL_RPC_CRASHED);
	watchdog(false);
	KUNIT_EXPECT_EQ(test, rl_inflight(&w.d->gate), 0);
	settle();
	KUNIT_EXPECT_STREQ(test, w.diary, "q3q2q0dYr3r2r1r0iuT");
}

/* Exchange objects go with their owner, and not before its device is quiet. */
static void objects_dropped(struct kunit *test)
{
	static const struct rl_type_desc type = {
		.id = 0x7e57000000000201, .name = "test.domain", .size = 64,
	};
	struct rl_domain *d = w.d;
	int i, got = 0;

	w.init_adds = true;
	KUNIT_ASSERT_EQ(test, rl_xheap_add_type(&type), 0);
	KUNIT_ASSERT_EQ(test, start(), 0);
	for (i = 0; i < 7; i++)
		got += !!rl_xheap_alloc(type.id, d->gate.id);
	KUNIT_EXPECT_EQ(test, got, 7);
	KUNIT_EXPECT_EQ(test, kill_and_wait(), 0);
	settle();
	KUNIT_EXPECT_EQ(test, w.objects, 7);
	KUNIT_EXPECT_EQ(test, d->dropped, 7);
	KUNIT_EXPECT_EQ(test, rl_xheap_count(d->gate.id), 0);
	rl_xheap_del_type(&type);
}

static void gate_table_full(struct kunit *test)
{
	static struct rl_domain *all[RL_MAX_DOMAINS + 1];
	u32 i, n, again, id;

	for (n = 0; n < ARRAY_SIZE(all) && (all[n] = fake_make("ktmany", init, STATE)); n++)
		;
	KUNIT_EXPECT_EQ(test, n, RL_MAX_DOMAINS - 1);	/* the suite's own is there */
	for (i = 0; i < n; i++)
		KUNIT_EXPECT_TRUE(test, all[i]->gate.id >= RL_OWNER_FIRST &&
				  all[i]->gate.id < RL_OWNER_FIRST + RL_MAX_DOMAINS &&
				  all[i]->gate.id != w.d->gate.id);
	/* a free place is found again, wherever it is */
	again = n / 2;
	if (n) {
		id = all[again]->gate.id;
		fake_drop(all[again]);
		all[again] = fake_make("ktmany", init, STATE);
		KUNIT_EXPECT_NOT_NULL(test, all[again]);
		if (all[again])
			KUNIT_EXPECT_EQ(test, all[again]->gate.id, id);
	}
	KUNIT_EXPECT_NULL(test, fake_make("ktmany", init, STATE));
	while (n--)
		fake_drop(all[n]);
	KUNIT_EXPECT_EQ(test, start(), 0);
}

static struct kunit_case domain_cases[] = {
	KUNIT_CASE(life),
	KUNIT_CASE(dead_stays_dead),
	KUNIT_CASE(kill_of_loaded),
	KUNIT_CASE(first_cause_wins),
	KUNIT_CASE(kills_at_any_time),
	KUNIT_CASE(kill_in_up),
	KUNIT_CASE(kill_from_interrupt),
	KUNIT_CASE(limit_is_exact),
	KUNIT_CASE(limit_counts_in_window),
	KUNIT_CASE(limit_changes),
	KUNIT_CASE(no_limit),
	KUNIT_CASE(limit_of_64),
	KUNIT_CASE(failed_starts),
	KUNIT_CASE(failed_starts_in_a_row),
	KUNIT_CASE(failed_starts_count_for_limit),
	KUNIT_CASE(absurd_init),
	KUNIT_CASE(init_faults),
	KUNIT_CASE(adapter_refuses),
	KUNIT_CASE(device_gone),
	KUNIT_CASE(back_off_doubles),
	KUNIT_CASE(ledger_order),
	KUNIT_CASE(ledger_of_failed_start),
	KUNIT_CASE(wait_running),
	KUNIT_CASE(without_code_no_pins),
	KUNIT_CASE(runaway_is_brought_out),
	KUNIT_CASE(objects_dropped),
	KUNIT_CASE(gate_table_full),
	{}
};

static struct kunit_suite domain_suite = {
	.name = "rl_domain",
	.init = domain_init,
	.exit = domain_exit,
	.test_cases = domain_cases,
};

rl_kunit_test_suite(domain_suite);

MODULE_DESCRIPTION("RedLeaf: domain life cycle KUnit suite");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(RL_TEST);
