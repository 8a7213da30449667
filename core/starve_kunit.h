/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Threads that the kernel has no memory for
 *
 * The exchange heap must not notice: what it needs it has from the beginning. Whoever
 * loads a suite with starve=1 has armed failslab (selftests/xheap/starve.test), or its cases
 * fail.
 */
#ifndef RL_STARVE_KUNIT_H
#define RL_STARVE_KUNIT_H

#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <linux/slab.h>

static bool starve;
module_param(starve, bool, 0444);
MODULE_PARM_DESC(starve, "fault injection fails all allocations of the thread");

/* This thread, from now on or no longer; is it as it was asked for? */
static bool set_starving(bool on)
{
	void *p;

#ifdef CONFIG_FAULT_INJECTION
	current->make_it_fail = on;
#endif
	p = kmalloc(64, GFP_KERNEL | __GFP_NOWARN);
	kfree(p);
	return !p == on;
}

#endif
