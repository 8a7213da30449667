// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queue pairs: memory, creation, doorbells, interrupts (NVMe 1.4, 4.1, 5.3 to
 * 5.7, 7.13).
 *
 * I/O queue q of the interface has qid q + 1 and serves CPU q; its interrupt is
 * vector q + 1, which the core keeps on that CPU. With fewer vectors the queues
 * take turns; with a single one everything shares vector 0.
 *
 * With shadow doorbells (7.13) a doorbell is a store to memory, and the register
 * is written only when the device said, through EventIdx, that it wants to know.
 * Nobody waits for a completion queue's head, which only says how much room there
 * is: completion queues are twice as long as submission queues, and their register
 * is written once in half a queue. A device that looks at the register alone still
 * never finds the queue full. The admin queue keeps its shadow up to date and rings
 * nevertheless: devices differ in what they expect of it, and this satisfies all of
 * them.
 */
#include "nvme.h"
#include <redleaf/heap.h>
#include <redleaf/log.h>

#define NVME_FIT_ENTRIES	64u	/* rather fewer queues than shorter ones */

/* Bytes of an I/O queue's memory per entry. */
static u32 nvme_entry_size(u32 list_shift)
{
	return sizeof(struct nvme_cmd) + 2 * sizeof(struct nvme_cqe) + sizeof(struct nvme_slot) +
	       (1u << list_shift);
}

static s32 nvme_queue_alloc_slots(struct nvme_queue *q, u32 list_shift)
{
	q->depth = q->entries - 1;
	q->list_shift = list_shift;
	q->slots = rl_alloc(q->depth * sizeof(*q->slots));
	q->lists = rl_dma_alloc_noinit((size_t)q->depth << list_shift, &q->lists_dma);
	return q->slots && q->lists ? 0 : -ENOMEM;
}

/**
 * nvme_queue_alloc() - a queue pair in memory, unknown to the device yet
 * @n: controller
 * @qid: queue id; 0 is the admin queue and has no slots
 * @entries: of the submission queue
 * @list_shift: bytes of PRP list per slot, 2^n
 *
 * Process context, may sleep. NULL when the window is full: the generation ends
 * and what was allocated goes with it.
 */
struct nvme_queue *nvme_queue_alloc(struct nvme *n, u16 qid, u16 entries, u32 list_shift)
{
	struct nvme_queue *q = rl_alloc(sizeof(*q));
	u32 stride = 4u << NVME_CAP_DSTRD(n->cap);

	if (!q)
		return NULL;
	q->n = n;
	q->qid = qid;
	q->entries = entries;
	q->cq_entries = qid ? min(2u * entries, NVME_CAP_MQES(n->cap) + 1) : entries;
	q->phase = 1;
	q->sq_db = NVME_REG_DOORBELLS + 2 * qid * stride;	/* 3.1.24 */
	q->cq_db = q->sq_db + stride;				/* 3.1.25 */
	q->sqes = rl_dma_alloc_noinit(entries * sizeof(*q->sqes), &q->sq_dma);
	q->cqes = rl_dma_alloc(q->cq_entries * sizeof(*q->cqes), &q->cq_dma);
	if (!q->sqes || !q->cqes)
		return NULL;
	return qid && nvme_queue_alloc_slots(q, list_shift) ? NULL : q;
}

/*
 * 7.13: publishes doorbell value @now, then tells whether the device must hear
 * of it: it does when its EventIdx lies in (old, now]. The fence keeps the look
 * at EventIdx behind the store; the device does the two in the other order.
 */
static bool nvme_shadow_due(u32 *shadow, const u32 *event, u16 old, u16 now)
{
	WRITE_ONCE(*shadow, now);
	__asm__ __volatile__("mfence" ::: "memory");
	return (u16)(now - (u16)READ_ONCE(*event) - 1) < (u16)(now - old);
}

/**
 * nvme_queue_ring() - tell the device of new submission entries (4.1)
 * @q: queue, under its sq_lock
 *
 * Any context but NMI.
 */
void nvme_queue_ring(struct nvme_queue *q)
{
	u16 old = q->rung;

	if (q->tail == old)
		return;
	q->rung = q->tail;
	barrier();	/* the entries before the doorbell; x86 keeps stores in order */
	if (q->sq_shadow && !nvme_shadow_due(q->sq_shadow, q->sq_event, old, q->tail) && q->qid)
		return;
	rl_write32(NVME_BAR, q->sq_db, q->tail);
}

/**
 * nvme_queue_ack() - give the entries read so far back to the device (4.1)
 * @q: queue, under its cq_lock
 *
 * Any context but NMI.
 */
void nvme_queue_ack(struct nvme_queue *q)
{
	u32 unread = q->head >= q->acked ? q->head - q->acked :
		q->head + q->cq_entries - q->acked;

	if (!unread)
		return;
	barrier();	/* the entries were read before they are given back */
	if (q->cq_shadow) {
		WRITE_ONCE(*q->cq_shadow, q->head);
		if (unread < q->cq_slack)
			return;
	}
	q->acked = q->head;
	rl_write32(NVME_BAR, q->cq_db, q->head);
}

/**
 * nvme_queue_bad() - the device answered nonsense
 * @q: queue
 * @what: field
 * @value: its value
 *
 * Any context but NMI. Ends the generation after a few: a device that loses
 * track of its commands must be reset before it touches more memory.
 */
void nvme_queue_bad(struct nvme_queue *q, const char *what, u32 value)
{
	rl_err("queue %u: completion with wrong %s %u", q->qid, what, value);
	if (++q->n->bad_cqes > NVME_BAD_CQES)
		rl_die("device completes commands it was never sent");
}

/* MSI-X handler; @arg is the vector. Hardirq context. */
static void nvme_irq(void *self, u64 arg)
{
	struct nvme *n = self;
	u32 stride = n->nr_vectors > 1 ? n->nr_vectors - 1 : 1;
	u32 vector = arg;
	u32 qid = max(vector, 1u);

	if (!vector) {
		nvme_admin_reap(n);
		if (n->nr_vectors > 1)
			return;
	}
	for (; qid <= n->nr_io; qid += stride)
		nvme_io_irq(n->queues[qid]);
}

static u32 nvme_queue_vector(const struct nvme *n, u16 qid)
{
	return n->nr_vectors > 1 ? 1 + (qid - 1) % (n->nr_vectors - 1) : 0;
}

/**
 * nvme_queues_vectors() - ask for the interrupt vectors of @nr queue pairs
 * @n: controller; sets nr_vectors
 * @nr: queue pairs, as many as there may be
 *
 * Process context, may sleep. Returns 0 or -Exxx, with a line in the log.
 */
s32 nvme_queues_vectors(struct nvme *n, u32 nr)
{
	s32 got = rl_irq_setup(nr + 1);

	if (got < 1) {
		rl_err("no interrupt vectors: %d", got);
		return got ? got : -ENODEV;
	}
	n->nr_vectors = min((u32)got, nr + 1);
	return 0;
}

/*
 * After the last admin command of init, which is polled for: until here its interrupts
 * would do nothing but disturb.
 */
static s32 nvme_queues_bind(struct nvme *n)
{
	u32 v;
	s32 err;

	for (v = 0; v < n->nr_vectors; v++) {
		err = rl_irq_bind(v, nvme_irq, v);
		if (err) {
			rl_err("vector %u: cannot bind: %d", v, err);
			return err;
		}
	}
	return 0;
}

/*
 * Entries of each of @nr queues that the window has room for. Until the largest
 * request is known, its PRP list counts as the longest there is.
 */
static u32 nvme_queues_fit(const struct nvme *n, u32 nr)
{
	u32 room = (NVME_HEAP - NVME_HEAP_RESERVE) / nr - 4 * NVME_PAGE;

	return room / nvme_entry_size(n->list_shift ? n->list_shift : NVME_LIST_SHIFT_MAX);
}

static u32 nvme_queues_entries(const struct nvme *n)
{
	u32 depth = rl_param(NVME_PARAM_DEPTH);

	return min(depth, NVME_CAP_MQES(n->cap)) + 1;
}

/**
 * nvme_queues_want() - how many I/O queue pairs to ask for
 * @n: controller
 *
 * As many as there are CPUs, unless a parameter, the doorbells in the BAR or
 * memory say less. Any context.
 */
u32 nvme_queues_want(const struct nvme *n)
{
	u64 pair = 8ull << NVME_CAP_DSTRD(n->cap);
	u64 doorbells = (n->info.bar_size[NVME_BAR] - NVME_REG_DOORBELLS) / pair - 1;
	u32 enough = min(nvme_queues_entries(n), NVME_FIT_ENTRIES);
	u32 want = rl_param(NVME_PARAM_QUEUES);

	if (!want)
		want = max(n->info.nr_cpus, 1u);
	want = min(want, NVME_MAX_IO_QUEUES);
	want = min(want, doorbells);
	while (want > 1 && nvme_queues_fit(n, want) < enough)
		want--;
	return want;
}

static s32 nvme_queues_alloc(struct nvme *n, u32 nr, u16 entries)
{
	u32 qid;

	for (qid = 1; qid <= nr; qid++) {
		n->queues[qid] = nvme_queue_alloc(n, qid, entries, n->list_shift);
		if (!n->queues[qid]) {
			rl_err("queue %u: no memory", qid);
			return -ENOMEM;
		}
	}
	return 0;
}

/* Queues use, or no longer use, the doorbell buffers. None but queue 0 runs yet. */
static void nvme_shadow_set(struct nvme *n, u32 nr, bool on)
{
	u32 step = 1u << NVME_CAP_DSTRD(n->cap);
	u32 qid;

	for (qid = 0; qid <= nr; qid++) {
		struct nvme_queue *q = n->queues[qid];
		u32 sq = 2 * qid * step, cq = sq + step;

		if (on) {
			n->shadow[sq] = q->rung;
			n->shadow[cq] = q->acked;
		}
		q->sq_event = on ? &n->events[sq] : NULL;
		q->cq_slack = on && qid ? q->cq_entries - q->entries : 0;
		barrier();
		q->cq_shadow = on ? &n->shadow[cq] : NULL;
		q->sq_shadow = on ? &n->shadow[sq] : NULL;
	}
}

/* 5.7: one page each of doorbells and EventIdx. Without them all works as well. */
static void nvme_shadow_setup(struct nvme *n, u32 nr)
{
	u64 bytes = (nr + 1) * (8ull << NVME_CAP_DSTRD(n->cap));

	if (!n->lim.dbbuf || !rl_param(NVME_PARAM_DBBUF) || bytes > NVME_PAGE)
		return;
	n->events = rl_dma_alloc(NVME_PAGE, &n->events_dma);
	if (n->events)
		n->shadow = rl_dma_alloc(NVME_PAGE, &n->shadow_dma);
	if (n->shadow)
		nvme_shadow_set(n, nr, true);
}

static void nvme_shadow_answer(struct nvme *n, u16 status)
{
	u32 nr = 0;

	if (!status)
		return;
	while (nr < NVME_MAX_IO_QUEUES && n->queues[nr + 1])
		nr++;
	nvme_shadow_set(n, nr, false);
	rl_log(RL_LOG_WARN, "no shadow doorbells: status %x", status);
}

/* Which of the last batch's @nr commands from @at on were answered so, one bit each. */
static u32 nvme_queues_answered(const struct nvme *n, u32 at, u32 nr, u16 status)
{
	u32 i, bits = 0;

	for (i = 0; i < nr; i++)
		if (nvme_admin_status(n, at + i) == status)
			bits |= BIT(i);
	return bits;
}

/* The first bit of @bits that is set; there is one. */
static u32 nvme_queues_first(u32 bits)
{
	u32 i = 0;

	while (!(bits & BIT(i)))
		i++;
	return i;
}

/*
 * Submission queues, of the pairs from @first on, that were @early: a controller takes
 * commands in any order (4.1), and may have looked for their completion queues too soon.
 * Returns those that are there now, or -Exxx.
 */
static s32 nvme_queues_again(struct nvme *n, u32 first, u32 early)
{
	u32 left, at = 0;
	s32 err;

	for (left = early; left; left &= left - 1)
		nvme_post_create_sq(n, n->queues[first + nvme_queues_first(left)]);
	err = nvme_admin_run(n);
	if (err)
		return err;
	for (left = early; left; left &= left - 1, at++) {
		if (!nvme_admin_status(n, at))
			continue;
		rl_err("queue %u: not created: status %x", first + nvme_queues_first(left),
		       nvme_admin_status(n, at));
		early &= ~(left & -left);
	}
	return early;
}

/*
 * Posts what makes pairs @first to @first + @nr - 1: the completion queues, then what
 * refers to them. The doorbell buffers go with the latter; whether they come
 * before or after a queue is all the same to it, as its entries are 0 (7.13).
 */
static void nvme_queues_post(struct nvme *n, u32 first, u32 nr)
{
	u32 i;

	for (i = first; i < first + nr; i++)
		nvme_post_create_cq(n, n->queues[i], nvme_queue_vector(n, i));
	for (i = first; i < first + nr; i++)
		nvme_post_create_sq(n, n->queues[i]);
	if (n->shadow && first == 1)
		nvme_post_dbbuf(n);
}

/* Says which queue is the first that there is not, after the batch of nvme_queues_post(). */
static void nvme_queues_tell(const struct nvme *n, u32 first, u32 nr, u32 made)
{
	u32 i = nvme_queues_first(~made);
	u16 status;

	if (i >= nr)
		return;
	status = nvme_admin_status(n, i);
	rl_err("queue %u: not created: status %x", first + i,
	       status ? status : nvme_admin_status(n, nr + i));
}

/* Creates them, in one round trip if the controller takes the commands as they come. */
static s32 nvme_queues_create_some(struct nvme *n, u32 first, u32 nr)
{
	u32 cqs, sqs, early;
	s32 again;

	nvme_queues_post(n, first, nr);
	again = nvme_admin_run(n);
	if (again)
		return again;
	if (n->shadow && first == 1)
		nvme_shadow_answer(n, nvme_admin_status(n, 2 * nr));
	cqs = nvme_queues_answered(n, 0, nr, 0);
	sqs = cqs & nvme_queues_answered(n, nr, nr, 0);
	early = cqs & nvme_queues_answered(n, nr, nr, NVME_ST_NO_CQ);
	nvme_queues_tell(n, first, nr, sqs | early);
	if (early)
		again = nvme_queues_again(n, first, early);
	if (again < 0)
		return again;
	WRITE_ONCE(n->nr_io, n->nr_io + nvme_queues_first(~(sqs | again)));
	return 0;
}

/*
 * All of them, or as many as the device has resources for. A completion queue
 * left without its submission queue is harmless.
 */
static s32 nvme_queues_create(struct nvme *n, u32 nr)
{
	u32 first, some;
	s32 err;

	for (first = 1; first <= nr && n->nr_io == first - 1; first += some) {
		some = min(nr - first + 1, (NVME_MAX_BATCH - 1) / 2);
		err = nvme_queues_create_some(n, first, some);
		if (err)
			return err;
	}
	return n->nr_io ? 0 : -EIO;
}

/**
 * nvme_queues_setup() - I/O queues and interrupts
 * @n: controller, enabled and identified; sets nr_io, depth, cuts nr_vectors
 * @nr: queue pairs granted
 *
 * Process context, may sleep. Returns 0 or -Exxx, with a line in the log.
 */
s32 nvme_queues_setup(struct nvme *n, u32 nr)
{
	u32 entries = min(nvme_queues_entries(n), nvme_queues_fit(n, nr));
	s32 err;

	n->depth = entries - 1;
	n->nr_vectors = min(n->nr_vectors, nr + 1);
	err = nvme_queues_alloc(n, nr, entries);
	if (err)
		return err;
	nvme_shadow_setup(n, nr);
	err = nvme_queues_create(n, nr);
	return err ? err : nvme_queues_bind(n);
}

/**
 * nvme_queues_delete() - orderly end of the I/O queues (7.6.2)
 * @n: controller
 *
 * Process context, may sleep. Stops at the first command that is not answered:
 * the shutdown and the reset to come do the rest.
 */
void nvme_queues_delete(struct nvme *n)
{
	u32 qid;

	for (qid = 1; qid <= n->nr_io; qid++) {
		nvme_post_delete(n, NVME_ADM_DELETE_SQ, qid);
		if (nvme_admin_run(n))
			return;
		nvme_io_reap(n->queues[qid]);
		nvme_post_delete(n, NVME_ADM_DELETE_CQ, qid);
		if (nvme_admin_run(n))
			return;
	}
}
