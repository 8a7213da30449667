// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transmit queues (7.2.3, 8.2.3.9): frames from the batch into the ring, packets back
 * into the batch when the device has sent them.
 *
 * The device reads the bytes of each packet where they lie. A frame is written whole or not at all.
 * Then the tail moves past all frames of a call. The last frame of a group asks for a
 * report (RS): DD there says that all of them were sent, for the device takes descriptors
 * in their order (WTHRESH is 0, or it would have to report each: 7.2.3.5). A group is what
 * a call brings, or less of it: the chip counts 40 descriptors without a report and no
 * more (8.2.3.9.10). The device keeps the last context, so one is written only when it
 * differs.
 *
 * What goes back waits in a list until the batch has room: frames that were sent, frames
 * that cannot be sent as they are (DONE and ERROR), and all that the device had when it
 * was reset. A batch brings no more packets than it has room for afterwards, and as long
 * as the list (domains/lib/net) is not empty at least as many go back as came: so all
 * packets inside are fewer than the ring has descriptors after each call, and IX_TX_BACK
 * more is enough.
 *
 * Who only sends does not wait for what was sent before: as long as half of the ring is free
 * it comes back to who polls, who has another processor in most cases.
 */
#include "ixgbe.h"
#include <redleaf/log.h>

#define IX_ENABLE_US	10000u
#define IX_TX_SILENT	40u	/* descriptors, the reported one among them */

/**
 * ix_tx_program() - registers of a queue that is off (4.6.8)
 * @q: queue
 *
 * Before DMATXCTL.TE, which starts queue 0 (8.2.3.9.10). Process context.
 */
void ix_tx_program(const struct ix_queue *q)
{
	u32 i = q->index;

	ix_wr(IX_TXDCTL(i), IX_TXDCTL_THRESH);
	ix_wr(IX_TDBAL(i), q->tx.dma);
	ix_wr(IX_TDBAH(i), q->tx.dma >> 32);
	ix_wr(IX_TDLEN(i), q->tx.size * sizeof(struct ix_desc));
	ix_wr(IX_TDH(i), 0);
	ix_wr(IX_TDT(i), 0);
}

/**
 * ix_tx_enable() - start a queue and wait until it has (4.6.8.1)
 * @q: queue; DMATXCTL.TE is set
 *
 * Process context, may sleep. Returns 0 or -Exxx, with a line in the log.
 */
s32 ix_tx_enable(struct ix_queue *q)
{
	s32 err;

	ix_wr(IX_TXDCTL(q->index), IX_TXDCTL_THRESH | IX_DCTL_ENABLE);
	err = ix_wait(IX_TXDCTL(q->index), IX_DCTL_ENABLE, IX_DCTL_ENABLE, IX_ENABLE_US);
	if (err)
		rl_err("tx queue %u does not start: %d", q->index, err);
	return err;
}

static u32 ix_tx_next(const struct ix_tx *tx, u32 at)
{
	return at + 1 == tx->size ? 0 : at + 1;
}

static u32 ix_tx_last(const struct ix_tx *tx)
{
	return tx->tail ? tx->tail - 1 : tx->size - 1;
}

/* Descriptors from @from up to the tail. */
static u32 ix_tx_since(const struct ix_tx *tx, u32 from)
{
	return tx->tail >= from ? tx->tail - from : tx->tail + tx->size - from;
}

/* An empty ring, as the device has it after a reset. */
static void ix_tx_begin(struct ix_tx *tx)
{
	tx->head = 0;
	tx->tail = 0;
	tx->rung = 0;
	tx->group = 0;
	tx->reported = 0;
	tx->context_valid = false;
}

/**
 * ix_tx_drop() - free what is in the ring
 * @q: queue that does not run
 *
 * Process context.
 */
void ix_tx_drop(struct ix_queue *q)
{
	struct ix_tx *tx = &q->tx;

	for (; tx->head != tx->tail; tx->head = ix_tx_next(tx, tx->head))
		rl_xfree(tx->slots[tx->head].pkt);
}

/* The frame at the ring's head is over: its packets go back. */
static void ix_tx_take(struct ix_tx *tx, u32 marks)
{
	u32 end = ix_tx_next(tx, tx->slots[tx->head].last);

	for (; tx->head != end; tx->head = ix_tx_next(tx, tx->head)) {
		struct net_packet __rref *pkt = tx->slots[tx->head].pkt;

		tx->slots[tx->head].pkt = NULL;
		if (pkt)	/* else a context */
			net_back_add(&tx->back, pkt, marks);
	}
	WRITE_ONCE(tx->done, tx->done + 1);
}

/* Has the frame at the ring's head been sent? One report is for all of a group. */
static bool ix_tx_sent(const struct ix_tx *tx)
{
	u32 report = tx->slots[tx->head].report;

	return tx->head != tx->reported || READ_ONCE(tx->descs[report].q1) & IX_TXD_DD;
}

/* The same, where the frame is then taken: the report is looked at once. */
static bool ix_tx_learn(struct ix_tx *tx)
{
	if (!ix_tx_sent(tx))
		return false;
	if (tx->head == tx->reported)
		tx->reported = ix_tx_next(tx, tx->slots[tx->head].report);
	return true;
}

/**
 * ix_tx_lose() - the device was reset: what it had goes back, and the ring begins anew
 * @q: queue that does not run
 *
 * Whether a frame without a report went out nobody can tell. Process context.
 */
void ix_tx_lose(struct ix_queue *q)
{
	struct ix_tx *tx = &q->tx;

	while (tx->head != tx->tail && ix_tx_learn(tx))
		ix_tx_take(tx, NET_DONE);
	while (tx->head != tx->tail)
		ix_tx_take(tx, NET_DONE | NET_ERROR);
	ix_tx_begin(tx);
}

/* Sent frames go back, as many as a batch may have room for. */
static void ix_tx_reap(struct ix_tx *tx)
{
	while (tx->head != tx->tail && tx->back.nr < NET_BATCH && ix_tx_learn(tx))
		ix_tx_take(tx, NET_DONE);
}

/* Do @nr packets make a frame that the device can send? */
static bool ix_tx_frame_ok(struct net_packet __rref **pkts, u32 nr)
{
	const struct net_packet *first = rl_deref(pkts[0]);

	return net_frame_whole(pkts, nr) && first->total >= IX_TX_MIN && ix_offload_check(first);
}

/* 7.2.3.2.3: slot 0 of the queue's two; in front of the frame that needs it. */
static void ix_tx_context(struct ix_tx *tx, const struct net_packet *p)
{
	u64 q0 = ix_offload_context0(p), q1 = ix_offload_context1(p);

	if (!q0 || (tx->context_valid && tx->context[0] == q0 && tx->context[1] == q1))
		return;
	tx->context[0] = q0;
	tx->context[1] = q1;
	tx->context_valid = true;
	tx->descs[tx->tail].q0 = q0;
	tx->descs[tx->tail].q1 = q1;
	tx->slots[tx->tail].pkt = NULL;
	tx->tail = ix_tx_next(tx, tx->tail);
}

/* One packet of a frame: the next descriptor. False: the device cannot reach it. */
static bool ix_tx_data(struct ix_tx *tx, struct net_packet __rref *pkt, u64 q1)
{
	u64 addr = net_send_addr(pkt);

	if (addr == RL_DMA_NONE)
		return false;
	tx->descs[tx->tail].q0 = addr;
	tx->descs[tx->tail].q1 = q1 | rl_deref(pkt)->len;
	tx->slots[tx->tail].pkt = pkt;
	tx->tail = ix_tx_next(tx, tx->tail);
	return true;
}

/* Gives the descriptors from @first on back; the packets are broken. */
static void ix_tx_undo(struct ix_tx *tx, u32 first)
{
	u32 at;

	for (at = first; at != tx->tail; at = ix_tx_next(tx, at)) {
		struct net_packet __rref *pkt = tx->slots[at].pkt;

		tx->slots[at].pkt = NULL;
		if (pkt)
			net_back_add(&tx->back, pkt, NET_DONE | NET_ERROR);
	}
	tx->tail = first;
	tx->context_valid = false;
}

/* @nr packets of a frame that cannot be sent. */
static void ix_tx_refuse(struct ix_tx *tx, struct net_packet __rref **pkts, u32 nr)
{
	net_back_refuse(&tx->back, pkts, nr);
	tx->errors++;
}

/* A frame of @nr packets into the ring. */
static void ix_tx_send(struct ix_tx *tx, struct net_packet __rref **pkts, u32 nr)
{
	u64 data = ix_offload_data(rl_deref(pkts[0])), end;
	u32 first = tx->tail, i;

	ix_tx_context(tx, rl_deref(pkts[0]));
	for (i = 0; i < nr; i++) {
		end = i + 1 == nr ? IX_TXD_EOP : 0;
		if (unlikely(!ix_tx_data(tx, pkts[i], data | end))) {
			ix_tx_undo(tx, first);
			ix_tx_refuse(tx, &pkts[i], nr - i);
			return;
		}
	}
	tx->slots[first].last = ix_tx_last(tx);
}

/* Packets of one frame there is room for, with its context; one descriptor stays free. */
static u32 ix_tx_room(const struct ix_tx *tx)
{
	u32 used = ix_tx_since(tx, tx->head) + 2;

	return used < tx->size ? tx->size - used : 0;
}

/* The device will report the last frame written. */
static void ix_tx_report(struct ix_tx *tx)
{
	u32 last = ix_tx_last(tx);

	if (tx->tail == tx->group)
		return;
	tx->descs[last].q1 |= IX_TXD_RS;
	tx->slots[tx->group].report = last;
	tx->group = tx->tail;
}

/* Frames into the ring, until there is no whole one or no room. Returns their packets. */
static u32 ix_tx_frames(struct ix_tx *tx, struct net_packet __rref **pkts, u32 n)
{
	u32 at, nr;

	for (at = 0; (nr = net_frame_packets(&pkts[at], n - at)); at += nr) {
		if (unlikely(!ix_tx_frame_ok(&pkts[at], nr))) {
			ix_tx_refuse(tx, &pkts[at], nr);
			continue;
		}
		if (nr > ix_tx_room(tx))
			break;
		if (unlikely(ix_tx_since(tx, tx->group) + nr + 1 > IX_TX_SILENT))
			ix_tx_report(tx);
		ix_tx_send(tx, &pkts[at], nr);
	}
	return at;
}

/* The device gets what was written since. */
static void ix_tx_ring(struct ix_queue *q)
{
	struct ix_tx *tx = &q->tx;

	if (tx->tail == tx->rung)
		return;
	ix_tx_report(tx);
	tx->rung = tx->tail;
	barrier();	/* the descriptors before the tail; x86 keeps stores in order */
	ix_wr(IX_TDT(q->index), tx->tail);
}

/**
 * ix_tx_run() - frames out of the batch, sent packets into it
 * @q: queue, under its lock
 * @batch: tx of submit_and_poll
 * @reap: sent frames go back even if half of the ring is free
 *
 * Sent frames leave the ring first: a batch that is full of frames for a ring that is full
 * must not stand in its own way. An interrupt tells of those that stay, if the queue is
 * armed. No more packets are taken out than the ring has room for.
 * Preemption off.
 */
void ix_tx_run(struct ix_queue *q, struct net_packet_deque32 __rref *batch, bool reap)
{
	struct ix_tx *tx = &q->tx;
	u32 n, sent;

	if (reap || ix_tx_room(tx) < tx->size / 2)
		ix_tx_reap(tx);
	n = net_packet_deque32_pop_front_many(batch, tx->taken, min(ix_tx_room(tx), NET_BATCH));
	sent = ix_tx_frames(tx, tx->taken, n);
	net_batch_push(batch, &tx->taken[sent], n - sent);
	ix_tx_ring(q);
	net_back_return(&tx->back, batch);
}

/**
 * ix_tx_pending() - is there something to give back?
 * @q: queue, under its lock
 *
 * Any context.
 */
bool ix_tx_pending(const struct ix_queue *q)
{
	const struct ix_tx *tx = &q->tx;

	return tx->back.nr || (tx->head != tx->tail && ix_tx_sent(tx));
}

/* ix_tx_idle() - nothing is the device's to send. A look without the lock. */
bool ix_tx_idle(const struct ix_queue *q)
{
	return READ_ONCE(q->tx.head) == READ_ONCE(q->tx.tail);
}
