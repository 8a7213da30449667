// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is done with frames, as testpmd does it: the packet comes from a pool, is filled,
 * goes into a batch, and back to the pool when the driver is done with it.
 *
 * Nothing here believes a driver beyond its marks; one that breaks the rules ends the
 * measurement with an error. Packets that a batch holds at the end go with it.
 */
#include "netbench.h"

/**
 * bench_call() - one call of submit_and_poll
 * @b: measurement
 * @p: port; its tx is lent
 * @rx: the other batch
 *
 * Through the proxy; or, with the gate held open, as the domain would call itself.
 *
 * Context: preemption off. Return: 0 or -errno.
 */
int bench_call(struct bench *b, struct bench_port *p, struct net_packet_deque32 __rref *rx)
{
	struct rl_iref *ref = rl_net_ref(p->net);
	struct rl_ret ret;
	s32 err;

	if (!b->frame) {
		ret = net_submit_and_poll(ref, 0, p->tx, rx);
		return ret.rpc ? -EIO : ret.err;
	}
	err = (s32)RL_GATE_CALL(b->frame, ref->ops[NET_M_SUBMIT_AND_POLL],
				(unsigned long)ref->self, 0ul, (unsigned long)p->tx,
				(unsigned long)rx, RL_GATE_UNUSED, RL_GATE_UNUSED);
	return b->frame->err ? -EIO : err;
}

static struct net_packet __rref *bench_get(struct bench *b)
{
	if (likely(b->nr_pool))
		return b->pool[--b->nr_pool];
	return (struct net_packet __rref *)rl_xheap_alloc(NET_PACKET_TYPE, b->ports[0].owner);
}

static void bench_put(struct bench *b, struct net_packet __rref *obj)
{
	if (likely(b->nr_pool < BENCH_POOL))
		b->pool[b->nr_pool++] = obj;
	else
		rl_xheap_free(obj, b->ports[0].owner);
}

/**
 * bench_empty_pool() - free what is in the pool
 * @b: measurement
 *
 * Context: process.
 */
void bench_empty_pool(struct bench *b)
{
	while (b->nr_pool)
		rl_xheap_free(b->pool[--b->nr_pool], b->ports[0].owner);
}

/* A frame that nobody at the far end asks for: from and to addresses of no card. */
static void bench_fill(struct net_packet *p)
{
	static const u8 header[ETH_HLEN] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0x00 };

	p->flags = 0;
	p->offset = 0;
	p->len = BENCH_FRAME;
	p->total = BENCH_FRAME;
	p->mss = 0;
	p->queue = 0;
	memcpy(p->data, header, sizeof(header));
}

static int bench_push(struct net_packet_deque32 __rref *dq, struct net_packet __rref **objs, u32 n,
		      u32 owner)
{
	s32 done = rl_xheap_push_many(dq, (void __rref **)objs, n, owner, false);
	u32 i;

	for (i = max(done, 0); i < n; i++)
		rl_xheap_free(objs[i], owner);
	return done < 0 ? done : done == n ? 0 : -ENOSPC;
}

static int bench_add_frame(struct bench *b, struct bench_port *p)
{
	struct net_packet __rref *obj = bench_get(b);

	if (unlikely(!obj))
		return -ENOMEM;
	bench_fill(rl_deref(obj));
	return bench_push(p->tx, &obj, 1, p->owner);
}

static int bench_fill_tx(struct bench *b, struct bench_port *p)
{
	u32 len = net_packet_deque32_len(p->tx), want = max(b->batch, len) - len, n;
	struct net_packet __rref *objs[NET_BATCH];

	for (n = 0; n < want; n++) {
		objs[n] = bench_get(b);
		if (unlikely(!objs[n]))
			break;
		bench_fill(rl_deref(objs[n]));
	}
	return bench_push(p->tx, objs, n, p->owner) ?: n < want ? -ENOMEM : 0;
}

/* Sent packets back into the pool. Return: how many. */
static u32 bench_take_sent(struct bench *b, struct bench_port *p)
{
	u32 n = rl_net_pop_done(p->tx, b->done, p->owner), i, nr = 0;

	for (i = 0; i < n; i++) {
		bench_put(b, (struct net_packet __rref *)b->done[i].obj);
		nr += !(b->done[i].word & NET_ERROR);
	}
	return nr;
}

static int bench_send(struct bench *b)
{
	struct bench_port *p = &b->ports[0];
	int err = bench_fill_tx(b, p) ?: bench_call(b, p, p->none);

	b->frames += bench_take_sent(b, p);
	return err;
}

static void bench_swap(struct net_packet *p)
{
	u8 *frame = p->data + p->offset, to[ETH_ALEN];

	memcpy(to, frame, ETH_ALEN);
	memcpy(frame, frame + ETH_ALEN, ETH_ALEN);
	memcpy(frame + ETH_ALEN, to, ETH_ALEN);
	p->flags = 0;
	p->total = p->len;
	p->mss = 0;
}

/* Empty packets for the receive ring, as many as it took. */
static int bench_fill_rx(struct bench *b, struct bench_port *p)
{
	u32 len = net_packet_deque32_len(p->rx), want = max(b->batch, len) - len, n;
	struct net_packet __rref *objs[NET_BATCH];

	for (n = 0; n < want; n++) {
		objs[n] = bench_get(b);
		if (unlikely(!objs[n]))
			break;
		rl_deref(objs[n])->flags = 0;
		rl_deref(objs[n])->offset = 0;
	}
	return bench_push(p->rx, objs, n, p->owner) ?: n < want ? -ENOMEM : 0;
}

/* What @from has received goes to @to, or is lost when its batch has no room. */
static int bench_forward(struct bench *b, struct bench_port *from, struct bench_port *to)
{
	int err = bench_fill_rx(b, from) ?: bench_call(b, from, from->rx);
	u32 room = NET_BATCH - net_packet_deque32_len(to->tx), n, i;
	struct net_packet __rref *objs[NET_BATCH];

	bench_take_sent(b, from);
	if (err)
		return err;
	n = rl_net_pop_done(from->rx, b->done, from->owner);
	for (i = 0; i < n; i++) {
		objs[i] = (struct net_packet __rref *)b->done[i].obj;
		if (unlikely(i >= room))
			bench_put(b, objs[i]);
		else
			bench_swap(rl_deref(objs[i]));
	}
	b->frames += min(n, room);
	return bench_push(to->tx, objs, min(n, room), to->owner);
}

static int bench_go_round(struct bench *b)
{
	int err = bench_forward(b, &b->ports[0], &b->ports[1]);

	return err ?: bench_forward(b, &b->ports[1], &b->ports[0]);
}

/* A whole receive ring of empty packets each, then the frames that will go round. */
static int bench_seed(struct bench *b)
{
	struct bench_port *p;
	u32 n, i;
	int err = 0;

	for (n = 0; n < b->nr_ports; n++) {
		p = &b->ports[n];
		for (i = 0; !err && i < p->net->rings.rx_ring / b->batch; i++)
			err = bench_fill_rx(b, p) ?: bench_call(b, p, p->rx);
	}
	for (i = 0; !err && i < BENCH_SEEDS * b->nr_ports; i++) {
		p = &b->ports[i % b->nr_ports];
		err = bench_add_frame(b, p);
		if (!err && net_packet_deque32_len(p->tx) == NET_BATCH)
			err = bench_call(b, p, p->none);
		bench_take_sent(b, p);
	}
	return err;
}

/* The same batch again and again: for a driver that marks packets in place. */
static int bench_repeat(struct bench *b)
{
	struct bench_port *p = &b->ports[0];

	b->frames += b->batch;
	return bench_call(b, p, p->none);
}

static int bench_fill_batch(struct bench *b)
{
	return bench_fill_tx(b, &b->ports[0]);
}

static int bench_nothing(struct bench *b)
{
	return 0;
}

const struct bench_work bench_works[] = {
	{ "send", 1, false, bench_nothing, bench_send },
	{ "macswap", 2, true, bench_seed, bench_go_round },
	{ "repeat", 1, false, bench_fill_batch, bench_repeat },
	{ NULL }
};
