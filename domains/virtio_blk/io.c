// SPDX-License-Identifier: GPL-2.0-only
/*
 * The I/O path: a request goes to the device, a used element becomes an answer.
 *
 * Which chain the device names and how many bytes it says it wrote are compared with what
 * it was given (VIRTIO 1.2, 2.7.8). What cannot be true ends the generation. So does a
 * request that is never answered: there is no command to abort one.
 *
 * What can die here: nothing is held when rlc_bdev_host_complete() leaves the domain for
 * good but locks of this generation, which nobody will take again.
 */
#include "vblk.h"
#include <redleaf/log.h>

/**
 * vblk_io_submit() - bdev.submit
 * @v: device
 * @queue: I/O queue, 0-based
 * @ref: request; the driver's when the answer is 0
 * @last: notify the device
 *
 * Preemption off, any CPU. Returns 0; -EINVAL, -EOPNOTSUPP, -EROFS for a request that
 * cannot be a command; -EBUSY for a tag in flight.
 */
s32 vblk_io_submit(struct vblk *v, u16 queue, struct bdev_request __rref *ref, bool last)
{
	const struct bdev_request *req = rl_deref(ref);
	u16 tag = req->tag;
	struct vblk_slot *slot;
	struct vblk_queue *q;
	s32 err;

	if (queue >= v->nr_queues || req->ns)
		return -EINVAL;
	q = v->queues[queue];
	if (tag >= q->depth)
		return -EINVAL;
	slot = &q->slots[tag];
	if (READ_ONCE(slot->busy))
		return -EBUSY;
	err = vblk_chain_build(q, req, tag);
	if (err)
		return err;

	rl_spin_lock(&q->sq_lock);
	slot->req = ref;
	WRITE_ONCE(slot->busy, true);
	vblk_queue_push(q, tag);
	if (last)
		virtio_queue_ring(&q->ring);
	rl_spin_unlock(&q->sq_lock);
	return 0;
}

/* Notify the device of what was submitted without @last. Process context. */
void vblk_io_kick(struct vblk_queue *q)
{
	rl_lock(&q->sq_lock);
	virtio_queue_ring(&q->ring);
	rl_unlock(&q->sq_lock);
}

/* 5.2.6: status byte and length as an error number. */
static s32 io_result(const struct vblk_queue *q, u16 tag, u32 len)
{
	switch (READ_ONCE(q->cmds[tag].status)) {
	case VBLK_S_OK:
		/* 2.7.8.2: beyond what it says it wrote the device promises nothing */
		return len < q->slots[tag].room ? -EIO : 0;
	case VBLK_S_IOERR:
		return -EIO;
	case VBLK_S_UNSUPP:
		return -EOPNOTSUPP;
	}
	rl_die("device answers without a status");
}

/* Frees the tag, then gives its request back. Under cq_lock. */
static void io_finish(struct vblk_queue *q, u16 tag, u32 len)
{
	s32 err = io_result(q, tag, len);
	struct vblk_slot *slot = &q->slots[tag];
	struct bdev_request __rref *ref = slot->req;
	struct rl_ret ret;

	if (unlikely(err) && ref)
		rl_log(RL_LOG_WARN, "queue %u tag %u op %u lba %llu: error %d, %u bytes", q->index,
		       tag, rl_deref(ref)->op, rl_deref(ref)->lba, err, len);
	slot->req = NULL;
	barrier();
	WRITE_ONCE(slot->busy, false);
	if (!ref)
		return;
	ret = rlc_bdev_host_complete(q->v->host, ref, err);
	if (unlikely(ret.rpc != RL_RPC_OK))
		rl_die("adapter refuses a completion");
}

/* One used element. Under cq_lock. */
static void io_complete(struct vblk_queue *q)
{
	const struct vring_used_elem *e = virtio_queue_first(&q->ring);
	u32 id = READ_ONCE(e->id), len = READ_ONCE(e->len);
	u32 tag = id >> q->stride_shift;

	if (unlikely(tag >= q->depth || tag << q->stride_shift != id || !q->slots[tag].busy))
		rl_die("device names a chain it does not have");
	if (unlikely(len > q->slots[tag].room + 1))
		rl_die("device wrote more than it was given room for");
	q->ring.head++;
	io_finish(q, tag, len);
}

/*
 * Answers every request the device has completed, under cq_lock. Bounded by what there
 * was to begin with: a device cannot hold the CPU, and for more it interrupts again.
 */
static void io_drain(struct vblk_queue *q)
{
	u16 n = virtio_queue_used(&q->ring);

	while (n--)
		io_complete(q);
}

/* The queue's interrupt. Hardirq context. */
void vblk_io_irq(struct vblk_queue *q)
{
	rl_spin_lock(&q->cq_lock);
	io_drain(q);
	rl_spin_unlock(&q->cq_lock);
}

/* The same without an interrupt. Any context but NMI. */
void vblk_io_reap(struct vblk_queue *q)
{
	u64 token = rl_lock_irq(&q->cq_lock);

	io_drain(q);
	rl_unlock_irq(&q->cq_lock, token);
}

/**
 * vblk_io_timeout() - bdev.timeout: notify, reap, and else reset
 * @v: device
 * @q: I/O queue
 * @tag: request
 *
 * Process context. Returns 0 (answered), -EINVAL for a tag that does not exist, -ENODEV
 * when the device is gone. Does not return when nothing but a reset is left.
 */
s32 vblk_io_timeout(struct vblk *v, struct vblk_queue *q, u16 tag)
{
	if (tag >= q->depth)
		return -EINVAL;
	if (!READ_ONCE(q->slots[tag].busy))
		return 0;
	vblk_io_kick(q);
	vblk_io_reap(q);
	if (!READ_ONCE(q->slots[tag].busy)) {
		rl_log(RL_LOG_WARN, "queue %u tag %u: done, interrupt was lost", q->index, tag);
		return 0;
	}
	if (rl_pci_gone() || virtio_status(&v->dev) == VSTATUS_GONE)
		return -ENODEV;
	rl_die("I/O timeout, device reset");
}
