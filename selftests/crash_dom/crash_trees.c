// SPDX-License-Identifier: GPL-2.0-only
/*
 * Work on trees of exchange objects without an end: into a slot and out again, into a
 * deque and out again, one by one and at once, from a small vec into a large one. A kill
 * comes in the middle. It sleeps now and then, or it would be taken for a loop.
 */
#include <redleaf/time.h>
#include "crash.h"

#define ROUNDS	100	/* between two naps */

static bool slot_round(struct rltest_shelf __rref *s)
{
	struct rltest_item __rref *it = rltest_item_alloc();

	if (!it || rltest_shelf_put_place(s, it))
		return false;
	it = rltest_shelf_take_place(s);
	rltest_item_free(it);
	return it;
}

static bool deque_round(struct rltest_item_deque32 __rref *dq)
{
	struct rltest_item __rref *it;
	u32 i;

	for (i = 0; i < CRASH_ITEMS; i++) {
		it = rltest_item_alloc();
		if (!it || !(i % 2 ? rltest_item_deque32_push_back(dq, it) :
				     rltest_item_deque32_push_front(dq, it)))
			return false;
	}
	for (i = 0; i < CRASH_ITEMS; i++) {
		it = i % 2 ? rltest_item_deque32_pop_front(dq) : rltest_item_deque32_pop_back(dq);
		if (!it)
			return false;
		rltest_item_free(it);
	}
	return true;
}

/* The same at once. */
static bool batch_round(struct crash *c, struct rltest_item_deque32 __rref *dq)
{
	u32 i, half = CRASH_ITEMS / 2;

	for (i = 0; i < CRASH_ITEMS; i++)
		c->items[i] = rltest_item_alloc();
	if (rltest_item_deque32_push_front_many(dq, c->items, half) != half ||
	    rltest_item_deque32_push_back_many(dq, &c->items[half], half) != half ||
	    rltest_item_deque32_pop_back_many(dq, c->items, half) != half ||
	    rltest_item_deque32_pop_front_many(dq, &c->items[half], half) != half)
		return false;
	for (i = 0; i < CRASH_ITEMS; i++)
		rltest_item_free(c->items[i]);
	return true;
}

/**
 * crash_trees() - work until it is killed
 * @c: the state
 *
 * Return: only when the core has refused something.
 */
s32 crash_trees(struct crash *c)
{
	struct rltest_item_deque32 __rref *dq = rltest_item_deque32_alloc();
	struct rltest_u64_vec512 __rref *v = rltest_u64_vec512_alloc(1);
	struct rltest_shelf __rref *s = rltest_shelf_alloc();
	u32 n;

	for (n = 1; dq && s && v && slot_round(s) && deque_round(dq) && batch_round(c, dq); n++) {
		v = rltest_u64_vec512_grow(v, n % 512 + 1);
		if (!(n % ROUNDS))
			rl_sleep_us(10);
	}
	return -EIO;
}
