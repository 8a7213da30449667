// SPDX-License-Identifier: GPL-2.0-only
/*
 * Do two CPUs allocate and free twice as much as one? Each has an owner of its own
 * and its own memory in hand, as two domains on two CPUs would.
 *
 * Threads run the same number of pairs, alone and then both at once, started
 * together; the time is that of the slower one. Windows are short and the machine has
 * other work too, so of many rounds the best of each kind counts.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <x86intrin.h>
#include "native.h"

#define PAIRS	20000
#define SCALE_ROUNDS 200

static struct side {
	pthread_t thread;
	u32 cpu;
	u64 took;
} sides[2];

static u32 started;	/* threads that are ready for the round; atomic */
static u32 wanted;	/* how many run in this round */

static void pairs(u32 owner, u32 n)
{
	while (n--)
		rl_xheap_free(rl_xheap_alloc(RLTEST_ITEM_TYPE, owner), owner);
}

static void *run(void *arg)
{
	struct side *s = arg;
	cpu_set_t set;
	u64 begun;

	CPU_ZERO(&set);
	CPU_SET(s->cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	shim_cpu = s->cpu * sizeof(struct rl_xcpu);
	__atomic_add_fetch(&started, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&started, __ATOMIC_SEQ_CST) < wanted)
		_mm_pause();
	begun = __rdtsc();
	pairs(DOMAIN + s->cpu, PAIRS);
	s->took = __rdtsc() - begun;
	return NULL;
}

/* Ticks until @n threads have done their pairs. */
static u64 race(u32 n)
{
	u64 took = 0;
	u32 i;

	wanted = n;
	started = 0;
	for (i = 0; i < n; i++)
		pthread_create(&sides[i].thread, NULL, run, &sides[i]);
	for (i = 0; i < n; i++) {
		pthread_join(sides[i].thread, NULL);
		took = max(took, sides[i].took);
	}
	return took;
}

/* Pairs a tick of two CPUs, over those of one. */
double scaling(void)
{
	u64 best[2] = { ~0ull, ~0ull };
	u32 i;

	for (i = 0; i < 2; i++) {
		/* From the arena, which is for one thread here, into each CPU's hand. */
		shim_cpu = i * sizeof(struct rl_xcpu);
		sides[i].cpu = i;
		pairs(DOMAIN + i, 1);
	}
	shim_cpu = 0;
	for (i = 0; i < SCALE_ROUNDS; i++) {
		best[0] = min(best[0], race(1));
		best[1] = min(best[1], race(2));
	}
	return 2.0 * best[0] / best[1];
}
