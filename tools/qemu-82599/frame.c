// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Frames as bytes: what the device's parser, checksum and segmentation units do.
 * Every read stays inside the length given, whatever the frame claims; tests/
 * feeds it published vectors and rubbish.
 */
#include <assert.h>
#include "frame.h"

#define ETH_IPV4	0x0800
#define ETH_IPV6	0x86DD

#define IP_TCP		6
#define IP_UDP		17
#define IP_SCTP		132
#define IP6_HOP		0
#define IP6_ROUTING	43
#define IP6_FRAGMENT	44
#define IP6_DEST	60

/* One's complement sum in host order; sum_fold() brings it to 16 bits. */
u64 sum_add(u64 sum, const u8 *p, size_t n)
{
	u32 four;
	u16 two;

	for (; n >= 4; n -= 4, p += 4) {
		memcpy(&four, p, 4);
		sum += four;
	}
	if (n >= 2) {
		memcpy(&two, p, 2);
		sum += two;
		p += 2;
		n -= 2;
	}
	if (n) {
		u8 last[2] = { *p, 0 };

		memcpy(&two, last, 2);
		sum += two;
	}
	return sum;
}

u16 sum_fold(u64 sum)
{
	while (sum >> 16)
		sum = (sum & 0xFFFF) + (sum >> 16);
	return sum;
}

static u64 sum_be16(u64 sum, u16 v)
{
	u8 b[2];

	put_be16(b, v);
	return sum_add(sum, b, 2);
}

/* UDP has no checksum when the field is zero, so a sum of zero is sent as ones. */
void sum_put(u8 *field, u64 sum, bool never_zero)
{
	u16 v = ~sum_fold(sum);

	if (!v && never_zero)
		v = 0xFFFF;
	memcpy(field, &v, 2);
}

static void crc_table(u32 *table, u32 poly)
{
	u32 c, i, bit;

	for (i = 0; i < 256; i++) {
		for (c = i, bit = 0; bit < 8; bit++)
			c = c & 1 ? (c >> 1) ^ poly : c >> 1;
		table[i] = c;
	}
}

static u32 crc_reflected(const u32 *table, const u8 *p, size_t n)
{
	u32 crc = ~0u;

	while (n--)
		crc = table[(crc ^ *p++) & 0xFF] ^ (crc >> 8);
	return ~crc;
}

u32 crc_fcs(const u8 *p, size_t n)
{
	static u32 table[256];

	if (!table[1])
		crc_table(table, 0xEDB88320);
	return crc_reflected(table, p, n);
}

u32 crc_sctp(const u8 *p, size_t n)
{
	static u32 table[256];

	if (!table[1])
		crc_table(table, 0x82F63B78);
	return crc_reflected(table, p, n);
}

/* 7.1.2.8.1: each bit of the input that is set adds the 32 key bits from there. */
u32 toeplitz(const u8 key[RSS_KEY_LEN], const u8 *in, size_t n)
{
	u32 hash = 0, window = get_be32(key);
	size_t i;
	int bit;

	assert(n + 4 <= RSS_KEY_LEN);
	for (i = 0; i < n; i++) {
		for (bit = 7; bit >= 0; bit--) {
			if (in[i] & (1 << bit))
				hash ^= window;
			window = window << 1 | ((key[i + 4] >> bit) & 1);
		}
	}
	return hash;
}

static void sctp_check(const u8 *f, struct frame_info *p)
{
	static const u8 zero[4];
	const u8 *l4 = f + p->l4;
	u8 copy[FRAME_MAX];

	p->type |= PTYPE_SCTP;
	memcpy(copy, l4, p->l4_len);
	memcpy(copy + 8, zero, 4);
	p->l4_checked = true;
	p->l4_ok = crc_sctp(copy, p->l4_len) == get_le32(l4 + 8);
}

static void tcp_udp_check(const u8 *f, struct frame_info *p)
{
	const u8 *l3 = f + p->l3, *l4 = f + p->l4;
	u64 sum;

	p->type |= p->proto == IP_TCP ? PTYPE_TCP : PTYPE_UDP;
	if (p->proto == IP_UDP && get_be16(l4 + 4) > p->l4_len)
		return;
	if (p->proto == IP_UDP && !get_be16(l4 + 6)) {
		p->udp_no_sum = true;
		return;
	}
	sum = p->type & PTYPE_IPV4 ? sum_add(0, l3 + 12, 8) : sum_add(0, l3 + 8, 32);
	sum = sum_be16(sum_be16(sum, p->proto), p->l4_len);
	p->l4_checked = true;
	p->l4_ok = sum_fold(sum_add(sum, l4, p->l4_len)) == 0xFFFF;
}

static bool parse_ipv4(const u8 *f, size_t len, struct frame_info *p)
{
	const u8 *ip = f + p->l3;
	unsigned int header, total;

	if (len < p->l3 + 20 || ip[0] >> 4 != 4)
		return false;
	header = (ip[0] & 0xF) * 4;
	total = get_be16(ip + 2);
	if (header < 20 || total < header || p->l3 + total > len)
		return false;
	p->type |= header > 20 ? PTYPE_IPV4 | PTYPE_IPV4E : PTYPE_IPV4;
	p->ip_ok = sum_fold(sum_add(0, ip, header)) == 0xFFFF;
	p->fragment = get_be16(ip + 6) & 0x3FFF;
	p->proto = ip[9];
	p->l4 = p->l3 + header;
	p->l4_len = total - header;
	return true;
}

static bool ipv6_extension(u8 next)
{
	return next == IP6_HOP || next == IP6_ROUTING || next == IP6_FRAGMENT || next == IP6_DEST;
}

static bool parse_ipv6(const u8 *f, size_t len, struct frame_info *p)
{
	const u8 *ip = f + p->l3, *ext = ip + 40;
	unsigned int payload, used = 0;
	u8 next;

	if (len < p->l3 + 40 || ip[0] >> 4 != 6)
		return false;
	payload = get_be16(ip + 4);
	if (p->l3 + 40 + payload > len)
		return false;
	p->type |= PTYPE_IPV6;
	for (next = ip[6]; ipv6_extension(next); next = ext[0]) {
		ext = ip + 40 + used;
		if (used + 8 > payload)
			return false;
		p->type |= PTYPE_IPV6E;
		if (next == IP6_FRAGMENT)
			p->fragment |= (get_be16(ext + 2) & 0xFFF9) != 0;
		used += next == IP6_FRAGMENT ? 8 : (ext[1] + 1) * 8;
	}
	if (used > payload)
		return false;
	p->proto = next;
	p->l4 = p->l3 + 40 + used;
	p->l4_len = payload - used;
	return true;
}

/* The frame has at least a MAC header. */
void frame_parse(const u8 *f, size_t len, u16 vlan_type, struct frame_info *p)
{
	unsigned int type_at = 12;
	bool ip = false;

	memset(p, 0, sizeof(*p));
	p->ip_ok = true;
	p->etype = get_be16(f + type_at);
	if (p->etype == vlan_type && len >= 18) {
		p->vlan = true;
		p->tci = get_be16(f + 14);
		type_at += VLAN_LEN;
		p->etype = get_be16(f + type_at);
	}
	p->l3 = type_at + 2;
	if (p->etype == ETH_IPV4)
		ip = parse_ipv4(f, len, p);
	else if (p->etype == ETH_IPV6)
		ip = parse_ipv6(f, len, p);
	if (!ip || p->fragment)
		return;
	if ((p->proto == IP_TCP && p->l4_len >= 20) || (p->proto == IP_UDP && p->l4_len >= 8))
		tcp_udp_check(f, p);
	else if (p->proto == IP_SCTP && p->l4_len >= 12)
		sctp_check(f, p);
}

size_t frame_tag(u8 *dst, const u8 *src, size_t len, u16 type, u16 tci)
{
	memcpy(dst, src, 12);
	put_be16(dst + 12, type);
	put_be16(dst + 14, tci);
	memcpy(dst + 16, src + 12, len - 12);
	return len + VLAN_LEN;
}

/* 7.2.4.5: lengths, IPv4 identification. */
static void segment_ip(const struct tso *t, u8 *ip, unsigned int payload)
{
	if (t->ipv4) {
		put_be16(ip + 2, t->ip_len + payload);
		put_be16(ip + 4, get_be16(ip + 4) + t->sent);
		if (t->ip_sum)
			sum_put(ip + 10, sum_add(0, ip, t->ip_len), false);
	} else {
		put_be16(ip + 4, t->ip_len - 40 + payload);
	}
}

/* A single segment keeps all of its flags. */
static void segment_tcp(const struct tso *t, u8 *tcp, bool last)
{
	u16 flags = get_be16(tcp + 12);
	u16 mask = 0xFFF;

	if (t->off && last)
		mask = t->flags_last;
	else if (t->off)
		mask = t->flags_middle;
	else if (!last)
		mask = t->flags_first;
	put_be32(tcp + 4, get_be32(tcp + 4) + t->off);
	put_be16(tcp + 12, (flags & 0xF000) | (flags & 0xFFF & mask));
}

/*
 * Writes the next segment to out; returns its length, 0 when all are done. The
 * checksum field of the packet holds the pseudo header's sum without the length.
 */
size_t tso_segment(struct tso *t, u8 *out)
{
	size_t header = tso_header(t), payload = t->len - header, part;
	u8 *ip = out + t->mac_len, *l4 = ip + t->ip_len;

	if (t->off >= payload && t->sent)
		return 0;
	part = payload - t->off < t->mss ? payload - t->off : t->mss;
	memcpy(out, t->packet, header);
	memcpy(out + header, t->packet + header + t->off, part);
	segment_ip(t, ip, t->l4_len + part);
	if (t->tcp)
		segment_tcp(t, l4, t->off + part >= payload);
	else
		put_be16(l4 + 4, t->l4_len + part);
	if (t->l4_sum)
		sum_put(l4 + (t->tcp ? 16 : 6),
			sum_add(sum_be16(0, t->l4_len + part), l4, t->l4_len + part), !t->tcp);
	t->off += part;
	t->sent++;
	return header + part;
}
