// SPDX-License-Identifier: GPL-2.0-only
/*
 * Admin commands (NVMe 1.4, 5).
 *
 * They are posted in batches of commands that do not depend on each other, and
 * waited for together: each wait is a round trip through the device, and the time
 * from a fault to the first I/O is made of these. The issuer may do something else
 * meanwhile (nvme_admin_send()), and then polls for the answers: at init no interrupt
 * is bound yet, and polling with growing steps makes no difference to anybody later.
 * Aborts are sent from the timeout handler, which cannot wait; their answers are reaped
 * by whoever comes first, interrupt or poll.
 *
 * A batch that does not come back in time leaves its ids in use, and no other is
 * sent; the caller ends the generation, which is the reset of the controller.
 */
#include "nvme.h"
#include <redleaf/log.h>
#include <redleaf/string.h>
#include <redleaf/time.h>

/**
 * nvme_admin_init() - memory of the admin queue and its data pages
 * @n: controller
 *
 * Process context, may sleep. Returns 0 or -Exxx, with a line in the log.
 */
s32 nvme_admin_init(struct nvme *n)
{
	struct nvme_admin *a = &n->admin;
	s32 event = rl_event_create();

	n->queues[0] = nvme_queue_alloc(n, 0, NVME_ADMIN_ENTRIES, 0);
	a->pages = rl_dma_alloc(NVME_PAGES * NVME_PAGE, &a->pages_dma);
	if (event < 0 || !n->queues[0] || !a->pages) {
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

	if (cid < NVME_MAX_BATCH && a->answers[cid].busy) {
		a->answers[cid].status = status;
		a->answers[cid].result = result;
		barrier();
		WRITE_ONCE(a->answers[cid].busy, false);
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
	u32 budget = q->cq_entries;

	while (budget--) {
		const struct nvme_cqe *cqe = nvme_queue_next(q);

		if (!cqe)
			break;
		nvme_admin_complete(n, cqe);
	}
	nvme_queue_ack(q);
	rl_unlock_irq(&q->cq_lock, token);
}

/* nvme_admin_page() - data page @page of the admin state. */
void *nvme_admin_page(struct nvme *n, u32 page)
{
	return n->admin.pages + page * NVME_PAGE;
}

/* Takes the next entry of the admin queue, under its sq_lock; not rung yet. */
static struct nvme_cmd *nvme_admin_entry(struct nvme_queue *q, u8 opcode, u16 cid)
{
	struct nvme_cmd *c = &q->sqes[q->tail];

	q->tail = q->tail + 1 == q->entries ? 0 : q->tail + 1;
	memset(c, 0, sizeof(*c));
	c->cdw0 = opcode | (u32)cid << 16;
	return c;
}

/* Adds one command to the batch; the device hears of it in nvme_admin_run(). */
static void nvme_admin_post(struct nvme *n, u8 opcode, u32 nsid, u64 prp1, u64 prp2,
			    u32 cdw10, u32 cdw11)
{
	struct nvme_queue *q = n->queues[0];
	struct nvme_admin *a = &n->admin;
	struct nvme_cmd *c;

	RL_BUG_ON(a->posted == NVME_MAX_BATCH);
	if (a->dead)
		return;
	rl_lock(&q->sq_lock);
	c = nvme_admin_entry(q, opcode, a->posted);
	c->nsid = nsid;
	c->prp1 = prp1;
	c->prp2 = prp2;
	c->cdw10_11 = cdw10 | (u64)cdw11 << 32;
	WRITE_ONCE(a->answers[a->posted].busy, true);
	rl_unlock(&q->sq_lock);
	a->posted++;
}

static bool nvme_admin_busy(const struct nvme_admin *a)
{
	u32 i;

	for (i = 0; i < a->posted; i++)
		if (READ_ONCE(a->answers[i].busy))
			return true;
	return false;
}

static s32 nvme_admin_wait(struct nvme *n)
{
	u64 until = rl_now_ns() + n->admin_ms * 1000000ull;
	u32 us = 1;
	s32 err;

	for (;;) {
		bool late = rl_now_ns() > until;

		nvme_admin_reap(n);
		if (!nvme_admin_busy(&n->admin))
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

/**
 * nvme_admin_send() - let the device begin with the batch
 * @n: controller; the caller owns its admin state
 *
 * nvme_admin_run() is to follow. Process context.
 */
void nvme_admin_send(struct nvme *n)
{
	nvme_io_kick(n->queues[0]);
}

/**
 * nvme_admin_run() - send the batch, unless it was, and wait for all answers
 * @n: controller; the caller owns its admin state
 *
 * Process context, may sleep. Returns 0, whatever the device answered, or -Exxx
 * when it did not, with a line in the log.
 */
s32 nvme_admin_run(struct nvme *n)
{
	struct nvme_admin *a = &n->admin;
	s32 err;

	if (a->dead)
		return -ETIMEDOUT;
	nvme_admin_send(n);
	err = nvme_admin_wait(n);
	a->posted = 0;
	a->dead = err;
	if (err)
		rl_err("admin command not answered: %d", err);
	return err;
}

/* nvme_admin_status() - what command @index of the last batch was answered. */
u16 nvme_admin_status(const struct nvme *n, u32 index)
{
	return NVME_ST_CODE(n->admin.answers[index].status);
}

/* nvme_admin_run_one() - a batch of one: 0, -Exxx, or the (positive) status. */
s32 nvme_admin_run_one(struct nvme *n)
{
	s32 err = nvme_admin_run(n);

	return err ? err : nvme_admin_status(n, 0);
}

/* nvme_post_identify() - 5.15, into data page @page. */
void nvme_post_identify(struct nvme *n, u32 cns, u32 nsid, u32 page)
{
	nvme_admin_post(n, NVME_ADM_IDENTIFY, nsid, n->admin.pages_dma + page * NVME_PAGE, 0,
			cns, 0);
}

/* nvme_post_num_queues() - 5.21.1.7: ask for @want I/O queue pairs. */
void nvme_post_num_queues(struct nvme *n, u32 want)
{
	nvme_admin_post(n, NVME_ADM_SET_FEATURES, 0, 0, 0, NVME_FEAT_NUM_QUEUES,
			(want - 1) << 16 | (want - 1));
}

/* nvme_post_create_cq() - 5.3. */
void nvme_post_create_cq(struct nvme *n, const struct nvme_queue *q, u32 vector)
{
	nvme_admin_post(n, NVME_ADM_CREATE_CQ, 0, q->cq_dma, 0, (q->cq_entries - 1) << 16 | q->qid,
			vector << 16 | NVME_QUEUE_IEN | NVME_QUEUE_PC);
}

/* nvme_post_create_sq() - 5.4; its completion queue has the same id. */
void nvme_post_create_sq(struct nvme *n, const struct nvme_queue *q)
{
	nvme_admin_post(n, NVME_ADM_CREATE_SQ, 0, q->sq_dma, 0, (q->entries - 1) << 16 | q->qid,
			q->qid << 16 | NVME_QUEUE_PC);
}

/* nvme_post_delete() - 5.5 and 5.6, by @opcode. */
void nvme_post_delete(struct nvme *n, u8 opcode, u16 qid)
{
	nvme_admin_post(n, opcode, 0, 0, 0, qid, 0);
}

/* nvme_post_dbbuf() - 5.7. */
void nvme_post_dbbuf(struct nvme *n)
{
	nvme_admin_post(n, NVME_ADM_DBBUF, 0, n->shadow_dma, n->events_dma, 0, 0);
}

/* nvme_post_smart() - 5.14.1.2, into NVME_PAGE_ANY. */
void nvme_post_smart(struct nvme *n)
{
	u32 dwords = sizeof(struct nvme_smart) / 4;

	nvme_admin_post(n, NVME_ADM_GET_LOG, NVME_NSID_ALL, n->admin.pages_dma, 0,
			NVME_LOG_SMART | (dwords - 1) << 16, 0);
}

/* Claims an abort id; 0 when the controller's limit is reached. */
static u16 nvme_admin_abort_cid(struct nvme *n)
{
	struct nvme_queue *q = n->queues[0];
	u64 token = rl_lock_irq(&q->cq_lock);
	u16 cid = 0;
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
 * Does not wait. Process context. False when the controller's limit of
 * aborts is already under way.
 */
bool nvme_admin_abort(struct nvme *n, u16 qid, u16 cid)
{
	struct nvme_queue *q = n->queues[0];
	u16 id = nvme_admin_abort_cid(n);
	struct nvme_cmd *c;

	if (!id)
		return false;
	rl_lock(&q->sq_lock);
	c = nvme_admin_entry(q, NVME_ADM_ABORT, id);
	c->cdw10_11 = qid | (u32)cid << 16;
	nvme_queue_ring(q);
	rl_unlock(&q->sq_lock);
	return true;
}
