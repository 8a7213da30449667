// SPDX-License-Identifier: GPL-2.0-only
/*
 * XDP: a BPF program sees each received frame before the stack does, and says whether the
 * stack gets it, nobody, its sender, or somebody else.
 *
 * The program works on a copy, in a page of the kernel's own. In the packet that the frame
 * came in there is no room in front of it, where programs put headers; and whoever else
 * could reach a packet late (net_rx.c has the list) would change bytes that the program has
 * judged. What is copied is read once: the program, the stack, the device that it is sent
 * back to and who it is redirected to get these bytes and no others, and neither a
 * domain nor its device ever hears of the page. Packets go back into the batch at
 * once, so nothing here can hold them up. The copy is the price, paid while there is a
 * program; a page whose frame ends here takes the next one.
 *
 * A tag that the device has taken out of the frame is put back in: the program sees the
 * frame as it was on the wire, and what it sends back has the tag, too.
 *
 * A frame has to fit in its page. So a program is refused while frames may be longer,
 * longer ones are while there is a program (the net_device's largest MTU is lower then; LRO
 * is off), and one that comes nevertheless is dropped.
 *
 * The program is the adapter's, so crashes, closing and opening do not concern it. It runs
 * with the queue's lock held, and therefore one at a time for a queue. What it sends back
 * becomes an sk_buff and goes the way of all others, a crash included.
 *
 * Nothing here faults. The page is the queue's until somebody gets it, and freed when
 * the queue is; who gets it drops it with put_page().
 */
#include <linux/bpf_trace.h>
#include <linux/filter.h>
#include <linux/if_vlan.h>
#include "net.h"

/* Bytes of a frame that a page has room for, and what that leaves for its payload. */
#define RL_NET_XDP_ROOM	SKB_WITH_OVERHEAD(PAGE_SIZE - XDP_PACKET_HEADROOM)
#define RL_NET_XDP_MTU	(RL_NET_XDP_ROOM - ETH_HLEN - 2 * VLAN_HLEN)

/**
 * rl_net_xdp_begin() - a queue may have programs look at its frames
 * @q: queue, about to be open
 *
 * Context: process, n->lock held. Return: 0 or an error.
 */
int rl_net_xdp_begin(struct rl_net_queue *q)
{
	int err = xdp_rxq_info_reg(&q->xdp_rxq, q->net->dev, q->index, q->napi.napi_id);

	return err ?: xdp_rxq_info_reg_mem_model(&q->xdp_rxq, MEM_TYPE_PAGE_SHARED, NULL);
}

/**
 * rl_net_xdp_end() - undo rl_net_xdp_begin()
 * @q: queue that nobody polls; one that had no begin is fine
 *
 * Context: process, n->lock held.
 */
void rl_net_xdp_end(struct rl_net_queue *q)
{
	if (xdp_rxq_info_is_reg(&q->xdp_rxq))
		xdp_rxq_info_unreg(&q->xdp_rxq);
	if (q->xdp_page)
		put_page(q->xdp_page);
	q->xdp_page = NULL;
}

/* A page for a frame, the queue's; NULL: there is none. */
static void *rl_net_xdp_page(struct rl_net_queue *q)
{
	if (!q->xdp_page)
		q->xdp_page = dev_alloc_page();
	return q->xdp_page ? page_address(q->xdp_page) : NULL;
}

/* Back in front of @to, where VLAN_HLEN bytes were left for it, goes what was taken out. */
static void rl_net_xdp_tag(struct vlan_ethhdr *to, u16 tci)
{
	memmove(to, (u8 *)to + VLAN_HLEN, 2 * ETH_ALEN);
	to->h_vlan_proto = htons(ETH_P_8021Q);
	to->h_vlan_TCI = htons(tci);
}

/* The frame to @to, and what its packets say of it is brought in line. Return: bytes. */
static u32 rl_net_xdp_copy(struct rl_net_queue *q, struct rl_net_frame *f, u8 *to)
{
	bool tag = f->first.flags & NET_RX_VLAN &&
		   q->net->dev->features & NETIF_F_HW_VLAN_CTAG_RX;
	u32 at = tag ? VLAN_HLEN : 0, i;

	for (i = 0; i < f->n; at += f->len[i++])
		memcpy(to + at, rl_net_bytes(f, i), f->len[i]);
	if (tag)
		rl_net_xdp_tag((struct vlan_ethhdr *)to, f->first.vlan_tci);
	f->first.flags &= ~NET_RX_VLAN;
	f->first.mss = 0;	/* LRO is off */
	rl_net_count(q, &q->counts.rx_copied, f->n);
	return at;
}

/* What a program left of a frame, as an sk_buff that has the page now; NULL: no memory. */
static struct sk_buff *rl_net_xdp_skb(struct rl_net_queue *q, const struct xdp_buff *xdp)
{
	struct sk_buff *skb = napi_build_skb(xdp->data_hard_start, xdp->frame_sz);

	if (!skb)
		return NULL;
	q->xdp_page = NULL;
	skb_reserve(skb, xdp->data - xdp->data_hard_start);
	skb_put(skb, xdp->data_end - xdp->data);
	if (xdp->data != xdp->data_meta)
		skb_metadata_set(skb, xdp->data - xdp->data_meta);
	return skb;
}

/* To be sent back, if it is not longer than others that are sent. */
static bool rl_net_xdp_answer(struct rl_net_queue *q, const struct xdp_buff *xdp)
{
	u32 most = READ_ONCE(q->net->dev->mtu) + ETH_HLEN + VLAN_HLEN;
	struct sk_buff *skb = NULL;

	if (xdp->data_end - xdp->data <= most)
		skb = rl_net_xdp_skb(q, xdp);
	if (!skb || eth_skb_pad(skb))
		return false;
	__skb_queue_tail(&q->answers, skb);
	return true;
}

/* Run @prog and do what it says. Return: the frame, if the stack gets it. */
static struct sk_buff *rl_net_xdp_run(struct rl_net_queue *q, struct bpf_prog *prog,
				      struct xdp_buff *xdp)
{
	u64_stats_t *failed = &q->counts.xdp_aborted;
	struct net_device *dev = q->net->dev;
	u32 act = bpf_prog_run_xdp(prog, xdp);
	struct sk_buff *skb;

	switch (act) {
	case XDP_PASS:
		skb = rl_net_xdp_skb(q, xdp);
		rl_net_count(q, skb ? &q->counts.xdp_pass : &q->counts.rx_dropped, 1);
		return skb;
	case XDP_DROP:
		rl_net_count(q, &q->counts.xdp_drop, 1);
		return NULL;
	case XDP_TX:
		if (rl_net_xdp_answer(q, xdp))
			return NULL;
		failed = &q->counts.xdp_tx_errors;
		break;
	case XDP_REDIRECT:
		if (xdp_do_redirect(dev, xdp, prog))
			break;
		q->xdp_page = NULL;
		rl_net_count(q, &q->counts.xdp_redirect, 1);
		return NULL;
	case XDP_ABORTED:
		break;
	default:
		bpf_warn_invalid_xdp_action(dev, prog, act);
	}
	trace_xdp_exception(dev, prog, act);
	rl_net_count(q, failed, 1);
	return NULL;
}

/**
 * rl_net_xdp() - a frame without an error, for the program
 * @q: queue
 * @f: frame, whole, with a program; what it says of itself is the returned sk_buff's then
 *
 * Context: q->lock held, from the poller.
 * Return: what the stack gets, or NULL; the frame is counted, and its packets are as they
 * were.
 */
struct sk_buff *rl_net_xdp(struct rl_net_queue *q, struct rl_net_frame *f)
{
	u8 *page = rl_net_xdp_page(q);
	struct xdp_buff xdp;
	u32 len;

	if (unlikely(!page || f->total > RL_NET_XDP_ROOM - VLAN_HLEN)) {
		rl_net_count(q, &q->counts.rx_dropped, 1);
		return NULL;
	}
	len = rl_net_xdp_copy(q, f, page + XDP_PACKET_HEADROOM);
	xdp_init_buff(&xdp, PAGE_SIZE, &q->xdp_rxq);
	xdp_prepare_buff(&xdp, page, XDP_PACKET_HEADROOM, len, true);
	rl_net_count(q, &q->counts.rx_packets, 1);
	rl_net_count(q, &q->counts.rx_bytes, f->total);
	return rl_net_xdp_run(q, f->prog, &xdp);
}

/* Another program, or none. */
static int rl_net_set_prog(struct rl_net *n, struct bpf_prog *prog, struct netlink_ext_ack *ack)
{
	struct net_device *dev = n->dev;

	if (prog && dev->mtu > RL_NET_XDP_MTU) {
		NL_SET_ERR_MSG_MOD(ack, "a frame of this MTU does not fit in a page");
		return -EOPNOTSUPP;
	}
	if (prog && dev->features & NETIF_F_LRO) {
		NL_SET_ERR_MSG_MOD(ack, "switch LRO off, its frames do not fit in a page");
		return -EOPNOTSUPP;
	}
	dev->max_mtu = n->info.mtu_max;
	if (prog)
		dev->max_mtu = min_t(u32, dev->max_mtu, RL_NET_XDP_MTU);
	prog = xchg(&n->xdp, prog);
	if (prog)
		bpf_prog_put(prog);
	return 0;
}

/**
 * rl_net_bpf() - ndo_bpf
 * @dev: net_device
 * @bpf: what is asked for
 *
 * Context: RTNL. Return: 0 or an error, and nothing changed.
 */
int rl_net_bpf(struct net_device *dev, struct netdev_bpf *bpf)
{
	if (bpf->command != XDP_SETUP_PROG)
		return -EOPNOTSUPP;
	return rl_net_set_prog(rl_net_of(dev), bpf->prog, bpf->extack);
}
