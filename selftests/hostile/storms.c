// SPDX-License-Identifier: GPL-2.0-only
/* Dies in as many places at once as it can be in. One of them is the cause. */
#include <redleaf/time.h>
#include "attacks.h"
#include "hostile.h"

#define SECOND	1000000		/* us */

static void fault(void)
{
	*(volatile u64 *)16 = 0;
}

static s32 thread_faults(void *self, u64 arg)
{
	struct hostile *h = self;

	while (!READ_ONCE(h->race.go))
		rl_sleep_us(1);
	fault();
	return 0;
}

static void timer_faults(void *self, u64 arg)
{
	fault();
}

static s32 storm_threads(struct hostile *h)
{
	u32 n;

	for (n = 0; n < RL_MAX_THREADS; n++)
		if (rl_thread_create(thread_faults, n, "storm"))
			return -EIO;
	WRITE_ONCE(h->race.go, 1);
	fault();
	return 0;
}

/* In softirqs, most of them on top of this very call. */
static s32 storm_timers(void)
{
	u32 n;
	s32 timer;

	for (n = 0; n < RL_MAX_TIMERS; n++) {
		timer = rl_timer_create(timer_faults, n);
		if (timer < 0)
			return -EIO;
		rl_timer_start(timer, (RL_MAX_TIMERS - n) * 20000);
	}
	for (n = 0; n < SECOND; n++)
		barrier();
	rl_sleep_us(SECOND);
	return 0;
}

s32 hostile_storm(struct hostile *h, u32 attack)
{
	switch (attack) {
	case HOSTILE_storm_threads:
		return storm_threads(h);
	case HOSTILE_storm_timers:
		return storm_timers();
	default:
		return -ENOENT;
	}
}
