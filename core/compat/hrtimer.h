/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Initialising a high-resolution timer. Kernels that have hrtimer_setup() are
 * about to lose, or have lost, hrtimer_init(); probe.mk asks the header.
 */
#ifndef RL_COMPAT_HRTIMER_H
#define RL_COMPAT_HRTIMER_H

#include <linux/hrtimer.h>

static inline void rl_compat_hrtimer_setup(struct hrtimer *t,
					   enum hrtimer_restart (*fn)(struct hrtimer *t))
{
#ifdef RL_HAVE_HRTIMER_SETUP
	hrtimer_setup(t, fn, CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT);
#else
	hrtimer_init(t, CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT);
	t->function = fn;
#endif
}

#endif
