// SPDX-License-Identifier: GPL-2.0-only
/*
 * A block request's way into a driver domain.
 *
 * Take the tag's exchange object, fill it, map the pages for DMA, move the
 * object into the domain. Data is never copied. The way back is blk_done.c. The
 * cost beside that of any blk-mq driver is two per-CPU increments on the way in
 * and one cmpxchg on the way out.
 *
 * Who has a request, and what a death does to it:
 *
 *  - The submitter sets INSIDE before it calls, since the answer may come before
 *    the call returns. When the call did not take place, or the driver said no,
 *    it takes INSIDE back; if that fails the request was answered meanwhile and
 *    the return value means nothing.
 *  - When the call ended with the domain (CRASHED), the submitter leaves the
 *    request INSIDE and reports success: the device may have the addresses
 *    already, so the mapping must stay until it is quiet. down() takes it.
 *  - rl_blk_reclaim(), called by down(), makes every INSIDE request HELD: the
 *    device is quiet and nothing was written behind the block layer's back since.
 *    It cannot meet a submitter half-way nor a completion, because both count as
 *    calls inside and the gate was drained (see blk.h).
 *  - rl_blk_reissue(), called by up(), submits every HELD request to the new
 *    generation at once, on the reaper's thread: by way of blk-mq's requeue list
 *    and a worker the first of them would be answered half a millisecond later.
 *    A request of which two generations died, since they never answered it, fails
 *    there: the limit of restarts would not end this, they are too far apart.
 *  - When a domain is lost with threads inside, dead() reclaims without a drain.
 *    The cmpxchg then decides between it and whoever comes back late.
 *  - A request that finds the gate closed is handed back with BLK_STS_RESOURCE:
 *    blk-mq keeps it and tries again every 3 ms until up() runs the queues.
 *
 * Exchange objects: a slot that is not INSIDE owns its object alone. It got it
 * from the heap or by a completion, both of which give the host an object that
 * was not the host's before, and loses it by the move of a submission. A domain
 * that drops a request instead of answering may thus make two slots name one
 * address, but never two that own it. An object that died with its domain is
 * dropped by the core's sweep; the slot forgets it and takes a new one.
 *
 * What may crash here: nothing of the domain's making. Nothing is read from an
 * exchange object.
 */
#include <linux/dma-mapping.h>
#include <linux/preempt.h>
#include <linux/scatterlist.h>
#include "../compat/blk.h"
#include "blk.h"

static bool rl_blk_take_object(struct rl_blk_slot *slot)
{
	struct bdev_request __rref *obj;

	obj = (struct bdev_request __rref *)rl_xheap_alloc(BDEV_REQUEST_TYPE, RL_OWNER_HOST);
	WRITE_ONCE(slot->obj, obj);
	return obj;
}

static blk_status_t rl_blk_map_one(struct rl_blk *b, struct rl_blk_slot *slot,
				   struct request *rq, struct bdev_request *r)
{
	struct bio_vec bv = req_bvec(rq);

	r->nr_segs = 1;
	r->segs[0].len = bv.bv_len;
	slot->dma = dma_map_bvec(b->dma, &bv, rq_dma_dir(rq), 0);
	if (unlikely(dma_mapping_error(b->dma, slot->dma)))
		return BLK_STS_RESOURCE;
	slot->dma_len = bv.bv_len;
	r->segs[0].addr = slot->dma;
	return BLK_STS_OK;
}

/**
 * rl_blk_unmap() - end the DMA mapping of a request, if it has one
 * @b: adapter
 * @slot: of the request; the caller's to write
 * @rq: request
 *
 * Context: any but NMI.
 */
void rl_blk_unmap(struct rl_blk *b, struct rl_blk_slot *slot, struct request *rq)
{
	if (slot->dma_len) {
		dma_unmap_page(b->dma, slot->dma, slot->dma_len, rq_dma_dir(rq));
		slot->dma_len = 0;
	} else if (slot->sg) {
		if (b->dma)
			dma_unmap_sg(b->dma, slot->sg, slot->nents, rq_dma_dir(rq));
		mempool_free(slot->sg, b->sg_pool);
		slot->sg = NULL;
	}
}

/* Without a device the list serves rl_blk_fetch() and rl_blk_store() alone. */
static blk_status_t rl_blk_map_many(struct rl_blk *b, struct rl_blk_slot *slot,
				    struct request *rq, struct bdev_request *r)
{
	struct scatterlist *sg, *table;
	int i, n, mapped = 0;

	table = mempool_alloc(b->sg_pool, GFP_ATOMIC);
	if (!table)
		return BLK_STS_RESOURCE;
	sg_init_table(table, blk_rq_nr_phys_segments(rq));
	n = blk_rq_map_sg(rq->q, rq, table);
	if (b->dma)
		mapped = dma_map_sg_attrs(b->dma, table, n, rq_dma_dir(rq), DMA_ATTR_NO_WARN);
	if (b->dma && mapped <= 0) {
		mempool_free(table, b->sg_pool);
		return BLK_STS_RESOURCE;
	}
	slot->sg = table;
	slot->nents = n;
	r->nr_segs = mapped;
	for_each_sg(table, sg, mapped, i) {
		r->segs[i].addr = sg_dma_address(sg);
		r->segs[i].len = sg_dma_len(sg);
	}
	return BLK_STS_OK;
}

/* Operations without data pages. */
static blk_status_t rl_blk_fill_other(const struct request *rq, struct bdev_request *r)
{
	r->bytes = 0;
	r->nr_segs = 0;
	r->flags = 0;
	switch (req_op(rq)) {
	case REQ_OP_FLUSH:
		r->op = BDEV_OP_FLUSH;
		r->lba = 0;	/* it has no position, whatever the request says */
		return BLK_STS_OK;
	case REQ_OP_DISCARD:
		r->op = BDEV_OP_DISCARD;
		return BLK_STS_OK;
	case REQ_OP_WRITE_ZEROES:
		r->op = BDEV_OP_WRITE_ZEROES;
		r->flags = rq->cmd_flags & REQ_NOUNMAP ? BDEV_FLAG_NOUNMAP : 0;
		return BLK_STS_OK;
	default:
		return BLK_STS_NOTSUPP;
	}
}

/* Writes the object and reads nothing back: a domain may still have a stray store. */
static blk_status_t rl_blk_fill(struct rl_blk_queue *hq, struct rl_blk_disk *disk,
				struct rl_blk_slot *slot, struct request *rq)
{
	struct bdev_request *r = rl_deref(slot->obj);
	u32 bytes = blk_rq_bytes(rq);
	enum req_op op = req_op(rq);

	r->queue = hq->index;
	r->tag = rq->tag;
	r->ns = disk->ns;
	r->lba = blk_rq_pos(rq) >> (disk->shift - SECTOR_SHIFT);
	r->blocks = bytes >> disk->shift;
	if (unlikely(op != REQ_OP_READ && op != REQ_OP_WRITE))
		return rl_blk_fill_other(rq, r);
	r->op = op == REQ_OP_READ ? BDEV_OP_READ : BDEV_OP_WRITE;
	r->flags = rq->cmd_flags & REQ_FUA ? BDEV_FLAG_FUA : 0;
	r->bytes = bytes;
	return blk_rq_nr_phys_segments(rq) == 1 && hq->blk->dma ?
		rl_blk_map_one(hq->blk, slot, rq, r) : rl_blk_map_many(hq->blk, slot, rq, r);
}

/*
 * The driver has no room. That passes, or the queue hangs: blk-mq tries again and again, but
 * its timers run for requests that are inside only, and there may be none. So a driver that
 * takes nothing for as long as a request may take is ended, and when its successors do not
 * either, requests fail.
 */
static blk_status_t rl_blk_balk(struct rl_blk_queue *hq, struct request *rq)
{
	unsigned long since = READ_ONCE(hq->balked);

	if (!since) {
		WRITE_ONCE(hq->balked, jiffies | 1);
		return BLK_STS_RESOURCE;
	}
	if (time_before(jiffies, since + RL_BLK_MAX_EXPIRED * rq->q->rq_timeout))
		return BLK_STS_RESOURCE;
	if (hq->balks >= RL_BLK_MAX_ENDED) {
		pr_err_ratelimited("rl_bdev: %s: queue %u: the driver takes no request, they fail\n",
				   hq->blk->dom->name, hq->index);
		return BLK_STS_TIMEOUT;
	}
	/* of several submitters one ends the generation, and counts it */
	if (cmpxchg(&hq->balked, since, 0) != since)
		return BLK_STS_RESOURCE;
	hq->balks++;
	rl_domain_kill_why(hq->blk->dom, RL_R_HANG, "bdev: takes no request");
	return BLK_STS_RESOURCE;
}

/*
 * The driver ran and said no; the object is back. The word of a generation that is
 * dying, perhaps of this very answer, does not count: the next one is asked.
 */
static blk_status_t rl_blk_driver_error(struct rl_blk_queue *hq, struct request *rq, s32 err)
{
	blk_status_t st = errno_to_blk_status(err);

	if (READ_ONCE(hq->blk->dom->gate.alive) != RL_GATE_OPEN)
		return BLK_STS_RESOURCE;
	if (err == -EAGAIN || err == -EBUSY || err == -ENOMEM)
		return rl_blk_balk(hq, rq);
	if (st == BLK_STS_IOERR)
		pr_err_ratelimited("rl_bdev: %s: queue %u tag %d: refused by the driver (%d)\n",
				   hq->blk->dom->name, hq->index, rq->tag, err);
	return st;
}

/*
 * A submission that did not end well. @hq's generation is held, so that the
 * request is not reclaimed meanwhile.
 */
static noinline blk_status_t rl_blk_not_taken(struct rl_blk_queue *hq, struct rl_blk_slot *slot,
					      struct request *rq, struct rl_ret ret)
{
	if (ret.rpc == RL_RPC_CRASHED)
		return BLK_STS_OK;	/* down() takes it, once the device is quiet */
	if (cmpxchg(&slot->state, RL_BLK_INSIDE, RL_BLK_IDLE) != RL_BLK_INSIDE)
		return BLK_STS_OK;	/* answered before the call returned */
	rl_blk_unmap(hq->blk, slot, rq);
	if (ret.rpc == RL_RPC_OK)
		return rl_blk_driver_error(hq, rq, ret.err);
	if (ret.rpc != RL_RPC_REFUSED)
		return BLK_STS_RESOURCE;
	WRITE_ONCE(slot->obj, NULL);
	pr_err_ratelimited("rl_bdev: %s: queue %u tag %d: request refused by the proxy (%d)\n",
			   hq->blk->dom->name, hq->index, rq->tag, ret.err);
	return BLK_STS_IOERR;
}

static void rl_blk_kick(struct rl_blk_queue *hq)
{
	/* An answer that is not OK means that there is nothing left to ring for. */
	bdev_kick(&hq->blk->dom->provided, hq->index);
}

/* Everything that can fail before the domain is asked. */
static __always_inline blk_status_t rl_blk_prepare(struct rl_blk_queue *hq,
						   struct rl_blk_slot *slot, struct request *rq)
{
	struct rl_blk_disk *disk = rq->q->queuedata;
	blk_status_t st;

	if (unlikely(READ_ONCE(disk->gone)))
		return BLK_STS_IOERR;
	if (unlikely(!slot->obj) && !rl_blk_take_object(slot))
		return BLK_STS_RESOURCE;
	st = rl_blk_fill(hq, disk, slot, rq);
	if (unlikely(st))
		return st;
	slot->rq = rq;
	slot->expired = 0;
	this_cpu_inc(*disk->requests);
	return BLK_STS_OK;
}

static noinline void rl_blk_taken(struct rl_blk_queue *hq)
{
	hq->balks = 0;
	WRITE_ONCE(hq->balked, 0);
}

/* Preemption is off for the driver's submission lock, as bdev.idl promises. */
static __always_inline blk_status_t rl_blk_enter(struct rl_blk_queue *hq,
						 struct rl_blk_slot *slot, struct request *rq,
						 bool last)
{
	struct rl_ret ret;

	WRITE_ONCE(slot->state, RL_BLK_INSIDE);
	preempt_disable();
	ret = bdev_submit(&hq->blk->dom->provided, hq->index, slot->obj, last);
	preempt_enable();
	if (likely(!ret.rpc && !ret.err)) {
		if (unlikely(READ_ONCE(hq->balked)))
			rl_blk_taken(hq);
		return BLK_STS_OK;
	}
	return rl_blk_not_taken(hq, slot, rq, ret);
}

/* One request; the generation is held. */
static blk_status_t rl_blk_issue(struct rl_blk_queue *hq, struct request *rq, bool last)
{
	struct rl_blk_slot *slot = rl_blk_slot(hq, rq);
	blk_status_t st = rl_blk_prepare(hq, slot, rq);

	if (unlikely(st))
		return st;
	slot->ended = 0;
	blk_mq_start_request(rq);
	return rl_blk_enter(hq, slot, rq, last);
}

/* A HELD request that ends every generation. */
static void rl_blk_give_up_one(struct rl_blk_queue *hq, struct rl_blk_slot *slot)
{
	struct request *rq = slot->rq;

	pr_err("rl_bdev: %s: queue %u tag %d: operation %u at sector %llu: %u generations never answered it, it fails\n",
	       hq->blk->dom->name, hq->index, rq->tag, (__force u32)req_op(rq), (u64)blk_rq_pos(rq),
	       slot->ended);
	WRITE_ONCE(slot->state, RL_BLK_IDLE);
	blk_mq_end_request(rq, BLK_STS_TIMEOUT);
}

/* A HELD request to the generation that is held. */
static void rl_blk_reissue_one(struct rl_blk_queue *hq, struct rl_blk_slot *slot, bool ring)
{
	struct request *rq = slot->rq;
	blk_status_t st;

	/* HELD until then: its timer runs, and must not find it idle */
	st = rl_blk_prepare(hq, slot, rq);
	if (likely(!st))
		st = rl_blk_enter(hq, slot, rq, ring);
	else
		WRITE_ONCE(slot->state, RL_BLK_IDLE);
	if (st == BLK_STS_RESOURCE)
		blk_mq_requeue_request(rq, true);
	else if (unlikely(st))
		blk_mq_end_request(rq, st);
}

/**
 * rl_blk_reissue() - submit what a dead generation left unanswered
 * @b: adapter, open
 *
 * What cannot be submitted is left to blk-mq. Requests of a generation that died
 * meanwhile stay HELD.
 *
 * Context: process, d->lock held, from up().
 */
void rl_blk_reissue(struct rl_blk *b)
{
	struct rl_blk_queue *hq;
	u32 i, n;

	if (!rl_blk_hold(b))
		return;
	for (hq = b->queues; hq < b->queues + b->nr_queues; hq++) {
		WRITE_ONCE(hq->balked, 0);
		for (i = 0, n = 0; i < b->depth; i++) {
			if (READ_ONCE(hq->slots[i].state) != RL_BLK_HELD)
				continue;
			if (hq->slots[i].ended >= RL_BLK_MAX_ENDED) {
				rl_blk_give_up_one(hq, &hq->slots[i]);
				continue;
			}
			/* the device begins with the first while the others are filled */
			rl_blk_reissue_one(hq, &hq->slots[i], !n++);
		}
		if (n)
			rl_blk_kick(hq);
	}
	rl_blk_release(b);
}

static blk_status_t rl_blk_closed(const struct rl_blk *b)
{
	return READ_ONCE(b->dead) ? BLK_STS_IOERR : BLK_STS_RESOURCE;
}

static blk_status_t rl_blk_queue_rq(struct blk_mq_hw_ctx *hctx,
				    const struct blk_mq_queue_data *bd)
{
	struct rl_blk_queue *hq = hctx->driver_data;
	blk_status_t st;

	if (unlikely(!rl_blk_hold(hq->blk)))
		return rl_blk_closed(hq->blk);
	st = rl_blk_issue(hq, bd->rq, bd->last);
	rl_blk_release(hq->blk);
	return st;
}

static void rl_blk_commit_rqs(struct blk_mq_hw_ctx *hctx)
{
	rl_blk_kick(hctx->driver_data);
}

/*
 * @rq of a plug list could not be issued. blk-mq issues what is put back on the
 * list through queue_rq, but only requests that were not started yet.
 */
static void rl_blk_give_back(RL_RQ_LIST *list, struct request *rq, blk_status_t st)
{
	if (!blk_mq_request_started(rq))
		rl_rq_list_add_head(list, rq);
	else if (st == BLK_STS_RESOURCE)
		blk_mq_requeue_request(rq, true);
	else
		blk_mq_end_request(rq, st);
}

static void rl_blk_issue_list(RL_RQ_LIST *list)
{
	struct request *rq, *next;
	blk_status_t st;

	while ((rq = rq_list_pop(list))) {
		next = rq_list_peek(list);
		/* Requests of a plug list come here before blk-mq notes their tag. */
		rq->mq_hctx->tags->rqs[rq->tag] = rq;
		st = rl_blk_issue(rq->mq_hctx->driver_data, rq,
				  !next || next->mq_hctx != rq->mq_hctx);
		if (likely(st == BLK_STS_OK))
			continue;
		/* Whoever issues the rest does not know of those before it. */
		rl_blk_kick(rq->mq_hctx->driver_data);
		rl_blk_give_back(list, rq, st);
		return;
	}
}

static void rl_blk_queue_rqs(RL_RQ_LIST *list)
{
	struct rl_blk_queue *hq = rq_list_peek(list)->mq_hctx->driver_data;

	if (unlikely(!rl_blk_hold(hq->blk)))
		return;
	rl_blk_issue_list(list);
	rl_blk_release(hq->blk);
}

static void rl_blk_expire(struct rl_blk_queue *hq, struct rl_blk_slot *slot, u16 tag,
			  unsigned int timeout)
{
	struct rl_blk *b = hq->blk;
	struct rl_ret ret;

	if (++slot->expired >= RL_BLK_MAX_EXPIRED) {
		slot->ended++;
		rl_domain_kill_why(b->dom, RL_R_HANG, "bdev: a request is never answered");
		return;
	}
	pr_warn_ratelimited("rl_bdev: %s: queue %u tag %u: no answer for %u s\n", b->dom->name,
			    hq->index, tag, slot->expired * timeout / HZ);
	ret = bdev_timeout(&b->dom->provided, hq->index, tag);
	/* a driver with nothing left but a reset ends itself */
	if (ret.rpc == RL_RPC_CRASHED)
		slot->ended++;
}

/*
 * A request took too long. First look for an answer whose interrupt was lost,
 * then let the driver act; one that keeps doing nothing is restarted. While no
 * generation runs, time does not count.
 */
static enum blk_eh_timer_return rl_blk_timeout(struct request *rq)
{
	struct rl_blk_queue *hq = rq->mq_hctx->driver_data;
	int tag = READ_ONCE(rq->tag);
	struct rl_blk_slot *slot;
	bool done = false;
	u32 state;

	if (tag < 0 || !rl_blk_hold(hq->blk))
		return BLK_EH_RESET_TIMER;
	slot = &hq->slots[tag];
	if (READ_ONCE(slot->rq) == rq && READ_ONCE(slot->state) == RL_BLK_INSIDE)
		bdev_poll(&hq->blk->dom->provided, hq->index);
	if (READ_ONCE(slot->rq) == rq) {
		if (READ_ONCE(slot->state) == RL_BLK_INSIDE)
			rl_blk_expire(hq, slot, tag, rq->timeout);
		state = READ_ONCE(slot->state);
		done = state == RL_BLK_IDLE || state == RL_BLK_DONE;
	}
	rl_blk_release(hq->blk);
	return done ? BLK_EH_DONE : BLK_EH_RESET_TIMER;
}

static int rl_blk_init_hctx(struct blk_mq_hw_ctx *hctx, void *data, unsigned int index)
{
	struct rl_blk *b = data;

	hctx->driver_data = &b->queues[index];
	return 0;
}

/* Vector v of a driver is affine to CPU v-1, and so is its queue v-1. */
static void rl_blk_map_queues(struct blk_mq_tag_set *set)
{
	struct blk_mq_queue_map *map = &set->map[HCTX_TYPE_DEFAULT];
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		map->mq_map[cpu] = cpu % map->nr_queues;
}

const struct blk_mq_ops rl_blk_mq_ops = {
	.queue_rq = rl_blk_queue_rq,
	.queue_rqs = rl_blk_queue_rqs,
	.commit_rqs = rl_blk_commit_rqs,
	.complete = rl_blk_end,
	.timeout = rl_blk_timeout,
	.init_hctx = rl_blk_init_hctx,
	.map_queues = rl_blk_map_queues,
};

/**
 * rl_blk_free_slots() - give back slots and their exchange objects
 * @b: adapter without disks, with nobody inside its domain; or without slots
 *
 * Context: process, may sleep.
 */
void rl_blk_free_slots(struct rl_blk *b)
{
	u32 i;

	for (i = 0; i < b->nr_queues * b->depth; i++)
		if (b->slots[i].obj)
			rl_xheap_free(b->slots[i].obj, RL_OWNER_HOST);
	mempool_destroy(b->sg_pool);
	kvfree(b->queues);
	kvfree(b->slots);
	b->sg_pool = NULL;
	b->queues = NULL;
	b->slots = NULL;
	b->nr_queues = 0;
}

/**
 * rl_blk_alloc_slots() - queues, slots and scatter lists
 * @b: adapter
 * @nr_queues: hardware queues
 * @depth: tags of each
 * @max_segs: segments of one request
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM; rl_blk_free_slots() is right after both.
 */
int rl_blk_alloc_slots(struct rl_blk *b, u32 nr_queues, u32 depth, u32 max_segs)
{
	u32 q;

	b->slots = kvcalloc(nr_queues * depth, sizeof(*b->slots), GFP_KERNEL);
	b->queues = kvcalloc(nr_queues, sizeof(*b->queues), GFP_KERNEL);
	b->sg_pool = mempool_create_kmalloc_pool(1, max_segs * sizeof(struct scatterlist));
	if (!b->slots || !b->queues || !b->sg_pool)
		return -ENOMEM;
	for (q = 0; q < nr_queues; q++) {
		b->queues[q].blk = b;
		b->queues[q].index = q;
		b->queues[q].slots = &b->slots[q * depth];
	}
	b->depth = depth;
	/* A completion, real or invented, looks at nr_queues first. */
	smp_store_release(&b->nr_queues, nr_queues);
	return 0;
}
