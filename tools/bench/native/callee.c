// SPDX-License-Identifier: GPL-2.0-only
/*
 * The direct call that a proxied one is compared with, compiled as the core is,
 * and the loops around both. A loop makes `n` calls and adds up their answers;
 * the serialised form puts a fence behind each, so that no call overlaps the
 * next.
 */
#include "native.h"
#include "dom_proxy.h"

#define FENCE asm volatile("lfence" : : : "memory")

/* Where the linker puts a loop must not show: each begins a cache line. */
#define ALIGNED __aligned(64)

ALIGNED noinline s32 direct_null(void *self)
{
	barrier();	/* or the compiler would not call it at all */
	return 0;
}

#define BACK_TO_BACK(name, call)						\
ALIGNED u64 loop_##name(struct bench *b, u32 n)				\
{									\
	u64 sum = 0;							\
	u32 i;								\
									\
	for (i = 0; i < n; i++)						\
		sum += (call);						\
	return sum;							\
}

#define LOOP(name, call)						\
BACK_TO_BACK(name, call)						\
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
LOOP(bare, answer(bare_null(&b->ref)))
LOOP(object, answer(rltest_one_object(&b->ref, b->object)) |
	     !rl_xheap_move(b->object, RLTEST_ITEM_TYPE, DOMAIN, RL_OWNER_HOST))
LOOP(deque, answer(rltest_deque32(&b->ref, b->deque)) |
	    !rl_xheap_move(b->deque, RLTEST_ITEM_DEQUE32_TYPE, DOMAIN, RL_OWNER_HOST))

/* What two changes of owner cost at the least: a word that two CPUs may claim at once. */
static inline u64 call_locked(struct bench *b)
{
	u64 before = 0, after = 1, bad;

	bad = !try_cmpxchg(&b->word, &before, 1);
	bad |= answer(rltest_null(&b->ref));
	return bad | !try_cmpxchg(&b->word, &after, 0);
}

LOOP(locked, call_locked(b))

/* The null network, called as a function, through a proxy, and through two. */
#define BATCH(name, batch)							\
BACK_TO_BACK(driver##name, b->null(b->net.self, 0, b->batch, b->none))		\
BACK_TO_BACK(domain##name, answer(net_submit_and_poll(&b->net, 0, b->batch, b->none)))	\
BACK_TO_BACK(shadow##name, answer(net_submit_and_poll(&b->shadow, 0, b->batch, b->none)))

BATCH(1, one)
BATCH(32, many)

BACK_TO_BACK(shadow, answer(dom_c_no_arg_retry_shadow(b->dom_c)))
BACK_TO_BACK(cascade, answer(dom_d_cascade(b->outermost, NR_DOMS)))

/* The loop is dom_d's: one call of it, @n of dom_c. */
ALIGNED u64 loop_no_arg(struct bench *b, u32 n)
{
	return answer(dom_d_no_arg(b->dom_d, n));
}

ALIGNED u64 loop_one_arg(struct bench *b, u32 n)
{
	return answer(dom_d_one_arg(b->dom_d, n));
}

ALIGNED u64 loop_one_rref(struct bench *b, u32 n)
{
	return answer(dom_d_one_rref(b->dom_d, n));
}

s32 bench_call(struct rl_domain *d, const void *fn)
{
	struct rl_frame f;
	s32 err = rl_gate_enter(&f, &d->gate, NULL, 0);

	if (err)
		return err;
	err = RL_GATE_CALL(&f, fn, d->provided.self, RL_GATE_UNUSED, RL_GATE_UNUSED,
			   RL_GATE_UNUSED, RL_GATE_UNUSED, RL_GATE_UNUSED);
	rl_gate_exit(&f);
	return err;
}
