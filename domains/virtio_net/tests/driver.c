// SPDX-License-Identifier: GPL-2.0-only
/* The driver against the device of fake.c: its life and its settings. */
#include <string.h>
#include "rig.h"

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
	vlans.bits[0] = 14;	/* refused: not asked for again at the next start */
	CHECK_EQ(ops()->set_vlans(vnet(), &vlans), -EIO);
	vlans.bits[0] = 6;
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
	{ "send: bytes that are elsewhere", send_bus },
	{ "send: a ring full of them", send_bus_full },
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
