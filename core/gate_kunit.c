// SPDX-License-Identifier: GPL-2.0-only
/*
 * The call gate under test: counting, refusing, frames and the way out
 *
 * The domain is one that never ran (fake_kunit.h), so that the reaper does not
 * look at it: each case opens and closes its gate itself. What is called in it
 * are functions of this file, and of gate_entry_kunit.c where %r15 matters.
 */
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/sched/task.h>
#include <linux/smp.h>
#include <asm/processor-flags.h>
#include <asm/segment.h>
#include "fake_kunit.h"
#include "gate_kunit.h"

static int gate_init(struct kunit *test)
{
	int err = fake_init(test, "ktgate", NULL, 64);
	struct rl_domain *d = test->priv;

	if (!err)
		WRITE_ONCE(d->gate.alive, RL_GATE_OPEN);
	return err;
}

static void gate_exit(struct kunit *test)
{
	struct rl_domain *d = test->priv;

	if (d)
		KUNIT_EXPECT_EQ(test, rl_inflight(&d->gate), 0);
	fake_drop(d);
}

/* How many calls were ever counted in, or out. */
static unsigned long all_of(const struct rl_gate *g, bool out)
{
	unsigned long n = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct rl_inflight *c = per_cpu_ptr(g->cnt, cpu);

		n += out ? READ_ONCE(c->out) : READ_ONCE(c->in);
	}
	return n;
}

static unsigned long all_in(const struct rl_gate *g)
{
	return all_of(g, false);
}

static void enter_fills_frame(struct kunit *test)
{
	struct rl_domain *d = test->priv;
	struct rl_frame outer = { .gate = &d->gate }, f;

	memset(&f, 0xff, sizeof(f));
	KUNIT_ASSERT_EQ(test, rl_gate_enter(&f, &d->gate, &outer, 7), 0);
	KUNIT_EXPECT_EQ(test, rl_inflight(&d->gate), 1);
	KUNIT_EXPECT_PTR_EQ(test, f.gate, &d->gate);
	KUNIT_EXPECT_PTR_EQ(test, f.prev, &outer);
	KUNIT_EXPECT_EQ(test, f.stack_limit, (unsigned long)&f - RL_STACK_DEFAULT);
	KUNIT_EXPECT_EQ(test, rl_frame_method(&f), 7);
	KUNIT_EXPECT_TRUE(test, rl_frame_irqs_on(&f));
	KUNIT_EXPECT_EQ(test, f.pc, preempt_count());
	KUNIT_EXPECT_EQ(test, f.ticks, 0);
	KUNIT_EXPECT_EQ(test, f.err, 0);
	rl_gate_exit(&f);
	KUNIT_EXPECT_EQ(test, f.err, 0);
	KUNIT_EXPECT_EQ(test, rl_inflight(&d->gate), 0);
	KUNIT_EXPECT_EQ(test, all_in(&d->gate), 1);
}

/* The caller's owner id comes from its frame; no frame: the trusted side. */
static void caller_id(struct kunit *test)
{
	struct rl_domain *d = test->priv;
	struct rl_frame f = { .gate = &d->gate };

	KUNIT_EXPECT_EQ(test, rl_gate_caller_id(NULL), RL_OWNER_HOST);
	KUNIT_EXPECT_EQ(test, rl_gate_caller_id(&f), d->gate.id);
	KUNIT_EXPECT_GE(test, d->gate.id, RL_OWNER_FIRST);
}

/* In on one CPU, out on another: the sum is what counts. */
static void count_across_cpus(struct kunit *test)
{
	int a = cpumask_first(cpu_online_mask), b = cpumask_next(a, cpu_online_mask);
	struct rl_domain *d = test->priv;
	struct rl_frame f;

	if (b >= nr_cpu_ids)
		kunit_skip(test, "needs two CPUs");
	set_cpus_allowed_ptr(current, cpumask_of(a));
	KUNIT_EXPECT_EQ(test, rl_gate_enter(&f, &d->gate, NULL, 0), 0);
	set_cpus_allowed_ptr(current, cpumask_of(b));
	KUNIT_EXPECT_EQ(test, rl_inflight(&d->gate), 1);
	rl_gate_exit(&f);
	set_cpus_allowed_ptr(current, cpu_possible_mask);
	KUNIT_EXPECT_EQ(test, per_cpu_ptr(d->gate.cnt, a)->in, 1);
	KUNIT_EXPECT_EQ(test, per_cpu_ptr(d->gate.cnt, a)->out, 0);
	KUNIT_EXPECT_EQ(test, per_cpu_ptr(d->gate.cnt, b)->out, 1);
	KUNIT_EXPECT_EQ(test, rl_inflight(&d->gate), 0);
}

static void refused_when_not_open(struct kunit *test)
{
	static const u32 not_open[] = { RL_GATE_CLOSED, RL_GATE_INIT };
	struct rl_domain *d = test->priv;
	struct rl_frame f = { .gate = NULL };
	int i;

	for (i = 0; i < ARRAY_SIZE(not_open); i++) {
		WRITE_ONCE(d->gate.alive, not_open[i]);
		WRITE_ONCE(d->state, RL_LOADED);
		KUNIT_EXPECT_EQ(test, rl_gate_enter(&f, &d->gate, NULL, 0), RL_RPC_RESTARTING);
		WRITE_ONCE(d->state, RL_DEAD);
		KUNIT_EXPECT_EQ(test, rl_gate_enter(&f, &d->gate, NULL, 0), RL_RPC_DEAD);
	}
	WRITE_ONCE(d->state, RL_LOADED);
	KUNIT_EXPECT_NULL(test, f.gate);
	/* the first look is there to keep who is refused out of the counts */
	KUNIT_EXPECT_EQ(test, all_in(&d->gate), 0);
}

static s32 answer(void *self, u64 a0, u64 a1)
{
	return self == (void *)a0 ? -(s32)a1 : 1;
}

/* While init runs the core enters, and nobody else. */
static void core_enters_in_init(struct kunit *test)
{
	struct rl_domain *d = test->priv;
	struct rl_ret r;

	d->self = d;
	WRITE_ONCE(d->gate.alive, RL_GATE_INIT);
	r = rl_domain_call(d, answer, (u64)d, 5);
	KUNIT_EXPECT_EQ(test, r.rpc, RL_RPC_OK);
	KUNIT_EXPECT_EQ(test, r.err, -5);
	WRITE_ONCE(d->gate.alive, RL_GATE_CLOSED);
	r = rl_domain_call(d, answer, (u64)d, 5);
	KUNIT_EXPECT_EQ(test, r.rpc, RL_RPC_RESTARTING);
}

/*
 * The gate closes between the two looks at it: its "in" counter is laid over
 * @alive, so that counting in is what closes it. "out" then lies over @cnt.
 */
static void looks_twice(struct kunit *test)
{
	struct rl_domain *d = test->priv;
	struct rl_inflight __percpu *cnt = d->gate.cnt, *trap;
	struct rl_frame f = { .gate = NULL };
	u32 stack = d->gate.stack;
	s32 rpc;

	migrate_disable();
	trap = (struct rl_inflight __percpu __force *)
		((unsigned long)&d->gate - per_cpu_offset(smp_processor_id()));
	d->gate.cnt = trap;
	rpc = rl_gate_enter(&f, &d->gate, NULL, 0);
	migrate_enable();
	KUNIT_EXPECT_EQ(test, rpc, RL_RPC_RESTARTING);
	KUNIT_EXPECT_NULL(test, f.gate);
	KUNIT_EXPECT_EQ(test, d->gate.alive, RL_GATE_OPEN + 1);
	KUNIT_EXPECT_EQ(test, (unsigned long __force)d->gate.cnt,
			(unsigned long __force)trap + 1);
	d->gate.cnt = cnt;
	d->gate.stack = stack;
}

static_assert(offsetof(struct rl_gate, alive) == 0 && sizeof(unsigned long) == 8);
static_assert(offsetof(struct rl_gate, cnt) == offsetof(struct rl_inflight, out));

static int hammer(void *gate)
{
	struct rl_frame f;

	while (!kthread_should_stop()) {
		if (!rl_gate_enter(&f, gate, NULL, 0))
			rl_gate_exit(&f);
		cond_resched();
	}
	return 0;
}

/*
 * Summed while others enter and leave: an end is never seen without its begin, nor a
 * begin that has not been, however long this thread has to wait for its CPU in between.
 */
static void inflight_not_negative(struct kunit *test)
{
	struct rl_domain *d = test->priv;
	struct task_struct *t[3];
	u32 i, negative = 0, wild = 0;

	for (i = 0; i < ARRAY_SIZE(t); i++)
		t[i] = kthread_run(hammer, &d->gate, "rlkunit");
	for (i = 0; i < 100000; i++) {
		long ended = all_of(&d->gate, true), n = rl_inflight(&d->gate);

		negative += n < 0;
		wild += n > (long)all_in(&d->gate) - ended;
		if (!(i & 1023))
			cond_resched();
	}
	for (i = 0; i < ARRAY_SIZE(t); i++)
		if (!IS_ERR(t[i]))
			kthread_stop(t[i]);
	KUNIT_EXPECT_EQ(test, negative, 0);
	KUNIT_EXPECT_EQ(test, wild, 0);
	KUNIT_EXPECT_GT(test, all_in(&d->gate), 0);
}

/* To the byte: what is left must hold the callee's bound and the reserve. */
static void stack_low(struct kunit *test)
{
	struct rl_domain *d = test->priv;
	struct rl_frame f;
	unsigned long left = (unsigned long)&f - (unsigned long)task_stack_page(current);

	d->gate.stack = left + 1;
	KUNIT_EXPECT_EQ(test, rl_gate_enter(&f, &d->gate, NULL, 0), RL_RPC_NOSTACK);
	KUNIT_EXPECT_EQ(test, all_in(&d->gate), 0);
	d->gate.stack = left;
	KUNIT_ASSERT_EQ(test, rl_gate_enter(&f, &d->gate, NULL, 0), 0);
	rl_gate_exit(&f);
	KUNIT_EXPECT_EQ(test, all_in(&d->gate), 1);
}

static void call_passes_arguments(struct kunit *test)
{
	struct rl_domain *d = test->priv;
	struct rl_frame f;
	long ret;
	int i;

	memset(&kt_seen, 0, sizeof(kt_seen));
	KUNIT_ASSERT_EQ(test, rl_gate_enter(&f, &d->gate, NULL, 0), 0);
	ret = RL_GATE_CALL(&f, kt_takes_six, 1UL << 63, 2, 3, 4, 5, ~0UL);
	KUNIT_EXPECT_EQ(test, f.magic, 0);
	rl_gate_exit(&f);
	KUNIT_EXPECT_EQ(test, f.err, 0);
	KUNIT_EXPECT_EQ(test, ret, 0x123456789);
	KUNIT_EXPECT_EQ(test, kt_seen.args[0], 1UL << 63);
	KUNIT_EXPECT_EQ(test, kt_seen.args[5], ~0UL);
	for (i = 1; i < 5; i++)
		KUNIT_EXPECT_EQ(test, kt_seen.args[i], i + 1);
	KUNIT_EXPECT_PTR_EQ(test, kt_seen.frame, &f);
	KUNIT_EXPECT_PTR_EQ(test, kt_seen.found, &f);
	KUNIT_EXPECT_EQ(test, kt_seen.magic, RL_FRAME_MAGIC);
	KUNIT_EXPECT_EQ(test, kt_seen.in_core, 0);
	KUNIT_EXPECT_TRUE(test, kt_seen.irqs_on);
	KUNIT_EXPECT_LT(test, f.sp, (unsigned long)&f + 1);
	/* an ended call is not found any more */
	KUNIT_EXPECT_NULL(test, rl_frame_find(current_stack_pointer));
}

static noinline u64 abandoned_call(struct rl_domain *d, u64 seed, struct rl_frame *f)
{
	u64 a = seed * 3, b = seed * 5, c = seed * 7, e = seed * 11, g = seed * 13, h = seed * 17;
	long ret;

	OPTIMIZER_HIDE_VAR(a);
	OPTIMIZER_HIDE_VAR(b);
	OPTIMIZER_HIDE_VAR(c);
	OPTIMIZER_HIDE_VAR(e);
	OPTIMIZER_HIDE_VAR(g);
	OPTIMIZER_HIDE_VAR(h);
	if (rl_gate_enter(f, &d->gate, NULL, 0))
		return 0;
	ret = RL_GATE_CALL(f, kt_abandons, 0, 0, 0, 0, 0, 0);
	rl_gate_exit(f);
	if (ret != -EINTR)
		return 0;
	return a + b + c + e + g + h;
}

static void call_survives_abandoning(struct kunit *test)
{
	struct rl_domain *d = test->priv;
	struct rl_frame f;

	KUNIT_EXPECT_EQ(test, abandoned_call(d, 9, &f), 9 * (3 + 5 + 7 + 11 + 13 + 17));
	KUNIT_EXPECT_EQ(test, f.err, -EINTR);
	KUNIT_EXPECT_EQ(test, f.magic, 0);
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
	KUNIT_EXPECT_EQ(test, rl_inflight(&d->gate), 0);
}

/* What is known of interrupts at entry: a promise, or a look. */
static void enter_knows_interrupts(struct kunit *test)
{
	struct rl_domain *d = test->priv;
	struct rl_frame outer = { .gate = &d->gate }, by_host, by_domain;

	local_irq_disable();
	rl_gate_enter(&by_host, &d->gate, NULL, 3 | RL_METHOD_IRQS_OFF);
	rl_gate_exit(&by_host);
	rl_gate_enter(&by_domain, &d->gate, &outer, 3);
	rl_gate_exit(&by_domain);
	local_irq_enable();
	KUNIT_EXPECT_FALSE(test, rl_frame_irqs_on(&by_host));
	KUNIT_EXPECT_FALSE(test, rl_frame_irqs_on(&by_domain));
	KUNIT_EXPECT_EQ(test, rl_frame_method(&by_host), 3);
	KUNIT_ASSERT_EQ(test, rl_gate_enter(&by_host, &d->gate, NULL, 3 | RL_METHOD_IRQS_OFF), 0);
	rl_gate_exit(&by_host);
	KUNIT_EXPECT_TRUE(test, rl_frame_irqs_on(&by_host));
	KUNIT_EXPECT_EQ(test, rl_frame_method(&by_host), 3);
}

/* The crossing the two levels of find_innermost() make; @level counts down. */
static struct rl_frame *levels[3], *found_at[3];

static long go_down(struct rl_domain *d, u64 level)
{
	struct rl_frame f;

	found_at[level] = rl_frame_find(current_stack_pointer);
	if (!level)
		return 0;
	levels[level - 1] = &f;
	if (rl_gate_enter(&f, &d->gate, levels[level], 0))
		return -EBUSY;
	RL_GATE_CALL(&f, go_down, d, level - 1, 0, 0, 0, 0);
	rl_gate_exit(&f);
	/* back from the inner call: the outer frame is the innermost again */
	return rl_frame_find(current_stack_pointer) == levels[level] ? 0 : -ESRCH;
}

static void find_innermost(struct kunit *test)
{
	struct rl_domain *d = test->priv;
	int i;

	levels[2] = NULL;
	KUNIT_EXPECT_EQ(test, go_down(d, 2), 0);
	KUNIT_EXPECT_NULL(test, found_at[2]);
	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_PTR_EQ(test, found_at[i], levels[i]);
	KUNIT_EXPECT_TRUE(test, levels[0] < levels[1]);
}

static int stand_by(void *done)
{
	wait_for_completion(done);
	return 0;
}

static struct rl_frame live_frame(struct rl_domain *d)
{
	return (struct rl_frame){ .magic = RL_FRAME_MAGIC, .gate = &d->gate };
}

static void frame_validity(struct kunit *test)
{
	struct rl_domain *d = test->priv;
	struct rl_domain *foreign = kunit_kzalloc(test, sizeof(*foreign), GFP_KERNEL);
	struct rl_frame f = live_frame(d);
	unsigned long sp = (unsigned long)&f - 64;

	KUNIT_ASSERT_NOT_NULL(test, foreign);
	f.sp = (unsigned long)&f - 8;
	KUNIT_EXPECT_TRUE(test, rl_frame_valid(&f, sp, NULL));
	KUNIT_EXPECT_TRUE(test, rl_frame_valid(&f, sp, current));
	KUNIT_EXPECT_FALSE(test, rl_frame_valid(&f, (unsigned long)&f + 8, NULL));
	f.magic = RL_FRAME_MAGIC ^ 1;
	KUNIT_EXPECT_FALSE(test, rl_frame_valid(&f, sp, NULL));
	f.magic = RL_FRAME_MAGIC;
	f.gate = &foreign->gate;
	KUNIT_EXPECT_FALSE(test, rl_frame_valid(&f, sp, NULL));
	f.gate = NULL;
	KUNIT_EXPECT_FALSE(test, rl_frame_valid(&f, sp, NULL));
	f.gate = &d->gate;
	f.sp = sp - 8;
	KUNIT_EXPECT_FALSE(test, rl_frame_valid(&f, sp, NULL));
	f.sp = (unsigned long)&f + 8;
	KUNIT_EXPECT_FALSE(test, rl_frame_valid(&f, sp, NULL));
	f.sp = sp;
	KUNIT_EXPECT_TRUE(test, rl_frame_valid(&f, sp, NULL));
	f.magic = 0;
}

/* Good frames in bad places. */
static void frame_place(struct kunit *test)
{
	struct rl_domain *d = test->priv;
	unsigned long end = (unsigned long)task_stack_page(current) + THREAD_SIZE;
	struct rl_frame *heap = kunit_kzalloc(test, sizeof(*heap), GFP_KERNEL);
	u8 room[sizeof(*heap) + 8] __aligned(8);
	struct rl_frame *odd = (void *)(room + 4);
	DECLARE_COMPLETION_ONSTACK(done);
	struct rl_frame f = live_frame(d);
	struct task_struct *t;

	KUNIT_ASSERT_NOT_NULL(test, heap);
	f.sp = (unsigned long)odd;
	memcpy(odd, &f, sizeof(f));
	KUNIT_EXPECT_FALSE(test, rl_frame_valid(odd, (unsigned long)room, NULL));
	memset(room, 0, sizeof(room));
	f.sp = (unsigned long)heap;
	*heap = f;
	KUNIT_EXPECT_FALSE(test, rl_frame_valid(heap, (unsigned long)heap, NULL));
	KUNIT_EXPECT_FALSE(test, rl_frame_valid(heap, (unsigned long)heap, current));
	KUNIT_EXPECT_FALSE(test, rl_frame_valid(NULL, 0, NULL));
	/* it would end beyond the stack: not even its magic may be read */
	KUNIT_EXPECT_FALSE(test, rl_frame_valid((void *)(end - 8), end - 16, NULL));
	KUNIT_EXPECT_FALSE(test, rl_frame_valid((void *)end, end - 16, NULL));
	t = kthread_run(stand_by, &done, "rlkunit");
	KUNIT_ASSERT_FALSE(test, IS_ERR(t));
	get_task_struct(t);
	f.sp = (unsigned long)&f;
	KUNIT_EXPECT_TRUE(test, rl_frame_valid(&f, f.sp, NULL));
	KUNIT_EXPECT_FALSE(test, rl_frame_valid(&f, f.sp, t));
	f.magic = 0;
	complete(&done);
	kthread_stop(t);
	put_task_struct(t);
}

/* The interrupt flag is the caller's, the rest of the flags is clean. */
static void redirect_registers(struct kunit *test)
{
	struct rl_frame f = { .ip = 0x1111, .sp = 0x2222, .call = RL_FRAME_IRQS_ON | 3 };
	struct pt_regs regs, was;

	memset(&regs, 0x5a, sizeof(regs));
	was = regs;
	rl_frame_redirect(&f, &regs, -EFAULT);
	KUNIT_EXPECT_EQ(test, f.err, -EFAULT);
	KUNIT_EXPECT_EQ(test, f.in_core, 1);
	KUNIT_EXPECT_EQ(test, regs.ip, 0x1111);
	KUNIT_EXPECT_EQ(test, regs.sp, 0x2222);
	KUNIT_EXPECT_EQ(test, regs.flags, X86_EFLAGS_IF | X86_EFLAGS_FIXED);
	KUNIT_EXPECT_EQ(test, regs.r15, (unsigned long)&f);
	KUNIT_EXPECT_EQ(test, (long)regs.ax, -EFAULT);
	was.ip = regs.ip;
	was.sp = regs.sp;
	was.flags = regs.flags;
	was.r15 = regs.r15;
	was.ax = regs.ax;
	KUNIT_EXPECT_EQ(test, memcmp(&was, &regs, sizeof(regs)), 0);
	f.call &= ~RL_FRAME_IRQS_ON;
	rl_frame_redirect(&f, &regs, -EFAULT);
	KUNIT_EXPECT_EQ(test, regs.flags, X86_EFLAGS_FIXED);
}

/* What a method says of itself goes with the call; its number is what it was. */
static void enter_knows_sleepers(struct kunit *test)
{
	struct rl_domain *d = test->priv;
	struct rl_frame f;

	KUNIT_ASSERT_EQ(test, rl_gate_enter(&f, &d->gate, NULL, 3), 0);
	KUNIT_EXPECT_FALSE(test, rl_frame_may_sleep(&f));
	rl_gate_exit(&f);
	KUNIT_ASSERT_EQ(test, rl_gate_enter(&f, &d->gate, NULL, 3 | RL_METHOD_SLEEPS), 0);
	rl_gate_exit(&f);
	KUNIT_EXPECT_EQ(test, rl_frame_method(&f), 3);
	KUNIT_EXPECT_TRUE(test, rl_frame_irqs_on(&f));
	KUNIT_EXPECT_TRUE(test, rl_frame_may_sleep(&f));
	rcu_read_lock();
	KUNIT_EXPECT_FALSE(test, rl_frame_may_sleep(&f));
	rcu_read_unlock();
	local_irq_disable();
	KUNIT_EXPECT_FALSE(test, rl_frame_may_sleep(&f));
	local_irq_enable();
}

/* What an interrupt leaves on the stack: @regs end where the CPU aligned %rsp to. */
struct interrupted {
	u64 pad;
	struct pt_regs regs;
	unsigned long landing;	/* top of the stack at the label */
	struct rl_frame f;
} __aligned(16);

static void interrupt(struct interrupted *i, struct rl_domain *d)
{
	memset(i, 0, sizeof(*i));
	i->f = live_frame(d);
	i->f.call = RL_FRAME_IRQS_ON;
	i->f.sp = (unsigned long)&i->landing;
	i->f.ip = 0x1111;
	i->regs.r15 = (unsigned long)&i->f;
	i->regs.sp = (unsigned long)(&i->regs + 1);
	i->regs.ip = (unsigned long)kt_takes_six;
	i->regs.cs = __KERNEL_CS;
	i->regs.ss = __KERNEL_DS;
}

static int scan(struct interrupted *i)
{
	return rl_scan_redirect((unsigned long)i, (unsigned long)(i + 1), NULL);
}

static void scan_turns_round(struct kunit *test)
{
	struct rl_domain *d = test->priv;
	struct interrupted i;

	interrupt(&i, d);
	KUNIT_EXPECT_EQ(test, scan(&i), 0);	/* the gate is open */
	WRITE_ONCE(d->gate.alive, RL_GATE_CLOSED);
	i.f.in_core = 1;
	KUNIT_EXPECT_EQ(test, scan(&i), 0);
	i.f.in_core = 0;
	i.regs.ip = (unsigned long)rl_frame_valid;	/* not the domain's code */
	KUNIT_EXPECT_EQ(test, scan(&i), 0);
	i.regs.ip = (unsigned long)kt_takes_six;
	i.regs.cs = __USER_CS;
	KUNIT_EXPECT_EQ(test, scan(&i), 0);
	i.regs.cs = __KERNEL_CS;
	i.regs.ss = __USER_DS;
	KUNIT_EXPECT_EQ(test, scan(&i), 0);
	i.regs.ss = __KERNEL_DS;
	i.regs.sp += 16;
	KUNIT_EXPECT_EQ(test, scan(&i), 0);
	i.regs.sp -= 16;
	i.regs.r15 += 8;
	KUNIT_EXPECT_EQ(test, scan(&i), 0);
	i.regs.r15 -= 8;
	KUNIT_EXPECT_EQ(test, i.f.err, 0);
	KUNIT_EXPECT_EQ(test, scan(&i), 1);
	KUNIT_EXPECT_EQ(test, i.f.err, -ECANCELED);
	KUNIT_EXPECT_EQ(test, i.regs.ip, 0x1111);
	i.f.magic = 0;
}

/* On top of an interrupt that came from user space: %ss is null there. */
static void scan_on_top_of_user_space(struct kunit *test)
{
	struct rl_domain *d = test->priv;
	struct interrupted i;

	interrupt(&i, d);
	i.regs.ss = 0;
	WRITE_ONCE(d->gate.alive, RL_GATE_CLOSED);
	KUNIT_EXPECT_EQ(test, scan(&i), 1);
	KUNIT_EXPECT_EQ(test, i.regs.ip, 0x1111);
	i.f.magic = 0;
}

/* In core code no frame is taken from the stack or %r15: a domain may have put it there. */
static void running_is_told(struct kunit *test)
{
	struct rl_domain *d = test->priv;
	struct interrupted i;
	struct rl_frame inner;

	interrupt(&i, d);
	preempt_disable();
	this_cpu_write(rl_entered, NULL);
	KUNIT_EXPECT_PTR_EQ(test, rl_frame_running(&i.regs), &i.f);
	i.regs.r15 = 0;		/* only a domain that is not guarded can do that */
	KUNIT_EXPECT_PTR_EQ(test, rl_frame_running(&i.regs), &i.f);
	i.regs.ip = (unsigned long)rl_frame_valid;
	KUNIT_EXPECT_NULL(test, rl_frame_running(&i.regs));
	i.regs.r15 = (unsigned long)&i.f;
	KUNIT_EXPECT_NULL(test, rl_frame_running(&i.regs));
	this_cpu_write(rl_entered, &i.f);
	KUNIT_EXPECT_NULL(test, rl_frame_running(&i.regs));	/* it has left since */
	i.f.in_core = 1;
	KUNIT_EXPECT_PTR_EQ(test, rl_frame_running(&i.regs), &i.f);
	inner = i.f;
	inner.sp = (unsigned long)&inner;
	inner.prev = &i.f;
	i.regs.sp = min_t(unsigned long, (unsigned long)&inner, (unsigned long)&i.landing);
	i.regs.r15 = (unsigned long)&inner;	/* it made a call, which has not entered */
	KUNIT_EXPECT_PTR_EQ(test, rl_frame_running(&i.regs), &inner);
	inner.magic = 0;
	KUNIT_EXPECT_PTR_EQ(test, rl_frame_running(&i.regs), &i.f);
	i.regs.sp = (unsigned long)(&i.f + 1);	/* not on top of it */
	KUNIT_EXPECT_NULL(test, rl_frame_running(&i.regs));
	i.regs.sp = (unsigned long)&i.landing;
	i.f.magic = 0;		/* ended since */
	KUNIT_EXPECT_NULL(test, rl_frame_running(&i.regs));
	this_cpu_write(rl_entered, NULL);
	preempt_enable();
}

/* As if the domain had been left by force just now. */
static struct rl_frame forced_frame(struct rl_domain *d)
{
	return (struct rl_frame){ .gate = &d->gate, .err = -EFAULT, .pc = preempt_count() };
}

static void count_run(struct tasklet_struct *t)
{
	(*(int *)t->data)++;
}

static void landed_restores(struct kunit *test)
{
	struct rl_domain *d = test->priv;
	struct rl_frame f = forced_frame(d);
	struct tasklet_struct late;
	int ran = 0, now;

	tasklet_setup(&late, count_run);
	late.data = (unsigned long)&ran;
	local_bh_disable();
	tasklet_schedule(&late);
	preempt_disable();
	preempt_disable();
	local_irq_disable();
	f.call |= RL_FRAME_IRQS_ON;
	rl_gate_landed(&f);
	now = READ_ONCE(ran);
	KUNIT_EXPECT_EQ(test, preempt_count(), f.pc);
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
	KUNIT_EXPECT_EQ(test, f.err, -EFAULT);
	/* what the domain put off is not left undone */
	KUNIT_EXPECT_EQ(test, now, 1);
	tasklet_kill(&late);
	KUNIT_EXPECT_EQ(test, d->dying, 0);
}

/* What the caller itself holds stays. */
static void landed_keeps_callers_own(struct kunit *test)
{
	struct rl_domain *d = test->priv;
	struct rl_frame f;
	bool off;
	int pc;

	local_bh_disable();
	preempt_disable();
	local_irq_disable();
	f = forced_frame(d);
	preempt_disable();
	rl_gate_landed(&f);
	off = irqs_disabled();
	pc = preempt_count();
	local_irq_enable();
	preempt_enable();
	local_bh_enable();
	KUNIT_EXPECT_TRUE(test, off);
	KUNIT_EXPECT_EQ(test, pc, f.pc);
}

static s32 keeps_lock(void *self)
{
	preempt_disable();
	return 0;
}

static s32 frees_too_much(void *self)
{
	preempt_count_sub(1);
	return 0;
}

/* Came back by itself, but not as it went in: a violation, whatever it answers. */
static void returned_with_lock(struct kunit *test)
{
	struct rl_domain *d = test->priv;
	int pc = preempt_count(), after;
	struct rl_ret r;

	r = rl_domain_call(d, keeps_lock, 0, 0);
	KUNIT_EXPECT_EQ(test, r.rpc, RL_RPC_CRASHED);
	KUNIT_EXPECT_EQ(test, preempt_count(), pc);
	KUNIT_EXPECT_EQ(test, d->crash.reason, RL_R_VIOLATION);
	KUNIT_EXPECT_EQ(test, d->gate.alive, RL_GATE_CLOSED);
	d->dying = 0;
	WRITE_ONCE(d->gate.alive, RL_GATE_OPEN);
	preempt_disable();
	r = rl_domain_call(d, frees_too_much, 0, 0);
	after = preempt_count();
	preempt_enable();
	KUNIT_EXPECT_EQ(test, r.rpc, RL_RPC_CRASHED);
	KUNIT_EXPECT_EQ(test, after, pc + 1);
}

static void entries_nest(struct kunit *test)
{
	static const u32 want[] = { 0, 1, 2, 1, 0 };
	struct rl_domain *d = test->priv;
	struct kt_nest n = { .same = false };
	struct rl_ret r;
	int i;

	d->self = &n;
	r = rl_domain_call(d, kt_nested, 0, 0);
	KUNIT_EXPECT_EQ(test, r.rpc, RL_RPC_OK);
	for (i = 0; i < ARRAY_SIZE(want); i++)
		KUNIT_EXPECT_EQ(test, n.count[i], want[i]);
	KUNIT_EXPECT_TRUE(test, n.same);
}

/* The domain died while its thread was in the core: the outermost end leaves. */
static void entry_end_leaves(struct kunit *test)
{
	struct rl_domain *d = test->priv;
	struct kt_nest n = { .same = false };
	struct rl_ret r;

	d->self = &n;
	r = rl_domain_call(d, kt_nested, true, 0);
	KUNIT_EXPECT_EQ(test, r.rpc, RL_RPC_CRASHED);
	KUNIT_EXPECT_TRUE(test, n.inner_ended);
	KUNIT_EXPECT_FALSE(test, n.outer_ended);
	KUNIT_EXPECT_EQ(test, rl_inflight(&d->gate), 0);
}

static struct kunit_case gate_cases[] = {
	KUNIT_CASE(enter_fills_frame),
	KUNIT_CASE(enter_knows_interrupts),
	KUNIT_CASE(enter_knows_sleepers),
	KUNIT_CASE(caller_id),
	KUNIT_CASE(count_across_cpus),
	KUNIT_CASE(refused_when_not_open),
	KUNIT_CASE(core_enters_in_init),
	KUNIT_CASE(looks_twice),
	KUNIT_CASE(inflight_not_negative),
	KUNIT_CASE(stack_low),
	KUNIT_CASE(call_passes_arguments),
	KUNIT_CASE(call_survives_abandoning),
	KUNIT_CASE(find_innermost),
	KUNIT_CASE(frame_validity),
	KUNIT_CASE(frame_place),
	KUNIT_CASE(redirect_registers),
	KUNIT_CASE(scan_turns_round),
	KUNIT_CASE(scan_on_top_of_user_space),
	KUNIT_CASE(running_is_told),
	KUNIT_CASE(landed_restores),
	KUNIT_CASE(landed_keeps_callers_own),
	KUNIT_CASE(returned_with_lock),
	KUNIT_CASE(entries_nest),
	KUNIT_CASE(entry_end_leaves),
	{}
};

static struct kunit_suite gate_suite = {
	.name = "rl_gate",
	.init = gate_init,
	.exit = gate_exit,
	.test_cases = gate_cases,
};

rl_kunit_test_suite(gate_suite);

MODULE_DESCRIPTION("RedLeaf: call gate KUnit suite");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(RL_TEST);
