// SPDX-License-Identifier: GPL-2.0-only
/* The parts without state: what a packet asks of the device. */
#include <string.h>
#include "../ixgbe.h"
#include "tap.h"

static struct net_packet *packet(u32 flags, u32 len)
{
	static struct net_packet p;

	memset(&p, 0, sizeof(p));
	p.flags = flags;
	p.len = len;
	p.total = len;
	p.l2_len = 14;
	p.l3_len = 20;
	p.l4_len = 20;
	p.csum_start = 34;
	p.csum_offset = 16;
	p.mss = 1000;
	return &p;
}

static void plain(void)
{
	struct net_packet *p = packet(0, 60);

	CHECK(ix_offload_check(p));
	CHECK_EQ(ix_offload_context0(p), 0);
	CHECK_EQ(ix_offload_data(p), 3ull << 20 | 1ull << 29 | 1ull << 25 | 60ull << 46);
	p->total = IX_TX_MAX + 1;
	CHECK(!ix_offload_check(p));
}

static void tag(void)
{
	struct net_packet *p = packet(NET_TX_VLAN, 60);

	p->vlan_tci = 0x6005;
	CHECK(ix_offload_check(p));
	CHECK_EQ(ix_offload_context0(p), 0x6005ull << 16 | 14 << 9);
	CHECK(ix_offload_data(p) & IX_TXD_VLE);
}

static void checksum(void)
{
	static const struct {
		u32 flags;
		u16 offset;
		u32 type;
	} kinds[] = { { 0, 16, 1 }, { NET_TX_UDP, 6, 0 }, { NET_TX_SCTP, 8, 2 } };
	struct net_packet *p;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		p = packet(NET_TX_L4_CSUM | kinds[i].flags, 100);
		p->csum_offset = kinds[i].offset;
		CHECK(ix_offload_check(p));
		CHECK_EQ(ix_offload_context0(p), 20 | 14 << 9);
		CHECK_EQ(ix_offload_context1(p),
			 2u << 20 | 1u << 29 | 1u << 10 | kinds[i].type << 11);
		CHECK(ix_offload_data(p) & IX_TXD_TXSM);
		CHECK(!(ix_offload_data(p) & IX_TXD_IXSM));
		p->csum_offset++;
		CHECK(!ix_offload_check(p));
	}
}

/* Lengths the device must never be told. */
static void lengths(void)
{
	struct net_packet *p = packet(NET_TX_L4_CSUM, 100);

	p->len = 50;
	CHECK(!ix_offload_check(p));
	p = packet(NET_TX_L4_CSUM, 100);
	p->l3_len = 18;
	CHECK(!ix_offload_check(p));
	p = packet(NET_TX_L4_CSUM | NET_TX_IPV6, 100);
	CHECK(!ix_offload_check(p));
	p->l3_len = 40;
	p->csum_start = 54;
	CHECK(ix_offload_check(p));
	p->l2_len = 200;
	CHECK(!ix_offload_check(p));
	p = packet(NET_TX_IP_CSUM, 30);
	CHECK(!ix_offload_check(p));
	p = packet(NET_TX_L4_CSUM, 100);
	p->l3_len = 0xffff;
	p->csum_start = 13;
	CHECK(!ix_offload_check(p));
}

static void segmentation(void)
{
	struct net_packet *p = packet(NET_TX_TSO | NET_TX_L4_CSUM, 3000);

	p->total = 65000;
	CHECK(ix_offload_check(p));
	CHECK_EQ(ix_offload_context1(p) >> 40, 1000 << 8 | 20);
	CHECK_EQ(ix_offload_data(p) >> 46, 65000 - 54);
	CHECK(ix_offload_data(p) & IX_TXD_TSE && ix_offload_data(p) & IX_TXD_IXSM);
}

static void segmentation_refused(void)
{
	struct net_packet *p = packet(NET_TX_TSO, 3000);

	CHECK(!ix_offload_check(p));
	p->flags |= NET_TX_L4_CSUM;
	CHECK(ix_offload_check(p));
	p->mss = 0;
	CHECK(!ix_offload_check(p));
	p->mss = 9800;
	CHECK(!ix_offload_check(p));
	p->mss = 1000;
	p->l4_len = 68;
	CHECK(!ix_offload_check(p));
	p->l4_len = 20;
	p->len = 53;
	CHECK(!ix_offload_check(p));
	p->len = 54;
	p->total = 54;
	CHECK(!ix_offload_check(p));
	p->total = 54 + IX_TSO_MAX + 1;
	CHECK(!ix_offload_check(p));
}

const struct tap_case pure_cases[] = {
	{ "offload: none", plain },
	{ "offload: VLAN tag", tag },
	{ "offload: checksums", checksum },
	{ "offload: lengths that do not fit", lengths },
	{ "offload: segmentation", segmentation },
	{ "offload: segmentation refused", segmentation_refused },
	{ NULL, NULL },
};
