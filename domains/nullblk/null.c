// SPDX-License-Identifier: GPL-2.0-only
/*
 * A block device without a medium: the cost of the block path, the gate and the adapter,
 * and nothing below.
 *
 * Every request is completed inside submit, on the caller's thread. No data is
 * touched: a read gives what the caller's pages held, which the adapter has handed to
 * a domain that may read all of the kernel anyway, and a write is forgotten. The
 * segments are never looked at, so the domain is guarded, unlike the RAM disk. Nothing
 * is allocated: a generation starts in no time.
 */
#define NULLBLK_MAIN
#include <redleaf/domain.h>
#include <redleaf/string.h>
#include <redleaf/gen/nullblk.h>

#define NULL_SHIFT	9
#define NULL_BLOCK	512u
#define NULL_MAX_BYTES	(512u << 10)

/* Constant after init. */
struct null {
	u64 blocks;
	rl_cap_t host;	/* capability for bdev_host */
};

/* The adapter is trusted; what it got wrong is answered, as a device would. */
static s32 null_status(const struct null *n, const struct bdev_request *r)
{
	if (r->op > BDEV_OP_WRITE_ZEROES)
		return -EOPNOTSUPP;
	if (r->op != BDEV_OP_FLUSH &&
	    (r->lba > n->blocks || r->blocks > n->blocks - r->lba))
		return -EINVAL;
	return 0;
}

static s32 null_submit(void *self, u16 queue, struct bdev_request __rref *req, bool last)
{
	const struct null *n = self;
	s32 status = null_status(n, rl_deref(req));

	rlc_bdev_host_complete(n->host, req, status);
	return 0;
}

/* Nothing is ever left to ring for, to reap or to abort. */
static s32 null_kick(void *self, u16 queue)
{
	return 0;
}

static s32 null_timeout(void *self, u16 queue, u16 tag)
{
	return 0;
}

static s32 null_dev_info(void *self, struct bdev_dev_info *info)
{
	memset(info, 0, sizeof(*info));
	memset(info->serial, ' ', sizeof(info->serial));
	memset(info->model, ' ', sizeof(info->model));
	memcpy(info->serial, "0", 1);
	memcpy(info->model, "RedLeaf null disk", 17);
	info->nr_queues = rl_param(NULLBLK_PARAM_QUEUES);
	info->queue_depth = rl_param(NULLBLK_PARAM_DEPTH);
	info->nr_ns = 1;
	info->max_bytes = NULL_MAX_BYTES;
	info->max_segs = BDEV_MAX_SEGS;
	return 0;
}

static s32 null_ns_info(void *self, u32 index, struct bdev_ns_info *info)
{
	const struct null *n = self;

	if (index)
		return -ENOENT;
	memset(info, 0, sizeof(*info));
	info->blocks = n->blocks;
	info->block_size = NULL_BLOCK;
	info->nsid = 1;
	info->max_discard_blocks = min(n->blocks, (u64)~0u);
	info->max_zeroes_blocks = info->max_discard_blocks;
	info->discard_granularity = NULL_BLOCK;
	return 0;
}

static s32 null_health(void *self, struct bdev_health *log)
{
	memset(log, 0, sizeof(*log));
	log->spare_percent = 100;
	return 0;
}

static s32 null_init(void *self)
{
	struct null *n = self;

	n->blocks = rl_param(NULLBLK_PARAM_MIB) << (20 - NULL_SHIFT);
	n->host = rl_iface(NULLBLK_REQ_BDEV_HOST);
	return 0;
}

static const struct bdev_ops null_ops = {
	.dev_info = null_dev_info,
	.ns_info = null_ns_info,
	.submit = null_submit,
	.kick = null_kick,
	.poll = null_kick,
	.timeout = null_timeout,
	.health = null_health,
};

NULLBLK_DOMAIN(struct null, &null_ops, null_init);
