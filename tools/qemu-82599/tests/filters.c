// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who gets a frame (7.1.1, 7.1.2): addresses, multicast table, VLAN table, ethertype
 * filters, and RSS through the redirection table with Microsoft's key.
 */
#include "device.h"
#include "point.h"

static const u8 own[6] = { 0x52, 0x54, 0x00, 0x82, 0x59, 0x01 };

static bool passes(struct nic *s, const u8 *dest, u16 etype)
{
	struct frame_info info;
	u8 f[60];

	memset(f, 0, sizeof(f));
	memcpy(f, dest, 6);
	put_be16(f + 12, etype);
	frame_parse(f, sizeof(f), 0x8100, &info);
	return filter_pass(s, f, &info);
}

static void address_filter(void)
{
	static const u8 other[6] = { 2, 0, 0, 0, 0, 9 }, all[6] = { 255, 255, 255, 255, 255, 255 };
	struct nic *s = device_new();

	point(passes(s, own, 0x88B5), "its own address");
	point(!passes(s, other, 0x88B5) && !passes(s, all, 0x88B5), "no other, no broadcast");
	wr(s, R_FCTRL, FCTRL_BAM);
	point(passes(s, all, 0x88B5), "BAM: broadcast");
	wr(s, R_FCTRL, FCTRL_UPE);
	point(passes(s, other, 0x88B5) && !passes(s, all, 0x88B5), "UPE: any unicast");
	wr(s, R_FCTRL, 0);
	wr(s, R_RAL + 8 * 127, 2);
	wr(s, R_RAL + 8 * 127 + 4, RAH_AV | 0x0900);
	point(passes(s, other, 0x88B5), "the last of 128 addresses");
	wr(s, R_RAL + 8 * 127 + 4, 0x0900);
	point(!passes(s, other, 0x88B5), "not while it is not valid");
}

/* MCSTCTRL.MO picks 12 of the address's last 16 bits: 47:36, 46:35, 45:34, 43:32. */
static void multicast_table(void)
{
	static const u8 group[6] = { 1, 0, 0x5e, 0, 0xA5, 0xC3 };
	static const unsigned int shift[] = { 4, 3, 2, 0 };
	struct nic *s = device_new();
	unsigned int mo, hash;
	bool right = true;

	for (mo = 0; mo < 4; mo++) {
		hash = 0xC3A5 >> shift[mo] & 0xFFF;
		wr(s, R_MCSTCTRL, MCSTCTRL_MFE | mo);
		right &= !passes(s, group, 0x88B5);
		wr(s, R_MTA + hash / 32 * 4, 1u << hash % 32);
		right &= passes(s, group, 0x88B5);
		wr(s, R_MCSTCTRL, mo);
		right &= !passes(s, group, 0x88B5);
		wr(s, R_MTA + hash / 32 * 4, 0);
	}
	point(right, "multicast table, all four offsets, only with MFE");
	wr(s, R_FCTRL, FCTRL_MPE);
	point(passes(s, group, 0x88B5), "MPE: any group");
}

static void vlans(void)
{
	struct nic *s = device_new();
	u8 f[60] = { 0 };
	struct frame_info info;

	memcpy(f, own, 6);
	put_be32(f + 12, 0x81003000 | 291);
	frame_parse(f, sizeof(f), 0x8100, &info);
	point(filter_pass(s, f, &info), "any VLAN without VFE");
	wr(s, R_VLNCTRL, 0x8100 | VLNCTRL_VFE);
	point(!filter_pass(s, f, &info) && passes(s, own, 0x88B5), "VFE: untagged frames only");
	wr(s, R_VFTA + 291 / 32 * 4, 1u << 291 % 32);
	point(filter_pass(s, f, &info), "and those in the table");
	wr(s, R_VLNCTRL, 0x8100 | VLNCTRL_VFE | VLNCTRL_CFIEN);
	point(!filter_pass(s, f, &info), "CFI must match with CFIEN");
	wr(s, R_VLNCTRL, 0x8100 | VLNCTRL_VFE | VLNCTRL_CFIEN | VLNCTRL_CFI);
	point(filter_pass(s, f, &info), "and does");
}

static unsigned int queue_of(struct nic *s, const u8 *f, size_t len, struct rx_choice *c)
{
	struct frame_info info;

	frame_parse(f, len, 0x8100, &info);
	filter_choose(s, f, &info, c);
	return c->queue;
}

/*
 * 66.9.149.187:2794 to 161.142.100.80:1766, the first of Microsoft's vectors. Only the two
 * entries of the table that its hashes name are not 1.
 */
static void rss(void)
{
	static const u32 key[10] = { 0xda565a6d, 0xc20e5b25, 0x3d256741, 0xb08fa343, 0xcb2bcad0,
				     0xb4307bae, 0xa32dcb77, 0x0cf23080, 0x3bb7426a, 0xfa01acbe };
	struct nic *s = device_new();
	struct rx_choice c;
	unsigned int i;
	u8 f[60] = { [12] = 8, [14] = 0x45, [17] = 46, [23] = 6, [46] = 0x50 };

	put_be32(f + 26, 0x420995bb);
	put_be32(f + 30, 0xa18e6450);
	put_be32(f + 34, 2794u << 16 | 1766);
	for (i = 0; i < 10; i++)
		wr(s, R_RSSRK + 4 * i, key[i]);
	for (i = 0; i < 32; i++)
		wr(s, R_RETA + 4 * i, 0x01010101);
	wr(s, R_RETA + (0x51ccc178 & 0x7C), 0x0101010B);
	wr(s, R_RETA + (0x323e8fc2 & 0x7C), 0x01060101);
	wr(s, R_MRQC, MRQC_RSS | MRQC_TCP4 | MRQC_IP4);
	point(queue_of(s, f, sizeof(f), &c) == 11 && c.hash == 0x51ccc178,
	      "RSS over addresses and ports, redirected");
	wr(s, R_MRQC, MRQC_RSS | MRQC_IP4);
	point(queue_of(s, f, sizeof(f), &c) == 6 && c.hash == 0x323e8fc2,
	      "RSS over addresses");
	wr(s, R_MRQC, MRQC_RSS | MRQC_TCP6);
	point(queue_of(s, f, sizeof(f), &c) == 0 && !c.rss_type, "not for types not asked for");
	wr(s, R_ETQF + 4, ETQF_ENABLE | 0x0800);
	wr(s, R_ETQS + 4, ETQS_ENABLE | 9 << 16);
	wr(s, R_MRQC, MRQC_RSS | MRQC_TCP4);
	point(queue_of(s, f, sizeof(f), &c) == 9 && c.etype_filter == 2,
	      "an ethertype filter goes before RSS");
}

/* Commands as a driver gives them; FDIRHASH is the name of the filter. */
static void fdir_add(struct nic *s, u32 name, u32 ports, u32 command)
{
	wr(s, R_FDIRIPSA, 0xC0000201);
	wr(s, R_FDIRIPDA, 0xC0000202);
	wr(s, R_FDIRPORT, ports);
	wr(s, R_FDIRVLAN, 0);
	wr(s, R_FDIRHASH, name);
	wr(s, R_FDIRCMD, FDIRCMD_ADD | command);
}

/* Everything but type, addresses and ports is ignored; source ports all but their low bit. */
static void fdir_masks(struct nic *s)
{
	wr(s, R_FDIRM, FDIRM_VLANID | FDIRM_VLANP | FDIRM_FLEX);
	wr(s, R_FDIRUDPM, 0x00007FFF);
}

static void flow_director(void)
{
	u8 f[60] = { [12] = 8, [14] = 0x45, [17] = 46, [23] = 17, [39] = 26 };
	struct nic *s = device_new();
	struct rx_choice c;

	put_be32(f + 26, 0xC0000201);
	put_be32(f + 30, 0xC0000202);
	put_be32(f + 34, 1001u << 16 | 2000);
	wr(s, R_FDIRCTRL, 1 | FDIRCTRL_PERFECT | FDIRCTRL_REPORT);
	point(rd(s, R_FDIRCTRL) & FDIRCTRL_DONE, "flow director: set up");
	fdir_masks(s);
	fdir_add(s, 7 << 16 | 0x123, 2000u << 16 | 1, 1 << 5 | 5 << 16);
	point(queue_of(s, f, sizeof(f), &c) == 5 && c.fdir_match && c.fdir_id == 7 &&
	      c.fdir_hash == 0x123, "flow director: a flow is steered and reported");
	put_be16(f + 34, 1000);
	point(queue_of(s, f, sizeof(f), &c) == 0 && !c.fdir_match,
	      "flow director: the bit that is not masked tells flows apart");
	point(rd(s, R_FDIRMATCH) == 1 && rd(s, R_FDIRMISS) == 1, "flow director: counters");
	fdir_add(s, 8 << 16 | 0x124, 2000u << 16, 1 << 5 | FDIRCMD_DROP);
	queue_of(s, f, sizeof(f), &c);
	point(c.drop && rd(s, R_FDIRFREE) == 2046, "flow director: one that drops");
	wr(s, R_FDIRHASH, 8 << 16 | 0x124);
	wr(s, R_FDIRCMD, FDIRCMD_QUERY);
	point(rd(s, R_FDIRCMD) & FDIRCMD_VALID, "flow director: it is found");
	wr(s, R_FDIRCMD, FDIRCMD_REMOVE);
	queue_of(s, f, sizeof(f), &c);
	wr(s, R_FDIRCMD, FDIRCMD_QUERY);
	point(!c.drop && !(rd(s, R_FDIRCMD) & FDIRCMD_VALID), "flow director: and removed");
}

/* Errata: the tables cannot be started again just so. */
static void fdir_restart(void)
{
	struct nic *s = device_new();
	u64 before;

	wr(s, R_FDIRCTRL, 1 | FDIRCTRL_PERFECT);
	before = s->count.guest_errors;
	wr(s, R_FDIRCTRL, 1 | FDIRCTRL_PERFECT);
	point(s->count.guest_errors == before + 1 && !(rd(s, R_FDIRCTRL) & FDIRCTRL_DONE),
	      "flow director: not started twice");
	wr(s, R_FDIRCMD, FDIRCMD_CLEARHT);
	wr(s, R_FDIRCMD, 0);
	wr(s, R_FDIRHASH, 0);
	wr(s, R_FDIRCTRL, 1 | FDIRCTRL_PERFECT);
	point(s->count.guest_errors == before + 1 && (rd(s, R_FDIRCTRL) & FDIRCTRL_DONE),
	      "flow director: but after clearing");
}

void test_filters(void)
{
	flow_director();
	fdir_restart();
	address_filter();
	multicast_table();
	vlans();
	rss();
}
