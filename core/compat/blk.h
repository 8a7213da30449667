/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between block layers, by feature: kernels that know
 * BLK_FEAT_WRITE_CACHE take all limits of a queue when it is allocated, older
 * ones through one setter each; kernels whose rq_list_pop is a macro chain
 * requests through bare pointers, newer ones through struct rq_list.
 *
 * Nothing here keeps state; the caller owns what it gets.
 */
#ifndef RL_COMPAT_BLK_H
#define RL_COMPAT_BLK_H

#include <linux/blk-mq.h>

/**
 * struct rl_disk_limits - one disk's queue limits, already checked
 * @block_size:		logical block, bytes
 * @max_sectors:	512-byte sectors of one request
 * @max_segs:		segments of one request
 * @dma_align:		mask the address and length of a segment obey
 * @virt_boundary:	mask: only the first segment may start, only the last one
 *			end off this boundary
 * @discard_sectors:	0: no discard
 * @discard_granularity: bytes
 * @zeroes_sectors:	0: no write zeroes
 * @cache:		flush means something
 * @fua:		FUA does too; else the block layer flushes after such a write
 */
struct rl_disk_limits {
	u32 block_size;
	u32 max_sectors;
	u16 max_segs;
	u32 dma_align;
	u32 virt_boundary;
	u32 discard_sectors;
	u32 discard_granularity;
	u32 zeroes_sectors;
	bool cache;
	bool fua;
};

#ifdef BLK_FEAT_WRITE_CACHE
static inline struct gendisk *rl_compat_alloc_disk(struct blk_mq_tag_set *set, void *queuedata,
						   const struct rl_disk_limits *l)
{
	struct queue_limits lim = {
		.features = (l->cache ? BLK_FEAT_WRITE_CACHE : 0) |
			    (l->fua ? BLK_FEAT_FUA : 0),
		.logical_block_size = l->block_size,
		.max_hw_sectors = l->max_sectors,
		.max_segments = l->max_segs,
		.dma_alignment = l->dma_align,
		.virt_boundary_mask = l->virt_boundary,
		.max_hw_discard_sectors = l->discard_sectors,
		.discard_granularity = l->discard_granularity,
		.max_write_zeroes_sectors = l->zeroes_sectors,
	};

	return blk_mq_alloc_disk(set, &lim, queuedata);
}
#else
static inline struct gendisk *rl_compat_alloc_disk(struct blk_mq_tag_set *set, void *queuedata,
						   const struct rl_disk_limits *l)
{
	struct gendisk *disk = blk_mq_alloc_disk(set, queuedata);
	struct request_queue *q;

	if (IS_ERR(disk))
		return disk;
	q = disk->queue;
	blk_queue_flag_set(QUEUE_FLAG_NONROT, q);
	blk_queue_logical_block_size(q, l->block_size);
	blk_queue_max_hw_sectors(q, l->max_sectors);
	blk_queue_max_segments(q, l->max_segs);
	blk_queue_dma_alignment(q, l->dma_align);
	blk_queue_virt_boundary(q, l->virt_boundary);
	if (l->discard_sectors) {
		q->limits.discard_granularity = l->discard_granularity;
		blk_queue_max_discard_sectors(q, l->discard_sectors);
	}
	blk_queue_max_write_zeroes_sectors(q, l->zeroes_sectors);
	blk_queue_write_cache(q, l->cache, l->fua);
	return disk;
}
#endif

/* What queue_rqs() is given a pointer to. */
#ifdef rq_list_pop
#define RL_RQ_LIST struct request *
#define rl_rq_list_add_head(list, rq) rq_list_add(list, rq)
#else
#define RL_RQ_LIST struct rq_list
#define rl_rq_list_add_head(list, rq) rq_list_add_head(list, rq)
#endif

/*
 * block_device_operations.open and .release of @fn_open(disk) -> int and
 * @fn_release(disk), whatever else this kernel passes.
 */
#ifdef RL_HAVE_BLK_MODE_T
#define RL_BLK_OPEN_RELEASE(fn_open, fn_release)				\
static int fn_open##_op(struct gendisk *disk, blk_mode_t mode)			\
{										\
	return fn_open(disk);							\
}										\
static void fn_release##_op(struct gendisk *disk)				\
{										\
	fn_release(disk);							\
}
#else
#define RL_BLK_OPEN_RELEASE(fn_open, fn_release)				\
static int fn_open##_op(struct block_device *bdev, fmode_t mode)		\
{										\
	return fn_open(bdev->bd_disk);						\
}										\
static void fn_release##_op(struct gendisk *disk, fmode_t mode)		\
{										\
	fn_release(disk);							\
}
#endif

#endif
