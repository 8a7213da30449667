// SPDX-License-Identifier: GPL-2.0-only
/*
 * rl_netbench.ko: what a network driver's domain does when nothing but a loop calls it.
 *
 * Loading the module measures and prints one line,
 *
 *	rl_netbench: frames=123456 ns=2000000000 once=5000 twice=9900
 *
 * or fails with a line that says why; a load that fails leaves nothing behind. The loop
 * runs on the CPU and thread of whoever loads, in windows of calls with preemption off.
 * @frames were done in @ns, after a quarter of that time which does not count. @once and
 * @twice are the least TSC ticks of a window and of one of twice as many calls: where a
 * tick is an instruction (-icount), their difference is that of the calls alone.
 *
 * With held=1 the gate is entered once a window and the driver's function called from
 * there, as the domain's own loop would do it: what a crossing costs is the difference.
 */
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <asm/msr.h>
#include "netbench.h"

static char *devs[BENCH_PORTS] = { "rl0" };
static int nr_devs = 1;
module_param_array(devs, charp, &nr_devs, 0444);
MODULE_PARM_DESC(devs, "interfaces of rl_net.ko that are down; more than needed: open, and that is all");

static char *work = "send";
module_param(work, charp, 0444);
MODULE_PARM_DESC(work, "send; macswap: frames go round between two; repeat: one batch again and again");

static unsigned int batch = NET_BATCH;
module_param(batch, uint, 0444);
MODULE_PARM_DESC(batch, "frames of a call, at most (default 32)");

static unsigned int ms = 1000;
module_param(ms, uint, 0444);
MODULE_PARM_DESC(ms, "how long to measure (default 1000)");

static bool held;
module_param(held, bool, 0444);
MODULE_PARM_DESC(held, "call the driver without the proxy; not with macswap");

/* Ticks of a window with that many steps. */
static int bench_window(struct bench *b, const struct bench_work *w, u32 steps, u64 *ticks)
{
	struct rl_gate *gate = rl_net_ref(b->ports[0].net)->gate;
	struct rl_frame frame;
	u64 begun;
	int err = 0;
	u32 i;

	preempt_disable();
	if (held)
		err = rl_gate_enter(&frame, gate, NULL, NET_M_SUBMIT_AND_POLL);
	if (err) {
		preempt_enable();
		return -EIO;
	}
	b->frame = held ? &frame : NULL;
	begun = rdtsc_ordered();
	for (i = 0; !err && i < steps; i++)
		err = w->step(b);
	*ticks = rdtsc_ordered() - begun;
	b->frame = NULL;
	if (held)
		rl_gate_exit(&frame);
	preempt_enable();
	return err;
}

/* Windows of both sizes for that long. */
static int bench_run(struct bench *b, const struct bench_work *w, u64 ns, u64 least[2])
{
	u64 end = ktime_get_ns() + ns, ticks;
	u32 turn = 0;
	int err = 0;

	least[0] = U64_MAX;
	least[1] = U64_MAX;
	while (!err && ktime_get_ns() < end) {
		err = bench_window(b, w, BENCH_CALLS << turn, &ticks);
		least[turn] = min(least[turn], ticks);
		turn = !turn;
		cond_resched();
	}
	return err;
}

/* Once nothing is new any more, and then for the figures. */
static int bench_measure(struct bench *b, const struct bench_work *w)
{
	u64 ns = (u64)ms * NSEC_PER_MSEC, least[2], begun, frames;
	int err = w->begin(b) ?: bench_run(b, w, ns / 4, least);

	frames = b->frames;
	begun = ktime_get_ns();
	if (!err)
		err = bench_run(b, w, ns, least);
	if (err) {
		pr_err("rl_netbench: %s: a call failed: %d\n", w->name, err);
		return err;
	}
	pr_info("rl_netbench: frames=%llu ns=%llu once=%llu twice=%llu\n", b->frames - frames,
		ktime_get_ns() - begun, least[0], least[1]);
	return 0;
}

static const struct bench_work *bench_find_work(void)
{
	const struct bench_work *w;

	for (w = bench_works; w->name; w++)
		if (!strcmp(w->name, work))
			break;
	if (w->name && w->ports <= nr_devs && batch && batch <= NET_BATCH &&
	    (!held || w->ports == 1))
		return w;
	pr_err("rl_netbench: work=%s batch=%u held=%d with %d interfaces: see modinfo\n", work,
	       batch, held, nr_devs);
	return NULL;
}

static int __init bench_init(void)
{
	const struct bench_work *w = bench_find_work();
	struct bench *b;
	int err = 0;
	u32 n;

	if (!w)
		return -EINVAL;
	b = kvzalloc(sizeof(*b), GFP_KERNEL);
	if (!b)
		return -ENOMEM;
	b->batch = batch;
	b->nr_ports = nr_devs;
	for (n = 0; !err && n < b->nr_ports; n++)
		err = bench_port_open(&b->ports[n], devs[n], held && !n, w->promisc);
	if (!err)
		err = bench_measure(b, w);
	bench_empty_pool(b);
	for (n = 0; n < b->nr_ports; n++)
		bench_port_close(&b->ports[n]);
	kvfree(b);
	return err;
}

static void __exit bench_exit(void)
{
}

module_init(bench_init);
module_exit(bench_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("RedLeaf: frames a second of a network driver's domain");
MODULE_IMPORT_NS(RL_TEST);
