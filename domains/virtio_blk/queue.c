// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtqueues: size, memory, registers, interrupts, notifications (VIRTIO 1.2, 2.7 and
 * 4.1.5.1).
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

/* Size of queue @index, at most VBLK_MAX_ENTRIES (4.1.4.3); 0: not there, or absurd. */
static u32 queue_entries(const struct vblk *v, u32 index)
{
	u32 size;

	vblk_common16_set(v, VCOM_QUEUE_SELECT, index);
	size = vblk_common16(v, VCOM_QUEUE_SIZE);
	if (size < ENTRIES_MIN || size > VRING_MAX || size & (size - 1)) {
		rl_err("queue %u: size %u is not supported", index, size);
		return 0;
	}
	return min(size, VBLK_MAX_ENTRIES);
}

static bool queue_indirect(const struct vblk *v)
{
	return v->features & VF_INDIRECT_DESC;
}

static u8 queue_stride_shift(const struct vblk *v, u32 entries)
{
	return queue_indirect(v) ? 0 : vblk_log2(min(entries, VBLK_PLAIN_STRIDE));
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
	u32 rings = entries * (sizeof(struct vring_desc) + sizeof(struct vring_used_elem) + 2);
	u32 share = (VIRTIO_BLK_HEAP - VBLK_HEAP_RESERVE) / nr;

	rings += 6 * VBLK_PAGE;		/* headers, and what rounding to pages takes */
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
	struct vring_used *used;

	if (!q)
		return NULL;
	q->v = v;
	q->index = index;
	q->entries = entries;
	q->depth = v->depth;
	q->stride_shift = queue_stride_shift(v, entries);
	q->desc = rl_dma_alloc_noinit(entries * sizeof(*q->desc), &q->desc_dma);
	q->avail = rl_dma_alloc(sizeof(*q->avail) + (entries + 1) * sizeof(u16), &q->avail_dma);
	used = rl_dma_alloc(sizeof(*used) + entries * sizeof(used->ring[0]) + 2, &q->used_dma);
	if (!q->desc || !q->avail || !used)
		return NULL;
	q->used = used;
	q->used_flags = &used->flags;
	return queue_alloc_tags(q, v->lim.max_descs) ? NULL : q;
}

/* MSI-X handler; @arg is the vector. Hardirq context. */
static void queue_irq(void *self, u64 arg)
{
	struct vblk *v = self;
	u32 stride = v->nr_vectors > 1 ? v->nr_vectors - 1 : 1;
	u32 vector = arg;
	u32 q = vector ? vector - 1 : 0;

	if (!vector) {
		vblk_device_changed(v);
		if (v->nr_vectors > 1)
			return;
	}
	for (; q < v->nr_queues; q += stride)
		vblk_io_irq(v->queues[q]);
}

static u32 queue_vector(const struct vblk *v, u32 index)
{
	return v->nr_vectors > 1 ? 1 + index % (v->nr_vectors - 1) : 0;
}

static s32 queues_bind(struct vblk *v, u32 nr)
{
	s32 got = rl_irq_setup(nr + 1);
	s32 err = got < 1 ? got : 0;
	u32 i;

	v->nr_vectors = got;
	for (i = 0; !err && i < v->nr_vectors; i++)
		err = rl_irq_bind(i, queue_irq, i);
	if (err)
		rl_err("no interrupts: %d", err);
	return err;
}

/* 4.1.5.1.2: a device that cannot have the vector says so when it is asked. */
static s32 queue_set_vector(const struct vblk *v, u32 field, u32 vector)
{
	vblk_common16_set(v, field, vector);
	if (vblk_common16(v, field) == vector)
		return 0;
	rl_err("device does not take vector %u", vector);
	return -EIO;
}

static void queue_set_address(const struct vblk *v, u32 field, u64 addr)
{
	vblk_common32_set(v, field, addr);
	vblk_common32_set(v, field + 4, addr >> 32);
}

/* 4.1.5.1.3: queue @q becomes the device's, which looks at it from DRIVER_OK on. */
static s32 queue_enable(const struct vblk *v, struct vblk_queue *q)
{
	u64 notify;
	s32 err;

	vblk_common16_set(v, VCOM_QUEUE_SELECT, q->index);
	vblk_common16_set(v, VCOM_QUEUE_SIZE, q->entries);
	queue_set_address(v, VCOM_QUEUE_DESC, q->desc_dma);
	queue_set_address(v, VCOM_QUEUE_DRIVER, q->avail_dma);
	queue_set_address(v, VCOM_QUEUE_DEVICE, q->used_dma);
	err = queue_set_vector(v, VCOM_QUEUE_MSIX_VECTOR, queue_vector(v, q->index));
	if (err)
		return err;
	notify = vblk_caps_notify(v, vblk_common16(v, VCOM_QUEUE_NOTIFY_OFF));
	if (notify == ~0ull || vblk_common16(v, VCOM_QUEUE_SIZE) != q->entries) {
		rl_err("queue %u: its size or notification is absurd", q->index);
		return -EIO;
	}
	q->notify_off = notify;
	vblk_common16_set(v, VCOM_QUEUE_ENABLE, 1);
	return 0;
}

/* Queues worth having. */
static u32 queues_want(const struct vblk *v)
{
	u32 want = rl_param(VIRTIO_BLK_PARAM_QUEUES);

	if (!want)
		want = max(v->info.nr_cpus, 1u);
	return min(min(want, v->lim.queues), VIRTIO_BLK_MAX_QUEUES);
}

/* The size of the shortest of them; 0: one is absurd. */
static u32 queues_entries(const struct vblk *v, u32 nr)
{
	u32 i, size, least = VBLK_MAX_ENTRIES;

	for (i = 0; i < nr; i++) {
		size = queue_entries(v, i);
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
		err = queue_enable(v, q);
	}
	return err;
}

/**
 * vblk_queues_setup() - interrupts and virtqueues (step 7 of 3.1.1)
 * @v: device, its configuration known; sets nr_queues, depth, nr_vectors, cuts lim
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
	err = queues_bind(v, nr);
	if (!err)
		err = queue_set_vector(v, VCOM_CONFIG_MSIX_VECTOR, 0);
	return err ? err : queues_make(v, nr, entries);
}

/**
 * vblk_queue_push() - put a tag's chain into the available ring (2.7.13.1)
 * @q: queue, under its sq_lock, or nobody else there
 * @tag: whose chain is built
 *
 * Any context but NMI. The device sees it from vblk_queue_ring() on.
 */
void vblk_queue_push(struct vblk_queue *q, u16 tag)
{
	q->avail->ring[q->tail & (q->entries - 1)] = tag << q->stride_shift;
	q->tail++;
}

/**
 * vblk_queue_ring() - tell the device of new chains (2.7.13.3, 4.1.5.2)
 * @q: queue, under its sq_lock, or nobody else there
 *
 * The fence keeps the look at the flags behind the store of the index; the device does
 * the two in the other order. Any context but NMI.
 */
void vblk_queue_ring(struct vblk_queue *q)
{
	if (q->tail == q->rung)
		return;
	WRITE_ONCE(q->rung, q->tail);
	barrier();	/* the entries before the index; x86 keeps stores in order */
	WRITE_ONCE(q->avail->idx, q->tail);
	__asm__ __volatile__("mfence" ::: "memory");
	if (!(READ_ONCE(*q->used_flags) & VUSED_NO_NOTIFY))
		rl_write16(q->v->notify.bar, q->notify_off, q->index);
}
