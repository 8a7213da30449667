// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration: the methods that set something. Each takes the config mutex, checks,
 * keeps what was asked for in the settings, and, while the port is open, makes the device
 * do it. A refusal changes nothing.
 */
#include "ixgbe.h"
#include "config.h"
#include <redleaf/string.h>

/* ix_lock() - the config mutex. Process context. Returns 0, or -ECANCELED. */
s32 ix_lock(struct ix *n)
{
	return rl_event_wait(n->config, ~0ull);
}

/* ix_unlock() - the opposite. */
void ix_unlock(struct ix *n)
{
	rl_event_signal(n->config);
}

s32 ix_set_mac(void *self, const struct net_mac *mac)
{
	const u8 *a = mac->addr;
	struct ix *n = self;

	if (a[0] & 1 || !(a[0] | a[1] | a[2] | a[3] | a[4] | a[5]))
		return -EINVAL;
	if (ix_lock(n))
		return -ECANCELED;
	n->set.mac = *mac;
	if (n->open)
		ix_filter_mac(n);
	ix_unlock(n);
	return 0;
}

s32 ix_set_mtu(void *self, u32 mtu)
{
	struct ix *n = self;

	if (mtu < IX_MTU_MIN || mtu > IX_MTU_MAX)
		return -EINVAL;
	if (ix_lock(n))
		return -ECANCELED;
	n->set.mtu = mtu;
	if (n->open)
		ix_device_frame_size(n);
	ix_unlock(n);
	return 0;
}

static bool ix_ring_size_ok(u32 size)
{
	return size >= IX_RING_MIN && size <= IX_RING_MAX && !(size % IX_RING_MULTIPLE);
}

static bool ix_rings_ok(const struct ix *n, const struct net_rings *r)
{
	return r->rx_queues && r->rx_queues <= n->nr_pairs && r->tx_queues &&
	       r->tx_queues <= n->nr_pairs && ix_ring_size_ok(r->rx_ring) &&
	       ix_ring_size_ok(r->tx_ring);
}

s32 ix_set_rings(void *self, const struct net_rings *rings)
{
	struct ix *n = self;
	bool open;

	if (!ix_rings_ok(n, rings))
		return -EINVAL;
	if (ix_lock(n))
		return -ECANCELED;
	open = n->open;
	if (!open) {
		bool other = n->set.rings.rx_queues != rings->rx_queues;

		n->set.rings = *rings;
		if (other)
			ix_rss_default(n);
	}
	ix_unlock(n);
	return open ? -EBUSY : 0;
}

s32 ix_set_features(void *self, u32 features)
{
	struct ix *n = self;

	if (features & ~IX_FEATURES)
		return -EOPNOTSUPP;
	if (ix_lock(n))
		return -ECANCELED;
	n->set.features = features;
	if (n->open) {
		ix_ring_strip(n);
		ix_filter_vlans(n);
	}
	ix_unlock(n);
	return 0;
}

s32 ix_set_rx_mode(void *self, const struct net_rx_mode *mode)
{
	struct ix *n = self;

	if (mode->nr_unicast > NET_MAX_UNICAST || mode->nr_multicast > NET_MAX_MULTICAST)
		return -EINVAL;
	if (ix_lock(n))
		return -ECANCELED;
	n->set.rx_mode = *mode;
	if (n->open) {
		ix_filter_rx_mode(n);
		ix_filter_vlans(n);
	}
	ix_unlock(n);
	return 0;
}

s32 ix_set_vlans(void *self, const struct net_vlans *vlans)
{
	struct ix *n = self;

	if (ix_lock(n))
		return -ECANCELED;
	n->set.vlans = *vlans;
	if (n->open)
		ix_filter_vlans(n);
	ix_unlock(n);
	return 0;
}

s32 ix_set_coalesce(void *self, const struct net_coalesce *coalesce)
{
	struct ix *n = self;

	if (coalesce->rx_us > IX_EITR_MAX_US || coalesce->tx_us > IX_EITR_MAX_US)
		return -EINVAL;
	if (coalesce->adaptive)
		return -EOPNOTSUPP;
	if (ix_lock(n))
		return -ECANCELED;
	n->set.coalesce = *coalesce;
	if (n->open)
		ix_irq_coalesce(n);
	ix_unlock(n);
	return 0;
}

s32 ix_set_pause(void *self, const struct net_pause *pause)
{
	struct ix *n = self;

	/* the link does not negotiate */
	if (pause->autoneg)
		return -EOPNOTSUPP;
	if (ix_lock(n))
		return -ECANCELED;
	n->set.pause = *pause;
	if (n->open)
		ix_flow_apply(n);
	ix_unlock(n);
	return 0;
}

s32 ix_set_rss(void *self, const struct net_rss *rss)
{
	struct ix *n = self;
	s32 err;

	if (ix_lock(n))
		return -ECANCELED;
	err = ix_rss_check(n, rss);
	if (!err)
		n->set.rss = *rss;
	if (!err && n->open)
		ix_rss_apply(n);
	ix_unlock(n);
	return err;
}

s32 ix_set_open(void *self, bool open)
{
	struct ix *n = self;
	s32 err = 0;

	if (ix_lock(n))
		return -ECANCELED;
	if (open && !n->open)
		err = ix_device_start(n);
	else if (!open && n->open)
		err = ix_device_stop(n);
	ix_unlock(n);
	return err;
}
