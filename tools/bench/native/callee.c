// SPDX-License-Identifier: GPL-2.0-only
/*
 * The direct call that a proxied one is compared with, compiled as the core is,
 * and the loops around both. A loop makes `n` calls and adds up their answers;
 * the serialised form puts a fence behind each, so that no call overlaps the
 * next.
 */
#include "native.h"

#define FENCE asm volatile("lfence" : : : "memory")

/* Where the linker puts a loop must not show: each begins a cache line. */
#define ALIGNED __aligned(64)

ALIGNED noinline s32 direct_null(void *self)
{
	barrier();	/* or the compiler would not call it at all */
	return 0;
}

#define LOOP(name, call)						\
ALIGNED u64 loop_##name(struct bench *b, u32 n)				\
{									\
	u64 sum = 0;							\
	u32 i;								\
									\
	for (i = 0; i < n; i++)						\
		sum += (call);						\
	return sum;							\
}									\
									\
ALIGNED u64 fenced_##name(struct bench *b, u32 n)			\
{									\
	u64 sum = 0;							\
	u32 i;								\
									\
	for (i = 0; i < n; i++) {					\
		sum += (call);						\
		FENCE;							\
	}								\
	return sum;							\
}

static inline u64 answer(struct rl_ret r)
{
	return r.rpc | r.err;
}

LOOP(direct, direct_null(b->ref.self))
LOOP(null, answer(rltest_null(&b->ref)))
LOOP(object, answer(rltest_one_object(&b->ref, b->object)) |
	     !rl_xheap_move(b->object, RLTEST_ITEM_TYPE, DOMAIN, RL_OWNER_HOST))
LOOP(deque, answer(rltest_deque32(&b->ref, b->deque)) |
	    !rl_xheap_move(b->deque, RLTEST_ITEM_DEQUE32_TYPE, DOMAIN, RL_OWNER_HOST))
