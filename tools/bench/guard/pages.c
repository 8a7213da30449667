// SPDX-License-Identifier: GPL-2.0-only
/* Copies of two pages of the window, in turn (copy.c). */
#include <redleaf/types.h>
#include "bench.h"

#define COPIES	256	/* in a turn */
#define PAGE	4096

static void (*const copies[NR_VARIANTS])(u8 *to, const u8 *from, u32 n) = {
	plain_copy, guarded_copy, full_copy,
};

static u8 *to, *from;

static void set_up(void)
{
	to = window_take(2 * PAGE);
	from = window_take(2 * PAGE);
}

static u64 turn(enum variant variant)
{
	u64 begun, took;

	from[0]++;
	from[2 * PAGE - 1]--;
	begun = now();
	copies[variant](to, from, COPIES);
	took = now() - begun;
	check(to[0] == from[0] && to[2 * PAGE - 1] == from[2 * PAGE - 1], "a page was not copied");
	return took * 100 / COPIES;
}

const struct subject copy4k = {
	.set_up = set_up,
	.turn = turn,
};
