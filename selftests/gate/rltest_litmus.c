// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is the gate sound? Two questions, each with a variant that must fail.
 *
 * litmus: the gate's store->load (count in, look at alive) against the killer's
 * (close, look at the counts). "plain": no barrier on the caller's side; it must
 * show a round where both missed each other, and ends with it. "ipi": the killer
 * interrupts the caller's CPU in between, as rl_quiesce() does; it must show none.
 *
 * attack: callers hammer the gate while it is closed, drained, poisoned and
 * opened again. A call that sees poison slipped in. "gate": the real order.
 * "late": looks at alive before it counts in, and not after; it must slip, and
 * ends with the first slip: how many kills that takes is a matter of the host's load.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/percpu.h>
#include <linux/random.h>
#include <linux/sched/task.h>
#include <linux/smp.h>
#include "core.h"
#include "rltest.h"

static struct {
	unsigned long in ____cacheline_aligned;
	unsigned long alive ____cacheline_aligned;
	unsigned long go ____cacheline_aligned;
	unsigned long done ____cacheline_aligned;
	unsigned long saw ____cacheline_aligned;
} lit;

static void spin_until(unsigned long *p, unsigned long v)
{
	unsigned int n = 0;

	while (READ_ONCE(*p) != v)
		if (!(++n & 4095))
			cond_resched();
}

/* False: the test is over. */
static bool wait_round(unsigned long i)
{
	unsigned int n = 0;

	while (READ_ONCE(lit.go) != i) {
		if (++n & 4095)
			continue;
		if (kthread_should_stop())
			return false;
		cond_resched();
	}
	return true;
}

static int litmus_caller(void *unused)
{
	unsigned long i, alive;

	for (i = 1; ; i++) {
		(void)READ_ONCE(lit.alive);
		if (!wait_round(i))
			return 0;
		asm volatile("incq %0" : "+m" (lit.in));	/* as this_cpu_inc() */
		alive = READ_ONCE(lit.alive);
		WRITE_ONCE(lit.saw, alive);
		/* after saw: spin_until() waits for it */
		smp_store_release(&lit.done, i);
	}
}

static void ipi_barrier(void *unused)
{
	smp_mb();	/* the barrier that the caller does not pay for */
}

/* One round from the killer's side; true when each missed the other. */
static bool litmus_round(unsigned long i, int cpu, bool ipi)
{
	unsigned long in, delay;

	WRITE_ONCE(lit.alive, 1);
	(void)READ_ONCE(lit.in);
	smp_mb();	/* both lines are here before the round begins */
	WRITE_ONCE(lit.go, i);
	for (delay = i % 37; delay; delay--)
		barrier();
	WRITE_ONCE(lit.alive, 0);
	smp_mb();	/* the caller has none: that is what is tried */
	if (ipi)
		smp_call_function_single(cpu, ipi_barrier, NULL, 1);
	in = READ_ONCE(lit.in);
	spin_until(&lit.done, i);
	return in == i - 1 && READ_ONCE(lit.saw);
}

void rltest_litmus(const char *mode, unsigned int rounds)
{
	bool ipi = !strcmp(mode, "ipi");
	unsigned long i, missed = 0;
	struct task_struct *t;
	int cpu;

	memset(&lit, 0, sizeof(lit));
	migrate_disable();
	cpu = cpumask_any_but(cpu_online_mask, smp_processor_id());
	t = cpu < nr_cpu_ids ? kthread_create(litmus_caller, NULL, "rllitmus") : ERR_PTR(-ENODEV);
	if (IS_ERR(t)) {
		migrate_enable();
		rltest_say("not ok - litmus: needs two CPUs and a thread\n");
		return;
	}
	kthread_bind(t, cpu);
	wake_up_process(t);
	for (i = 1; i <= rounds && !missed; i++) {
		missed += litmus_round(i, cpu, ipi);
		if (!(i & 1023))
			cond_resched();
	}
	migrate_enable();
	kthread_stop(t);
	rltest_say("%sok - litmus %s: %lu of %lu rounds missed each other\n",
		   ipi == !missed ? "" : "not ", mode, missed, i - 1);
}

static struct {
	struct rl_domain dom;	/* never loaded: only its gate is used */
	bool late;
	unsigned long poison, slips, calls;
} hit;

static void attack_call(void)
{
	struct rl_frame f __attribute__((uninitialized));
	int i;

	if (hit.late) {
		if (READ_ONCE(hit.dom.gate.alive) != RL_GATE_OPEN)
			return;
		for (i = 0; i < 10; i++)
			cpu_relax();
		this_cpu_inc(hit.dom.gate.cnt->in);
	} else if (rl_gate_enter(&f, &hit.dom.gate, NULL, 0)) {
		return;
	}
	for (i = 0; i < 10; i++)
		if (READ_ONCE(hit.poison))
			hit.slips++;
	hit.calls++;
	rl_gate_count_out(&hit.dom.gate);
}

static int attacker(void *unused)
{
	while (!kthread_should_stop()) {
		int i;

		for (i = 0; i < 100; i++)
			attack_call();
		cond_resched();
	}
	return 0;
}

static void attack_barrier(void *unused)
{
	smp_mb();	/* as ipi_barrier() */
}

static void attack_round(void)
{
	u32 n = get_random_u32() & 255;

	while (n--)
		cpu_relax();
	WRITE_ONCE(hit.dom.gate.alive, RL_GATE_CLOSED);
	smp_call_function(attack_barrier, NULL, 1);
	while (rl_inflight(&hit.dom.gate))
		cond_resched();
	WRITE_ONCE(hit.poison, 1);
	for (n = get_random_u32() & 255; n; n--)
		cpu_relax();
	WRITE_ONCE(hit.poison, 0);
	/* nobody who enters finds the poison of this round */
	smp_store_release(&hit.dom.gate.alive, RL_GATE_OPEN);
	cond_resched();
}

void rltest_attack(const char *order, unsigned int kills)
{
	struct task_struct *t[2];
	unsigned int i, n;

	memset(&hit, 0, sizeof(hit));
	hit.dom.state = RL_RUNNING;
	hit.late = !strcmp(order, "late");
	hit.dom.gate.cnt = alloc_percpu(struct rl_inflight);
	if (!hit.dom.gate.cnt)
		return;
	hit.dom.gate.alive = RL_GATE_OPEN;
	for (n = 0; n < 2; n++) {
		t[n] = kthread_run(attacker, NULL, "rlattack");
		if (IS_ERR(t[n]))
			break;
	}
	for (i = 0; i < kills && !(hit.late && READ_ONCE(hit.slips)); i++)
		attack_round();
	while (n--)
		kthread_stop(t[n]);
	rltest_say("%sok - attack %s: %u kills, %lu calls, %lu slips, %ld inside at the end\n",
		   hit.late == !!hit.slips && !rl_inflight(&hit.dom.gate) ? "" : "not ",
		   order, i, hit.calls, hit.slips, rl_inflight(&hit.dom.gate));
	free_percpu(hit.dom.gate.cnt);
}
