/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The block adapter: blk-mq on one side, a driver domain that implements "bdev"
 * on the other. Six files:
 *
 *   blk.c        module, the life of one adapter (attach ... detach)
 *   blk_io.c     a request's way in
 *   blk_done.c   its way out
 *   blk_data.c   its data, for a driver without a device
 *   blk_disk.c   disks, their limits, what to believe of a driver's answers
 *   blk_sysfs.c  /sys/block/<disk>/{serial,model,rl/}
 *
 * One adapter per domain instance, one disk per namespace, one hardware queue
 * per driver queue, one slot per tag of a queue. A slot says who has the
 * request of that tag and owns the exchange object that carries it across.
 *
 *	IDLE -> INSIDE -> DONE -> IDLE		a request that is answered
 *	        INSIDE -> IDLE			not taken
 *	        INSIDE -> HELD -> IDLE		its generation died
 *	        INSIDE -> COPYING -> INSIDE	its data is being copied
 *
 * INSIDE is left by cmpxchg alone, so exactly one of these ends it: the
 * completion, the submitter whose call did not take place, or the reaper. HELD
 * is the reaper's from beginning to end, COPYING the copier's, with preemption off.
 *
 * Holding a generation: queue_rq counts itself into the domain's gate for the
 * whole of map + submit + undo (rl_blk_hold()), by the same split counters as a
 * call. The reaper drains the gate before it calls down(), so down() never meets
 * a submitter between its store of INSIDE and the end of its call, and no
 * submitter prepared in one generation can enter the next. That is what a grace
 * period would otherwise be needed for. Completions run inside a call of the
 * domain and are drained with it.
 *
 * Locks: b->lock (mutex) protects which namespaces exist. It is taken under
 * d->lock by the callbacks and alone by the worker, and never held across
 * anything that waits for I/O: the callbacks run on the thread that would have
 * to restart the domain for that I/O to end.
 */
#ifndef RL_HOST_BLK_H
#define RL_HOST_BLK_H

#include <linux/blk-mq.h>
#include <linux/mempool.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>
#include <redleaf/gen/bdev.h>
#include "bdev_proxy.h"
#include "../domain.h"

#define RL_BLK_MAX_EXPIRED	3	/* timeouts of one request, then the domain is killed */
#define RL_BLK_MAX_ENDED	2	/* generations one request may end so; then it fails */
#define RL_BLK_MAX_DEPTH	1023	/* tags of one queue */
#define RL_BLK_MAX_SLOTS	4096	/* ... and of all: one exchange object each */
#define RL_BLK_MIN_DEPTH	16
#define RL_BLK_MAX_QUEUES	4096	/* a driver that claims more is wrong */
#define RL_BLK_PAGE		SZ_4K	/* the boundary segments keep, see rl_blk_limits() */

enum rl_blk_state {
	RL_BLK_IDLE = 0,
	RL_BLK_INSIDE,		/* the domain's to answer */
	RL_BLK_DONE,		/* answered; blk-mq is about to end it */
	RL_BLK_HELD,		/* the next generation's to answer */
	RL_BLK_COPYING,		/* the domain's, and its pages in use: nobody may end it */
};

/**
 * struct rl_blk_slot - what one tag of one queue carries
 * @obj:	exchange object of this tag, NULL until first used and after it died
 *		with a domain. The host owns it unless @state is INSIDE
 * @rq:		the request, valid while not IDLE
 * @state:	enum rl_blk_state
 * @status:	the driver's answer, valid while DONE
 * @sg:		scatter list, NULL when there is none; mapped when there is a device
 * @dma:	address of a single-segment mapping
 * @dma_len:	its length; 0: no such mapping
 * @nents:	entries of @sg before mapping
 * @expired:	timeouts of this request in this generation; written by the timeout
 *		worker and, before INSIDE, by the submitter
 * @ended:	generations that ended because this request was not answered;
 *		likewise, but what is issued again keeps it. One that goes back to
 *		blk-mq begins anew, perhaps under another tag
 *
 * Who may write: while IDLE the submitter, who has the tag; while INSIDE nobody
 * but by the cmpxchg that ends it; after that cmpxchg its winner.
 */
struct rl_blk_slot {
	struct bdev_request __rref *obj;
	struct request *rq;
	u32 state;
	s32 status;
	struct scatterlist *sg;
	dma_addr_t dma;
	u32 dma_len;
	u16 nents;
	u8 expired;
	u8 ended;
} ____cacheline_aligned;

/**
 * struct rl_blk_queue - one hardware queue
 * @blk:	adapter
 * @slots:	one a tag
 * @index:	of the driver's queue
 * @balked:	when the driver began to take no request, in jiffies; 0: it took the last
 * @balks:	generations in a row that ended because they took none
 *
 * All but the last two are constant once the tag set exists. Those are written by
 * submitters, without a lock: what several of them write is a moment apart at most.
 */
struct rl_blk_queue {
	struct rl_blk *blk;
	struct rl_blk_slot *slots;
	u16 index;
	u8 balks;
	unsigned long balked;
};

/**
 * struct rl_blk_disk - one namespace as Linux sees it
 * @blk:	adapter
 * @disk:	gendisk; its queue's queuedata points here
 * @ns:		namespace index
 * @shift:	log2 of the logical block size
 * @gone:	fails every request; set under blk->lock, never cleared
 * @buried:	marked dead in the block layer; the worker's alone
 * @deleted:	out of the device tree; by gone() and detach()
 * @info:	as last told by the driver; under blk->lock
 * @requests:	submissions, per CPU
 * @requeued:	requests that died with a generation and were kept; the reaper's
 */
struct rl_blk_disk {
	struct rl_blk *blk;
	struct gendisk *disk;
	u32 ns;
	u8 shift;
	bool gone;
	bool buried;
	bool deleted;
	struct bdev_ns_info info;
	u64 __percpu *requests;
	u64 requeued;
};

/**
 * struct rl_blk - the adapter of one domain instance
 * @dom:	the domain; outlives the adapter
 * @dma:	device that does the DMA, or NULL: a software domain, which gets no
 *		segments (see blk_data.c). Set by the first up()
 * @sg_pool:	scatter lists of requests with several segments
 * @queues:	@nr_queues of them with @depth slots each; set by the first up(),
 *		@nr_queues last
 * @slots:	all slots, queue by queue
 * @open:	requests may enter; written by the callbacks
 * @dead:	requests fail; written by the callbacks, never cleared
 * @first_io:	the next completion is the first of this generation
 * @refused:	completions that were not believed
 * @lock:	see above
 * @ns:		what the present generation says; under @lock
 * @disks:	published disks; under @lock, added by the worker only
 * @work:	adds and buries disks: waits for I/O, so not a callback's job
 * @set:	tags
 * @info:	of the first generation; @set and the limits were made from it
 * @node:	list of adapters, for names
 * @prefix:	"rlnvme"
 * @index:	number in the disks' names
 */
struct rl_blk {
	struct rl_domain *dom;
	struct device *dma;
	mempool_t *sg_pool;
	struct rl_blk_queue *queues;
	struct rl_blk_slot *slots;
	u32 nr_queues;
	u32 depth;
	bool open;
	bool dead;
	bool first_io;

	atomic_long_t refused;
	struct mutex lock;	/* which namespaces exist */
	struct rl_blk_ns {
		bool present;
		struct bdev_ns_info info;
	} ns[BDEV_MAX_NS];
	struct rl_blk_disk *disks[BDEV_MAX_NS];
	struct work_struct work;
	struct blk_mq_tag_set set;
	struct bdev_dev_info info;
	struct list_head node;
	char prefix[RL_NAME_MAX + 2];
	u32 index;
};

/**
 * rl_blk_hold() - keep the running generation from being reaped
 * @b: adapter
 *
 * The same counting as a call through the gate, see gate.h. The holder must not
 * sleep and must not wait for the domain.
 *
 * Context: any but NMI.
 * Return: true, then rl_blk_release() must follow; false when nothing may enter.
 */
static __always_inline bool rl_blk_hold(struct rl_blk *b)
{
	struct rl_gate *g = &b->dom->gate;

	if (unlikely(READ_ONCE(g->alive) != RL_GATE_OPEN))
		return false;
	this_cpu_inc(g->cnt->in);
	barrier();
	if (likely(READ_ONCE(g->alive) == RL_GATE_OPEN && READ_ONCE(b->open)))
		return true;
	rl_gate_count_out(g);
	return false;
}

static __always_inline void rl_blk_release(struct rl_blk *b)
{
	rl_gate_count_out(&b->dom->gate);
}

static inline struct rl_blk_slot *rl_blk_slot(const struct rl_blk_queue *hq,
					      const struct request *rq)
{
	return &hq->slots[rq->tag];
}

/* blk_io.c */
extern const struct blk_mq_ops rl_blk_mq_ops;
void rl_blk_unmap(struct rl_blk *b, struct rl_blk_slot *slot, struct request *rq);
void rl_blk_reissue(struct rl_blk *b);
void rl_blk_free_slots(struct rl_blk *b);
int rl_blk_alloc_slots(struct rl_blk *b, u32 nr_queues, u32 depth, u32 max_segs);

/* blk_done.c */
extern const struct bdev_host_ops rl_blk_host_ops;
void rl_blk_end(struct request *rq);
struct rl_blk_slot *rl_blk_named(struct rl_blk *b, u16 queue, u16 tag);
s32 rl_blk_refuse(struct rl_blk *b, const char *why);
void rl_blk_end_irq(struct rl_domain *d, void *priv);
void rl_blk_reclaim(struct rl_blk *b);
void rl_blk_give_up(struct rl_blk *b);

/* blk_data.c */
s32 rl_blk_fetch(void *ctx, u16 queue, u16 tag, u32 offset, struct bdev_block *data);
s32 rl_blk_store(void *ctx, u16 queue, u16 tag, u32 offset, const struct bdev_block *data);

/* blk_disk.c */
int rl_blk_read_info(struct rl_blk *b);
void rl_blk_name(struct rl_blk *b);
void rl_blk_unname(struct rl_blk *b);
void rl_blk_worker(struct work_struct *work);
void rl_blk_delete_disks(struct rl_blk *b);
void rl_blk_remove_disks(struct rl_blk *b);

/* blk_sysfs.c */
extern const struct attribute_group *rl_blk_groups[];

#endif
