// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * frame.c against published vectors (RFC 1071, the CRC catalogue, Microsoft's
 * Toeplitz table), against frames whose checksums are made here another way, and
 * against rubbish: under ASan every frame ends where its memory ends.
 */
#include <stdlib.h>
#include "../frame.h"
#include "point.h"

#define TCP_FIN	0x01
#define TCP_SYN	0x02
#define TCP_PSH	0x08
#define TCP_ACK	0x10

static const u8 rss_key[RSS_KEY_LEN] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67,
	0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb,
	0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30,
	0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};

/* Source address, destination address, source port, destination port. */
static const struct vector {
	u8 in[36];
	unsigned int addresses;
	u32 hash_addresses, hash_ports;
} vectors[] = {
	{ { 66, 9, 149, 187, 161, 142, 100, 80, 2794 >> 8, 2794 & 255, 1766 >> 8, 1766 & 255 },
	  8, 0x323e8fc2, 0x51ccc178 },
	{ { 199, 92, 111, 2, 65, 69, 140, 83, 14230 >> 8, 14230 & 255, 4739 >> 8, 4739 & 255 },
	  8, 0xd718262a, 0xc626b0ea },
	{ { 24, 19, 198, 95, 12, 22, 207, 184, 12898 >> 8, 12898 & 255, 38024 >> 8, 38024 & 255 },
	  8, 0xd2d0a5de, 0x5c2b394a },
	{ { 38, 27, 205, 30, 209, 142, 163, 6, 48228 >> 8, 48228 & 255, 2217 >> 8, 2217 & 255 },
	  8, 0x82989176, 0xafc7327f },
	{ { 153, 39, 163, 191, 202, 188, 127, 2, 44251 >> 8, 44251 & 255, 1303 >> 8, 1303 & 255 },
	  8, 0x5d1809c5, 0x10e828a2 },
	{ { 0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x1f, 0xff, 0, 0, 0, 0, 0, 0, 0, 7,
	    0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x00, 0x03, 0, 0, 0, 0, 0, 0, 0, 1,
	    2794 >> 8, 2794 & 255, 1766 >> 8, 1766 & 255 }, 32, 0x2cc18cd5, 0x40207d3d },
};

static void toeplitz_vectors(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		const struct vector *v = &vectors[i];

		point(toeplitz(rss_key, v->in, v->addresses) == v->hash_addresses,
		      "toeplitz %u: addresses", i);
		point(toeplitz(rss_key, v->in, v->addresses + 4) == v->hash_ports,
		      "toeplitz %u: addresses and ports", i);
	}
}

/* The sum byte by byte, as RFC 1071 defines it. */
static u16 plain_sum(u32 sum, const u8 *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		sum += i & 1 ? p[i] : p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xFFFF) + (sum >> 16);
	return sum;
}

static void checksums(void)
{
	static const u8 rfc[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };
	u8 field[2], bytes[99], want[2];
	bool same = true;
	size_t n;

	sum_put(field, sum_add(0, rfc, sizeof(rfc)), false);
	point(get_be16(field) == 0x220d, "the example of RFC 1071");
	for (n = 0; n < sizeof(bytes); n++)
		bytes[n] = n * 37 + 11;
	for (n = 0; n < sizeof(bytes); n++) {
		sum_put(field, sum_add(0, bytes, n), false);
		put_be16(want, ~plain_sum(0, bytes, n));
		same &= !memcmp(field, want, 2);
	}
	point(same, "sums of every length up to %zu", sizeof(bytes));
	sum_put(field, 0xFFFF, false);
	point(get_be16(field) == 0, "a sum of zero");
	sum_put(field, 0xFFFF, true);
	point(get_be16(field) == 0xFFFF, "UDP sends it as ones");
	point(crc_fcs((const u8 *)"123456789", 9) == 0xCBF43926, "CRC-32");
	point(crc_sctp((const u8 *)"123456789", 9) == 0xE3069283, "CRC-32C");
}

/* What a frame is made of here; its checksums are right. */
struct recipe {
	bool ipv6, vlan, hop_by_hop;
	u8 proto;
	unsigned int payload;
};

static unsigned int l4_header(u8 proto)
{
	return proto == 6 ? 20 : proto == 17 ? 8 : 12;
}

static size_t make_l3(const struct recipe *r, u8 *f, unsigned int at, unsigned int l4_len)
{
	u8 *ip = f + at;

	put_be16(ip - 2, r->ipv6 ? 0x86DD : 0x0800);
	if (!r->ipv6) {
		ip[0] = 0x45;
		put_be16(ip + 2, 20 + l4_len);
		put_be16(ip + 4, 0xFFFE);
		ip[8] = 64;
		ip[9] = r->proto;
		put_be32(ip + 12, 0xC0000201);
		put_be32(ip + 16, 0xC0000202);
		put_be16(ip + 10, ~plain_sum(0, ip, 20));
		return at + 20;
	}
	ip[0] = 0x60;
	put_be16(ip + 4, l4_len + (r->hop_by_hop ? 8 : 0));
	ip[6] = r->hop_by_hop ? 0 : r->proto;
	put_be32(ip + 8, 0x20010db8);
	put_be32(ip + 24, 0x20010db8);
	ip[23] = 1;
	ip[39] = 2;
	if (!r->hop_by_hop)
		return at + 40;
	ip[40] = r->proto;
	return at + 48;
}

static u16 pseudo_sum(const struct recipe *r, const u8 *ip, unsigned int l4_len)
{
	u16 addresses = r->ipv6 ? plain_sum(0, ip + 8, 32) : plain_sum(0, ip + 12, 8);

	return plain_sum(addresses + r->proto + l4_len, ip, 0);
}

/* The frame in memory of just its size; the caller frees it. */
static u8 *make_frame(const struct recipe *r, size_t *len)
{
	unsigned int l4_len = l4_header(r->proto) + r->payload, l3 = r->vlan ? 18 : 14, i;
	u8 *f = calloc(1, l3 + 48 + l4_len), *l4;

	if (r->vlan)
		put_be32(f + 12, 0x81000123);
	l4 = f + make_l3(r, f, l3, l4_len);
	put_be16(l4, 1000);
	put_be16(l4 + 2, 2000);
	for (i = 0; i < r->payload; i++)
		l4[l4_header(r->proto) + i] = i * 7 + 1;
	*len = l4 - f + l4_len;
	if (r->proto == 6) {
		put_be32(l4 + 4, 0x10000000);
		put_be16(l4 + 12, 0x5000 | TCP_ACK | TCP_PSH | TCP_FIN);
		put_be16(l4 + 16, ~plain_sum(pseudo_sum(r, f + l3, l4_len), l4, l4_len));
	} else if (r->proto == 17) {
		put_be16(l4 + 4, l4_len);
		put_be16(l4 + 6, ~plain_sum(pseudo_sum(r, f + l3, l4_len), l4, l4_len));
	} else {
		put_le32(l4 + 8, crc_sctp(l4, l4_len));
	}
	return realloc(f, *len);
}

static const struct named_recipe {
	const char *name;
	struct recipe recipe;
	u16 type;
} recipes[] = {
	{ "IPv4 TCP", { .proto = 6, .payload = 101 }, PTYPE_IPV4 | PTYPE_TCP },
	{ "IPv4 UDP", { .proto = 17, .payload = 64 }, PTYPE_IPV4 | PTYPE_UDP },
	{ "IPv4 SCTP", { .proto = 132, .payload = 16 }, PTYPE_IPV4 | PTYPE_SCTP },
	{ "IPv6 TCP", { .ipv6 = true, .proto = 6, .payload = 33 }, PTYPE_IPV6 | PTYPE_TCP },
	{ "IPv6 UDP", { .ipv6 = true, .proto = 17, .payload = 1 }, PTYPE_IPV6 | PTYPE_UDP },
	{ "tagged IPv4 TCP", { .vlan = true, .proto = 6 }, PTYPE_IPV4 | PTYPE_TCP },
	{ "IPv6 hop-by-hop UDP", { .ipv6 = true, .hop_by_hop = true, .proto = 17, .payload = 9 },
	  PTYPE_IPV6 | PTYPE_IPV6E | PTYPE_UDP },
};

#define RECIPES	ARRAY_SIZE(recipes)

/* Each byte of the L4 part changed in turn is noticed. */
static bool damage_noticed(u8 *f, size_t len, unsigned int l4)
{
	struct frame_info info;
	size_t i;

	for (i = l4; i < len; i++) {
		f[i] ^= 0x10;
		frame_parse(f, len, 0x8100, &info);
		if (info.l4_checked && info.l4_ok)
			return false;
		f[i] ^= 0x10;
	}
	return true;
}

static void parse_good(const struct named_recipe *n)
{
	struct frame_info info;
	size_t len;
	u8 *f = make_frame(&n->recipe, &len);

	frame_parse(f, len, 0x8100, &info);
	point(info.type == n->type && info.ip_ok && info.l4_checked && info.l4_ok,
	      "%s: parsed, checksums right", n->name);
	point(info.vlan == n->recipe.vlan && (!info.vlan || info.tci == 0x123) &&
	      info.l4_len == l4_header(n->recipe.proto) + n->recipe.payload,
	      "%s: tag and lengths", n->name);
	point(damage_noticed(f, len, info.l4), "%s: damage is noticed", n->name);
	free(f);
}

static void parse_special(void)
{
	struct recipe udp = { .proto = 17, .payload = 30 };
	struct frame_info info;
	size_t len;
	u8 *f = make_frame(&udp, &len);

	f[14 + 8]--;
	frame_parse(f, len, 0x8100, &info);
	point(!info.ip_ok && info.l4_ok, "a wrong IPv4 header sum is told from L4");
	f[14 + 8]++;
	put_be16(f + 34 + 6, 0);
	frame_parse(f, len, 0x8100, &info);
	point(info.udp_no_sum && !info.l4_checked, "UDP without a checksum");
	put_be16(f + 14 + 6, 0x2000);
	frame_parse(f, len, 0x8100, &info);
	point(info.fragment && !(info.type & PTYPE_UDP), "a fragment has no L4");
	free(f);
}

/* Cut anywhere, and then with random bytes: ASan is the judge. */
static void parse_rubbish(void)
{
	struct frame_info info;
	size_t len, cut;
	unsigned int i, k;

	srand(82599);
	for (i = 0; i < RECIPES; i++) {
		u8 *whole = make_frame(&recipes[i].recipe, &len);

		for (cut = 14; cut <= len; cut++) {
			u8 *f = memcpy(malloc(cut), whole, cut);

			for (k = 0; k < 40; k++) {
				frame_parse(f, cut, 0x8100, &info);
				f[12 + rand() % (cut - 12)] = rand();
			}
			free(f);
		}
		free(whole);
	}
	point(true, "cut and random frames stay inside their memory");
}

/* What the driver hands over: no lengths in the sums, MSS given. */
static struct tso make_tso(const struct recipe *r, u8 *f, size_t len, unsigned int mss)
{
	unsigned int ip_len = r->ipv6 ? 40 : 20;
	u8 *ip = f + 14, *l4 = ip + ip_len;
	u16 sum = plain_sum(pseudo_sum(r, ip, 0), ip, 0);

	put_be16(l4 + (r->proto == 6 ? 16 : 6), sum);
	if (!r->ipv6)
		put_be16(ip + 10, 0);
	put_be16(ip + (r->ipv6 ? 4 : 2), 0);
	return (struct tso){
		.packet = f, .len = len, .mac_len = 14, .ip_len = ip_len,
		.l4_len = l4_header(r->proto), .mss = mss, .ipv4 = !r->ipv6,
		.tcp = r->proto == 6, .ip_sum = !r->ipv6, .l4_sum = true,
		.flags_first = 0xFF6, .flags_middle = 0xF76, .flags_last = 0xF7F,
	};
}

static u16 flags_of(const u8 *f, const struct frame_info *info)
{
	return get_be16(f + info->l4 + 12) & 0xFFF;
}

/* Checks one segment; returns its payload, 0 for a wrong one. */
static unsigned int check_segment(const struct tso *t, const u8 *f, size_t len, size_t done,
				  unsigned int index)
{
	struct frame_info info;
	size_t header = tso_header(t), part = len - header;
	bool last = done + part == t->len - header;
	u16 want = TCP_ACK | (last ? TCP_PSH | TCP_FIN : 0);

	frame_parse(f, len, 0x8100, &info);
	if (!info.ip_ok || !info.l4_checked || !info.l4_ok || info.l4 + info.l4_len != len)
		return 0;
	if (t->ipv4 && get_be16(f + 18) != (u16)(0xFFFE + index))
		return 0;
	if (t->tcp && (get_be32(f + info.l4 + 4) != 0x10000000 + done ||
		       flags_of(f, &info) != want))
		return 0;
	return memcmp(f + header, t->packet + header + done, part) ? 0 : part;
}

static void segment(const char *name, const struct recipe *r, unsigned int mss)
{
	size_t len, done = 0, n;
	unsigned int part, index = 0;
	u8 *f = make_frame(r, &len), out[FRAME_MAX];
	struct tso t = make_tso(r, f, len, mss);

	for (; (n = tso_segment(&t, out)); index++) {
		part = check_segment(&t, out, n, done, index);
		if (!part || part > mss)
			break;
		done += part;
	}
	point(!n && done == r->payload && index == (r->payload + mss - 1) / mss,
	      "%s: %u bytes in segments of %u", name, r->payload, mss);
	free(f);
}

static void segments(void)
{
	static const unsigned int sizes[] = { 1, 1447, 1448, 1449, 2896, 9001 };
	struct recipe r = { .proto = 6 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		r.payload = sizes[i];
		segment("TSO, IPv4", &r, 1448);
	}
	r.ipv6 = true;
	segment("TSO, IPv6", &r, 1428);
	r.proto = 17;
	segment("UDP, IPv6", &r, 1000);
	r.ipv6 = false;
	segment("UDP, IPv4", &r, 999);
}

static void tags(void)
{
	static const u8 frame[16] = { [12] = 8, [14] = 0xAA, [15] = 0xBB };
	u8 out[20];

	point(frame_tag(out, frame, sizeof(frame), 0x8100, 0x2064) == 20 &&
	      get_be32(out + 12) == 0x81002064 && get_be32(out + 16) == 0x0800AABB,
	      "a tag goes before the type");
}

unsigned int points, failed_points;

int main(void)
{
	unsigned int i;

	toeplitz_vectors();
	checksums();
	for (i = 0; i < RECIPES; i++)
		parse_good(&recipes[i]);
	parse_special();
	parse_rubbish();
	segments();
	tags();
	return finish();
}
