// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which frames come in (7.1.1): the exact addresses, the multicast table, VLANs.
 *
 * Receive address 0 is the interface's own; those after it are further unicast
 * addresses. More of them than there are registers means promiscuous mode, but the
 * interface's bound is far below. Multicast goes through a table of 4096 bits, indexed
 * by address bits 47:36; what it lets through too much is the stack's to drop.
 *
 * FCTRL may change only while the receiver is off (8.2.3.7.1).
 */
#include "ixgbe.h"
#include <redleaf/string.h>

#define IX_ADDR_LEN	6u

static_assert(NET_MAX_UNICAST < IX_NR_RAR);

/* 8.2.3.7.8, 8.2.3.7.9; the address is valid once RAH says so. */
static void ix_rar_write(u32 index, const u8 *a)
{
	ix_wr(IX_RAH(index), 0);
	ix_wr(IX_RAL(index), a[0] | a[1] << 8 | a[2] << 16 | (u32)a[3] << 24);
	ix_wr(IX_RAH(index), a[4] | a[5] << 8 | IX_RAH_AV);
}

static void ix_rar_clear(u32 index)
{
	ix_wr(IX_RAH(index), 0);
	ix_wr(IX_RAL(index), 0);
}

/**
 * ix_filter_mac() - the interface's own address
 * @n: port
 *
 * Process context; the device may run.
 */
void ix_filter_mac(const struct ix *n)
{
	ix_rar_write(0, n->set.mac.addr);
}

static void ix_filter_unicast(const struct net_rx_mode *m)
{
	u32 nr = min(m->nr_unicast, NET_MAX_UNICAST), i;

	for (i = 0; i < nr; i++)
		ix_rar_write(i + 1, &m->unicast[i * IX_ADDR_LEN]);
	for (i = nr + 1; i < IX_NR_RAR; i++)
		ix_rar_clear(i);
	/* 8.2.3.27.17: the unicast table is for virtualization */
	for (i = 0; i < IX_TABLE_WORDS; i++)
		ix_wr(IX_PFUTA(i), 0);
}

/* Word @word of the table: bit n for addresses whose bits 47:36 are 32 * @word + n. */
static u32 ix_mta_word(const struct net_rx_mode *m, u32 word)
{
	u32 nr = min(m->nr_multicast, NET_MAX_MULTICAST), bits = 0, i, hash;

	for (i = 0; i < nr; i++) {
		const u8 *a = &m->multicast[i * IX_ADDR_LEN];

		hash = a[4] >> 4 | a[5] << 4;
		if (hash >> 5 == word)
			bits |= IX_BIT(hash & 31);
	}
	return bits;
}

static u32 ix_fctrl(const struct net_rx_mode *m)
{
	u32 fctrl = m->flags & NET_RX_BROADCAST ? IX_FCTRL_BAM : 0;

	if (m->flags & NET_RX_PROMISC)
		fctrl |= IX_FCTRL_UPE | IX_FCTRL_MPE;
	if (m->flags & NET_RX_ALLMULTI)
		fctrl |= IX_FCTRL_MPE;
	return fctrl;
}

/**
 * ix_filter_rx_mode() - addresses and modes as set
 * @n: port
 *
 * Process context, may sleep; the device may run: then it is paused for FCTRL.
 */
void ix_filter_rx_mode(const struct ix *n)
{
	const struct net_rx_mode *m = &n->set.rx_mode;
	u32 fctrl = ix_fctrl(m), i;
	bool running = ix_rd(IX_RXCTRL) & IX_RXCTRL_RXEN;

	ix_filter_unicast(m);
	for (i = 0; i < IX_TABLE_WORDS; i++)
		ix_wr(IX_MTA(i), ix_mta_word(m, i));
	ix_wr(IX_MCSTCTRL, m->nr_multicast ? IX_MCSTCTRL_MFE : 0);
	if (ix_rd(IX_FCTRL) == fctrl)
		return;
	if (running)
		ix_rx_pause();
	ix_wr(IX_FCTRL, fctrl);
	if (running)
		ix_rx_resume();
}

/**
 * ix_filter_vlans() - the VLAN filter as set (7.1.1.2)
 * @n: port
 *
 * A promiscuous interface sees all of them. Process context; the device may run.
 */
void ix_filter_vlans(const struct ix *n)
{
	bool on = n->set.features & NET_F_VLAN_FILTER &&
		  !(n->set.rx_mode.flags & NET_RX_PROMISC);
	u32 i;

	for (i = 0; i < IX_TABLE_WORDS; i++)
		ix_wr(IX_VFTA(i), n->set.vlans.bits[i / 2] >> (i & 1) * 32);
	ix_clear(IX_VLNCTRL, IX_VLNCTRL_VFE | IX_VLNCTRL_CFIEN);
	if (on)
		ix_set(IX_VLNCTRL, IX_VLNCTRL_VFE);
}
