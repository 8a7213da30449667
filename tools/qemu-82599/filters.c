// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which frames are taken (7.1.1) and which queue gets them (7.1.2): MAC address,
 * multicast hash, VLAN; then ethertype filters, the flow director, RSS, else queue 0.
 */
#include "model.h"

#define ADDRESSES	128
#define ETYPE_FILTERS	8

/* RSS types of the write-back descriptor (7.1.6.2). */
enum { RSS_NONE, RSS_TCP4, RSS_IP4, RSS_TCP6, RSS_IP6 = 5, RSS_UDP4 = 7, RSS_UDP6 };

/* Is the destination one of the receive addresses? (8.2.3.7.8) */
bool filter_exact(struct nic *s, const u8 *f)
{
	u32 low = get_le32(f), high = get_le16(f + 4) | RAH_AV;
	unsigned int i;

	for (i = 0; i < ADDRESSES; i++) {
		if (REG(s, R_RAL + 8 * i) == low &&
		    (REG(s, R_RAL + 8 * i + 4) & (RAH_AV | 0xFFFF)) == high)
			return true;
	}
	return false;
}

/* The multicast table, indexed by 12 bits of the address (8.2.3.7.7). */
static bool multicast_hash(struct nic *s, const u8 *f)
{
	static const u8 shift[] = { 4, 3, 2, 0 };
	u32 control = REG(s, R_MCSTCTRL);
	unsigned int h = get_le16(f + 4) >> shift[control & 3] & 0xFFF;

	return (control & MCSTCTRL_MFE) && (REG(s, R_MTA + (h >> 5) * 4) >> (h & 31) & 1);
}

static bool address_pass(struct nic *s, const u8 *f)
{
	u32 control = REG(s, R_FCTRL);

	if (is_broadcast(f))
		return control & FCTRL_BAM;
	if (filter_exact(s, f))
		return true;
	if (is_multicast(f))
		return (control & FCTRL_MPE) || multicast_hash(s, f);
	return control & FCTRL_UPE;
}

/* 7.1.1.2 */
static bool vlan_pass(struct nic *s, const struct frame_info *info)
{
	u32 control = REG(s, R_VLNCTRL);
	unsigned int id = info->tci & 0xFFF;
	bool cfi = info->tci & 0x1000;

	if (!info->vlan || !(control & VLNCTRL_VFE))
		return true;
	if (!(REG(s, R_VFTA + (id >> 5) * 4) >> (id & 31) & 1))
		return false;
	return !(control & VLNCTRL_CFIEN) || cfi == !!(control & VLNCTRL_CFI);
}

bool filter_pass(struct nic *s, const u8 *f, const struct frame_info *info)
{
	return address_pass(s, f) && vlan_pass(s, info);
}

static u32 rss_hash(struct nic *s, const u8 *in, size_t n)
{
	u8 key[RSS_KEY_LEN];
	unsigned int i;

	for (i = 0; i < RSS_KEY_LEN / 4; i++)
		put_le32(key + 4 * i, REG(s, R_RSSRK + 4 * i));
	return toeplitz(key, in, n);
}

/* 7.1.2.8.1: the addresses, and the ports where MRQC asks for them. */
static void rss(struct nic *s, const u8 *f, const struct frame_info *info, struct rx_choice *c)
{
	u32 m = REG(s, R_MRQC);
	bool tcp = info->type & PTYPE_TCP, udp = info->type & PTYPE_UDP;
	unsigned int n = 0;
	u8 in[36];

	if (info->type & PTYPE_IPV4) {
		n = 8;
		memcpy(in, f + info->l3 + 12, n);
		c->rss_type = tcp && (m & MRQC_TCP4) ? RSS_TCP4 :
			      udp && (m & MRQC_UDP4) ? RSS_UDP4 : m & MRQC_IP4 ? RSS_IP4 : RSS_NONE;
	} else if (info->type & PTYPE_IPV6) {
		n = 32;
		memcpy(in, f + info->l3 + 8, n);
		c->rss_type = tcp && (m & MRQC_TCP6) ? RSS_TCP6 :
			      udp && (m & MRQC_UDP6) ? RSS_UDP6 : m & MRQC_IP6 ? RSS_IP6 : RSS_NONE;
	}
	if (c->rss_type == RSS_NONE)
		return;
	if (c->rss_type != RSS_IP4 && c->rss_type != RSS_IP6) {
		memcpy(in + n, f + info->l4, 4);
		n += 4;
	}
	c->hash = rss_hash(s, in, n);
}

/* 7.1.2.3 */
static void etype_filter(struct nic *s, u16 etype, struct rx_choice *c)
{
	unsigned int i;

	for (i = 0; i < ETYPE_FILTERS; i++) {
		u32 filter = REG(s, R_ETQF + 4 * i);

		if ((filter & ETQF_ENABLE) && (filter & 0xFFFF) == etype) {
			c->etype_filter = i + 1;
			return;
		}
	}
}

/* The redirection table (8.2.3.7.15): 128 entries of four bits. */
static unsigned int reta(struct nic *s, u32 hash)
{
	unsigned int i = hash & 0x7F;

	return REG(s, R_RETA + (i & ~3u)) >> (i & 3) * 8 & 0xF;
}

void filter_choose(struct nic *s, const u8 *f, const struct frame_info *info,
		   struct rx_choice *c)
{
	u32 queue;

	memset(c, 0, sizeof(*c));
	if ((REG(s, R_MRQC) & MRQC_MODE) == MRQC_RSS)
		rss(s, f, info, c);
	etype_filter(s, info->etype, c);
	if (c->etype_filter) {
		queue = REG(s, R_ETQS + 4 * (c->etype_filter - 1));
		if (queue & ETQS_ENABLE) {
			c->queue = queue >> 16 & 0x7F;
			return;
		}
	}
	if (c->rss_type)
		c->queue = reta(s, c->hash);
	fdir_choose(s, f, info, c);
}

/* 8.2.3.7.1 */
static void fctrl_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	if ((REG(s, R_RXCTRL) & RXCTRL_RXEN) && REG(s, addr) != old)
		advise(s, "FCTRL written while RXEN is set");
}

const struct reg_group filter_regs[] = {
	/* 8.2.3.7.1 to .9 */
	{ R_FCTRL, 1, 4, 0x0000FF02, .write = fctrl_write },
	{ R_VLNCTRL, 1, 4, 0xF000FFFF, 0x00008100 },
	{ R_MCSTCTRL, 1, 4, 7 },
	{ R_PSRTYPE, 64, 4, REG_ALL },
	{ R_RFCTL, 1, 4, 0x0000FBFF },
	{ R_MTA, 128, 4, REG_ALL },
	{ R_RAL, 128, 8, REG_ALL },
	{ R_RAL + 4, 128, 8, 0x8000FFFF },
	{ R_MPSAR, 256, 4, REG_ALL },
	{ R_VFTA, 128, 4, REG_ALL },
	/* 8.2.3.7.12 to .15 */
	{ R_MRQC, 1, 4, REG_ALL },
	{ R_RETA, 32, 4, 0x0F0F0F0F },
	{ R_RSSRK, 10, 4, REG_ALL },
	/* 8.2.3.7.21 */
	{ R_ETQF, 8, 4, REG_ALL },
	{ R_ETQS, 8, 4, REG_ALL },
	{ }
};
