// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a driver says of its device, and what of that is believed.
 *
 * info is an answer of untrusted code: every number is checked before it reaches the
 * network stack, and an absurd one ends the generation with a line in the log. Later
 * generations have to say the same: the stack has been told, and frames that were
 * made for the old limits are waiting.
 *
 * Nothing here faults or keeps anything.
 */
#include <linux/ctype.h>
#include <linux/if_vlan.h>
#include <linux/string.h>
#include "net.h"

static int rl_net_absurd(const struct rl_net *n, const char *what, u64 value)
{
	pr_err("rl_net: %s: driver reports an impossible %s: %llu\n", n->dom->name, what, value);
	return -EPROTO;
}

static int rl_net_check_sizes(const struct rl_net *n, const struct net_info *i)
{
	if (i->mtu_min < ETH_MIN_MTU)
		return rl_net_absurd(n, "smallest MTU", i->mtu_min);
	if (i->mtu_max < i->mtu_min || i->mtu_max > NET_RX_BYTES * NET_MAX_FRAGS - VLAN_ETH_HLEN)
		return rl_net_absurd(n, "largest MTU", i->mtu_max);
	if (!i->ring_multiple || i->ring_multiple > i->ring_min)
		return rl_net_absurd(n, "ring granularity", i->ring_multiple);
	if (i->ring_min > i->ring_max || i->ring_max > RL_NET_MAX_RING)
		return rl_net_absurd(n, "largest ring", i->ring_max);
	if (i->ring_default < i->ring_min || i->ring_default > i->ring_max)
		return rl_net_absurd(n, "default ring", i->ring_default);
	if (i->max_frags > NET_MAX_FRAGS ||
	    rl_net_packets(i->mtu_max + VLAN_ETH_HLEN) > i->max_frags)
		return rl_net_absurd(n, "number of packets per frame", i->max_frags);
	return 0;
}

static int rl_net_check_defaults(const struct rl_net *n, const struct net_info *i)
{
	if (max(i->coalesce.rx_us, i->coalesce.tx_us) > i->coalesce_max_us)
		return rl_net_absurd(n, "interrupt moderation", i->coalesce.rx_us);
	if ((i->pause.autoneg | i->pause.rx | i->pause.tx) > 1)
		return rl_net_absurd(n, "flow control", i->pause.rx);
	return 0;
}

static int rl_net_check(const struct rl_net *n, const struct net_info *i)
{
	if (!i->rx_queues || i->rx_queues > NET_MAX_QUEUES || i->rx_queues != i->tx_queues)
		return rl_net_absurd(n, "number of queues", i->rx_queues);
	if (!is_valid_ether_addr(i->permanent.addr))
		return rl_net_absurd(n, "MAC address", ether_addr_to_u64(i->permanent.addr));
	if (i->nr_stats > NET_MAX_STATS)
		return rl_net_absurd(n, "number of counters", i->nr_stats);
	if (i->eeprom_bytes > SZ_1M || i->eeprom_bytes % 4)
		return rl_net_absurd(n, "EEPROM size", i->eeprom_bytes);
	if (i->reg_words > SZ_64K)
		return rl_net_absurd(n, "number of registers", i->reg_words);
	if (i->tests > NET_MAX_STATS)
		return rl_net_absurd(n, "number of self-tests", i->tests);
	return rl_net_check_sizes(n, i) ?: rl_net_check_defaults(n, i);
}

/* Text of a driver: printable, with a NUL. */
static void rl_net_clean(u8 *text)
{
	u32 i;

	text[NET_NAME_LEN - 1] = '\0';
	for (i = 0; text[i]; i++)
		if (!isascii(text[i]) || !isprint(text[i]))
			text[i] = '?';
}

/**
 * rl_net_read_info() - ask a new generation what it drives, and believe it or not
 * @n: adapter
 *
 * Context: process, may sleep; from up().
 * Return: 0, -EPROTO (absurd), -ENXIO (another device), or the driver's error.
 */
int rl_net_read_info(struct rl_net *n)
{
	struct net_info info = {};
	int err = rl_net_errno(net_info(rl_net_ref(n), &info));

	if (err) {
		pr_err("rl_net: %s: no device information (%d)\n", n->dom->name, err);
		return err;
	}
	rl_net_clean(info.model);
	rl_net_clean(info.firmware);
	err = rl_net_check(n, &info);
	if (err)
		return err;
	if (!n->dev) {
		n->info = info;
		n->coalesce = info.coalesce;
		n->pause = info.pause;
		return 0;
	}
	if (!memcmp(&info, &n->info, sizeof(info)))
		return 0;
	pr_err("rl_net: %s: another device came back\n", n->dom->name);
	return -ENXIO;
}

static const struct {
	u32 f;
	netdev_features_t feature;
} rl_net_feature_map[] = {
	{ NET_F_RX_CSUM, NETIF_F_RXCSUM },
	{ NET_F_TX_CSUM, NETIF_F_IP_CSUM | NETIF_F_IPV6_CSUM },
	{ NET_F_SCTP_CSUM, NETIF_F_SCTP_CRC },
	{ NET_F_TSO, NETIF_F_TSO | NETIF_F_TSO6 },
	{ NET_F_RX_VLAN, NETIF_F_HW_VLAN_CTAG_RX },
	{ NET_F_TX_VLAN, NETIF_F_HW_VLAN_CTAG_TX },
	{ NET_F_VLAN_FILTER, NETIF_F_HW_VLAN_CTAG_FILTER },
	{ NET_F_RX_HASH, NETIF_F_RXHASH },
	{ NET_F_LRO, NETIF_F_LRO },
	{ NET_F_RX_ALL, NETIF_F_RXALL },
	{ NET_F_LOOPBACK, NETIF_F_LOOPBACK },
};

/**
 * rl_net_features() - what the stack calls a driver's features
 * @f: NET_F_
 *
 * Context: any. Return: NETIF_F_.
 */
netdev_features_t rl_net_features(u32 f)
{
	netdev_features_t features = 0;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(rl_net_feature_map); i++)
		if (f & rl_net_feature_map[i].f)
			features |= rl_net_feature_map[i].feature;
	return features;
}

/**
 * rl_net_wishes() - the other way round
 * @features: NETIF_F_
 *
 * Context: any. Return: NET_F_, of which at least one feature is wanted.
 */
u32 rl_net_wishes(netdev_features_t features)
{
	u32 i, f = 0;

	for (i = 0; i < ARRAY_SIZE(rl_net_feature_map); i++)
		if (features & rl_net_feature_map[i].feature)
			f |= rl_net_feature_map[i].f;
	return f;
}
