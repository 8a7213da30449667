/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What drivers of virtio devices on PCI share: where the registers are, reset, status,
 * features, and split virtqueues. A driver's Kbuild says rl-libs := virtio; the code is
 * linked into its domain and is the domain's own, like the rest of domains/lib.
 *
 * struct virtio is one device, struct virtio_queue one of its queues. Both lie in the
 * driver's structures, zeroed at the begin of a generation. Nothing here takes a lock: a
 * queue's two sides are the driver's to guard, as the fields say.
 *
 * The device is believed in nothing. What it says is compared with what it was given, and
 * what cannot be true fails the start with a line in the log, or ends the generation: a
 * device that has lost track must be reset before it touches more memory.
 *
 * No object on the stack has its address taken: what a function answers beyond its return
 * value is written to a structure that lives in the window.
 */
#ifndef VIRTIO_H
#define VIRTIO_H

#include <redleaf/domain.h>
#include <redleaf/pci.h>
#include "regs.h"

#define VIRTIO_PAGE		4096u
#define VIRTIO_STEP_US		20	/* first step of a wait, doubled up to */
#define VIRTIO_STEP_MAX_US	5000
#define VIRTIO_CONFIG_TRIES	16
#define VIRTIO_NO_QUEUE		~0ull	/* answer of virtio_caps_notify() */

/* A region of registers that a capability describes (4.1.4); @len 0: there is none. */
struct virtio_region {
	u32 bar, off, len;
};

/* A device. Read-only after init; a driver that resets it later negotiates anew. */
struct virtio {
	u64 offered;		/* features, by virtio_begin() */
	u64 features;		/* of them, negotiated */
	u32 init_ms;		/* longest wait for a reset; the driver's to set */
	u32 multiplier;		/* notify_off_multiplier */
	u32 nr_vectors;		/* by virtio_irq_setup() */
	struct virtio_region common, notify, config;
	struct rl_pci_info info;
	u8 generation;		/* of the configuration as it was read, or last told of; racy */
};

/*
 * A virtqueue, split (2.7). The submitting and the completing side may have locks of
 * their own, and have cache lines of their own.
 */
struct virtio_queue {
	/* submitting side */
	u16 tail;		/* next available entry to write */
	u16 rung;		/* index the device was given: read by the other side, too */

	/* constant while the queue is enabled */
	u16 index, entries;
	u32 notify_off;		/* in the notify region's BAR */
	struct virtio *dev;
	struct vring_desc *desc;
	struct vring_avail *avail;
	const u16 *used_flags;
	u64 desc_dma, avail_dma, used_dma;

	/* completing side */
	u16 head __aligned(64);	/* next used element to look at */
	const struct vring_used *used;
};

/* What rings of @entries take of the window at most: pages, of three allocations. */
#define VIRTIO_RING_BYTES(entries) \
	((entries) * (sizeof(struct vring_desc) + sizeof(struct vring_used_elem) + 2) + \
	 6 * VIRTIO_PAGE)

/* The exponent of a power of two. The guard does not know tzcnt, so no builtin. */
static inline u8 virtio_log2(u32 n)
{
	u8 shift = 0;

	while (n >>= 1)
		shift++;
	return shift;
}

/* caps.c */
s32 virtio_caps_find(struct virtio *d, u32 config_bytes);
u64 virtio_caps_notify(const struct virtio *d, u32 notify_off);

/* device.c */
u32 virtio_wait(u32 us);
u8 virtio_status(const struct virtio *d);
s32 virtio_reset(const struct virtio *d);
s32 virtio_begin(struct virtio *d);
s32 virtio_accept(struct virtio *d, u64 features);
s32 virtio_start(const struct virtio *d);
void virtio_fail(const struct virtio *d);
void virtio_config_begin(struct virtio *d);
bool virtio_config_same(const struct virtio *d);
bool virtio_changed(struct virtio *d);

static inline u16 virtio_common16(const struct virtio *d, u32 field)
{
	return rl_read16(d->common.bar, d->common.off + field);
}

static inline void virtio_common16_set(const struct virtio *d, u32 field, u16 val)
{
	rl_write16(d->common.bar, d->common.off + field, val);
}

static inline void virtio_common32_set(const struct virtio *d, u32 field, u32 val)
{
	rl_write32(d->common.bar, d->common.off + field, val);
}

/* 4.1.3.1: accesses as wide as the field. */
static inline u8 virtio_config8(const struct virtio *d, u32 field)
{
	return rl_read8(d->config.bar, d->config.off + field);
}

static inline u16 virtio_config16(const struct virtio *d, u32 field)
{
	return rl_read16(d->config.bar, d->config.off + field);
}

static inline u32 virtio_config32(const struct virtio *d, u32 field)
{
	return rl_read32(d->config.bar, d->config.off + field);
}

/* queue.c */
s32 virtio_irq_setup(struct virtio *d, u32 want, void (*fn)(void *self, u64 arg));
s32 virtio_set_vector(const struct virtio *d, u32 field, u32 vector);
u32 virtio_queue_size(const struct virtio *d, u32 index, u32 least, u32 most);
s32 virtio_queue_alloc(struct virtio *d, struct virtio_queue *q, u32 index, u32 entries);
void virtio_queue_free(struct virtio_queue *q);
void virtio_queue_clear(struct virtio_queue *q);
s32 virtio_queue_enable(const struct virtio *d, struct virtio_queue *q, u32 vector);
void virtio_queue_push(struct virtio_queue *q, u16 first);
bool virtio_queue_ring(struct virtio_queue *q);
void virtio_queue_interrupts(struct virtio_queue *q, bool on);
u16 virtio_queue_used(const struct virtio_queue *q);

/* Vector of the @unit-th that wants one; vector 0 is the configuration's, or everybody's. */
static inline u32 virtio_vector(const struct virtio *d, u32 unit)
{
	return d->nr_vectors > 1 ? 1 + unit % (d->nr_vectors - 1) : 0;
}

/* From one unit of a vector to the next. */
static inline u32 virtio_vector_stride(const struct virtio *d)
{
	return d->nr_vectors > 1 ? d->nr_vectors - 1 : 1;
}

/* 4.1.5.2: whatever the device said of it. */
static inline void virtio_queue_notify(const struct virtio_queue *q)
{
	rl_write16(q->dev->notify.bar, q->notify_off, q->index);
}

static inline void virtio_desc_set(struct vring_desc *d, u64 addr, u32 len, u16 flags, u16 next)
{
	d->addr = addr;
	d->len = len;
	d->flags = flags;
	d->next = next;
}

/* The used element at the head; there is one. Completing side. */
static inline const struct vring_used_elem *virtio_queue_first(const struct virtio_queue *q)
{
	u32 at = q->head % q->entries;	/* a power of two */

	return &q->used->ring[at];
}

/* Something to look at? A look without a lock: a stale answer costs one more look. */
static inline bool virtio_queue_pending(const struct virtio_queue *q)
{
	return READ_ONCE(q->used->idx) != READ_ONCE(q->head);
}

#endif
