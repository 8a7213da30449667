// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queue pairs: their batches and slots, one call of the driver, and what a death
 * does to them.
 *
 * A batch belongs to the host between two calls, and so do all packets in it. A call
 * that ended with the domain took both batches with it: they are forgotten, and so is
 * the object of every busy slot, since it is in there or was kept by the driver; the
 * core drops them. A call that did not take place changed nothing.
 *
 * down() and up() run on the reaper's thread while senders and pollers may run. The
 * queue's lock is between them: a sender finds batches, and the call then says whether
 * a generation is there, or it finds none and leaves the frame to the stack. New
 * batches appear only when the configuration has been replayed.
 *
 * A packet the driver gives back is a slot's when the slot says so; what the packet
 * says is only where to look. Others (the driver's own, or such as were given away
 * twice) are freed.
 *
 * Nothing here faults. Objects that are inside when the interface is closed are the
 * driver's to free, and end with it at the latest.
 */
#include <linux/slab.h>
#include "net.h"

/**
 * rl_net_free_packet() - free a packet that nobody has use for
 * @obj: the host's
 *
 * Context: any but NMI.
 */
void rl_net_free_packet(void __rref *obj)
{
	rl_xheap_free(obj, RL_OWNER_HOST);
}

static struct net_packet_deque32 __rref *rl_net_new_batch(void)
{
	return (struct net_packet_deque32 __rref *)rl_xheap_alloc(NET_PACKET_DEQUE32_TYPE,
								  RL_OWNER_HOST);
}

static void rl_net_free_batch(struct net_packet_deque32 __rref *dq)
{
	if (dq)
		rl_xheap_free(dq, RL_OWNER_HOST);
}

/**
 * rl_net_spoilt() - end a driver that gave back what makes no sense
 * @q: queue
 * @what: for the log
 *
 * Context: q->lock held.
 */
void rl_net_spoilt(struct rl_net_queue *q, const char *what)
{
	pr_err_ratelimited("rl_net: %s: queue %u: %s\n", q->net->dom->name, q->index, what);
	rl_domain_kill_why(q->net->dom, RL_R_VIOLATION, what);
}

/**
 * rl_net_call() - give the driver both batches, and get them back
 * @q: queue with batches
 * @rx: its receive batch, or the one that is always empty
 *
 * Context: q->lock held.
 * Return: true when the driver saw them.
 */
bool rl_net_call(struct rl_net_queue *q, struct net_packet_deque32 __rref *rx)
{
	struct rl_net *n = q->net;
	struct rl_ret ret;

	ret = net_submit_and_poll(rl_net_ref(n), q->index, q->tx, rx);
	rl_net_count(q, &q->counts.calls, 1);
	if (likely(!ret.rpc && !ret.err))
		return true;
	if (ret.rpc == RL_RPC_CRASHED) {
		/* what was not lent is the host's still */
		rl_net_free_batch(rx == q->rx ? q->none : q->rx);
		q->tx = NULL;
		q->rx = NULL;
		q->none = NULL;
	} else if (ret.rpc == RL_RPC_REFUSED) {
		rl_net_spoilt(q, "a batch was spoilt after it was given back");
	}
	return false;
}

/* Batches back to the heap, with all that is in them or was to go there. */
static void rl_net_drop_batches(struct rl_net_queue *q)
{
	while (q->nr_fresh)
		rl_net_free_packet(q->fresh[--q->nr_fresh]);
	rl_net_free_batch(q->tx);
	rl_net_free_batch(q->rx);
	rl_net_free_batch(q->none);
	q->tx = NULL;
	q->rx = NULL;
	q->none = NULL;
	q->rx_out = 0;
}

/* No packet is on its way any more; objects of busy slots are gone. The device is quiet. */
static void rl_net_forget(struct rl_net_queue *q)
{
	u32 i;

	rl_net_drop_batches(q);
	q->nr_free = 0;
	for (i = 0; i < q->nr_slots; i++) {
		rl_net_tx_unmap(q, &q->slots[i]);
		if (q->slots[i].busy)
			q->slots[i] = (struct rl_net_slot){};
		q->free[q->nr_free++] = i;
	}
}

static void rl_net_purge(struct rl_net_queue *q, struct sk_buff_head *list)
{
	struct netdev_queue *txq = rl_net_txq(q);
	struct sk_buff *skb;
	u32 len;

	while ((skb = __skb_dequeue(list))) {
		len = rl_net_bytes_done(skb);
		netdev_tx_completed_queue(txq, !!len, len);
		rl_net_count(q, &q->counts.tx_dropped, 1);
		dev_kfree_skb_any(skb);
	}
}

static void rl_net_queue_free(struct rl_net_queue *q)
{
	u32 i;

	for (i = 0; i < q->nr_slots; i++)
		if (q->slots[i].obj)
			rl_net_free_packet(q->slots[i].obj);
	rl_xlend_end(q->lend);
	rl_net_xdp_end(q);
	kvfree(q->slots);
	kvfree(q->free);
	q->lend = NULL;
	q->slots = NULL;
	q->free = NULL;
	q->nr_slots = 0;
	q->nr_free = 0;
}

static int rl_net_queue_alloc(struct rl_net_queue *q, const struct net_rings *r)
{
	u32 i;

	q->nr_slots = r->tx_ring + NET_BATCH;
	q->slots = kvcalloc(q->nr_slots, sizeof(*q->slots), GFP_KERNEL);
	q->free = kvcalloc(q->nr_slots, sizeof(*q->free), GFP_KERNEL);
	if (!q->slots || !q->free) {
		q->nr_slots = 0;
		return -ENOMEM;
	}
	for (i = 0; i < q->nr_slots; i++)
		q->free[i] = i;
	q->nr_free = q->nr_slots;
	q->rx_limit = r->rx_ring + NET_BATCH;
	q->lend = rl_xlend_begin(r->rx_ring);
	return rl_net_xdp_begin(q);
}

/* Batches for a generation that is configured. */
static int rl_net_queue_up(struct rl_net_queue *q)
{
	int err = 0;

	spin_lock_bh(&q->lock);
	if (!q->tx) {
		q->tx = rl_net_new_batch();
		q->rx = rl_net_new_batch();
		q->none = rl_net_new_batch();
	}
	if (!q->tx || !q->rx || !q->none) {
		rl_net_drop_batches(q);
		err = -ENOMEM;
	}
	spin_unlock_bh(&q->lock);
	return err;
}

/**
 * rl_net_queues_up() - let frames into a configured generation
 * @n: adapter, open
 *
 * Context: process, n->lock held. Return: 0 or -ENOMEM.
 */
int rl_net_queues_up(struct rl_net *n)
{
	u32 i;
	int err = 0;

	for (i = 0; !err && i < n->rings.tx_queues; i++)
		err = rl_net_queue_up(&n->queues[i]);
	return err;
}

/**
 * rl_net_queues_poll() - look at every queue once
 * @n: adapter, open
 *
 * What waits is sent, the driver gets empty packets, and is armed.
 *
 * Context: process.
 */
void rl_net_queues_poll(struct rl_net *n)
{
	u32 i;

	local_bh_disable();
	for (i = 0; i < n->rings.tx_queues; i++)
		napi_schedule(&n->queues[i].napi);
	local_bh_enable();
}

/**
 * rl_net_queues_down() - a generation ended: keep its frames for the next one
 * @n: adapter
 *
 * What was mapped for the device is given back first: it may be sent by way of another
 * mapping, or freed.
 *
 * Context: process, n->lock held, nobody inside the domain, device quiet.
 */
void rl_net_queues_down(struct rl_net *n)
{
	struct rl_net_queue *q;
	u32 i;

	for (i = 0; n->open && i < n->rings.tx_queues; i++) {
		q = &n->queues[i];
		spin_lock_bh(&q->lock);
		netif_tx_stop_queue(rl_net_txq(q));
		txq_trans_cond_update(rl_net_txq(q));	/* or the watchdog would bark at once */
		rl_net_count(q, &q->counts.resent, skb_queue_len(&q->inflight));
		skb_queue_splice_init(&q->inflight, &q->resend);
		rl_net_forget(q);
		if (n->dead)
			rl_net_purge(q, &q->resend);
		spin_unlock_bh(&q->lock);
	}
}

/**
 * rl_net_queues_open() - make what an open interface needs
 * @n: adapter, closed
 *
 * Context: process, n->lock held. Return: 0 or an error, and nothing is left.
 */
int rl_net_queues_open(struct rl_net *n)
{
	u32 i;
	int err = 0;

	for (i = 0; !err && i < n->rings.tx_queues; i++)
		err = rl_net_queue_alloc(&n->queues[i], &n->rings);
	if (err)
		rl_net_queues_close(n);
	return err;
}

/**
 * rl_net_queues_close() - take all of it down again
 * @n: adapter, its device quiet; nobody sends or polls, so no queue is locked
 *
 * Context: process, n->lock held.
 */
void rl_net_queues_close(struct rl_net *n)
{
	struct rl_net_queue *q;
	u32 i;

	for (i = 0; i < n->rings.tx_queues; i++) {
		q = &n->queues[i];
		rl_net_forget(q);
		rl_net_purge(q, &q->inflight);
		rl_net_purge(q, &q->resend);
		rl_net_queue_free(q);
		netdev_tx_reset_queue(rl_net_txq(q));
	}
}
