// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames out of a batch and packets on their way back into it: see net.h.
 *
 * A batch is the caller's until the call and this domain's during it. Packets that were
 * taken out of it are this domain's own; what they say is the caller's.
 */
#include "net.h"
#include <redleaf/heap.h>
#include <redleaf/log.h>
#include <redleaf/string.h>

/**
 * net_back_alloc() - memory for a list
 * @back: zeroed
 * @limit: most packets that can ever wait
 *
 * Process context, may sleep. Returns 0 or -ENOMEM.
 */
s32 net_back_alloc(struct net_back *back, u32 limit)
{
	back->pkts = rl_alloc(limit * sizeof(*back->pkts));
	back->limit = limit;
	return back->pkts ? 0 : -ENOMEM;
}

/**
 * net_back_free() - free the packets in a list, and its memory
 * @back: list, with or without memory
 *
 * Process context, of a queue that does not run.
 */
void net_back_free(struct net_back *back)
{
	while (back->nr)
		rl_xfree(back->pkts[--back->nr]);
	rl_free(back->pkts);
	back->pkts = NULL;
}

/**
 * net_back_refuse() - packets that cannot be sent
 * @back: list, takes the packets
 * @pkts: packets, not in any batch
 * @nr: how many they are
 *
 * Any context, under the queue's lock.
 */
void net_back_refuse(struct net_back *back, struct net_packet __rref **pkts, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++)
		net_back_add(back, pkts[i], NET_DONE | NET_ERROR);
}

/**
 * net_back_return() - what is to go back, as much as the batch has room for
 * @back: list, gives the packets
 * @batch: batch, gets them at its front and in order
 *
 * Any context, under the queue's lock.
 */
void net_back_return(struct net_back *back, struct net_packet_deque32 __rref *batch)
{
	u32 nr = min(NET_BATCH - net_packet_deque32_len(batch), back->nr);

	net_batch_push(batch, back->pkts, nr);
	back->nr -= nr;
	memmove(back->pkts, &back->pkts[nr], back->nr * sizeof(*back->pkts));
}

/**
 * net_frame_packets() - packets of the first frame of several
 * @pkts: packets, not in any batch
 * @n: how many they are
 *
 * Any context. Returns 0 where there is none to send, or not all of one.
 */
u32 net_frame_packets(struct net_packet __rref **pkts, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++) {
		u32 flags = rl_deref(pkts[i])->flags;

		if (flags & NET_DONE)
			return 0;
		if (!(flags & NET_MORE))
			return i + 1;
	}
	return 0;
}

static bool net_packet_whole(const struct net_packet *p)
{
	if (p->bus)
		return p->len && p->len <= NET_PIECE && !p->offset;
	return p->len && p->offset <= NET_DATA && p->len <= NET_DATA - p->offset;
}

/**
 * net_frame_whole() - do packets make the frame they claim to?
 * @pkts: packets, not in any batch
 * @nr: packets of the frame (net_frame_packets())
 *
 * Each has bytes, inside its data or elsewhere, and together they are as many as the first
 * one says.
 * Any context.
 */
bool net_frame_whole(struct net_packet __rref **pkts, u32 nr)
{
	u32 k, total = 0;

	for (k = 0; k < nr; k++) {
		const struct net_packet *p = rl_deref(pkts[k]);

		if (!net_packet_whole(p))
			return false;
		total += p->len;
	}
	return nr <= NET_MAX_FRAGS && total == rl_deref(pkts[0])->total;
}
