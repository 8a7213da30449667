// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Flow director (7.1.2.7, 8.2.3.21): perfect filters, which steer or drop an IPv4 flow.
 * A filter is known by its bucket hash and software index; fields that the masks name
 * are not compared. Buckets are not searched as such: a driver that computes a wrong
 * hash gets away with it here. Signature filters are taken and counted, never matched.
 *
 * The tables are set up once; after that only behind FDIRCMD.CLEARHT set, cleared and
 * FDIRHASH zeroed, as the errata ask.
 */
#include "model.h"

#define FLOW_IPV6	4
#define KEYED_TYPES	(PTYPE_TCP | PTYPE_UDP | PTYPE_SCTP)

/* Steps of clearing the tables. */
enum { CLEAR_NONE, CLEAR_SET, CLEAR_ENDED, CLEAR_DONE };

static unsigned int capacity(struct nic *s)
{
	unsigned int alloc = REG(s, R_FDIRCTRL) & FDIRCTRL_PBALLOC;

	return alloc ? 1024u << alloc : 0;
}

static void show_free(struct nic *s)
{
	REG(s, R_FDIRFREE) = capacity(s) - s->fdir_count;
}

/* The mask registers of ports have their bits in reverse order, each half by itself. */
static u32 port_mask(u32 reg)
{
	u32 mask = 0;
	unsigned int bit;

	for (bit = 0; bit < 16; bit++) {
		mask |= (reg >> bit & 1) << (15 - bit);
		mask |= (reg >> (16 + bit) & 1) << (31 - bit);
	}
	return mask;
}

static u32 ports_ignored(struct nic *s, u8 flow)
{
	switch (flow & 3) {
	case 1:
		return port_mask(REG(s, R_FDIRUDPM));
	case 2:
		return port_mask(REG(s, R_FDIRTCPM));
	default:
		return REG_ALL;
	}
}

static u32 vlan_flex_ignored(struct nic *s)
{
	u32 m = REG(s, R_FDIRM), ignored = 0x1000;

	if (m & FDIRM_VLANID)
		ignored |= 0xFFF;
	if (m & FDIRM_VLANP)
		ignored |= 0xE000;
	if (m & FDIRM_FLEX)
		ignored |= 0xFFFF0000;
	return ignored;
}

static u8 flow_of(const struct frame_info *info)
{
	u8 l4 = info->type & PTYPE_UDP ? 1 : info->type & PTYPE_TCP ? 2 :
		info->type & PTYPE_SCTP ? 3 : 0;

	return info->type & PTYPE_IPV6 ? l4 | FLOW_IPV6 : l4;
}

/* The frame as a filter would describe it. */
static void describe(struct nic *s, const u8 *f, const struct frame_info *info,
		     struct fdir_filter *key)
{
	key->flow = flow_of(info);
	key->source = get_be32(f + info->l3 + 12);
	key->dest = get_be32(f + info->l3 + 16);
	key->ports = 0;
	if (info->type & KEYED_TYPES)
		key->ports = (u32)get_be16(f + info->l4 + 2) << 16 | get_be16(f + info->l4);
	key->vlan_flex = (info->vlan ? info->tci : 0) |
		(u32)get_le16(f + FDIRCTRL_FLEX(REG(s, R_FDIRCTRL))) << 16;
}

static bool same_flow(struct nic *s, const struct fdir_filter *a, const struct fdir_filter *b)
{
	bool any_type = REG(s, R_FDIRM) & FDIRM_L4P;

	return ((a->flow ^ b->flow) & (any_type ? FLOW_IPV6 : FLOW_IPV6 | 3)) == 0 &&
		((a->source ^ b->source) & ~REG(s, R_FDIRSIP4M)) == 0 &&
		((a->dest ^ b->dest) & ~REG(s, R_FDIRDIP4M)) == 0 &&
		((a->ports ^ b->ports) & ~ports_ignored(s, a->flow)) == 0 &&
		((a->vlan_flex ^ b->vlan_flex) & ~vlan_flex_ignored(s)) == 0;
}

void fdir_choose(struct nic *s, const u8 *f, const struct frame_info *info,
		 struct rx_choice *choice)
{
	u32 control = REG(s, R_FDIRCTRL);
	struct fdir_filter key = { 0 };
	unsigned int i;

	if (!(control & FDIRCTRL_PERFECT) || !s->fdir_count || !(info->type & PTYPE_IPV4))
		return;
	describe(s, f, info, &key);
	for (i = 0; i < s->fdir_count && !same_flow(s, &s->fdir[i], &key); i++)
		;
	if (i == s->fdir_count) {
		stat_count(s, R_FDIRMISS);
		return;
	}
	stat_count(s, R_FDIRMATCH);
	choice->drop = s->fdir[i].drop;
	choice->queue = s->fdir[i].queue;
	choice->fdir_match = control & FDIRCTRL_REPORT;
	choice->fdir_hash = s->fdir[i].hash;
	choice->fdir_id = s->fdir[i].id;
}

/* The filter that FDIRHASH names; fdir_count when there is none. */
static unsigned int named(struct nic *s)
{
	u16 hash = REG(s, R_FDIRHASH) & 0x7FFF, id = REG(s, R_FDIRHASH) >> 16;
	unsigned int i;

	for (i = 0; i < s->fdir_count; i++) {
		if (s->fdir[i].hash == hash && s->fdir[i].id == id)
			break;
	}
	return i;
}

/* FDIRUSTAT and FDIRFSTAT: additions in the low part, removals in the high one. */
static void add(struct nic *s, u32 command)
{
	unsigned int i = named(s);

	if (!(REG(s, R_FDIRCTRL) & FDIRCTRL_PERFECT)) {
		REG(s, R_FDIRUSTAT)++;
		return;
	}
	if (i == s->fdir_count) {
		if (i == capacity(s)) {
			REG(s, R_FDIRFSTAT)++;
			return;
		}
		s->fdir_count++;
		REG(s, R_FDIRUSTAT)++;
	}
	s->fdir[i] = (struct fdir_filter){
		.drop = command & FDIRCMD_DROP,
		.flow = FDIRCMD_TYPE(command) | (command & FDIRCMD_IPV6 ? FLOW_IPV6 : 0),
		.queue = FDIRCMD_QUEUE(command),
		.id = REG(s, R_FDIRHASH) >> 16, .hash = REG(s, R_FDIRHASH) & 0x7FFF,
		.source = REG(s, R_FDIRIPSA), .dest = REG(s, R_FDIRIPDA),
		.ports = REG(s, R_FDIRPORT), .vlan_flex = REG(s, R_FDIRVLAN),
	};
}

static void remove_named(struct nic *s)
{
	unsigned int i = named(s);

	if (i == s->fdir_count) {
		REG(s, R_FDIRFSTAT) += 1 << 8;
		return;
	}
	s->fdir[i] = s->fdir[--s->fdir_count];
	REG(s, R_FDIRUSTAT) += 1 << 16;
}

/* 8.2.3.21.22; commands are done at once, so the command field reads 0. */
static void cmd_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	REG(s, addr) &= ~(3u | FDIRCMD_VALID);
	if (value & FDIRCMD_CLEARHT) {
		s->fdir_count = 0;
		s->fdir_clear = CLEAR_SET;
	} else if (s->fdir_clear == CLEAR_SET) {
		s->fdir_clear = CLEAR_ENDED;
	}
	switch (FDIRCMD_CMD(value)) {
	case FDIRCMD_ADD:
		add(s, value);
		break;
	case FDIRCMD_REMOVE:
		remove_named(s);
		break;
	case FDIRCMD_QUERY:
		if (named(s) < s->fdir_count)
			REG(s, addr) |= FDIRCMD_VALID;
		break;
	}
	show_free(s);
}

static void hash_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	if (!value && s->fdir_clear == CLEAR_ENDED)
		s->fdir_clear = CLEAR_DONE;
}

/* 8.2.3.21.1: DONE comes once after a reset, and once after the tables were cleared. */
static void ctrl_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	if (!(value & FDIRCTRL_PBALLOC))
		return;
	if (!s->fdir_started || s->fdir_clear == CLEAR_DONE) {
		REG(s, addr) |= FDIRCTRL_DONE;
	} else {
		REG(s, addr) &= ~FDIRCTRL_DONE;
		guest_error(s, "flow director started again without CLEARHT and FDIRHASH 0");
	}
	s->fdir_started = true;
	s->fdir_clear = CLEAR_NONE;
	show_free(s);
}

void fdir_reset(struct nic *s)
{
	s->fdir_count = 0;
	s->fdir_started = false;
	s->fdir_clear = CLEAR_NONE;
}

const struct reg_group fdir_regs[] = {
	{ R_FDIRCTRL, 1, 4, REG_ALL & ~FDIRCTRL_DONE, .write = ctrl_write },
	{ R_FDIRSIP6, 7, 4, REG_ALL },
	{ R_FDIRHASH, 1, 4, REG_ALL, .write = hash_write },
	{ R_FDIRCMD, 1, 4, REG_ALL, .write = cmd_write },
	{ R_FDIRFREE, 1, 4 },
	{ R_FDIRDIP4M, 4, 4, REG_ALL },
	{ R_FDIRLEN, 1, 4 },
	{ R_FDIRUSTAT, 4, 4, .flags = REG_RC },
	{ R_FDIRHKEY, 2, 4, REG_ALL },
	{ R_FDIRM, 3, 4, REG_ALL },
	{ }
};
