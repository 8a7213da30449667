/* SPDX-License-Identifier: GPL-2.0-only */
/* A virtio block device in memory, on the transport of domains/lib/virtio/tests. */
#ifndef VBLK_FAKE_H
#define VBLK_FAKE_H

#include "../vblk.h"
#include "../../lib/virtio/tests/virtio_fake.h"

#define DISK_DONE	4096

/* The last chain that the device took, without its header and status. */
struct disk_chain {
	struct vblk_header header;
	struct vring_desc data[FAKE_DESCS];
	u32 nr;
	bool indirect;
	u8 *status;
	u16 head, queue;
};

struct disk {
	const char *id;

	/* what is wrong with it */
	bool no_id;
	bool hold;		/* take requests, answer none */
	u8 answer;		/* status of requests; VBLK_S_NONE: none is written */
	u32 len_more, len_less;	/* than it writes, in the used element */

	/* what happened */
	struct disk_chain chain;
	u32 nr_chains;

	/* what the adapter saw */
	struct bdev_request *done[DISK_DONE];
	s32 done_status[DISK_DONE];
	u32 nr_done;
};

extern struct disk disk;

static inline struct vblk *vblk(void)
{
	return fake_self;
}

#endif
