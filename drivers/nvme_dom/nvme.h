/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * State of one NVMe controller, one generation long.
 *
 * struct nvme is @self: the core allocates it zeroed, and everything else hangs
 * off it in the private window. Death of the domain is the reset of the
 * controller: nothing here is ever repaired in place, and nothing is freed by
 * hand but on the orderly way out.
 *
 * Lock order: cq_lock, then sq_lock, of one queue; then the same of queue 0.
 * cq_lock is held with interrupts off, since completions are reaped in hardirq
 * context. sq_lock is held with preemption off only: the one interrupt that wants
 * it, the retry timer, does not wait for it.
 *
 * No object on the stack has its address taken: what a function answers beyond
 * its return value is written to a structure that lives in the window.
 */
#ifndef NVME_H
#define NVME_H

#include <redleaf/domain.h>
#include <redleaf/gen/bdev.h>
#include <redleaf/gen/nvme.h>
#include <redleaf/sync.h>
#include <redleaf/pci.h>
#include <redleaf/xheap.h>
#include "regs.h"

#define NVME_HEAP_RESERVE	(128u << 10)	/* of it: everything but I/O queues */
#define NVME_ADMIN_ENTRIES	32
#define NVME_MIN_ENTRIES	2		/* 3.1.1, MQES */
#define NVME_MAX_BYTES		(BDEV_MAX_SEGS * NVME_PAGE)
#define NVME_LIST_SHIFT_MAX	10		/* bytes of its PRP list, 2^n */
#define NVME_RETRIES		5		/* of one request, on DNR = 0 */
#define NVME_RETRY_NS		(20 * 1000000ull)
#define NVME_AGAIN_NS		(1 * 1000000ull)	/* ... when a submission was in the way */
#define NVME_BAD_CQES		8		/* nonsense completions, then die */
#define NVME_SPIN_US		100		/* waits: steps up to this are busy, ~0.5 ms */
#define NVME_NS_TRIES		64		/* namespaces looked at */

static_assert(1 << NVME_LIST_SHIFT_MAX == BDEV_MAX_SEGS * sizeof(u64));

/* Admin command ids: a batch of commands that is waited for, then a few aborts. */
#define NVME_MAX_BATCH		16u
#define NVME_CID_ABORT		NVME_MAX_BATCH
#define NVME_MAX_ABORTS		4
static_assert(NVME_CID_ABORT + NVME_MAX_ABORTS < NVME_ADMIN_ENTRIES);

/* Pages for the data of admin commands. */
#define NVME_PAGE_ANY		0	/* identify controller, later anything */
#define NVME_PAGE_LIST		1	/* active namespace ids, valid throughout init */
#define NVME_PAGE_NS1		2	/* namespace 1, fetched before anybody knows of it */
#define NVME_PAGES		3

/* What the controller says it can do, checked (ident.c). */
struct nvme_limits {
	u32 max_bytes;		/* of one request: MDTS and our PRP lists */
	u32 mdts_bytes;		/* MDTS alone; ~0: no limit */
	u32 nn;
	u32 shutdown_ms;
	u32 aborts;
	bool dbbuf, discard, zeroes, cache;
};

/* One namespace, checked (ident.c). Read-only after init. */
struct nvme_ns {
	u64 blocks;
	u32 nsid;
	u32 discard_granularity;
	u32 max_discard;	/* blocks; 0: no discard */
	u32 max_zeroes;
	u8 shift;		/* block size, 2^n */
	bool read_only;
	bool deac;		/* write zeroes may deallocate and still reads zero */
};

/* The two data pointers of a command (4.3). */
struct nvme_prp {
	u64 prp1, prp2;
};

#define NVME_SLOT_RETRY		1	/* not at the device: waits for the retry timer */
#define NVME_SLOT_TIMEOUT	2	/* timed out once, aborted */

/*
 * A request in flight; index and command id are its tag. @req and @prp are
 * written by submit (the tag's owner) before the command is visible; everything
 * is cleared under cq_lock before the request is handed back.
 */
struct nvme_slot {
	struct bdev_request __rref *req;	/* NULL: free */
	struct nvme_prp prp;
	u8 flags;		/* NVME_SLOT_*, under cq_lock */
	u8 retries;		/* under cq_lock */
	u32 aborted_ms;		/* when it was aborted, under cq_lock */
};

static_assert(sizeof(struct nvme_slot) == 32);

/*
 * A queue pair; qid 0 is the admin queue. The submission queue is never full:
 * it has one entry more than there are slots, and a command that has completed
 * has been fetched. Nor is the completion queue: @cq_slack read entries and one
 * for each slot fit in.
 */
struct nvme_queue {
	/* submission side, under sq_lock */
	struct rl_lock sq_lock;
	u16 tail;		/* next entry to write */
	u16 rung;		/* tail the device was told of */
	struct nvme_cmd *sqes;
	u32 *sq_shadow;		/* shadow doorbell and its EventIdx; NULL: none */
	const u32 *sq_event;

	/* read-only once the queue is made */
	struct nvme *n;
	struct nvme_slot *slots;	/* depth of them; NULL for the admin queue */
	u8 *lists;		/* per tag: PRP list or discard range */
	u64 lists_dma;
	u32 list_shift;		/* size of one, 2^n */
	u32 sq_db, cq_db;	/* offsets in the BAR */
	u16 qid, entries, cq_entries, depth;

	/* completion side, under cq_lock */
	struct rl_lock cq_lock __aligned(64);
	u16 head;		/* next entry to look at */
	u16 acked;		/* head the register was told of */
	u8 phase;		/* phase tag of a new entry */
	u16 waiting;		/* slots with NVME_SLOT_RETRY */
	const struct nvme_cqe *cqes;
	u32 *cq_shadow;
	u16 cq_slack;		/* with @cq_shadow: @head may be so far ahead of @acked */

	u64 sq_dma, cq_dma;	/* init only */
};

/* Answer to one command of a batch. */
struct nvme_answer {
	u32 result;		/* under cq_lock */
	u16 status;		/* under cq_lock */
	bool busy;		/* at the device; set by the owner, cleared under cq_lock */
};

/* Admin commands. The owner is init, exit, or the holder of @mutex. */
struct nvme_admin {
	u32 mutex;		/* event handle; count 1: free */
	u32 posted;		/* commands of this batch; the owner's */
	bool dead;		/* a batch was not answered; the owner's */
	struct nvme_answer answers[NVME_MAX_BATCH];
	u32 aborts;		/* bit n: NVME_CID_ABORT + n is at the device, under cq_lock */
	u8 *pages;		/* DMA, NVME_PAGES of them; the owner's */
	u64 pages_dma;
};

struct nvme {
	/* read-only after init */
	rl_cap_t host;		/* capability: bdev_host */
	u32 nr_io;		/* I/O queues; grows during init */
	u32 nr_ns;
	u32 nr_vectors;
	u32 depth;
	u32 list_shift;
	u32 admin_ms, io_ms;
	u32 vs;
	u64 cap;
	struct nvme_limits lim;
	u8 serial[BDEV_SERIAL_LEN];
	u8 model[BDEV_MODEL_LEN];
	struct nvme_queue *queues[NVME_MAX_IO_QUEUES + 1];
	struct nvme_ns ns[BDEV_MAX_NS];
	u32 retry_timer;

	u32 bad_cqes;		/* racy count, only ever grows */
	struct nvme_admin admin;

	/* init only */
	struct rl_pci_info info;
	bool list_valid, ns1_valid;	/* NVME_PAGE_LIST, NVME_PAGE_NS1 */
	u32 *shadow, *events;	/* doorbell buffers; NULL: not in use */
	u64 shadow_dma, events_dma;
};

/* ctrl.c */
u32 nvme_backoff(u32 us);
s32 nvme_ctrl_check(void);
s32 nvme_ctrl_probe(struct nvme *n);
s32 nvme_ctrl_disable(struct nvme *n);
s32 nvme_ctrl_enable(struct nvme *n);
void nvme_ctrl_shutdown(struct nvme *n);

/* admin.c */
s32 nvme_admin_init(struct nvme *n);
s32 nvme_admin_lock(struct nvme *n);
void nvme_admin_unlock(struct nvme *n);
void nvme_admin_reap(struct nvme *n);
void *nvme_admin_page(struct nvme *n, u32 page);
void nvme_post_identify(struct nvme *n, u32 cns, u32 nsid, u32 page);
void nvme_post_num_queues(struct nvme *n, u32 want);
void nvme_post_create_cq(struct nvme *n, const struct nvme_queue *q, u32 vector);
void nvme_post_create_sq(struct nvme *n, const struct nvme_queue *q);
void nvme_post_delete(struct nvme *n, u8 opcode, u16 qid);
void nvme_post_dbbuf(struct nvme *n);
void nvme_post_smart(struct nvme *n);
void nvme_admin_send(struct nvme *n);
s32 nvme_admin_run(struct nvme *n);
s32 nvme_admin_run_one(struct nvme *n);
u16 nvme_admin_status(const struct nvme *n, u32 index);
bool nvme_admin_abort(struct nvme *n, u16 qid, u16 cid);

/* queue.c */
struct nvme_queue *nvme_queue_alloc(struct nvme *n, u16 qid, u16 entries, u32 list_shift);
u32 nvme_queues_want(const struct nvme *n);
s32 nvme_queues_vectors(struct nvme *n, u32 nr);
s32 nvme_queues_setup(struct nvme *n, u32 nr);
void nvme_queues_delete(struct nvme *n);
void nvme_queue_ring(struct nvme_queue *q);
void nvme_queue_ack(struct nvme_queue *q);
void nvme_queue_bad(struct nvme_queue *q, const char *what, u32 value);

/*
 * nvme_queue_next() - the next new completion, or NULL; under cq_lock. The entry
 * may change until nvme_queue_ack(): read each field once. 4.6: it is new when its
 * phase tag is the expected one, and nothing else of it may be read before.
 */
static inline const struct nvme_cqe *nvme_queue_next(struct nvme_queue *q)
{
	const struct nvme_cqe *cqe = &q->cqes[q->head];

	if ((READ_ONCE(cqe->status) & 1) != q->phase)
		return NULL;
	barrier();
	if (++q->head == q->cq_entries) {
		q->head = 0;
		q->phase ^= 1;
	}
	return cqe;
}

/* io.c */
s32 nvme_io_submit(struct nvme *n, u16 queue, struct bdev_request __rref *req, bool last);
void nvme_io_kick(struct nvme_queue *q);
void nvme_io_irq(struct nvme_queue *q);
void nvme_io_reap(struct nvme_queue *q);
bool nvme_io_pending(const struct nvme_queue *q);
void nvme_io_retry(void *self, u64 arg);

/* timeout.c */
s32 nvme_timeout(struct nvme *n, struct nvme_queue *q, u16 tag);

/* ns.c */
s32 nvme_ns_scan(struct nvme *n);

/* smart.c */
s32 nvme_health(struct nvme *n, struct bdev_health *log);
void nvme_smart_convert(const struct nvme_smart *s, struct bdev_health *log);

/* prp.c; nvme_prp_one() is its common case: one segment inside one page. False:
 * not that, or wrong.
 */
static inline bool nvme_prp_one(struct nvme_prp *out, const struct bdev_seg *segs, u32 nr,
				u32 bytes)
{
	u64 addr = segs[0].addr;

	if (nr != 1 || segs[0].len != bytes || !bytes || addr & 3 ||
	    (addr & NVME_PAGE_MASK) + bytes > NVME_PAGE)
		return false;
	out->prp1 = addr;
	out->prp2 = 0;
	return true;
}

s32 nvme_prp_build(struct nvme_prp *out, u64 *list, u64 list_dma, u32 list_len,
		   const struct bdev_seg *segs, u32 nr, u32 bytes);

/* status.c */
s32 nvme_status_errno(u16 status);
bool nvme_status_retry(u16 status);

/* ident.c */
const char *nvme_ident_cap(u64 cap);
const char *nvme_ident_ctrl(const struct nvme_id_ctrl *id, struct nvme_limits *lim);
const char *nvme_ident_ns(const struct nvme_id_ns *id, const struct nvme_limits *lim,
			  struct nvme_ns *ns);

#endif
