// SPDX-License-Identifier: GPL-2.0-only
/*
 * A frame's way out.
 *
 * The sender copies it into packets behind those that the driver has not taken yet,
 * and lends the driver the batch; with more frames to come it waits for them or until
 * the batch is full. What comes back marked DONE is off the device: the sk_buff is
 * freed and its bytes are given back to the queue's limit (BQL). What comes back
 * unmarked stays in the batch, in its order.
 *
 * The queue is stopped, under its lock, while the largest frame would not fit: no
 * slots, or a batch the driver does not take. It goes on when the poller has made
 * room. The poller comes because the queue is armed: the driver owes one notification
 * for the next packet it is done with. A stopped queue whose generation died is
 * restarted by the poll at the end of up().
 *
 * Nothing is believed of a packet that comes back but its DONE and ERROR marks; which
 * slot it is in is looked up and compared.
 */
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/sctp.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip6_checksum.h>
#include "net.h"

/* Is there room for one more frame, of @n packets? */
static bool rl_net_tx_room(const struct rl_net_queue *q, u32 n)
{
	return q->tx && q->nr_free >= n && net_packet_deque32_len(q->tx) <= NET_BATCH - n;
}

/* The next @n free slots have objects. */
static bool rl_net_tx_objects(struct rl_net_queue *q, u32 n)
{
	struct rl_net_slot *slot;

	for (; n; n--) {
		slot = &q->slots[q->free[q->nr_free - n]];
		if (likely(slot->obj))
			continue;
		slot->obj = (struct net_packet __rref *)rl_xheap_alloc(NET_PACKET_TYPE,
								       RL_OWNER_HOST);
		if (!slot->obj)
			return false;
	}
	return true;
}

static u32 rl_net_l4_flags(const struct sk_buff *skb)
{
	u32 flags = vlan_get_protocol(skb) == htons(ETH_P_IPV6) ? NET_TX_IPV6 : 0;

	/* IPv6 may have headers in between: where the checksum is tells */
	switch (skb->csum_offset) {
	case offsetof(struct udphdr, check):
		return flags | NET_TX_UDP;
	case offsetof(struct sctphdr, checksum):
		return flags | NET_TX_SCTP;
	default:
		return flags;
	}
}

/*
 * A device fills in lengths itself when it cuts: the IPv4 length and checksum are made
 * zero and the TCP checksum is that of the pseudo header without a length.
 */
static int rl_net_prepare_tso(struct sk_buff *skb)
{
	if (skb_cow_head(skb, 0))
		return -ENOMEM;
	if (skb_is_gso_v6(skb)) {
		tcp_v6_gso_csum_prep(skb);
		return 0;
	}
	ip_hdr(skb)->tot_len = 0;
	ip_hdr(skb)->check = 0;
	tcp_hdr(skb)->check = ~csum_tcpudp_magic(ip_hdr(skb)->saddr, ip_hdr(skb)->daddr, 0,
						 IPPROTO_TCP, 0);
	return 0;
}

/* Requests of the stack, into the first packet of a frame. */
static void rl_net_fill_offloads(struct sk_buff *skb, struct net_packet *p, u32 *flags)
{
	if (skb_vlan_tag_present(skb)) {
		*flags |= NET_TX_VLAN;
		p->vlan_tci = skb_vlan_tag_get(skb);
	}
	p->mss = 0;
	if (skb->ip_summed != CHECKSUM_PARTIAL)
		return;
	*flags |= NET_TX_L4_CSUM | rl_net_l4_flags(skb);
	p->l2_len = skb_network_offset(skb);
	p->l3_len = skb_checksum_start_offset(skb) - skb_network_offset(skb);
	p->csum_start = skb_checksum_start_offset(skb);
	p->csum_offset = skb->csum_offset;
	if (!skb_is_gso(skb))
		return;
	*flags |= NET_TX_TSO | (skb_is_gso_v6(skb) ? 0 : NET_TX_IP_CSUM);
	p->mss = skb_shinfo(skb)->gso_size;
	p->l4_len = tcp_hdrlen(skb);
}

static struct net_packet __rref *rl_net_fill(struct rl_net_queue *q, struct sk_buff *skb, u32 at,
					     u32 *index)
{
	u32 len = min_t(u32, skb->len - at, NET_DATA);
	bool last = at + len == skb->len;
	struct rl_net_slot *slot;
	struct net_packet *p;
	u32 flags = 0;

	*index = q->free[--q->nr_free];
	slot = &q->slots[*index];
	slot->busy = true;
	slot->skb = last ? skb : NULL;
	p = rl_deref(slot->obj);
	if (!at) {
		rl_net_fill_offloads(skb, p, &flags);
		p->total = skb->len;
	}
	p->flags = flags | (last ? 0 : NET_MORE);
	p->offset = 0;
	p->len = len;
	p->queue = q->index;
	p->slot = *index;
	skb_copy_bits(skb, at, p->data, len);
	return slot->obj;
}

/*
 * Copy @skb into the batch. There is room. Return: 0 and it is in flight; -ENOMEM:
 * nothing changed; -EIO: the batch is spoilt, and the generation ends.
 */
static int rl_net_put(struct rl_net_queue *q, struct sk_buff *skb)
{
	struct net_packet __rref *obj;
	u32 at, index;

	if (!rl_net_tx_objects(q, rl_net_packets(skb->len)))
		return -ENOMEM;
	if (skb_is_gso(skb) && rl_net_prepare_tso(skb))
		return -ENOMEM;
	/* in the list first: a death finds it there, however far this gets */
	__skb_queue_tail(&q->inflight, skb);
	for (at = 0; at < skb->len; at += NET_DATA) {
		obj = rl_net_fill(q, skb, at, &index);
		if (likely(!rl_xheap_push(q->tx, obj, RL_OWNER_HOST, false)))
			continue;
		rl_net_spoilt(q, "the send batch was spoilt after it was given back");
		return -EIO;
	}
	return 0;
}

static void rl_net_frame_done(struct rl_net_queue *q, struct sk_buff *skb, bool error, int budget,
			      u32 *bytes)
{
	__skb_unlink(skb, &q->inflight);
	*bytes += skb->len;
	if (unlikely(error)) {
		rl_net_count(q, &q->counts.tx_errors, 1);
	} else {
		rl_net_count(q, &q->counts.tx_packets, 1);
		rl_net_count(q, &q->counts.tx_bytes, skb->len);
	}
	if (budget)
		napi_consume_skb(skb, budget);
	else
		dev_consume_skb_any(skb);
}

/* A packet came back. Return: the sk_buff of the frame that ends in it, or NULL. */
static struct sk_buff *rl_net_slot_done(struct rl_net_queue *q, struct net_packet __rref *obj)
{
	u64 index = READ_ONCE(rl_deref(obj)->slot);
	struct rl_net_slot *slot = &q->slots[index < q->nr_slots ? index : 0];
	struct sk_buff *skb = slot->skb;

	if (unlikely(!slot->busy || slot->obj != obj)) {
		rl_net_free_packet(obj);
		return NULL;
	}
	slot->busy = false;
	slot->skb = NULL;
	q->free[q->nr_free++] = slot - q->slots;
	return skb;
}

/**
 * rl_net_pop_done() - take the first packet out if the driver is done with it
 * @dq: batch that came back
 * @owner: of the batch: the host, or in benchmarks a domain
 * @flags: gets the packet's, read once
 *
 * Context: lock of the batch's queue held. Return: the packet, or NULL.
 */
struct net_packet __rref *rl_net_pop_done(struct net_packet_deque32 __rref *dq, u32 owner,
					  u32 *flags)
{
	struct net_packet __rref *obj;
	void __rref *child;

	if (!net_packet_deque32_len(dq) || rl_xheap_pop(dq, owner, false, &child))
		return NULL;
	obj = (struct net_packet __rref *)child;
	*flags = READ_ONCE(rl_deref(obj)->flags);
	if (likely(*flags & NET_DONE))
		return obj;
	if (rl_xheap_push(dq, obj, owner, true))
		rl_xheap_free(obj, owner);
	return NULL;
}
EXPORT_SYMBOL_NS_GPL(rl_net_pop_done, RL_TEST);

/**
 * rl_net_tx_done() - take back what the driver is done with
 * @q: queue whose batch came back
 * @budget: of the poller; 0: the caller is none
 *
 * Context: q->lock held.
 */
void rl_net_tx_done(struct rl_net_queue *q, int budget)
{
	struct net_packet __rref *obj;
	u32 flags, frames = 0, bytes = 0;
	struct sk_buff *skb;

	while ((obj = rl_net_pop_done(q->tx, RL_OWNER_HOST, &flags))) {
		skb = rl_net_slot_done(q, obj);
		if (!skb)
			continue;
		rl_net_frame_done(q, skb, flags & NET_ERROR, budget, &bytes);
		frames++;
	}
	if (!frames)
		return;
	netdev_tx_completed_queue(rl_net_txq(q), frames, bytes);
	WRITE_ONCE(q->expired, 0);
	if (unlikely(READ_ONCE(q->net->first_io))) {
		WRITE_ONCE(q->net->first_io, false);
		rl_domain_first_io(q->net->dom);
	}
}

/**
 * rl_net_tx_resend() - put what a dead generation left into the batch
 * @q: queue
 *
 * Context: q->lock held, from the poller.
 */
void rl_net_tx_resend(struct rl_net_queue *q)
{
	struct sk_buff *skb;
	int err;

	while (rl_net_tx_room(q, NET_MAX_FRAGS) && (skb = __skb_dequeue(&q->resend))) {
		err = rl_net_put(q, skb);
		if (err == -ENOMEM)
			__skb_queue_head(&q->resend, skb);
		if (err)
			return;
	}
}

/**
 * rl_net_tx_wake() - let the stack send again, if there is room
 * @q: queue
 *
 * Context: q->lock held, from the poller.
 */
void rl_net_tx_wake(struct rl_net_queue *q)
{
	struct netdev_queue *txq = rl_net_txq(q);

	if (netif_tx_queue_stopped(txq) && skb_queue_empty(&q->resend) &&
	    rl_net_tx_room(q, NET_MAX_FRAGS))
		netif_tx_wake_queue(txq);
}

static netdev_tx_t rl_net_drop(struct rl_net_queue *q, struct sk_buff *skb)
{
	rl_net_count(q, &q->counts.tx_dropped, 1);
	dev_kfree_skb_any(skb);
	return NETDEV_TX_OK;
}

/* The driver gets what is in the batch; stopped when it leaves too much of it. */
static void rl_net_flush(struct rl_net_queue *q)
{
	if (q->tx && net_packet_deque32_len(q->tx) && rl_net_call(q, q->none))
		rl_net_tx_done(q, 0);
	if (!rl_net_tx_room(q, NET_MAX_FRAGS))
		netif_tx_stop_queue(rl_net_txq(q));
}

/* The frame, with the queue's lock held. */
static netdev_tx_t rl_net_send(struct rl_net_queue *q, struct sk_buff *skb)
{
	u32 n = rl_net_packets(skb->len), len = skb->len;
	int err;

	if (unlikely(!skb_queue_empty(&q->resend))) {
		netif_tx_stop_queue(rl_net_txq(q));
		return NETDEV_TX_BUSY;
	}
	if (unlikely(!rl_net_tx_room(q, n))) {
		rl_net_flush(q);
		if (!rl_net_tx_room(q, n))
			return NETDEV_TX_BUSY;
	}
	err = rl_net_put(q, skb);
	if (unlikely(err == -ENOMEM)) {
		rl_net_drop(q, skb);
		if (!netdev_xmit_more())
			rl_net_flush(q);
		return NETDEV_TX_OK;
	}
	if (__netdev_tx_sent_queue(rl_net_txq(q), len, netdev_xmit_more()) ||
	    !rl_net_tx_room(q, 1))
		rl_net_flush(q);
	return NETDEV_TX_OK;
}

/*
 * A device's CRC32c reaches to the end of what it is given: bytes that fill a frame up to
 * the least length are the device's to add, behind it.
 */
static bool rl_net_sctp_crc(struct sk_buff *skb)
{
	return skb->ip_summed == CHECKSUM_PARTIAL && skb_csum_is_sctp(skb);
}

/**
 * rl_net_xmit() - ndo_start_xmit
 * @skb: frame
 * @dev: net_device
 *
 * Context: softirqs off.
 * Return: NETDEV_TX_OK; NETDEV_TX_BUSY with the queue stopped.
 */
netdev_tx_t rl_net_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct rl_net *n = rl_net_of(dev);
	struct rl_net_queue *q = &n->queues[skb_get_queue_mapping(skb)];
	netdev_tx_t ret;

	if (!rl_net_sctp_crc(skb) && eth_skb_pad(skb))
		return NETDEV_TX_OK;
	spin_lock(&q->lock);
	if (unlikely(READ_ONCE(n->dead) || rl_net_packets(skb->len) > NET_MAX_FRAGS))
		ret = rl_net_drop(q, skb);
	else
		ret = rl_net_send(q, skb);
	spin_unlock(&q->lock);
	return ret;
}
