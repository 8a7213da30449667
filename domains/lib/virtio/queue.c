// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtqueues: size, memory, registers, interrupts, notifications (VIRTIO 1.2, 2.7 and
 * 4.1.5.1).
 *
 * What is in the rings, and which descriptors a chain has, is the driver's. A driver keeps
 * a record of its own of each chain that the device has: the tables here can be written
 * by a device that misbehaves, so nothing is read back from them.
 */
#include "virtio.h"
#include <redleaf/log.h>
#include <redleaf/string.h>

/**
 * virtio_irq_setup() - vectors, all of them with one handler
 * @d: device; sets nr_vectors
 * @want: vectors; vector v > 0 is kept on CPU v - 1
 * @fn: gets the number of the vector
 *
 * Process context, may sleep. Returns 0 or -Exxx, with a line in the log.
 */
s32 virtio_irq_setup(struct virtio *d, u32 want, void (*fn)(void *self, u64 arg))
{
	s32 got = rl_irq_setup(want);
	s32 err = got < 1 ? got : 0;
	u32 i;

	d->nr_vectors = got;
	for (i = 0; !err && i < d->nr_vectors; i++)
		err = rl_irq_bind(i, fn, i);
	if (err)
		rl_err("no interrupts: %d", err);
	return err;
}

/**
 * virtio_set_vector() - route an interrupt (4.1.5.1.2)
 * @d: device
 * @field: VCOM_CONFIG_MSIX_VECTOR, or the selected queue's
 * @vector: number, or VCOM_NO_VECTOR
 *
 * A device that cannot have the vector says so when it is asked. Process context. Returns
 * 0 or -EIO, with a line in the log.
 */
s32 virtio_set_vector(const struct virtio *d, u32 field, u32 vector)
{
	virtio_common16_set(d, field, vector);
	if (virtio_common16(d, field) == vector)
		return 0;
	rl_err("device does not take vector %u", vector);
	return -EIO;
}

/**
 * virtio_queue_size() - the size that the device gives a queue (4.1.4.3)
 * @d: device
 * @index: queue
 * @least: size that is needed
 * @most: size that is of use
 *
 * Process context. Returns the size, at most @most; 0: not there, or absurd, with a line
 * in the log.
 */
u32 virtio_queue_size(const struct virtio *d, u32 index, u32 least, u32 most)
{
	u32 size;

	virtio_common16_set(d, VCOM_QUEUE_SELECT, index);
	size = virtio_common16(d, VCOM_QUEUE_SIZE);
	if (size < least || size > VRING_MAX || size & (size - 1)) {
		rl_err("queue %u: size %u is not supported", index, size);
		return 0;
	}
	return min(size, most);
}

/**
 * virtio_queue_alloc() - memory of a queue
 * @d: device
 * @q: queue; all of it is set
 * @index: number
 * @entries: size, a power of two
 *
 * Process context, may sleep. Returns 0 or -ENOMEM; virtio_queue_free() is for both.
 */
s32 virtio_queue_alloc(struct virtio *d, struct virtio_queue *q, u32 index, u32 entries)
{
	struct vring_used *used;

	q->tail = 0;
	q->rung = 0;
	q->head = 0;
	q->dev = d;
	q->index = index;
	q->entries = entries;
	q->desc = rl_dma_alloc_noinit(entries * sizeof(*q->desc), &q->desc_dma);
	q->avail = rl_dma_alloc(sizeof(*q->avail) + (entries + 1) * sizeof(u16), &q->avail_dma);
	used = rl_dma_alloc(sizeof(*used) + entries * sizeof(used->ring[0]) + 2, &q->used_dma);
	q->used = used;
	q->used_flags = used ? &used->flags : NULL;
	return q->desc && q->avail && used ? 0 : -ENOMEM;
}

/**
 * virtio_queue_free() - give it back
 * @q: queue that the device does not have; zeroed is fine
 *
 * Process context, may sleep.
 */
void virtio_queue_free(struct virtio_queue *q)
{
	rl_dma_free(q->desc);
	rl_dma_free(q->avail);
	rl_dma_free((void *)q->used);
	q->desc = NULL;
	q->avail = NULL;
	q->used = NULL;
}

/**
 * virtio_queue_clear() - a device that was reset begins its queues anew (2.4)
 * @q: queue that the device does not have
 *
 * Process context.
 */
void virtio_queue_clear(struct virtio_queue *q)
{
	memset(q->avail, 0, sizeof(*q->avail) + (q->entries + 1) * sizeof(u16));
	memset((void *)q->used, 0, sizeof(*q->used) + q->entries * sizeof(q->used->ring[0]) + 2);
	q->tail = 0;
	q->rung = 0;
	q->head = 0;
}

static void queue_set_address(const struct virtio *d, u32 field, u64 addr)
{
	virtio_common32_set(d, field, addr);
	virtio_common32_set(d, field + 4, addr >> 32);
}

/**
 * virtio_queue_enable() - the queue becomes the device's (4.1.5.1.3)
 * @d: device, which looks at the queue from DRIVER_OK on
 * @q: queue
 * @vector: its interrupt, or VCOM_NO_VECTOR
 *
 * Process context. Returns 0 or -EIO, with a line in the log.
 */
s32 virtio_queue_enable(const struct virtio *d, struct virtio_queue *q, u32 vector)
{
	u64 notify;
	s32 err;

	virtio_common16_set(d, VCOM_QUEUE_SELECT, q->index);
	virtio_common16_set(d, VCOM_QUEUE_SIZE, q->entries);
	queue_set_address(d, VCOM_QUEUE_DESC, q->desc_dma);
	queue_set_address(d, VCOM_QUEUE_DRIVER, q->avail_dma);
	queue_set_address(d, VCOM_QUEUE_DEVICE, q->used_dma);
	err = virtio_set_vector(d, VCOM_QUEUE_MSIX_VECTOR, vector);
	if (err)
		return err;
	notify = virtio_caps_notify(d, virtio_common16(d, VCOM_QUEUE_NOTIFY_OFF));
	if (notify == VIRTIO_NO_QUEUE || virtio_common16(d, VCOM_QUEUE_SIZE) != q->entries) {
		rl_err("queue %u: its size or notification is absurd", q->index);
		return -EIO;
	}
	q->notify_off = notify;
	virtio_common16_set(d, VCOM_QUEUE_ENABLE, 1);
	return 0;
}

/**
 * virtio_queue_push() - put a chain into the available ring (2.7.13.1)
 * @q: queue, submitting side; no more chains are inside than it has entries
 * @first: its first descriptor
 *
 * Any context but NMI. The device sees it from virtio_queue_ring() on.
 */
void virtio_queue_push(struct virtio_queue *q, u16 first)
{
	q->avail->ring[q->tail & (q->entries - 1)] = first;
	q->tail++;
}

/**
 * virtio_queue_ring() - tell the device of new chains (2.7.13.3, 4.1.5.2)
 * @q: queue, submitting side
 *
 * The fence keeps the look at the flags behind the store of the index; the device does
 * the two in the other order. Any context but NMI. Returns true when it was notified.
 */
bool virtio_queue_ring(struct virtio_queue *q)
{
	if (q->tail == q->rung)
		return false;
	WRITE_ONCE(q->rung, q->tail);
	barrier();	/* the entries before the index; x86 keeps stores in order */
	WRITE_ONCE(q->avail->idx, q->tail);
	__asm__ __volatile__("mfence" ::: "memory");
	if (READ_ONCE(*q->used_flags) & VUSED_NO_NOTIFY)
		return false;
	virtio_queue_notify(q);
	return true;
}

/**
 * virtio_queue_interrupts() - want them, or not (2.7.7)
 * @q: queue
 * @on: want them
 *
 * A hint: some come all the same. When it returns with @on, what was used before can be
 * seen, and what is used from now on interrupts: the fence is that of the store before
 * the look. Any context but NMI.
 */
void virtio_queue_interrupts(struct virtio_queue *q, bool on)
{
	WRITE_ONCE(q->avail->flags, on ? 0 : VAVAIL_NO_INTERRUPT);
	if (on)
		__asm__ __volatile__("mfence" ::: "memory");
}

/**
 * virtio_queue_used() - chains the device has used and nobody has looked at (2.7.8)
 * @q: queue, completing side
 *
 * Any context but NMI. Returns their number. Does not return when the device has used what
 * it was never given.
 */
u16 virtio_queue_used(const struct virtio_queue *q)
{
	u16 used = READ_ONCE(q->used->idx) - q->head;

	barrier();	/* the index before what it counts; x86 keeps loads in order */
	if (unlikely(used > (u16)(READ_ONCE(q->rung) - q->head)))
		rl_die("device uses chains it was never given");
	return used;
}
