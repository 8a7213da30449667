// SPDX-License-Identifier: GPL-2.0-only
/* The driver in the hands of a test: batches that go in and out, frames of noise. */
#include <string.h>
#include "rig.h"

struct net_packet_deque32 tx, rx;
u8 noise[NIC_MAX];

const struct net_ops *ops(void)
{
	return rl_this_domain.ops;
}

void forget(void)
{
	memset(&tx, 0, sizeof(tx));
	memset(&rx, 0, sizeof(rx));
}

void fresh(void)
{
	u32 i;

	fake_reset();
	forget();
	for (i = 0; i < sizeof(noise); i++)
		noise[i] = i * 7 + (i >> 8);
}

void start(void)
{
	fresh();
	CHECK_EQ(fake_init(), 0);
}

s32 poll(u16 queue)
{
	return ops()->submit_and_poll(vnet(), queue, &tx, &rx);
}

void supply(u16 queue)
{
	u32 i;

	for (i = 0; i < 64; i++) {
		batch_fill(&rx);
		CHECK_EQ(poll(queue), 0);
	}
}

void open_it(void)
{
	CHECK_EQ(ops()->set_open(vnet(), true), 0);
}

void close_it(void)
{
	batch_drop(&tx);
	batch_drop(&rx);
	CHECK_EQ(ops()->set_open(vnet(), false), 0);
	CHECK_EQ(packets.live, 0);
}

static struct net_packet *packet(u32 at, u32 len, u32 flags)
{
	struct net_packet *p = packet_new();

	p->flags = flags;
	p->len = len;
	memcpy(p->data, noise + at, len);
	rl_xpush_back(&tx, p);
	return p;
}

struct net_packet *frame(u32 len, u32 flags)
{
	struct net_packet *first = NULL, *p;
	u32 at, some;

	for (at = 0; at < len; at += some) {
		some = min(len - at, NET_DATA);
		p = packet(at, some, (at ? 0 : flags) | (at + some < len ? NET_MORE : 0));
		first = first ? first : p;
	}
	first->total = len;
	return first;
}

struct net_packet *first_of(struct net_packet_deque32 *dq)
{
	return (struct net_packet *)dq->slot[dq->head];
}

u32 taken_back(struct net_packet_deque32 *dq, u32 marks)
{
	struct net_packet *p;
	u32 nr = 0;

	while (dq->len) {
		p = rl_xpop_front(dq);
		if (!(p->flags & NET_DONE)) {
			rl_xpush_front(dq, p);
			break;
		}
		CHECK_EQ(p->flags & (NET_DONE | NET_ERROR), marks);
		rl_xfree(p);
		nr++;
	}
	return nr;
}

void got(u32 len, u32 nr, u32 flags)
{
	u32 at = 0, i;

	for (i = 0; i < nr; i++) {
		struct net_packet *p = rl_xpop_front(&rx);

		CHECK(p->flags & NET_DONE);
		CHECK_EQ(!!(p->flags & NET_MORE), i + 1 < nr);
		CHECK(p->offset + p->len <= NET_DATA);
		CHECK(at + p->len <= len && !memcmp(p->data + p->offset, noise + at, p->len));
		if (!i) {
			CHECK_EQ(p->total, len);
			CHECK_EQ(p->flags & ~(NET_DONE | NET_MORE), flags);
		}
		at += p->len;
		rl_xfree(p);
	}
	CHECK_EQ(at, len);
}
