// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receive queues (7.1.9, 7.1.6, 8.2.3.8): empty packets go into the ring, whole frames
 * come out of it.
 *
 * A packet is the device's from its descriptor's write until DD is read there; it is
 * written by DMA at its own bus address, nothing is copied. The number of packets taken
 * and given is bounded by the batch: a device that fakes DD cannot hold the CPU. A
 * length that does not fit the buffer, or a frame that never ends, is the device's lie:
 * the frame is given back marked broken.
 */
#include "ixgbe.h"
#include <redleaf/log.h>

#define IX_ENABLE_US	10000u
#define IX_RX_FRAME_MAX	4u	/* buffers of the largest frame */

static_assert(IX_RX_FRAME_MAX * IX_RX_BUFFER >= IX_MTU_MAX + IX_L2_OVERHEAD + 8);

/* Bytes of a buffer that begins at @offset; the core's object is as large as its type. */
static bool ix_rx_fits(const struct net_packet *p)
{
	return p->offset <= NET_DATA - IX_RX_BUFFER && !(p->offset & 1);
}

/**
 * ix_rx_program() - registers of a queue that is off (4.6.7)
 * @n: port
 * @q: its queue
 *
 * Frames are dropped at a queue without descriptors, when others would have to wait for
 * it and no pause frame stops the partner. Process context.
 */
void ix_rx_program(const struct ix *n, const struct ix_queue *q)
{
	u32 i = q->index;
	bool drop = n->nr_queues > 1 && !n->set.pause.tx;

	ix_wr(IX_RDBAL(i), q->rx.dma);
	ix_wr(IX_RDBAH(i), q->rx.dma >> 32);
	ix_wr(IX_RDLEN(i), q->rx.size * sizeof(struct ix_desc));
	ix_wr(IX_RDH(i), 0);
	ix_wr(IX_RDT(i), 0);
	ix_wr(IX_SRRCTL(i), IX_SRRCTL_KB(IX_RX_BUFFER_KB) | IX_SRRCTL_ONE_BUFFER |
			    (drop ? IX_SRRCTL_DROP_EN : 0));
	ix_clear(IX_DCA_RXCTRL(i), IX_DCA_RX_BIT12);
}

/**
 * ix_rx_enable() - start a queue and wait until it has (4.6.7.1)
 * @n: port
 * @q: its queue
 *
 * Process context, may sleep. Returns 0 or -Exxx, with a line in the log.
 */
s32 ix_rx_enable(const struct ix *n, struct ix_queue *q)
{
	u32 vme = n->set.features & NET_F_RX_VLAN ? IX_RXDCTL_VME : 0;
	s32 err;

	ix_wr(IX_RXDCTL(q->index), IX_DCTL_ENABLE | vme);
	err = ix_wait(IX_RXDCTL(q->index), IX_DCTL_ENABLE, IX_DCTL_ENABLE, IX_ENABLE_US);
	if (err)
		rl_err("rx queue %u does not start: %d", q->index, err);
	return err;
}

static void ix_rx_post(struct ix_rx *rx, struct net_packet __rref *pkt, u64 addr)
{
	u32 at = rx->head + rx->posted;

	if (at >= rx->size)
		at -= rx->size;
	rx->bufs[at] = pkt;
	rx->descs[at].q0 = addr;
	rx->descs[at].q1 = 0;
	rx->posted++;
}

static u32 ix_rx_tail(const struct ix_rx *rx)
{
	u32 at = rx->head + rx->posted;

	return at >= rx->size ? at - rx->size : at;
}

/* The descriptors are written before the tail; x86 keeps stores in order. */
static void ix_rx_ring(struct ix_queue *q)
{
	barrier();
	q->rx.untold = 0;
	ix_wr(IX_RDT(q->index), ix_rx_tail(&q->rx));
}

/*
 * Empty packets from the batch's end into the ring, as many as there is room for. The
 * device learns of several at once, unless it has few left.
 */
static void ix_rx_fill(struct ix_queue *q, struct net_packet_deque32 __rref *batch)
{
	struct ix_rx *rx = &q->rx;
	u32 before = rx->posted, room = rx->size - 1 - before, n, i;

	n = net_packet_deque32_pop_back_many(batch, rx->fresh, min(room, NET_BATCH));
	for (i = 0; i < n; i++) {
		struct net_packet __rref *pkt = rx->fresh[i];
		u64 addr;

		addr = ix_rx_fits(rl_deref(pkt)) ? net_frame_addr(pkt) : RL_DMA_NONE;
		if (likely(addr != RL_DMA_NONE))
			ix_rx_post(rx, pkt, addr);
		else
			rl_xfree(pkt);	/* not a buffer; the batch needs its place */
	}
	rx->untold += rx->posted - before;
	if (rx->untold >= IX_RX_TELL || (rx->untold && rx->posted - rx->untold < IX_RX_TELL))
		ix_rx_ring(q);
}

/**
 * ix_rx_repost() - give the device again what it had before a reset
 * @q: queue, enabled, its ring at 0
 *
 * Empty packets have no order; frames that arrived and were not taken are lost.
 *
 * Under the queue's lock or before it runs. Any context but NMI.
 */
void ix_rx_repost(struct ix_queue *q)
{
	struct ix_rx *rx = &q->rx;
	u32 at, nr = 0;

	for (at = 0; at < rx->size; at++) {
		struct net_packet __rref *pkt = rx->bufs[at];

		rx->bufs[at] = NULL;
		if (pkt)
			rx->bufs[nr++] = pkt;
	}
	rx->head = 0;
	rx->posted = 0;
	rx->untold = 0;
	while (rx->posted < nr)
		ix_rx_post(rx, rx->bufs[rx->posted], net_frame_addr(rx->bufs[rx->posted]));
	if (nr)
		ix_rx_ring(q);
}

/**
 * ix_rx_drop() - free what is in the ring
 * @q: queue that does not run
 *
 * Process context.
 */
void ix_rx_drop(struct ix_queue *q)
{
	struct ix_rx *rx = &q->rx;

	for (; rx->posted; rx->posted--) {
		rl_xfree(rx->bufs[rx->head]);
		rx->bufs[rx->head] = NULL;
		rx->head = rx->head + 1 == rx->size ? 0 : rx->head + 1;
	}
	rx->untold = 0;
}

/* Checksum results of the last descriptor (7.1.6.2); errata are in the documentation. */
static u32 ix_rx_csum(struct ix_rx *rx, u64 q0, u32 status)
{
	u32 flags = 0;

	if (status & IX_RXD_IPCS && !(status & IX_RXD_IPE))
		flags |= NET_RX_IP_GOOD;
	if (!(status & IX_RXD_L4CS) || (status & IX_RXD_IPCS && status & IX_RXD_IPE))
		return flags;
	if (!(status & IX_RXD_L4E))
		return flags | NET_RX_L4_GOOD;
	/* UDP without a checksum is marked as wrong: let the stack look */
	if ((u32)q0 & IX_RXD_UDP)
		return flags;
	rx->csum_errors++;
	return flags | NET_RX_CSUM_BAD;
}

/* What is to be said of the frame that ended with @q0, @q1. */
static u32 ix_rx_flags(struct ix_queue *q, u64 q0, u64 q1)
{
	u32 features = q->ix->set.features, status = q1, flags = NET_DONE;

	if (features & NET_F_RX_CSUM)
		flags |= ix_rx_csum(&q->rx, q0, status);
	if (status & IX_RXD_VP && features & NET_F_RX_VLAN)
		flags |= NET_RX_VLAN;
	if (features & NET_F_RX_HASH && IX_RXD_RSS(q0)) {
		flags |= NET_RX_HASH;
		if (IX_RSS_L4_TYPES >> IX_RXD_RSS(q0) & 1)
			flags |= NET_RX_HASH_L4;
	}
	return flags;
}

static u32 ix_rx_next(const struct ix_rx *rx, u32 at)
{
	return at + 1 == rx->size ? 0 : at + 1;
}

/*
 * Packets of the frame at the ring's head that is complete; 0: there is none. A frame of
 * more than @most counts as none, unless it can never become one: it is @most then, and
 * broken.
 */
static u32 ix_rx_frame(const struct ix_rx *rx, u32 most)
{
	u32 limit = min(min(most, IX_RX_FRAME_MAX), rx->posted), at = rx->head, i;

	for (i = 1; i <= limit; i++, at = ix_rx_next(rx, at)) {
		u32 status = READ_ONCE(rx->descs[at].q1);

		if (!(status & IX_RXD_DD))
			return 0;
		if (status & IX_RXD_EOP)
			return i;
	}
	return limit == IX_RX_FRAME_MAX ? limit : 0;
}

/* Takes one packet off the ring, into rx->ready[@to]. Returns its status and length. */
static u64 ix_rx_take(struct ix_rx *rx, u32 to)
{
	u64 q1 = READ_ONCE(rx->descs[rx->head].q1);

	rx->ready[to] = rx->bufs[rx->head];
	rx->bufs[rx->head] = NULL;
	rx->head = ix_rx_next(rx, rx->head);
	rx->posted--;
	return q1;
}

/*
 * One frame of @nr packets into rx->ready, from @to on. All that the first one says is
 * written at once: the store guard asks the core whose a packet is each time that the
 * compiler takes its address anew, or comes from another place.
 */
static void ix_rx_collect(struct ix_queue *q, u32 to, u32 nr)
{
	struct ix_rx *rx = &q->rx;
	u32 i, len, flags, hash, tag, first = 0, total = 0;
	struct net_packet *p;
	bool bad = false;
	u64 q0 = 0, q1 = 0;

	for (i = 0; i < nr; i++) {
		q0 = READ_ONCE(rx->descs[rx->head].q0);
		q1 = ix_rx_take(rx, to + i);
		len = IX_RXD_LEN(q1);
		bad |= !len || len > IX_RX_BUFFER;
		len = min(len, IX_RX_BUFFER);
		total += len;
		if (likely(!i)) {
			first = len;
			continue;
		}
		p = rl_deref(rx->ready[to + i]);
		p->len = len;
		p->flags = NET_DONE | (i + 1 < nr ? NET_MORE : 0);
	}
	bad |= !((u32)q1 & IX_RXD_EOP) || (u32)q1 & IX_RXD_RXE;
	rx->bad += bad;
	flags = ix_rx_flags(q, q0, q1) | (nr > 1 ? NET_MORE : 0) | (bad ? NET_ERROR : 0);
	hash = flags & NET_RX_HASH ? IX_RXD_HASH(q0) : 0;
	tag = flags & NET_RX_VLAN ? IX_RXD_TAG(q1) : 0;

	p = rl_deref(rx->ready[to]);
	p->flags = flags;
	p->len = first;
	p->total = total;
	p->hash = hash;
	p->vlan_tci = tag;
	p->mss = 0;
	p->queue = q->index;
}

/**
 * ix_rx_run() - frames into the batch, empty packets out of it
 * @q: queue, under its lock
 * @batch: rx of submit_and_poll
 *
 * What comes back first was received, in the order of its arrival. An empty batch is one
 * of a sender, who wants nothing. Preemption off.
 */
void ix_rx_run(struct ix_queue *q, struct net_packet_deque32 __rref *batch)
{
	u32 nr = 0, some;

	if (!net_packet_deque32_len(batch))
		return;
	while (nr < NET_BATCH) {
		some = ix_rx_frame(&q->rx, NET_BATCH - nr);
		if (!some)
			break;
		ix_rx_collect(q, nr, some);
		nr += some;
	}
	ix_rx_fill(q, batch);
	net_batch_push(batch, q->rx.ready, nr);
}

/**
 * ix_rx_pending() - is there a frame to take?
 * @q: queue, under its lock
 *
 * Any context.
 */
bool ix_rx_pending(const struct ix_queue *q)
{
	return q->rx.posted && (u32)READ_ONCE(q->rx.descs[q->rx.head].q1) & IX_RXD_DD;
}

/**
 * ix_rx_lost() - has the device passed a descriptor that it has not reported?
 * @q: queue, under its lock; runs
 *
 * RDH is ahead of the report for a moment each time: only who sees it twice, long apart,
 * knows. Any context.
 */
bool ix_rx_lost(const struct ix_queue *q)
{
	return q->rx.posted && !ix_rx_pending(q) && ix_rd(IX_RDH(q->index)) != q->rx.head;
}
