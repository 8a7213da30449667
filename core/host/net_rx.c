// SPDX-License-Identifier: GPL-2.0-only
/*
 * A frame's way in, and the poll loop of a queue.
 *
 * A poll lends the driver both batches until one exchange is not enough to fill them, or
 * the budget is used up. The receive batch is full of empty packets each time. How many
 * the driver may keep is bounded: one that loses them ends up without.
 *
 * A frame is not copied, but for its headers: the stack gets the pages that its packets
 * are, a fragment each, and so holds a page for as long as somebody has not read it. The
 * packets meanwhile lie in q->lend (xheap_lend.c) and become empty ones when their pages
 * are back, so that none is allocated, or cleared, once there are enough. When it is full
 * of pages that nobody reads, bytes are copied into pages of the stack's own, as are short
 * frames, which cost less that way; their packets go into the batch again at once. A socket
 * pays for half a page at least, and else for its bytes (rl_net_charge()).
 *
 * Who could change what the stack has seen? The packets are the host's when they are looked
 * at and until they are empty ones again, a death and the end of the interface included: the
 * guard refuses a domain's stores to them, no device is told of them, the sweep after a death
 * passes them by. Two things are left, both in the generation that received the frame. A
 * store that was on its way on another CPU may land late (xheap.c). And a device may still
 * write to a page that it was once given, if its driver is so bad as not to take it out of
 * the ring; behind an IOMMU until the generation ends, without one there is no telling.
 * Either changes bytes of a frame that its driver could have made up. It is for them
 * that headers are copied before anybody looks at them, with all the stack keeps for
 * itself (skb_shared_info) in memory that no domain ever had; and that the pages are
 * marked as shared, so that the stack makes copies where bytes must stay, or where it
 * would write. Kernels that decrypt ESP in place all the same leave the driver what they
 * wrote, when it gets the page again.
 *
 * Frames are handed to the stack when the queue's lock has been dropped: the stack may
 * answer through this very queue.
 *
 * Whatever a packet says is read once and held against its size. Nothing of it is kept.
 */
#include <linux/filter.h>
#include <linux/if_vlan.h>
#include <linux/skbuff.h>
#include "net.h"

#define RL_NET_HEADERS	256	/* bytes of a frame that may be headers; shorter ones are copied */

/* One sk_buff behind the first has room for the rest. */
static_assert(NET_MAX_FRAGS <= 2 * MAX_SKB_FRAGS);

static void rl_net_read_meta(struct rl_net_meta *m, const struct net_packet __rref *obj, u32 flags)
{
	const struct net_packet *p = rl_deref(obj);

	m->flags = flags;
	m->hash = READ_ONCE(p->hash);
	m->offset = READ_ONCE(p->offset);
	m->len = READ_ONCE(p->len);
	m->vlan_tci = READ_ONCE(p->vlan_tci);
	m->mss = READ_ONCE(p->mss);
}

/* To go into the batch as an empty one, or to the heap when there are enough. */
static void rl_net_recycle(struct rl_net_queue *q, struct net_packet __rref *obj)
{
	WRITE_ONCE(rl_deref(obj)->flags, 0);
	if (likely(q->nr_spare < NET_BATCH))
		q->spare[q->nr_spare++] = obj;
	else
		rl_net_free_packet(obj);
}

/* Empty packets into the batch, to the heap those that it has no room for. Return: how many. */
static u32 rl_net_rx_push(struct rl_net_queue *q)
{
	u32 n = q->nr_spare, i;
	s32 done = n ? rl_xheap_push_many(q->rx, q->spare, n, RL_OWNER_HOST, false) : 0;

	done = max(done, 0);
	for (i = done; i < n; i++)
		rl_net_free_packet(q->spare[i]);
	q->nr_spare = 0;
	return done;
}

static void rl_net_add_part(struct rl_net_frame *f, struct net_packet __rref *obj, u32 flags)
{
	struct rl_net_meta m;

	rl_net_read_meta(&m, obj, flags);
	if (!f->n)
		f->first = m;
	f->bad |= m.offset > NET_DATA || m.len > NET_DATA - m.offset;
	f->part[f->n] = obj;
	f->offset[f->n] = m.offset;
	f->len[f->n++] = m.len;
	f->total += m.len;
	f->first.flags |= flags & NET_ERROR;
}

static struct sk_buff *rl_net_copy(struct rl_net_queue *q, const struct rl_net_frame *f)
{
	struct sk_buff *skb = napi_alloc_skb(&q->napi, f->total);
	u32 i;

	for (i = 0; skb && i < f->n; i++)
		skb_put_data(skb, rl_net_bytes(f, i), f->len[i]);
	if (skb)
		rl_net_count(q, &q->counts.rx_copied, f->n);
	return skb;
}

/* A packet whose page nobody reads any more, or NULL. */
static struct net_packet __rref *rl_net_back(struct rl_net_queue *q)
{
	struct net_packet __rref *obj = (struct net_packet __rref *)rl_xlend_back(q->lend);

	if (obj)
		rl_net_count(q, &q->counts.rx_recycled, 1);
	return obj;
}

/* The page of a packet that is lent, in the place of another one if there is no more room. */
static struct page *rl_net_lend(struct rl_net_queue *q, struct net_packet __rref *obj)
{
	struct page *page = rl_xlend_page(q->lend, obj);
	struct net_packet __rref *back = page ? NULL : rl_net_back(q);

	if (!back)
		return page;
	rl_net_recycle(q, back);
	return rl_xlend_page(q->lend, obj);
}

/* Part @i's page, or one that has its bytes in the same place; a reference is the caller's. */
static struct page *rl_net_page(struct rl_net_queue *q, struct rl_net_frame *f, u32 i)
{
	const u8 *bytes = rl_net_bytes(f, i);
	struct page *page = rl_net_lend(q, f->part[i]);

	if (likely(page)) {
		f->part[i] = NULL;
		rl_net_count(q, &q->counts.rx_lent, 1);
		return page;
	}
	page = dev_alloc_page();
	if (page) {
		memcpy(page_address(page) + offset_in_page(bytes), bytes, f->len[i]);
		rl_net_count(q, &q->counts.rx_copied, 1);
	}
	return page;
}

/* Where the next fragment of @skb goes, @last being where the one before it did. */
static struct sk_buff *rl_net_room(struct sk_buff *skb, struct sk_buff *last)
{
	if (likely(skb_shinfo(last)->nr_frags < MAX_SKB_FRAGS))
		return last;
	last = alloc_skb(0, GFP_ATOMIC);
	if (last) {
		skb_shinfo(skb)->frag_list = last;
		skb->truesize += last->truesize;
	}
	return last;
}

/*
 * What a socket pays for @len bytes in a page: no more than with drivers that put two frames
 * into one, or its window would be smaller than theirs, and datagrams that wait would be
 * dropped sooner. How many pages there are is bounded by the ring of lent ones, whatever
 * sockets pay.
 */
static u32 rl_net_charge(u32 len)
{
	return max_t(u32, SKB_DATA_ALIGN(len), PAGE_SIZE / 2);
}

/* Part @i from byte @at on becomes a fragment. */
static bool rl_net_add_frag(struct rl_net_queue *q, struct rl_net_frame *f, u32 i, u32 at,
			    struct sk_buff *skb, struct sk_buff **last)
{
	u32 offset = offset_in_page(rl_net_bytes(f, i)) + at, len = f->len[i] - at;
	struct page *page;

	*last = rl_net_room(skb, *last);
	page = *last ? rl_net_page(q, f, i) : NULL;
	if (unlikely(!page))
		return false;
	skb_add_rx_frag(*last, skb_shinfo(*last)->nr_frags, page, offset, len,
			rl_net_charge(len));
	if (unlikely(*last != skb)) {
		skb->len += len;
		skb->data_len += len;
		skb->truesize += rl_net_charge(len);
	}
	return true;
}

/* A long frame: headers copied, the rest in pages. */
static struct sk_buff *rl_net_frags(struct rl_net_queue *q, struct rl_net_frame *f)
{
	struct sk_buff *skb = napi_alloc_skb(&q->napi, RL_NET_HEADERS), *last = skb;
	const u8 *bytes = rl_net_bytes(f, 0);
	u32 i, at;

	if (!skb)
		return NULL;
	at = eth_get_headlen(q->net->dev, bytes, min_t(u32, f->len[0], RL_NET_HEADERS));
	skb_put_data(skb, bytes, at);
	skb_shinfo(skb)->flags |= SKBFL_SHARED_FRAG;
	for (i = 0; i < f->n; i++, at = 0) {
		if (f->len[i] != at && !rl_net_add_frag(q, f, i, at, skb, &last)) {
			kfree_skb(skb);
			return NULL;
		}
	}
	return skb;
}

/* Several segments that a device has put together. */
static void rl_net_mark_gso(struct sk_buff *skb, u16 mss)
{
	struct skb_shared_info *s = skb_shinfo(skb);

	s->gso_type = skb->protocol == htons(ETH_P_IPV6) ? SKB_GSO_TCPV6 : SKB_GSO_TCPV4;
	s->gso_size = mss;
	s->gso_segs = DIV_ROUND_UP(skb->len, mss);
	s->gso_type |= SKB_GSO_DODGY;	/* its headers are still to be looked at */
}

static void rl_net_results(struct rl_net_queue *q, struct sk_buff *skb, const struct rl_net_meta *m)
{
	netdev_features_t features = q->net->dev->features;

	skb->protocol = eth_type_trans(skb, q->net->dev);
	skb_record_rx_queue(skb, q->index);
	if (m->flags & NET_RX_L4_GOOD && features & NETIF_F_RXCSUM)
		skb->ip_summed = CHECKSUM_UNNECESSARY;
	if (m->flags & NET_RX_HASH && features & NETIF_F_RXHASH)
		skb_set_hash(skb, m->hash, m->flags & NET_RX_HASH_L4 ? PKT_HASH_TYPE_L4 :
			     PKT_HASH_TYPE_L3);
	if (m->flags & NET_RX_VLAN && features & NETIF_F_HW_VLAN_CTAG_RX)
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), m->vlan_tci);
	if (m->mss && skb->len > m->mss)
		rl_net_mark_gso(skb, m->mss);
}

/* What the stack gets of a frame without an error; NULL: there is no memory for it. */
static struct sk_buff *rl_net_skb(struct rl_net_queue *q, struct rl_net_frame *f)
{
	struct sk_buff *skb;

	skb = f->total <= RL_NET_HEADERS ? rl_net_copy(q, f) : rl_net_frags(q, f);
	if (unlikely(!skb)) {
		rl_net_count(q, &q->counts.rx_dropped, 1);
		return NULL;
	}
	rl_net_count(q, &q->counts.rx_packets, 1);
	rl_net_count(q, &q->counts.rx_bytes, skb->len);
	return skb;
}

/* All parts are there: into @list, or counted. */
static void rl_net_frame_in(struct rl_net_queue *q, struct rl_net_frame *f,
			    struct sk_buff_head *list)
{
	bool error = f->bad || f->len[0] < ETH_HLEN ||
		     (f->first.flags & NET_ERROR && !(q->net->dev->features & NETIF_F_RXALL));
	struct sk_buff *skb = NULL;
	u32 i;

	if (error)
		rl_net_count(q, &q->counts.rx_errors, 1);
	else
		skb = unlikely(f->prog) ? rl_net_xdp(q, f) : rl_net_skb(q, f);
	if (skb) {
		rl_net_results(q, skb, &f->first);
		__skb_queue_tail(list, skb);
	}
	for (i = 0; i < f->n; i++)
		if (f->part[i])
			rl_net_recycle(q, f->part[i]);
	f->done++;
	f->n = 0;
	f->total = 0;
	f->bad = false;
}

/*
 * Frames out of a batch that came back, and into it what is empty again. A part of a frame
 * at its end is dropped. Return: packets that had something in them.
 */
static u32 rl_net_rx_done(struct rl_net_queue *q, struct rl_net_frame *f,
			  struct sk_buff_head *list)
{
	u32 nr = rl_net_pop_done(q->rx, q->done, RL_OWNER_HOST), flags, i;

	for (i = 0; i < nr; i++) {
		flags = q->done[i].word;
		rl_net_add_part(f, (struct net_packet __rref *)q->done[i].obj, flags);
		f->bad |= f->n == NET_MAX_FRAGS && flags & NET_MORE;
		if (!(flags & NET_MORE) || f->bad)
			rl_net_frame_in(q, f, list);
	}
	if (unlikely(f->n)) {
		f->bad = true;
		rl_net_frame_in(q, f, list);
	}
	rl_net_rx_push(q);
	return nr;
}

/* A packet to receive in, or NULL. */
static struct net_packet __rref *rl_net_empty(struct rl_net_queue *q)
{
	struct net_packet __rref *obj = rl_net_back(q);

	if (!obj)
		return (struct net_packet __rref *)rl_xheap_alloc(NET_PACKET_TYPE,
								  RL_OWNER_HOST);
	WRITE_ONCE(rl_deref(obj)->flags, 0);
	return obj;
}

/* Fill the receive batch. Return: packets in it. */
static u32 rl_net_rx_fill(struct rl_net_queue *q)
{
	u32 have = net_packet_deque32_len(q->rx), room = NET_BATCH - have;
	struct net_packet __rref *obj;

	room = min(room, q->rx_limit - min(q->rx_limit, q->rx_out + have));
	while (q->nr_spare < room) {
		obj = rl_net_empty(q);
		if (!obj)
			break;
		q->spare[q->nr_spare++] = obj;
	}
	return have + rl_net_rx_push(q);
}

/* Frames that a driver could not take, or that nobody has given it yet */
static bool rl_net_tx_waits(const struct rl_net_queue *q)
{
	return !skb_queue_empty(&q->resend) || net_packet_deque32_len(q->tx);
}

/*
 * One exchange. Return: true when another has something to do at once: the driver's ring is
 * not full yet, a batch came back full, or a program sends something back. What comes after
 * a batch that did not is seen when the queue is armed.
 */
static bool rl_net_round(struct rl_net_queue *q, struct rl_net_frame *f, int budget,
			 struct sk_buff_head *list)
{
	u32 lent, sent, back, got;

	if (!q->tx)
		return false;
	rl_net_tx_resend(q);
	lent = rl_net_rx_fill(q);
	sent = q->nr_free;
	if (!rl_net_tx_push(q) || !rl_net_call(q, q->rx))
		return false;
	back = net_packet_deque32_len(q->rx);
	q->rx_out = q->rx_out + lent > back ? q->rx_out + lent - back : 0;
	got = rl_net_rx_done(q, f, list);
	rl_net_tx_done(q, budget);
	sent = q->nr_free - sent;
	rl_net_tx_wake(q);
	if (unlikely(f->prog))
		rl_net_tx_answers(q, f->prog);
	return lent > back || got == NET_BATCH || sent == NET_BATCH || q->nr_fresh ||
	       (sent && rl_net_tx_waits(q));
}

static void rl_net_deliver(struct rl_net_queue *q, struct sk_buff_head *list)
{
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(list)))
		napi_gro_receive(&q->napi, skb);
}

/**
 * rl_net_poll() - NAPI
 * @napi: of a queue
 * @budget: frames at most; 0: those that were sent only
 *
 * Context: softirq. Return: frames received.
 */
int rl_net_poll(struct napi_struct *napi, int budget)
{
	struct rl_net_queue *q = container_of(napi, struct rl_net_queue, napi);
	struct rl_net_frame frame;
	struct sk_buff_head list;
	bool more = true;
	int rounds = 0;

	frame.n = 0;
	frame.total = 0;
	frame.bad = false;
	frame.done = 0;
	frame.prog = READ_ONCE(q->net->xdp);
	__skb_queue_head_init(&list);
	while (more && frame.done < budget && rounds++ < budget) {
		spin_lock(&q->lock);
		more = rl_net_round(q, &frame, budget, &list);
		spin_unlock(&q->lock);
		if (unlikely(frame.prog))
			xdp_do_flush();
		rl_net_deliver(q, &list);
	}
	if (more)
		return budget;
	if (frame.done < budget && napi_complete_done(napi, frame.done))
		net_arm(rl_net_ref(q->net), q->index);
	return min_t(u32, frame.done, budget);
}
