/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames as bytes: parsing, checksums, hashes, segmentation. No QEMU in here, so
 * that tests/ can run it on its own; nothing keeps state between calls.
 */
#ifndef FRAME_H
#define FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t s64;

#define FRAME_MIN	60	/* without FCS */
#define FRAME_MAX	15872	/* 15.5 KB, 7.2.3.2.2: what the packet buffer takes */
#define FCS_LEN		4
#define VLAN_LEN	4

#define RSS_KEY_LEN	40

/* Packet types as the advanced receive descriptor reports them (7.1.6.2). */
#define PTYPE_IPV4	0x0010
#define PTYPE_IPV4E	0x0020
#define PTYPE_IPV6	0x0040
#define PTYPE_IPV6E	0x0080
#define PTYPE_TCP	0x0100
#define PTYPE_UDP	0x0200
#define PTYPE_SCTP	0x0400

static inline u16 get_be16(const u8 *p)
{
	return p[0] << 8 | p[1];
}

static inline u32 get_be32(const u8 *p)
{
	return (u32)get_be16(p) << 16 | get_be16(p + 2);
}

static inline u16 get_le16(const u8 *p)
{
	return p[1] << 8 | p[0];
}

static inline u32 get_le32(const u8 *p)
{
	return (u32)get_le16(p + 2) << 16 | get_le16(p);
}

static inline void put_be16(u8 *p, u16 v)
{
	p[0] = v >> 8;
	p[1] = v;
}

static inline void put_be32(u8 *p, u32 v)
{
	put_be16(p, v >> 16);
	put_be16(p + 2, v);
}

static inline void put_le16(u8 *p, u16 v)
{
	p[0] = v;
	p[1] = v >> 8;
}

static inline void put_le32(u8 *p, u32 v)
{
	put_le16(p, v);
	put_le16(p + 2, v >> 16);
}

static inline bool is_broadcast(const u8 *f)
{
	return (f[0] & f[1] & f[2] & f[3] & f[4] & f[5]) == 0xFF;
}

static inline bool is_multicast(const u8 *f)
{
	return f[0] & 1;
}

/* What the receive path finds in a frame. */
struct frame_info {
	bool vlan;		/* a tag of the type asked for; tci is valid */
	u16 tci, etype;
	u16 type;		/* PTYPE_* */
	u8 proto;		/* of a complete IP packet */
	unsigned int l3, l4;	/* offsets; l4 0 without a complete IP packet */
	unsigned int l4_len;	/* bytes from l4 to the end of the IP packet */
	bool fragment, ip_ok;
	bool l4_checked, l4_ok, udp_no_sum;
};

void frame_parse(const u8 *f, size_t len, u16 vlan_type, struct frame_info *info);

u64 sum_add(u64 sum, const u8 *p, size_t n);
u16 sum_fold(u64 sum);
void sum_put(u8 *field, u64 sum, bool never_zero);

u32 crc_fcs(const u8 *p, size_t n);
u32 crc_sctp(const u8 *p, size_t n);

u32 toeplitz(const u8 key[RSS_KEY_LEN], const u8 *in, size_t n);

size_t frame_tag(u8 *dst, const u8 *src, size_t len, u16 type, u16 tci);

/* One packet to be cut into segments; the caller fills it, off starts at 0. */
struct tso {
	const u8 *packet;
	size_t len;
	unsigned int mac_len, ip_len, l4_len, mss;
	bool ipv4, tcp, ip_sum, l4_sum;
	u16 flags_first, flags_middle, flags_last;	/* TCP flags that may stay */
	size_t off;		/* payload already sent */
	unsigned int sent;	/* segments already sent */
};

static inline size_t tso_header(const struct tso *t)
{
	return t->mac_len + t->ip_len + t->l4_len;
}

size_t tso_segment(struct tso *t, u8 *out);

#endif
