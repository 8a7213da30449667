// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * MAC control and link (8.2.3.22, 4.6.4): the link is up when the cable is in
 * (QEMU's set_link), an SFP+ module is present, its laser is on and the mode is one
 * that fits it; the partner takes link-delay-ms to come into sync after a change.
 */
#include "model.h"

#define LINKS_FIXED	0x00400F80	/* lanes in sync, signal, receiver up */
#define ANLP1_AN	0x00040000	/* the negotiation has left its first state */
#define LMS_1G_NO_AN	0
#define LMS_10G_PARALLEL	1
#define LMS_1G_AN	2
#define LMS_10G_SERIAL	3

static bool cable_in(struct nic *s)
{
	return s->port && !qemu_get_queue(s->port)->link_down;
}

static void link_changed(struct nic *s, bool up)
{
	s->link_up = up;
	irq_raise(s, 0, EICR_LSC);
	if (up) {
		tx_kick_all(s);
		mac_flush(s);
	}
}

void link_eval(struct nic *s)
{
	unsigned int mode = REG(s, R_AUTOC) >> AUTOC_LMS & 7;
	bool fast = mode == LMS_10G_SERIAL || mode == LMS_10G_PARALLEL, up;

	up = cable_in(s) && sfp_present(s) && !(REG(s, R_ESDP) & ESDP_SDP3) &&
	     mode <= LMS_10G_SERIAL && !(REG(s, R_AUTOC2) & AUTOC2_OFF) &&
	     !timer_pending(&s->link_timer);
	if (REG(s, R_AUTOC) & AUTOC_FLU)
		up = true;
	REG(s, R_LINKS) = up ? LINKS_UP | (fast ? LINKS_10G : LINKS_1G) | LINKS_FIXED : 0;
	REG(s, R_ANLP1) = mode > LMS_10G_SERIAL ? ANLP1_AN : 0;
	REG(s, R_STATUS) &= ~STATUS_LINK_UP;
	if (up)
		REG(s, R_STATUS) |= STATUS_LINK_UP;
	if (up != s->link_up)
		link_changed(s, up);
}

static void partner_ready(void *opaque)
{
	link_eval(opaque);
}

void link_restart(struct nic *s)
{
	timer_mod_ns(&s->link_timer, now_ns() + s->link_delay_ms * 1000000ll);
	link_eval(s);
}

/* 8.2.3.22.19; shared with the firmware under SW_FW_SYNC (10.5.4) */
static void autoc_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	if (REG(s, addr) != old && !(REG(s, R_SW_FW_SYNC) & SYNC_CSR))
		advise(s, "AUTOC written without SW_FW_SYNC.SW_MAC_CSR_SM");
	if ((value & AUTOC_RESTART) || ((old ^ value) & (7u << AUTOC_LMS | AUTOC_FLU)))
		link_restart(s);
}

static void autoc2_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	link_eval(s);
}

/* 8.2.3.22.8 */
static void hlreg0_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	bool strip = value & HLREG0_RXCRC;

	if (((old ^ value) & HLREG0_RXCRC) && (REG(s, R_RXCTRL) & RXCTRL_RXEN) &&
	    strip != !!(REG(s, R_RDRXCTL) & RDRXCTL_CRC))
		guest_error(s, "HLREG0.RXCRCSTRP and RDRXCTL.CRCStrip differ");
	tx_kick_all(s);
}

/* 8.2.3.22.11: no PHY answers; a read finds all ones. */
static void msca_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	if (!(value & MSCA_COMMAND))
		return;
	REG(s, addr) &= ~MSCA_COMMAND;
	if (value & MSCA_READ)
		REG(s, R_MSRWD) |= 0xFFFF0000;
}

const struct reg_group link_regs[] = {
	/* 8.2.3.22.1 to .6: PCS of 1G, as far as it is looked at */
	{ 0x04200, 1, 4, REG_ALL, 0x02000000 },
	{ 0x04208, 1, 4, REG_ALL, 0x001A0000 },
	{ 0x0420C, 1, 4 },
	{ 0x04210, 6, 4, REG_ALL },
	/* 8.2.3.22.8 to .13 */
	{ R_HLREG0, 1, 4, 0x1FF7FFFF, 0x08012C0B, .write = hlreg0_write },
	{ 0x04244, 1, 4, 0, 4 },
	{ 0x04248, 1, 4, REG_ALL, 0xFFFF0000 },
	{ 0x0424C, 4, 4, REG_ALL },
	{ R_MSCA, 1, 4, REG_ALL, .write = msca_write },
	{ R_MSRWD, 1, 4, 0xFFFF },
	{ 0x04264, 1, 4, REG_ALL },
	{ R_MAXFRS, 1, 4, 0xFFFF0000, 0x05EE0000 },
	/* 8.2.3.22.14 to .33 */
	{ 0x0426C, 1, 4, REG_ALL },
	{ 0x04288, 3, 4 },
	{ 0x04298, 2, 4, REG_ALL },
	{ R_AUTOC, 1, 4, REG_ALL & ~AUTOC_RESTART, 0xC09C6004, .write = autoc_write },
	{ R_LINKS, 1, 4 },
	{ R_AUTOC2, 1, 4, REG_ALL, 0x000A0000, .write = autoc2_write },
	{ 0x042AC, 1, 4, REG_ALL },
	{ R_ANLP1, 1, 4 },
	{ 0x042B4, 8, 4 },
	{ 0x042D4, 2, 4 },
	{ R_LINKS2, 1, 4 },
	{ 0x04328, 3, 4, REG_ALL },
	{ 0x04800, 1, 4, REG_ALL },
	{ R_CORECTL, 1, 4, 0xFFFF },
	{ }
};

void link_init(struct nic *s)
{
	timer_init_ns(&s->link_timer, QEMU_CLOCK_VIRTUAL, partner_ready, s);
}

void link_exit(struct nic *s)
{
	timer_del(&s->link_timer);
}
