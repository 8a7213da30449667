// SPDX-License-Identifier: GPL-2.0-only
/*
 * The virtqueues of a disk: how many, how deep, whose interrupt (VIRTIO 1.2, 2.7).
 *
 * Queue q of the interface serves CPU q; its interrupt is vector q + 1, which the core
 * keeps on that CPU. Vector 0 is the configuration's. With fewer vectors the queues take
 * turns; with a single one everything shares it.
 *
 * All queues have the size of the shortest: a chain may not be longer than its queue
 * (2.7.5.3.1), and the block layer knows one limit for all. Rings are left at that size
 * though fewer requests are in flight, as it bounds the segments of a request.
 */
#include "vblk.h"
#include <redleaf/heap.h>
#include <redleaf/log.h>

#define ENTRIES_MIN	4u	/* a plain chain of three */
#define FIT_DEPTH	32u	/* rather fewer queues than shallower ones */

static bool queue_indirect(const struct vblk *v)
{
	return v->dev.features & VF_INDIRECT_DESC;
}

static u8 queue_stride_shift(const struct vblk *v, u32 entries)
{
	return queue_indirect(v) ? 0 : virtio_log2(min(entries, VBLK_PLAIN_STRIDE));
}

/* What a tag needs of the window. */
static u32 queue_tag_bytes(const struct vblk *v)
{
	u32 descs = queue_indirect(v) ? v->lim.max_descs + VBLK_EXTRA : 0;

	return sizeof(struct vblk_slot) + sizeof(struct vblk_cmd) +
	       descs * sizeof(struct vring_desc);
}

/* Tags of each of @nr queues that fit into the window. */
static u32 queues_fit(const struct vblk *v, u32 nr, u32 entries)
{
	u32 rings = VIRTIO_RING_BYTES(entries);
	u32 share = (VIRTIO_BLK_HEAP - VBLK_HEAP_RESERVE) / nr;

	return share > rings ? (share - rings) / queue_tag_bytes(v) : 0;
}

static s32 queue_alloc_tags(struct vblk_queue *q, u32 max_descs)
{
	size_t bytes;

	q->slots = rl_alloc(q->depth * sizeof(*q->slots));
	q->cmds = rl_dma_alloc_noinit(q->depth * sizeof(*q->cmds), &q->cmds_dma);
	if (!q->slots || !q->cmds)
		return -ENOMEM;
	if (!queue_indirect(q->v))
		return 0;
	q->table_len = max_descs + VBLK_EXTRA;
	bytes = q->table_len * sizeof(*q->tables);
	q->tables = rl_dma_alloc_noinit(q->depth * bytes, &q->tables_dma);
	return q->tables ? 0 : -ENOMEM;
}

/* NULL when the window is full: the generation ends, and what there is goes with it. */
static struct vblk_queue *queue_alloc(struct vblk *v, u32 index, u32 entries)
{
	struct vblk_queue *q = rl_alloc(sizeof(*q));

	if (!q)
		return NULL;
	q->v = v;
	q->index = index;
	q->depth = v->depth;
	q->stride_shift = queue_stride_shift(v, entries);
	if (virtio_queue_alloc(&v->dev, &q->ring, index, entries))
		return NULL;
	return queue_alloc_tags(q, v->lim.max_descs) ? NULL : q;
}

/* MSI-X handler; @arg is the vector. Hardirq context. */
static void queue_irq(void *self, u64 arg)
{
	struct vblk *v = self;
	u32 stride = virtio_vector_stride(&v->dev);
	u32 vector = arg;
	u32 q = vector ? vector - 1 : 0;

	if (!vector) {
		if (virtio_changed(&v->dev))
			rl_info("configuration changed: a new size shows after a restart");
		if (v->dev.nr_vectors > 1)
			return;
	}
	for (; q < v->nr_queues; q += stride)
		vblk_io_irq(v->queues[q]);
}

/* Queues worth having. */
static u32 queues_want(const struct vblk *v)
{
	u32 want = rl_param(VIRTIO_BLK_PARAM_QUEUES);

	if (!want)
		want = max(v->dev.info.nr_cpus, 1u);
	return min(min(want, v->lim.queues), VIRTIO_BLK_MAX_QUEUES);
}

/* The size of the shortest of them; 0: one is absurd. */
static u32 queues_entries(const struct vblk *v, u32 nr)
{
	u32 i, size, least = VBLK_MAX_ENTRIES;

	for (i = 0; i < nr; i++) {
		size = virtio_queue_size(&v->dev, i, ENTRIES_MIN, VBLK_MAX_ENTRIES);
		least = min(least, size);
	}
	return least;
}

/* Chains fit rings of @entries (2.7.5.3.1), or a tag's descriptors in one. */
static void queues_cut(struct vblk *v, u32 entries)
{
	u32 room = queue_indirect(v) ? entries : 1u << queue_stride_shift(v, entries);

	v->lim.max_descs = min(v->lim.max_descs, room - VBLK_EXTRA);
}

static s32 queues_make(struct vblk *v, u32 nr, u32 entries)
{
	struct vblk_queue *q;
	u32 i;
	s32 err = 0;

	for (i = 0; i < nr && !err; i++) {
		q = queue_alloc(v, i, entries);
		if (!q) {
			rl_err("queue %u: no memory", i);
			return -ENOMEM;
		}
		v->queues[i] = q;
		WRITE_ONCE(v->nr_queues, i + 1);
		err = virtio_queue_enable(&v->dev, &q->ring, virtio_vector(&v->dev, i));
	}
	return err;
}

/**
 * vblk_queues_setup() - interrupts and virtqueues (step 7 of 3.1.1)
 * @v: device, its configuration known; sets nr_queues, depth, cuts lim
 *
 * Process context, may sleep. Returns 0 or -Exxx, with a line in the log.
 */
s32 vblk_queues_setup(struct vblk *v)
{
	u32 nr = queues_want(v), depth = rl_param(VIRTIO_BLK_PARAM_DEPTH);
	u32 entries = queues_entries(v, nr);
	s32 err;

	if (!entries)
		return -ENODEV;
	queues_cut(v, entries);
	depth = min(depth, entries >> queue_stride_shift(v, entries));
	while (nr > 1 && queues_fit(v, nr, entries) < min(depth, FIT_DEPTH))
		nr--;
	v->depth = min(depth, queues_fit(v, nr, entries));
	err = virtio_irq_setup(&v->dev, nr + 1, queue_irq);
	if (!err)
		err = virtio_set_vector(&v->dev, VCOM_CONFIG_MSIX_VECTOR, 0);
	return err ? err : queues_make(v, nr, entries);
}

/**
 * vblk_queue_push() - put a tag's chain into the available ring (2.7.13.1)
 * @q: queue, under its sq_lock, or nobody else there
 * @tag: whose chain is built
 *
 * Any context but NMI. The device sees it from virtio_queue_ring() on.
 */
void vblk_queue_push(struct vblk_queue *q, u16 tag)
{
	virtio_queue_push(&q->ring, tag << q->stride_shift);
}
