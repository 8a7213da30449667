/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A virtio block device in memory and the domain API on top of it, for the host-side
 * tests: the driver's own sources run against it unchanged. Bus addresses are pointers.
 * Interrupts come when the last lock that holds them off is released. The device checks
 * what it is given as the specification says and ends the test program when it is wrong.
 */
#ifndef VBLK_FAKE_H
#define VBLK_FAKE_H

#include <setjmp.h>
#include "../vblk.h"

#define FAKE_QUEUES	4
#define FAKE_BAR	4
#define FAKE_NOTIFY	0x1000	/* in the BAR */
#define FAKE_CONFIG	0x2000
#define FAKE_BAR_SIZE	0x4000
#define FAKE_DONE	4096
#define FAKE_DESCS	256

struct fake_queue {
	u16 size, vector, enable, notify_off;
	u64 desc, driver, device;
	u16 seen;		/* available entries taken */
};

/* The last chain that the device took, without its header and status. */
struct fake_chain {
	struct vblk_header header;
	struct vring_desc data[FAKE_DESCS];
	u32 nr;
	bool indirect;
	u8 *status;
	u16 head, queue;
};

struct fake {
	/* what the device is */
	u32 pci[64];
	u64 bar_size[6];
	u64 features;
	u16 vqs;
	u8 config[64];
	struct fake_queue q[FAKE_QUEUES];
	const char *id;
	u32 cpus, vectors;
	bool translated;
	u64 params[RL_MAX_PARAMS];

	/* what is wrong with it */
	bool never_reset, picky, unsettled, gone, mute, no_irq, no_id, no_vector, no_start;
	bool hold;		/* take requests, answer none */
	bool no_notify;		/* says that it polls */
	u8 answer;		/* status of requests; VBLK_S_NONE: none is written */
	u32 len_more, len_less;	/* than it writes, in the used element */

	/* what happened */
	u32 feature_select, driver_select;
	u64 accepted;
	u8 status, generation;
	u16 select, config_vector;
	bool master;
	u32 notified, logged;
	struct fake_chain chain;
	u32 nr_chains;

	/* the rest of the machine */
	u64 now;
	u32 irq_off, pending;
	bool in_irq;
	void (*handler[FAKE_QUEUES + 2])(void *self, u64 arg);
	u64 handler_arg[FAKE_QUEUES + 2];
	void *mem[256];
	u32 nr_mem, fail_alloc;

	/* what the adapter saw */
	struct bdev_request *done[FAKE_DONE];
	s32 done_status[FAKE_DONE];
	u32 nr_done;
	const char *died;
	jmp_buf die;
};

extern struct fake fake;
extern struct vblk *vblk;
extern const struct rl_domain_desc rl_this_domain;

void fake_reset(void);		/* a good device, a fresh domain */
s32 fake_init(void);		/* run init; -1000 when it died */
void fake_cap(u32 n, u32 type, u32 bar, u32 off, u32 len);
void fake_used(u16 queue, u32 id, u32 len, u16 ahead);
void fake_interrupt(u32 vector);
void fake_config32(u32 field, u32 val);

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
