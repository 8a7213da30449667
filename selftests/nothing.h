/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The methods of rltest that a test domain has no use for: they say so. Such a domain
 * begins its table of methods with RLTEST_NOTHING and names its own behind it.
 */
#ifndef RLTEST_NOTHING_H
#define RLTEST_NOTHING_H

#include <redleaf/gen/rltest.h>

static inline s32 nothing_null(void *self)
{
	return 0;
}

static inline s32 nothing_arg(void *self, u64 a)
{
	return -EOPNOTSUPP;
}

static inline s32 nothing_object(void *self, struct rltest_item __rref *it)
{
	return -EOPNOTSUPP;
}

static inline s32 nothing_deque32(void *self, struct rltest_item_deque32 __rref *dq)
{
	return -EOPNOTSUPP;
}

static inline s32 nothing_nest(void *self, u32 depth, u32 kind, u64 arg)
{
	return -EOPNOTSUPP;
}

static inline s32 nothing_get(void *self, struct rltest_blob *value)
{
	return -EOPNOTSUPP;
}

static inline s32 nothing_set(void *self, u32 key, u64 value)
{
	return -EOPNOTSUPP;
}

static inline s32 nothing_lent(void *self, u32 kind, const struct rltest_item __rref *it)
{
	return -EOPNOTSUPP;
}

static inline s32 nothing_crash(void *self, u32 kind, u64 arg)
{
	return -EOPNOTSUPP;
}

/* All but what is called to attack: crash, crash_sleep, lent. */
#define RLTEST_NOTHING							\
	.null = nothing_null, .one_arg = nothing_arg,			\
	.one_object = nothing_object, .deque32 = nothing_deque32,	\
	.nest = nothing_nest, .get = nothing_get, .set = nothing_set

#endif
