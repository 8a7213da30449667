// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happens when the adapter has waited long enough for a request.
 *
 * First the cheap explanations: a doorbell that was not rung, an interrupt that
 * was lost. Then Abort (NVMe 1.4, 5.1). When the same request times out again
 * the generation ends: the restart is the controller reset, and the adapter
 * issues again whatever was in flight.
 */
#include "nvme.h"
#include <redleaf/log.h>
#include <redleaf/time.h>

enum nvme_verdict { NVME_IDLE, NVME_PATIENCE, NVME_ABORT, NVME_RESET };

/* The ladder; marks the slot. Under cq_lock. */
static enum nvme_verdict nvme_timeout_judge(const struct nvme *n, struct nvme_slot *slot)
{
	u32 now_ms = rl_now_ns() / 1000000;

	if (!slot->req)
		return NVME_IDLE;
	/* Not at the device: the retry timer is about to send it. */
	if (slot->flags & NVME_SLOT_RETRY)
		return NVME_PATIENCE;
	if (slot->flags & NVME_SLOT_TIMEOUT)
		return now_ms - slot->aborted_ms < n->io_ms ? NVME_PATIENCE : NVME_RESET;
	slot->flags |= NVME_SLOT_TIMEOUT;
	slot->aborted_ms = now_ms;
	return NVME_ABORT;
}

static bool nvme_timeout_busy(struct nvme_queue *q, u16 tag)
{
	return READ_ONCE(q->slots[tag].req);
}

/**
 * nvme_timeout() - bdev.timeout
 * @n: controller
 * @q: I/O queue
 * @tag: request
 *
 * Process context. Returns 0 (answered, or being dealt with), -EINVAL for a
 * tag that does not exist, -ENODEV when the device is gone. Does not return when
 * nothing but a reset is left.
 */
s32 nvme_timeout(struct nvme *n, struct nvme_queue *q, u16 tag)
{
	enum nvme_verdict verdict;
	u64 token;
	s32 err;

	if (tag >= q->depth)
		return -EINVAL;
	if (!nvme_timeout_busy(q, tag))
		return 0;
	nvme_io_kick(q);
	nvme_io_reap(q);
	if (!nvme_timeout_busy(q, tag)) {
		rl_log(RL_LOG_WARN, "queue %u tag %u: done, interrupt was lost", q->qid, tag);
		return 0;
	}
	if (rl_pci_gone())
		return -ENODEV;
	err = nvme_ctrl_check();
	if (err)
		rl_die(err == -EIO ? "controller fatal status" : "registers read all ones");

	token = rl_lock_irq(&q->cq_lock);
	verdict = nvme_timeout_judge(n, &q->slots[tag]);
	rl_unlock_irq(&q->cq_lock, token);
	if (verdict == NVME_RESET)
		rl_die("I/O timeout, controller reset");
	if (verdict == NVME_ABORT) {
		bool sent = nvme_admin_abort(n, q->qid, tag);

		rl_log(RL_LOG_WARN, "queue %u tag %u: timeout, %s", q->qid, tag,
		       sent ? "aborting" : "too many aborts under way");
	}
	return 0;
}
