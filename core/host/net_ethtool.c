// SPDX-License-Identifier: GPL-2.0-only
/*
 * What ethtool shows and does: identity, counters, link, self-tests, dumps. Settings
 * are in net_ethtool_set.c.
 *
 * All of it runs under RTNL and may wait for a restart. What a driver does not offer
 * is -EOPNOTSUPP without asking it. A dump that a dying driver cuts short is zero from
 * there on.
 */
#include <linux/ethtool.h>
#include <linux/string.h>
#include "net.h"

static void rl_net_get_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	struct rl_net *n = rl_net_of(dev);
	struct device *parent = rl_domain_dma_device(n->dom);

	strscpy(info->driver, n->dom->desc_name, sizeof(info->driver));
	strscpy(info->version, n->info.model, sizeof(info->version));
	strscpy(info->fw_version, n->info.firmware, sizeof(info->fw_version));
	strscpy(info->bus_info, parent ? dev_name(parent) : n->dom->name, sizeof(info->bus_info));
}

static int rl_net_get_sset_count(struct net_device *dev, int set)
{
	const struct rl_net *n = rl_net_of(dev);

	switch (set) {
	case ETH_SS_STATS:
		return rl_net_stats_count(n);
	case ETH_SS_TEST:
		return n->info.features & NET_C_SELFTEST ? n->info.tests : 0;
	default:
		return -EOPNOTSUPP;
	}
}

static void rl_net_test_names(struct rl_net *n, u8 *data)
{
	struct net_text name;
	u32 i;

	for (i = 0; i < n->info.tests; i++) {
		memset(&name, 0, sizeof(name));
		if (rl_net_errno(net_test_name_shadow(rl_net_ref(n), i, &name)))
			snprintf(name.s, sizeof(name.s), "test_%u", i);
		name.s[NET_NAME_LEN - 1] = '\0';
		ethtool_sprintf(&data, "%s", name.s);
	}
}

static void rl_net_get_strings(struct net_device *dev, u32 set, u8 *data)
{
	struct rl_net *n = rl_net_of(dev);

	if (set == ETH_SS_STATS)
		rl_net_stats_names(n, data);
	else if (set == ETH_SS_TEST)
		rl_net_test_names(n, data);
}

static void rl_net_get_ethtool_stats(struct net_device *dev, struct ethtool_stats *stats, u64 *data)
{
	rl_net_stats_values(rl_net_of(dev), data);
}

static int rl_net_get_link_ksettings(struct net_device *dev, struct ethtool_link_ksettings *cmd)
{
	struct net_link link = {};
	int err = rl_net_errno(net_link_shadow(rl_net_ref(rl_net_of(dev)), &link));

	if (err)
		return err;
	ethtool_link_ksettings_zero_link_mode(cmd, supported);
	ethtool_link_ksettings_zero_link_mode(cmd, advertising);
	cmd->base.speed = link.up && link.speed ? link.speed : SPEED_UNKNOWN;
	cmd->base.duplex = link.duplex == NET_DUPLEX_FULL ? DUPLEX_FULL :
			   link.duplex == NET_DUPLEX_HALF ? DUPLEX_HALF : DUPLEX_UNKNOWN;
	cmd->base.autoneg = link.autoneg ? AUTONEG_ENABLE : AUTONEG_DISABLE;
	cmd->base.port = PORT_OTHER;
	return 0;
}

static int rl_net_nway_reset(struct net_device *dev)
{
	return rl_net_errno(net_renegotiate_shadow(rl_net_ref(rl_net_of(dev))));
}

static void rl_net_run_tests(struct rl_net *n, struct ethtool_test *test, u64 *data)
{
	bool offline = test->flags & ETH_TEST_FL_OFFLINE;
	u32 i;

	for (i = 0; i < n->info.tests; i++) {
		data[i] = rl_net_errno(net_self_test(rl_net_ref(n), i, offline)) ? 1 : 0;
		if (data[i])
			test->flags |= ETH_TEST_FL_FAILED;
	}
}

/* Offline tests have the device to themselves: the interface is closed for them. */
static void rl_net_self_test(struct net_device *dev, struct ethtool_test *test, u64 *data)
{
	struct rl_net *n = rl_net_of(dev);
	bool open = netif_running(dev) && test->flags & ETH_TEST_FL_OFFLINE;

	if (open)
		dev->netdev_ops->ndo_stop(dev);
	rl_net_run_tests(n, test, data);
	if (open && rl_net_open_again(n))
		test->flags |= ETH_TEST_FL_FAILED;
}

typedef struct rl_ret (*rl_net_dump_fn)(struct rl_iref *ref, u32 first, struct net_words *words);

/* @words from word @first on, as far as the driver goes. */
static int rl_net_dump(struct rl_net *n, rl_net_dump_fn fn, u32 first, u32 *to, u32 words)
{
	struct net_words part;
	u32 len;
	int err;

	for (; words; words -= len, first += len, to += len) {
		len = min_t(u32, words, NET_DUMP_WORDS);
		err = rl_net_errno(fn(rl_net_ref(n), first, &part));
		if (err)
			return err;
		memcpy(to, part.value, len * sizeof(*to));
	}
	return 0;
}

static int rl_net_get_regs_len(struct net_device *dev)
{
	const struct rl_net *n = rl_net_of(dev);

	return n->info.features & NET_C_REGS ? n->info.reg_words * sizeof(u32) : 0;
}

static void rl_net_get_regs(struct net_device *dev, struct ethtool_regs *regs, void *p)
{
	struct rl_net *n = rl_net_of(dev);

	regs->version = 1;
	memset(p, 0, regs->len);
	rl_net_dump(n, net_read_regs_shadow, 0, p, n->info.reg_words);
}

static int rl_net_get_eeprom_len(struct net_device *dev)
{
	const struct rl_net *n = rl_net_of(dev);

	return n->info.features & NET_C_EEPROM ? n->info.eeprom_bytes : 0;
}

static int rl_net_get_eeprom(struct net_device *dev, struct ethtool_eeprom *e, u8 *data)
{
	struct rl_net *n = rl_net_of(dev);
	u32 first = e->offset / 4, words = DIV_ROUND_UP(e->offset + e->len, 4) - first;
	u32 *buf = kvcalloc(words, sizeof(*buf), GFP_KERNEL);
	int err;

	if (!buf)
		return -ENOMEM;
	err = rl_net_dump(n, net_read_eeprom_shadow, first, buf, words);
	if (!err)
		memcpy(data, (u8 *)buf + e->offset % 4, e->len);
	kvfree(buf);
	return err;
}

static int rl_net_set_phys_id(struct net_device *dev, enum ethtool_phys_id_state state)
{
	struct rl_net *n = rl_net_of(dev);

	if (!(n->info.features & NET_C_IDENTIFY))
		return -EOPNOTSUPP;
	if (state == ETHTOOL_ID_ACTIVE || state == ETHTOOL_ID_INACTIVE)
		return rl_net_errno(net_identify(rl_net_ref(n), state == ETHTOOL_ID_ACTIVE));
	return -EINVAL;
}

static int rl_net_reset(struct net_device *dev, u32 *flags)
{
	int err = rl_net_errno(net_reset(rl_net_ref(rl_net_of(dev))));

	if (!err)
		*flags = 0;
	return err;
}

const struct ethtool_ops rl_net_ethtool_ops = {
	.supported_coalesce_params = ETHTOOL_COALESCE_USECS | ETHTOOL_COALESCE_USE_ADAPTIVE,
	.get_drvinfo = rl_net_get_drvinfo,
	.get_sset_count = rl_net_get_sset_count,
	.get_strings = rl_net_get_strings,
	.get_ethtool_stats = rl_net_get_ethtool_stats,
	.get_link = ethtool_op_get_link,
	.get_link_ksettings = rl_net_get_link_ksettings,
	.nway_reset = rl_net_nway_reset,
	.self_test = rl_net_self_test,
	.get_regs_len = rl_net_get_regs_len,
	.get_regs = rl_net_get_regs,
	.get_eeprom_len = rl_net_get_eeprom_len,
	.get_eeprom = rl_net_get_eeprom,
	.set_phys_id = rl_net_set_phys_id,
	.reset = rl_net_reset,
	.get_ts_info = ethtool_op_get_ts_info,
	.get_ringparam = rl_net_get_ring,
	.set_ringparam = rl_net_set_ring,
	.get_channels = rl_net_get_channels,
	.set_channels = rl_net_set_channels,
	.get_coalesce = rl_net_get_coalesce,
	.set_coalesce = rl_net_set_coalesce,
	.get_pauseparam = rl_net_get_pause,
	.set_pauseparam = rl_net_set_pause,
};

/* A module of ours that is given an interface asks here whether it is one of these. */
EXPORT_SYMBOL_NS_GPL(rl_net_ethtool_ops, RL_TEST);
