/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * State of one virtio block device, one generation long.
 *
 * struct vblk is @self: the core allocates it zeroed, and everything else hangs off it
 * in the private window. Death of the domain is the reset of the device: nothing here is
 * ever repaired in place, and nothing is freed by hand.
 *
 * One tag, one place: the request with tag t of a queue always begins with descriptor
 * t * stride, so that a used element names a tag, no list of free descriptors is kept
 * and no ring can be full. With indirect descriptors (2.7.5.3) the stride is 1 and the
 * chain lies in a table of the tag's; without, the tag's descriptors are the chain.
 *
 * Lock order: cq_lock, then sq_lock, of one queue. cq_lock is held with interrupts off,
 * since used elements are read in hardirq context. sq_lock is held with preemption off
 * only; no interrupt wants it.
 *
 * No object on the stack has its address taken: what a function answers beyond its
 * return value is written to a structure that lives in the window.
 */
#ifndef VBLK_H
#define VBLK_H

#include <redleaf/domain.h>
#include <redleaf/gen/bdev.h>
#include <redleaf/gen/virtio_blk.h>
#include <redleaf/sync.h>
#include <redleaf/xheap.h>
#include "../lib/virtio/virtio.h"
#include "regs.h"

#define VBLK_MAX_BYTES		(BDEV_MAX_SEGS * VIRTIO_PAGE)
#define VBLK_EXTRA		2u	/* descriptors beside those of data: header, status */
#define VBLK_PLAIN_STRIDE	16u	/* descriptors of a tag without indirect ones */
#define VBLK_MAX_ENTRIES	1024u	/* of a ring; what a device has beyond is not used */
#define VBLK_HEAP_RESERVE	(64u << 10)	/* of it: everything but queues */

/* The device's configuration as it was read: not checked. Zero where a feature that a
 * field belongs to was not negotiated.
 */
struct vblk_config {
	u64 capacity;		/* sectors */
	u32 size_max, seg_max, blk_size;
	u32 max_discard, max_discard_seg, discard_align;	/* sectors, ranges, sectors */
	u32 max_zeroes, max_zeroes_seg;
	u16 num_queues;		/* of the block device */
	u16 vqs;		/* of the transport */
	u8 zeroes_may_unmap;
};

/* What of it is believed (config.c), cut down to what fits a ring (queue.c). Read-only
 * after init.
 */
struct vblk_limits {
	u64 blocks;
	u32 max_descs;		/* for the data of one request */
	u32 desc_bytes;		/* of one of them; a multiple of the page */
	u32 max_discard;	/* blocks; 0: no discard */
	u32 max_zeroes;
	u32 discard_granularity;	/* bytes */
	u32 queues;
	u8 shift;		/* block size, 2^n */
	bool read_only, cache, unmap;
};

/* What the device reads and writes beside rings and data; one for each tag. */
struct vblk_cmd {
	struct vblk_header header;
	struct vblk_range range;
	u8 id[VBLK_ID_BYTES];	/* the device's to write, like @status */
	u8 status;		/* VBLK_S_NONE before */
	u8 pad[11];
};

static_assert(sizeof(struct vblk_cmd) == 64);

#define VBLK_S_NONE		0xff

/*
 * A tag. While it is free it is its owner's, who is about to submit; from @busy on it is
 * whoever's that reads its used element, under cq_lock, until @busy is cleared.
 */
struct vblk_slot {
	struct bdev_request __rref *req;	/* NULL: a request of our own (ident.c) */
	u32 room;		/* bytes of data that the device may write */
	u8 busy;
	u8 pad[3];
};

/* A virtqueue with its tags: the submitting side under sq_lock, the completing one under
 * cq_lock.
 */
struct vblk_queue {
	struct rl_lock sq_lock;

	/* read-only once the queue is made */
	struct vblk *v;
	struct vblk_slot *slots;	/* depth of them */
	struct vblk_cmd *cmds;		/* one for each tag, DMA */
	struct vring_desc *tables;	/* indirect ones, table_len for each tag; or NULL */
	u64 cmds_dma, tables_dma;
	u16 index, depth;
	u16 table_len;
	u8 stride_shift;

	struct virtio_queue ring;
	struct rl_lock cq_lock __aligned(64);
};

struct vblk {
	struct virtio dev;

	/* read-only after init */
	rl_cap_t host;		/* capability: bdev_host */
	u32 nr_queues;
	u32 depth;
	struct vblk_limits lim;
	u8 serial[BDEV_SERIAL_LEN];
	struct vblk_queue *queues[VIRTIO_BLK_MAX_QUEUES];

	struct vblk_config raw;	/* init only */
};

/* config.c */
s32 vblk_config_read(struct vblk *v);
const char *vblk_config_judge(const struct vblk_config *c, u64 features, struct vblk_limits *lim);
u32 vblk_max_segs(const struct vblk_limits *lim);
u32 vblk_max_bytes(const struct vblk_limits *lim);

/* queue.c */
s32 vblk_queues_setup(struct vblk *v);
void vblk_queue_push(struct vblk_queue *q, u16 tag);

/* chain.c */
s32 vblk_chain_build(struct vblk_queue *q, const struct bdev_request *req, u16 tag);
void vblk_chain_get_id(struct vblk_queue *q, u16 tag);

/* io.c */
s32 vblk_io_submit(struct vblk *v, u16 queue, struct bdev_request __rref *ref, bool last);
void vblk_io_kick(struct vblk_queue *q);
void vblk_io_irq(struct vblk_queue *q);
void vblk_io_reap(struct vblk_queue *q);
s32 vblk_io_timeout(struct vblk *v, struct vblk_queue *q, u16 tag);

/* ident.c */
s32 vblk_ident_read(struct vblk *v);

#endif
