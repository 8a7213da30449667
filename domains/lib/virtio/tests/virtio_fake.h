/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The transport of a virtio device in memory and the domain API on top of it, for the
 * host-side tests: a driver's own sources run against it unchanged. What kind of device
 * it is, fake.c of the driver's tests says. Bus addresses are pointers. Interrupts come
 * when the last lock that holds them off is released. The device checks what it is given
 * as the specification says and ends the test program when it is wrong.
 */
#ifndef VIRTIO_FAKE_H
#define VIRTIO_FAKE_H

#include <setjmp.h>
#include "../virtio.h"

#define FAKE_QUEUES	9
#define FAKE_BAR	4
#define FAKE_NOTIFY	0x1000	/* in the BAR */
#define FAKE_CONFIG	0x2000
#define FAKE_BAR_SIZE	0x4000
#define FAKE_DESCS	256	/* of one chain */
#define FAKE_MEM	1024

struct fake_queue {
	u16 size;		/* at most; what the driver made of it is */
	u16 entries;
	u16 vector, enable, notify_off;
	u64 desc, driver, device;
	u16 seen;		/* available entries taken */
};

struct fake {
	/* what the device is */
	u32 pci[64];
	u64 bar_size[6];
	u64 features;
	u16 vqs;
	u8 config[64];
	struct fake_queue q[FAKE_QUEUES];
	u32 cpus, vectors;
	bool translated;
	u64 params[RL_MAX_PARAMS];

	/* what is wrong with it */
	bool never_reset, picky, unsettled, gone, mute, no_irq, no_vector, no_start;
	bool no_notify;		/* says that it polls */
	u16 mute_queue;		/* notifications of queues from this one on are not heard */

	/* what happened */
	u32 feature_select, driver_select;
	u64 accepted;
	u8 status, generation;
	u16 select, config_vector;
	bool master;
	u32 notified, logged, resets;

	/* the rest of the machine */
	u64 now;
	u32 irq_off, pending;
	bool in_irq;
	u32 events[4], nr_events;
	void (*handler[FAKE_QUEUES + 2])(void *self, u64 arg);
	u64 handler_arg[FAKE_QUEUES + 2];
	void *mem[FAKE_MEM];
	u32 nr_mem, fail_alloc;
	const char *died;
	jmp_buf die;
};

extern struct fake fake;
extern void *fake_self;		/* the domain's state */
extern const struct rl_domain_desc rl_this_domain;

void fake_reset(void);		/* a good device, a fresh domain */
void fake_again(void);		/* the device as it is, a fresh domain */
s32 fake_init(void);		/* run init; -1000 when it died */
void fake_cap(u32 n, u32 type, u32 bar, u32 off, u32 len);
void fake_used(u16 queue, u32 id, u32 len, u16 ahead);
void fake_interrupt(u32 vector);
void fake_config16(u32 field, u16 val);
void fake_config32(u32 field, u32 val);
void *fake_ptr(u64 dma);
u32 fake_chain(u16 queue, u16 first, struct vring_desc *out);
bool fake_next(u16 queue, u16 *first);
void fake_wrong(const char *what);

/* The driver's tests have these: what their device is, and what a notification does. */
void fake_device_defaults(void);
void fake_device_take(u16 queue);
void fake_device_reset(void);

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
