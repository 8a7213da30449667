// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transmit queues (VIRTIO 1.2, 5.1.6.2): frames from the batch into the ring, packets back
 * into the batch when the device has sent them.
 *
 * The device reads the bytes of each packet where they lie. A packet is one descriptor; the
 * first one of a frame also has the header, right in front of the frame, or in a descriptor
 * of its own when the frame begins elsewhere. A frame is written whole or not at all, and
 * the device is notified once a call. It may be done with frames in any
 * order, so descriptors are kept in a list of free ones, and what is where is looked up in
 * slots of our own.
 *
 * What goes back waits in a list until the batch has room: frames that were sent, frames
 * that cannot be sent as they are (DONE and ERROR), and all that the device had when it
 * was reset. Nothing is added for frames that were sent while it has a batch's worth, and
 * a batch brings no more packets than it has room for afterwards: so VNET_TX_BACK more
 * than the ring has entries is enough (domains/lib/net has the list).
 */
#include "vnet.h"
#include <redleaf/log.h>

#define TX_MIN	14u	/* a MAC header */

/* The frame whose first descriptor is @id is over: its packets go back. */
static void tx_finish(struct vnet_tx *tx, u32 id, u32 marks)
{
	u32 nr = tx->slots[id].nr;

	tx->slots[id].nr = 0;
	while (nr--) {
		struct vnet_tx_slot *slot = &tx->slots[id];

		if (slot->pkt)
			net_back_add(&tx->back, slot->pkt, marks);
		slot->pkt = NULL;
		tx->free.id[tx->free.nr++] = id;
		id = slot->next;
	}
}

/* One used element. */
static void tx_reap(struct vnet_tx *tx)
{
	const struct vring_used_elem *e = virtio_queue_first(&tx->ring);
	u32 id = READ_ONCE(e->id);

	if (unlikely(id >= tx->ring.entries || !tx->slots[id].nr))
		rl_die("device names a frame it does not have");
	if (unlikely(READ_ONCE(e->len)))
		rl_die("device wrote more than it was given room for");
	tx->ring.head++;
	tx->frames++;
	tx->bytes += tx->slots[id].bytes;
	tx_finish(tx, id, NET_DONE);
}

/* Sent frames go back, as many as a batch may have room for. */
static void tx_drain(struct vnet_tx *tx)
{
	u32 used = virtio_queue_used(&tx->ring);

	for (; used && tx->back.nr < NET_BATCH; used--)
		tx_reap(tx);
}

/**
 * vnet_tx_lose() - the device was reset: what it had goes back
 * @q: queue that does not run
 *
 * Frames that it said were sent are; of the others nobody knows. Process context.
 */
void vnet_tx_lose(struct vnet_queue *q)
{
	struct vnet_tx *tx = &q->tx;
	u32 used = virtio_queue_used(&tx->ring), id;

	for (; used; used--)
		tx_reap(tx);
	for (id = 0; id < tx->ring.entries; id++)
		if (tx->slots[id].nr)
			tx_finish(tx, id, NET_DONE | NET_ERROR);
}

/* Do @nr packets make a frame that the device can send? */
static bool tx_frame_ok(const struct vnet *n, struct net_packet __rref **pkts, u32 nr)
{
	const struct net_packet *first = rl_deref(pkts[0]);

	return net_frame_whole(pkts, nr) && first->len >= TX_MIN && vnet_offload_check(n, first);
}

/* @nr packets of a frame that cannot be sent. */
static void tx_refuse(struct vnet_tx *tx, struct net_packet __rref **pkts, u32 nr)
{
	net_back_refuse(&tx->back, pkts, nr);
	tx->errors++;
}

/* Descriptors of a frame of @nr packets. */
static u32 tx_descs(struct net_packet __rref **pkts, u32 nr)
{
	return nr + !!rl_deref(pkts[0])->bus;
}

/* One descriptor, @id of the last free ones, which are a frame's: @len bytes at @addr, and
 * @header bytes in front of them. False: the device cannot reach it.
 */
static bool tx_put(struct vnet_tx *tx, const u16 *id, struct net_packet __rref *pkt, u64 addr,
		   u32 header, u32 len)
{
	bool more = id != &tx->free.id[tx->free.nr - 1];
	struct vnet_tx_slot *slot = &tx->slots[*id];

	slot->pkt = pkt;
	slot->next = more ? id[1] : 0;
	virtio_desc_set(&tx->ring.desc[*id], addr - header, len + header, more ? VDESC_NEXT : 0,
			slot->next);
	return addr != RL_DMA_NONE;
}

/* A frame's first packet, with the header. */
static bool tx_put_first(struct vnet_tx *tx, const u16 *id, struct net_packet __rref *pkt)
{
	const struct net_packet *p = rl_deref(pkt);
	u64 addr = net_frame_addr(pkt);

	if (p->bus)
		tx_put(tx, id + 1, NULL, p->bus, 0, p->len);
	return tx_put(tx, id, pkt, addr, VNET_HEADER, p->bus ? 0 : p->len);
}

/* A frame of @nr packets into the ring, where there is room. */
static void tx_send(struct vnet_tx *tx, struct net_packet __rref **pkts, u32 nr)
{
	u32 descs = tx_descs(pkts, nr), i;
	const u16 *id = &tx->free.id[tx->free.nr - descs];
	struct vnet_tx_slot *first = &tx->slots[id[0]];
	bool reached = tx_put_first(tx, id, pkts[0]);

	for (i = 1; i < nr; i++)
		reached &= tx_put(tx, &id[descs - nr + i], pkts[i], net_send_addr(pkts[i]), 0,
				  rl_deref(pkts[i])->len);
	tx->free.nr -= descs;
	first->nr = descs;
	first->bytes = rl_deref(first->pkt)->total;
	if (unlikely(!reached)) {
		tx->errors++;
		tx_finish(tx, id[0], NET_DONE | NET_ERROR);
		return;
	}
	vnet_offload_fill(rl_deref(first->pkt));
	tx->segmented += !!(rl_deref(first->pkt)->flags & NET_TX_TSO);
	virtio_queue_push(&tx->ring, id[0]);
}

/* Frames into the ring, until there is no whole one or no room. Returns their packets. */
static u32 tx_frames(struct vnet_queue *q, struct net_packet __rref **pkts, u32 n)
{
	struct vnet_tx *tx = &q->tx;
	u32 at, nr;

	for (at = 0; (nr = net_frame_packets(&pkts[at], n - at)); at += nr) {
		if (unlikely(!tx_frame_ok(q->n, &pkts[at], nr)))
			tx_refuse(tx, &pkts[at], nr);
		else if (tx_descs(&pkts[at], nr) <= vnet_ring_room(&tx->ring, &tx->free))
			tx_send(tx, &pkts[at], nr);
		else
			break;
	}
	return at;
}

/**
 * vnet_tx_run() - frames out of the batch, sent packets into it
 * @q: queue, under its lock
 * @batch: tx of submit_and_poll
 *
 * Sent frames leave the ring first: a batch that is full of frames for a ring that is full
 * must not stand in its own way. No more packets are taken out than the ring has room for.
 * Preemption off.
 */
void vnet_tx_run(struct vnet_queue *q, struct net_packet_deque32 __rref *batch)
{
	struct vnet_tx *tx = &q->tx;
	u32 n, sent;

	tx_drain(tx);
	n = min(vnet_ring_room(&tx->ring, &tx->free), NET_BATCH);
	n = net_packet_deque32_pop_front_many(batch, tx->taken, n);
	sent = tx_frames(q, tx->taken, n);
	net_batch_push(batch, &tx->taken[sent], n - sent);
	q->notified += virtio_queue_ring(&tx->ring);
	net_back_return(&tx->back, batch);
}

/* Is there something to give back? Any context, under the queue's lock. */
bool vnet_tx_pending(const struct vnet_queue *q)
{
	return q->tx.back.nr || virtio_queue_pending(&q->tx.ring);
}
