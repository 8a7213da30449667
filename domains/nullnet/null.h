/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the two files of this domain share: null.c implements the interface, reflect.c
 * the peer at the other end of the wire that is not there.
 *
 * Batches of one queue come one at a time, and not while the interface is opened,
 * closed or given other rings, so a queue needs no lock. @armed alone is also written
 * by arm(), which may come on another CPU.
 */
#ifndef NULLNET_NULL_H
#define NULLNET_NULL_H

#include <redleaf/domain.h>
#include <redleaf/heap.h>
#include <redleaf/string.h>
#include <redleaf/gen/nullnet.h>

#define NULL_RING_MAX	1024
#define NULL_MTU_MAX	9000

/*
 * Packets on their way to the peer and back. Each is this domain's own.
 * Constant while open: @ring, @size.
 */
struct null_queue {
	struct net_packet __rref **ring;	/* @size of them; reflecting only */
	u32 size;
	u32 head;		/* oldest */
	u32 used;
	u32 armed;		/* the adapter waits for work; exchanged atomically */
	u64 frames;		/* sent */
	u64 bytes;
	u64 reflected;
	u64 calls;
};

struct null {
	rl_cap_t host;		/* capability for net_host; constant after init */
	u32 nr_queues;		/* the same, for those below */
	bool reflect;
	bool hang;
	bool open;		/* by set_open */
	struct net_rings rings;	/* by set_rings */
	struct net_mac mac;	/* by set_mac */
	struct null_queue *queues;
};

/* reflect.c */
void reflect_take(struct null_queue *q, struct net_packet_deque32 __rref *tx);
void reflect_give(struct null_queue *q, struct net_packet_deque32 __rref *tx,
		  struct net_packet_deque32 __rref *rx);

#endif
