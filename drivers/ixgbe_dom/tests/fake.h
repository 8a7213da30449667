/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An 82599 port in memory and the domain API on top of it, for the host-side tests: the
 * driver's own sources run against it unchanged. Bus addresses are pointers. What is
 * sent comes back to the same queue while @loop is on.
 */
#ifndef IXGBE_FAKE_H
#define IXGBE_FAKE_H

#include <setjmp.h>
#include "../ixgbe.h"
#include "packets/packets.h"

#define FAKE_FRAMES	64
#define FAKE_VECTORS	4
#define FAKE_TRACE	4096

/* A frame as it went out, headers and all. */
struct fake_frame {
	u64 context[2];
	u64 data;		/* second word of its first descriptor */
	u32 len, descs;
	u8 bytes[16384];
};

struct fake {
	u32 regs[IX_BAR_MIN / 4];
	u16 eeprom[IX_EEPROM_WORDS];
	u32 cpus, vectors;

	/* what is wrong with it */
	bool master_stuck;	/* until the second reset */
	bool never_resets, never_enables, gone, hang_tx;
	bool sem_stale;		/* a dead owner holds SWSM and SW_FW_SYNC */
	u32 rx_len;		/* lie about it; 0: do not */
	bool rx_no_eop;
	u32 fail_alloc;		/* n-th allocation fails; 0: none */

	/* what happened */
	u32 broken_rules;	/* each with a line on stdout */
	u64 core_reset_ns;	/* end of the core's reset, before init */
	u32 resets, work[IX_MAX_QUEUES], link_changes;
	struct fake_frame frames[FAKE_FRAMES];
	u32 nr_frames;
	bool loop, master;
	u32 trace[FAKE_TRACE];	/* registers written, in order */
	u32 nr_trace;

	/* the rest of the machine */
	u64 now, reset_at;
	bool in_reset;
	u64 context[IX_MAX_QUEUES][2];
	u64 handler_arg[FAKE_VECTORS];
	void (*handler[FAKE_VECTORS])(void *self, u64 arg);
	s32 (*thread)(void *self, u64 arg);
	u32 events[4], nr_events, thread_looks;
	void *mem[1024];
	u32 nr_mem;
	const char *died;
	jmp_buf die;
};

extern struct fake fake;
extern struct ix *ix;
extern const struct rl_domain_desc rl_this_domain;

void fake_reset(void);		/* a good port, a fresh domain */
s32 fake_init(void);		/* run init; -1000 when it died */
void fake_irq(u32 vector);
void fake_look(void);		/* the service thread looks once */
void fake_rx(u32 queue, const void *bytes, u32 len, u32 status, u32 low);

/* Runs @code; true when the domain died in it. */
#define DIES(code) ({				\
	fake.died = NULL;			\
	if (!setjmp(fake.die)) {		\
		(void)(code);			\
	}					\
	!!fake.died; })

#endif
