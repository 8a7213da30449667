// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the device says of itself (VIRTIO 1.2, 5.2.4), believed only where it is possible.
 *
 * Fields are read under an unchanged generation (2.5.1), and only those whose feature was
 * negotiated (5.2.4): the others may not be there. vblk_config_judge() is pure code;
 * tests run it on the host.
 */
#include "vblk.h"
#include <redleaf/log.h>

#define BLOCK_MIN	512u
#define SECTORS_MAX	(~0ull >> 10)	/* a byte count still fits 63 bits */
#define GRANULE_MAX	BIT(21)	/* sectors, 1 GiB */

/* Where the fields of a feature end; in ascending order, as in the structure. */
static const struct {
	u64 feature;
	u32 end;
} config_ends[] = {
	{ VF_SIZE_MAX, VCFG_SIZE_MAX + 4 },
	{ VF_SEG_MAX, VCFG_SEG_MAX + 4 },
	{ VF_BLK_SIZE, VCFG_BLK_SIZE + 4 },
	{ VF_MQ, VCFG_NUM_QUEUES + 2 },
	{ VF_DISCARD, VCFG_DISCARD_ALIGN + 4 },
	{ VF_WRITE_ZEROES, VCFG_ZEROES_MAY_UNMAP + 1 },
};

static u32 config_bytes(u64 features)
{
	u32 i, bytes = VCFG_CAPACITY + 8;

	for (i = 0; i < ARRAY_SIZE(config_ends); i++)
		if (features & config_ends[i].feature)
			bytes = config_ends[i].end;
	return bytes;
}

static u32 config32(const struct vblk *v, u64 feature, u32 field)
{
	return v->dev.features & feature ? virtio_config32(&v->dev, field) : 0;
}

/* 4.1.3.1: 64 bits in two halves. */
static void config_fields(struct vblk *v)
{
	struct vblk_config *c = &v->raw;

	c->capacity = virtio_config32(&v->dev, VCFG_CAPACITY) |
		      (u64)virtio_config32(&v->dev, VCFG_CAPACITY + 4) << 32;
	c->size_max = config32(v, VF_SIZE_MAX, VCFG_SIZE_MAX);
	c->seg_max = config32(v, VF_SEG_MAX, VCFG_SEG_MAX);
	c->blk_size = config32(v, VF_BLK_SIZE, VCFG_BLK_SIZE);
	c->max_discard = config32(v, VF_DISCARD, VCFG_MAX_DISCARD);
	c->max_discard_seg = config32(v, VF_DISCARD, VCFG_MAX_DISCARD_SEG);
	c->discard_align = config32(v, VF_DISCARD, VCFG_DISCARD_ALIGN);
	c->max_zeroes = config32(v, VF_WRITE_ZEROES, VCFG_MAX_ZEROES);
	c->max_zeroes_seg = config32(v, VF_WRITE_ZEROES, VCFG_MAX_ZEROES_SEG);
	if (v->dev.features & VF_WRITE_ZEROES)
		c->zeroes_may_unmap = virtio_config8(&v->dev, VCFG_ZEROES_MAY_UNMAP);
	if (v->dev.features & VF_MQ)
		c->num_queues = virtio_config16(&v->dev, VCFG_NUM_QUEUES);
	c->vqs = virtio_common16(&v->dev, VCOM_NUM_QUEUES);
}

static bool config_settled(struct vblk *v)
{
	u32 n;

	for (n = 0; n < VIRTIO_CONFIG_TRIES; n++) {
		virtio_config_begin(&v->dev);
		config_fields(v);
		if (virtio_config_same(&v->dev))
			return true;
	}
	return false;
}

/* A power of two from 512 bytes to a page. */
static bool config_block_ok(u32 bytes)
{
	return bytes >= BLOCK_MIN && bytes <= VIRTIO_PAGE && !(bytes & (bytes - 1));
}

/* Ranges and sectors that can be used, in blocks; 0: the operation cannot. */
static u32 config_blocks(u32 sectors, u32 ranges, u8 shift)
{
	return ranges ? sectors >> (shift - VBLK_SECTOR_SHIFT) : 0;
}

/* A granularity that makes no sense is not used: any block can be discarded then. */
static u32 config_granularity(u32 sectors, u8 shift)
{
	if (!sectors || sectors & (sectors - 1) || sectors > GRANULE_MAX ||
	    sectors < 1u << (shift - VBLK_SECTOR_SHIFT))
		return 1u << shift;
	return sectors << VBLK_SECTOR_SHIFT;
}

static const char *config_judge_size(const struct vblk_config *c, u64 features,
				     struct vblk_limits *lim)
{
	u32 block = features & VF_BLK_SIZE ? c->blk_size : BLOCK_MIN;

	if (!config_block_ok(block))
		return "block size is not supported";
	lim->shift = virtio_log2(block);
	lim->blocks = c->capacity >> (lim->shift - VBLK_SECTOR_SHIFT);
	if (!lim->blocks)
		return "capacity is 0";
	return c->capacity > SECTORS_MAX ? "capacity is absurd" : NULL;
}

/*
 * 5.2.3: without SEG_MAX nobody said how many segments a request may have; one is always
 * right.
 */
static const char *config_judge_segs(const struct vblk_config *c, u64 features,
				     struct vblk_limits *lim)
{
	if (features & VF_SEG_MAX && !c->seg_max)
		return "seg_max is 0";
	if (features & VF_SIZE_MAX && c->size_max < VIRTIO_PAGE)
		return "size_max is less than a page";
	lim->max_descs = features & VF_SEG_MAX ? min(c->seg_max, BDEV_MAX_SEGS) : 1;
	lim->desc_bytes = VBLK_MAX_BYTES;
	if (features & VF_SIZE_MAX)
		lim->desc_bytes = min(c->size_max & ~(VIRTIO_PAGE - 1), VBLK_MAX_BYTES);
	return NULL;
}

/**
 * vblk_config_judge() - limits of a device
 * @c: its configuration
 * @features: negotiated
 * @lim: the answer
 *
 * Any context. Returns NULL or a reason.
 */
const char *vblk_config_judge(const struct vblk_config *c, u64 features, struct vblk_limits *lim)
{
	u32 queues = features & VF_MQ ? c->num_queues : 1;
	const char *reason = config_judge_size(c, features, lim);

	if (!reason)
		reason = config_judge_segs(c, features, lim);
	if (reason)
		return reason;
	if (!queues)
		return "num_queues is 0";
	if (!c->vqs)
		return "it has no virtqueue";
	lim->queues = min(queues, c->vqs);
	lim->read_only = features & VF_RO;
	lim->cache = features & VF_FLUSH;
	lim->max_discard = config_blocks(c->max_discard, c->max_discard_seg, lim->shift);
	lim->discard_granularity = config_granularity(c->discard_align, lim->shift);
	lim->max_zeroes = config_blocks(c->max_zeroes, c->max_zeroes_seg, lim->shift);
	lim->unmap = c->zeroes_may_unmap == 1;
	return NULL;
}

/**
 * vblk_config_read() - read and check the configuration
 * @v: device, features negotiated; sets lim
 *
 * Process context. Returns 0 or -ENODEV, with a line in the log.
 */
s32 vblk_config_read(struct vblk *v)
{
	const char *reason = NULL;

	if (v->dev.config.len < config_bytes(v->dev.features))
		reason = "its configuration is shorter than its features say";
	else if (!config_settled(v))
		reason = "its configuration does not settle";
	if (!reason)
		reason = vblk_config_judge(&v->raw, v->dev.features, &v->lim);
	if (!reason)
		return 0;
	rl_err("device refused: %s", reason);
	return -ENODEV;
}

/*
 * Segments and bytes of a request such that its data never needs more than max_descs
 * descriptors. A segment may be larger than one of them only where size_max says so;
 * half of them are kept for the cuts then.
 */
static bool config_cuts(const struct vblk_limits *lim)
{
	return lim->desc_bytes < VBLK_MAX_BYTES;
}

/* Segments of one request. Any context. */
u32 vblk_max_segs(const struct vblk_limits *lim)
{
	return config_cuts(lim) ? max(lim->max_descs / 2, 1u) : lim->max_descs;
}

/* Bytes of one request. Any context. */
u32 vblk_max_bytes(const struct vblk_limits *lim)
{
	if (!config_cuts(lim))
		return VBLK_MAX_BYTES;
	return min((lim->max_descs - lim->max_descs / 2) * lim->desc_bytes, VBLK_MAX_BYTES);
}
