// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receive queues (VIRTIO 1.2, 5.1.6.3, 5.1.6.4): empty packets go into the ring, whole
 * frames come out of it.
 *
 * A packet is one descriptor: the device writes its header and then the frame, nothing is
 * copied. With mergeable buffers a frame goes on in the buffers that are used next, from
 * their first byte on, and the header says how many they are.
 *
 * The number of packets taken and given is bounded by the batch: a device that makes up
 * used elements cannot hold the CPU. A buffer that the device does not have, more bytes
 * than there was room for, a frame without a header or with more buffers than were used:
 * each ends the generation. A header that asks for what was not negotiated, or for a
 * checksum outside the frame, makes a broken frame.
 */
#include "vnet.h"
#include <redleaf/log.h>

static void rx_push(struct vnet_rx *rx, u16 id, u64 addr)
{
	virtio_desc_set(&rx->ring.desc[id], addr, NET_RX_BYTES, VDESC_WRITE, 0);
	virtio_queue_push(&rx->ring, id);
}

static void rx_tell(struct vnet_queue *q)
{
	q->notified += virtio_queue_ring(&q->rx.ring);
}

/*
 * Empty packets from the batch's end into the ring, as many as there is room for. All of
 * their data is the device's, whatever the packet was used for before.
 */
static void rx_fill(struct vnet_queue *q, struct net_packet_deque32 __rref *batch)
{
	struct vnet_rx *rx = &q->rx;
	u32 room = vnet_ring_room(&rx->ring, &rx->free), n, i;

	n = net_packet_deque32_pop_back_many(batch, rx->fresh, min(room, NET_BATCH));
	for (i = 0; i < n; i++) {
		struct net_packet __rref *pkt = rx->fresh[i];
		u64 addr;
		u16 id;

		rl_deref(pkt)->offset = 0;
		addr = net_frame_addr(pkt);
		if (unlikely(addr == RL_DMA_NONE)) {
			rl_xfree(pkt);	/* not a buffer; the batch needs its place */
			continue;
		}
		id = rx->free.id[--rx->free.nr];
		rx->bufs[id] = pkt;
		rx_push(rx, id, addr);
	}
	rx_tell(q);
}

/**
 * vnet_rx_repost() - a device that was reset gets the packets it had
 * @q: queue, under its lock; its ring is clear
 *
 * Any context.
 */
void vnet_rx_repost(struct vnet_queue *q)
{
	u32 id;

	for (id = 0; id < q->rx.ring.entries; id++)
		if (q->rx.bufs[id])
			rx_push(&q->rx, id, net_frame_addr(q->rx.bufs[id]));
	rx_tell(q);
}

/* The buffer at the ring's head; there is one. */
static u32 rx_first(const struct vnet_rx *rx)
{
	u32 id = READ_ONCE(virtio_queue_first(&rx->ring)->id);

	if (unlikely(id >= rx->ring.entries || !rx->bufs[id]))
		rl_die("device names a buffer it does not have");
	return id;
}

/* Takes it off the ring, into ready[@to]. Returns the bytes that the device wrote. */
static u32 rx_take(struct vnet_rx *rx, u32 to)
{
	u32 id = rx_first(rx), len = READ_ONCE(virtio_queue_first(&rx->ring)->len);

	if (unlikely(len > NET_RX_BYTES))
		rl_die("device wrote more than it was given room for");
	rx->ready[to] = rx->bufs[id];
	rx->bufs[id] = NULL;
	rx->free.id[rx->free.nr++] = id;
	rx->ring.head++;
	return len;
}

/* Buffers of the frame at the ring's head; @used of them have been used. */
static u32 rx_buffers(const struct vnet_queue *q, u32 used)
{
	const struct net_packet *first = rl_deref(q->rx.bufs[rx_first(&q->rx)]);
	const struct vnet_header *h = (const struct vnet_header *)first->data;
	u32 nr = 1;

	if (vnet_has(q->n, VF_MRG_RXBUF))
		nr = READ_ONCE(h->num_buffers);
	if (unlikely(!nr || nr > NET_MAX_FRAGS || nr > used))
		rl_die("device receives a frame of buffers that it did not use");
	return nr;
}

/* The checksum that the sender left to its device: nobody has filled it in. */
static bool rx_fill_checksum(struct vnet_rx *rx, u32 at, u32 nr, u32 start, u32 offset)
{
	struct net_packet *first = rl_deref(rx->ready[at]);
	u8 *frame = vnet_frame(first), *field = frame + start + offset;
	u32 sum, pos = first->len - start, i;

	if (start + offset + 2 > first->len)
		return false;
	sum = vnet_checksum_part(frame + start, first->len - start);
	for (i = 1; i < nr; i++) {
		const struct net_packet *p = rl_deref(rx->ready[at + i]);
		u32 part = vnet_checksum_part(p->data, p->len);

		sum = vnet_checksum_add(sum, pos & 1 ? vnet_checksum_swap(part) : part);
		pos += p->len;
	}
	sum = ~sum & 0xffff;
	if (!sum)
		sum = 0xffff;	/* in UDP 0 means that there is none; in TCP it is the same */
	field[0] = sum;
	field[1] = sum >> 8;
	rx->filled++;
	return true;
}

/* 5.1.6.4.1: results of the device. Returns false for a broken frame. */
static bool rx_describe(struct vnet_queue *q, u32 at, u32 nr)
{
	struct net_packet *p = rl_deref(q->rx.ready[at]);
	const struct vnet_header *h = (const struct vnet_header *)p->data;
	u8 flags = READ_ONCE(h->flags);

	p->vlan_tci = 0;
	p->mss = 0;
	p->hash = 0;
	p->queue = q->index;
	if (READ_ONCE(h->gso_type) != VHDR_GSO_NONE)
		return false;
	if (!(flags & (VHDR_NEEDS_CSUM | VHDR_DATA_VALID)))
		return true;
	if (!vnet_has(q->n, VF_GUEST_CSUM))
		return false;
	if (flags & VHDR_NEEDS_CSUM &&
	    !rx_fill_checksum(&q->rx, at, nr, READ_ONCE(h->csum_start), READ_ONCE(h->csum_offset)))
		return false;
	if (q->n->set.features & NET_F_RX_CSUM)
		p->flags |= NET_RX_L4_GOOD;
	return true;
}

/* The next packet of a frame into ready[@at]; @skip bytes of it are none of the frame's. */
static u32 rx_part(struct vnet_rx *rx, u32 at, u32 skip)
{
	u32 len = rx_take(rx, at);
	struct net_packet *p = rl_deref(rx->ready[at]);

	if (unlikely(len < skip))
		rl_die("device receives a frame without a header");
	p->offset = skip;
	p->len = len - skip;
	p->flags = NET_DONE | NET_MORE;
	return p->len;
}

/* The frame of @nr packets at the ring's head into ready, from @at on. */
static void rx_collect(struct vnet_queue *q, u32 at, u32 nr)
{
	struct vnet_rx *rx = &q->rx;
	struct net_packet *first;
	u32 i, total = rx_part(rx, at, VNET_HEADER);

	for (i = 1; i < nr; i++)
		total += rx_part(rx, at + i, 0);
	rl_deref(rx->ready[at + nr - 1])->flags = NET_DONE;
	first = rl_deref(rx->ready[at]);
	first->total = total;
	if (unlikely(!rx_describe(q, at, nr))) {
		first->flags |= NET_ERROR;
		rx->bad++;
		return;
	}
	rx->frames++;
	rx->bytes += total;
}

/* Frames into ready, as many as a batch has room for. Returns their packets. */
static u32 rx_drain(struct vnet_queue *q)
{
	u32 used = virtio_queue_used(&q->rx.ring), at = 0, nr;

	for (; used; used -= nr, at += nr) {
		nr = rx_buffers(q, used);
		if (at + nr > NET_BATCH)
			break;
		rx_collect(q, at, nr);
	}
	return at;
}

/**
 * vnet_rx_run() - frames into the batch, empty packets out of it
 * @q: queue, under its lock
 * @batch: rx of submit_and_poll
 *
 * What comes back first was received, in the order of its arrival. An empty batch is one
 * of a sender, who wants nothing. Preemption off.
 */
void vnet_rx_run(struct vnet_queue *q, struct net_packet_deque32 __rref *batch)
{
	u32 nr;

	if (!net_packet_deque32_len(batch))
		return;
	nr = rx_drain(q);
	rx_fill(q, batch);
	net_batch_push(batch, q->rx.ready, nr);
}
