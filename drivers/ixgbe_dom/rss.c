// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receive side scaling (7.1.2.8): a hash over addresses and TCP ports picks one of 128
 * entries of a table, and the entry a queue.
 *
 * UDP ports are left out: fragments of one datagram would go to different queues. The
 * key is a constant until the trusted side sets one, so that a flow stays with its queue
 * over a restart.
 */
#include "ixgbe.h"
#include <redleaf/string.h>

#define IX_RETA_WORDS	32u
#define IX_RSSRK_WORDS	10u

static_assert(IX_RETA_WORDS * 4 == NET_RSS_TABLE);
static_assert(IX_RSSRK_WORDS * 4 == NET_RSS_KEY);

/* Microsoft's, which the datasheet's test vectors are for (7.1.2.8.3). */
static const u8 ix_rss_key[NET_RSS_KEY] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3,
	0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3,
	0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};

/**
 * ix_rss_default() - the key, and all queues in turn
 * @n: port, with its number of queues set
 *
 * Any context.
 */
void ix_rss_default(struct ix *n)
{
	u32 i;

	memcpy(n->set.rss.key, ix_rss_key, sizeof(ix_rss_key));
	for (i = 0; i < NET_RSS_TABLE; i++)
		n->set.rss.table[i] = i % n->set.rings.rx_queues;
}

/* ix_rss_check() - 0, or -EINVAL: a queue that is not there. Any context. */
s32 ix_rss_check(const struct ix *n, const struct net_rss *rss)
{
	u32 i;

	for (i = 0; i < NET_RSS_TABLE; i++)
		if (rss->table[i] >= n->set.rings.rx_queues)
			return -EINVAL;
	return 0;
}

static u32 ix_four_bytes(const u8 *b)
{
	return b[0] | b[1] << 8 | b[2] << 16 | (u32)b[3] << 24;
}

/**
 * ix_rss_apply() - program key, table and mode as set (8.2.3.7.12 to .15)
 * @n: port
 *
 * Process context; the device may run.
 */
void ix_rss_apply(const struct ix *n)
{
	u32 i;

	for (i = 0; i < IX_RSSRK_WORDS; i++)
		ix_wr(IX_RSSRK(i), ix_four_bytes(&n->set.rss.key[4 * i]));
	for (i = 0; i < IX_RETA_WORDS; i++)
		ix_wr(IX_RETA(i), ix_four_bytes(&n->set.rss.table[4 * i]));
	ix_wr(IX_MRQC, IX_MRQC_RSS | IX_MRQC_FIELDS);
}
