// SPDX-License-Identifier: GPL-2.0-only
/*
 * The link (4.6.4, 8.2.3.22.19): 10G serial over SFI, as SFP+ modules and direct attach
 * cables want it, with no negotiation between the partners.
 *
 * AUTOC comes out of a reset as the EEPROM says. It is written only when that is another
 * mode or a restart is asked for: a link that is up stays up over a restart of the driver.
 * AUTOC is shared with the firmware, under SW_FW_SYNC (10.5.4).
 */
#include "ixgbe.h"
#include <redleaf/log.h>
#include <redleaf/string.h>

/* 8.2.3.22.19, under its semaphore. */
static s32 ix_autoc_write(u32 value)
{
	s32 err = ix_sem_take(IX_SYNC_MAC_CSR);

	if (err)
		return err;
	ix_wr(IX_AUTOC, value);
	ix_sem_give(IX_SYNC_MAC_CSR);
	return 0;
}

/**
 * ix_link_setup() - the mode of the link, and light in the fibre
 *
 * Process context, may sleep. Returns 0 or -Exxx, with a line in the log.
 */
s32 ix_link_setup(void)
{
	u32 autoc = ix_rd(IX_AUTOC);
	s32 err = 0;

	if ((autoc & IX_AUTOC_LMS) != IX_AUTOC_LMS_10G)
		err = ix_autoc_write((autoc & ~IX_AUTOC_LMS) | IX_AUTOC_LMS_10G |
				     IX_AUTOC_RESTART);
	if (err)
		rl_err("link mode cannot be set: %d", err);
	if (ix_rd(IX_ESDP) & IX_ESDP_SDP3)
		ix_clear(IX_ESDP, IX_ESDP_SDP3);
	return err;
}

/**
 * ix_link_restart() - bring the link up anew
 *
 * Process context, may sleep. Returns 0 or -Exxx.
 */
s32 ix_link_restart(void)
{
	return ix_autoc_write(ix_rd(IX_AUTOC) | IX_AUTOC_RESTART);
}

/* ix_link_is_up() - 8.2.3.22.20. Any context. */
bool ix_link_is_up(void)
{
	return ix_rd(IX_LINKS) & IX_LINKS_UP;
}

static u32 ix_link_speed(u32 links)
{
	switch (IX_LINKS_SPEED(links)) {
	case IX_LINKS_10G:
		return 10000;
	case IX_LINKS_1G:
		return 1000;
	case IX_LINKS_100M:
		return 100;
	default:
		return 0;
	}
}

/**
 * ix_link_state() - net.link
 * @n: port
 * @link: answer
 *
 * Without negotiation, flow control is what was configured. Process context.
 */
s32 ix_link_state(struct ix *n, struct net_link *link)
{
	u32 links = ix_rd(IX_LINKS);

	memset(link, 0, sizeof(*link));
	if (!(links & IX_LINKS_UP))
		return 0;
	link->up = 1;
	link->speed = ix_link_speed(links);
	link->duplex = NET_DUPLEX_FULL;
	link->rx_pause = n->set.pause.rx;
	link->tx_pause = n->set.pause.tx;
	return 0;
}
