// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device as a whole: from reset to traffic and back.
 *
 * There is one way up, whatever was before: a reset, then everything is programmed from
 * the settings. Open, recovery from a hang, and a reset that is asked for all take it.
 * Under the config mutex.
 */
#include "ixgbe.h"
#include <redleaf/log.h>

/* 4.6.7: what concerns all receive queues. */
static void ix_device_receiver(void)
{
	u32 rdrxctl = ix_rd(IX_RDRXCTL) & ~IX_RDRXCTL_FRSTSIZE;

	ix_set(IX_CTRL_EXT, IX_CTRL_EXT_NS_DIS | IX_CTRL_EXT_DRV_LOAD);
	/* the FCS is taken off here and in the MAC, or in neither */
	ix_set(IX_HLREG0, IX_HLREG0_TXCRC | IX_HLREG0_RXCRCSTRP | IX_HLREG0_TXPADEN);
	ix_wr(IX_RDRXCTL, rdrxctl | IX_RDRXCTL_CRCSTRIP | IX_RDRXCTL_RSCACKC |
			  IX_RDRXCTL_FCOE_WRFIX);
	ix_set(IX_RFCTL, IX_RFCTL_RSC_DIS);
	ix_wr(IX_RXCSUM, IX_RXCSUM_IPPCSE | IX_RXCSUM_PCSD);
}

/* 8.2.3.22.13: largest frame, FCS included; tags are on top. */
void ix_device_frame_size(const struct ix *n)
{
	ix_wr(IX_MAXFRS, (n->set.mtu + IX_L2_OVERHEAD) << 16);
	ix_set(IX_HLREG0, IX_HLREG0_JUMBOEN);
}

/* 8.2.3.23.71: statistics set n counts queue n. */
static void ix_device_stat_sets(void)
{
	u32 i;

	for (i = 0; i < IX_STAT_SETS / 4; i++) {
		ix_wr(IX_RQSMR(i), 0x03020100u + 0x04040404u * i);
		ix_wr(IX_TQSM(i), 0x03020100u + 0x04040404u * i);
	}
}

static void ix_device_program(const struct ix *n)
{
	ix_device_receiver();
	ix_device_frame_size(n);
	ix_device_stat_sets();
	ix_buffers_apply();
	ix_flow_apply(n);
	ix_filter_mac(n);
	ix_filter_rx_mode(n);
	ix_filter_vlans(n);
	ix_rss_apply(n);
	ix_irq_program(n);
}

/* From a reset to traffic. */
static s32 ix_device_up(struct ix *n)
{
	s32 err;

	ix_device_program(n);
	err = ix_link_setup();
	if (!err)
		err = rl_pci_set_master(true);
	if (!err)
		err = ix_ring_start(n);
	if (!err)
		ix_irq_on(n);
	n->broken |= err;
	return err;
}

/**
 * ix_device_restart() - reset a running device and bring it back
 * @n: port, open
 *
 * What was armed is answered, since the frames it waits for may never come. Process
 * context, may sleep. Returns 0 or -Exxx.
 */
s32 ix_device_restart(struct ix *n)
{
	s32 err;
	u32 i;

	ix_ring_halt(n);
	ix_stats_collect(n);
	err = ix_reset(n);
	if (!err)
		err = ix_device_up(n);
	for (i = 0; !err && i < n->nr_queues; i++)
		if (READ_ONCE(n->queues[i]->armed))
			ix_irq_arm(n->queues[i]);
	return err;
}

/**
 * ix_device_start() - rings, and a device that uses them
 * @n: port, closed
 *
 * Process context, may sleep. Returns 0 or -Exxx; closed still, then.
 */
s32 ix_device_start(struct ix *n)
{
	s32 err = n->broken ? ix_reset(n) : 0;

	if (!err)
		err = ix_ring_alloc(n);
	if (err)
		return err;
	err = ix_device_up(n);
	n->open = !err;
	if (err) {
		ix_ring_halt(n);
		if (!ix_reset(n))
			ix_ring_free(n);
	}
	return err;
}

/**
 * ix_device_stop() - a quiet device, and no rings
 * @n: port, open
 *
 * Memory is given back only when the reset is through. Process context, may sleep. Returns
 * 0 or -Exxx.
 */
s32 ix_device_stop(struct ix *n)
{
	s32 err;

	ix_ring_halt(n);
	ix_stats_collect(n);
	err = ix_reset(n);
	if (err)
		return err;
	rl_pci_set_master(false);
	ix_ring_free(n);
	n->open = false;
	return 0;
}
