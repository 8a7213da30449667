/* SPDX-License-Identifier: GPL-2.0-only */
/* What the native benchmark's loops and its main program share. */
#ifndef BENCH_NATIVE_H
#define BENCH_NATIVE_H

#include "machine.h"
#include "net_proxy.h"
#include "rltest_proxy.h"

#define WINDOW		2000	/* calls between two looks at the clock */
#define NR_DOMS		RL_MAX_CALL_DEPTH
#define DOMAIN		RL_OWNER_FIRST

/**
 * struct bench - one domain, and objects to hand to it
 * @ref: the domain's implementation of rltest
 * @object: moved to the domain by each call, and back
 * @deque: the same, with 32 packets in it
 * @word: claimed before a call and given back after it, by nothing but cmpxchg
 * @null: the null network's function, compiled as the core is
 * @net: that behind a proxy
 * @shadow: the same, called by a domain that only passes it on
 * @one: a batch of one packet, lent by each call
 * @many: one of 32
 * @none: an empty one
 * @dom_c: answers at once
 * @dom_d: calls @dom_c as often as it is told
 * @outermost: the last of the row of dom_d, of which @dom_d is the first
 */
struct bench {
	struct rl_iref ref;
	struct rltest_item __rref *object;
	struct rltest_item_deque32 __rref *deque;
	u64 word;
	s32 (*null)(void *self, u16 queue, struct net_packet_deque32 __rref *tx,
		    struct net_packet_deque32 __rref *rx);
	struct rl_iref net;
	struct rl_iref shadow;
	struct net_packet_deque32 __rref *one;
	struct net_packet_deque32 __rref *many;
	struct net_packet_deque32 __rref *none;
	struct rl_iref *dom_c, *dom_d, *outermost;
};

void make_doms(struct bench *b);
void start_doms(void);
s32 bench_call(struct rl_domain *d, const void *fn);

s32 direct_null(void *self);
struct rl_ret bare_null(struct rl_iref *ref);
double scaling(void);

u64 loop_direct(struct bench *b, u32 n);
u64 loop_null(struct bench *b, u32 n);
u64 loop_bare(struct bench *b, u32 n);
u64 loop_object(struct bench *b, u32 n);
u64 loop_deque(struct bench *b, u32 n);
u64 loop_locked(struct bench *b, u32 n);
u64 loop_driver1(struct bench *b, u32 n);
u64 loop_driver32(struct bench *b, u32 n);
u64 loop_domain1(struct bench *b, u32 n);
u64 loop_domain32(struct bench *b, u32 n);
u64 loop_shadow1(struct bench *b, u32 n);
u64 loop_shadow32(struct bench *b, u32 n);
u64 fenced_direct(struct bench *b, u32 n);
u64 fenced_null(struct bench *b, u32 n);
u64 fenced_bare(struct bench *b, u32 n);
u64 fenced_object(struct bench *b, u32 n);
u64 fenced_deque(struct bench *b, u32 n);
u64 fenced_locked(struct bench *b, u32 n);
u64 loop_shadow(struct bench *b, u32 n);
u64 loop_cascade(struct bench *b, u32 n);
u64 loop_no_arg(struct bench *b, u32 n);
u64 loop_one_arg(struct bench *b, u32 n);
u64 loop_one_rref(struct bench *b, u32 n);

#endif
