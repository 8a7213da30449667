// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters.
 *
 * Frames and bytes are counted by the adapter itself, so they know nothing of
 * generations. What only the device knows (missed frames, CRC errors, the driver's own
 * counters) begins at 0 with each generation: the newest values are asked for every
 * second, kept when the generation ends, and added up. What a device counted in the
 * last moments before a crash is lost; no sum ever goes back, whatever the driver says.
 *
 * Numbers of a driver are believed as numbers. Names have been cleaned.
 */
#include <linux/ctype.h>
#include <linux/ethtool.h>
#include "net.h"

static const char rl_net_device_names[RL_NET_STATS][ETH_GSTRING_LEN] = {
	"dev_rx_packets", "dev_rx_bytes", "dev_tx_packets", "dev_tx_bytes", "dev_multicast",
	"dev_broadcast", "dev_rx_missed", "dev_rx_no_buffer", "dev_rx_crc_errors",
	"dev_rx_length_errors", "dev_rx_errors", "dev_rx_csum_errors", "dev_tx_errors",
	"dev_tx_hangs", "dev_rx_pause", "dev_tx_pause", "dev_interrupts",
};

static const char *const rl_net_queue_names[] = { "rx_packets", "rx_bytes", "tx_packets",
						  "tx_bytes", "tx_mapped", "tx_copied",
						  "tx_mappings", "tx_resent", "calls",
						  "rx_copied", "rx_lent", "rx_recycled",
						  "xdp_pass", "xdp_drop", "xdp_tx",
						  "xdp_redirect", "xdp_aborted",
						  "xdp_tx_errors" };
#define RL_NET_PER_QUEUE ARRAY_SIZE(rl_net_queue_names)

/* Never less than before. */
static void rl_net_raise(u64 *kept, const u64 *told, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++)
		kept[i] = max(kept[i], told[i]);
}

static int rl_net_ask_own(struct rl_net *n, u64 *own)
{
	struct net_own_stats *eight = (void *)own;
	int err = 0;
	u32 i;

	for (i = 0; !err && i * 8 < n->info.nr_stats; i++)
		err = rl_net_errno(net_own_stats_shadow(rl_net_ref(n), i, &eight[i]));
	return err;
}

/**
 * rl_net_stats_ask() - refresh the device's counters
 * @n: adapter
 *
 * Context: process; waits for a restart.
 */
void rl_net_stats_ask(struct rl_net *n)
{
	u64 own[NET_MAX_STATS] = {};
	struct net_stats now = {};
	u32 epoch = READ_ONCE(n->stats.epoch);

	if (rl_net_errno(net_stats_shadow(rl_net_ref(n), &now)) || rl_net_ask_own(n, own))
		return;
	mutex_lock(&n->stats_lock);
	/* of a generation that ended meanwhile: what it had is in the past already */
	if (epoch == n->stats.epoch) {
		rl_net_raise(n->stats.now, (u64 *)&now, RL_NET_STATS);
		rl_net_raise(n->stats.own_now, own, n->info.nr_stats);
	}
	mutex_unlock(&n->stats_lock);
}

static void rl_net_settle(u64 *past, u64 *now, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++) {
		past[i] += now[i];
		now[i] = 0;
	}
}

/**
 * rl_net_stats_end() - a generation ended: what it counted stays
 * @n: adapter
 *
 * Context: process, from down().
 */
void rl_net_stats_end(struct rl_net *n)
{
	mutex_lock(&n->stats_lock);
	write_seqcount_begin(&n->stats_seq);
	rl_net_settle(n->stats.past, n->stats.now, RL_NET_STATS);
	rl_net_settle(n->stats.own_past, n->stats.own_now, NET_MAX_STATS);
	write_seqcount_end(&n->stats_seq);
	WRITE_ONCE(n->stats.epoch, n->stats.epoch + 1);
	mutex_unlock(&n->stats_lock);
}

/**
 * rl_net_stats_work() - refresh the device's counters every second
 * @work: n->stats_work
 *
 * Context: workqueue.
 */
void rl_net_stats_work(struct work_struct *work)
{
	struct rl_net *n = container_of(to_delayed_work(work), struct rl_net, stats_work);

	rl_net_stats_ask(n);
	queue_delayed_work(system_unbound_wq, &n->stats_work, RL_NET_REFRESH);
}

static u64 rl_net_read(const struct rl_net_counts *c, const u64_stats_t *what)
{
	unsigned int start;
	u64 v;

	do {
		start = u64_stats_fetch_begin(&c->sync);
		v = u64_stats_read(what);
	} while (u64_stats_fetch_retry(&c->sync, start));
	return v;
}

static u64 rl_net_device_count(const struct rl_net *n, size_t offset)
{
	u32 i = offset / sizeof(u64);
	unsigned int seq;
	u64 count;

	do {
		seq = read_seqcount_begin(&n->stats_seq);
		count = READ_ONCE(n->stats.past[i]) + READ_ONCE(n->stats.now[i]);
	} while (read_seqcount_retry(&n->stats_seq, seq));
	return count;
}

/**
 * rl_net_get_stats64() - ndo_get_stats64
 * @dev: net_device
 * @s: gets the counters
 *
 * Context: any but hardirq.
 */
void rl_net_get_stats64(struct net_device *dev, struct rtnl_link_stats64 *s)
{
	struct rl_net *n = rl_net_of(dev);
	const struct rl_net_counts *c;
	u32 i;

	for (i = 0; i < n->info.rx_queues; i++) {
		c = &n->queues[i].counts;
		s->rx_packets += rl_net_read(c, &c->rx_packets);
		s->rx_bytes += rl_net_read(c, &c->rx_bytes);
		s->rx_dropped += rl_net_read(c, &c->rx_dropped);
		s->rx_errors += rl_net_read(c, &c->rx_errors);
		s->tx_packets += rl_net_read(c, &c->tx_packets);
		s->tx_bytes += rl_net_read(c, &c->tx_bytes);
		s->tx_dropped += rl_net_read(c, &c->tx_dropped);
		s->tx_errors += rl_net_read(c, &c->tx_errors);
	}
	s->multicast = rl_net_device_count(n, offsetof(struct net_stats, multicast));
	s->rx_missed_errors = rl_net_device_count(n, offsetof(struct net_stats, rx_missed));
	s->rx_crc_errors = rl_net_device_count(n, offsetof(struct net_stats, rx_crc_errors));
	s->rx_length_errors = rl_net_device_count(n, offsetof(struct net_stats,
							      rx_length_errors));
}

/**
 * rl_net_stats_count() - how many counters ethtool -S shows
 * @n: adapter
 *
 * Context: any. Return: the number; constant.
 */
int rl_net_stats_count(const struct rl_net *n)
{
	return n->info.rx_queues * RL_NET_PER_QUEUE + RL_NET_STATS + n->info.nr_stats;
}

/**
 * rl_net_stats_names() - their names
 * @n: adapter
 * @data: room for all, ETH_GSTRING_LEN each
 *
 * Context: process.
 */
void rl_net_stats_names(const struct rl_net *n, u8 *data)
{
	u32 i, k;

	for (i = 0; i < n->info.rx_queues; i++)
		for (k = 0; k < RL_NET_PER_QUEUE; k++)
			ethtool_sprintf(&data, "queue%u_%s", i, rl_net_queue_names[k]);
	for (i = 0; i < RL_NET_STATS; i++)
		ethtool_sprintf(&data, "%s", rl_net_device_names[i]);
	for (i = 0; i < n->info.nr_stats; i++)
		ethtool_sprintf(&data, "%s", n->stats.names[i].s);
}

/**
 * rl_net_stats_values() - their values, the device's just asked for
 * @n: adapter
 * @data: room for all
 *
 * Context: process; waits for a restart.
 */
void rl_net_stats_values(struct rl_net *n, u64 *data)
{
	const struct rl_net_counts *c;
	u32 i;

	rl_net_stats_ask(n);
	for (i = 0; i < n->info.rx_queues; i++) {
		c = &n->queues[i].counts;
		*data++ = rl_net_read(c, &c->rx_packets);
		*data++ = rl_net_read(c, &c->rx_bytes);
		*data++ = rl_net_read(c, &c->tx_packets);
		*data++ = rl_net_read(c, &c->tx_bytes);
		*data++ = rl_net_read(c, &c->tx_mapped);
		*data++ = rl_net_read(c, &c->tx_copied);
		*data++ = READ_ONCE(n->queues[i].mapped);
		*data++ = rl_net_read(c, &c->resent);
		*data++ = rl_net_read(c, &c->calls);
		*data++ = rl_net_read(c, &c->rx_copied);
		*data++ = rl_net_read(c, &c->rx_lent);
		*data++ = rl_net_read(c, &c->rx_recycled);
		*data++ = rl_net_read(c, &c->xdp_pass);
		*data++ = rl_net_read(c, &c->xdp_drop);
		*data++ = rl_net_read(c, &c->xdp_tx);
		*data++ = rl_net_read(c, &c->xdp_redirect);
		*data++ = rl_net_read(c, &c->xdp_aborted);
		*data++ = rl_net_read(c, &c->xdp_tx_errors);
	}
	mutex_lock(&n->stats_lock);
	for (i = 0; i < RL_NET_STATS; i++)
		*data++ = n->stats.past[i] + n->stats.now[i];
	for (i = 0; i < n->info.nr_stats; i++)
		*data++ = n->stats.own_past[i] + n->stats.own_now[i];
	mutex_unlock(&n->stats_lock);
}

/* Letters, digits and _, or a number in its place. */
static void rl_net_clean_name(struct net_text *name, u32 index)
{
	u32 i;

	name->s[NET_NAME_LEN - 1] = '\0';
	for (i = 0; name->s[i]; i++)
		if (!isascii(name->s[i]) || (!isalnum(name->s[i]) && name->s[i] != '_'))
			break;
	if (!i || name->s[i])
		snprintf(name->s, sizeof(name->s), "own_%u", index);
}

/**
 * rl_net_own_names() - ask for the names of the driver's own counters
 * @n: adapter, not yet registered
 *
 * Context: process; waits for a restart.
 */
void rl_net_own_names(struct rl_net *n)
{
	u32 i;

	for (i = 0; i < n->info.nr_stats; i++) {
		net_stat_name_shadow(rl_net_ref(n), i, &n->stats.names[i]);
		rl_net_clean_name(&n->stats.names[i], i);
	}
}
