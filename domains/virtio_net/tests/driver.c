// SPDX-License-Identifier: GPL-2.0-only
/* The driver against the device of fake.c: good days and bad ones. */
#include <stdlib.h>
#include <string.h>
#include "fake.h"
#include "tap.h"

static struct net_packet_deque32 tx, rx;
static u8 noise[NIC_MAX];

static const struct net_ops *ops(void)
{
	return rl_this_domain.ops;
}

static void forget(void)
{
	memset(&tx, 0, sizeof(tx));
	memset(&rx, 0, sizeof(rx));
}

static void fresh(void)
{
	u32 i;

	fake_reset();
	forget();
	for (i = 0; i < sizeof(noise); i++)
		noise[i] = i * 7 + (i >> 8);
}

static void start(void)
{
	fresh();
	CHECK_EQ(fake_init(), 0);
}

static s32 poll(u16 queue)
{
	return ops()->submit_and_poll(vnet(), queue, &tx, &rx);
}

/* The device has as many packets as it takes. */
static void supply(u16 queue)
{
	u32 i;

	for (i = 0; i < 64; i++) {
		batch_fill(&rx);
		CHECK_EQ(poll(queue), 0);
	}
}

static void open_it(void)
{
	CHECK_EQ(ops()->set_open(vnet(), true), 0);
}

static void close_it(void)
{
	batch_drop(&tx);
	batch_drop(&rx);
	CHECK_EQ(ops()->set_open(vnet(), false), 0);
	CHECK_EQ(packets.live, 0);
}

/* A device that is wrong in a way that @spoil makes is refused with @err. */
#define REFUSED(err, spoil) do {	\
	fresh();			\
	spoil;				\
	CHECK_EQ(fake_init(), err);	\
} while (0)

/* The same, where it shows when the interface is opened. */
#define NOT_OPEN(err, spoil) do {				\
	start();						\
	spoil;							\
	CHECK_EQ(ops()->set_open(vnet(), true), err);		\
	CHECK(!vnet()->open && !vnet()->nr_queues);		\
} while (0)

static struct net_packet *packet(u32 at, u32 len, u32 flags)
{
	struct net_packet *p = packet_new();

	p->flags = flags;
	p->len = len;
	memcpy(p->data, noise + at, len);
	rl_xpush_back(&tx, p);
	return p;
}

/* A frame of @len bytes in the send batch. Returns its first packet. */
static struct net_packet *frame(u32 len, u32 flags)
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

/* The packet at the batch's front; there is one. */
static struct net_packet *first_of(struct net_packet_deque32 *dq)
{
	return (struct net_packet *)dq->slot[dq->head];
}

/* How many packets at the batch's front are done; they are freed. */
static u32 taken_back(struct net_packet_deque32 *dq, u32 marks)
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

static void init_good(void)
{
	static struct net_info info;
	static struct net_link link;

	start();
	CHECK_EQ(fake.status, 11);
	CHECK_EQ(fake.accepted, fake.features & ~(BIT(21) | BIT(34) | VF_INDIRECT_DESC));
	CHECK_EQ(ops()->info(vnet(), &info), 0);
	CHECK(!memcmp(info.permanent.addr, &fake.config[VCFG_MAC], 6));
	CHECK_EQ(info.features, NET_F_RX_CSUM | NET_F_TX_CSUM | NET_F_TSO | NET_F_VLAN_FILTER |
		 NET_C_RING | NET_C_COALESCE);
	CHECK_EQ(info.rx_queues, 2);
	CHECK_EQ(info.tx_queues, 2);
	CHECK_EQ(info.ring_max, 256);
	CHECK_EQ(info.mtu_max, 9000);
	CHECK_EQ(ops()->link(vnet(), &link), 0);
	CHECK(link.up && link.speed == 25000 && link.duplex == NET_DUPLEX_FULL);
	fake_config16(VCFG_STATUS, 0);
	CHECK_EQ(ops()->link(vnet(), &link), 0);
	CHECK(!link.up);
	rl_this_domain.exit(vnet());
	CHECK_EQ(fake.status, 0);
}

/* The last generation's state, whatever it is, does not matter. */
static void init_again(void)
{
	start();
	open_it();
	supply(0);
	nic.hold = true;
	frame(100, 0);
	poll(0);
	CHECK_EQ(nic.nr_frames, 1);
	fake_again();
	packets_reset();
	forget();
	nic.hold = false;
	CHECK_EQ(fake_init(), 0);
	open_it();
	frame(100, 0);
	poll(0);
	CHECK_EQ(nic.nr_frames, 2);
	poll(0);
	CHECK_EQ(taken_back(&tx, NET_DONE), 1);
	close_it();
}

static void init_refused(void)
{
	u32 size;

	REFUSED(-ENODEV, fake.features &= ~VF_VERSION_1);
	REFUSED(-ENODEV, fake.features = ~0ull);
	REFUSED(-ENODEV, fake.picky = true);
	CHECK(fake.status & VSTATUS_FAILED);
	REFUSED(-ENODEV, fake.translated = true);
	REFUSED(-ENODEV, fake.unsettled = true);
	REFUSED(-ENODEV, fake.gone = true);
	REFUSED(-ENODEV, fake.config[VCFG_MAC] |= 1);
	REFUSED(-ENODEV, fake_config16(VCFG_MTU, 60));
	REFUSED(-ENODEV, fake.features &= ~VF_MRG_RXBUF);
	REFUSED(-ENODEV, fake_config16(VCFG_MAX_PAIRS, 0));
	REFUSED(-ENODEV, fake.vqs = 4);
	/* shorter than the fields of its features */
	REFUSED(-ENODEV, fake_cap(3, VPCI_DEVICE, FAKE_BAR, FAKE_CONFIG, 0x10));
	REFUSED(-ENODEV, fake_cap(3, VPCI_DEVICE, FAKE_BAR, FAKE_CONFIG, 4));
	for (size = 0; size < 32; size += 4)
		REFUSED(-ENODEV, fake.q[2].size = size);
	REFUSED(-ENODEV, fake.q[3].size = 100);
	fresh();
	fake.status = 15;
	fake.never_reset = true;
	CHECK_EQ(fake_init(), -ETIMEDOUT);
	CHECK(fake.now >= 5000000000ull && fake.now < 5100000000ull);
}

/* Nothing but what must be. */
static void init_plain(void)
{
	static const struct net_mac other = { .addr = { 2, 9 } };
	static const struct net_rx_mode mode = { .flags = NET_RX_PROMISC };
	static const struct net_coalesce coalesce;
	static struct net_info info;
	static struct net_link link;

	fresh();
	fake.features = VF_VERSION_1;
	fake.vqs = 2;
	CHECK_EQ(fake_init(), 0);
	ops()->info(vnet(), &info);
	CHECK_EQ(info.features, NET_C_RING);
	CHECK_EQ(info.permanent.addr[0], 2);
	CHECK_EQ(info.mtu_max, 3042);
	CHECK_EQ(info.rx_queues, 1);
	ops()->link(vnet(), &link);
	CHECK(link.up && !link.speed);
	CHECK_EQ(ops()->set_mac(vnet(), &info.permanent), 0);
	CHECK_EQ(ops()->set_mac(vnet(), &other), -EOPNOTSUPP);
	CHECK_EQ(ops()->set_coalesce(vnet(), &coalesce), -EOPNOTSUPP);
	CHECK_EQ(ops()->set_features(vnet(), NET_F_RX_CSUM), -EOPNOTSUPP);
	open_it();
	CHECK_EQ(ops()->set_rx_mode(vnet(), &mode), 0);
	supply(0);
	CHECK(nic_receive(0, NULL, noise, 3000));
	poll(0);
	CHECK_EQ(taken_back(&rx, NET_DONE), 1);
	frame(100, NET_TX_L4_CSUM);
	frame(101, 0);
	poll(0);
	CHECK_EQ(nic.nr_frames, 1);
	CHECK_EQ(nic.frame.len, 101);
	CHECK_EQ(taken_back(&tx, NET_DONE | NET_ERROR), 1);
	close_it();
	CHECK_EQ(nic.commands, 0);
}

static void init_memory(void)
{
	s32 err = -1;
	u32 n;

	for (n = 1; n < 10 && err; n++) {
		fresh();
		fake.fail_alloc = n;
		err = fake_init();
		CHECK(!err || err == -ENOMEM);
	}
	CHECK_EQ(n, 4);		/* a pair each, then none */
	for (n = 1, err = -1; n < 100 && err; n++) {
		start();
		fake.fail_alloc = n;
		err = ops()->set_open(vnet(), true);
		CHECK(!err || (err == -ENOMEM && !vnet()->open && fake.nr_mem == 2));
	}
	CHECK(n > 20 && n < 100);
	close_it();
	CHECK_EQ(fake.nr_mem, 2);
}

static void open_refused(void)
{
	NOT_OPEN(-EIO, fake.no_start = true);
	NOT_OPEN(-EIO, fake.no_vector = true);
	NOT_OPEN(-EIO, nic.refuse = true);
	NOT_OPEN(-EIO, fake.q[3].notify_off = 0x400);
	NOT_OPEN(-ENODEV, fake.q[4].size = 0);
	NOT_OPEN(-ENODEV, fake.features &= ~VF_CSUM);
	NOT_OPEN(-ENODEV, fake.features |= VF_ACCESS_PLATFORM);
	/* commands are heard and never answered, or somebody else's are */
	start();
	fake.mute_queue = 4;
	CHECK(DIES(ops()->set_open(vnet(), true)));
	CHECK(fake.now >= 5000000000ull);
	start();
	nic.bogus_ack = true;
	CHECK(DIES(ops()->set_open(vnet(), true)));
	/* a device that does not reset keeps the rings */
	start();
	open_it();
	fake.never_reset = true;
	CHECK(DIES(ops()->set_open(vnet(), false)));
	/* one that is gone has none */
	start();
	open_it();
	supply(0);
	fake.gone = true;
	close_it();
	rl_this_domain.exit(vnet());
}

static void open_twice(void)
{
	u32 resets;

	start();
	CHECK_EQ(ops()->set_open(vnet(), false), 0);
	CHECK_EQ(poll(0), -EAGAIN);
	open_it();
	CHECK_EQ(fake.status, 15);
	CHECK_EQ(fake.config_vector, 0);
	CHECK_EQ(fake.q[0].vector, 1);
	CHECK_EQ(fake.q[1].vector, 1);
	CHECK_EQ(fake.q[3].vector, 2);
	CHECK_EQ(fake.q[4].vector, VCOM_NO_VECTOR);
	CHECK_EQ(nic.pairs, 2);
	resets = fake.resets;
	open_it();
	CHECK_EQ(fake.resets, resets);
	CHECK_EQ(poll(1), 0);
	CHECK_EQ(poll(2), -EINVAL);
	close_it();
	CHECK_EQ(fake.status, 11);
	CHECK_EQ(poll(0), -EAGAIN);
	close_it();
}

static void vectors(void)
{
	u32 nr, q;

	for (nr = 1; nr <= 5; nr++) {
		fresh();
		fake.cpus = 4;
		fake.vqs = 9;
		fake_config16(VCFG_MAX_PAIRS, 4);
		fake.vectors = nr;
		CHECK_EQ(fake_init(), 0);
		open_it();
		for (q = 0; q < 4; q++) {
			supply(q);
			ops()->arm(vnet(), q);
		}
		for (q = 0; q < 4; q++) {
			CHECK(nic_receive(q, NULL, noise, 60));
			CHECK_EQ(nic.work[q], 1);
			CHECK(nic_receive(q, NULL, noise, 60));
			CHECK_EQ(nic.work[q], 1);
		}
		CHECK_EQ(nic.link_changes, 0);
		fake.generation++;
		fake_interrupt(0);
		CHECK_EQ(nic.link_changes, 1);
		close_it();
	}
}

static void send_plain(void)
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
static void send_offset(void)
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

static void send_refused(void)
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

static void send_offloads(void)
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
static void send_full(void)
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

static void send_wraps(void)
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

/* Takes one frame of @nr packets out of the receive batch and compares it. */
static void got(u32 len, u32 nr, u32 flags)
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

static void receive_sizes(void)
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
static void receive_many(void)
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

static void receive_checksums(void)
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

static void bogus_used(void)
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

static void bogus_tx(void)
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

static void needs_reset(void)
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

static void arming(void)
{
	start();
	open_it();
	supply(0);
	CHECK(nic_receive(0, NULL, noise, 60));
	CHECK_EQ(nic.work[0], 0);		/* nobody asked */
	ops()->arm(vnet(), 0);
	CHECK_EQ(nic.work[0], 1);		/* it is there already */
	batch_fill(&rx);
	poll(0);
	CHECK_EQ(taken_back(&rx, NET_DONE), 1);
	ops()->arm(vnet(), 0);
	CHECK_EQ(nic.work[0], 1);
	CHECK(nic_receive(0, NULL, noise, 60));
	CHECK_EQ(nic.work[0], 2);
	CHECK(nic_receive(0, NULL, noise, 60));
	CHECK_EQ(nic.work[0], 2);		/* once */
	batch_fill(&rx);
	poll(0);
	CHECK_EQ(taken_back(&rx, NET_DONE), 2);
	/* sent frames count as well */
	ops()->arm(vnet(), 0);
	nic.hold = true;
	frame(60, 0);
	poll(0);
	CHECK_EQ(nic.work[0], 2);
	fake_used(1, nic.frame.first, 0, 0);
	CHECK_EQ(nic.work[0], 3);
	CHECK_EQ(ops()->arm(vnet(), 2), -EINVAL);
	poll(0);
	CHECK_EQ(taken_back(&tx, NET_DONE), 1);
	close_it();
}

static void filters(void)
{
	static struct net_rx_mode mode = { .flags = NET_RX_BROADCAST | NET_RX_ALLMULTI,
					   .nr_unicast = NET_MAX_UNICAST,
					   .nr_multicast = NET_MAX_MULTICAST };
	static const struct net_mac other = { .addr = { 2, 9, 8, 7, 6, 5 } };
	static const struct net_mac group = { .addr = { 1, 9, 8, 7, 6, 5 } };
	static struct net_vlans vlans;

	start();
	memset(mode.unicast, 0x22, sizeof(mode.unicast));
	memset(mode.multicast, 0x33, sizeof(mode.multicast));
	vlans.bits[0] = 1;
	vlans.bits[63] = 1ull << 63;
	CHECK_EQ(ops()->set_rx_mode(vnet(), &mode), 0);
	CHECK_EQ(ops()->set_vlans(vnet(), &vlans), 0);
	CHECK_EQ(ops()->set_mac(vnet(), &other), 0);
	CHECK_EQ(ops()->set_mac(vnet(), &group), -EINVAL);
	CHECK_EQ(nic.commands, 0);
	open_it();
	CHECK(!nic.promisc && nic.allmulti && !nic.nobcast);
	CHECK(!memcmp(nic.mac, other.addr, 6));
	CHECK_EQ(nic.nr_unicast, NET_MAX_UNICAST);
	CHECK_EQ(nic.nr_multicast, NET_MAX_MULTICAST);
	CHECK(nic.table[4] == 0x22 && nic.table[8 + 6 * NET_MAX_UNICAST] == 0x33);
	CHECK(!memcmp(nic.vlans, vlans.bits, sizeof(nic.vlans)));
	vlans.bits[0] = 6;
	CHECK_EQ(ops()->set_vlans(vnet(), &vlans), 0);
	CHECK(!memcmp(nic.vlans, vlans.bits, sizeof(nic.vlans)));
	mode.flags = NET_RX_PROMISC;
	mode.nr_unicast = 0;
	CHECK_EQ(ops()->set_rx_mode(vnet(), &mode), 0);
	CHECK(nic.promisc && !nic.allmulti && nic.nobcast);
	CHECK_EQ(nic.nr_unicast, 0);
	nic.refuse = true;
	CHECK_EQ(ops()->set_rx_mode(vnet(), &mode), -EIO);
	mode.nr_unicast = NET_MAX_UNICAST + 1;
	CHECK_EQ(ops()->set_rx_mode(vnet(), &mode), -EINVAL);
	mode.nr_unicast = 0;
	nic.refuse = false;
	/* without the filter all VLANs come in, and the rest is as it was */
	CHECK_EQ(ops()->set_features(vnet(), 0), 0);
	CHECK(!(fake.accepted & VF_CTRL_VLAN));
	CHECK(nic.promisc && !memcmp(nic.mac, other.addr, 6));
	CHECK_EQ(ops()->set_features(vnet(), NET_F_VLAN_FILTER), 0);
	CHECK(!memcmp(nic.vlans, vlans.bits, sizeof(nic.vlans)));
	close_it();
}

static void settings(void)
{
	struct net_rings rings = { 1, 1, 100, 32 };
	static const struct net_coalesce coalesce = { .rx_us = 40, .tx_us = 300 };
	static const struct net_coalesce adaptive = { .adaptive = 1 };
	static const struct net_pause pause;
	static const struct net_rss rss;

	start();
	CHECK_EQ(ops()->set_rings(vnet(), &rings), 0);
	CHECK_EQ(ops()->set_coalesce(vnet(), &coalesce), 0);
	CHECK_EQ(ops()->set_coalesce(vnet(), &adaptive), -EOPNOTSUPP);
	CHECK_EQ(ops()->set_pause(vnet(), &pause), -EOPNOTSUPP);
	CHECK_EQ(ops()->set_rss(vnet(), &rss), -EOPNOTSUPP);
	CHECK_EQ(ops()->set_mtu(vnet(), 9000), 0);
	CHECK_EQ(ops()->set_mtu(vnet(), 9001), -EINVAL);
	CHECK_EQ(ops()->set_mtu(vnet(), 67), -EINVAL);
	open_it();
	CHECK_EQ(ops()->set_rings(vnet(), &rings), -EBUSY);
	CHECK_EQ(fake.q[0].entries, 128);
	CHECK_EQ(fake.q[1].entries, 32);
	CHECK_EQ(fake.q[2].enable, 0);
	CHECK_EQ(nic.pairs, 1);
	CHECK_EQ(nic.rx_us, 40);
	CHECK_EQ(nic.tx_us, 300);
	supply(0);
	CHECK_EQ(vnet()->queues[0]->rx.free.nr, 28);
	CHECK_EQ(poll(1), -EAGAIN);
	close_it();
	rings.rx_ring = 257;
	CHECK_EQ(ops()->set_rings(vnet(), &rings), -EINVAL);
	rings.rx_ring = 31;
	CHECK_EQ(ops()->set_rings(vnet(), &rings), -EINVAL);
	rings.rx_ring = 256;
	rings.tx_queues = 3;
	CHECK_EQ(ops()->set_rings(vnet(), &rings), -EINVAL);
}

/* A reset of an open device: frames come back, packets to receive into stay. */
static void restart(void)
{
	static struct net_own_stats own;
	u32 i;

	start();
	open_it();
	supply(0);
	nic.hold = true;
	for (i = 0; i < 4; i++)
		frame(5000, 0);
	poll(0);
	fake_used(1, nic.firsts[2], 0, 0);
	poll(1);
	ops()->arm(vnet(), 1);
	CHECK_EQ(ops()->reset(vnet()), 0);
	CHECK_EQ(nic.work[0], 0);
	CHECK_EQ(nic.work[1], 1);	/* it waited for an interrupt that is off now */
	poll(0);
	CHECK_EQ(first_of(&tx)->flags & NET_ERROR, 0);
	rl_xfree(rl_xpop_front(&tx));
	rl_xfree(rl_xpop_front(&tx));
	CHECK_EQ(taken_back(&tx, NET_DONE | NET_ERROR), 6);
	CHECK_EQ(vnet()->queues[0]->rx.free.nr, 0);
	CHECK(nic_receive(0, NULL, noise, 9000));
	batch_fill(&rx);
	poll(0);
	got(9000, 3, 0);
	nic.hold = false;
	frame(60, 0);
	poll(0);
	CHECK_EQ(nic.frame.len, 60);
	CHECK_EQ(ops()->own_stats(vnet(), 0, &own), 0);
	CHECK_EQ(own.value[4], 1);
	CHECK_EQ(ops()->own_stats(vnet(), 1, &own), -ERANGE);
	fake.never_reset = true;
	CHECK(DIES(ops()->reset(vnet())));
}

static void timeouts(void)
{
	start();
	CHECK_EQ(ops()->tx_timeout(vnet(), 0), -EINVAL);
	open_it();
	CHECK_EQ(ops()->tx_timeout(vnet(), 2), -EINVAL);
	/* the notification was lost */
	fake.mute = true;
	frame(60, 0);
	poll(0);
	CHECK_EQ(nic.nr_frames, 0);
	fake.mute = false;
	CHECK_EQ(ops()->tx_timeout(vnet(), 0), 0);
	poll(0);
	CHECK_EQ(taken_back(&tx, NET_DONE), 1);
	/* and now nothing helps */
	nic.hold = true;
	frame(60, 0);
	poll(0);
	CHECK_EQ(ops()->tx_timeout(vnet(), 0), -ETIMEDOUT);
	close_it();
}

static void statistics(void)
{
	static struct net_stats s;
	static struct net_text name;
	u32 i;

	start();
	open_it();
	supply(1);
	CHECK(nic_receive(1, NULL, noise, 60));
	batch_fill(&rx);
	poll(1);
	got(60, 1, 0);
	frame(70, 0);
	frame(13, 0);
	poll(0);
	poll(0);
	CHECK_EQ(ops()->stats(vnet(), &s), 0);
	CHECK(s.rx_packets == 1 && s.rx_bytes == 60 && !s.rx_errors);
	CHECK(s.tx_packets == 1 && s.tx_bytes == 70 && s.tx_errors == 1);
	close_it();
	CHECK_EQ(ops()->stats(vnet(), &s), 0);
	CHECK_EQ(s.rx_packets, 1);
	for (i = 0; i < VNET_NR_STATS; i++)
		CHECK(!ops()->stat_name(vnet(), i, &name) && name.s[0] && !name.s[31]);
	CHECK_EQ(ops()->stat_name(vnet(), i, &name), -ERANGE);
}

const struct tap_case driver_cases[] = {
	{ "init: a good device", init_good },
	{ "init: again", init_again },
	{ "init: refused", init_refused },
	{ "init: a device with nothing", init_plain },
	{ "init: memory", init_memory },
	{ "open: refused", open_refused },
	{ "open: twice", open_twice },
	{ "few vectors", vectors },
	{ "send: sizes", send_plain },
	{ "send: another offset", send_offset },
	{ "send: refused", send_refused },
	{ "send: checksums and segments", send_offloads },
	{ "send: a full ring", send_full },
	{ "send: round and round", send_wraps },
	{ "receive: sizes", receive_sizes },
	{ "receive: many", receive_many },
	{ "receive: checksums", receive_checksums },
	{ "bogus: what was received", bogus_used },
	{ "bogus: what was sent", bogus_tx },
	{ "bogus: status", needs_reset },
	{ "arm", arming },
	{ "filters", filters },
	{ "settings", settings },
	{ "reset", restart },
	{ "timeouts", timeouts },
	{ "statistics", statistics },
	{ NULL, NULL },
};
