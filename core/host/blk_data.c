// SPDX-License-Identifier: GPL-2.0-only
/*
 * Data of block requests, for driver domains without a device.
 *
 * A domain can store to its own memory only, and pages of a request are not: they
 * may be a program's, or the page cache. So such a domain never learns where they
 * are. It names a request and an offset, and the adapter copies between the pages
 * and a block that the generated entry has copied out of, or will copy into, the
 * domain's memory.
 *
 * The request must not end while its pages are used, whatever the domain does on
 * another CPU: for the time of the copy its slot is COPYING, which nobody ends.
 * Preemption is off, so that is soon over.
 *
 * What may crash here: nothing of the domain's making. Its words are an index after
 * a bounds check, and an offset that is compared with the request's own length.
 */
#include <linux/preempt.h>
#include <linux/scatterlist.h>
#include "blk.h"

/* Copies of the request's data, or -Exxx; the slot is COPYING. */
static s32 rl_blk_copy(struct rl_blk_slot *slot, u32 offset, struct bdev_block *data, bool store)
{
	struct request *rq = slot->rq;

	if (req_op(rq) != (store ? REQ_OP_READ : REQ_OP_WRITE) || !slot->sg)
		return -EINVAL;
	if (offset > blk_rq_bytes(rq) || sizeof(*data) > blk_rq_bytes(rq) - offset)
		return -ERANGE;
	if (sg_copy_buffer(slot->sg, slot->nents, data, sizeof(*data), offset, !store) !=
	    sizeof(*data))
		return -EIO;
	return 0;
}

static s32 rl_blk_access(struct rl_blk *b, u16 queue, u16 tag, u32 offset,
			 struct bdev_block *data, bool store)
{
	struct rl_blk_slot *slot = rl_blk_named(b, queue, tag);
	u32 state;
	s32 err;

	if (unlikely(!slot))
		return rl_blk_refuse(b, "bdev: data of an unknown request");
	if (unlikely(b->dma))
		return rl_blk_refuse(b, "bdev: data of a request whose device does DMA");
	preempt_disable();
	state = cmpxchg(&slot->state, RL_BLK_INSIDE, RL_BLK_COPYING);
	if (likely(state == RL_BLK_INSIDE)) {
		err = rl_blk_copy(slot, offset, data, store);
		/* the copy is over before whoever finds it inside ends the request */
		smp_store_release(&slot->state, RL_BLK_INSIDE);
	}
	preempt_enable();
	if (unlikely(state == RL_BLK_COPYING))
		return -EBUSY;
	if (unlikely(state != RL_BLK_INSIDE))
		return rl_blk_refuse(b, "bdev: data of a request it does not have");
	return err;
}

/**
 * rl_blk_fetch() - bdev_host.fetch: data of a write to the driver
 * @ctx: adapter
 * @queue: of the request
 * @tag: of the request
 * @offset: of the first byte in the request's data
 * @data: what is there
 *
 * Context: any but NMI, in a call of the domain.
 * Return: 0; -EBUSY when another thread copies data of that request; -ERANGE when it
 * has no such bytes; -EINVAL when it is no write, or not the domain's, which then dies.
 */
s32 rl_blk_fetch(void *ctx, u16 queue, u16 tag, u32 offset, struct bdev_block *data)
{
	return rl_blk_access(ctx, queue, tag, offset, data, false);
}

/**
 * rl_blk_store() - bdev_host.store: data of a read from the driver
 * @ctx: adapter
 * @queue: of the request
 * @tag: of the request
 * @offset: of the first byte in the request's data
 * @data: what goes there
 *
 * Context: any but NMI, in a call of the domain.
 * Return: as rl_blk_fetch(), with read for write.
 */
s32 rl_blk_store(void *ctx, u16 queue, u16 tag, u32 offset, const struct bdev_block *data)
{
	/* told to copy from it, sg_copy_buffer() does not write to it */
	return rl_blk_access(ctx, queue, tag, offset, (struct bdev_block *)data, true);
}
