// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The MAC's two sides: frames from QEMU's network into the receive path, frames of
 * the transmit path out to it (8.2.3.22), or around in loopback (14.1).
 *
 * A network that does not take a frame acts like a link partner that sends pause
 * frames: transmission stops. No real partner does that for long, so after
 * PATIENCE_NS frames are lost instead, until one gets through again.
 */
#include "model.h"
#include "net/queue.h"

#define PATIENCE_NS	100000000ll
#define STANDARD_MAX	1518

/* Largest frame taken, FCS included (8.2.3.22.13). */
static size_t size_limit(struct nic *s, bool vlan)
{
	size_t limit = STANDARD_MAX;

	if (REG(s, R_HLREG0) & HLREG0_JUMBO)
		limit = REG(s, R_MAXFRS) >> 16;
	return limit + (vlan ? VLAN_LEN : 0);
}

static void receive(struct nic *s, const u8 *f, size_t len, bool loop)
{
	struct frame_info info;
	u8 padded[FRAME_MIN];

	if (len < 14 || !(REG(s, R_RXCTRL) & RXCTRL_RXEN) || s->faults.removed)
		return;
	if (!loop && (!s->link_up || (REG(s, R_HLREG0) & HLREG0_LPBK)))
		return;
	if (len < FRAME_MIN) {
		memcpy(padded, f, len);
		memset(padded + len, 0, FRAME_MIN - len);
		f = padded;
		len = FRAME_MIN;
	}
	if (len > FRAME_MAX) {
		stat_count(s, R_ROC);
		return;
	}
	frame_parse(f, len, REG(s, R_VLNCTRL), &info);
	if (len + FCS_LEN > size_limit(s, info.vlan)) {
		stat_count(s, R_ROC);
		stat_rx_total(s, len + FCS_LEN);
		return;
	}
	if (flow_control_frame(s, f, &info))
		return;
	if (!filter_pass(s, f, &info)) {
		s->count.rx_filtered++;
		stat_rx_total(s, len + FCS_LEN);
		return;
	}
	rx_accept(s, f, len, &info, loop);
}

void mac_loop(struct nic *s, const u8 *f, size_t len)
{
	receive(s, f, len, true);
}

static bool client_can_receive(NetClientState *nc)
{
	return rx_has_room(qemu_get_nic_opaque(nc));
}

static ssize_t client_receive(NetClientState *nc, const u8 *f, size_t len)
{
	receive(qemu_get_nic_opaque(nc), f, len, false);
	return len;
}

static void client_link_changed(NetClientState *nc)
{
	link_restart(qemu_get_nic_opaque(nc));
}

NetClientInfo mac_client = {
	.type = NET_CLIENT_DRIVER_NIC,
	.size = sizeof(NICState),
	.can_receive = client_can_receive,
	.receive = client_receive,
	.link_status_changed = client_link_changed,
};

/* Frames in our own queue came before those still at a hub's other ports. */
void mac_flush(struct nic *s)
{
	NetClientState *nc;

	if (!s->port)
		return;
	nc = qemu_get_queue(s->port);
	nc->receive_disabled = 0;
	if (qemu_net_queue_flush(nc->incoming_queue))
		qemu_flush_queued_packets(nc);
}

static void sent(NetClientState *nc, ssize_t len)
{
	struct nic *s = qemu_get_nic_opaque(nc);

	timer_del(&s->tx_patience);
	s->tx_blocked = false;
	if (len > 0)
		s->tx_lossy = false;
	qemu_bh_schedule(s->tx_bh);
}

static void lose_queued(struct nic *s)
{
	s->count.tx_lost++;
	qemu_purge_queued_packets(qemu_get_queue(s->port));
}

static void patience_over(void *opaque)
{
	struct nic *s = opaque;

	s->tx_lossy = true;
	lose_queued(s);
	s->tx_blocked = false;
	qemu_bh_schedule(s->tx_bh);
}

void mac_send(struct nic *s, const u8 *f, size_t len)
{
	if (qemu_send_packet_async(qemu_get_queue(s->port), f, len, sent) != 0) {
		s->tx_lossy = false;
	} else if (s->tx_lossy) {
		lose_queued(s);
	} else {
		s->tx_blocked = true;
		if (!timer_pending(&s->tx_patience))
			timer_mod_ns(&s->tx_patience, now_ns() + PATIENCE_NS);
	}
}

/* Control frames wait for nobody. */
void mac_send_control(struct nic *s, const u8 *f, size_t len)
{
	qemu_send_packet(qemu_get_queue(s->port), f, len);
}

void mac_init(struct nic *s)
{
	timer_init_ns(&s->tx_patience, QEMU_CLOCK_VIRTUAL, patience_over, s);
}

void mac_exit(struct nic *s)
{
	timer_del(&s->tx_patience);
}
