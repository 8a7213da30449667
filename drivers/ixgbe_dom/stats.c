// SPDX-License-Identifier: GPL-2.0-only
/*
 * Statistics (8.2.3.23): the chip's counters are cleared by reading and stick at their
 * largest value, so they are added up here once a second and before every reset.
 *
 * Packet counters have 32 bits, which last for minutes; byte counters have 36 in a pair
 * of registers, low word first, and last for 55 seconds at full speed. All of it under
 * the config mutex.
 */
#include "ixgbe.h"
#include <redleaf/string.h>

/* Where each counter comes from; register 0: from nowhere, it is counted here. */
static const struct {
	u32 reg;
	u16 count;	/* registers to add up */
	u16 stride;
	bool pair;
	char name[NET_NAME_LEN];
} ix_counters[IX_NR_STATS] = {
	[IX_S_CRC] = { IX_CRCERRS, 1, 0, false, "rx_crc_errors" },
	[IX_S_ILL] = { IX_ILLERRC, 1, 0, false, "rx_illegal_bytes" },
	[IX_S_ERRB] = { IX_ERRBC, 1, 0, false, "rx_error_bytes" },
	[IX_S_RLE] = { IX_RLEC, 1, 0, false, "rx_length_errors" },
	[IX_S_XON_TX] = { IX_LXONTXC, 1, 0, false, "tx_xon" },
	[IX_S_XOFF_TX] = { IX_LXOFFTXC, 1, 0, false, "tx_xoff" },
	[IX_S_XON_RX] = { IX_LXONRXC, 1, 0, false, "rx_xon" },
	[IX_S_XOFF_RX] = { IX_LXOFFRXC, 1, 0, false, "rx_xoff" },
	[IX_S_PR64] = { IX_PRC64, 1, 0, false, "rx_64" },
	[IX_S_PR127] = { IX_PRC64 + 4, 1, 0, false, "rx_65_127" },
	[IX_S_PR255] = { IX_PRC64 + 8, 1, 0, false, "rx_128_255" },
	[IX_S_PR511] = { IX_PRC64 + 12, 1, 0, false, "rx_256_511" },
	[IX_S_PR1023] = { IX_PRC64 + 16, 1, 0, false, "rx_512_1023" },
	[IX_S_PR1522] = { IX_PRC64 + 20, 1, 0, false, "rx_1024_max" },
	[IX_S_RX_PACKETS] = { IX_GPRC, 1, 0, false, "rx_packets" },
	[IX_S_RX_BROADCAST] = { IX_BPRC, 1, 0, false, "rx_broadcast" },
	[IX_S_RX_MULTICAST] = { IX_MPRC, 1, 0, false, "rx_multicast" },
	[IX_S_TX_PACKETS] = { IX_GPTC, 1, 0, false, "tx_packets" },
	[IX_S_MISSED] = { IX_RXMPC(0), 8, 4, false, "rx_missed" },
	[IX_S_UNDERSIZE] = { IX_RUC, 1, 0, false, "rx_undersize" },
	[IX_S_FRAGMENT] = { IX_RFC, 1, 0, false, "rx_fragment" },
	[IX_S_OVERSIZE] = { IX_ROC, 1, 0, false, "rx_oversize" },
	[IX_S_JABBER] = { IX_RJC, 1, 0, false, "rx_jabber" },
	[IX_S_PT64] = { IX_PTC64, 1, 0, false, "tx_64" },
	[IX_S_PT127] = { IX_PTC64 + 4, 1, 0, false, "tx_65_127" },
	[IX_S_PT255] = { IX_PTC64 + 8, 1, 0, false, "tx_128_255" },
	[IX_S_PT511] = { IX_PTC64 + 12, 1, 0, false, "tx_256_511" },
	[IX_S_PT1023] = { IX_PTC64 + 16, 1, 0, false, "tx_512_1023" },
	[IX_S_PT1522] = { IX_PTC64 + 20, 1, 0, false, "tx_1024_max" },
	[IX_S_TX_MULTICAST] = { IX_MPTC, 1, 0, false, "tx_multicast" },
	[IX_S_TX_BROADCAST] = { IX_BPTC, 1, 0, false, "tx_broadcast" },
	[IX_S_NO_BUFFER] = { IX_QPRDC(0), IX_STAT_SETS, 0x40, false, "rx_no_buffer" },
	[IX_S_RX_BYTES] = { IX_GORCL, 1, 0, true, "rx_bytes" },
	[IX_S_TX_BYTES] = { IX_GOTCL, 1, 0, true, "tx_bytes" },
	[IX_S_RESETS] = { 0, 0, 0, false, "resets" },
	[IX_S_HANGS] = { 0, 0, 0, false, "tx_hangs" },
};

static u64 ix_stats_read(u32 index)
{
	u32 reg = ix_counters[index].reg, i;
	u64 sum = 0, low;

	for (i = 0; i < ix_counters[index].count; i++, reg += ix_counters[index].stride) {
		if (!ix_counters[index].pair) {
			sum += ix_rd(reg);
			continue;
		}
		low = ix_rd(reg);
		sum += low | (u64)(ix_rd(reg + 4) & 0xf) << 32;
	}
	return sum;
}

/**
 * ix_stats_collect() - add up what the chip has counted
 * @n: port, not in a reset
 *
 * Process context.
 */
void ix_stats_collect(struct ix *n)
{
	u32 i;

	for (i = 0; i < IX_NR_STATS; i++)
		n->stats[i] += ix_stats_read(i);
}

/* What the queues have counted themselves; a racy sum of what only grows. */
static void ix_stats_queues(const struct ix *n, struct net_stats *out)
{
	u32 i;

	for (i = 0; i < n->nr_queues; i++) {
		const struct ix_queue *q = n->queues[i];

		out->rx_csum_errors += READ_ONCE(q->rx.csum_errors);
		out->rx_errors += READ_ONCE(q->rx.bad);
		out->tx_errors += READ_ONCE(q->tx.errors);
	}
}

/**
 * ix_stats_report() - net.stats
 * @n: port
 * @out: answer
 *
 * Process context.
 */
void ix_stats_report(struct ix *n, struct net_stats *out)
{
	const u64 *s = n->stats;

	ix_stats_collect(n);
	memset(out, 0, sizeof(*out));
	out->rx_packets = s[IX_S_RX_PACKETS];
	out->rx_bytes = s[IX_S_RX_BYTES];
	out->tx_packets = s[IX_S_TX_PACKETS];
	out->tx_bytes = s[IX_S_TX_BYTES];
	out->multicast = s[IX_S_RX_MULTICAST];
	out->broadcast = s[IX_S_RX_BROADCAST];
	out->rx_missed = s[IX_S_MISSED];
	out->rx_no_buffer = s[IX_S_NO_BUFFER];
	out->rx_crc_errors = s[IX_S_CRC];
	out->rx_length_errors = s[IX_S_RLE] + s[IX_S_UNDERSIZE] + s[IX_S_FRAGMENT] +
				s[IX_S_OVERSIZE] + s[IX_S_JABBER];
	out->rx_errors = out->rx_crc_errors + out->rx_length_errors + s[IX_S_ILL] + s[IX_S_ERRB];
	out->tx_hangs = s[IX_S_HANGS];
	out->rx_pause = s[IX_S_XOFF_RX];
	out->tx_pause = s[IX_S_XOFF_TX];
	out->interrupts = n->interrupts;
	ix_stats_queues(n, out);
}

/**
 * ix_stats_own() - net.own_stats
 * @n: port
 * @step: eight counters each
 * @out: answer; 0 beyond the last
 *
 * Process context. Returns 0, -ERANGE.
 */
s32 ix_stats_own(struct ix *n, u32 step, struct net_own_stats *out)
{
	u32 first = step * ARRAY_SIZE(out->value), i;

	if (step > IX_NR_STATS / ARRAY_SIZE(out->value))
		return -ERANGE;
	memset(out, 0, sizeof(*out));
	for (i = 0; i < ARRAY_SIZE(out->value) && first + i < IX_NR_STATS; i++)
		out->value[i] = n->stats[first + i];
	return 0;
}

/* ix_stats_name() - net.stat_name. Returns 0, -ERANGE. Any context. */
s32 ix_stats_name(u32 index, struct net_text *name)
{
	if (index >= IX_NR_STATS)
		return -ERANGE;
	memcpy(name->s, ix_counters[index].name, sizeof(name->s));
	return 0;
}
