// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cost of the guard in a process: plain and guarded loops, at level stores and then
 * at level full, alternate in random order, on the same memory. Prints "name ratio plain
 * guarded" a line: the median of the ratios of pairs, and median TSC cycles of one turn.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <x86intrin.h>
#undef offsetof	/* of stddef.h: types.h has its own */
#include "loops.h"

#define WINDOW	(1u << 20)
#define PAIRS	400

u64 with_frame(void *frame, void *fn, void *state, u64 turns);
u64 plain_loop_nic(struct bench_state *s, u32 n);
u64 plain_loop_nvme(struct bench_state *s, u32 n);
u64 plain_loop_copy4k(struct bench_state *s, u32 n);
u64 full_loop_nic(struct bench_state *s, u32 n);
u64 full_loop_nvme(struct bench_state *s, u32 n);
u64 full_loop_copy4k(struct bench_state *s, u32 n);
extern u64 refused, loads;	/* by runtime.S: nothing here should be */

static u64 frame[12];
static u8 *window, *next;

static const struct bench {
	const char *name;
	void *plain, *guarded;
	u32 turns;
} benches[] = {
	{ "nic", plain_loop_nic, loop_nic, 4096 },
	{ "nvme", plain_loop_nvme, loop_nvme, 2048 },
	{ "copy4k", plain_loop_copy4k, loop_copy4k, 256 },
	{ "full_nic", plain_loop_nic, full_loop_nic, 4096 },
	{ "full_nvme", plain_loop_nvme, full_loop_nvme, 2048 },
	{ "full_copy4k", plain_loop_copy4k, full_loop_copy4k, 256 },
};

/* One thread takes the lock of the loops, so it is free. */
void rl_lock_wait(struct rl_lock *l)
{
	(void)l;
	abort();
}

static void *take(size_t size)
{
	void *p = next;

	next += (size + 127) & ~127ul;
	return p;
}

static struct bench_state *prepare(void)
{
	struct bench_state *s;
	int i;

	window = aligned_alloc(WINDOW, WINDOW);
	if (!window)
		exit(1);
	memset(window, 0, WINDOW);
	next = window + 64;
	frame[8] = (u64)window;
	frame[9] = WINDOW - 64;
	s = take(sizeof(*s));
	s->nic.desc = take(NIC_RING * sizeof(*s->nic.desc));
	s->nic.packet = take(NIC_RING * sizeof(*s->nic.packet));
	s->nvme.sq = take(NVME_RING * sizeof(*s->nvme.sq));
	s->nvme.cq = take(NVME_RING * sizeof(*s->nvme.cq));
	s->nvme.slot = take(NVME_RING * sizeof(*s->nvme.slot));
	s->nvme.io = take(NVME_RING * sizeof(*s->nvme.io));
	for (i = 0; i < NVME_RING; i++)
		s->nvme.io[i].tag = i;
	next = (u8 *)(((u64)next + 4095) & ~4095ull);
	for (i = 0; i < 4; i++)
		s->page[i] = take(4096);
	return s;
}

static double turn(const struct bench *b, int guarded, struct bench_state *s)
{
	u64 begin = __rdtsc();

	with_frame(frame, guarded ? b->guarded : b->plain, s, b->turns);
	return (double)(__rdtsc() - begin) / b->turns;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *v)
{
	qsort(v, PAIRS, sizeof(*v), compare);
	return v[PAIRS / 2];
}

static void measure(const struct bench *b, struct bench_state *s)
{
	static double cost[2][PAIRS], ratio[PAIRS];
	int i, first;

	for (i = 0; i < PAIRS; i++) {
		first = random() & 1;
		cost[first][i] = turn(b, first, s);
		cost[!first][i] = turn(b, !first, s);
		ratio[i] = cost[1][i] / cost[0][i];
	}
	printf("%s %.4f %.2f %.2f\n", b->name, median(ratio), median(cost[0]), median(cost[1]));
}

int main(void)
{
	struct bench_state *s = prepare();
	cpu_set_t one;
	size_t i;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	sched_setaffinity(0, sizeof(one), &one);
	for (i = 0; i < sizeof(benches) / sizeof(benches[0]); i++)
		measure(&benches[i], s);
	if (refused || loads)
		fputs("guard: an access of the loops was outside of the window\n", stderr);
	return refused || loads;
}
