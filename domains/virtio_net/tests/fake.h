/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A virtio network device in memory, on the transport of domains/lib/virtio/tests. It
 * keeps what is sent, receives what it is told to, and obeys commands.
 */
#ifndef VNET_FAKE_H
#define VNET_FAKE_H

#include "../vnet.h"
#include "../../lib/virtio/tests/virtio_fake.h"
#include "packets/packets.h"

#define NIC_FRAMES	1024
#define NIC_MAX		70000

/* A frame as it went out. */
struct nic_frame {
	struct vnet_header header;
	u32 len, descs;
	u16 queue, first;
	u8 bytes[NIC_MAX];
};

struct nic {
	/* what is wrong with it */
	bool hold;		/* take frames, say of none that it was sent */
	bool refuse;		/* commands */
	bool bogus_ack;		/* of commands: another chain is named */
	u16 num_buffers;	/* says so of frames it receives; 0: what is so */
	u32 len_more;		/* in used elements of what it sends */

	/* what happened */
	struct nic_frame frame;	/* the last one */
	u16 firsts[NIC_FRAMES];	/* descriptors of frames, in the order they came */
	u32 nr_frames;
	u8 mac[6];
	u32 nr_unicast, nr_multicast;
	u8 table[512];
	bool promisc, allmulti, nobcast;
	u64 vlans[64];
	u16 pairs;
	u32 rx_us, tx_us;
	u32 commands;

	/* what the adapter saw */
	u32 work[FAKE_QUEUES], link_changes;
};

extern struct nic nic;

static inline struct vnet *vnet(void)
{
	return fake_self;
}

/* The frame of @len @bytes comes in; false: there are no buffers for it. */
bool nic_receive(u32 pair, const struct vnet_header *header, const void *bytes, u32 len);

#endif
