// SPDX-License-Identifier: GPL-2.0-only
/*
 * The callee of the benchmarks: a domain whose methods return at once and keep what
 * they were given, so that a call costs the crossing and nothing else. What it keeps
 * is taken back by the measuring side. One method allocates, as often as it is told.
 */
#define BENCH_MAIN
#include <redleaf/domain.h>
#include <redleaf/gen/bench.h>

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

static s32 do_set(void *self, u32 key, u64 value)
{
	return 0;
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
	return 0;
}

BENCH_DOMAIN(char[64], &ops, init);
