// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting for a bit of a register, with a bound.
 *
 * The first steps are busy, since most answers come within microseconds and the way
 * from a crash to the first frame leads through here; then it sleeps.
 */
#include "ixgbe.h"
#include <redleaf/time.h>

#define IX_SPIN_US	50u
#define IX_STEP_MAX_US	1000u

static u32 ix_backoff(u32 us)
{
	if (us <= IX_SPIN_US)
		rl_udelay(us);
	else
		rl_sleep_us(us);
	return min(us + us / 2 + 1, IX_STEP_MAX_US);
}

/**
 * ix_wait() - wait until a register reads as wanted
 * @off: register
 * @mask: bits to look at
 * @want: their value
 * @limit_us: longest wait
 *
 * Process context, may sleep. Returns 0, -ETIMEDOUT, -ENODEV when the device is gone.
 */
s32 ix_wait(u32 off, u32 mask, u32 want, u32 limit_us)
{
	u64 until = rl_now_ns() + limit_us * 1000ull;
	u32 us = 1;

	for (;;) {
		bool late = rl_now_ns() > until;	/* before the look, not after */

		if ((ix_rd(off) & mask) == want)
			return rl_pci_gone() ? -ENODEV : 0;
		if (rl_pci_gone())
			return -ENODEV;
		if (late)
			return -ETIMEDOUT;
		us = ix_backoff(us);
	}
}
