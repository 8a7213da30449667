// SPDX-License-Identifier: GPL-2.0-only
/*
 * A RAM disk as a domain: the smallest thing that implements bdev.
 *
 * For tests of the adapter and of restarts, and as the example to read first.
 * The disk is memory of the private window, so a crash loses its content: every
 * generation starts with zeroes under file systems that think otherwise. Do not
 * keep anything on it.
 *
 * A driver with a device gets bus addresses of a request's data, for DMA. A software
 * domain cannot store there, and is not told where it is: the adapter copies, a block
 * a call.
 *
 * Requests are done inside submit, on the caller's thread, without locks: two
 * that overlap are ordered by nobody, as on any disk. Offsets are checked here
 * although the adapter is trusted; a length it got wrong would be this domain's
 * crash, nothing more.
 */
#define MEMBDEV_MAIN
#include <redleaf/domain.h>
#include <redleaf/heap.h>
#include <redleaf/string.h>
#include <redleaf/gen/membdev.h>

#define MEM_SHIFT	9	/* log2 MEM_BLOCK */
#define MEM_BLOCK	BDEV_COPY_BYTES
#define MEM_DEPTH	64
#define MEM_MAX_BYTES	(512u << 10)

/* Constant after init. */
struct mem {
	u8 *disk;
	u64 blocks;
	rl_cap_t host;	/* capability for bdev_host */
};

static u8 *mem_at(const struct mem *m, u64 lba, u32 blocks)
{
	if (lba > m->blocks || blocks > m->blocks - lba)
		return NULL;
	return m->disk + (lba << MEM_SHIFT);
}

/* Data of @r between Linux and the disk. */
static s32 mem_copy(const struct mem *m, const struct bdev_request *r, bool write)
{
	struct bdev_block *p = (struct bdev_block *)mem_at(m, r->lba, r->blocks);
	struct rl_ret ret;
	u32 i, at;

	if (!p)
		return -EINVAL;
	for (i = 0; i < r->blocks; i++) {
		at = i << MEM_SHIFT;
		if (write)
			ret = rlc_bdev_host_fetch(m->host, r->queue, r->tag, at, p + i);
		else
			ret = rlc_bdev_host_store(m->host, r->queue, r->tag, at, p + i);
		if (ret.rpc || ret.err)
			return -EIO;
	}
	return 0;
}

static s32 mem_zero(const struct mem *m, const struct bdev_request *r)
{
	u8 *p = mem_at(m, r->lba, r->blocks);

	if (!p)
		return -EINVAL;
	memset(p, 0, (size_t)r->blocks << MEM_SHIFT);
	return 0;
}

static s32 mem_do(const struct mem *m, const struct bdev_request *r)
{
	switch (r->op) {
	case BDEV_OP_READ:
		return mem_copy(m, r, false);
	case BDEV_OP_WRITE:
		return mem_copy(m, r, true);
	case BDEV_OP_FLUSH:
		return 0;
	case BDEV_OP_DISCARD:
	case BDEV_OP_WRITE_ZEROES:
		return mem_zero(m, r);
	default:
		return -EOPNOTSUPP;
	}
}

static s32 mem_submit(void *self, u16 queue, struct bdev_request __rref *req, bool last)
{
	const struct mem *m = self;
	s32 status = mem_do(m, rl_deref(req));

	rlc_bdev_host_complete(m->host, req, status);
	return 0;
}

/* Nothing is ever left to ring for, to reap or to abort. */
static s32 mem_kick(void *self, u16 queue)
{
	return 0;
}

static s32 mem_timeout(void *self, u16 queue, u16 tag)
{
	return 0;
}

static s32 mem_dev_info(void *self, struct bdev_dev_info *info)
{
	memset(info, 0, sizeof(*info));
	memset(info->serial, ' ', sizeof(info->serial));
	memset(info->model, ' ', sizeof(info->model));
	memcpy(info->serial, "0", 1);
	memcpy(info->model, "RedLeaf RAM disk", 16);
	info->nr_queues = rl_param(MEMBDEV_PARAM_QUEUES);
	info->queue_depth = MEM_DEPTH;
	info->nr_ns = 1;
	info->max_bytes = MEM_MAX_BYTES;
	info->max_segs = BDEV_MAX_SEGS;
	info->volatile_cache = rl_param(MEMBDEV_PARAM_CACHE);
	return 0;
}

static s32 mem_ns_info(void *self, u32 index, struct bdev_ns_info *info)
{
	const struct mem *m = self;

	if (index)
		return -ENOENT;
	memset(info, 0, sizeof(*info));
	info->blocks = m->blocks;
	info->block_size = MEM_BLOCK;
	info->nsid = 1;
	info->max_discard_blocks = m->blocks;
	info->max_zeroes_blocks = m->blocks;
	info->discard_granularity = MEM_BLOCK;
	return 0;
}

static s32 mem_health(void *self, struct bdev_health *log)
{
	memset(log, 0, sizeof(*log));
	log->spare_percent = 100;
	return 0;
}

static s32 mem_init(void *self)
{
	struct mem *m = self;
	u64 bytes = rl_param(MEMBDEV_PARAM_KIB) << 10;

	m->disk = rl_alloc(bytes);
	if (!m->disk)
		return -ENOMEM;
	m->blocks = bytes >> MEM_SHIFT;
	m->host = rl_iface(MEMBDEV_REQ_BDEV_HOST);
	return 0;
}

static const struct bdev_ops mem_ops = {
	.dev_info = mem_dev_info,
	.ns_info = mem_ns_info,
	.submit = mem_submit,
	.kick = mem_kick,
	.poll = mem_kick,
	.timeout = mem_timeout,
	.health = mem_health,
};

MEMBDEV_DOMAIN(struct mem, &mem_ops, mem_init);
