// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is the gate sound? Two questions, each with a variant that must fail. The barrier is
 * the core's own: rl_quiesce() of a domain that was never loaded.
 *
 * litmus: the gate's store->load (count in, look at alive) against the killer's
 * (close, look at the counts). "plain": no barrier on the caller's side; it must
 * show a round where both missed each other, and ends with it. "ipi": rl_quiesce()
 * in between; it must show none. Who is late waits less in the next round, so that both
 * arrive together whatever the machine's speed is: only then can they miss each other.
 * As rounds that miss are rare all the same, "deaf" asks
 * for what the barrier rests on: it is not over before a CPU that has interrupts
 * off has turned them on.
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
#include <linux/vmalloc.h>
#include <linux/wait.h>
#include "core.h"
#include "rltest.h"

#define DEAF_US 150	/* no NMI yet */
#define LATE_MAX 5000L	/* turns of an empty loop: some microseconds */
#define COLD_SIZE (4UL << 20)	/* more than a CPU's own caches hold */
#define COLD_STORES 16

static struct rl_domain dom;	/* never loaded: only its gate is used */

static bool dom_open(void)
{
	memset(&dom, 0, sizeof(dom));
	dom.state = RL_RUNNING;
	init_waitqueue_head(&dom.kill_wq);
	dom.gate.cnt = alloc_percpu(struct rl_inflight);
	dom.gate.alive = RL_GATE_OPEN;
	return dom.gate.cnt;
}

static struct {
	unsigned long in ____cacheline_aligned;
	unsigned long alive ____cacheline_aligned;
	unsigned long go ____cacheline_aligned;
	long late ____cacheline_aligned;	/* how long the killer waits; below 0: the caller */
	unsigned long done ____cacheline_aligned;
	unsigned long saw ____cacheline_aligned;
	u8 *cold;	/* COLD_SIZE bytes that the caller alone uses */
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

static void delay(long n)
{
	for (; n > 0; n--)
		barrier();
}

/*
 * Stores that miss the caches. The count goes to memory after them, while looking at alive
 * waits for nothing: CPUs that share a cache hardly ever miss each other otherwise.
 */
static void store_cold(void)
{
	static unsigned long at;
	int i;

	for (i = 0; i < COLD_STORES; i++) {
		at = (at + PAGE_SIZE + SMP_CACHE_BYTES) % COLD_SIZE;
		WRITE_ONCE(lit.cold[at], 1);
	}
}

static int litmus_caller(void *unused)
{
	unsigned long i, alive;
	long late = 0;

	for (i = 1; ; i++) {
		(void)READ_ONCE(lit.alive);
		if (!wait_round(i))
			return 0;
		delay(-late);
		store_cold();
		asm volatile("incq %0" : "+m" (lit.in));	/* as this_cpu_inc() */
		alive = READ_ONCE(lit.alive);
		WRITE_ONCE(lit.saw, alive);
		late = READ_ONCE(lit.late);
		/* after saw: spin_until() waits for it */
		smp_store_release(&lit.done, i);
	}
}

static int deaf_caller(void *unused)
{
	unsigned long i;

	for (i = 1; wait_round(i); i++) {
		local_irq_disable();
		WRITE_ONCE(lit.in, i);
		udelay(DEAF_US);
		WRITE_ONCE(lit.saw, i);
		local_irq_enable();
		/* after saw: spin_until() waits for it */
		smp_store_release(&lit.done, i);
	}
	return 0;
}

/* True when the barrier did not wait for the caller's CPU. */
static bool deaf_round(unsigned long i)
{
	bool early;

	WRITE_ONCE(lit.go, i);
	spin_until(&lit.in, i);
	early = rl_quiesce(&dom) || READ_ONCE(lit.saw) != i;
	spin_until(&lit.done, i);
	return early;
}

/* One round from the killer's side; true when each missed the other. */
static bool litmus_round(unsigned long i, bool ipi)
{
	unsigned long in, saw;

	WRITE_ONCE(lit.alive, 1);
	(void)READ_ONCE(lit.in);
	smp_mb();	/* both lines are here before the round begins */
	WRITE_ONCE(lit.go, i);
	delay(lit.late);
	WRITE_ONCE(lit.alive, 0);
	smp_mb();	/* the caller has none: that is what is tried */
	if (ipi)
		rl_quiesce(&dom);
	in = READ_ONCE(lit.in);
	spin_until(&lit.done, i);
	saw = READ_ONCE(lit.saw);
	WRITE_ONCE(lit.late, clamp(lit.late + (saw ? -1 : 1), -LATE_MAX, LATE_MAX));
	return in == i - 1 && saw;
}

static void litmus_stop(struct task_struct *caller)
{
	if (!IS_ERR_OR_NULL(caller))
		kthread_stop(caller);
	free_percpu(dom.gate.cnt);
	vfree(lit.cold);
}

/* The caller's thread, on another CPU than this one; NULL: there is none. */
static struct task_struct *litmus_start(int (*caller)(void *))
{
	int cpu = cpumask_any_but(cpu_online_mask, smp_processor_id());
	struct task_struct *t = NULL;

	memset(&lit, 0, sizeof(lit));
	lit.cold = vzalloc(COLD_SIZE);
	if (dom_open() && lit.cold && cpu < nr_cpu_ids)
		t = kthread_create(caller, NULL, "rllitmus");
	if (IS_ERR_OR_NULL(t)) {
		litmus_stop(t);
		return NULL;
	}
	kthread_bind(t, cpu);
	wake_up_process(t);
	return t;
}

void rltest_litmus(const char *mode, unsigned int rounds)
{
	bool plain = !strcmp(mode, "plain"), deaf = !strcmp(mode, "deaf");
	unsigned long i, missed = 0;
	struct task_struct *t;

	migrate_disable();
	t = litmus_start(deaf ? deaf_caller : litmus_caller);
	for (i = 1; t && i <= rounds && !missed; i++) {
		missed += deaf ? deaf_round(i) : litmus_round(i, !plain);
		if (!(i & 1023))
			cond_resched();
	}
	migrate_enable();
	if (!t) {
		rltest_say("not ok - litmus: needs two CPUs, memory and a thread\n");
		return;
	}
	litmus_stop(t);
	rltest_say("%sok - litmus %s: %lu of %lu rounds missed each other\n",
		   plain == !!missed ? "" : "not ", mode, missed, i - 1);
}

static struct {
	bool late;
	unsigned long poison, slips, calls;
} hit;

static void attack_call(void)
{
	struct rl_frame f __attribute__((uninitialized));
	int i;

	if (hit.late) {
		if (READ_ONCE(dom.gate.alive) != RL_GATE_OPEN)
			return;
		for (i = 0; i < 10; i++)
			cpu_relax();
		this_cpu_inc(dom.gate.cnt->in);
	} else if (rl_gate_enter(&f, &dom.gate, NULL, 0)) {
		return;
	}
	for (i = 0; i < 10; i++)
		if (READ_ONCE(hit.poison))
			hit.slips++;
	hit.calls++;
	rl_gate_count_out(&dom.gate);
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

/* False: the calls did not end, so nothing is poisoned. */
static bool attack_round(void)
{
	bool drained;
	u32 n = get_random_u32() & 255;

	while (n--)
		cpu_relax();
	WRITE_ONCE(dom.gate.alive, RL_GATE_CLOSED);
	drained = !rl_quiesce(&dom);
	WRITE_ONCE(hit.poison, drained);
	for (n = get_random_u32() & 255; n; n--)
		cpu_relax();
	WRITE_ONCE(hit.poison, 0);
	/* nobody who enters finds the poison of this round */
	smp_store_release(&dom.gate.alive, RL_GATE_OPEN);
	cond_resched();
	return drained;
}

void rltest_attack(const char *order, unsigned int kills)
{
	struct task_struct *t[2];
	bool drained = true;
	unsigned int i, n;

	memset(&hit, 0, sizeof(hit));
	hit.late = !strcmp(order, "late");
	if (!dom_open()) {
		rltest_say("not ok - attack: no memory\n");
		return;
	}
	for (n = 0; n < 2; n++) {
		t[n] = kthread_run(attacker, NULL, "rlattack");
		if (IS_ERR(t[n]))
			break;
	}
	for (i = 0; drained && i < kills && !(hit.late && READ_ONCE(hit.slips)); i++)
		drained = attack_round();
	while (n--)
		kthread_stop(t[n]);
	rltest_say("%sok - attack %s: %u kills, %lu calls, %lu slips, %ld inside at the end\n",
		   drained && hit.late == !!hit.slips && !rl_inflight(&dom.gate) ? "" : "not ",
		   order, i, hit.calls, hit.slips, rl_inflight(&dom.gate));
	free_percpu(dom.gate.cnt);
}
