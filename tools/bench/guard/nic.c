// SPDX-License-Identifier: GPL-2.0-only
/*
 * ixgbe_dom's submit_and_poll: in each call it takes back 32 frames that were sent, sends
 * 32, passes up 32 that were received and gives the device as many empty packets.
 *
 * The driver is started on the port of its host tests (drivers/ixgbe_dom/tests). Then the
 * device is no more than this file: between calls it writes descriptors back, and during
 * a call a tail register is a word of memory. Packets are objects of the core's exchange
 * heap, and bus addresses are pointers. They go into batches and out by the core's own
 * calls, but in the subject that has alone.c, too.
 */
#include <stdlib.h>
#include <string.h>
#include "fake.h"
#include "device.h"

#define CALLS	64	/* in a turn */
#define FRAME	60	/* bytes of each */
#define HASH	0x12345678ull

static struct net_packet_deque32 *tx, *rx;
static bool running;

void rl_write32(u32 bar, u32 off, u32 val)
{
	if (likely(running))
		fake.regs[off / 4] = val;
	else
		fake_rl_write32(bar, off, val);
}

u64 rl_xdma(const void *obj)
{
	return (uintptr_t)obj;
}

/* Of the heap that the fake has in host tests. */
void packets_reset(void)
{
}

static u32 *reg(u32 off)
{
	return &fake.regs[off / 4];
}

static struct ix_desc *ring(u32 low, u32 high)
{
	return (struct ix_desc *)(*reg(low) | (u64)*reg(high) << 32);
}

static s32 call(enum variant variant)
{
	const struct net_ops *ops = drivers[variant]->ops;

	return ops->submit_and_poll(ix, 0, tx, rx);
}

static void fill(struct net_packet_deque32 *batch)
{
	while (batch->len < NET_BATCH)
		check(!rl_xpush_back(batch, rl_xalloc(NET_PACKET_TYPE)), "no packets");
}

/* The device has sent what it was told of; it reports where it was asked to. */
static void device_sends(void)
{
	struct ix_desc *d = ring(IX_TDBAL(0), IX_TDBAH(0));
	u32 at;

	for (at = *reg(IX_TDH(0)); at != *reg(IX_TDT(0)); at = (at + 1) % IX_RING_DEFAULT)
		if (d[at].q1 & IX_TXD_RS)
			d[at].q1 = IX_TXD_DD;
	*reg(IX_TDH(0)) = at;
}

static void device_receives(void)
{
	struct ix_desc *d = ring(IX_RDBAL(0), IX_RDBAH(0));
	u32 at = *reg(IX_RDH(0)), i;

	for (i = 0; i < NET_BATCH; i++, at = (at + 1) % IX_RING_DEFAULT) {
		check(at != *reg(IX_RDT(0)), "the receive ring is empty");
		d[at].q0 = HASH << 32 | 1;
		d[at].q1 = (u64)FRAME << 32 | IX_RXD_L4CS | IX_RXD_IPCS | IX_RXD_EOP | IX_RXD_DD;
	}
	*reg(IX_RDH(0)) = at;
}

/* What was sent is sent again. */
static void frames_to_send(void)
{
	u32 i;

	for (i = 0; i < NET_BATCH; i++) {
		tx->slot[i]->flags = 0;
		tx->slot[i]->len = FRAME;
		tx->slot[i]->total = FRAME;
	}
}

/* The receive ring has all its packets, and the transmit ring what a call sends. */
static void set_up(void)
{
	const struct net_ops *ops = rl_this_domain.ops;
	u32 i;

	fake_reset();
	free(ix);
	ix = window_take(rl_this_domain.state_size);
	fake.cpus = 1;
	check(!rl_this_domain.init(ix) && !ops->set_open(ix, true), "ixgbe_dom does not start");
	tx = rl_xalloc(NET_PACKET_DEQUE32_TYPE);
	rx = rl_xalloc(NET_PACKET_DEQUE32_TYPE);
	check(tx && rx, "no batches");
	for (i = 0; i < IX_RING_DEFAULT; i += NET_BATCH) {
		fill(rx);
		check(!call(PLAIN), "ixgbe_dom takes no packets");
	}
	fill(rx);
	fill(tx);
	frames_to_send();
	running = true;
	check(!call(PLAIN) && !tx->len && !fake.broken_rules, "ixgbe_dom sends nothing");
	fill(tx);
}

/* All that a call should have done was done; what was received is an empty packet again. */
static void look(void)
{
	u32 i;

	check(tx->len == NET_BATCH && rx->len == NET_BATCH, "ixgbe_dom has kept packets");
	for (i = 0; i < NET_BATCH; i++) {
		check(tx->slot[i]->flags == NET_DONE, "a frame was not sent");
		check(rx->slot[i]->flags & NET_DONE && !(rx->slot[i]->flags & NET_ERROR) &&
		      rx->slot[i]->len == FRAME && rx->slot[i]->hash == HASH,
		      "a frame was not received");
		rx->slot[i]->flags = 0;
		rx->slot[i]->hash = 0;
	}
}

static u64 turn(enum variant variant)
{
	u64 sent = ix->queues[0]->tx.done, took = 0, begun;
	u32 i;
	s32 err;

	for (i = 0; i < CALLS; i++) {
		device_sends();
		device_receives();
		frames_to_send();
		begun = now();
		err = call(variant);
		took += now() - begun;
		check(!err, "ixgbe_dom refuses a batch");
		look();
	}
	check(ix->queues[0]->tx.done - sent == CALLS * NET_BATCH, "frames were lost");
	return took * 100 / (CALLS * NET_BATCH);
}

static void trespass(void)
{
	device_receives();
	give_away(ix->queues[0]->rx.bufs[ix->queues[0]->rx.head]);
	call(GUARDED);
}

const struct subject nic = {
	.set_up = set_up,
	.turn = turn,
	.trespass = trespass,
};
