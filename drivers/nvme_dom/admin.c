// SPDX-License-Identifier: GPL-2.0-only
/*
 * Admin commands (NVMe 1.4, 5).
 *
 * One synchronous command at a time, command id NVME_CID_SYNC, whose issuer
 * polls for the answer: at init no interrupt is bound yet, and polling with
 * growing steps makes no difference to anybody later. Aborts are sent from the
 * timeout handler, which cannot wait; their answers are reaped by whoever comes
 * first, interrupt or poll.
 *
 * A synchronous command that does not come back in time leaves its id in use;
 * the caller ends the generation, which is the reset of the controller.
 */
#include "nvme.h"
#include <redleaf/log.h>
#include <redleaf/string.h>
#include <redleaf/time.h>

/**
 * nvme_admin_init() - memory of the admin queue and the shared data page
 * @n: controller
 *
 * Process context, may sleep. Returns 0 or -Exxx, with a line in the log.
 */
s32 nvme_admin_init(struct nvme *n)
{
	struct nvme_admin *a = &n->admin;
	s32 event = rl_event_create();

	n->queues[0] = nvme_queue_alloc(n, 0, NVME_ADMIN_ENTRIES, 0);
	a->page = rl_dma_alloc(NVME_PAGE, &a->page_dma);
	if (event < 0 || !n->queues[0] || !a->page) {
		rl_err("no memory for the admin queue");
		return -ENOMEM;
	}
	a->mutex = event;
	nvme_admin_unlock(n);
	return 0;
}

/**
 * nvme_admin_lock() - become the owner of the admin state
 * @n: controller
 *
 * Process context, may sleep. Returns 0, or -ECANCELED when a caller further up
 * is being killed.
 */
s32 nvme_admin_lock(struct nvme *n)
{
	return rl_event_wait(n->admin.mutex, ~0ull);
}

/* Undo nvme_admin_lock(). */
void nvme_admin_unlock(struct nvme *n)
{
	rl_event_signal(n->admin.mutex);
}

static void nvme_admin_complete(struct nvme *n, const struct nvme_cqe *cqe)
{
	struct nvme_admin *a = &n->admin;
	u16 cid = READ_ONCE(cqe->cid);
	u16 status = READ_ONCE(cqe->status) >> 1;
	u32 result = READ_ONCE(cqe->result);

	if (cid == NVME_CID_SYNC && a->busy) {
		a->status = status;
		a->result = result;
		barrier();
		WRITE_ONCE(a->busy, false);
		return;
	}
	if (cid >= NVME_CID_ABORT && cid < NVME_CID_ABORT + NVME_MAX_ABORTS &&
	    a->aborts & BIT(cid - NVME_CID_ABORT)) {
		a->aborts &= ~BIT(cid - NVME_CID_ABORT);
		if (status || result & NVME_ABORT_NOT_DONE)
			rl_log(RL_LOG_WARN, "abort not done: status %x", status);
		return;
	}
	nvme_queue_bad(n->queues[0], "command id", cid);
}

/**
 * nvme_admin_reap() - take answers off the admin completion queue
 * @n: controller
 *
 * Any context but NMI.
 */
void nvme_admin_reap(struct nvme *n)
{
	struct nvme_queue *q = n->queues[0];
	u64 token = rl_lock_irq(&q->cq_lock);
	u32 budget = q->entries;

	while (budget--) {
		const struct nvme_cqe *cqe = nvme_queue_next(q);

		if (!cqe)
			break;
		nvme_admin_complete(n, cqe);
	}
	nvme_queue_ack(q);
	rl_unlock_irq(&q->cq_lock, token);
}

/* The next entry of the admin queue, under its sq_lock. */
static struct nvme_cmd *nvme_admin_entry(struct nvme_queue *q)
{
	struct nvme_cmd *c = &q->sqes[q->tail];

	q->tail = q->tail + 1 == q->entries ? 0 : q->tail + 1;
	return c;
}

static struct nvme_cmd *nvme_admin_cmd(struct nvme *n, u8 opcode, u32 nsid)
{
	struct nvme_cmd *c = &n->admin.sync;

	memset(c, 0, sizeof(*c));
	c->cdw0 = opcode | NVME_CID_SYNC << 16;
	c->nsid = nsid;
	return c;
}

static s32 nvme_admin_wait(struct nvme *n)
{
	u64 until = rl_now_ns() + n->admin_ms * 1000000ull;
	u32 us = 1;
	s32 err;

	for (;;) {
		bool late = rl_now_ns() > until;

		nvme_admin_reap(n);
		if (!READ_ONCE(n->admin.busy))
			return 0;
		if (late)
			return -ETIMEDOUT;
		us = nvme_backoff(us);
		/* A register read costs more than a look at memory: not while spinning. */
		err = us > NVME_SPIN_US ? nvme_ctrl_check() : 0;
		if (err)
			return err;
	}
}

/*
 * Sends n->admin.sync and waits. 0, -Exxx when the controller does not answer,
 * or the (positive) status code it answered.
 */
static s32 nvme_admin_exec(struct nvme *n)
{
	struct nvme_queue *q = n->queues[0];
	struct nvme_admin *a = &n->admin;
	u64 token;
	s32 err;

	if (a->busy)
		return -ETIMEDOUT;
	token = rl_lock_irq(&q->sq_lock);
	*nvme_admin_entry(q) = a->sync;
	WRITE_ONCE(a->busy, true);
	nvme_queue_ring(q);
	rl_unlock_irq(&q->sq_lock, token);
	err = nvme_admin_wait(n);
	if (err)
		rl_err("admin command %x: no answer: %d", a->sync.cdw0 & 0xff, err);
	return err ? err : NVME_ST_CODE(a->status);
}

/* nvme_admin_identify() - 5.15, into n->admin.page. 0, -Exxx or status. Sleeps. */
s32 nvme_admin_identify(struct nvme *n, u32 cns, u32 nsid)
{
	struct nvme_cmd *c = nvme_admin_cmd(n, NVME_ADM_IDENTIFY, nsid);

	c->prp1 = n->admin.page_dma;
	c->cdw10_11 = cns;
	return nvme_admin_exec(n);
}

/*
 * nvme_admin_num_queues() - 5.21.1.7: ask for @want I/O queue pairs. Returns how
 * many to use, 1 to @want, or -Exxx. A device may grant more than was asked for.
 * Sleeps.
 */
s32 nvme_admin_num_queues(struct nvme *n, u32 want)
{
	struct nvme_cmd *c = nvme_admin_cmd(n, NVME_ADM_SET_FEATURES, 0);
	u32 sqs, cqs;
	s32 err;

	c->cdw10_11 = NVME_FEAT_NUM_QUEUES | (u64)((want - 1) << 16 | (want - 1)) << 32;
	err = nvme_admin_exec(n);
	if (err > 0) {
		rl_err("no I/O queues granted: status %x", err);
		return -EIO;
	}
	if (err)
		return err;
	sqs = (n->admin.result & 0xffff) + 1;
	cqs = (n->admin.result >> 16) + 1;
	return min(want, min(sqs, cqs));
}

/* nvme_admin_create_cq() - 5.3. 0, -Exxx or status. Sleeps. */
s32 nvme_admin_create_cq(struct nvme *n, const struct nvme_queue *q, u32 vector)
{
	struct nvme_cmd *c = nvme_admin_cmd(n, NVME_ADM_CREATE_CQ, 0);
	u32 cdw10 = (q->entries - 1) << 16 | q->qid;
	u32 cdw11 = vector << 16 | NVME_QUEUE_IEN | NVME_QUEUE_PC;

	c->prp1 = q->cq_dma;
	c->cdw10_11 = cdw10 | (u64)cdw11 << 32;
	return nvme_admin_exec(n);
}

/* nvme_admin_create_sq() - 5.4; its completion queue has the same id. As above. */
s32 nvme_admin_create_sq(struct nvme *n, const struct nvme_queue *q)
{
	struct nvme_cmd *c = nvme_admin_cmd(n, NVME_ADM_CREATE_SQ, 0);
	u32 cdw10 = (q->entries - 1) << 16 | q->qid;
	u32 cdw11 = q->qid << 16 | NVME_QUEUE_PC;

	c->prp1 = q->sq_dma;
	c->cdw10_11 = cdw10 | (u64)cdw11 << 32;
	return nvme_admin_exec(n);
}

/* nvme_admin_delete() - 5.5 and 5.6, by @opcode. As above. */
s32 nvme_admin_delete(struct nvme *n, u8 opcode, u16 qid)
{
	nvme_admin_cmd(n, opcode, 0)->cdw10_11 = qid;
	return nvme_admin_exec(n);
}

/* nvme_admin_dbbuf() - 5.7. As above. */
s32 nvme_admin_dbbuf(struct nvme *n)
{
	struct nvme_cmd *c = nvme_admin_cmd(n, NVME_ADM_DBBUF, 0);

	c->prp1 = n->shadow_dma;
	c->prp2 = n->events_dma;
	return nvme_admin_exec(n);
}

/* nvme_admin_smart() - 5.14.1.2, into n->admin.page. As above. */
s32 nvme_admin_smart(struct nvme *n)
{
	struct nvme_cmd *c = nvme_admin_cmd(n, NVME_ADM_GET_LOG, NVME_NSID_ALL);
	u32 dwords = sizeof(struct nvme_smart) / 4;

	c->prp1 = n->admin.page_dma;
	c->cdw10_11 = NVME_LOG_SMART | (dwords - 1) << 16;
	return nvme_admin_exec(n);
}

/* Claims an abort id; NVME_CID_SYNC when the controller's limit is reached. */
static u16 nvme_admin_abort_cid(struct nvme *n)
{
	struct nvme_queue *q = n->queues[0];
	u64 token = rl_lock_irq(&q->cq_lock);
	u16 cid = NVME_CID_SYNC;
	u32 i;

	for (i = 0; i < n->lim.aborts; i++) {
		if (n->admin.aborts & BIT(i))
			continue;
		n->admin.aborts |= BIT(i);
		cid = NVME_CID_ABORT + i;
		break;
	}
	rl_unlock_irq(&q->cq_lock, token);
	return cid;
}

/**
 * nvme_admin_abort() - ask for the end of command @cid on queue @qid (5.1)
 * @n: controller
 * @qid: submission queue
 * @cid: command
 *
 * Does not wait. Any context but NMI. False when the controller's limit of
 * aborts is already under way.
 */
bool nvme_admin_abort(struct nvme *n, u16 qid, u16 cid)
{
	struct nvme_queue *q = n->queues[0];
	u16 id = nvme_admin_abort_cid(n);
	struct nvme_cmd *c;
	u64 token;

	if (id == NVME_CID_SYNC)
		return false;
	token = rl_lock_irq(&q->sq_lock);
	c = nvme_admin_entry(q);
	memset(c, 0, sizeof(*c));
	c->cdw0 = NVME_ADM_ABORT | (u32)id << 16;
	c->cdw10_11 = qid | (u32)cid << 16;
	nvme_queue_ring(q);
	rl_unlock_irq(&q->sq_lock, token);
	return true;
}
