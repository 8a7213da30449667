// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the device lets in, and the other settings that it has commands for (VIRTIO 1.2,
 * 5.1.6.5): from the settings to the control virtqueue.
 *
 * A device without a command has nothing to be told: without a receive filter it lets
 * everything in, and the network stack drops what is not for it. A reset makes the
 * device forget all of it, so each start sends all of it.
 *
 * All of it under the config mutex, in process context, while the device runs; all of it
 * returns 0 or what vnet_control_send() does.
 */
#include "vnet.h"
#include <redleaf/string.h>

#define VLAN_WORDS	64u

static_assert(4 + 6 * NET_MAX_UNICAST + 4 + 6 * NET_MAX_MULTICAST <= VCTL_DATA_MAX);

static s32 filter_flag(struct vnet *n, u8 command, bool on)
{
	n->control.cmd->data[0] = on;
	return vnet_control_send(n, VCTL_RX, command, 1);
}

static u32 filter_put(struct vnet *n, u32 at, u32 value, u32 bytes)
{
	u8 *data = n->control.cmd->data;

	for (; bytes--; value >>= 8)
		data[at++] = value;
	return at;
}

/* A list of addresses behind the @at bytes that are there. */
static u32 filter_list(struct vnet *n, u32 at, const u8 *list, u32 nr)
{
	at = filter_put(n, at, nr, 4);
	memcpy(n->control.cmd->data + at, list, 6 * nr);
	return at + 6 * nr;
}

/* vnet_filter_mac() - the interface's own address. */
s32 vnet_filter_mac(struct vnet *n)
{
	if (!vnet_has(n, VF_CTRL_MAC_ADDR))
		return 0;
	memcpy(n->control.cmd->data, n->set.mac.addr, 6);
	return vnet_control_send(n, VCTL_MAC, VCTL_MAC_ADDR_SET, 6);
}

/* vnet_filter_rx_mode() - modes, and the table of other addresses. */
s32 vnet_filter_rx_mode(struct vnet *n)
{
	const struct net_rx_mode *m = &n->set.rx_mode;
	u32 len;
	s32 err;

	if (!vnet_has(n, VF_CTRL_RX))
		return 0;
	len = filter_list(n, 0, m->unicast, m->nr_unicast);
	len = filter_list(n, len, m->multicast, m->nr_multicast);
	err = vnet_control_send(n, VCTL_MAC, VCTL_MAC_TABLE_SET, len);
	if (!err)
		err = filter_flag(n, VCTL_RX_PROMISC, m->flags & NET_RX_PROMISC);
	if (!err)
		err = filter_flag(n, VCTL_RX_ALLMULTI, m->flags & NET_RX_ALLMULTI);
	if (!err && vnet_has(n, VF_CTRL_RX_EXTRA))
		err = filter_flag(n, VCTL_RX_NOBCAST, !(m->flags & NET_RX_BROADCAST));
	return err;
}

static s32 filter_vlan(struct vnet *n, u32 vlan, bool on)
{
	u32 len = filter_put(n, 0, vlan, 2);

	return vnet_control_send(n, VCTL_VLAN, on ? VCTL_VLAN_ADD : VCTL_VLAN_DEL, len);
}

/* The VLANs of word @word of which the device was told something else. */
static s32 filter_vlan_word(struct vnet *n, u32 word)
{
	u64 wish = n->set.vlans.bits[word], differ = wish ^ n->vlans.bits[word];
	s32 err = 0;
	u32 i;

	for (i = 0; differ && !err; i++, differ >>= 1) {
		if (!(differ & 1))
			continue;
		err = filter_vlan(n, 64 * word + i, wish >> i & 1);
		if (!err)
			n->vlans.bits[word] ^= 1ull << i;
	}
	return err;
}

/* vnet_filter_vlans() - while the feature is negotiated nothing else is let in. */
s32 vnet_filter_vlans(struct vnet *n)
{
	s32 err = 0;
	u32 i;

	for (i = 0; i < VLAN_WORDS && !err && vnet_has(n, VF_CTRL_VLAN); i++)
		err = filter_vlan_word(n, i);
	return err;
}

/* A time for each direction; as many packets as a ring has do not shorten it. */
static s32 filter_moderate(struct vnet *n, u8 command, u32 packets, u32 us)
{
	u32 len = filter_put(n, 0, packets, 4);

	len = filter_put(n, len, us, 4);
	return vnet_control_send(n, VCTL_COAL, command, len);
}

/* vnet_filter_coalesce() - moderation, once it was asked for. */
s32 vnet_filter_coalesce(struct vnet *n)
{
	const struct vnet_settings *s = &n->set;
	s32 err;

	if (!vnet_has(n, VF_NOTF_COAL) || !s->coalesced)
		return 0;
	err = filter_moderate(n, VCTL_COAL_RX_SET, s->rings.rx_ring, s->coalesce.rx_us);
	return err ? err : filter_moderate(n, VCTL_COAL_TX_SET, s->rings.tx_ring,
					   s->coalesce.tx_us);
}

/* vnet_filter_pairs() - how many pairs the device spreads what it receives over. */
s32 vnet_filter_pairs(struct vnet *n)
{
	if (!vnet_has(n, VF_MQ))
		return 0;
	return vnet_control_send(n, VCTL_MQ, VCTL_MQ_PAIRS_SET,
				 filter_put(n, 0, n->nr_queues, 2));
}
