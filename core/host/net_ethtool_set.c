// SPDX-License-Identifier: GPL-2.0-only
/*
 * Settings of ethtool: rings, channels, interrupt moderation, flow control.
 *
 * They are recorded by the shadows like all configuration (net_config.c). Rings and
 * channels are made when the interface opens, so an open one is closed and opened.
 * Values a driver cannot have are refused here, by its own limits, with a word.
 */
#include <linux/ethtool.h>
#include "net.h"

/**
 * rl_net_get_ring() - ethtool -g
 * @dev: net_device
 * @ring: gets sizes and limits
 * @kring: untouched
 * @ack: unused
 *
 * Context: RTNL.
 */
void rl_net_get_ring(struct net_device *dev, struct ethtool_ringparam *ring,
		     struct kernel_ethtool_ringparam *kring, struct netlink_ext_ack *ack)
{
	const struct rl_net *n = rl_net_of(dev);

	ring->rx_max_pending = n->info.ring_max;
	ring->tx_max_pending = n->info.ring_max;
	ring->rx_pending = n->rings.rx_ring;
	ring->tx_pending = n->rings.tx_ring;
}

static u32 rl_net_ring_size(const struct rl_net *n, u32 want)
{
	return max_t(u32, rounddown(want, n->info.ring_multiple), n->info.ring_min);
}

/**
 * rl_net_set_ring() - ethtool -G
 * @dev: net_device
 * @ring: sizes, at most what was offered
 * @kring: unused
 * @ack: gets the reason
 *
 * Context: RTNL. Return: 0 or an error.
 */
int rl_net_set_ring(struct net_device *dev, struct ethtool_ringparam *ring,
		    struct kernel_ethtool_ringparam *kring, struct netlink_ext_ack *ack)
{
	struct rl_net *n = rl_net_of(dev);
	struct net_rings rings = n->rings;

	if (!(n->info.features & NET_C_RING))
		return -EOPNOTSUPP;
	if (ring->rx_mini_pending || ring->rx_jumbo_pending) {
		NL_SET_ERR_MSG(ack, "there are no mini or jumbo rings");
		return -EINVAL;
	}
	rings.rx_ring = rl_net_ring_size(n, ring->rx_pending);
	rings.tx_ring = rl_net_ring_size(n, ring->tx_pending);
	if (!memcmp(&rings, &n->rings, sizeof(rings)))
		return 0;
	return rl_net_reopen(n, &rings);
}

/**
 * rl_net_get_channels() - ethtool -l
 * @dev: net_device
 * @ch: gets numbers and limits
 *
 * Context: RTNL.
 */
void rl_net_get_channels(struct net_device *dev, struct ethtool_channels *ch)
{
	const struct rl_net *n = rl_net_of(dev);

	ch->max_combined = n->info.rx_queues;
	ch->combined_count = n->rings.rx_queues;
}

/**
 * rl_net_set_channels() - ethtool -L
 * @dev: net_device
 * @ch: numbers, at most what was offered
 *
 * Context: RTNL. Return: 0 or an error.
 */
int rl_net_set_channels(struct net_device *dev, struct ethtool_channels *ch)
{
	struct rl_net *n = rl_net_of(dev);
	struct net_rings rings = n->rings;

	if (!ch->combined_count)
		return -EINVAL;
	rings.rx_queues = ch->combined_count;
	rings.tx_queues = ch->combined_count;
	return rl_net_reopen(n, &rings);
}

/**
 * rl_net_get_coalesce() - ethtool -c
 * @dev: net_device
 * @ec: gets the settings
 * @kec: untouched
 * @ack: unused
 *
 * Context: RTNL. Return: 0 or -EOPNOTSUPP.
 */
int rl_net_get_coalesce(struct net_device *dev, struct ethtool_coalesce *ec,
			struct kernel_ethtool_coalesce *kec, struct netlink_ext_ack *ack)
{
	const struct rl_net *n = rl_net_of(dev);

	if (!(n->info.features & NET_C_COALESCE))
		return -EOPNOTSUPP;
	ec->rx_coalesce_usecs = n->coalesce.rx_us;
	ec->tx_coalesce_usecs = n->coalesce.tx_us;
	ec->use_adaptive_rx_coalesce = n->coalesce.adaptive;
	ec->use_adaptive_tx_coalesce = n->coalesce.adaptive;
	return 0;
}

/**
 * rl_net_set_coalesce() - ethtool -C
 * @dev: net_device
 * @ec: settings
 * @kec: unused
 * @ack: gets the reason
 *
 * Context: RTNL. Return: 0 or an error, and nothing changed.
 */
int rl_net_set_coalesce(struct net_device *dev, struct ethtool_coalesce *ec,
			struct kernel_ethtool_coalesce *kec, struct netlink_ext_ack *ack)
{
	struct rl_net *n = rl_net_of(dev);
	struct net_coalesce c = {
		.rx_us = min_t(u32, ec->rx_coalesce_usecs, U16_MAX),
		.tx_us = min_t(u32, ec->tx_coalesce_usecs, U16_MAX),
		.adaptive = ec->use_adaptive_rx_coalesce || ec->use_adaptive_tx_coalesce,
	};
	int err;

	if (!(n->info.features & NET_C_COALESCE))
		return -EOPNOTSUPP;
	if (max(c.rx_us, c.tx_us) > n->info.coalesce_max_us) {
		NL_SET_ERR_MSG(ack, "longer than the device can wait");
		return -ERANGE;
	}
	mutex_lock(&n->lock);
	err = rl_net_kept(n, net_set_coalesce_shadow(rl_net_ref(n), &n->log, &c));
	if (!err)
		n->coalesce = c;
	mutex_unlock(&n->lock);
	return err;
}

/**
 * rl_net_get_pause() - ethtool -a
 * @dev: net_device
 * @p: gets the settings
 *
 * Context: RTNL.
 */
void rl_net_get_pause(struct net_device *dev, struct ethtool_pauseparam *p)
{
	const struct rl_net *n = rl_net_of(dev);

	p->autoneg = n->pause.autoneg;
	p->rx_pause = n->pause.rx;
	p->tx_pause = n->pause.tx;
}

/**
 * rl_net_set_pause() - ethtool -A
 * @dev: net_device
 * @p: settings
 *
 * Context: RTNL. Return: 0 or an error, and nothing changed.
 */
int rl_net_set_pause(struct net_device *dev, struct ethtool_pauseparam *p)
{
	struct rl_net *n = rl_net_of(dev);
	struct net_pause pause = {
		.autoneg = !!p->autoneg, .rx = !!p->rx_pause, .tx = !!p->tx_pause,
	};
	int err;

	if (!(n->info.features & NET_C_PAUSE))
		return -EOPNOTSUPP;
	mutex_lock(&n->lock);
	err = rl_net_kept(n, net_set_pause_shadow(rl_net_ref(n), &n->log, &pause));
	if (!err)
		n->pause = pause;
	mutex_unlock(&n->lock);
	return err;
}
