// SPDX-License-Identifier: GPL-2.0-only
/*
 * A network driver without a device: the smallest thing that implements net.
 *
 * For tests of the adapter and of restarts, for the price of a crossing, and as the
 * example to read first. A frame is sent when it has been looked at: its packets are
 * marked in place, and no object changes hands inside. With reflect=1 frames come back
 * from a peer that is not there (reflect.c).
 *
 * The counters are this generation's; the adapter adds them up. Configuration is kept
 * as far as somebody asks for it again, the rest is accepted and has no effect on a
 * device that is not there.
 */
#define NULLNET_MAIN
#include "null.h"

static struct null_queue *queue_of(const struct null *n, u16 queue)
{
	return queue < n->nr_queues ? &n->queues[queue] : NULL;
}

/* Tell the adapter, if it waits and there is something. */
static void notify(const struct null *n, struct null_queue *q, u16 queue)
{
	if (q->used && __atomic_exchange_n(&q->armed, 0, __ATOMIC_ACQ_REL))
		rlc_net_host_work(n->host, queue);
}

/* All that is in the batch went out. */
static void send_all(struct null_queue *q, struct net_packet_deque32 __rref *tx)
{
	u32 i, len = net_packet_deque32_len(tx);
	struct net_packet __rref *obj;
	struct net_packet *p;

	for (i = 0; i < len; i++) {
		obj = net_packet_deque32_at(tx, i);
		if (!obj)
			rl_die("a batch has nothing where a packet should be");
		p = rl_deref(obj);
		q->bytes += p->len;
		q->frames += !(p->flags & NET_MORE);
		p->flags |= NET_DONE;
	}
}

static s32 null_submit_and_poll(void *self, u16 queue, struct net_packet_deque32 __rref *tx,
				struct net_packet_deque32 __rref *rx)
{
	const struct null *n = self;
	struct null_queue *q = queue_of(n, queue);

	if (unlikely(!q || !n->open))
		return -EAGAIN;
	q->calls++;
	if (unlikely(n->hang))
		return 0;
	if (likely(!n->reflect)) {
		send_all(q, tx);
		return 0;
	}
	reflect_take(q, tx);
	reflect_give(q, tx, rx);
	notify(n, q, queue);
	return 0;
}

static s32 null_arm(void *self, u16 queue)
{
	const struct null *n = self;
	struct null_queue *q = queue_of(n, queue);

	if (!q)
		return -EINVAL;
	__atomic_store_n(&q->armed, 1, __ATOMIC_RELEASE);
	notify(n, q, queue);
	return 0;
}

static s32 null_info(void *self, struct net_info *info)
{
	static const struct net_mac mac = { .addr = { 2, 'n', 'u', 'l', 'l', 0 } };
	const struct null *n = self;

	memset(info, 0, sizeof(*info));
	info->permanent = mac;
	info->features = NET_F_RX_CSUM | NET_F_TX_CSUM | NET_F_RX_VLAN | NET_F_TX_VLAN |
			 NET_F_VLAN_FILTER | NET_F_LRO | NET_C_COALESCE | NET_C_RING | NET_C_PAUSE |
			 NET_C_SELFTEST | NET_C_REGS;
	info->rx_queues = n->nr_queues;
	info->tx_queues = n->nr_queues;
	info->ring_min = 64;
	info->ring_max = NULL_RING_MAX;
	info->ring_default = 256;
	info->ring_multiple = 8;
	info->mtu_min = 68;
	info->mtu_max = NULL_MTU_MAX;
	info->max_frags = 4;
	info->nr_stats = 2;
	info->reg_words = 4;
	info->tests = 1;
	info->coalesce_max_us = 1000;
	memcpy(info->model, "no device", 9);
	memcpy(info->firmware, "none", 4);
	return 0;
}

static s32 null_set_mac(void *self, const struct net_mac *mac)
{
	struct null *n = self;

	n->mac = *mac;
	return 0;
}

static s32 null_set_mtu(void *self, u32 mtu)
{
	return mtu <= NULL_MTU_MAX ? 0 : -EINVAL;
}

static s32 null_set_rings(void *self, const struct net_rings *rings)
{
	struct null *n = self;

	if (n->open)
		return -EBUSY;
	if (!rings->tx_queues || rings->tx_queues > n->nr_queues || !rings->tx_ring ||
	    rings->tx_ring > NULL_RING_MAX)
		return -EINVAL;
	n->rings = *rings;
	return 0;
}

static s32 null_set_features(void *self, u32 features)
{
	return 0;
}

static s32 null_set_rx_mode(void *self, const struct net_rx_mode *mode)
{
	return 0;
}

static s32 null_set_vlans(void *self, const struct net_vlans *vlans)
{
	return 0;
}

static s32 null_set_coalesce(void *self, const struct net_coalesce *coalesce)
{
	return 0;
}

static s32 null_set_pause(void *self, const struct net_pause *pause)
{
	return 0;
}

static s32 null_set_rss(void *self, const struct net_rss *rss)
{
	return 0;
}

static void close_queue(struct null_queue *q)
{
	for (; q->used; q->used--) {
		net_packet_free(q->ring[q->head]);
		q->head = q->head + 1 < q->size ? q->head + 1 : 0;
	}
	rl_free(q->ring);
	q->ring = NULL;
	q->size = 0;
	q->head = 0;
	__atomic_store_n(&q->armed, 0, __ATOMIC_RELEASE);
}

static s32 open_queue(struct null_queue *q, u32 size)
{
	q->ring = rl_alloc(size * sizeof(q->ring[0]));
	if (!q->ring)
		return -ENOMEM;
	q->size = size;
	return 0;
}

static s32 null_set_open(void *self, bool open)
{
	struct null *n = self;
	s32 err = 0;
	u32 i;

	if (open == n->open)
		return 0;
	if (open && !n->rings.tx_ring)
		return -EINVAL;
	n->open = open;
	for (i = 0; !err && open && n->reflect && i < n->rings.tx_queues; i++)
		err = open_queue(&n->queues[i], n->rings.tx_ring);
	if (err)
		n->open = false;
	for (i = 0; !n->open && i < n->nr_queues; i++)
		close_queue(&n->queues[i]);
	return err;
}

/* Nothing on a wire that is not there gets going again. */
static s32 null_tx_timeout(void *self, u16 queue)
{
	return -EIO;
}

static s32 null_link(void *self, struct net_link *link)
{
	memset(link, 0, sizeof(*link));
	link->speed = 10000;
	link->up = 1;
	link->duplex = NET_DUPLEX_FULL;
	return 0;
}

static s32 null_renegotiate(void *self)
{
	return 0;
}

static s32 null_stats(void *self, struct net_stats *s)
{
	const struct null *n = self;
	u32 i;

	memset(s, 0, sizeof(*s));
	for (i = 0; i < n->nr_queues; i++) {
		s->tx_packets += n->queues[i].frames;
		s->tx_bytes += n->queues[i].bytes;
		s->rx_packets += n->queues[i].reflected;
	}
	return 0;
}

static s32 null_own_stats(void *self, u32 step, struct net_own_stats *s)
{
	const struct null *n = self;
	u32 i;

	if (step)
		return -ERANGE;
	memset(s, 0, sizeof(*s));
	for (i = 0; i < n->nr_queues; i++) {
		s->value[0] += n->queues[i].calls;
		s->value[1] += n->queues[i].reflected;
	}
	return 0;
}

static s32 null_stat_name(void *self, u32 index, struct net_text *name)
{
	memset(name, 0, sizeof(*name));
	if (index > 1)
		return -ERANGE;
	memcpy(name->s, index ? "null_reflected" : "null_calls", index ? 14 : 10);
	return 0;
}

/* Shows what was configured: the address, the rings, open or not. */
static s32 null_read_regs(void *self, u32 first, struct net_words *words)
{
	const struct null *n = self;

	if (first)
		return -ERANGE;
	memset(words, 0, sizeof(*words));
	memcpy(words->value, n->mac.addr, sizeof(n->mac.addr));
	words->value[2] = n->rings.rx_ring << 16 | n->rings.tx_ring;
	words->value[3] = n->open;
	return 0;
}

static s32 null_read_eeprom(void *self, u32 first, struct net_words *words)
{
	return -EOPNOTSUPP;
}

static s32 null_self_test(void *self, u32 index, bool offline)
{
	const struct null *n = self;

	/* offline: nobody uses it meanwhile */
	return index || (offline && n->open) ? -EIO : 0;
}

static s32 null_test_name(void *self, u32 index, struct net_text *name)
{
	memset(name, 0, sizeof(*name));
	memcpy(name->s, "closed_when_offline", 19);
	return 0;
}

static s32 null_identify(void *self, bool on)
{
	return -EOPNOTSUPP;
}

static s32 null_reset(void *self)
{
	return 0;
}

static s32 null_init(void *self)
{
	struct null *n = self;

	n->nr_queues = rl_param(NULLNET_PARAM_QUEUES);
	n->reflect = rl_param(NULLNET_PARAM_REFLECT);
	n->hang = rl_param(NULLNET_PARAM_HANG);
	n->host = rl_iface(NULLNET_REQ_NET_HOST);
	n->queues = rl_alloc(n->nr_queues * sizeof(n->queues[0]));
	return n->queues ? 0 : -ENOMEM;
}

static const struct net_ops null_ops = {
	.info = null_info,
	.set_mac = null_set_mac,
	.set_mtu = null_set_mtu,
	.set_rings = null_set_rings,
	.set_features = null_set_features,
	.set_rx_mode = null_set_rx_mode,
	.set_vlans = null_set_vlans,
	.set_coalesce = null_set_coalesce,
	.set_pause = null_set_pause,
	.set_rss = null_set_rss,
	.set_open = null_set_open,
	.submit_and_poll = null_submit_and_poll,
	.arm = null_arm,
	.tx_timeout = null_tx_timeout,
	.link = null_link,
	.renegotiate = null_renegotiate,
	.stats = null_stats,
	.own_stats = null_own_stats,
	.stat_name = null_stat_name,
	.read_regs = null_read_regs,
	.read_eeprom = null_read_eeprom,
	.self_test = null_self_test,
	.test_name = null_test_name,
	.identify = null_identify,
	.reset = null_reset,
};

NULLNET_DOMAIN(struct null, &null_ops, null_init);
