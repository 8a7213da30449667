// SPDX-License-Identifier: GPL-2.0-only
/*
 * Running something in each context a domain may be called in, and looking
 * afterwards whether anything of that context was lost or leaked.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <asm/fpu/api.h>
#include <asm/processor-flags.h>
#include "rltest.h"

struct visit {
	void (*fn)(void *arg);
	void *arg;
	int leaks;
	struct completion done;
	struct tasklet_struct tasklet;
	struct hrtimer timer;
};

/* Call @v->fn and compare what the gate promises to restore. */
static void go(struct visit *v)
{
	int pc = preempt_count(), rcu = current->rcu_read_lock_nesting;
	bool irqs = irqs_disabled(), fpu = irq_fpu_usable();

	v->fn(v->arg);
	v->leaks += preempt_count() != pc;
	v->leaks += current->rcu_read_lock_nesting != rcu;
	v->leaks += irqs_disabled() != irqs;
	v->leaks += irq_fpu_usable() != fpu;
	v->leaks += !!(native_save_fl() & (X86_EFLAGS_AC | X86_EFLAGS_DF));
}

static void visit_proc(struct visit *v)
{
	go(v);
}

static void visit_preempt(struct visit *v)
{
	preempt_disable();
	go(v);
	preempt_enable();
}

static void visit_bh(struct visit *v)
{
	local_bh_disable();
	go(v);
	local_bh_enable();
}

static void visit_irqoff(struct visit *v)
{
	unsigned long flags;

	local_irq_save(flags);
	go(v);
	local_irq_restore(flags);
}

/* With a register in use that neither the domain nor the way out of it may touch. */
static void visit_fpu(struct visit *v)
{
	const u64 in[2] = { 0x0123456789abcdefULL, 0xfedcba9876543210ULL };
	u32 control, control_was;
	u64 out[2];

	kernel_fpu_begin();
	asm volatile("movdqu %0, %%xmm3" : : "m" (in));
	asm volatile("stmxcsr %0" : "=m" (control_was));
	go(v);
	asm volatile("movdqu %%xmm3, %0" : "=m" (out));
	asm volatile("stmxcsr %0" : "=m" (control));
	kernel_fpu_end();
	v->leaks += in[0] != out[0] || in[1] != out[1] || control != control_was;
}

static void visit_rcu(struct visit *v)
{
	rcu_read_lock();
	go(v);
	rcu_read_unlock();
}

static void visit_spin(struct visit *v)
{
	spinlock_t lock;	/* this visit's; initialised, or lockdep gives up */

	spin_lock_init(&lock);
	spin_lock(&lock);
	go(v);
	spin_unlock(&lock);
}

static void tasklet_fn(struct tasklet_struct *t)
{
	struct visit *v = container_of(t, struct visit, tasklet);

	go(v);
	complete(&v->done);
}

static void visit_tasklet(struct visit *v)
{
	tasklet_setup(&v->tasklet, tasklet_fn);
	tasklet_schedule(&v->tasklet);
	wait_for_completion(&v->done);
	tasklet_kill(&v->tasklet);
}

static enum hrtimer_restart timer_fn(struct hrtimer *t)
{
	struct visit *v = container_of(t, struct visit, timer);

	go(v);
	complete(&v->done);
	return HRTIMER_NORESTART;
}

static void visit_hardirq(struct visit *v)
{
	hrtimer_init_on_stack(&v->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	v->timer.function = timer_fn;
	hrtimer_start(&v->timer, ns_to_ktime(20000), HRTIMER_MODE_REL_PINNED_HARD);
	wait_for_completion(&v->done);
	hrtimer_cancel(&v->timer);
	destroy_hrtimer_on_stack(&v->timer);
}

static void ipi_fn(void *v)
{
	go(v);
}

static void visit_ipi(struct visit *v)
{
	int me = get_cpu(), other = cpumask_any_but(cpu_online_mask, me);

	smp_call_function_single(other < nr_cpu_ids ? other : me, ipi_fn, v, 1);
	put_cpu();
}

static int kthread_fn(void *arg)
{
	struct visit *v = arg;

	go(v);
	complete(&v->done);
	return 0;
}

static void visit_kthread(struct visit *v)
{
	struct task_struct *t = kthread_run(kthread_fn, v, "rltest");

	if (IS_ERR(t))
		v->leaks++;
	else
		wait_for_completion(&v->done);
}

static const struct {
	const char *name;
	void (*run)(struct visit *v);
} contexts[] = {
	{ "proc", visit_proc }, { "preempt", visit_preempt }, { "bh", visit_bh },
	{ "irqoff", visit_irqoff }, { "rcu", visit_rcu }, { "spin", visit_spin },
	{ "tasklet", visit_tasklet }, { "hardirq", visit_hardirq }, { "ipi", visit_ipi },
	{ "kthread", visit_kthread }, { "fpu", visit_fpu },
};

bool rltest_in_context(const char *name, void (*fn)(void *arg), void *arg, int *leaks)
{
	struct visit v = { .fn = fn, .arg = arg };
	int i;

	for (i = 0; i < ARRAY_SIZE(contexts); i++) {
		if (strcmp(contexts[i].name, name))
			continue;
		init_completion(&v.done);
		contexts[i].run(&v);
		*leaks += v.leaks;
		return true;
	}
	return false;
}
