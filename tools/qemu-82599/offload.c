// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Transmit offloads (7.2.4, 7.2.5): from a gathered packet and its descriptors to
 * the frames on the wire: checksums, VLAN tag, segmentation, padding, FCS.
 *
 * Lengths come from the guest and are checked against the packet before anything is
 * touched; a packet that breaks a limit of 7.2.3.2 is counted and not sent, as far
 * as the hardware could not have sent it either.
 */
#include "model.h"

#define TSO_HEADER_DESCS	4	/* 7.2.4.2.2 */
#define TSO_HEADER_MAX		240

/* A context and the first data descriptor, taken apart (7.2.3.2.3, 7.2.3.2.4). */
struct request {
	unsigned int mac_len, ip_len, l4_len, mss, l4_type, pay_len;
	bool ipv4, ip_sum, l4_sum, segment, tag, insert_fcs;
	u16 tci;
};

static void decode(struct nic *s, unsigned int q, u64 q1, struct request *r)
{
	u32 oli = q1 >> 32;
	const u64 *context = s->tx[q].context[OLI_IDX(oli)];

	r->ip_len = context[0] & 0x1FF;
	r->mac_len = context[0] >> 9 & 0x7F;
	r->tci = context[0] >> 16;
	r->ipv4 = context[1] & (1u << 10);
	r->l4_type = context[1] >> 11 & 3;
	r->l4_len = context[1] >> 40 & 0xFF;
	r->mss = context[1] >> 48;
	r->pay_len = OLI_PAYLEN(oli);
	r->ip_sum = oli & OLI_IXSM;
	r->l4_sum = oli & OLI_TXSM;
	r->segment = q1 & TXD_TSE;
	r->tag = q1 & TXD_VLE;
	r->insert_fcs = q1 & TXD_IFCS;
}

/* One frame to the wire; without insert_fcs its last four bytes are the FCS. */
void tx_frame(struct nic *s, unsigned int q, const u8 *f, size_t len, bool insert_fcs)
{
	u8 padded[FRAME_MIN];

	if (!insert_fcs || !(REG(s, R_HLREG0) & HLREG0_TXCRC)) {
		if (len < 18 || get_le32(f + len - FCS_LEN) != crc_fcs(f, len - FCS_LEN)) {
			guest_error(s, "tx queue %u: frame without a valid FCS", q);
			return;
		}
		len -= FCS_LEN;
	}
	if (len < FRAME_MIN) {
		if (!(REG(s, R_HLREG0) & HLREG0_TXPAD) || !insert_fcs) {
			guest_error(s, "tx queue %u: %zu byte frame without padding", q, len);
			return;
		}
		memcpy(padded, f, len);
		memset(padded + len, 0, FRAME_MIN - len);
		f = padded;
		len = FRAME_MIN;
	}
	s->count.tx_frames++;
	stat_tx(s, q, f, len + FCS_LEN);
	if (REG(s, R_HLREG0) & HLREG0_LPBK)
		mac_loop(s, f, len);
	else
		mac_send(s, f, len);
}

static void tagged_frame(struct nic *s, unsigned int q, const u8 *f, size_t len, u16 tci,
			 bool insert_fcs)
{
	u8 tagged[FRAME_MAX + 64];

	len = frame_tag(tagged, f, len, DMATXCTL_VT(REG(s, R_DMATXCTL)), tci);
	tx_frame(s, q, tagged, len, insert_fcs);
}

/* 7.2.3.2.2: checksum from CSS on, put at CSO; VLAN in the same descriptor. */
static void legacy(struct nic *s, unsigned int q, const struct desc *first,
		   const struct desc *last, size_t len)
{
	unsigned int cso = first->q1 >> 16 & 0xFF, css = first->q1 >> 40 & 0xFF;
	bool insert_fcs = last->q1 & TXD_IFCS;
	u8 *f = s->tx_packet;

	if ((last->q1 & TXD_IC) && cso + 2 <= len && css < len)
		sum_put(f + cso, sum_add(0, f + css, len - css), false);
	if ((last->q1 & (TXD_IC | TXD_VLE)) && !insert_fcs)
		guest_error(s, "tx queue %u: offload without IFCS", q);
	if (last->q1 & TXD_VLE)
		tagged_frame(s, q, f, len, first->q1 >> 48, insert_fcs);
	else
		tx_frame(s, q, f, len, insert_fcs);
}

/* 7.2.5.1: the field has to be zero; all ones is what some stacks leave there. */
static void ip_checksum(struct nic *s, unsigned int q, const struct request *r, size_t len)
{
	u8 *ip = s->tx_packet + r->mac_len;

	if (r->ip_len < 20 || r->mac_len + r->ip_len > len) {
		guest_error(s, "tx queue %u: IP checksum beyond the packet", q);
		return;
	}
	if (get_be16(ip + 10) && get_be16(ip + 10) != 0xFFFF)
		guest_error(s, "tx queue %u: IXSM, but the checksum field is not 0", q);
	sum_put(ip + 10, sum_add(0, ip, r->ip_len), false);
}

/*
 * 7.2.5.2, 7.2.5.3: the sum runs to the end of the packet; for TCP and UDP the field
 * holds the pseudo header's part.
 */
static void l4_checksum(struct nic *s, unsigned int q, const struct request *r, size_t len)
{
	unsigned int l4 = r->mac_len + r->ip_len;
	unsigned int field = l4 + (r->l4_type == L4T_TCP ? 16 : r->l4_type == L4T_UDP ? 6 : 8);
	unsigned int width = r->l4_type == L4T_SCTP ? 4 : 2;
	u8 *f = s->tx_packet;

	if (r->l4_type > L4T_SCTP) {
		guest_error(s, "tx queue %u: L4T %u", q, r->l4_type);
	} else if (field + width > len) {
		guest_error(s, "tx queue %u: L4 checksum beyond the packet", q);
	} else if (r->l4_type == L4T_SCTP) {
		if (get_le32(f + field))
			guest_error(s, "tx queue %u: SCTP checksum field is not 0", q);
		put_le32(f + field, 0);
		put_le32(f + field, crc_sctp(f + l4, len - l4));
	} else {
		sum_put(f + field, sum_add(0, f + l4, len - l4), r->l4_type == L4T_UDP);
	}
}

static void single(struct nic *s, unsigned int q, const struct request *r, size_t len)
{
	if (r->pay_len != len)
		guest_error(s, "tx queue %u: PAYLEN %u, the packet has %zu bytes", q,
			    r->pay_len, len);
	if (r->ip_sum)
		ip_checksum(s, q, r, len);
	if (r->l4_sum)
		l4_checksum(s, q, r, len);
	if (r->tag)
		tagged_frame(s, q, s->tx_packet, len, r->tci, r->insert_fcs);
	else
		tx_frame(s, q, s->tx_packet, len, r->insert_fcs);
}

/* False: cannot be segmented at all. */
static bool check_segmentation(struct nic *s, unsigned int q, const struct request *r,
			       const struct desc *d, unsigned int n, size_t len)
{
	unsigned int header = r->mac_len + r->ip_len + r->l4_len, i, bytes = 0;

	if (header > len || !r->mss || r->l4_type > L4T_TCP || r->mac_len < 14 ||
	    r->ip_len < (r->ipv4 ? 20 : 40) || r->l4_len < (r->l4_type == L4T_TCP ? 20 : 8) ||
	    header + VLAN_LEN + r->mss > FRAME_MAX) {
		guest_error(s, "tx queue %u: TSO of %zu bytes with mac %u ip %u l4 %u mss %u", q,
			    len, r->mac_len, r->ip_len, r->l4_len, r->mss);
		return false;
	}
	if (r->l4_len > 64 || header > TSO_HEADER_MAX)
		guest_error(s, "tx queue %u: TSO header of %u bytes", q, header);
	for (i = 0; i < n && i < TSO_HEADER_DESCS; i++)
		bytes += TXD_LEN(d[i].q1);
	if (bytes < header)
		guest_error(s, "tx queue %u: TSO header in more than %u descriptors", q,
			    TSO_HEADER_DESCS);
	if (!r->l4_sum || (r->ipv4 && !r->ip_sum))
		guest_error(s, "tx queue %u: TSE without TXSM, or IXSM for IPv4", q);
	if (r->pay_len != len - header)
		guest_error(s, "tx queue %u: TSO PAYLEN %u, the payload has %zu bytes", q,
			    r->pay_len, len - header);
	return true;
}

/* 7.2.4; the flags that stay are DTXTCPFLGL and DTXTCPFLGH's (8.2.3.9.3). */
static void segmented(struct nic *s, unsigned int q, const struct request *r, size_t len)
{
	struct tso t = {
		.packet = s->tx_packet,
		.mac_len = r->mac_len, .ip_len = r->ip_len, .l4_len = r->l4_len, .mss = r->mss,
		.ipv4 = r->ipv4, .tcp = r->l4_type == L4T_TCP,
		.ip_sum = r->ipv4 && r->ip_sum, .l4_sum = r->l4_sum,
		.flags_first = REG(s, R_DTXTCPFLGL) & 0xFFF,
		.flags_middle = REG(s, R_DTXTCPFLGL) >> 16 & 0xFFF,
		.flags_last = REG(s, R_DTXTCPFLGH) & 0xFFF,
	};
	size_t n;

	t.len = MIN(len, tso_header(&t) + r->pay_len);
	s->count.tso_packets++;
	while ((n = tso_segment(&t, s->tx_segment))) {
		if (r->tag)
			tagged_frame(s, q, s->tx_segment, n, r->tci, r->insert_fcs);
		else
			tx_frame(s, q, s->tx_segment, n, r->insert_fcs);
	}
}

/* The packet of n descriptors whose data is in tx_packet. */
void tx_packet(struct nic *s, unsigned int q, const struct desc *d, unsigned int n, size_t len)
{
	struct request r;

	if (!(d->q1 & TXD_DEXT)) {
		legacy(s, q, d, d + n - 1, len);
		return;
	}
	decode(s, q, d->q1, &r);
	if ((r.ip_sum || r.l4_sum || r.tag || r.segment) && !r.insert_fcs)
		guest_error(s, "tx queue %u: offload without IFCS", q);
	if (!r.segment)
		single(s, q, &r, len);
	else if (check_segmentation(s, q, &r, d, n, len))
		segmented(s, q, &r, len);
}
