// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a request to a chain of descriptors (VIRTIO 1.2, 2.7.5 and 5.2.6): the header,
 * the data, the status byte.
 *
 * A tag's descriptors, its header and its status byte are its own, so no lock is needed
 * here: the adapter gives a tag to one request at a time. They are read by the device
 * and by nobody else; the request is read where it is needed, as it is the driver's.
 */
#include "vblk.h"

static struct vring_desc *chain_table(const struct vblk_queue *q, u16 tag)
{
	if (q->tables)
		return q->tables + (u32)tag * q->table_len;
	return q->ring.desc + (tag << q->stride_shift);
}

/* What descriptor 0 of the chain is called by the others. */
static u16 chain_base(const struct vblk_queue *q, u16 tag)
{
	return q->tables ? 0 : tag << q->stride_shift;
}

static u64 chain_cmd_dma(const struct vblk_queue *q, u16 tag)
{
	return q->cmds_dma + (u64)tag * sizeof(struct vblk_cmd);
}

/* The first @used descriptors are set; the last of the chain is the status byte. */
static void chain_finish(struct vblk_queue *q, u16 tag, u32 used)
{
	struct vring_desc *table = chain_table(q, tag);
	u64 cmd = chain_cmd_dma(q, tag);
	u32 bytes = (used + 1) * sizeof(*table);

	virtio_desc_set(table, cmd + offsetof(struct vblk_cmd, header), sizeof(struct vblk_header),
			VDESC_NEXT, chain_base(q, tag) + 1);
	virtio_desc_set(table + used, cmd + offsetof(struct vblk_cmd, status), 1, VDESC_WRITE, 0);
	if (q->tables)
		virtio_desc_set(q->ring.desc + tag,
				q->tables_dma + (u64)tag * q->table_len * sizeof(*table), bytes,
				VDESC_INDIRECT, 0);
}

/* Appends [@addr, @addr + @len) in pieces the device takes; the new length, or -EINVAL. */
static s32 chain_add(const struct vblk_queue *q, u16 tag, u32 used, u64 addr, u32 len, u16 flags)
{
	u32 most = q->v->lim.desc_bytes, end = 1 + q->v->lim.max_descs;
	struct vring_desc *table = chain_table(q, tag);
	u32 piece;

	for (; len; len -= piece, addr += piece) {
		if (used == end)
			return -EINVAL;
		piece = min(len, most);
		virtio_desc_set(table + used, addr, piece, flags | VDESC_NEXT,
				chain_base(q, tag) + used + 1);
		used++;
	}
	return used;
}

/* The data of a read or write, after the header; the new length, or -EINVAL. */
static s32 chain_data(const struct vblk_queue *q, const struct bdev_request *req, u16 tag)
{
	u16 flags = req->op == BDEV_OP_READ ? VDESC_WRITE : 0;
	u32 i, nr = req->nr_segs, left = req->bytes;
	s32 used = 1;

	if (nr > BDEV_MAX_SEGS)
		return -EINVAL;
	for (i = 0; i < nr && used > 0; i++) {
		u64 addr = req->segs[i].addr;
		u32 len = req->segs[i].len;

		if (!len || len > left || addr + len < addr)
			return -EINVAL;
		left -= len;
		used = chain_add(q, tag, used, addr, len, flags);
	}
	return left ? -EINVAL : used;
}

static void chain_header(struct vblk_queue *q, u16 tag, u32 type, u64 sector, u32 room)
{
	struct vblk_cmd *cmd = &q->cmds[tag];

	cmd->header.type = type;
	cmd->header.reserved = 0;
	cmd->header.sector = sector;
	cmd->status = VBLK_S_NONE;
	q->slots[tag].room = room;
}

/* Blocks of @req lie on the disk and are at most @max. */
static bool chain_in_range(const struct vblk_limits *lim, const struct bdev_request *req, u32 max)
{
	u32 blocks = req->blocks;

	return blocks - 1 < max && blocks <= lim->blocks && req->lba <= lim->blocks - blocks;
}

static s32 chain_rw(struct vblk_queue *q, const struct bdev_request *req, u16 tag)
{
	const struct vblk_limits *lim = &q->v->lim;
	bool read = req->op == BDEV_OP_READ;
	u32 bytes = req->bytes;
	s32 used;

	if (!read && lim->read_only)
		return -EROFS;
	if (req->flags & BDEV_FLAG_FUA && lim->cache)
		return -EOPNOTSUPP;	/* there is none; a flush has to follow */
	if (!chain_in_range(lim, req, VBLK_MAX_BYTES >> lim->shift) ||
	    bytes != req->blocks << lim->shift)
		return -EINVAL;
	used = chain_data(q, req, tag);
	if (used < 0)
		return used;
	chain_header(q, tag, read ? VBLK_T_IN : VBLK_T_OUT,
		     req->lba << (lim->shift - VBLK_SECTOR_SHIFT), read ? bytes : 0);
	chain_finish(q, tag, used);
	return 0;
}

/* 5.2.6: discard and write zeroes have one range for data, and sector 0 in the header. */
static s32 chain_range(struct vblk_queue *q, const struct bdev_request *req, u16 tag)
{
	const struct vblk_limits *lim = &q->v->lim;
	bool zeroes = req->op == BDEV_OP_WRITE_ZEROES;
	u32 most = zeroes ? lim->max_zeroes : lim->max_discard;
	struct vblk_range *range = &q->cmds[tag].range;

	if (!most)
		return -EOPNOTSUPP;
	if (lim->read_only)
		return -EROFS;
	if (!chain_in_range(lim, req, most))
		return -EINVAL;
	range->sector = req->lba << (lim->shift - VBLK_SECTOR_SHIFT);
	range->sectors = req->blocks << (lim->shift - VBLK_SECTOR_SHIFT);
	/* 5.2.6.1: never set in a discard */
	range->flags = zeroes && lim->unmap && !(req->flags & BDEV_FLAG_NOUNMAP) ?
		VBLK_RANGE_UNMAP : 0;
	chain_header(q, tag, zeroes ? VBLK_T_WRITE_ZEROES : VBLK_T_DISCARD, 0, 0);
	chain_finish(q, tag, chain_add(q, tag, 1,
				       chain_cmd_dma(q, tag) + offsetof(struct vblk_cmd, range),
				       sizeof(*range), 0));
	return 0;
}

/**
 * vblk_chain_build() - check a request and build its chain
 * @q: queue
 * @req: request
 * @tag: its tag, free
 *
 * Any context. Returns 0; -EINVAL, -EOPNOTSUPP, -EROFS for what cannot be a command.
 */
s32 vblk_chain_build(struct vblk_queue *q, const struct bdev_request *req, u16 tag)
{
	switch (req->op) {
	case BDEV_OP_READ:
	case BDEV_OP_WRITE:
		return chain_rw(q, req, tag);
	case BDEV_OP_DISCARD:
	case BDEV_OP_WRITE_ZEROES:
		return chain_range(q, req, tag);
	case BDEV_OP_FLUSH:
		if (!q->v->lim.cache)
			return -EOPNOTSUPP;
		chain_header(q, tag, VBLK_T_FLUSH, 0, 0);
		chain_finish(q, tag, 1);
		return 0;
	}
	return -EOPNOTSUPP;
}

/**
 * vblk_chain_get_id() - the chain that asks for the serial number (5.2.6)
 * @q: queue
 * @tag: free; the answer comes into its command's id
 *
 * Any context.
 */
void vblk_chain_get_id(struct vblk_queue *q, u16 tag)
{
	u64 addr = chain_cmd_dma(q, tag) + offsetof(struct vblk_cmd, id);

	chain_header(q, tag, VBLK_T_GET_ID, 0, VBLK_ID_BYTES);
	chain_finish(q, tag, chain_add(q, tag, 1, addr, VBLK_ID_BYTES, VDESC_WRITE));
}
