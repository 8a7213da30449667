/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Packets for host tests of network drivers: the part of the exchange heap that these
 * need, one malloc for each object, so that ASan sees every overrun. Bus addresses are
 * pointers. A test's run sets also=packets (driver.sh).
 */
#ifndef HOST_PACKETS_H
#define HOST_PACKETS_H

#include <redleaf/gen/net.h>

struct packets {
	void *objects[4096];	/* that there are, @live of them */
	bool inside[4096];	/* a batch, which makes them the batch's: no bus address */
	u32 live;
	u32 fail_xdma;		/* n-th question for a bus address; 0: none */
};

extern struct packets packets;

void packets_reset(void);	/* frees them all */
struct net_packet *packet_new(void);
void batch_drop(struct net_packet_deque32 *dq);
void batch_fill(struct net_packet_deque32 *dq);

#endif
