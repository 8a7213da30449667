/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What drivers of network devices share: frames out of a batch, and packets that wait to
 * go back into one. A driver's Kbuild says rl-libs := net; the code is linked
 * into the domain and is as little trusted as the rest of it.
 *
 * Packets leave a batch and come into it many at a time, which is one call of the core. So
 * a driver takes out what it may have room for, and puts back in front what it had none for.
 *
 * What goes back waits in a list until the batch has room: frames that were sent, frames
 * that cannot be sent as they are (DONE and ERROR), and all that the device had when it
 * was reset. How many that can be is the driver's to say (@limit); one more is a bug of
 * the driver, which dies of it.
 *
 * All of it runs under the lock of the queue that the list and the batch belong to.
 */
#ifndef DOMAINS_LIB_NET_H
#define DOMAINS_LIB_NET_H

#include <redleaf/domain.h>
#include <redleaf/gen/net.h>
#include <redleaf/log.h>
#include <redleaf/pci.h>
#include <redleaf/rref.h>

/* Packets that are to go back; under the queue's lock. */
struct net_back {
	struct net_packet __rref **pkts;	/* @nr of them, in order */
	u32 nr;
	u32 limit;				/* constant */
};

s32 net_back_alloc(struct net_back *back, u32 limit);
void net_back_free(struct net_back *back);
void net_back_refuse(struct net_back *back, struct net_packet __rref **pkts, u32 nr);
void net_back_return(struct net_back *back, struct net_packet_deque32 __rref *batch);

u32 net_frame_packets(struct net_packet __rref **pkts, u32 n);
bool net_frame_whole(struct net_packet __rref **pkts, u32 nr);

/**
 * net_back_add() - a packet is to go back
 * @back: list, takes the packet
 * @pkt: packet, not in any batch
 * @marks: flags that it gets, NET_DONE among them
 *
 * Any context, under the queue's lock.
 */
static inline void net_back_add(struct net_back *back, struct net_packet __rref *pkt, u32 marks)
{
	if (unlikely(back->nr == back->limit))
		rl_die("more packets to give back than can be inside");
	rl_deref(pkt)->flags |= marks;
	back->pkts[back->nr++] = pkt;
}

/**
 * net_batch_push() - packets to a batch's front, in their order
 * @batch: batch, takes the packets
 * @pkts: array in the domain's memory
 * @nr: how many
 *
 * Nobody else has the batch, and it has room: otherwise the domain dies. Any context.
 */
static inline void net_batch_push(struct net_packet_deque32 __rref *batch,
				  struct net_packet __rref **pkts, u32 nr)
{
	if (nr && unlikely(net_packet_deque32_push_front_many(batch, pkts, nr) != nr))
		rl_die("batch has no room");
}

/**
 * net_frame_addr() - where the device finds the frame's bytes in a packet's data
 * @pkt: packet that is in no batch
 *
 * Any context. Returns a bus address; RL_DMA_NONE: the device cannot reach it.
 */
static inline u64 net_frame_addr(const struct net_packet __rref *pkt)
{
	u64 addr = rl_xdma(pkt);

	return addr == RL_DMA_NONE ? addr :
	       addr + offsetof(struct net_packet, data) + rl_deref(pkt)->offset;
}

/**
 * net_send_addr() - where the device reads what a packet has of a frame to send
 * @pkt: packet that is in no batch
 *
 * Any context. Returns a bus address; RL_DMA_NONE: the device cannot reach it.
 */
static inline u64 net_send_addr(const struct net_packet __rref *pkt)
{
	u64 bus = rl_deref(pkt)->bus;

	return bus ? bus : net_frame_addr(pkt);
}

#endif
