// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hang watchdog: a call that stays on a CPU longer than hang_ms is a fault;
 * one that was made where sleeping is allowed has hang_sleepable_ms.
 *
 * One pinned hard hrtimer per CPU, armed while a domain exists. Each tick finds
 * the innermost domain call of what it interrupted (rl_frame_running()) and adds one
 * to the frame's tick count; past the limit the domain is killed and the thread
 * turned round at once. Interrupts on top of a call are not the call's time. Sleeping
 * threads are on no CPU and collect no ticks. A CPU whose ticks stop has interrupts
 * off: its neighbour sends an NMI, whose handler turns the thread round if it is in
 * domain text. When no CPU ticks nobody does; waiting for locks ends all the same (lock.c).
 *
 * In the NMI handler the registers the CPU will really return with are the copy
 * just above pt_regs (entry_64.S, "iret" frame); pt_regs alone changes nothing.
 * That copy is patched only when it still equals pt_regs, i.e. when no nested
 * NMI has replaced it.
 */
#include <linux/cpu.h>
#include <linux/hrtimer.h>
#include <linux/module.h>
#include <linux/sched/task_stack.h>
#include <asm/irq_regs.h>
#include <asm/nmi.h>
#include "compat/cpu.h"
#include "core.h"
#include "domain.h"

#define TICK_MS 5

static unsigned int hang_ms = 50;
module_param(hang_ms, uint, 0644);
MODULE_PARM_DESC(hang_ms, "longest time an atomic call may stay on a CPU inside a domain, ms (default 50)");

static unsigned int hang_sleepable_ms = 1000;
module_param(hang_sleepable_ms, uint, 0644);
MODULE_PARM_DESC(hang_sleepable_ms, "the same for a call that may sleep, ms (default 1000)");

struct beat {
	struct hrtimer timer;	/* its own CPU, under hotplug lock to start and stop */
	unsigned long count;	/* of signs of life; written by its CPU, in NMIs too */
	unsigned long seen;	/* neighbour's count at our last tick */
	unsigned int missed;	/* ticks the neighbour's count stood still */
};

static DEFINE_PER_CPU(struct beat, beats);
static cpumask_t nmi_wanted;	/* set by the sender, cleared by the handler: one outstanding */
static cpumask_t nmi_hang;	/* ... because ticks stopped: an open gate is no excuse */
static unsigned int running;	/* domains; under the caller's rl_domains_lock */
static enum cpuhp_state hp_state;

static void kill_hung(struct rl_frame *f, unsigned long ip)
{
	struct rl_crash c = {
		.reason = RL_R_HANG,
		.trap = -1,
		.ip = ip,
		.method = rl_frame_method(f),
	};

	rl_domain_kill(rl_gate_domain(f->gate), &c);
}

/**
 * rl_hung_since() - has who does not get on since then, interrupts off, waited too long?
 * @begun: of ktime_get_mono_fast_ns()
 *
 * Context: any.
 */
bool rl_hung_since(u64 begun)
{
	return ktime_get_mono_fast_ns() - begun > READ_ONCE(hang_ms) * (u64)NSEC_PER_MSEC;
}

/* What the interface allows this method, or U32_MAX. */
static u32 deadline_of(const struct rl_frame *f)
{
	const struct rl_iface *i = rl_gate_domain(f->gate)->iface;

	if (!i || !i->desc->deadline_ms || rl_frame_method(f) >= i->desc->nr_ops)
		return U32_MAX;
	return i->desc->deadline_ms[rl_frame_method(f)] ?: U32_MAX;
}

static bool over_limit(const struct rl_frame *f)
{
	bool sleepable = !f->pc && !current->rcu_read_lock_nesting &&
			 rl_frame_irqs_on(f);

	return f->ticks * TICK_MS > min(deadline_of(f),
					READ_ONCE(*(sleepable ? &hang_sleepable_ms : &hang_ms)));
}

/* From the tick: @regs is what was interrupted. */
static void sample(struct pt_regs *regs)
{
	struct rl_frame *f;

	if (!regs || user_mode(regs))
		return;
	f = rl_frame_running(regs);
	if (!f)
		return;
	if (!READ_ONCE(f->gate->alive)) {
		rl_scan_current();	/* the reaper may be waiting for this one */
		return;
	}
	f->ticks++;
	if (!over_limit(f))
		return;
	kill_hung(f, regs->ip);
	rl_scan_current();
}

static void check_neighbour(struct beat *b)
{
	int me = smp_processor_id(), cpu = cpumask_next(me, cpu_online_mask);
	unsigned long count;

	if (cpu >= nr_cpu_ids)
		cpu = cpumask_first(cpu_online_mask);
	if (cpu == me)
		return;
	count = READ_ONCE(per_cpu(beats.count, cpu));
	b->missed = count == b->seen ? b->missed + 1 : 0;
	b->seen = count;
	if (b->missed * TICK_MS > READ_ONCE(hang_ms)) {
		cpumask_set_cpu(cpu, &nmi_hang);
		rl_nmi_kick(cpu);
	}
}

static bool any_inflight(void)
{
	unsigned int i;

	for (i = 0; i < READ_ONCE(rl_gates_end); i++) {
		struct rl_gate *g = READ_ONCE(rl_gates[i]);

		if (g && rl_inflight(g))
			return true;
	}
	return false;
}

static enum hrtimer_restart tick(struct hrtimer *t)
{
	struct beat *b = this_cpu_ptr(&beats);

	this_cpu_inc(beats.count);
	if (any_inflight())
		sample(get_irq_regs());
	check_neighbour(b);
	hrtimer_forward_now(t, ms_to_ktime(TICK_MS));
	return HRTIMER_RESTART;
}

void rl_nmi_kick(int cpu)
{
	/* a second one would be an "NMI received for unknown reason" */
	if (!cpumask_test_and_set_cpu(cpu, &nmi_wanted))
		rl_compat_send_nmi(cpu);
}

/*
 * Interrupts have been off here for too long. If a domain call is why, its domain
 * dies; if its domain is dying already, the thread leaves. Who was asked for the former
 * gives a sign of life before the neighbour can ask again: the next NMI would come upon
 * the thread on its way out, interrupts still off, and take it for its caller's.
 */
static int on_nmi(unsigned int cmd, struct pt_regs *regs)
{
	unsigned long *iret = (unsigned long *)(regs + 1);
	struct rl_frame *f;
	bool hang;

	if (!cpumask_test_cpu(smp_processor_id(), &nmi_wanted))
		return NMI_DONE;
	hang = cpumask_test_cpu(smp_processor_id(), &nmi_hang);
	if (hang)
		this_cpu_inc(beats.count);
	cpumask_clear_cpu(smp_processor_id(), &nmi_wanted);
	cpumask_clear_cpu(smp_processor_id(), &nmi_hang);
	if (user_mode(regs))
		return NMI_HANDLED;
	f = rl_frame_running(regs);
	if (!f)
		return NMI_HANDLED;
	if (hang && READ_ONCE(f->gate->alive))
		kill_hung(f, regs->ip);
	if (READ_ONCE(f->gate->alive))
		return NMI_HANDLED;	/* the reaper waits for another domain's thread */
	/* in core code: it sees the closed gate when it leaves, or spins, or waits */
	if (READ_ONCE(f->in_core) || !rl_domain_text(rl_gate_domain(f->gate), regs->ip) ||
	    f != (struct rl_frame *)regs->r15)
		return NMI_HANDLED;
	if (iret[0] == regs->ip && iret[1] == regs->cs && iret[3] == regs->sp) {
		rl_frame_redirect(f, regs, -ECANCELED);
		iret[0] = regs->ip;
		iret[2] = regs->flags;
		iret[3] = regs->sp;
	}
	return NMI_HANDLED;
}

static void start_here(void *unused)
{
	struct beat *b = this_cpu_ptr(&beats);

	b->missed = 0;
	hrtimer_start(&b->timer, ms_to_ktime(TICK_MS), HRTIMER_MODE_REL_PINNED_HARD);
}

static int cpu_up(unsigned int cpu)
{
	if (READ_ONCE(running))
		start_here(NULL);
	return 0;
}

static int cpu_down(unsigned int cpu)
{
	hrtimer_cancel(&per_cpu(beats.timer, cpu));
	return 0;
}

void rl_watchdog_start(void)
{
	if (!running++)
		on_each_cpu(start_here, NULL, 1);
}
EXPORT_SYMBOL_NS_GPL(rl_watchdog_start, RL_TEST);

void rl_watchdog_stop(void)
{
	int cpu;

	if (--running)
		return;
	for_each_possible_cpu(cpu)
		hrtimer_cancel(&per_cpu(beats.timer, cpu));
}
EXPORT_SYMBOL_NS_GPL(rl_watchdog_stop, RL_TEST);

int rl_watchdog_init(void)
{
	int cpu, err;

	for_each_possible_cpu(cpu) {
		struct hrtimer *t = &per_cpu(beats.timer, cpu);

		hrtimer_init(t, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
		t->function = tick;
	}
	err = register_nmi_handler(NMI_LOCAL, on_nmi, 0, "redleaf");
	if (err) {
		pr_err("redleaf: hang watchdog: NMI handler refused (%d)\n", err);
		return err;
	}
	err = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "redleaf:online", cpu_up, cpu_down);
	if (err < 0) {
		pr_err("redleaf: hang watchdog: CPU hotplug state refused (%d)\n", err);
		unregister_nmi_handler(NMI_LOCAL, "redleaf");
		return err;
	}
	hp_state = err;
	return 0;
}

void rl_watchdog_exit(void)
{
	cpuhp_remove_state(hp_state);
	unregister_nmi_handler(NMI_LOCAL, "redleaf");
}
