// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Clocks: the free running timer (8.2.3.1) and the IEEE 1588 clock (8.2.3.26), which
 * adds TIMINCA's increment every period of 6.4 ns. Frames are not time stamped.
 */
#include "model.h"

static u64 systim(struct nic *s)
{
	u32 inca = REG(s, R_TIMINCA), period = inca >> 24;
	u64 ticks;

	if (!period)
		return s->systim_base;
	ticks = (now_ns() - s->systim_base_ns) * 10 / 64 / period;
	return s->systim_base + ticks * (inca & 0xFFFFFF);
}

static u32 systiml_read(struct nic *s, u32 addr)
{
	return systim(s);
}

static u32 systimh_read(struct nic *s, u32 addr)
{
	return systim(s) >> 32;
}

static void systim_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	s->systim_base_ns = now_ns();
	s->systim_base = REG(s, R_SYSTIML) | (u64)REG(s, R_SYSTIMH) << 32;
}

/* What has passed so far passed at the old rate. */
static void timinca_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	REG(s, addr) = old;
	s->systim_base = systim(s);
	s->systim_base_ns = now_ns();
	REG(s, addr) = value;
}

static u32 frtimer_read(struct nic *s, u32 addr)
{
	return now_ns() / 1000;
}

const struct reg_group time_regs[] = {
	{ R_FRTIMER, 1, 4, .read = frtimer_read },
	{ R_SYSTIML, 1, 4, REG_ALL, .read = systiml_read, .write = systim_write },
	{ R_SYSTIMH, 1, 4, REG_ALL, .read = systimh_read, .write = systim_write },
	{ R_TIMINCA, 1, 4, REG_ALL, .write = timinca_write },
	{ }
};
