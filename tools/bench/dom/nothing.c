// SPDX-License-Identifier: GPL-2.0-only
/*
 * The callee of the benchmarks: a domain whose methods return at once and keep what
 * they were given, so that a call costs the crossing and nothing else. What it keeps
 * is taken back by the measuring side. Two methods do something, as often as they are
 * told: allocate, and move objects into a deque and out.
 */
#define BENCH_MAIN
#include <redleaf/domain.h>
#include <redleaf/gen/bench.h>

#define ITEMS	32	/* all that a deque holds */

/* What moves. */
struct bench {
	struct rltest_item_deque32 __rref *deque;
	struct rltest_item __rref *items[ITEMS];
};

static s32 do_null(void *self)
{
	return 0;
}

/* Allocates and frees @a times. */
static s32 do_one_arg(void *self, u64 a)
{
	struct rltest_item __rref *it;

	for (; a; a--) {
		it = rltest_item_alloc();
		if (!it)
			return -ENOMEM;
		rltest_item_free(it);
	}
	return 0;
}

static s32 do_one_object(void *self, struct rltest_item __rref *it)
{
	return 0;
}

static s32 do_deque32(void *self, struct rltest_item_deque32 __rref *dq)
{
	return 0;
}

static s32 do_crash(void *self, u32 kind, u64 arg)
{
	return -EOPNOTSUPP;
}

static s32 do_nest(void *self, u32 depth, u32 kind, u64 arg)
{
	return -EOPNOTSUPP;
}

static s32 do_get(void *self, struct rltest_blob *out)
{
	return 0;
}

/* All objects into the deque and out of it again, one by one. */
static bool move_each(struct bench *b)
{
	bool ok = true;
	u32 i;

	for (i = 0; i < ITEMS; i++)
		ok &= rltest_item_deque32_push_back(b->deque, b->items[i]);
	for (i = 0; i < ITEMS; i++)
		ok &= !!rltest_item_deque32_pop_front(b->deque);
	return ok;
}

/* The same at once. */
static bool move_many(struct bench *b)
{
	return rltest_item_deque32_push_back_many(b->deque, b->items, ITEMS) == ITEMS &&
	       rltest_item_deque32_pop_front_many(b->deque, b->items, ITEMS) == ITEMS;
}

/* Moves @value times, at once when @key is not 0. */
static s32 do_set(void *self, u32 key, u64 value)
{
	bool ok = true;

	for (; ok && value; value--)
		ok = key ? move_many(self) : move_each(self);
	return ok ? 0 : -EIO;
}

static s32 do_lent(void *self, u32 kind, const struct rltest_item __rref *it)
{
	return 0;
}

static const struct rltest_ops ops = {
	.null = do_null,
	.one_arg = do_one_arg,
	.one_object = do_one_object,
	.deque32 = do_deque32,
	.crash = do_crash,
	.crash_sleep = do_crash,
	.nest = do_nest,
	.get = do_get,
	.set = do_set,
	.lent = do_lent,
};

static s32 init(void *self)
{
	struct bench *b = self;
	bool ok;
	u32 i;

	b->deque = rltest_item_deque32_alloc();
	ok = !!b->deque;
	for (i = 0; i < ITEMS; i++) {
		b->items[i] = rltest_item_alloc();
		ok &= !!b->items[i];
	}
	return ok ? 0 : -ENOMEM;
}

BENCH_DOMAIN(struct bench, &ops, init);
