// SPDX-License-Identifier: GPL-2.0-only
/*
 * A block request's way out of a driver domain: answered, or taken back when
 * the domain died. Who may do which is in blk_io.c.
 *
 * An answer is an exchange object that the domain moves back. The adapter
 * believes nothing in it but the slot it names, and the slot only if it is
 * waiting for exactly this object.
 *
 * Answers that come in an interrupt of the device are collected on its CPU and
 * ended together when the domain's handler has returned, as that saves taking the
 * queue's counters and tags one by one. What was collected before the handler
 * died counts.
 *
 * What may crash here: nothing of the domain's making. Everything read from an
 * exchange object is read once and used as an index after a bounds check.
 */
#include <linux/percpu.h>
#include "../compat/blk.h"
#include "blk.h"

/* Filled and emptied with interrupts off, within one interrupt. */
static DEFINE_PER_CPU(struct io_comp_batch, rl_blk_batch);

/* The last that happens to a request before blk-mq may use its tag again. */
static struct rl_blk_slot *rl_blk_leave(struct request *rq)
{
	struct rl_blk_queue *hq = rq->mq_hctx->driver_data;
	struct rl_blk_slot *slot = rl_blk_slot(hq, rq);

	rl_blk_unmap(hq->blk, slot, rq);
	WRITE_ONCE(slot->state, RL_BLK_IDLE);
	return slot;
}

/**
 * rl_blk_end() - end one answered request
 * @rq: request, in the context blk-mq chose
 *
 * Context: any but NMI.
 */
void rl_blk_end(struct request *rq)
{
	struct rl_blk_slot *slot = rl_blk_slot(rq->mq_hctx->driver_data, rq);
	blk_status_t st = BLK_STS_OK;

	if (unlikely(slot->status))
		st = errno_to_blk_status(slot->status);
	rl_blk_leave(rq);
	blk_mq_end_request(rq, st);
}

/* All of them succeeded: blk-mq takes no others into a batch. */
static void rl_blk_end_batch(struct io_comp_batch *iob)
{
	struct request *rq;

	rq_list_for_each(&iob->req_list, rq)
		rl_blk_leave(rq);
	blk_mq_end_request_batch(iob);
}

/**
 * rl_blk_end_irq() - end what the interrupt that is over has answered
 * @d: domain
 * @priv: its adapter
 *
 * Context: hardirq, on the CPU of the interrupt.
 */
void rl_blk_end_irq(struct rl_domain *d, void *priv)
{
	struct io_comp_batch *iob = this_cpu_ptr(&rl_blk_batch);

	if (rq_list_peek(&iob->req_list))
		rl_blk_end_batch(iob);
}

/**
 * rl_blk_named() - the slot that a domain names
 * @b: adapter
 * @queue: what the domain says
 * @tag: what the domain says
 *
 * Context: any but NMI.
 * Return: the slot, in whatever state; NULL: there is none.
 */
struct rl_blk_slot *rl_blk_named(struct rl_blk *b, u16 queue, u16 tag)
{
	/* Pairs with rl_blk_alloc_slots(). */
	if (queue >= smp_load_acquire(&b->nr_queues) || tag >= b->depth)
		return NULL;
	return &b->queues[queue].slots[tag];
}

/* The slot a completion names, if it is one that waits for this object. */
static struct rl_blk_slot *rl_blk_find(struct rl_blk *b, struct bdev_request __rref *obj)
{
	u16 queue = READ_ONCE(rl_deref(obj)->queue);
	u16 tag = READ_ONCE(rl_deref(obj)->tag);
	struct rl_blk_slot *slot = rl_blk_named(b, queue, tag);

	return slot && READ_ONCE(slot->obj) == obj ? slot : NULL;
}

/**
 * rl_blk_refuse() - a domain said what cannot be true
 * @b: its adapter
 * @why: for the crash report
 *
 * The entry gives a moved object back to the domain on an error; the sweep drops it.
 *
 * Context: any but NMI.
 * Return: -EINVAL
 */
noinline s32 rl_blk_refuse(struct rl_blk *b, const char *why)
{
	atomic_long_inc(&b->refused);
	rl_domain_kill_why(b->dom, RL_R_VIOLATION, why);
	return -EINVAL;
}

/*
 * bdev_host.complete: the proxy checked that @obj is a request the calling
 * domain owned and made it the host's. Usually hardirq context.
 */
static s32 rl_blk_complete(void *ctx, struct bdev_request __rref *obj, s32 status)
{
	struct rl_blk *b = ctx;
	struct rl_blk_slot *slot;
	struct request *rq;

	slot = rl_blk_find(b, obj);
	if (unlikely(!slot))
		return rl_blk_refuse(b, "bdev: completion of an unknown request");
	if (unlikely(status > 0 || status < -MAX_ERRNO))
		return rl_blk_refuse(b, "bdev: completion status is no errno");
	if (unlikely(cmpxchg(&slot->state, RL_BLK_INSIDE, RL_BLK_DONE) != RL_BLK_INSIDE))
		return rl_blk_refuse(b, "bdev: request completed twice");
	slot->status = status;
	rq = slot->rq;
	if (unlikely(READ_ONCE(b->first_io))) {
		WRITE_ONCE(b->first_io, false);
		rl_domain_first_io(b->dom);
	}
	if (blk_mq_complete_request_remote(rq))
		return 0;
	if (!rl_domain_in_irq(b->dom) ||
	    !blk_mq_add_to_batch(rq, this_cpu_ptr(&rl_blk_batch), status, rl_blk_end_batch))
		rl_blk_end(rq);
	return 0;
}

const struct bdev_host_ops rl_blk_host_ops = {
	.complete = rl_blk_complete,
	.fetch = rl_blk_fetch,
	.store = rl_blk_store,
};

static void rl_blk_reclaim_slot(struct rl_blk *b, struct rl_blk_slot *slot)
{
	struct request *rq = slot->rq;
	struct rl_blk_disk *disk;

	/* a domain that was lost with threads inside may still copy, for a moment */
	while (READ_ONCE(slot->state) == RL_BLK_COPYING)
		cpu_relax();
	if (cmpxchg(&slot->state, RL_BLK_INSIDE, RL_BLK_HELD) != RL_BLK_INSIDE)
		return;
	WRITE_ONCE(slot->obj, NULL);
	rl_blk_unmap(b, slot, rq);
	disk = rq->q->queuedata;
	WRITE_ONCE(disk->requeued, disk->requeued + 1);
}

/**
 * rl_blk_reclaim() - take back what a dead generation will not answer
 * @b: adapter
 *
 * Every such request is HELD afterwards, unmapped and without object, for
 * rl_blk_reissue() or rl_blk_give_up().
 *
 * Context: process, d->lock held, device quiet; no grace period.
 */
void rl_blk_reclaim(struct rl_blk *b)
{
	u32 i, state;

	for (i = 0; i < b->nr_queues * b->depth; i++) {
		state = READ_ONCE(b->slots[i].state);
		if (state == RL_BLK_INSIDE || state == RL_BLK_COPYING)
			rl_blk_reclaim_slot(b, &b->slots[i]);
	}
}

/**
 * rl_blk_give_up() - fail what no generation will answer any more
 * @b: adapter, dead and reclaimed
 *
 * Context: process, d->lock held.
 */
void rl_blk_give_up(struct rl_blk *b)
{
	struct rl_blk_slot *slot;

	for (slot = b->slots; slot < b->slots + b->nr_queues * b->depth; slot++) {
		if (READ_ONCE(slot->state) != RL_BLK_HELD)
			continue;
		WRITE_ONCE(slot->state, RL_BLK_IDLE);
		blk_mq_end_request(slot->rq, BLK_STS_IOERR);
	}
}
