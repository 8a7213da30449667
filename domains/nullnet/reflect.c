// SPDX-License-Identifier: GPL-2.0-only
/*
 * The peer that is not there: every frame comes back with its MAC and IPv4 addresses
 * exchanged. Whoever talks to an address of this net thus talks to himself as
 * somebody else: an echo request comes back as one, and is answered; a connection to
 * port p of the peer arrives at port p of this host. Checksums stay right, since the
 * sums do not depend on the order of addresses.
 *
 * A frame is taken out of the send batch, kept in the queue's ring, and copied into
 * empty packets when a poll brings some; only then the packets it was sent in are
 * given back. What is in the ring when a generation dies is lost.
 *
 * Nothing here believes a length: packets are the trusted side's, but a number beyond
 * the buffer would be this domain's crash, no more.
 */
#include "null.h"

#define ETH_LEN		14
#define VLAN_LEN	4
#define IPV4_ADDRS	12	/* of two addresses, in the header */
#define IPV4_LEN	20

static u32 slot_of(const struct null_queue *q, u32 i)
{
	u32 at = q->head + i;

	return at < q->size ? at : at - q->size;
}

/* Packets of the first frame in the ring; 0: there is none. */
static u32 first_frame(const struct null_queue *q)
{
	u32 i;

	for (i = 0; i < q->used; i++)
		if (!(rl_deref(q->ring[slot_of(q, i)])->flags & NET_MORE))
			return i + 1;
	return 0;
}

/* Packets of the frame at the front of a batch. */
static u32 front_frame(const struct net_packet_deque32 __rref *tx)
{
	u32 i, n = net_packet_deque32_len(tx);
	const struct net_packet __rref *p;

	for (i = 0; i < n; i++) {
		p = net_packet_deque32_at(tx, i);
		if (!p || !(rl_deref(p)->flags & NET_MORE))
			break;
	}
	return i < n ? i + 1 : n;
}

/* Frames out of the send batch, as far as the ring has room for whole ones. */
void reflect_take(struct null_queue *q, struct net_packet_deque32 __rref *tx)
{
	u32 n, len = net_packet_deque32_len(tx);
	struct net_packet __rref *p;

	for (; len; len -= n) {
		n = min(front_frame(tx), len);
		if (q->size - q->used < n)
			return;
		for (u32 i = 0; i < n; i++) {
			p = net_packet_deque32_pop_front(tx);
			if (!p)
				return;
			q->ring[slot_of(q, q->used++)] = p;
			q->bytes += rl_deref(p)->len;
		}
		q->frames++;
	}
}

static void swap_bytes(u8 *a, u8 *b, u32 n)
{
	u8 t;

	for (; n; n--, a++, b++) {
		t = *a;
		*a = *b;
		*b = t;
	}
}

static void swap_addresses(u8 *frame, u32 len)
{
	u8 *type = frame + 12, *ip = frame + ETH_LEN;

	if (len < ETH_LEN + VLAN_LEN + IPV4_LEN)
		return;
	swap_bytes(frame, frame + 6, 6);
	if (type[0] == 0x81 && !type[1]) {
		type += VLAN_LEN;
		ip += VLAN_LEN;
	}
	if (type[0] == 0x08 && !type[1])
		swap_bytes(ip + IPV4_ADDRS, ip + IPV4_ADDRS + 4, 4);
}

/* Adds @len bytes, the first of which is the high half of a word. */
static u64 sum_bytes(u64 sum, const u8 *p, u32 len)
{
	for (; len >= 2; len -= 2, p += 2)
		sum += p[0] << 8 | p[1];
	return len ? sum + (p[0] << 8) : sum;
}

/* Fill in the checksum that the stack left to the device. */
static void fill_checksum(struct net_packet_deque32 __rref *rx, u32 at, u32 n)
{
	struct net_packet *p = rl_deref(net_packet_deque32_at(rx, at));
	u32 start = p->csum_start, where = start + p->csum_offset;
	u64 sum = 0;

	if (start >= p->len || where + 2 > p->len)
		return;
	sum = sum_bytes(0, p->data + start, p->len - start);
	/* all but the last packet of a frame are full, and that is an even number */
	for (u32 i = 1; i < n; i++) {
		const struct net_packet *more = rl_deref(net_packet_deque32_at(rx, at + i));

		sum = sum_bytes(sum, more->data, more->len);
	}
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	sum = ~sum & 0xffff;
	if (!sum && p->flags & NET_TX_UDP)
		sum = 0xffff;
	p->data[where] = sum >> 8;
	p->data[where + 1] = sum;
}

static void copy_packet(struct net_packet *to, const struct net_packet *from)
{
	const u32 room = NET_DATA;
	u32 offset = from->offset, len = from->len;

	len = min(len, room - min(offset, room));
	memcpy(to, from, offsetof(struct net_packet, slot));
	memcpy(to->data, from->data + offset, len);
	to->offset = 0;
	to->len = len;
	to->mss = 0;
}

/* Requests of the sender become results for the receiver. */
static void finish_frame(struct net_packet_deque32 __rref *rx, u32 at, u32 n)
{
	struct net_packet *p = rl_deref(net_packet_deque32_at(rx, at));
	u32 flags = NET_DONE;

	if (p->flags & NET_TX_L4_CSUM) {
		fill_checksum(rx, at, n);
		flags |= NET_RX_L4_GOOD;
	}
	if (p->flags & NET_TX_VLAN)
		flags |= NET_RX_VLAN;
	swap_addresses(p->data, p->len);
	p->flags = flags | (p->flags & NET_MORE);
}

/* One frame of @n packets from the ring into the batch, behind @at that are there. */
static bool give_frame(struct null_queue *q, struct net_packet_deque32 __rref *tx,
		       struct net_packet_deque32 __rref *rx, u32 at, u32 n)
{
	struct net_packet __rref *from, *to;

	for (u32 i = 0; i < n; i++) {
		from = q->ring[q->head];
		to = net_packet_deque32_at(rx, at + i);
		if (!to)
			return false;
		copy_packet(rl_deref(to), rl_deref(from));
		rl_deref(to)->flags |= NET_DONE;
		rl_deref(from)->flags = NET_DONE;
		if (!net_packet_deque32_push_front(tx, from))
			return false;
		q->head = slot_of(q, 1);
		q->used--;
	}
	finish_frame(rx, at, n);
	q->reflected++;
	return true;
}

/* Frames out of the ring, as long as there are empty packets and room for used ones. */
void reflect_give(struct null_queue *q, struct net_packet_deque32 __rref *tx,
		  struct net_packet_deque32 __rref *rx)
{
	u32 n, at = 0, empty = net_packet_deque32_len(rx);

	for (;;) {
		n = first_frame(q);
		if (!n || at + n > empty || net_packet_deque32_len(tx) + n > NET_BATCH)
			return;
		if (!give_frame(q, tx, rx, at, n))
			rl_die("a batch has nothing where a packet should be");
		at += n;
	}
}
