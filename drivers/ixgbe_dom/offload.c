// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transmit offloads (7.2.3.2.3, 7.2.3.2.4, 7.2.4, 7.2.5): from the flags of a packet to
 * the fields of context and data descriptors.
 *
 * The device adds up from where the headers are said to be, so all lengths are checked
 * here against the packet and against each other: what it cannot do, or the datasheet
 * does not allow, is refused and never handed on. All of the headers lie in the first
 * packet; length and checksum fields in them are as the interface promises, which is how
 * the device wants them (7.2.4.2, 7.2.5.1).
 */
#include "ixgbe.h"

#define IX_IP4_HEADER	20u
#define IX_IP6_HEADER	40u
#define IX_IP_LEN_MAX	511u		/* bits of IPLEN, and of MACLEN below */
#define IX_MAC_LEN_MAX	127u
#define IX_ANY_OFFLOAD	(NET_TX_IP_CSUM | NET_TX_L4_CSUM | NET_TX_TSO)

static u32 ix_l4_type(const struct net_packet *p)
{
	if (p->flags & NET_TX_UDP)
		return IX_L4T_UDP;
	return p->flags & NET_TX_SCTP ? IX_L4T_SCTP : IX_L4T_TCP;
}

/* Where the checksum of each kind lies, and how much of the header must be there. */
static u32 ix_l4_check_at(u32 type)
{
	return type == IX_L4T_TCP ? 16 : type == IX_L4T_UDP ? 6 : 8;
}

static bool ix_l3_ok(const struct net_packet *p)
{
	u32 least = p->flags & NET_TX_IPV6 ? IX_IP6_HEADER : IX_IP4_HEADER;

	return p->l2_len >= 14 && p->l2_len <= IX_MAC_LEN_MAX && p->l3_len >= least &&
	       p->l3_len <= IX_IP_LEN_MAX && !(p->l2_len & 1) && !(p->l3_len & 1) &&
	       (u32)p->l2_len + p->l3_len <= p->len;
}

/* The device knows where the fields are; the packet must agree. */
static bool ix_l4_ok(const struct net_packet *p)
{
	u32 l4 = p->l2_len + p->l3_len, at = ix_l4_check_at(ix_l4_type(p));
	u32 width = p->flags & NET_TX_SCTP ? 4 : 2;

	return p->csum_start == l4 && p->csum_offset == at && l4 + at + width <= p->len;
}

static bool ix_tso_ok(const struct net_packet *p)
{
	u32 header = p->l2_len + p->l3_len + p->l4_len;
	u32 least = p->flags & NET_TX_UDP ? 8 : 20;

	return p->mss && !(p->flags & NET_TX_SCTP) && p->l4_len >= least &&
	       p->l4_len <= IX_TSO_L4LEN_MAX && header <= IX_TSO_HEADER_MAX &&
	       header <= p->len && p->total > header && p->total - header <= IX_TSO_MAX &&
	       header + p->mss <= IX_MTU_MAX + IX_L2_OVERHEAD;
}

/**
 * ix_offload_check() - can the device do what the packet asks for?
 * @p: first packet of a frame
 *
 * Any context.
 */
bool ix_offload_check(const struct net_packet *p)
{
	if (p->flags & NET_TX_TSO)
		return p->flags & NET_TX_L4_CSUM && ix_l3_ok(p) && ix_l4_ok(p) && ix_tso_ok(p);
	if (p->total > IX_TX_MAX)
		return false;
	if (p->flags & NET_TX_L4_CSUM)
		return ix_l3_ok(p) && ix_l4_ok(p);
	return !(p->flags & NET_TX_IP_CSUM) || ix_l3_ok(p);
}

/* ix_offload_context0() - lengths and tag; 0: no context is needed, with context1. */
u64 ix_offload_context0(const struct net_packet *p)
{
	u64 q0 = 0;

	if (p->flags & IX_ANY_OFFLOAD)
		q0 = IX_TXC_IPLEN(p->l3_len) | IX_TXC_MACLEN(p->l2_len);
	else if (p->flags & NET_TX_VLAN)
		q0 = IX_TXC_MACLEN(14);
	if (p->flags & NET_TX_VLAN)
		q0 |= IX_TXC_VLAN(p->vlan_tci);
	return q0;
}

/* ix_offload_context1() - the rest of it; meaningful when context0 is not 0. */
u64 ix_offload_context1(const struct net_packet *p)
{
	u64 q1 = IX_TXD_CONTEXT | IX_TXD_DEXT;

	if (p->flags & IX_ANY_OFFLOAD && !(p->flags & NET_TX_IPV6))
		q1 |= IX_TXC_IPV4;
	if (p->flags & NET_TX_L4_CSUM)
		q1 |= IX_TXC_L4T(ix_l4_type(p));
	if (p->flags & NET_TX_TSO)
		q1 |= IX_TXC_L4LEN(p->l4_len) | IX_TXC_MSS(p->mss);
	return q1;
}

/* ix_offload_data() - commands, options and payload length for the data descriptors. */
u64 ix_offload_data(const struct net_packet *p)
{
	u64 q1 = IX_TXD_DATA | IX_TXD_DEXT | IX_TXD_IFCS;
	u32 payload = p->total;

	if (p->flags & NET_TX_VLAN)
		q1 |= IX_TXD_VLE;
	if (p->flags & NET_TX_L4_CSUM)
		q1 |= IX_TXD_TXSM;
	if (p->flags & NET_TX_IP_CSUM || (p->flags & NET_TX_TSO && !(p->flags & NET_TX_IPV6)))
		q1 |= IX_TXD_IXSM;
	if (p->flags & NET_TX_TSO) {
		q1 |= IX_TXD_TSE;
		payload -= p->l2_len + p->l3_len + p->l4_len;
	}
	return q1 | IX_TXD_PAYLEN(payload);
}
