// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a start and a stop can go wrong. Both are calls that the core waits for, with
 * other domains behind them in the queue: they have to end, whatever the domain does.
 */
#include <redleaf/time.h>
#include "hostile.h"

enum way { WELL, FAULTS, SLEEPS, NAPS, LOOPS, LOCKS, DIES };

s32 hostile_life(struct hostile *h, u32 way)
{
	switch (way) {
	case FAULTS:
		*(volatile u64 *)8 = 0;
		break;
	case SLEEPS:
		rl_event_wait(h->event, ~0ULL);
		break;
	case NAPS:
		for (;;)
			rl_sleep_us(1000);
	case LOOPS:
		for (;;)
			barrier();
	case LOCKS:
		rl_lock_irq(&h->lock);
		break;
	case DIES:
		rl_die("as its parameter says");
	default:
		break;
	}
	return 0;
}
