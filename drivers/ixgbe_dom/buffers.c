// SPDX-License-Identifier: GPL-2.0-only
/*
 * The chip's packet buffers with DCB and virtualization off (4.6.11.3.4): all of both is
 * packet buffer 0's. Written while the arbiters stand still, and before anything else is
 * started.
 */
#include "ixgbe.h"

#define IX_PACKET_BUFFERS	8u
#define IX_RXPB_KB	512u
#define IX_TXPB_KB	160u
#define IX_TX_FRAME_KB	10u		/* largest frame */

/**
 * ix_buffers_apply() - program sizes and thresholds
 *
 * Process context; neither RXEN nor TE is set.
 */
void ix_buffers_apply(void)
{
	u32 i;

	ix_set(IX_RTTDCS, IX_RTTDCS_ARBDIS);
	ix_wr(IX_MTQC, 0);
	ix_wr(IX_DTXMXSZRQ, IX_DTXMXSZRQ_MAX);
	ix_wr(IX_RXPBSIZE(0), IX_RXPB_KB << 10);
	ix_wr(IX_TXPBSIZE(0), IX_TXPB_KB << 10);
	ix_wr(IX_TXPBTHRESH(0), IX_TXPB_KB - IX_TX_FRAME_KB);
	for (i = 1; i < IX_PACKET_BUFFERS; i++) {
		ix_wr(IX_RXPBSIZE(i), 0);
		ix_wr(IX_TXPBSIZE(i), 0);
		ix_wr(IX_TXPBTHRESH(i), 0);
	}
	ix_clear(IX_RTTDCS, IX_RTTDCS_ARBDIS);
}
