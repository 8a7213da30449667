/* SPDX-License-Identifier: GPL-2.0-only */
/* What the native benchmark's loops and its main program share. */
#ifndef BENCH_NATIVE_H
#define BENCH_NATIVE_H

#include "domain.h"
#include "rltest_proxy.h"
#include "xheap_chunk.h"

#define WINDOW		2000	/* calls between two looks at the clock */
#define DOMAIN		RL_OWNER_FIRST

/**
 * struct bench - one domain, and objects to hand to it
 * @ref: the domain's implementation of rltest
 * @object: moved to the domain by each call, and back
 * @deque: the same, with 32 packets in it
 */
struct bench {
	struct rl_iref ref;
	struct rltest_item __rref *object;
	struct rltest_item_deque32 __rref *deque;
};

s32 direct_null(void *self);
double scaling(void);

u64 loop_direct(struct bench *b, u32 n);
u64 loop_null(struct bench *b, u32 n);
u64 loop_object(struct bench *b, u32 n);
u64 loop_deque(struct bench *b, u32 n);
u64 fenced_direct(struct bench *b, u32 n);
u64 fenced_null(struct bench *b, u32 n);
u64 fenced_object(struct bench *b, u32 n);
u64 fenced_deque(struct bench *b, u32 n);

#endif
