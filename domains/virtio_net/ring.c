// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rings: their memory, and the order in which the device is given and denied them.
 *
 * A ring lives from one open to the next close. A virtqueue has a power of two of entries
 * (VIRTIO 1.2, 2.7); when fewer descriptors were asked for, no more are used. A device that
 * was reset begins its rings anew: empty packets go into them again, and frames that it
 * had to send go back to who sent them, since nobody can tell whether they went out.
 */
#include "vnet.h"
#include <redleaf/heap.h>
#include <redleaf/log.h>

static u32 ring_entries(u32 size)
{
	u32 entries = VNET_RING_MIN;

	while (entries < size)
		entries *= 2;
	return entries;
}

static s32 ring_alloc(struct vnet *n, struct virtio_queue *ring, struct vnet_free *f, u32 index,
		      u32 size)
{
	u32 i, entries = ring_entries(size);

	f->id = rl_alloc(entries * sizeof(*f->id));
	if (!f->id || virtio_queue_alloc(&n->dev, ring, index, entries))
		return -ENOMEM;
	for (i = 0; i < entries; i++)
		f->id[i] = i;
	f->nr = entries;
	f->limit = size;
	return 0;
}

static s32 ring_alloc_pair(struct vnet *n, struct vnet_queue *q)
{
	const struct net_rings *r = &n->set.rings;
	s32 err = ring_alloc(n, &q->rx.ring, &q->rx.free, 2 * q->index, r->rx_ring);

	if (!err)
		err = ring_alloc(n, &q->tx.ring, &q->tx.free, 2 * q->index + 1, r->tx_ring);
	if (err)
		return err;
	q->rx.bufs = rl_alloc(q->rx.ring.entries * sizeof(*q->rx.bufs));
	q->tx.slots = rl_alloc(q->tx.ring.entries * sizeof(*q->tx.slots));
	if (!q->rx.bufs || !q->tx.slots)
		return -ENOMEM;
	return net_back_alloc(&q->tx.back, q->tx.ring.entries + VNET_TX_BACK);
}

static void ring_drop(struct vnet_queue *q)
{
	u32 i;

	for (i = 0; q->rx.bufs && i < q->rx.ring.entries; i++)
		rl_xfree(q->rx.bufs[i]);
	for (i = 0; q->tx.slots && i < q->tx.ring.entries; i++)
		rl_xfree(q->tx.slots[i].pkt);
}

static void ring_free_pair(struct vnet_queue *q)
{
	ring_drop(q);
	net_back_free(&q->tx.back);
	virtio_queue_free(&q->rx.ring);
	virtio_queue_free(&q->tx.ring);
	rl_free(q->rx.free.id);
	rl_free(q->tx.free.id);
	rl_free(q->rx.bufs);
	rl_free(q->tx.slots);
	q->rx.free.id = NULL;
	q->tx.free.id = NULL;
	q->rx.bufs = NULL;
	q->tx.slots = NULL;
}

/**
 * vnet_ring_free() - give back rings and packets
 * @n: device, reset; nothing runs
 *
 * Process context, may sleep.
 */
void vnet_ring_free(struct vnet *n)
{
	u32 i;

	for (i = 0; i < n->nr_queues; i++)
		ring_free_pair(n->queues[i]);
	n->nr_queues = 0;
	vnet_control_free(n);
}

/**
 * vnet_ring_alloc() - memory for the rings as set
 * @n: device; has none
 *
 * Virtqueues come in pairs: as many as the larger number of queues. Process context, may
 * sleep. Returns 0 or -Exxx, with a line in the log and nothing left.
 */
s32 vnet_ring_alloc(struct vnet *n)
{
	const struct net_rings *r = &n->set.rings;
	u32 nr = max(r->rx_queues, r->tx_queues), i;
	s32 err = vnet_has(n, VF_CTRL_VQ) ? vnet_control_alloc(n) : 0;

	for (i = 0; i < nr && !err; i++) {
		n->nr_queues = i + 1;
		err = ring_alloc_pair(n, n->queues[i]);
	}
	if (!err)
		return 0;
	rl_err("no rings: %u pairs of %u and %u: %d", nr, r->rx_ring, r->tx_ring, err);
	vnet_ring_free(n);
	return err;
}

static s32 ring_program_pair(struct vnet *n, struct vnet_queue *q)
{
	u32 vector = virtio_vector(&n->dev, q->index);
	s32 err;

	vnet_tx_lose(q);
	virtio_queue_clear(&q->rx.ring);
	virtio_queue_clear(&q->tx.ring);
	virtio_queue_interrupts(&q->rx.ring, false);
	virtio_queue_interrupts(&q->tx.ring, false);
	err = virtio_queue_enable(&n->dev, &q->rx.ring, vector);
	return err ? err : virtio_queue_enable(&n->dev, &q->tx.ring, vector);
}

/**
 * vnet_ring_program() - give the device its virtqueues (5.1.5)
 * @n: device, negotiated; does not run
 *
 * Process context. Returns 0 or -EIO, with a line in the log.
 */
s32 vnet_ring_program(struct vnet *n)
{
	s32 err = 0;
	u32 i;

	for (i = 0; i < n->nr_queues && !err; i++)
		err = ring_program_pair(n, n->queues[i]);
	if (err || !vnet_has(n, VF_CTRL_VQ))
		return err;
	virtio_queue_clear(&n->control.ring);
	return virtio_queue_enable(&n->dev, &n->control.ring, VCOM_NO_VECTOR);
}

/**
 * vnet_ring_work() - the answer to arm, once
 * @q: queue, its lock not held
 *
 * Any context but NMI.
 */
void vnet_ring_work(struct vnet_queue *q)
{
	if (__atomic_exchange_n(&q->armed, 0, __ATOMIC_ACQ_REL))
		rlc_net_host_work(q->n->host, q->index);
}

/**
 * vnet_ring_run() - let the fast path have the rings
 * @n: device that runs
 *
 * Its interrupts are off: a queue that is armed since before a reset is polled, and armed
 * again by whoever polls it. Process context.
 */
void vnet_ring_run(struct vnet *n)
{
	u32 i;

	for (i = 0; i < n->nr_queues; i++) {
		struct vnet_queue *q = n->queues[i];
		u64 token = rl_lock_irq(&q->lock);

		vnet_rx_repost(q);
		q->running = true;
		rl_unlock_irq(&q->lock, token);
		vnet_ring_work(q);
	}
}

/**
 * vnet_ring_halt() - the fast path lets go of all rings
 * @n: device
 *
 * When it returns nobody is inside, and calls answer -EAGAIN. Process context.
 */
void vnet_ring_halt(struct vnet *n)
{
	u32 i;

	for (i = 0; i < n->nr_queues; i++) {
		struct vnet_queue *q = n->queues[i];
		u64 token = rl_lock_irq(&q->lock);

		q->running = false;
		rl_unlock_irq(&q->lock, token);
	}
}
