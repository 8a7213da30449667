// SPDX-License-Identifier: GPL-2.0-only
/*
 * A frame's way out.
 *
 * The sender puts it into packets. They go into the batch, behind those that the driver has
 * not taken yet, all at once and right before it is lent the batch; with more frames to come
 * that waits for them or until the batch is full. What comes back marked DONE is off the
 * device: the sk_buff is freed and its bytes are given back to the queue's limit (BQL). What
 * comes back unmarked stays in the batch, in its order.
 *
 * The queue is stopped, under its lock, while the largest frame would not fit: no
 * slots, or a batch the driver does not take. It goes on when the poller has made
 * room. The poller comes because the queue is armed: the driver owes one notification
 * for the next packet it is done with. A stopped queue whose generation died is
 * restarted by the poll at the end of up().
 *
 * Bytes are not copied but mapped for the domain's device, a packet for each piece that
 * lies in one place, where that pays. Counted in instructions, to map one piece costs
 * what copying a little more than 1 KiB does; and what one packet has room for is not
 * worth a second one, which has to go through the heap and back too. The first bytes
 * are copied all the same when they are few, as the headers in front of pages are, and
 * headers of what the device is to cut. A frame whose pieces are many and small, or a
 * list of others, is copied, and so is all that goes to a domain without a device.
 *
 * The device may read what is mapped and what shares a page with it, and nothing may write
 * to it. A mapping ends when its packet comes back, and the sk_buff is freed when all of
 * its packets have; a driver that gives one back too early has its device read, or be
 * refused by the IOMMU, what it should not, and that is as far as it gets. A generation
 * that ends keeps its mappings until the device is quiet (net_queue.c).
 *
 * Nothing is believed of a packet that comes back but its DONE and ERROR marks; which
 * slot it is in is looked up and compared.
 */
#include <linux/bpf_trace.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/sctp.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip6_checksum.h>
#include "net.h"

/* Bytes that it pays to map: of a frame that is one piece, and for each of several. */
#define RL_NET_WORTH		1024
#define RL_NET_WORTH_MANY	2048

/* What is known of an sk_buff in flight, in its cb. */
struct rl_net_flight {
	u32 out;	/* packets that have not come back */
	bool answer;	/* a program's, and not counted in the queue's limit (BQL) */
};

static struct rl_net_flight *rl_net_flight(struct sk_buff *skb)
{
	return (struct rl_net_flight *)skb->cb;
}

/**
 * rl_net_bytes_done() - bytes to give back to the queue's limit
 * @skb: was in flight
 *
 * Context: any. Return: the frame's, or 0.
 */
u32 rl_net_bytes_done(struct sk_buff *skb)
{
	return rl_net_flight(skb)->answer ? 0 : skb->len;
}

/* Is there room for one more frame, of @n packets? */
static bool rl_net_tx_room(const struct rl_net_queue *q, u32 n)
{
	return q->tx && q->nr_free >= n &&
	       net_packet_deque32_len(q->tx) + q->nr_fresh <= NET_BATCH - n;
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

/* How many bytes at its begin are copied of a frame that is mapped. */
static u32 rl_net_head(const struct sk_buff *skb)
{
	if (skb_headlen(skb) < RL_NET_WORTH)
		return skb_headlen(skb);
	return skb_is_gso(skb) ? skb_tcp_all_headers(skb) : 0;
}

/* Packets that @skb takes if it is mapped; 0: it is to be copied. */
static u32 rl_net_mappable(const struct rl_net_queue *q, const struct sk_buff *skb)
{
	u32 head, n, i, worth;

	if (skb->len < RL_NET_WORTH || !q->net->dma || skb_has_frag_list(skb))
		return 0;
	head = rl_net_head(skb);
	n = !!head + DIV_ROUND_UP(skb_headlen(skb) - head, NET_PIECE);
	for (i = 0; i < skb_shinfo(skb)->nr_frags; i++)
		n += DIV_ROUND_UP(skb_frag_size(&skb_shinfo(skb)->frags[i]), NET_PIECE);
	worth = n > 1 ? n * RL_NET_WORTH_MANY : RL_NET_WORTH;
	return n <= q->net->info.max_frags && worth <= skb->len ? n : 0;
}

static void rl_net_unmap(struct rl_net_queue *q, dma_addr_t bus, u32 len)
{
	dma_unmap_page(q->net->dma, bus, len, DMA_TO_DEVICE);
	WRITE_ONCE(q->mapped, q->mapped - 1);
}

/**
 * rl_net_tx_unmap() - end the mapping of a slot, if it has one
 * @q: queue
 * @slot: of it; its packet came back, or the device is quiet
 *
 * Context: q->lock held, or nobody else is there.
 */
void rl_net_tx_unmap(struct rl_net_queue *q, struct rl_net_slot *slot)
{
	if (slot->bus)
		rl_net_unmap(q, slot->bus, slot->len);
	slot->bus = 0;
}

/* Of pieces that do not get into packets. */
static void rl_net_unmap_pieces(struct rl_net_queue *q)
{
	u32 i;

	for (i = 0; i < q->nr_pieces; i++)
		if (q->pieces[i].bus)
			rl_net_unmap(q, q->pieces[i].bus, q->pieces[i].len);
}

static void rl_net_add_piece(struct rl_net_queue *q, dma_addr_t bus, u32 len)
{
	q->pieces[q->nr_pieces++] = (struct rl_net_piece){ bus, len };
}

/* @len bytes that lie in one place, from @at in a page or, without, in the linear part. */
static bool rl_net_map_place(struct rl_net_queue *q, struct sk_buff *skb, const skb_frag_t *frag,
			     u32 at, u32 len)
{
	struct device *dev = q->net->dma;
	dma_addr_t bus;
	u32 n;

	for (; len; at += n, len -= n) {
		n = min_t(u32, len, NET_PIECE);
		bus = frag ? skb_frag_dma_map(dev, frag, at, n, DMA_TO_DEVICE) :
			     dma_map_single(dev, skb->data + at, n, DMA_TO_DEVICE);
		if (unlikely(dma_mapping_error(dev, bus)))
			return false;
		WRITE_ONCE(q->mapped, q->mapped + 1);
		rl_net_add_piece(q, bus, n);
	}
	return true;
}

/* Pieces of a frame that rl_net_mappable() counted. False: there are none. */
static bool rl_net_map(struct rl_net_queue *q, struct sk_buff *skb)
{
	const struct skb_shared_info *s = skb_shinfo(skb);
	u32 head = rl_net_head(skb), i;
	bool ok;

	if (head)
		rl_net_add_piece(q, 0, head);
	ok = rl_net_map_place(q, skb, NULL, head, skb_headlen(skb) - head);
	for (i = 0; ok && i < s->nr_frags; i++)
		ok = rl_net_map_place(q, skb, &s->frags[i], 0, skb_frag_size(&s->frags[i]));
	if (unlikely(!ok))
		rl_net_unmap_pieces(q);
	return ok;
}

/* A frame's pieces: as they lie, or as large as a packet. */
static bool rl_net_cut(struct rl_net_queue *q, struct sk_buff *skb, bool map)
{
	u32 at;

	q->nr_pieces = 0;
	if (map)
		return rl_net_map(q, skb);
	for (at = 0; at < skb->len; at += NET_DATA)
		rl_net_add_piece(q, 0, min_t(u32, skb->len - at, NET_DATA));
	return true;
}

/* Piece @i, which begins @at bytes into the frame, into a packet. */
static void rl_net_fill(struct rl_net_queue *q, struct sk_buff *skb, u32 i, u32 at)
{
	const struct rl_net_piece *piece = &q->pieces[i];
	u32 index = q->free[--q->nr_free], flags = 0;
	struct rl_net_slot *slot = &q->slots[index];
	struct net_packet *p = rl_deref(slot->obj);

	slot->busy = true;
	slot->skb = skb;
	slot->bus = piece->bus;
	slot->len = piece->len;
	if (!i) {
		rl_net_fill_offloads(skb, p, &flags);
		p->total = skb->len;
	}
	p->flags = flags | (i + 1 < q->nr_pieces ? NET_MORE : 0);
	p->offset = 0;
	p->len = piece->len;
	p->queue = q->index;
	p->bus = piece->bus;
	p->slot = index;
	if (!piece->bus)
		skb_copy_bits(skb, at, p->data, piece->len);
	q->fresh[q->nr_fresh++] = slot->obj;
}

/*
 * Put @skb into packets for the batch, mapped in @map of them; 0: copied. There is room.
 * Return: true and it is in flight; false: there is no memory, and nothing changed.
 */
static bool rl_net_put(struct rl_net_queue *q, struct sk_buff *skb, u32 map)
{
	u32 i, at = 0;

	if (!rl_net_tx_objects(q, map ?: rl_net_packets(skb->len)))
		return false;
	if ((skb_is_gso(skb) && rl_net_prepare_tso(skb)) || !rl_net_cut(q, skb, map))
		return false;
	/* in the list first: a death finds it there, however far this gets */
	__skb_queue_tail(&q->inflight, skb);
	rl_net_flight(skb)->out = q->nr_pieces;
	rl_net_count(q, map ? &q->counts.tx_mapped : &q->counts.tx_copied, 1);
	for (i = 0; i < q->nr_pieces; at += q->pieces[i++].len)
		rl_net_fill(q, skb, i, at);
	return true;
}

/**
 * rl_net_tx_push() - what was put into packets goes into the batch
 * @q: queue with batches
 *
 * Context: q->lock held.
 * Return: false: the batch is spoilt, and the generation ends. What did not get into it is
 * freed then (net_queue.c).
 */
bool rl_net_tx_push(struct rl_net_queue *q)
{
	u32 n = q->nr_fresh;
	s32 done = n ? rl_xheap_push_many(q->tx, q->fresh, n, RL_OWNER_HOST, false) : 0;

	if (likely(done == n)) {
		q->nr_fresh = 0;
		return true;
	}
	if (done > 0) {
		q->nr_fresh -= done;
		memmove(q->fresh, &q->fresh[done], q->nr_fresh * sizeof(q->fresh[0]));
	}
	rl_net_spoilt(q, "the send batch was spoilt after it was given back");
	return false;
}

static void rl_net_frame_done(struct rl_net_queue *q, struct sk_buff *skb, bool error, int budget)
{
	__skb_unlink(skb, &q->inflight);
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

/* A packet came back. Return: the sk_buff of the frame whose last one it is, or NULL. */
static struct sk_buff *rl_net_slot_done(struct rl_net_queue *q, struct net_packet __rref *obj)
{
	u64 index = READ_ONCE(rl_deref(obj)->slot);
	struct rl_net_slot *slot = &q->slots[index < q->nr_slots ? index : 0];
	struct sk_buff *skb = slot->skb;

	if (unlikely(!slot->busy || slot->obj != obj)) {
		rl_net_free_packet(obj);
		return NULL;
	}
	rl_net_tx_unmap(q, slot);
	slot->busy = false;
	slot->skb = NULL;
	q->free[q->nr_free++] = slot - q->slots;
	return --rl_net_flight(skb)->out ? NULL : skb;
}

/**
 * rl_net_pop_done() - take the packets out that the driver is done with
 * @dq: batch that came back
 * @done: room for NET_BATCH of them, each with its flags, read once
 * @owner: of the batch: the host, or in benchmarks a domain
 *
 * From its front on, up to the first that is not marked.
 *
 * Context: lock of the batch's queue held. Return: how many.
 */
u32 rl_net_pop_done(struct net_packet_deque32 __rref *dq, struct rl_xmarked *done, u32 owner)
{
	s32 n = 0;

	if (net_packet_deque32_len(dq))
		n = rl_xheap_pop_marked(dq, done, NET_BATCH, owner,
					offsetof(struct net_packet, flags), NET_DONE);
	return max(n, 0);
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
	u32 n = rl_net_pop_done(q->tx, q->done, RL_OWNER_HOST), i, len, limited = 0, bytes = 0;
	struct sk_buff *skb;
	bool any = false;

	for (i = 0; i < n; i++) {
		skb = rl_net_slot_done(q, (struct net_packet __rref *)q->done[i].obj);
		if (!skb)
			continue;
		len = rl_net_bytes_done(skb);
		limited += !!len;
		bytes += len;
		rl_net_frame_done(q, skb, q->done[i].word & NET_ERROR, budget);
		any = true;
	}
	if (!any)
		return;
	netdev_tx_completed_queue(rl_net_txq(q), limited, bytes);
	WRITE_ONCE(q->expired, 0);
	if (unlikely(READ_ONCE(q->net->first_io))) {
		WRITE_ONCE(q->net->first_io, false);
		rl_domain_first_io(q->net->dom);
	}
}

/**
 * rl_net_tx_resend() - put what a dead generation left into packets for the batch
 * @q: queue
 *
 * Context: q->lock held, from the poller.
 */
void rl_net_tx_resend(struct rl_net_queue *q)
{
	struct sk_buff *skb;

	while (rl_net_tx_room(q, NET_MAX_FRAGS) && (skb = __skb_dequeue(&q->resend))) {
		if (likely(rl_net_put(q, skb, rl_net_mappable(q, skb))))
			continue;
		__skb_queue_head(&q->resend, skb);
		return;
	}
}

/**
 * rl_net_tx_answers() - put what a program sends back into packets for the batch
 * @q: queue
 * @prog: the program
 *
 * They go with the next exchange. What there is no room for is dropped: the program's frames
 * come as fast as they were received, and nobody could be told to wait. For the same reason
 * they are not counted in the queue's limit, or the stack would wait for room in it in vain.
 *
 * Context: q->lock held, from the poller; after rl_net_tx_wake(), so that they do not keep
 * the stack from sending.
 */
void rl_net_tx_answers(struct rl_net_queue *q, struct bpf_prog *prog)
{
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(&q->answers))) {
		rl_net_flight(skb)->answer = true;
		if (rl_net_tx_room(q, rl_net_packets(skb->len)) &&
		    rl_net_put(q, skb, rl_net_mappable(q, skb))) {
			/* the stack's frames may have to wait for these: that is no hang */
			txq_trans_cond_update(rl_net_txq(q));
			rl_net_count(q, &q->counts.xdp_tx, 1);
		} else {
			trace_xdp_exception(q->net->dev, prog, XDP_TX);
			rl_net_count(q, &q->counts.xdp_tx_errors, 1);
			dev_kfree_skb_any(skb);
		}
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

/* The driver gets what there is to send; stopped when it leaves too much of it. */
static void rl_net_flush(struct rl_net_queue *q)
{
	if (q->tx && rl_net_tx_push(q) && net_packet_deque32_len(q->tx) && rl_net_call(q, q->none))
		rl_net_tx_done(q, 0);
	if (!rl_net_tx_room(q, NET_MAX_FRAGS))
		netif_tx_stop_queue(rl_net_txq(q));
}

/* The frame, with the queue's lock held. */
static netdev_tx_t rl_net_send(struct rl_net_queue *q, struct sk_buff *skb)
{
	u32 map = rl_net_mappable(q, skb), n = map ?: rl_net_packets(skb->len), len = skb->len;

	if (unlikely(!skb_queue_empty(&q->resend))) {
		netif_tx_stop_queue(rl_net_txq(q));
		return NETDEV_TX_BUSY;
	}
	if (unlikely(!rl_net_tx_room(q, n))) {
		rl_net_flush(q);
		if (!rl_net_tx_room(q, n))
			return NETDEV_TX_BUSY;
	}
	rl_net_flight(skb)->answer = false;
	if (unlikely(!rl_net_put(q, skb, map))) {
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
