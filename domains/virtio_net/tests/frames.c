// SPDX-License-Identifier: GPL-2.0-only
/* Frames on their way through the driver, and a device that lies about them. */
#include <string.h>
#include "rig.h"

void send_plain(void)
{
	u32 len;

	start();
	open_it();
	for (len = 14; len <= 9018; len += 37) {
		frame(len, 0);
		CHECK_EQ(poll(0), 0);
		CHECK_EQ(nic.frame.len, len);
		CHECK_EQ(nic.frame.queue, 1);
		CHECK_EQ(nic.frame.descs, (len + NET_DATA - 1) / NET_DATA);
		CHECK(!memcmp(nic.frame.bytes, noise, len));
		CHECK(!nic.frame.header.flags && !nic.frame.header.gso_type);
		CHECK_EQ(poll(0), 0);
		CHECK_EQ(taken_back(&tx, NET_DONE), (len + NET_DATA - 1) / NET_DATA);
	}
	close_it();
}

/* Also a frame that does not begin at the first byte of the data. */
void send_offset(void)
{
	struct net_packet *p;

	start();
	open_it();
	p = frame(200, 0);
	p->offset = 33;
	memcpy(p->data + 33, noise, 200);
	poll(1);
	CHECK_EQ(nic.frame.queue, 3);
	CHECK_EQ(nic.frame.len, 200);
	CHECK(!memcmp(nic.frame.bytes, noise, 200));
	poll(1);
	CHECK_EQ(taken_back(&tx, NET_DONE), 1);
	close_it();
}

/* Bytes of a packet that are not in it; what is in its data is not sent. */
static void outside_of(struct net_packet *p, u32 at, u32 len)
{
	memset(p->data, 0xee, sizeof(p->data));
	p->len = len;
	p->bus = (uintptr_t)(noise + at);
}

static struct net_packet *from_last(u32 i)
{
	return (struct net_packet *)tx.slot[(tx.head + tx.len - 1 - i) % NET_BATCH];
}

/* A frame that begins elsewhere has its header in a descriptor of its own. */
void send_bus(void)
{
	struct net_packet *p;
	u32 free, i, back = 0;

	start();
	open_it();
	poll(0);
	free = vnet()->queues[0]->tx.free.nr;
	for (i = 0; i < 600; i++) {
		p = frame(9000, 0);
		if (i & 1)
			p->len = 100;
		else
			outside_of(p, 0, 100);
		outside_of(from_last(1), 100, 8000);
		outside_of(from_last(0), 8100, 900);
		CHECK_EQ(poll(0), 0);
		CHECK_EQ(nic.frame.len, 9000);
		CHECK_EQ(nic.frame.descs, i & 1 ? 3 : 4);
		CHECK(!memcmp(nic.frame.bytes, noise, 9000));
		CHECK(!nic.frame.header.flags && !nic.frame.header.gso_type);
		poll(0);
		back += taken_back(&tx, NET_DONE);
	}
	CHECK_EQ(back, 3 * 600);
	CHECK_EQ(vnet()->queues[0]->tx.free.nr, free);
	close_it();
}

/* The header's descriptor has to have room too. */
void send_bus_full(void)
{
	struct net_rings rings = { 1, 1, 64, 32 };
	u32 i;

	start();
	CHECK_EQ(ops()->set_rings(vnet(), &rings), 0);
	open_it();
	nic.hold = true;
	for (i = 0; i < 12; i++) {
		outside_of(frame(4000, 0), 0, NET_DATA);
		poll(0);
	}
	CHECK_EQ(nic.nr_frames, 10);	/* 30 of 32 descriptors */
	CHECK_EQ(tx.len, 4);
	close_it();
}

static void send_refused_one(u32 len, u32 flags, void (*spoil)(struct net_packet *p))
{
	struct net_packet *p = frame(len, flags);
	u32 before = nic.nr_frames, nr = tx.len;

	p->l2_len = 14;
	p->l3_len = flags & NET_TX_IPV6 ? 40 : 20;
	p->l4_len = 20;
	p->mss = 1000;
	p->csum_start = p->l2_len + p->l3_len;
	p->csum_offset = 16;
	if (spoil)
		spoil(p);
	CHECK_EQ(poll(0), 0);
	CHECK_EQ(nic.nr_frames, before);
	CHECK_EQ(taken_back(&tx, NET_DONE | NET_ERROR), nr);
}

#define SPOIL(name, change) static void name(struct net_packet *p) { change; }
SPOIL(no_mss, p->mss = 0)
SPOIL(short_tcp, p->l4_len = 16)
SPOIL(short_ip, p->l3_len = 16; p->csum_start = 30)
SPOIL(long_headers, p->l4_len = 60000)
SPOIL(far_sum, p->csum_start = 65535)
SPOIL(far_field, p->csum_offset = 65535)
SPOIL(outside, p->offset = 4000)
SPOIL(no_length, p->len = 0)
SPOIL(other_total, p->total++)
SPOIL(odd_place, p->csum_offset = 6)
SPOIL(far_headers, p->bus = (uintptr_t)noise)
SPOIL(bus_offset, p->bus = (uintptr_t)noise; p->offset = 1)
SPOIL(bus_long, outside_of(from_last(0), 0, NET_PIECE + 1); p->total = p->len + NET_PIECE + 1)

void send_refused(void)
{
	const u32 tso = NET_TX_TSO | NET_TX_L4_CSUM;

	start();
	open_it();
	send_refused_one(13, 0, NULL);
	send_refused_one(9019, 0, NULL);
	send_refused_one(100, NET_TX_VLAN, NULL);
	send_refused_one(100, NET_TX_L4_CSUM | NET_TX_SCTP, NULL);
	send_refused_one(100, NET_TX_L4_CSUM, far_sum);
	send_refused_one(100, NET_TX_L4_CSUM, far_field);
	send_refused_one(100, NET_TX_IP_CSUM | NET_TX_IPV6, NULL);
	send_refused_one(5000, NET_TX_TSO, NULL);
	send_refused_one(5000, tso | NET_TX_UDP, NULL);
	send_refused_one(5000, tso, no_mss);
	send_refused_one(5000, tso, short_tcp);
	send_refused_one(5000, tso, short_ip);
	send_refused_one(5000, tso, long_headers);
	send_refused_one(5000, tso, odd_place);
	send_refused_one(54, tso, NULL);
	send_refused_one(65550, tso, NULL);
	send_refused_one(100, 0, outside);
	send_refused_one(100, 0, no_length);
	send_refused_one(100, 0, other_total);
	send_refused_one(5000, tso, far_headers);
	send_refused_one(100, NET_TX_IP_CSUM, far_headers);
	send_refused_one(100, 0, bus_offset);
	send_refused_one(5000, tso, bus_long);
	packets.fail_xdma = 2;
	send_refused_one(5000, 0, NULL);
	close_it();
}

/* Headers as the adapter leaves them; @v6: IPv6. */
static struct net_packet *tcp_frame(u32 len, bool v6)
{
	u32 ip = v6 ? 40 : 20, i, sum = 0;
	struct net_packet *p;
	u8 *h = noise + 14;

	memset(h, 0, ip + 20);
	h[0] = v6 ? 0x60 : 0x45;
	h[v6 ? 6 : 9] = 6;
	for (i = 0; i < (v6 ? 32u : 8u); i++)
		h[(v6 ? 8 : 12) + i] = i + 1;
	h[ip + 12] = 0x50;
	/* the sum of addresses and protocol, without a length */
	sum = vnet_checksum_add(vnet_checksum_part(h + (v6 ? 8 : 12), v6 ? 32 : 8), 6 << 8);
	h[ip + 16] = sum;
	h[ip + 17] = sum >> 8;
	p = frame(len, NET_TX_TSO | NET_TX_L4_CSUM | (v6 ? NET_TX_IPV6 : NET_TX_IP_CSUM));
	p->l2_len = 14;
	p->l3_len = ip;
	p->l4_len = 20;
	p->mss = 1400;
	p->csum_start = 14 + ip;
	p->csum_offset = 16;
	return p;
}

/* What is missing was filled in: whoever finishes the checksum gets a right one. */
static void check_tso(u32 len, bool v6)
{
	const struct nic_frame *f = &nic.frame;
	const u8 *ip = f->bytes + 14;
	u32 l3 = v6 ? 40 : 20, tcp = len - 14 - l3, pseudo;

	CHECK_EQ(f->len, len);
	CHECK_EQ(f->header.flags, VHDR_NEEDS_CSUM);
	CHECK_EQ(f->header.gso_type, v6 ? VHDR_GSO_TCPV6 : VHDR_GSO_TCPV4);
	CHECK_EQ(f->header.gso_size, 1400);
	CHECK_EQ(f->header.hdr_len, 34 + l3);
	CHECK_EQ(f->header.csum_start, 14 + l3);
	CHECK_EQ(f->header.csum_offset, 16);
	pseudo = vnet_checksum_part(ip + (v6 ? 8 : 12), v6 ? 32 : 8);
	pseudo = vnet_checksum_add(pseudo, 6 << 8);
	pseudo = vnet_checksum_add(pseudo, vnet_checksum_swap(tcp));
	CHECK_EQ(ip[l3 + 16] | ip[l3 + 17] << 8, pseudo);
	if (v6) {
		CHECK_EQ(ip[4] << 8 | ip[5], len - 54);
	} else {
		CHECK_EQ(ip[2] << 8 | ip[3], len - 14);
		CHECK_EQ(vnet_checksum_part(ip, 20), 0xffff);
	}
}

void send_offloads(void)
{
	static const u32 lens[] = { 1500, 9000, 30001, 65549 };
	struct net_packet *p;
	u32 i;

	start();
	open_it();
	p = frame(100, NET_TX_L4_CSUM | NET_TX_UDP);
	p->csum_start = 34;
	p->csum_offset = 6;
	poll(0);
	CHECK_EQ(nic.frame.header.flags, VHDR_NEEDS_CSUM);
	CHECK_EQ(nic.frame.header.csum_start, 34);
	CHECK_EQ(nic.frame.header.csum_offset, 6);
	CHECK(!nic.frame.header.gso_type);
	for (i = 0; i < 2 * ARRAY_SIZE(lens); i++) {
		tcp_frame(lens[i / 2], i & 1);
		poll(0);
		check_tso(lens[i / 2], i & 1);
		poll(0);
		CHECK(taken_back(&tx, NET_DONE));
	}
	close_it();
}

/* A full ring takes whole frames only, and what waits keeps its order. */
void send_full(void)
{
	struct net_rings rings = { 1, 1, 64, 40 };
	u32 i, back = 0;

	start();
	CHECK_EQ(ops()->set_rings(vnet(), &rings), 0);
	open_it();
	CHECK_EQ(fake.q[1].entries, 64);
	nic.hold = true;
	for (i = 0; i < 20; i++) {	/* frames of three packets each */
		while (tx.len + 3 <= NET_BATCH)
			frame(9000, 0);
		poll(0);
	}
	CHECK_EQ(nic.nr_frames, 13);	/* 39 of 40 descriptors */
	CHECK_EQ(taken_back(&tx, NET_DONE), 0);
	/* the device is done with them, the last one first */
	nic.hold = false;
	for (i = 13; i--;)
		fake_used(1, nic.firsts[i], 0, 0);
	for (i = 0; i < 8; i++) {
		poll(0);
		back += taken_back(&tx, NET_DONE);
	}
	CHECK(back >= 39);
	CHECK_EQ(tx.len, 0);
	close_it();
}

void send_wraps(void)
{
	u32 n, i, back = 0;

	start();
	open_it();
	for (n = 0; n < 3000; n++) {
		for (i = 0; i < 8; i++)
			frame(60 + i, 0);
		frame(5000, 0);
		poll(0);
		back += taken_back(&tx, NET_DONE);
	}
	for (n = 0; n < 8; n++) {
		poll(0);
		back += taken_back(&tx, NET_DONE);
	}
	CHECK_EQ(back, 3000 * 10);
	CHECK_EQ(nic.nr_frames, 3000 * 9);
	close_it();
}

void receive_sizes(void)
{
	u32 len;

	start();
	open_it();
	supply(0);
	supply(1);
	for (len = 60; len < 65000; len += len < 3500 ? 13 : 1777) {
		CHECK(nic_receive(len & 1, NULL, noise, len));
		batch_fill(&rx);
		CHECK_EQ(poll(len & 1), 0);
		got(len, (len + VNET_HEADER + NET_RX_BYTES - 1) / NET_RX_BYTES, 0);
	}
	close_it();
}

/* Many at once: no more than a batch, none is lost, and the ring is full again. */
void receive_many(void)
{
	u32 n, i, nr = 0;

	start();
	open_it();
	supply(0);
	for (n = 0; n < 200; n++) {
		for (i = 0; i < 10; i++)
			CHECK(nic_receive(0, NULL, noise, 9000));
		for (i = 0; i < 10; i++) {
			batch_fill(&rx);
			poll(0);
			while (first_of(&rx)->flags & NET_DONE) {
				got(9000, 3, 0);
				nr++;
			}
		}
	}
	CHECK_EQ(nr, 2000);
	CHECK_EQ(vnet()->queues[0]->rx.free.nr, 0);
	/* a sender's empty batch receives nothing */
	batch_drop(&rx);
	CHECK(nic_receive(0, NULL, noise, 60));
	poll(0);
	CHECK_EQ(rx.len, 0);
	close_it();
}

/* A frame whose checksum was left to the receiver's side. */
static void receive_checksum(u32 len, u32 start_at, u32 offset, bool good)
{
	struct vnet_header h = { .flags = VHDR_NEEDS_CSUM, .csum_start = start_at,
				 .csum_offset = offset };
	static u8 all[NIC_MAX];
	u32 at = 0, bits = 0;
	struct net_packet *p;

	CHECK(nic_receive(0, &h, noise, len));
	batch_fill(&rx);
	poll(0);
	do {
		p = rl_xpop_front(&rx);
		if (!at)
			bits = p->flags & (NET_ERROR | NET_RX_L4_GOOD);
		memcpy(all + at, p->data + p->offset, p->len);
		at += p->len;
		good &= !!(p->flags & NET_DONE);
		bits |= p->flags & NET_ERROR;
		if (p->flags & NET_MORE)
			rl_xfree(p);
		else
			break;
	} while (1);
	rl_xfree(p);
	CHECK_EQ(at, len);
	CHECK_EQ(bits, good ? NET_RX_L4_GOOD : NET_ERROR);
	if (!good)
		return;
	/* the sum over all of it and of what the field held before is 0 */
	CHECK_EQ(vnet_checksum_add(vnet_checksum_part(all + start_at, len - start_at),
				   noise[start_at + offset] | noise[start_at + offset + 1] << 8),
		 0xffff);
}

void receive_checksums(void)
{
	static const struct vnet_header valid = { .flags = VHDR_DATA_VALID };
	static const struct vnet_header cut = { .gso_type = VHDR_GSO_TCPV4, .gso_size = 1000 };

	start();
	ops()->set_features(vnet(), NET_F_RX_CSUM | NET_F_VLAN_FILTER);
	open_it();
	supply(0);
	CHECK(nic_receive(0, &valid, noise, 100));
	batch_fill(&rx);
	poll(0);
	got(100, 1, NET_RX_L4_GOOD);
	receive_checksum(100, 34, 16, true);
	receive_checksum(101, 34, 16, true);
	receive_checksum(9001, 33, 6, true);
	receive_checksum(9002, 54, 16, true);
	receive_checksum(100, 34, 65, false);
	receive_checksum(100, 99, 0, false);
	receive_checksum(100, 200, 0, false);
	receive_checksum(9000, 65535, 65535, false);
	/* segments put together were not asked for */
	CHECK(nic_receive(0, &cut, noise, 2000));
	batch_fill(&rx);
	poll(0);
	got(2000, 1, NET_ERROR);
	ops()->set_features(vnet(), NET_F_VLAN_FILTER);
	CHECK(nic_receive(0, &valid, noise, 100));
	batch_fill(&rx);
	poll(0);
	got(100, 1, 0);
	close_it();
}

/* The device says @code does; the generation ends with @why. */
#define ENDS(why, code) do {						\
	CHECK(DIES(code));						\
	CHECK(fake.died && !strcmp(fake.died, why));			\
} while (0)

#define TOO_FAR		"device uses chains it was never given"
#define TOO_LONG	"device wrote more than it was given room for"
#define NO_BUFFER	"device names a buffer it does not have"
#define NO_FRAME	"device names a frame it does not have"
#define NO_PARTS	"device receives a frame of buffers that it did not use"
#define NO_HEADER	"device receives a frame without a header"

static void bogus_rx(u32 id, u32 len, u16 ahead, const char *why)
{
	static const struct vnet_header one = { .num_buffers = 1 };
	u32 i;

	start();
	open_it();
	supply(0);
	for (i = 0; i < 256; i++)
		memcpy(vnet()->queues[0]->rx.bufs[i]->data, &one, sizeof(one));
	fake_used(0, id, len, ahead);
	ENDS(why, poll(0));
}

void bogus_used(void)
{
	bogus_rx(256, 72, 0, NO_BUFFER);
	bogus_rx(65536 + 3, 72, 0, NO_BUFFER);
	bogus_rx(~0u, 72, 0, NO_BUFFER);
	bogus_rx(3, NET_RX_BYTES + 1, 0, TOO_LONG);
	bogus_rx(3, ~0u, 0, TOO_LONG);
	bogus_rx(3, 11, 0, NO_HEADER);
	bogus_rx(3, 0, 0, NO_HEADER);
	bogus_rx(3, 72, 300, TOO_FAR);
	bogus_rx(3, 72, 0xfffd, TOO_FAR);
	/* twice the same */
	start();
	open_it();
	supply(0);
	CHECK(nic_receive(0, NULL, noise, 60));
	poll(0);
	fake_used(0, fake.q[0].entries - 1, 72, 0);
	fake_used(0, fake.q[0].entries - 1, 72, 0);
	CHECK(DIES(poll(0)));
	/* parts that are not there, none, or more than a frame has */
	start();
	open_it();
	supply(0);
	nic.num_buffers = 2;
	CHECK(nic_receive(0, NULL, noise, 60));
	ENDS(NO_PARTS, poll(0));
	start();
	open_it();
	supply(0);
	nic.num_buffers = 0xffff;
	CHECK(nic_receive(0, NULL, noise, 60));
	ENDS(NO_PARTS, poll(0));
}

static void bogus_sent(u32 id, u32 len, u16 ahead, const char *why)
{
	start();
	open_it();
	nic.hold = true;
	frame(5000, 0);
	poll(0);
	fake_used(1, id == 1000 ? nic.frame.first : id, len, ahead);
	ENDS(why, poll(0));
}

void bogus_tx(void)
{
	bogus_sent(256, 0, 0, NO_FRAME);
	bogus_sent(~0u, 0, 0, NO_FRAME);
	bogus_sent(1000, 1, 0, TOO_LONG);
	bogus_sent(1000, 0, 1, TOO_FAR);
	/* the second packet of a frame */
	start();
	open_it();
	nic.hold = true;
	frame(5000, 0);
	poll(0);
	fake_used(1, vnet()->queues[0]->tx.slots[nic.frame.first].next, 0, 0);
	ENDS(NO_FRAME, poll(0));
	/* and a frame twice */
	start();
	open_it();
	nic.hold = true;
	frame(60, 0);
	frame(60, 0);
	poll(0);
	fake_used(1, nic.frame.first, 0, 0);
	fake_used(1, nic.frame.first, 0, 0);
	ENDS(NO_FRAME, poll(0));
}

void needs_reset(void)
{
	start();
	open_it();
	CHECK(!DIES(fake_interrupt(0)));
	CHECK_EQ(nic.link_changes, 0);
	fake.status |= VSTATUS_NEEDS_RESET;
	CHECK(DIES(fake_interrupt(0)));
	fake.gone = true;
	CHECK(!DIES(fake_interrupt(0)));
}
