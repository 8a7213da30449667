// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Resets (4.2.1), the general registers that start them (8.2.3.1.1, .2) and the
 * master disable (5.2.5.3.2).
 *
 * CTRL.RST and CTRL.LRST reset the same; LRST takes the link down too. For about a
 * millisecond after one nothing but CTRL and STATUS may be touched: writes are lost.
 * (Drivers wait by their own clock, which is not exactly ours: the window is a
 * little shorter.) Pins, semaphores and the SFP+ module survive.
 */
#include "model.h"

#define WINDOW_NS	950000
#define RST_NS		5000	/* how long CTRL.RST reads 1 */
#define STUCK_RESETS	2

void kick_all(struct nic *s)
{
	irq_retry(s);
	tx_kick_all(s);
	rx_kick(s);
}

/* True when the access comes too early after a reset: a write is lost then. */
bool reset_window(struct nic *s, u32 addr)
{
	if (!s->in_reset)
		return false;
	if (now_ns() >= s->reset_ns + WINDOW_NS) {
		s->in_reset = false;
		return false;
	}
	if (addr == R_CTRL || addr == R_STATUS)
		return false;
	guest_error(s, "register 0x%05x touched within 1 ms of a reset", addr);
	return true;
}

static void reset_registers(struct nic *s, enum reset_kind kind)
{
	const u8 *mac = s->conf.macaddr.a;
	u32 esdp = REG(s, R_ESDP), swsm = REG(s, R_SWSM), sync = REG(s, R_SW_FW_SYNC);

	csr_reset(s);
	if (kind != RESET_DEVICE) {
		REG(s, R_ESDP) = esdp;
		REG(s, R_SWSM) = swsm;
		REG(s, R_SW_FW_SYNC) = sync;
	}
	REG(s, R_STATUS) |= s->lan_id << STATUS_LAN_ID;
	REG(s, R_RAL) = get_le32(mac);
	REG(s, R_RAL + 4) = get_le16(mac + 4) | RAH_AV;
}

/* A stuck master comes free at the second reset. */
static void free_master(struct nic *s)
{
	if (s->stuck_resets)
		s->stuck_resets--;
}

void nic_reset(struct nic *s, enum reset_kind kind)
{
	s->count.resets++;
	reset_registers(s, kind);
	irq_reset(s);
	tx_reset(s);
	rx_reset(s);
	flow_reset(s);
	fdir_reset(s);
	s->reset_ns = now_ns();
	s->in_reset = kind != RESET_DEVICE;
	if (kind == RESET_DEVICE)
		sfp_reset(s);
	if (kind == RESET_SOFTWARE)
		link_eval(s);
	else
		link_restart(s);
	s->cause.others = 0;
	free_master(s);
	mac_flush(s);
}

/* RST reads 1 until the reset is through. */
static u32 ctrl_read(struct nic *s, u32 addr)
{
	bool busy = s->in_reset && now_ns() < s->reset_ns + RST_NS;

	return REG(s, addr) | (busy ? CTRL_RST : 0);
}

static void ctrl_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	if (value & (CTRL_RST | CTRL_LRST)) {
		nic_reset(s, value & CTRL_LRST ? RESET_LINK : RESET_SOFTWARE);
		return;
	}
	if ((value & ~old & CTRL_GIO_DIS) && s->faults.master_stuck)
		s->stuck_resets = STUCK_RESETS;
	if (old & ~value & CTRL_GIO_DIS)
		kick_all(s);
}

/* 8.2.3.1.2: GIO shows whether the function is still a master */
static u32 status_read(struct nic *s, u32 addr)
{
	bool master = !(REG(s, R_CTRL) & CTRL_GIO_DIS) || s->stuck_resets;

	return REG(s, addr) | (master ? STATUS_GIO : 0);
}

const struct reg_group reset_regs[] = {
	/* 8.2.3.1.1 to .3 */
	{ R_CTRL, 1, 4, REG_ALL & ~(CTRL_LRST | CTRL_RST), .read = ctrl_read,
	  .write = ctrl_write },
	{ R_STATUS, 1, 4, .read = status_read },
	{ R_CTRL_EXT, 1, 4, REG_ALL },
	{ }
};
