// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where domains enter the core for time: the clock, waiting, and timers.
 */
#include <linux/module.h>
#include <linux/timekeeping.h>
#include <redleaf/time.h>
#include "caps.h"
#include "domain.h"
#include "entry.h"

u64 rl_now_ns(void)
{
	u64 now;

	rl_entry_begin();
	now = ktime_get_ns();
	rl_entry_end();
	return now;
}
EXPORT_SYMBOL_GPL(rl_now_ns);

void rl_udelay(u32 us)
{
	struct rl_frame *f = rl_entry_begin();

	rl_do_udelay(f, us);
	rl_entry_end();
}
EXPORT_SYMBOL_GPL(rl_udelay);

void rl_sleep_us(u32 us)
{
	struct rl_frame *f = rl_entry_begin();

	rl_do_sleep_us(f, us);
	rl_entry_end();
}
EXPORT_SYMBOL_GPL(rl_sleep_us);

s32 rl_timer_create(void (*fn)(void *self, u64 arg), u64 arg)
{
	struct rl_frame *f = rl_entry_begin();
	s32 ret = rl_may_sleep(f) ? rl_timer_new(rl_gate_domain(f->gate), fn, arg) : -EAGAIN;

	rl_entry_end();
	return ret;
}
EXPORT_SYMBOL_GPL(rl_timer_create);

s32 rl_timer_start(u32 timer, u64 delay_ns)
{
	struct rl_frame *f = rl_entry_begin();
	s32 ret = rl_timer_arm(rl_gate_domain(f->gate), timer, delay_ns);

	rl_entry_end();
	return ret;
}
EXPORT_SYMBOL_GPL(rl_timer_start);

s32 rl_timer_cancel(u32 timer)
{
	struct rl_frame *f = rl_entry_begin();
	s32 ret = rl_timer_disarm(rl_gate_domain(f->gate), timer);

	rl_entry_end();
	return ret;
}
EXPORT_SYMBOL_GPL(rl_timer_cancel);
