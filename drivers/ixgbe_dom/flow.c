// SPDX-License-Identifier: GPL-2.0-only
/*
 * Link flow control (3.7.7.3, 8.2.3.3): pause frames out when the packet buffer fills,
 * and obeyed when they come in.
 *
 * FCRTH.RTH is set without flow control too: the internal switch stops for a full packet
 * buffer there, and not doing so can hang the transmitter (4.6.3.2).
 */
#include "ixgbe.h"

#define IX_PAUSE_QUANTA	0xffffu		/* as long as a frame can say */
#define IX_FC_RESERVE	0x6000u		/* room for what is on its way: jumbo frames, the cable */
#define IX_FC_HYSTERESIS	0x2000u
#define IX_RXPB_BYTES	0x80000u	/* 512 KB, all of it packet buffer 0's */
#define IX_FC_UNITS	4u		/* traffic classes have two FCTTV in a word */
#define IX_TRAFFIC_CLASSES	8u

/**
 * ix_flow_apply() - program flow control as set
 * @n: port
 *
 * Process context; the device may run.
 */
void ix_flow_apply(const struct ix *n)
{
	u32 high = IX_RXPB_BYTES - IX_FC_RESERVE, low = high - IX_FC_HYSTERESIS, i;

	for (i = 0; i < IX_FC_UNITS; i++)
		ix_wr(IX_FCTTV(i), IX_PAUSE_QUANTA << 16 | IX_PAUSE_QUANTA);
	ix_wr(IX_FCRTV, IX_PAUSE_QUANTA / 2);
	for (i = 1; i < IX_TRAFFIC_CLASSES; i++) {
		ix_wr(IX_FCRTL(i), 0);
		ix_wr(IX_FCRTH(i), 0);
	}
	ix_wr(IX_FCRTL(0), n->set.pause.tx ? low | IX_FCRTL_XONE : 0);
	ix_wr(IX_FCRTH(0), high | (n->set.pause.tx ? IX_FCRTH_FCEN : 0));
	ix_wr(IX_FCCFG, n->set.pause.tx ? IX_FCCFG_LINK : 0);
	/* 8.2.3.22.34: pause frames end in the MAC, obeyed or not */
	ix_wr(IX_MFLCN, IX_MFLCN_DPF | (n->set.pause.rx ? IX_MFLCN_RFCE : 0));
}
