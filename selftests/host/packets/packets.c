// SPDX-License-Identifier: GPL-2.0-only
/* The exchange heap of packets.h, as far as a network driver calls it. */
#include <stdlib.h>
#include <string.h>
#include "packets.h"
#include <redleaf/pci.h>
#include <redleaf/rref.h>

struct packets packets;

struct net_packet *packet_new(void)
{
	if (packets.live == ARRAY_SIZE(packets.objects))
		abort();
	packets.objects[packets.live] = calloc(1, sizeof(struct net_packet));
	packets.inside[packets.live] = false;
	return packets.objects[packets.live++];
}

static u32 packet_find(const void *obj)
{
	u32 i;

	for (i = 0; i < packets.live; i++)
		if (packets.objects[i] == obj)
			return i;
	abort();
}

void rl_xfree(void *obj)
{
	u32 i;

	if (!obj)
		return;
	i = packet_find(obj);
	packets.objects[i] = packets.objects[--packets.live];
	packets.inside[i] = packets.inside[packets.live];
	free(obj);
}

u64 rl_xdma(const void *obj)
{
	if (packets.inside[packet_find(obj)] || (packets.fail_xdma && !--packets.fail_xdma))
		return RL_DMA_NONE;
	return (uintptr_t)obj;
}

s32 rl_xpush_front(void *dq, void *child)
{
	struct net_packet_deque32 *d = dq;

	if (d->len == NET_BATCH)
		return -ENOSPC;
	packets.inside[packet_find(child)] = true;
	d->head = (d->head + NET_BATCH - 1) % NET_BATCH;
	d->slot[d->head] = child;
	d->len++;
	return 0;
}

s32 rl_xpush_back(void *dq, void *child)
{
	struct net_packet_deque32 *d = dq;

	if (d->len == NET_BATCH)
		return -ENOSPC;
	packets.inside[packet_find(child)] = true;
	d->slot[(d->head + d->len++) % NET_BATCH] = child;
	return 0;
}

void *rl_xpop_front(void *dq)
{
	struct net_packet_deque32 *d = dq;
	void *child = d->slot[d->head];

	if (!d->len)
		return NULL;
	packets.inside[packet_find(child)] = false;
	d->head = (d->head + 1) % NET_BATCH;
	d->len--;
	return child;
}

void *rl_xpop_back(void *dq)
{
	struct net_packet_deque32 *d = dq;
	void *child;

	if (!d->len)
		return NULL;
	child = d->slot[(d->head + --d->len) % NET_BATCH];
	packets.inside[packet_find(child)] = false;
	return child;
}

u32 rl_xpush_many(void *dq, void **objs, u32 n, u32 front)
{
	u32 done = 0;

	while (done < n && !(front ? rl_xpush_front(dq, objs[n - 1 - done]) :
				     rl_xpush_back(dq, objs[done])))
		done++;
	return done;
}

u32 rl_xpop_many(void *dq, void **objs, u32 n, u32 back)
{
	u32 done = 0;

	while (done < n && (objs[done] = back ? rl_xpop_back(dq) : rl_xpop_front(dq)))
		done++;
	return done;
}

void packets_reset(void)
{
	while (packets.live)
		free(packets.objects[--packets.live]);
	packets.fail_xdma = 0;
}

/* Frees what is in a batch. */
void batch_drop(struct net_packet_deque32 *dq)
{
	while (dq->len)
		rl_xfree(rl_xpop_front(dq));
}

/* Empty packets into a batch, until it is full. */
void batch_fill(struct net_packet_deque32 *dq)
{
	while (dq->len < NET_BATCH)
		rl_xpush_back(dq, packet_new());
}
