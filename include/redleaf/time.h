/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REDLEAF_TIME_H
#define REDLEAF_TIME_H

#include <redleaf/types.h>

/* Monotonic nanoseconds. Any context. */
u64 rl_now_ns(void);

/* Busy wait, at most 10 ms a call. Any context. */
void rl_udelay(u32 us);

/* Sleep, or less when a caller further up the chain is being killed. Process
 * context, may sleep.
 */
void rl_sleep_us(u32 us);

/* Per-generation timers, at most RL_MAX_TIMERS. @fn runs in softirq context. */
#define RL_MAX_TIMERS 64
s32 rl_timer_create(void (*fn)(void *self, u64 arg), u64 arg);	/* handle or -Exxx; may sleep */
s32 rl_timer_start(u32 timer, u64 delay_ns);			/* re-arms; any context */
s32 rl_timer_cancel(u32 timer);					/* does not wait; any context */

#endif
