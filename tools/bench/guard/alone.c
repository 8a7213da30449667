// SPDX-License-Identifier: GPL-2.0-only
/*
 * In place of the core's entries that a driver moves packets with: no more than the
 * pointers move. The packets are nobody's children, so they are the domain's throughout.
 */
#include <redleaf/gen/net.h>

s32 rl_xpush_back(void *dq, void *pkt)
{
	struct net_packet_deque32 *batch = dq;

	batch->slot[(batch->head + batch->len++) % NET_BATCH] = pkt;
	return 0;
}

/* To the front, as all of them are. */
u32 rl_xpush_many(void *dq, void **pkts, u32 n, u32 front)
{
	struct net_packet_deque32 *batch = dq;
	u32 i = n;

	while (i--) {
		batch->head = (batch->head + NET_BATCH - 1) % NET_BATCH;
		batch->slot[batch->head] = pkts[i];
	}
	batch->len += n;
	return n;
}

u32 rl_xpop_many(void *dq, void **pkts, u32 n, u32 back)
{
	struct net_packet_deque32 *batch = dq;
	u32 i;

	n = min(n, batch->len);
	for (i = 0; i < n; i++)
		pkts[i] = batch->slot[(batch->head + (back ? batch->len - 1 - i : i)) % NET_BATCH];
	if (!back)
		batch->head = (batch->head + n) % NET_BATCH;
	batch->len -= n;
	return n;
}
