/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A controller in memory and the domain API on top of it, for the host-side
 * tests: the driver's own sources run against it unchanged. Bus addresses are
 * pointers. Interrupts come when the last lock that holds them off is released.
 */
#ifndef NVME_FAKE_H
#define NVME_FAKE_H

#include <setjmp.h>
#include "../nvme.h"

#define FAKE_QUEUES	8
#define FAKE_LOG	256
#define FAKE_DONE	4096

struct fake_queue {
	struct nvme_cmd *sq;
	struct nvme_cqe *cq;
	u32 sq_size, cq_size;
	u32 head, tail, cq_tail;
	u32 cq_head;		/* as the register says */
	u32 vector;
	u16 phase;
};

struct fake {
	/* what the controller is */
	u64 cap;
	u32 vs;
	u64 bar_size;
	u32 cpus, vectors;
	u32 granted;		/* set features result; ~0: as asked */
	struct nvme_id_ctrl id;
	struct nvme_id_ns ns[4];
	u32 list[NVME_NS_LIST_LEN];
	u64 params[RL_MAX_PARAMS];

	/* what is wrong with it */
	bool never_ready, never_reset, fatal, gone, mute, no_irq;
	u32 fail_create;	/* queue id whose creation fails */
	bool backwards;		/* the last admin command of a batch comes first */
	u16 io_status;		/* of the next io_errors commands */
	u32 io_errors;
	bool hold;		/* keep I/O commands */
	bool abort_ends;	/* Abort completes the held command */
	bool lazy_events;	/* EventIdx so that the next entry needs no doorbell */

	/* what happened */
	u32 cc, csts, aqa;
	u64 asq, acq;
	bool master;
	struct fake_queue q[FAKE_QUEUES];
	u32 *shadow, *events;
	struct nvme_cmd admin[FAKE_LOG], io[FAKE_LOG];
	u32 nr_admin, nr_io;
	u32 doorbells;
	u32 vectors_at, bound_at;	/* admin commands by then */
	u16 held[FAKE_DONE];
	u32 nr_held;

	/* the rest of the machine */
	u64 now;
	u32 irq_off;
	bool in_irq;
	u32 pending;		/* bit per vector */
	void (*handler[FAKE_QUEUES + 1])(void *self, u64 arg);
	u64 handler_arg[FAKE_QUEUES + 1];
	void (*timer)(void *self, u64 arg);
	u64 timer_at;
	u32 event;
	void *mem[4096];
	u32 nr_mem;
	u32 fail_alloc;		/* n-th allocation fails; 0: none */

	/* what the adapter saw */
	struct bdev_request *done[FAKE_DONE];
	s32 status[FAKE_DONE];
	u32 nr_done;
	const char *died;
	jmp_buf die;
};

extern struct fake fake;
extern struct nvme *nvme;
extern const struct rl_domain_desc rl_this_domain;

void fake_reset(void);		/* a good controller, a fresh domain */
s32 fake_init(void);		/* run init; -1000 when it died */
void fake_run(void);		/* the device looks at its queues by itself */
void fake_cqe(u32 qid, u16 cid, u16 status, u16 sq_head, u16 sq_id);
void fake_tick(u64 ns);		/* time passes, the timer may run */

/* Runs @code; true when the domain died in it. */
#define DIES(code) ({				\
	fake.died = NULL;			\
	if (!setjmp(fake.die)) {		\
		(void)(code);			\
	}					\
	fake.irq_off = 0;			\
	fake.in_irq = false;			\
	!!fake.died; })

#endif
