// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rings: their memory, and the order in which the device is given and denied them.
 *
 * A ring lives from one open to the next close; resets in between keep it and what is in
 * its receive half. Frames that the device had taken to send when it was reset go back to
 * who sent them: whether they went out nobody can tell.
 */
#include "ixgbe.h"
#include <redleaf/heap.h>
#include <redleaf/log.h>
#include <redleaf/string.h>

static s32 ix_ring_alloc_pair(const struct ix *n, struct ix_queue *q)
{
	q->rx.size = n->set.rings.rx_ring;
	q->tx.size = n->set.rings.tx_ring;
	q->rx.descs = rl_dma_alloc(q->rx.size * sizeof(struct ix_desc), &q->rx.dma);
	q->tx.descs = rl_dma_alloc(q->tx.size * sizeof(struct ix_desc), &q->tx.dma);
	q->rx.bufs = rl_alloc(q->rx.size * sizeof(*q->rx.bufs));
	q->tx.slots = rl_alloc(q->tx.size * sizeof(*q->tx.slots));
	if (!q->rx.descs || !q->tx.descs || !q->rx.bufs || !q->tx.slots)
		return -ENOMEM;
	return net_back_alloc(&q->tx.back, q->tx.size + IX_TX_BACK);
}

static void ix_ring_free_pair(struct ix_queue *q)
{
	ix_rx_drop(q);
	ix_tx_drop(q);
	net_back_free(&q->tx.back);
	rl_dma_free(q->rx.descs);
	rl_dma_free(q->tx.descs);
	rl_free(q->rx.bufs);
	rl_free(q->tx.slots);
	memset(&q->rx, 0, sizeof(q->rx));
	memset(&q->tx, 0, sizeof(q->tx));
}

/**
 * ix_ring_free() - give back rings and packets
 * @n: port; the device is reset, nothing runs
 *
 * Process context, may sleep.
 */
void ix_ring_free(struct ix *n)
{
	u32 i;

	for (i = 0; i < n->nr_queues; i++)
		ix_ring_free_pair(n->queues[i]);
	n->nr_queues = 0;
}

/**
 * ix_ring_alloc() - memory for the rings as set
 * @n: port; has none
 *
 * There are as many pairs as the larger number of queues; the smaller half of the others
 * stays idle. Process context, may sleep. Returns 0 or -ENOMEM, with a line in the log and
 * nothing left.
 */
s32 ix_ring_alloc(struct ix *n)
{
	u32 nr = max(n->set.rings.rx_queues, n->set.rings.tx_queues), i;

	for (i = 0; i < nr; i++) {
		n->nr_queues = i + 1;
		if (!ix_ring_alloc_pair(n, n->queues[i]))
			continue;
		rl_err("no memory for %u rings of %u and %u", nr, n->set.rings.rx_ring,
		       n->set.rings.tx_ring);
		ix_ring_free(n);
		return -ENOMEM;
	}
	return 0;
}

/**
 * ix_ring_halt() - the fast path lets go of all rings
 * @n: port
 *
 * When it returns nobody is inside, and calls answer -EAGAIN. Process context.
 */
void ix_ring_halt(struct ix *n)
{
	u32 i;

	for (i = 0; i < n->nr_queues; i++) {
		struct ix_queue *q = n->queues[i];
		u64 token = rl_lock_irq(&q->lock);

		q->running = false;
		rl_unlock_irq(&q->lock, token);
	}
}

static void ix_ring_run(struct ix *n)
{
	u32 i;

	for (i = 0; i < n->nr_queues; i++) {
		struct ix_queue *q = n->queues[i];
		u64 token = rl_lock_irq(&q->lock);

		ix_rx_repost(q);
		q->stuck = 0;
		q->running = true;
		rl_unlock_irq(&q->lock, token);
	}
}

/**
 * ix_ring_start() - program and start all rings (4.6.7, 4.6.8)
 * @n: port, out of a reset, with everything else programmed
 *
 * Transmit: all registers, then TE, which starts queue 0, then the others. Receive:
 * queues, then RXEN with the path closed, then the path. Descriptors come last.
 *
 * Process context, may sleep. Returns 0 or -Exxx.
 */
s32 ix_ring_start(struct ix *n)
{
	s32 err = 0;
	u32 i;

	for (i = 0; i < n->nr_queues; i++) {
		ix_tx_lose(n->queues[i]);
		ix_tx_program(n->queues[i]);
		ix_rx_program(n, n->queues[i]);
	}
	ix_set(IX_DMATXCTL, IX_DMATXCTL_TE);
	for (i = 0; !err && i < n->nr_queues; i++) {
		err = ix_tx_enable(n->queues[i]);
		if (!err)
			err = ix_rx_enable(n, n->queues[i]);
	}
	if (err)
		return err;
	ix_rx_pause();
	ix_rx_resume();
	ix_ring_run(n);
	return 0;
}

/**
 * ix_ring_strip() - VLAN stripping as set (8.2.3.8.6)
 * @n: port; may run
 *
 * Process context.
 */
void ix_ring_strip(const struct ix *n)
{
	u32 i;

	for (i = 0; i < n->nr_queues; i++) {
		if (n->set.features & NET_F_RX_VLAN)
			ix_set(IX_RXDCTL(i), IX_RXDCTL_VME);
		else
			ix_clear(IX_RXDCTL(i), IX_RXDCTL_VME);
	}
}
