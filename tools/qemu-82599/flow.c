// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Link flow control (3.7.7.3, 8.2.3.3): pause frames. The packet buffer's level
 * sends XOFF above FCRTH and XON below FCRTL; an XOFF of the partner stops the
 * transmitter for the time it names. Priority flow control is not modelled.
 */
#include "model.h"

#define ETH_MAC_CONTROL	0x8808
#define OPCODE_PAUSE	1
#define QUANTUM_PS	51200	/* 512 bit times at 10 Gb/s */

static const u8 pause_group[6] = { 0x01, 0x80, 0xC2, 0x00, 0x00, 0x01 };

static void xoff(struct nic *s, u16 quanta)
{
	s->tx_paused_ns = now_ns() + quanta * (s64)QUANTUM_PS / 1000;
	REG(s, R_TFCS) &= ~TFCS_XON;
	timer_mod_ns(&s->tx_resume, s->tx_paused_ns);
}

static void xon(void *opaque)
{
	struct nic *s = opaque;

	timer_del(&s->tx_resume);
	s->tx_paused_ns = 0;
	REG(s, R_TFCS) |= TFCS_XON;
	tx_kick_all(s);
}

bool flow_tx_paused(struct nic *s)
{
	return now_ns() < s->tx_paused_ns;
}

static void pause_received(struct nic *s, u16 quanta)
{
	if (!(REG(s, R_MFLCN) & MFLCN_RFCE))
		return;
	stat_count(s, quanta ? R_LXOFFRXC : R_LXONRXC);
	if (quanta)
		xoff(s, quanta);
	else
		xon(s);
}

/* True: the frame was for the MAC itself and goes no further (8.2.3.22.34). */
bool flow_control_frame(struct nic *s, const u8 *f, const struct frame_info *info)
{
	bool pause;

	if (info->etype != ETH_MAC_CONTROL || info->vlan)
		return false;
	pause = get_be16(f + 14) == OPCODE_PAUSE &&
		(!memcmp(f, pause_group, 6) || filter_exact(s, f));
	if (pause)
		pause_received(s, get_be16(f + 16));
	if (!(REG(s, R_MFLCN) & MFLCN_PMCF))
		return true;
	return pause && (REG(s, R_MFLCN) & MFLCN_DPF);
}

static void send_pause(struct nic *s, u16 quanta)
{
	u8 f[FRAME_MIN] = { 0 };

	memcpy(f, pause_group, 6);
	put_le32(f + 6, REG(s, R_RAL));
	put_le16(f + 10, REG(s, R_RAL + 4));
	put_be16(f + 12, ETH_MAC_CONTROL);
	put_be16(f + 14, OPCODE_PAUSE);
	put_be16(f + 16, quanta);
	stat_count(s, quanta ? R_LXOFFTXC : R_LXONTXC);
	mac_send_control(s, f, sizeof(f));
}

static void send_xoff(struct nic *s)
{
	s64 refresh = (REG(s, R_FCRTV) & 0xFFFF) * (s64)QUANTUM_PS / 1000;

	send_pause(s, REG(s, R_FCTTV) & 0xFFFF);
	if (refresh)
		timer_mod_ns(&s->rx_xoff_again, now_ns() + refresh);
}

/* FCRTV is over and the level still high (8.2.3.3). */
static void xoff_again(void *opaque)
{
	struct nic *s = opaque;

	if (s->rx_xoff && s->link_up)
		send_xoff(s);
}

/* The packet buffer's level has changed. */
void flow_level(struct nic *s)
{
	u32 high = REG(s, R_FCRTH), low = REG(s, R_FCRTL);

	if ((REG(s, R_FCCFG) & FCCFG_TFCE) != FCCFG_LINK || !(high & FCRTH_FCEN) || !s->link_up)
		return;
	if (!s->rx_xoff && s->rx_fifo_bytes > (high & FC_THRESHOLD)) {
		s->rx_xoff = true;
		send_xoff(s);
	} else if (s->rx_xoff && s->rx_fifo_bytes <= (low & FC_THRESHOLD)) {
		s->rx_xoff = false;
		if (low & FCRTL_XONE)
			send_pause(s, 0);
	}
}

const struct reg_group flow_regs[] = {
	/* 8.2.3.3 */
	{ R_PFCTOP, 1, 4, REG_ALL, 0x00018808 },
	{ R_FCTTV, 4, 4, REG_ALL },
	{ R_FCRTL, 8, 4, 0x8007FFF0 },
	{ R_FCRTH, 8, 4, 0x8007FFF0 },
	{ R_FCRTV, 1, 4, 0xFFFF },
	{ R_TFCS, 1, 4, 0, TFCS_XON },
	{ R_FCCFG, 1, 4, 0x18 },
	/* 8.2.3.22.34 */
	{ R_MFLCN, 1, 4, 0x1F },
	{ }
};

void flow_reset(struct nic *s)
{
	flow_exit(s);
	s->tx_paused_ns = 0;
	s->rx_xoff = false;
}

void flow_init(struct nic *s)
{
	timer_init_ns(&s->tx_resume, QEMU_CLOCK_VIRTUAL, xon, s);
	timer_init_ns(&s->rx_xoff_again, QEMU_CLOCK_VIRTUAL, xoff_again, s);
}

void flow_exit(struct nic *s)
{
	timer_del(&s->tx_resume);
	timer_del(&s->rx_xoff_again);
}
