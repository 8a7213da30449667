// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transmit offloads (VIRTIO 1.2, 5.1.6.2): from the flags of a packet to the header in
 * front of the frame.
 *
 * The interface hands over a frame to cut without lengths in its headers, for devices that
 * fill them in (net.idl, TX_TSO). A virtio device need not touch it at all, and its
 * receiver may get it whole: so lengths, the IPv4 checksum and the length in the pseudo
 * header's sum are filled in here, as if nobody were to cut it.
 *
 * The device adds up from where it is told to, so all lengths are checked against the
 * packet and against each other: what the device cannot do is refused and never handed on.
 * All of the headers lie in the first packet, and in its data where they are written to.
 */
#include "vnet.h"
#include <redleaf/string.h>

#define ETH_LEN		14u
#define IP4_LEN		20u
#define IP6_LEN		40u
#define TCP_LEN		20u
#define IP4_TOT_LEN	2u	/* offsets */
#define IP4_CHECK	10u
#define IP6_PAYLOAD	4u
#define TCP_CHECK	16u
#define IP_MAX		65535u
#define UNKNOWN		(NET_TX_VLAN | NET_TX_SCTP)

static bool offload_l3_ok(const struct net_packet *p)
{
	u32 least = p->flags & NET_TX_IPV6 ? IP6_LEN : IP4_LEN;

	return !p->bus && p->l2_len >= ETH_LEN && p->l3_len >= least &&
	       (u32)p->l2_len + p->l3_len <= p->len;
}

static bool offload_l4_ok(const struct vnet *n, const struct net_packet *p)
{
	return vnet_has(n, VF_CSUM) && (u32)p->csum_start + p->csum_offset + 2 <= p->len;
}

static bool offload_tso_ok(const struct vnet *n, const struct net_packet *p)
{
	u32 header = p->l2_len + p->l3_len + p->l4_len;

	return vnet_has(n, p->flags & NET_TX_IPV6 ? VF_HOST_TSO6 : VF_HOST_TSO4) &&
	       !(p->flags & NET_TX_UDP) && p->mss && p->l4_len >= TCP_LEN &&
	       p->csum_start == p->l2_len + p->l3_len && p->csum_offset == TCP_CHECK &&
	       header <= p->len && header < p->total && p->total - p->l2_len <= IP_MAX;
}

/**
 * vnet_offload_check() - can the device do what the packet asks for?
 * @n: device
 * @p: first packet of a frame
 *
 * Any context.
 */
bool vnet_offload_check(const struct vnet *n, const struct net_packet *p)
{
	if (p->flags & UNKNOWN)
		return false;
	if (p->flags & NET_TX_L4_CSUM && !offload_l4_ok(n, p))
		return false;
	if (p->flags & NET_TX_TSO)
		return p->flags & NET_TX_L4_CSUM && offload_l3_ok(p) && offload_tso_ok(n, p);
	if (p->flags & NET_TX_IP_CSUM && (p->flags & NET_TX_IPV6 || !offload_l3_ok(p)))
		return false;
	return p->total <= n->lim.mtu + VNET_L2;
}

static void offload_put16(u8 *at, u32 sum)
{
	at[0] = sum;
	at[1] = sum >> 8;
}

static void offload_ip4_check(u8 *ip, u32 len)
{
	offload_put16(ip + IP4_CHECK, 0);
	offload_put16(ip + IP4_CHECK, ~vnet_checksum_part(ip, len));
}

/* The lengths that the interface leaves out. */
static void offload_lengths(const struct net_packet *p, u8 *frame)
{
	u8 *ip = frame + p->l2_len, *check = frame + p->csum_start + TCP_CHECK;
	u32 tcp = p->total - p->l2_len - p->l3_len;
	u32 sum = check[0] | check[1] << 8;

	if (p->flags & NET_TX_IPV6)
		offload_put16(ip + IP6_PAYLOAD,
			      vnet_checksum_swap(p->total - p->l2_len - IP6_LEN));
	else
		offload_put16(ip + IP4_TOT_LEN, vnet_checksum_swap(p->total - p->l2_len));
	offload_put16(check, vnet_checksum_add(sum, vnet_checksum_swap(tcp)));
}

/**
 * vnet_offload_fill() - write the header, and what the device is not asked to fill in
 * @p: first packet of a frame that was checked, and is handed to the device next
 *
 * Any context.
 */
void vnet_offload_fill(struct net_packet *p)
{
	struct vnet_header *h = vnet_header(p);
	u8 *frame = vnet_frame(p);

	memset(h, 0, sizeof(*h));
	if (p->flags & NET_TX_L4_CSUM) {
		h->flags = VHDR_NEEDS_CSUM;
		h->csum_start = p->csum_start;
		h->csum_offset = p->csum_offset;
	}
	if (p->flags & NET_TX_TSO) {
		h->gso_type = p->flags & NET_TX_IPV6 ? VHDR_GSO_TCPV6 : VHDR_GSO_TCPV4;
		h->hdr_len = p->l2_len + p->l3_len + p->l4_len;
		h->gso_size = p->mss;
		offload_lengths(p, frame);
	}
	if (p->flags & NET_TX_IP_CSUM)
		offload_ip4_check(frame + p->l2_len, p->l3_len);
}
