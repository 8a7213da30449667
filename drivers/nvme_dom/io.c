// SPDX-License-Identifier: GPL-2.0-only
/*
 * The I/O path: a request becomes a command, a completion becomes an answer.
 *
 * From the moment submit takes a request until complete gives it back it is the
 * driver's: nobody else writes it, so its fields are read where they are needed
 * and a retry builds the command again from them. A slot is taken by submit (the
 * adapter gives a tag to one request at a time) and freed, under cq_lock, before
 * the request goes back, since the tag may be used again at once.
 *
 * What can die here: nothing is held when rlc_bdev_host_complete() leaves the
 * domain for good but locks of this generation, which nobody will take again.
 */
#include "nvme.h"
#include <redleaf/log.h>
#include <redleaf/time.h>

/* Blocks of @req lie inside @ns and are at most @max. */
static bool nvme_io_in_range(const struct nvme_ns *ns, const struct bdev_request *req, u32 max)
{
	u32 blocks = req->blocks;

	return blocks - 1 < max && blocks <= ns->blocks && req->lba <= ns->blocks - blocks;
}

static u64 *nvme_io_list(const struct nvme_queue *q, u16 tag)
{
	return (u64 *)(q->lists + ((size_t)tag << q->list_shift));
}

static u64 nvme_io_list_dma(const struct nvme_queue *q, u16 tag)
{
	return q->lists_dma + ((u64)tag << q->list_shift);
}

static s32 nvme_io_prepare_rw(struct nvme_queue *q, const struct nvme_ns *ns,
			      const struct bdev_request *req, u16 tag)
{
	struct nvme_prp *prp = &q->slots[tag].prp;
	u32 bytes = req->bytes;

	if (unlikely(!nvme_io_in_range(ns, req, NVME_NLB_MAX) ||
		     bytes != (u64)req->blocks << ns->shift || bytes > q->n->lim.max_bytes))
		return -EINVAL;
	if (likely(nvme_prp_one(prp, req->segs, req->nr_segs, bytes)))
		return 0;
	return nvme_prp_build(prp, nvme_io_list(q, tag), nvme_io_list_dma(q, tag),
			      1u << (q->list_shift - 3), req->segs, req->nr_segs, bytes);
}

/* 6.7: one range, in the memory a PRP list would use. */
static s32 nvme_io_prepare_discard(struct nvme_queue *q, const struct nvme_ns *ns,
				   const struct bdev_request *req, u16 tag)
{
	struct nvme_dsm_range *range = (struct nvme_dsm_range *)nvme_io_list(q, tag);

	if (!ns->max_discard)
		return -EOPNOTSUPP;
	if (!nvme_io_in_range(ns, req, ns->max_discard))
		return -EINVAL;
	range->attributes = 0;
	range->blocks = req->blocks;
	range->lba = req->lba;
	q->slots[tag].prp.prp1 = nvme_io_list_dma(q, tag);
	q->slots[tag].prp.prp2 = 0;
	return 0;
}

/* What has no data of its own. */
static s32 nvme_io_prepare_other(struct nvme_queue *q, const struct nvme_ns *ns,
				 const struct bdev_request *req, u16 tag)
{
	struct nvme_slot *slot = &q->slots[tag];

	slot->prp.prp1 = 0;
	slot->prp.prp2 = 0;
	if (req->op == BDEV_OP_FLUSH)
		return 0;
	if (ns->read_only)
		return -EROFS;
	if (req->op == BDEV_OP_DISCARD)
		return nvme_io_prepare_discard(q, ns, req, tag);
	if (req->op != BDEV_OP_WRITE_ZEROES || !ns->max_zeroes)
		return -EOPNOTSUPP;
	return nvme_io_in_range(ns, req, ns->max_zeroes) ? 0 : -EINVAL;
}

/* Checks @req and sets the data pointers of its slot. */
static inline s32 nvme_io_prepare(struct nvme_queue *q, const struct bdev_request *req, u16 tag)
{
	const struct nvme_ns *ns = &q->n->ns[req->ns];

	if (unlikely(req->op != BDEV_OP_READ && req->op != BDEV_OP_WRITE))
		return nvme_io_prepare_other(q, ns, req, tag);
	if (unlikely(req->op == BDEV_OP_WRITE && ns->read_only))
		return -EROFS;
	return nvme_io_prepare_rw(q, ns, req, tag);
}

/* Command dword 12 of a write or write zeroes (6.15, 6.17). */
static u32 nvme_io_write_flags(const struct nvme_ns *ns, const struct bdev_request *req)
{
	u32 flags = req->flags & BDEV_FLAG_FUA ? NVME_RW_FUA : 0;

	if (req->op == BDEV_OP_WRITE_ZEROES && ns->deac && !(req->flags & BDEV_FLAG_NOUNMAP))
		flags |= NVME_WZ_DEAC;
	return flags;
}

/* By enum bdev_op. */
static const u8 nvme_io_opcodes[] = {
	[BDEV_OP_READ] = NVME_CMD_READ,
	[BDEV_OP_WRITE] = NVME_CMD_WRITE,
	[BDEV_OP_FLUSH] = NVME_CMD_FLUSH,
	[BDEV_OP_DISCARD] = NVME_CMD_DSM,
	[BDEV_OP_WRITE_ZEROES] = NVME_CMD_WRITE_ZEROES,
};

/* Writes the command of a prepared slot at the tail (4.2); under sq_lock. */
static void nvme_io_push(struct nvme_queue *q, const struct bdev_request *req, u16 tag)
{
	const struct nvme_ns *ns = &q->n->ns[req->ns];
	const struct nvme_slot *slot = &q->slots[tag];
	struct nvme_cmd *c = &q->sqes[q->tail];
	u64 cdw10_11 = req->lba;
	u32 cdw12 = req->blocks - 1;
	u8 op = req->op;

	if (op == BDEV_OP_WRITE || op == BDEV_OP_WRITE_ZEROES)
		cdw12 |= nvme_io_write_flags(ns, req);
	if (unlikely(op == BDEV_OP_FLUSH || op == BDEV_OP_DISCARD)) {
		/* a discard has one range, 0's based */
		cdw10_11 = op == BDEV_OP_DISCARD ? (u64)NVME_DSM_DEALLOCATE << 32 : 0;
		cdw12 = 0;
	}
	c->cdw0 = nvme_io_opcodes[op] | (u32)tag << 16;
	c->nsid = ns->nsid;
	c->cdw23 = 0;
	c->mptr = 0;
	c->prp1 = slot->prp.prp1;
	c->prp2 = slot->prp.prp2;
	c->cdw10_11 = cdw10_11;
	c->cdw12 = cdw12;
	c->cdw13 = 0;
	c->cdw14_15 = 0;
	q->tail = q->tail + 1 == q->entries ? 0 : q->tail + 1;
}

/**
 * nvme_io_submit() - bdev.submit
 * @n: controller
 * @queue: I/O queue, 0-based
 * @ref: request; the driver's when the answer is 0
 * @last: ring the doorbell
 *
 * Preemption off, any CPU. Returns 0; -EINVAL, -EOPNOTSUPP, -EROFS
 * for a request that cannot be a command; -EBUSY for a tag in flight.
 */
s32 nvme_io_submit(struct nvme *n, u16 queue, struct bdev_request __rref *ref, bool last)
{
	const struct bdev_request *req = rl_deref(ref);
	struct nvme_slot *slot;
	struct nvme_queue *q;
	u16 tag = req->tag;
	s32 err;

	if (queue >= n->nr_io || req->ns >= n->nr_ns)
		return -EINVAL;
	q = n->queues[queue + 1];
	if (tag >= q->depth)
		return -EINVAL;
	slot = &q->slots[tag];
	if (READ_ONCE(slot->req))
		return -EBUSY;
	err = nvme_io_prepare(q, req, tag);
	if (err)
		return err;

	rl_spin_lock(&q->sq_lock);
	WRITE_ONCE(slot->req, ref);
	nvme_io_push(q, req, tag);
	if (last)
		nvme_queue_ring(q);
	rl_spin_unlock(&q->sq_lock);
	return 0;
}

/**
 * nvme_io_kick() - ring the doorbell for what was submitted without @last
 * @q: queue
 *
 * Process context.
 */
void nvme_io_kick(struct nvme_queue *q)
{
	rl_lock(&q->sq_lock);
	nvme_queue_ring(q);
	rl_unlock(&q->sq_lock);
}

/* Frees the slot and gives the request back. Under cq_lock. */
static void nvme_io_finish(struct nvme_queue *q, struct nvme_slot *slot, s32 err)
{
	struct bdev_request __rref *ref = slot->req;
	struct rl_ret ret;

	slot->flags = 0;
	slot->retries = 0;
	barrier();
	WRITE_ONCE(slot->req, NULL);
	ret = rlc_bdev_host_complete(q->n->host, ref, err);
	if (unlikely(ret.rpc != RL_RPC_OK))
		rl_die("adapter refuses a completion");
}

/*
 * A failed command: true when it is to be tried again. The timer is armed for
 * the first one that waits only, so that later failures cannot put it off.
 */
static bool nvme_io_again(struct nvme_queue *q, struct nvme_slot *slot, u16 status)
{
	const struct bdev_request *req = rl_deref(slot->req);

	rl_log(RL_LOG_WARN, "queue %u tag %u op %u lba %llu: status %x", q->qid, req->tag,
	       req->op, req->lba, status);
	if (slot->retries >= NVME_RETRIES || !nvme_status_retry(status))
		return false;
	if (!q->waiting && rl_timer_start(q->n->retry_timer, NVME_RETRY_NS))
		return false;
	slot->retries++;
	slot->flags |= NVME_SLOT_RETRY;
	q->waiting++;
	return true;
}

/* One completion (4.6). Under cq_lock. */
static void nvme_io_complete(struct nvme_queue *q, const struct nvme_cqe *cqe)
{
	u16 status = READ_ONCE(cqe->status) >> 1;
	u16 sq_head = READ_ONCE(cqe->sq_head);
	u16 sq_id = READ_ONCE(cqe->sq_id);
	u16 cid = READ_ONCE(cqe->cid);
	struct nvme_slot *slot = &q->slots[cid];

	if (unlikely(sq_id != q->qid || sq_head >= q->entries))
		nvme_queue_bad(q, "queue id or head", sq_id << 16 | sq_head);
	if (unlikely(cid >= q->depth || !slot->req || slot->flags & NVME_SLOT_RETRY)) {
		nvme_queue_bad(q, "command id", cid);
		return;
	}
	if (unlikely(status) && nvme_io_again(q, slot, status))
		return;
	nvme_io_finish(q, slot, unlikely(status) ? nvme_status_errno(status) : 0);
}

/*
 * Answers every request the device has completed, under cq_lock. Bounded by the
 * length of the queue: a device that fakes phase tags cannot hold the CPU.
 */
static void nvme_io_drain(struct nvme_queue *q)
{
	u32 budget = q->cq_entries;

	while (budget--) {
		const struct nvme_cqe *cqe = nvme_queue_next(q);

		if (!cqe)
			break;
		nvme_io_complete(q, cqe);
	}
	nvme_queue_ack(q);
}

/**
 * nvme_io_irq() - the queue's interrupt: reap
 * @q: queue
 *
 * Hardirq context.
 */
void nvme_io_irq(struct nvme_queue *q)
{
	rl_spin_lock(&q->cq_lock);
	nvme_io_drain(q);
	rl_spin_unlock(&q->cq_lock);
}

/**
 * nvme_io_reap() - reap without an interrupt
 * @q: queue
 *
 * Any context but NMI.
 */
void nvme_io_reap(struct nvme_queue *q)
{
	u64 token = rl_lock_irq(&q->cq_lock);

	nvme_io_drain(q);
	rl_unlock_irq(&q->cq_lock, token);
}

/**
 * nvme_io_pending() - is there a completion to reap?
 * @q: queue
 *
 * A look without the lock, for pollers: a stale answer costs one more poll. Any
 * context.
 */
bool nvme_io_pending(const struct nvme_queue *q)
{
	u16 status = READ_ONCE(q->cqes[READ_ONCE(q->head)].status);

	return (status & 1) == READ_ONCE(q->phase);
}

/*
 * Sends again what waits. Under cq_lock. False when it must be tried later: the
 * submission below this timer may hold sq_lock.
 */
static bool nvme_io_resubmit(struct nvme_queue *q)
{
	u16 tag;

	if (!rl_spin_trylock(&q->sq_lock))
		return false;
	for (tag = 0; tag < q->depth && q->waiting; tag++) {
		struct nvme_slot *slot = &q->slots[tag];

		if (!(slot->flags & NVME_SLOT_RETRY))
			continue;
		slot->flags &= ~NVME_SLOT_RETRY;
		q->waiting--;
		nvme_io_push(q, rl_deref(slot->req), tag);
	}
	nvme_queue_ring(q);
	rl_spin_unlock(&q->sq_lock);
	return true;
}

/* nvme_io_retry() - the retry timer of the controller. Softirq context. */
void nvme_io_retry(void *self, u64 arg)
{
	struct nvme *n = self;
	u32 qid;

	for (qid = 1; qid <= n->nr_io; qid++) {
		struct nvme_queue *q = n->queues[qid];
		u64 token = rl_lock_irq(&q->cq_lock);

		if (q->waiting && !nvme_io_resubmit(q))
			rl_timer_start(n->retry_timer, NVME_AGAIN_NS);
		rl_unlock_irq(&q->cq_lock, token);
	}
}
