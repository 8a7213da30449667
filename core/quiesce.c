// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bringing every thread out of a dying domain.
 *
 * The gate is closed already (any context may do that). One IPI per CPU is at
 * once the memory barrier the call path does not pay for and the hand that
 * turns threads around: its handler looks for interrupted domain code on the
 * stack it runs on and rewrites the saved registers to lead to the landing
 * label. On x86-64 the CPU aligns %rsp to 16 before it pushes, so a real
 * exception frame satisfies (regs + 1) == (regs->sp & ~15); together with the
 * selectors, an ip in the domain's text and a valid closed frame in %r15 that
 * identifies it. Stale copies match too; they lie in dead stack or in frames
 * that are being abandoned, so rewriting them is harmless.
 *
 * A CPU that does not answer has interrupts off: NMI (watchdog.c). Sleepers are
 * woken. Under preempt=full, threads preempted inside the domain are on no CPU:
 * stop_machine() holds everybody still while their saved stacks are rewritten
 * the same way. Then the counters are polled until in equals out: `out` is
 * summed first, so a call seen to end was seen to begin.
 *
 * No RCU grace period anywhere here. smp_call_function(wait) and stop_machine()
 * hang on a CPU that spins with interrupts off, hence never before the NMI.
 */
#include <linux/cpuhotplug.h>
#include <linux/delay.h>
#include <linux/irq_work.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/smp.h>
#include <linux/stop_machine.h>
#include <asm/ptrace.h>
#include <asm/segment.h>
#include "core.h"
#include "domain.h"

struct kick {
	call_single_data_t csd;
	u64 ack;		/* written by its CPU, read by the reaper */
};

static DEFINE_PER_CPU(struct kick, kicks);
/*
 * Who loads or unloads a domain may be at it while the reaper is: each must see answers
 * to its own kick, and what is on its way to a CPU cannot be sent there by another.
 */
static DEFINE_MUTEX(kick_lock);
static u64 kick_seq;		/* under kick_lock */

long rl_inflight(const struct rl_gate *g)
{
	unsigned long in = 0, out = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		out += READ_ONCE(per_cpu_ptr(g->cnt, cpu)->out);
	smp_mb();	/* every out seen has its in seen below */
	for_each_possible_cpu(cpu)
		in += READ_ONCE(per_cpu_ptr(g->cnt, cpu)->in);
	return in - out;
}
EXPORT_SYMBOL_GPL(rl_inflight);

/* The frame of interrupted domain code described by @r, if it must leave. */
static __no_sanitize_address
struct rl_frame *closed_frame(const struct pt_regs *r, const struct task_struct *task)
{
	struct rl_frame *f = (struct rl_frame *)r->r15;

	if (!rl_frame_valid(f, r->sp, task) || READ_ONCE(f->in_core))
		return NULL;
	if (READ_ONCE(f->gate->alive) || !rl_domain_text(rl_gate_domain(f->gate), r->ip))
		return NULL;
	return f;
}

/*
 * Selectors of interrupted kernel code. %ss is null where an interrupt came from user
 * space: the CPU loads that, and handlers and softirqs on top of it run with it.
 */
static __always_inline __no_sanitize_address
bool kernel_selectors(const struct pt_regs *r)
{
	return r->cs == __KERNEL_CS && (r->ss == __KERNEL_DS || !r->ss);
}

/* KASAN: what lies on the way belongs to other functions. */
__no_sanitize_address
int rl_scan_redirect(unsigned long lo, unsigned long hi, const struct task_struct *task)
{
	unsigned long a;
	int n = 0;

	for (a = ALIGN(lo + sizeof(struct pt_regs), 16); a <= hi; a += 16) {
		struct pt_regs *r = (struct pt_regs *)a - 1;
		struct rl_frame *f;

		if ((r->sp & ~15UL) != a || !kernel_selectors(r))
			continue;
		f = closed_frame(r, task);
		if (f) {
			rl_frame_redirect(f, r, -ECANCELED);
			n++;
		}
	}
	return n;
}
EXPORT_SYMBOL_NS_GPL(rl_scan_redirect, RL_TEST);

/*
 * Scan what the running interrupt handler interrupted: the rest of the
 * interrupt stack it is on, and the task's stack below that.
 */
int rl_scan_current(void)
{
	unsigned long base = (unsigned long)task_stack_page(current);
	unsigned long sp = current_stack_pointer, lo, hi;
	int n = 0;

	if (sp >= base && sp < base + THREAD_SIZE)
		return rl_scan_redirect(sp, base + THREAD_SIZE, NULL);
	if (rl_gate_irq_stack(sp, &lo, &hi))
		n = rl_scan_redirect(lo, hi, NULL);
	return n + rl_scan_redirect(rl_gate_task_sp(), base + THREAD_SIZE, NULL);
}

static void on_kick(void *unused)
{
	smp_mb();	/* pairs with the closing of the gate: see file comment */
	rl_scan_current();
	this_cpu_write(kicks.ack, READ_ONCE(kick_seq));
}

static void kick_others(int me)
{
	int cpu;

	for_each_online_cpu(cpu)
		if (cpu != me)
			smp_call_function_single_async(cpu, &per_cpu(kicks.csd, cpu));
}

static bool all_acked(int me)
{
	int cpu;

	for_each_online_cpu(cpu)
		if (cpu != me && READ_ONCE(per_cpu(kicks.ack, cpu)) != kick_seq)
			return false;
	return true;
}

static void nmi_silent(int me)
{
	int cpu;

	for_each_online_cpu(cpu)
		if (cpu != me && READ_ONCE(per_cpu(kicks.ack, cpu)) != kick_seq)
			rl_nmi_kick(cpu);
}

/* Every other CPU has taken the IPI. Preemption is off. */
static int wait_acked(int me, u64 until)
{
	u64 nmi_at = ktime_get_ns() + RL_NMI_AFTER_US * NSEC_PER_USEC;

	while (!all_acked(me)) {
		u64 now = ktime_get_ns();

		if (now > until)
			return -ETIMEDOUT;
		if (now > nmi_at) {
			nmi_silent(me);
			kick_others(me);
			nmi_at = now + RL_NMI_AFTER_US * NSEC_PER_USEC;
		}
		cpu_relax();
	}
	return 0;
}

/* The barrier of the file comment. Migration is off. */
static int barrier_ipi(u64 until)
{
	int me = smp_processor_id(), err;

	mutex_lock(&kick_lock);
	preempt_disable();
	WRITE_ONCE(kick_seq, kick_seq + 1);
	smp_mb();	/* gate closed, sequence advanced: before the IPI's handler looks */
	kick_others(me);
	err = wait_acked(me, until);
	preempt_enable();
	mutex_unlock(&kick_lock);
	return err;
}

/* All CPUs are stopped: saved stacks of threads that are on none are still. */
static int scan_preempted(void *unused)
{
	struct task_struct *p, *t;

	for_each_process_thread(p, t) {
		unsigned long base = (unsigned long)task_stack_page(t);
		unsigned long sp = READ_ONCE(t->thread.sp);

		if (base && t != current && sp > base && sp < base + THREAD_SIZE)
			rl_scan_redirect(sp, base + THREAD_SIZE, t);
	}
	return 0;
}

/*
 * One round of bringing out who is still inside, then give them time to leave: the more,
 * the longer it took so far. Who runs in a domain that lives is waited for, and would not
 * get on, nor be seen to hang, between interrupts alone.
 */
static void drain_round(struct rl_domain *d, int me, unsigned int round)
{
	unsigned long us = RL_REKICK_US << min(round / 8, 8U);

	mutex_lock(&kick_lock);
	kick_others(me);
	mutex_unlock(&kick_lock);
	wake_up_all(&d->kill_wq);
	migrate_enable();
	if (preempt_model_full() && round % 16 == 1)
		stop_machine(scan_preempted, NULL, NULL);
	usleep_range(us / 2, us);
	migrate_disable();
}

/* Spin briefly: most threads are out within microseconds of the IPI. */
static bool drained_soon(struct rl_domain *d)
{
	u64 until = ktime_get_ns() + RL_REKICK_US * NSEC_PER_USEC;

	do {
		if (!rl_inflight(&d->gate))
			return true;
		cpu_relax();
	} while (ktime_get_ns() < until);
	return false;
}

/**
 * rl_quiesce() - wait until no thread is inside a domain
 * @d: domain; its gate is closed
 *
 * Context: the reaper, or who loads or unloads a domain. Sleeps while somebody is still
 * inside, or another such thread waits for its barrier.
 * Return: 0, or -ETIMEDOUT when a thread could not be brought out within
 * RL_DRAIN_TIMEOUT_MS; nothing of the domain may be freed then.
 */
int rl_quiesce(struct rl_domain *d)
{
	u64 until = ktime_get_ns() + RL_DRAIN_TIMEOUT_MS * NSEC_PER_MSEC;
	unsigned int round = 0;
	int err;

	wake_up_all(&d->kill_wq);
	migrate_disable();
	err = barrier_ipi(until);
	while (!err && !drained_soon(d)) {
		drain_round(d, smp_processor_id(), round++);
		if (ktime_get_ns() > until)
			err = -ETIMEDOUT;
	}
	migrate_enable();
	return err;
}
EXPORT_SYMBOL_NS_GPL(rl_quiesce, RL_TEST);

static void learn(struct irq_work *w)
{
	rl_gate_learn_stack();
}

static DEFINE_IRQ_WORK(learning, learn);
static enum cpuhp_state hp_state;

/*
 * On @cpu, in its own thread, when it comes online. Only an interrupt that comes upon
 * the kernel moves to the interrupt stack: the CPU sends itself one. A call from another CPU
 * may come upon user space, and who idles may answer it without an interrupt. No
 * softirq is on that stack before.
 */
static int learn_stack(unsigned int cpu)
{
	local_bh_disable();
	irq_work_queue(&learning);
	while (irq_work_is_busy(&learning))
		cpu_relax();
	local_bh_enable();
	if (rl_gate_stack_learnt())
		return 0;
	pr_err("redleaf: quiesce: the interrupt stack of CPU %u was not found\n", cpu);
	return -ENXIO;
}

int rl_quiesce_init(void)
{
	int cpu, err;

	for_each_possible_cpu(cpu)
		INIT_CSD(&per_cpu(kicks.csd, cpu), on_kick, NULL);
	err = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "redleaf:stack", learn_stack, NULL);
	if (err < 0)
		return err;
	hp_state = err;
	return 0;
}

/* No kick may be on its way when the text goes. */
void rl_quiesce_exit(void)
{
	kick_all_cpus_sync();
	cpuhp_remove_state(hp_state);
}
