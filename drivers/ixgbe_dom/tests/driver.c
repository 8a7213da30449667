// SPDX-License-Identifier: GPL-2.0-only
/* The whole driver against the port of fake.c: good days and bad ones. */
#include <stdlib.h>
#include <string.h>
#include "fake.h"
#include "tap.h"

static struct net_packet_deque32 tx, rx;

static const struct net_ops *ops(void)
{
	return rl_this_domain.ops;
}

static u32 reg(u32 off)
{
	return fake.regs[off / 4];
}

static void start(void)
{
	fake_reset();
	memset(&tx, 0, sizeof(tx));
	memset(&rx, 0, sizeof(rx));
	CHECK_EQ(fake_init(), 0);
}

static s32 poll(u16 queue)
{
	return ops()->submit_and_poll(ix, queue, &tx, &rx);
}

static void open_port(void)
{
	u32 i;

	start();
	fake.loop = true;
	CHECK_EQ(ops()->set_open(ix, true), 0);
	for (i = 0; i < 4; i++) {
		batch_fill(&rx);
		CHECK_EQ(poll(0), 0);
	}
	CHECK_EQ(rx.len, 0);
	CHECK_EQ(fake.broken_rules, 0);
}

static void close_port(void)
{
	batch_drop(&tx);
	batch_drop(&rx);
	CHECK_EQ(ops()->set_open(ix, false), 0);
	CHECK_EQ(packets.live, 0);
	CHECK_EQ(fake.broken_rules, 0);
}

static struct net_packet *send(u32 len, u32 flags)
{
	struct net_packet *p = packet_new();

	p->flags = flags;
	p->len = len;
	p->total = len;
	memset(p->data, len, len);
	rl_xpush_back(&tx, p);
	return p;
}

static void init_state(void)
{
	static struct net_info info;

	start();
	CHECK_EQ(ops()->info(ix, &info), 0);
	CHECK(!memcmp(info.permanent.addr, "\x52\x54\x00\x12\x56\x01", 6));
	CHECK_EQ(info.rx_queues, 2);
	CHECK_EQ(fake.resets, 0);
	CHECK_EQ(fake.broken_rules, 0);
	CHECK_EQ(reg(IX_CTRL) & IX_CTRL_GIO_DIS, 0);
	CHECK_EQ(poll(0), -EAGAIN);
	CHECK_EQ(poll(2), -EINVAL);
}

/* 10 ms after the core's reset, which may have been long ago. */
static void init_waits(void)
{
	fake_reset();
	fake.now += 4000000;
	CHECK_EQ(fake_init(), 0);
	CHECK(fake.now >= fake.core_reset_ns + 10000000);
	CHECK(fake.now < fake.core_reset_ns + 11000000);
	fake_reset();
	fake.now += 60000000000;
	CHECK_EQ(fake_init(), 0);
	CHECK(fake.now < fake.core_reset_ns + 60001000000);
}

static void init_bad(void)
{
	fake_reset();
	fake.never_resets = true;
	CHECK_EQ(fake_init(), -ETIMEDOUT);
	fake_reset();
	fake.vectors = 1;
	CHECK_EQ(fake_init(), -ENODEV);
	fake_reset();
	fake.fail_alloc = 2;
	CHECK_EQ(fake_init(), -ENOMEM);
	fake_reset();
	fake.gone = true;
	CHECK_EQ(fake_init(), -ENODEV);
}

/* Clarification 9: two resets free it. */
static void init_stuck(void)
{
	fake_reset();
	fake.master_stuck = true;
	CHECK_EQ(fake_init(), 0);
	CHECK_EQ(fake.resets, 2);
	CHECK_EQ(reg(IX_HLREG0) & IX_HLREG0_LPBK, 0);
	CHECK_EQ(reg(IX_GCR_EXT), 0);
	CHECK_EQ(fake.broken_rules, 0);
}

static void open_programs(void)
{
	open_port();
	CHECK_EQ(reg(IX_RXCTRL) & 1, 1);
	CHECK_EQ(reg(IX_SECRXCTRL) & IX_SECRXCTRL_RX_DIS, 0);
	CHECK_EQ(reg(IX_DMATXCTL) & 1, 1);
	CHECK_EQ(reg(IX_RTTDCS) & IX_RTTDCS_ARBDIS, 0);
	CHECK_EQ(reg(IX_MAXFRS) >> 16, 1518);
	CHECK_EQ(reg(IX_IVAR(0)), 0x82828181);
	CHECK_EQ(reg(IX_IVAR_MISC), 0x8000);
	CHECK_EQ(reg(IX_EIMS), IX_EI_OTHERS);
	CHECK_EQ(reg(IX_RETA(0)), 0x01000100);
	CHECK_EQ(reg(IX_RDLEN(1)), IX_RING_DEFAULT * 16);
	CHECK(fake.master);
	CHECK_EQ(ops()->set_open(ix, true), 0);
	close_port();
	CHECK(!fake.master);
	CHECK_EQ(ops()->set_open(ix, false), 0);
}

static void open_fails(void)
{
	u32 i, mem;

	start();
	mem = fake.nr_mem;
	for (i = 1; i <= 10; i++) {
		fake.fail_alloc = i;
		CHECK_EQ(ops()->set_open(ix, true), -ENOMEM);
		CHECK_EQ(fake.nr_mem, mem);
	}
	fake.fail_alloc = 0;
	fake.never_enables = true;
	CHECK_EQ(ops()->set_open(ix, true), -ETIMEDOUT);
	CHECK_EQ(fake.nr_mem, mem);
	fake.never_enables = false;
	CHECK_EQ(ops()->set_open(ix, true), 0);
	close_port();
	CHECK_EQ(fake.nr_mem, mem);
}

/* One frame round: sent, done, received as it was. */
static void one_frame(u32 len)
{
	struct net_packet *p;

	batch_fill(&rx);
	send(len, 0);
	CHECK_EQ(poll(0), 0);
	p = rl_xpop_front(&rx);
	CHECK(p && p->flags & NET_DONE && !(p->flags & (NET_ERROR | NET_MORE)));
	CHECK_EQ(p->len, len);
	CHECK_EQ(p->total, len);
	CHECK_EQ(p->data[len - 1], (u8)len);
	rl_xfree(p);
	CHECK_EQ(poll(0), 0);
	p = rl_xpop_front(&tx);
	CHECK(p && p->flags & NET_DONE && !(p->flags & NET_ERROR));
	rl_xfree(p);
}

static void frames_wrap(void)
{
	u32 i;

	open_port();
	for (i = 0; i < 3 * IX_RING_DEFAULT; i++)
		one_frame(60 + i % 1400);
	close_port();
}

/* A frame of several packets comes in as several. */
static void frames_jumbo(void)
{
	struct net_packet *p;
	u32 i, total = 0;

	open_port();
	for (i = 0; i < 3; i++) {
		p = send(3000, i < 2 ? NET_MORE : 0);
		p->total = 9000;
	}
	batch_fill(&rx);
	CHECK_EQ(poll(0), 0);
	CHECK_EQ(fake.frames[0].descs, 3);
	CHECK_EQ(fake.frames[0].len, 9000);
	for (i = 0; i < 3; i++) {
		p = rl_xpop_front(&rx);
		CHECK_EQ(!!(p->flags & NET_MORE), i < 2);
		total += p->len;
		if (!i)
			CHECK_EQ(p->total, 9000);
		rl_xfree(p);
	}
	CHECK_EQ(total, 9000);
	close_port();
}

static u8 elsewhere[NET_PIECE];

/* Bytes that are not in the packet: the device reads them where they are. */
static struct net_packet *send_bus(u32 len, u32 flags)
{
	struct net_packet *p = send(16, flags);

	p->len = len;
	p->total = len;
	p->bus = (uintptr_t)elsewhere;
	return p;
}

static void frames_bus(void)
{
	const struct fake_frame *f = fake.frames;

	memset(elsewhere, 0xe5, sizeof(elsewhere));
	open_port();
	send(100, NET_MORE)->total = 9100;
	send_bus(6000, NET_MORE);
	send_bus(3000, 0);
	send_bus(1514, 0);
	send_bus(100, 0)->offset = 2;
	send_bus(100, 0)->len = 0;
	CHECK_EQ(poll(0), 0);
	CHECK_EQ(fake.nr_frames, 2);
	CHECK_EQ(f[0].descs, 3);
	CHECK_EQ(f[0].len, 9100);
	CHECK(f[0].bytes[99] == 100 && !memcmp(f[0].bytes + 100, elsewhere, 9000));
	CHECK_EQ(f[1].descs, 1);
	CHECK_EQ(f[1].len, 1514);
	CHECK(!memcmp(f[1].bytes, elsewhere, 1514));
	CHECK_EQ(tx.len, 2);	/* those that are wrong */
	batch_fill(&rx);
	CHECK_EQ(poll(0), 0);
	CHECK_EQ(tx.len, 6);
	close_port();
}

/* Order: what is done comes first, in order. */
static void frames_order(void)
{
	struct net_packet *p;
	u32 i;

	open_port();
	for (i = 0; i < NET_BATCH; i++)
		send(100 + i, 0);
	batch_fill(&rx);
	CHECK_EQ(poll(0), 0);
	for (i = 0; i < NET_BATCH; i++) {
		p = rl_xpop_front(&rx);
		CHECK_EQ(p->len, 100 + i);
		rl_xfree(p);
	}
	CHECK_EQ(rx.len, 0);
	CHECK_EQ(tx.len, 0);
	CHECK_EQ(poll(0), 0);
	for (i = 0; i < NET_BATCH; i++) {
		p = rl_xpop_front(&tx);
		CHECK_EQ(p->len, 100 + i);
		rl_xfree(p);
	}
	close_port();
}

static void frames_refused(void)
{
	struct net_packet *p;

	open_port();
	send(16, 0);
	send(100, 0)->offset = NET_DATA - 50;
	send(100, 0)->total = 99;
	send(100, NET_TX_TSO);
	send(200, 0);
	CHECK_EQ(poll(0), 0);
	CHECK_EQ(fake.nr_frames, 1);
	CHECK_EQ(fake.frames[0].len, 200);
	CHECK_EQ(tx.len, 4);
	batch_fill(&rx);
	CHECK_EQ(poll(0), 0);
	CHECK_EQ(tx.len, 5);
	while ((p = rl_xpop_front(&tx))) {
		CHECK(p->flags & NET_DONE);
		CHECK_EQ(!(p->flags & NET_ERROR), p->len == 200);
		rl_xfree(p);
	}
	close_port();
}

/* No bus address in the middle of a frame: all of it comes back. */
static void frames_unreachable(void)
{
	u32 i;

	open_port();
	for (i = 0; i < 3; i++)
		send(1000, i < 2 ? NET_MORE : 0)->total = 3000;
	send(300, 0);
	packets.fail_xdma = 2;
	CHECK_EQ(poll(0), 0);
	CHECK_EQ(fake.nr_frames, 1);
	CHECK_EQ(fake.frames[0].len, 300);
	CHECK_EQ(tx.len, 3);
	close_port();
}

/* A context is written once for frames that ask for the same. */
static void frames_context(void)
{
	u32 i, before;

	open_port();
	before = ix->queues[0]->tx.tail;
	for (i = 0; i < 3; i++)
		send(100, NET_TX_VLAN)->vlan_tci = 5;
	send(100, NET_TX_VLAN)->vlan_tci = 6;
	CHECK_EQ(poll(0), 0);
	CHECK_EQ(ix->queues[0]->tx.tail - before, 6);
	CHECK_EQ(fake.frames[2].context[0] >> 16, 5);
	CHECK_EQ(fake.frames[3].context[0] >> 16, 6);
	close_port();
}

/* The last frame of a call is reported, and speaks for those before it. */
static void frames_report(void)
{
	const struct ix_tx *t;
	u32 i, asked = 0;

	open_port();
	t = &ix->queues[0]->tx;
	fake.hang_tx = true;
	for (i = 0; i < 3; i++)
		send(100, 0);
	CHECK_EQ(poll(0), 0);
	for (i = 0; i < 3; i++)
		asked += !!(t->descs[i].q1 & IX_TXD_RS);
	CHECK_EQ(asked, 1);
	t->descs[0].q1 |= IX_TXD_DD;
	CHECK_EQ(poll(0), 0);
	CHECK_EQ(tx.len, 0);
	t->descs[2].q1 |= IX_TXD_DD;
	batch_fill(&rx);
	send(100, 0);
	CHECK_EQ(poll(0), 0);
	CHECK_EQ(tx.len, 3);		/* not the one that came later */
	CHECK_EQ(poll(0), 0);
	CHECK_EQ(tx.len, 3);
	close_port();
}

/* Who only sends gets nothing back as long as half of the ring is free. */
static void frames_later(void)
{
	u32 i;

	open_port();
	for (i = 0; !tx.len && i < IX_RING_DEFAULT; i++) {
		send(100, 0);
		CHECK_EQ(poll(0), 0);
	}
	CHECK_EQ(i, IX_RING_DEFAULT / 2);
	close_port();
}

/* Each frame with a context of its own: no more than 40 descriptors without a report. */
static void frames_report_often(void)
{
	u32 i, silent = 0, most = 0;
	const struct ix_tx *t;

	open_port();
	t = &ix->queues[0]->tx;
	fake.hang_tx = true;
	for (i = 0; i < NET_BATCH; i++)
		send(100, NET_TX_VLAN)->vlan_tci = i + 1;
	CHECK_EQ(poll(0), 0);
	CHECK_EQ(t->tail, 2 * NET_BATCH);
	for (i = 0; i < t->tail; i++) {
		silent = t->descs[i].q1 & IX_TXD_RS ? 0 : silent + 1;
		most = max(most, silent);
	}
	CHECK(most < 40);
	CHECK_EQ(silent, 0);
	close_port();
	open_port();
	for (i = 0; i < NET_BATCH; i++)
		send(100, NET_TX_VLAN)->vlan_tci = i + 1;
	CHECK_EQ(poll(0), 0);
	CHECK_EQ(poll(0), 0);
	CHECK_EQ(tx.len, NET_BATCH);
	close_port();
}

/* A full ring takes no more, and never a part of a frame. */
static void frames_full(void)
{
	u32 i, taken = 0;

	open_port();
	fake.hang_tx = true;
	for (i = 0; i < 2 * IX_RING_DEFAULT / NET_BATCH; i++) {
		while (tx.len < NET_BATCH)
			send(100, 0);
		CHECK_EQ(poll(0), 0);
		taken += NET_BATCH - tx.len;
	}
	CHECK_EQ(tx.len, NET_BATCH);
	CHECK_EQ(taken, IX_RING_DEFAULT - 2);
	close_port();
}

/* What the device says of checksums and tags, and its errata. */
static void rx_results(void)
{
	static const struct {
		u32 status, low, want;
	} cases[] = {
		{ IX_RXD_IPCS | IX_RXD_L4CS, IX_RXD_IPV4 | 1, NET_RX_IP_GOOD | NET_RX_L4_GOOD |
		  NET_RX_HASH | NET_RX_HASH_L4 },
		{ IX_RXD_IPCS | IX_RXD_L4CS | IX_RXD_L4E, IX_RXD_IPV4, NET_RX_IP_GOOD |
		  NET_RX_CSUM_BAD },
		{ IX_RXD_IPCS | IX_RXD_L4CS | IX_RXD_L4E, IX_RXD_IPV4 | IX_RXD_UDP,
		  NET_RX_IP_GOOD },
		{ IX_RXD_IPCS | IX_RXD_IPE, IX_RXD_IPV4, 0 },
		{ IX_RXD_VP, 2, NET_RX_VLAN | NET_RX_HASH },
	};
	struct net_packet *p;
	u8 frame[64] = { 0 };
	u32 i;

	open_port();
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		bool hashed = cases[i].want & NET_RX_HASH;

		/* whoever had it before has left something in it */
		p = ix->queues[0]->rx.bufs[ix->queues[0]->rx.head];
		p->flags = NET_TX_TSO;
		p->mss = 1;
		p->hash = 1;
		p->vlan_tci = 1;
		p->queue = 1;
		fake_rx(0, frame, sizeof(frame), cases[i].status, cases[i].low);
		batch_fill(&rx);
		CHECK_EQ(poll(0), 0);
		CHECK(p == rl_xpop_front(&rx));
		CHECK_EQ(p->flags & ~NET_DONE, cases[i].want);
		CHECK_EQ(p->mss, 0);
		CHECK_EQ(p->queue, 0);
		CHECK_EQ(p->hash, hashed ? 0x12345678 : 0);
		if (cases[i].want & NET_RX_VLAN)
			CHECK_EQ(p->vlan_tci, 0x123);
		else
			CHECK_EQ(p->vlan_tci, 0);
		rl_xfree(p);
	}
	CHECK_EQ(ix->queues[0]->rx.csum_errors, 1);
	close_port();
}

/* Lengths beyond the buffer, frames without an end. */
static void rx_lies(void)
{
	u8 frame[64] = { 0 };
	struct net_packet *p;
	u32 i;

	open_port();
	fake.rx_len = 0xffff;
	fake_rx(0, frame, sizeof(frame), 0, 0);
	CHECK_EQ(poll(0), 0);
	CHECK_EQ(rx.len, 0);
	batch_fill(&rx);
	CHECK_EQ(poll(0), 0);
	p = rl_xpop_front(&rx);
	CHECK(p->flags & NET_ERROR);
	CHECK_EQ(p->len, IX_RX_BUFFER);
	rl_xfree(p);
	fake.rx_len = 0;
	fake.rx_no_eop = true;
	for (i = 0; i < 8; i++)
		fake_rx(0, frame, sizeof(frame), 0, 0);
	batch_fill(&rx);
	CHECK_EQ(poll(0), 0);
	CHECK(((struct net_packet *)rx.slot[rx.head])->flags & NET_ERROR);
	close_port();
}

/* The device is told of new descriptors by so many at once, and of each when it has few. */
static void rx_tail(void)
{
	const struct ix_rx *r;
	u8 frame[64] = { 0 };
	u32 i, told;

	open_port();
	r = &ix->queues[0]->rx;
	told = reg(IX_RDT(0));
	CHECK_EQ(told, r->posted);
	for (i = 1; i <= IX_RX_TELL; i++) {
		CHECK_EQ(reg(IX_RDT(0)), told);
		fake_rx(0, frame, sizeof(frame), 0, 0);
		rl_xpush_back(&rx, packet_new());
		CHECK_EQ(poll(0), 0);
		rl_xfree(rl_xpop_front(&rx));
	}
	CHECK_EQ(reg(IX_RDT(0)), told + IX_RX_TELL);
	close_port();
	CHECK_EQ(ops()->set_open(ix, true), 0);
	rl_xpush_back(&rx, packet_new());
	CHECK_EQ(poll(0), 0);
	CHECK_EQ(reg(IX_RDT(0)), 1);
	close_port();
}

/* arm: work once, whether something is there or comes. */
static void arm(void)
{
	u8 frame[64] = { 0 };

	open_port();
	CHECK_EQ(ops()->arm(ix, 0), 0);
	CHECK_EQ(fake.work[0], 0);
	CHECK(reg(IX_EIMS) & 2);
	fake_rx(0, frame, sizeof(frame), 0, 0);
	fake_irq(1);
	fake_irq(1);
	CHECK_EQ(fake.work[0], 1);
	CHECK_EQ(ops()->arm(ix, 0), 0);
	CHECK_EQ(fake.work[0], 2);
	CHECK_EQ(fake.work[1], 0);
	CHECK_EQ(ops()->arm(ix, 9), -EINVAL);
	close_port();
}

static void settings(void)
{
	static struct net_mac mac = { .addr = { 2, 1, 2, 3, 4, 5 } };
	static struct net_rx_mode mode = { .flags = NET_RX_BROADCAST | NET_RX_PROMISC };
	static struct net_vlans vlans;
	static struct net_rings rings = { 1, 1, 64, 128 };

	open_port();
	CHECK_EQ(ops()->set_mac(ix, &mac), 0);
	CHECK_EQ(reg(IX_RAL(0)), 0x03020102);
	mac.addr[0] = 1;
	CHECK_EQ(ops()->set_mac(ix, &mac), -EINVAL);
	mac.addr[0] = 2;
	memcpy(mode.multicast, "\x01\x00\x5e\x00\x12\x34", 6);
	memcpy(mode.unicast, "\x02\x00\x00\x00\x00\x09", 6);
	mode.nr_multicast = 1;
	mode.nr_unicast = 1;
	CHECK_EQ(ops()->set_rx_mode(ix, &mode), 0);
	CHECK_EQ(reg(IX_FCTRL), IX_FCTRL_BAM | IX_FCTRL_UPE | IX_FCTRL_MPE);
	CHECK_EQ(reg(IX_MTA(0x341 >> 5)), 1u << (0x341 & 31));
	CHECK_EQ(reg(IX_RAH(1)), IX_RAH_AV | 0x0900);
	vlans.bits[1] = 1ull << 36;
	CHECK_EQ(ops()->set_vlans(ix, &vlans), 0);
	CHECK_EQ(reg(IX_VFTA(3)), 1u << 4);
	CHECK_EQ(reg(IX_VLNCTRL) & IX_VLNCTRL_VFE, 0);
	mode.flags = NET_RX_BROADCAST;
	CHECK_EQ(ops()->set_rx_mode(ix, &mode), 0);
	CHECK_EQ(reg(IX_VLNCTRL) & IX_VLNCTRL_VFE, IX_VLNCTRL_VFE);
	CHECK_EQ(ops()->set_mtu(ix, 9000), 0);
	CHECK_EQ(reg(IX_MAXFRS) >> 16, 9018);
	CHECK_EQ(ops()->set_mtu(ix, 9711), -EINVAL);
	CHECK_EQ(ops()->set_rings(ix, &rings), -EBUSY);
	CHECK_EQ(ops()->set_features(ix, NET_F_LRO), -EOPNOTSUPP);
	CHECK_EQ(ops()->set_features(ix, 0), 0);
	CHECK_EQ(reg(IX_RXDCTL(0)) & IX_RXDCTL_VME, 0);
	close_port();
	CHECK_EQ(ops()->set_rings(ix, &rings), 0);
	rings.rx_ring = 100;
	CHECK_EQ(ops()->set_rings(ix, &rings), -EINVAL);
	CHECK_EQ(ops()->set_open(ix, true), 0);
	CHECK_EQ(reg(IX_RDLEN(0)), 64 * 16);
	CHECK_EQ(reg(IX_TDLEN(0)), 128 * 16);
	CHECK_EQ(reg(IX_RDLEN(1)), 0);
	CHECK_EQ(reg(IX_RETA(0)), 0);
	close_port();
}

static void flow_and_coalesce(void)
{
	static struct net_pause pause = { .tx = 0 };
	static struct net_coalesce co = { .rx_us = 100, .tx_us = 200 };
	static struct net_rss rss;

	open_port();
	CHECK_EQ(reg(IX_FCCFG), IX_FCCFG_LINK);
	CHECK_EQ(ops()->set_pause(ix, &pause), 0);
	CHECK_EQ(reg(IX_FCCFG), 0);
	CHECK_EQ(reg(IX_FCRTH(0)), 0x80000 - 0x6000);
	CHECK_EQ(reg(IX_MFLCN) & IX_MFLCN_RFCE, 0);
	CHECK_EQ(ops()->set_coalesce(ix, &co), 0);
	CHECK_EQ(reg(IX_EITR(1)) & 0xff8, 48 << 3);
	co.rx_us = 2000;
	CHECK_EQ(ops()->set_coalesce(ix, &co), -EINVAL);
	rss.table[5] = 2;
	CHECK_EQ(ops()->set_rss(ix, &rss), -EINVAL);
	rss.table[5] = 1;
	rss.key[0] = 0x77;
	CHECK_EQ(ops()->set_rss(ix, &rss), 0);
	CHECK_EQ(reg(IX_RETA(1)), 0x100);
	CHECK_EQ(reg(IX_RSSRK(0)), 0x77);
	close_port();
}

/* Three looks without progress, then a reset; what waits is posted again. */
static void hang(void)
{
	u32 i, resets;

	open_port();
	fake.hang_tx = true;
	send(100, 0);
	CHECK_EQ(poll(0), 0);
	CHECK_EQ(ops()->arm(ix, 0), 0);
	resets = fake.resets;
	for (i = 0; i < 2; i++)
		fake_look();
	CHECK_EQ(fake.resets, resets);
	fake_look();
	CHECK_EQ(fake.resets, resets + 1);
	CHECK(reg(IX_EIMS) & 2);
	CHECK_EQ(fake.work[0], 1);
	fake.hang_tx = false;
	CHECK_EQ(poll(0), 0);
	CHECK_EQ(tx.len, 1);
	CHECK_EQ(((struct net_packet *)tx.slot[tx.head])->flags, NET_DONE | NET_ERROR);
	batch_drop(&tx);
	one_frame(500);
	CHECK_EQ(ix->stats[IX_S_HANGS], 1);
	CHECK_EQ(ops()->tx_timeout(ix, 0), 0);
	CHECK_EQ(ops()->reset(ix), 0);
	one_frame(501);
	close_port();
}

/* A full ring goes back by and by, while new frames go out. */
static void hang_full(void)
{
	u32 i, lost = 0, sent = 0;
	struct net_packet *p;

	open_port();
	fake.hang_tx = true;
	for (i = 0; i < 2 * IX_RING_DEFAULT / NET_BATCH; i++) {
		while (tx.len < NET_BATCH)
			send(100, 0);
		CHECK_EQ(poll(0), 0);
	}
	fake.hang_tx = false;
	CHECK_EQ(ops()->reset(ix), 0);
	for (i = 0; i < 4 * IX_RING_DEFAULT / NET_BATCH; i++) {
		while (tx.len < NET_BATCH)
			send(100, 0);
		CHECK_EQ(poll(0), 0);
		while (tx.len && ((struct net_packet *)tx.slot[tx.head])->flags & NET_DONE) {
			p = rl_xpop_front(&tx);
			lost += !!(p->flags & NET_ERROR);
			sent += !(p->flags & NET_ERROR);
			rl_xfree(p);
		}
	}
	CHECK_EQ(lost, IX_RING_DEFAULT - 2);
	CHECK(sent > IX_RING_DEFAULT);
	close_port();
}

/* A buffer that was filled, without a report. */
static void hang_rx(void)
{
	u8 frame[64] = { 0 };
	u32 i, resets;

	open_port();
	fake_rx(0, frame, sizeof(frame), 0, 0);
	ix->queues[0]->rx.descs[0].q1 = 0;
	resets = fake.resets;
	for (i = 0; i < 4; i++) {
		fake_look();
		CHECK_EQ(fake.resets, resets + (i >= 2));
	}
	one_frame(500);
	close_port();
}

static void hang_for_good(void)
{
	u32 i;

	open_port();
	fake.hang_tx = true;
	send(100, 0);
	CHECK_EQ(poll(0), 0);
	for (i = 0; i < 2; i++)
		fake_look();
	fake.never_enables = true;
	CHECK(DIES(fake_look()));
}

static void link_state(void)
{
	static struct net_link link;

	open_port();
	fake_look();
	CHECK_EQ(fake.link_changes, 1);
	CHECK_EQ(ops()->link(ix, &link), 0);
	CHECK_EQ(link.up, 1);
	CHECK_EQ(link.speed, 10000);
	fake.regs[IX_LINKS / 4] = 0;
	fake_look();
	CHECK_EQ(fake.link_changes, 2);
	CHECK_EQ(ops()->link(ix, &link), 0);
	CHECK_EQ(link.up, 0);
	CHECK_EQ(ops()->renegotiate(ix), 0);
	CHECK_EQ(reg(IX_SW_FW_SYNC), 0);
	fake.sem_stale = true;
	fake.regs[IX_SWSM / 4] = IX_SWSM_SMBI | IX_SWSM_SWESMBI;
	CHECK_EQ(ops()->renegotiate(ix), 0);
	fake.regs[IX_SW_FW_SYNC / 4] = IX_SYNC_MAC_CSR;
	CHECK_EQ(ops()->renegotiate(ix), 0);
	fake.regs[IX_SW_FW_SYNC / 4] = IX_SYNC_MAC_CSR << IX_SYNC_FW_SHIFT;
	CHECK_EQ(ops()->renegotiate(ix), -EBUSY);
	close_port();
}

/* Clear on read, added up, over a reset too. */
static void statistics(void)
{
	static struct net_stats s;
	static struct net_own_stats own;
	static struct net_text name;
	u32 i;

	open_port();
	for (i = 0; i < 3; i++)
		one_frame(100);
	CHECK_EQ(ops()->stats(ix, &s), 0);
	CHECK_EQ(s.rx_packets, 3);
	fake.regs[IX_GORCL / 4] = 0xfffffff0;
	fake.regs[IX_GORCL / 4 + 1] = 0x3;
	CHECK_EQ(ops()->reset(ix), 0);
	one_frame(100);
	CHECK_EQ(ops()->stats(ix, &s), 0);
	CHECK_EQ(s.rx_packets, 4);
	CHECK_EQ(s.rx_bytes, 0x3fffffff0);
	CHECK_EQ(ops()->stat_name(ix, IX_S_RX_PACKETS, &name), 0);
	CHECK(!strcmp((char *)name.s, "rx_packets"));
	CHECK_EQ(ops()->own_stats(ix, IX_S_RX_PACKETS / 8, &own), 0);
	CHECK_EQ(own.value[IX_S_RX_PACKETS % 8], 4);
	CHECK_EQ(ops()->stat_name(ix, IX_NR_STATS, &name), -ERANGE);
	close_port();
}

static void eeprom_and_tests(void)
{
	static struct net_words words;
	static struct net_text name;

	start();
	CHECK_EQ(ops()->read_eeprom(ix, 0x80, &words), 0);
	CHECK_EQ(words.value[0], 0x12340002);
	CHECK_EQ(ops()->read_eeprom(ix, IX_EEPROM_WORDS / 2, &words), -ERANGE);
	CHECK_EQ(ops()->read_regs(ix, 0, &words), 0);
	CHECK_EQ(words.value[2], IX_STATUS);
	CHECK_EQ(ops()->read_regs(ix, ix_dump_words(), &words), -ERANGE);
	CHECK_EQ(ops()->self_test(ix, 0, false), 0);
	CHECK_EQ(ops()->self_test(ix, 1, false), 0);
	CHECK_EQ(ops()->self_test(ix, 2, false), -EBUSY);
	CHECK_EQ(ops()->self_test(ix, 2, true), 0);
	CHECK_EQ(ops()->self_test(ix, 3, true), 0);
	CHECK_EQ(ops()->self_test(ix, 4, true), -ERANGE);
	CHECK_EQ(ops()->test_name(ix, 3, &name), 0);
	fake.eeprom[0x101]++;
	CHECK_EQ(ops()->self_test(ix, 1, false), -EBADMSG);
	fake.eeprom[0x100] = 0xfff0;
	CHECK(ops()->self_test(ix, 1, false) < 0);
	CHECK_EQ(fake.broken_rules, 0);
}

static void stop(void)
{
	open_port();
	rl_this_domain.exit(ix);
	fake.events[ix->config] = 0;
	CHECK_EQ(packets.live, 0);
	CHECK_EQ(reg(IX_RXCTRL), 0);
	CHECK_EQ(reg(IX_CTRL_EXT) & IX_CTRL_EXT_DRV_LOAD, 0);
}

const struct tap_case driver_cases[] = {
	{ "init: a quiet port", init_state },
	{ "init: ports that are none", init_bad },
	{ "init: 10 ms after the core's reset", init_waits },
	{ "init: a master that is stuck", init_stuck },
	{ "open: registers", open_programs },
	{ "open: failures leave nothing", open_fails },
	{ "frames: rings wrap", frames_wrap },
	{ "frames: several packets", frames_jumbo },
	{ "frames: bytes that are elsewhere", frames_bus },
	{ "frames: order", frames_order },
	{ "frames: refused", frames_refused },
	{ "frames: no bus address", frames_unreachable },
	{ "frames: contexts", frames_context },
	{ "frames: sent ones later", frames_later },
	{ "frames: one report", frames_report },
	{ "frames: reports often enough", frames_report_often },
	{ "frames: a full ring", frames_full },
	{ "rx: results", rx_results },
	{ "rx: lies", rx_lies },
	{ "rx: tail", rx_tail },
	{ "arm", arm },
	{ "settings", settings },
	{ "flow control, moderation, RSS", flow_and_coalesce },
	{ "hang: reset", hang },
	{ "hang: a full ring", hang_full },
	{ "hang: a report that is lost", hang_rx },
	{ "hang: for good", hang_for_good },
	{ "link", link_state },
	{ "statistics", statistics },
	{ "eeprom, dump, self-tests", eeprom_and_tests },
	{ "stop", stop },
	{ NULL, NULL },
};
