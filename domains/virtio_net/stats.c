// SPDX-License-Identifier: GPL-2.0-only
/*
 * Statistics: the device has none of its own (VIRTIO 1.2), so what passed the rings is
 * counted here, per queue and under its lock. They are read without one: a sum of what
 * only grows may be a little behind.
 */
#include "vnet.h"
#include <redleaf/string.h>

/**
 * vnet_stats_report() - net.stats
 * @n: device
 * @out: answer
 *
 * Process context.
 */
void vnet_stats_report(const struct vnet *n, struct net_stats *out)
{
	u32 i;

	memset(out, 0, sizeof(*out));
	out->interrupts = READ_ONCE(n->interrupts);
	for (i = 0; i < n->nr_pairs; i++) {
		const struct vnet_queue *q = n->queues[i];

		out->rx_packets += READ_ONCE(q->rx.frames);
		out->rx_bytes += READ_ONCE(q->rx.bytes);
		out->rx_errors += READ_ONCE(q->rx.bad);
		out->tx_packets += READ_ONCE(q->tx.frames);
		out->tx_bytes += READ_ONCE(q->tx.bytes);
		out->tx_errors += READ_ONCE(q->tx.errors);
	}
}

static const char stats_names[VNET_NR_STATS][NET_NAME_LEN] = {
	"notifications", "rx_checksums_filled", "tx_segmented", "commands", "resets",
};

/**
 * vnet_stats_own() - net.own_stats
 * @n: device
 * @step: eight counters each
 * @out: answer; 0 beyond the last
 *
 * Process context. Returns 0, -ERANGE.
 */
s32 vnet_stats_own(const struct vnet *n, u32 step, struct net_own_stats *out)
{
	u32 i;

	if (step)
		return -ERANGE;
	memset(out, 0, sizeof(*out));
	for (i = 0; i < n->nr_pairs; i++) {
		const struct vnet_queue *q = n->queues[i];

		out->value[0] += READ_ONCE(q->notified);
		out->value[1] += READ_ONCE(q->rx.filled);
		out->value[2] += READ_ONCE(q->tx.segmented);
	}
	out->value[3] = n->control.sent;
	out->value[4] = n->resets;
	return 0;
}

/* vnet_stats_name() - net.stat_name. Returns 0, -ERANGE. Any context. */
s32 vnet_stats_name(u32 index, struct net_text *name)
{
	if (index >= VNET_NR_STATS)
		return -ERANGE;
	memcpy(name->s, stats_names[index], sizeof(name->s));
	return 0;
}
