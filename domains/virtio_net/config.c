// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration: the methods that set something. Each takes the config mutex, checks,
 * keeps what was asked for in the settings, and, while the interface is open, makes the
 * device do it. A refusal changes nothing; what the device refuses is kept for its next
 * start, where a refusal fails the open.
 */
#include "vnet.h"
#include "config.h"
#include <redleaf/string.h>

#define F_ALL	((1u << 16) - 1)	/* features proper, without the C_ */

/* vnet_lock() - the config mutex. Process context. Returns 0, or -ECANCELED. */
s32 vnet_lock(struct vnet *n)
{
	return rl_event_wait(n->config, ~0ull);
}

/* vnet_unlock() - the opposite. */
void vnet_unlock(struct vnet *n)
{
	rl_event_signal(n->config);
}

u32 vnet_abilities(const struct vnet *n)
{
	const u64 tso = VF_HOST_TSO4 | VF_HOST_TSO6;
	u32 f = NET_C_RING;

	if (n->able & VF_GUEST_CSUM)
		f |= NET_F_RX_CSUM;
	if (n->able & VF_CSUM)
		f |= NET_F_TX_CSUM;
	if ((n->able & tso) == tso)
		f |= NET_F_TSO;
	if (n->able & VF_CTRL_VLAN)
		f |= NET_F_VLAN_FILTER;
	if (n->able & VF_NOTF_COAL)
		f |= NET_C_COALESCE;
	return f;
}

/* A device that cannot be told has the address that it came with. */
s32 vnet_set_mac(void *self, const struct net_mac *mac)
{
	const u8 *a = mac->addr;
	struct vnet *n = self;
	s32 err = 0;

	if (a[0] & 1 || !(a[0] | a[1] | a[2] | a[3] | a[4] | a[5]))
		return -EINVAL;
	if (!(n->able & VF_CTRL_MAC_ADDR))
		return memcmp(a, n->lim.mac.addr, sizeof(mac->addr)) ? -EOPNOTSUPP : 0;
	if (vnet_lock(n))
		return -ECANCELED;
	n->set.mac = *mac;
	if (n->open)
		err = vnet_filter_mac(n);
	vnet_unlock(n);
	return err;
}

/* Buffers are as large as they can be, whatever the MTU: the device needs no word of it. */
s32 vnet_set_mtu(void *self, u32 mtu)
{
	struct vnet *n = self;

	if (mtu < VMTU_MIN || mtu > n->lim.mtu)
		return -EINVAL;
	if (vnet_lock(n))
		return -ECANCELED;
	n->set.mtu = mtu;
	vnet_unlock(n);
	return 0;
}

static bool rings_ok(const struct vnet *n, const struct net_rings *r)
{
	return r->rx_queues && r->rx_queues <= n->nr_pairs && r->tx_queues &&
	       r->tx_queues <= n->nr_pairs && r->rx_ring >= VNET_RING_MIN &&
	       r->rx_ring <= n->ring_max && r->tx_ring >= VNET_RING_MIN &&
	       r->tx_ring <= n->ring_max;
}

s32 vnet_set_rings(void *self, const struct net_rings *rings)
{
	struct vnet *n = self;
	bool open;

	if (!rings_ok(n, rings))
		return -EINVAL;
	if (vnet_lock(n))
		return -ECANCELED;
	open = n->open;
	if (!open)
		n->set.rings = *rings;
	vnet_unlock(n);
	return open ? -EBUSY : 0;
}

/* VLANs to filter or not: another feature to negotiate, so the device starts anew. */
s32 vnet_set_features(void *self, u32 features)
{
	struct vnet *n = self;
	u32 changed;

	if (features & ~(vnet_abilities(n) & F_ALL))
		return -EOPNOTSUPP;
	if (vnet_lock(n))
		return -ECANCELED;
	changed = features ^ n->set.features;
	n->set.features = features;
	if (n->open && changed & NET_F_VLAN_FILTER)
		vnet_device_restart(n);
	vnet_unlock(n);
	return 0;
}

s32 vnet_set_rx_mode(void *self, const struct net_rx_mode *mode)
{
	struct vnet *n = self;
	s32 err = 0;

	if (mode->nr_unicast > NET_MAX_UNICAST || mode->nr_multicast > NET_MAX_MULTICAST)
		return -EINVAL;
	if (vnet_lock(n))
		return -ECANCELED;
	n->set.rx_mode = *mode;
	if (n->open)
		err = vnet_filter_rx_mode(n);
	vnet_unlock(n);
	return err;
}

s32 vnet_set_vlans(void *self, const struct net_vlans *vlans)
{
	struct vnet *n = self;
	s32 err = 0;

	if (vnet_lock(n))
		return -ECANCELED;
	n->set.vlans = *vlans;
	if (n->open)
		err = vnet_filter_vlans(n);
	if (err)
		n->set.vlans = n->vlans;	/* no start asks for it again */
	vnet_unlock(n);
	return err;
}

s32 vnet_set_coalesce(void *self, const struct net_coalesce *coalesce)
{
	struct vnet *n = self;
	s32 err = 0;

	if (!(n->able & VF_NOTF_COAL) || coalesce->adaptive)
		return -EOPNOTSUPP;
	if (vnet_lock(n))
		return -ECANCELED;
	n->set.coalesce = *coalesce;
	n->set.coalesced = true;
	if (n->open)
		err = vnet_filter_coalesce(n);
	vnet_unlock(n);
	return err;
}

/* There are no pause frames on a wire that is not there. */
s32 vnet_set_pause(void *self, const struct net_pause *pause)
{
	return -EOPNOTSUPP;
}

s32 vnet_set_rss(void *self, const struct net_rss *rss)
{
	return -EOPNOTSUPP;
}

s32 vnet_set_open(void *self, bool open)
{
	struct vnet *n = self;
	s32 err = 0;

	if (vnet_lock(n))
		return -ECANCELED;
	if (open && !n->open)
		err = vnet_device_start(n);
	else if (!open && n->open)
		vnet_device_stop(n);
	vnet_unlock(n);
	return err;
}
