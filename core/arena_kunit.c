// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arenas under test: sixteen pages that the arena must never touch
 *
 * The range is filled with a pattern first and compared at the end of each case:
 * an allocator that keeps its metadata apart leaves no trace in it.
 */
#include <linux/mm.h>
#include <linux/sizes.h>
#include "../selftests/kunit/rl_kunit.h"
#include "heap_internal.h"
#include "limits.h"

#define PAGES	16
#define SIZE	(PAGES * PAGE_SIZE)
#define PATTERN	0x5a
#define SLOTS	(SIZE / RL_GRANULE)

struct bed {
	u8 *mem;
	struct rl_arena *arena;
	void *got[SLOTS];
};

static int arena_init(struct kunit *test)
{
	struct bed *r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);

	if (!r)
		return -ENOMEM;
	test->priv = r;
	r->mem = (void *)__get_free_pages(GFP_KERNEL, get_order(SIZE));
	if (!r->mem)
		return -ENOMEM;
	memset(r->mem, PATTERN, SIZE);
	r->arena = rl_arena_create(r->mem, SIZE);
	return r->arena ? 0 : -ENOMEM;
}

static void arena_exit(struct kunit *test)
{
	struct bed *r = test->priv;

	if (!r)
		return;
	if (r->mem)
		KUNIT_EXPECT_NULL(test, memchr_inv(r->mem, PATTERN, SIZE));
	rl_arena_destroy(r->arena);
	free_pages((unsigned long)r->mem, get_order(SIZE));
}

/* Allocate pieces of @size until there is no more; how many there were. */
static u32 fill(struct bed *r, size_t size)
{
	u32 n = 0;

	while (n < SLOTS) {
		r->got[n] = rl_arena_alloc(r->arena, size);
		if (!r->got[n])
			break;
		n++;
	}
	return n;
}

/* Free each @step-th piece from @first on; how many were refused. */
static u32 give_back(struct bed *r, u32 first, u32 step, u32 n)
{
	u32 refused = 0;
	u32 i;

	for (i = first; i < n; i += step)
		refused += rl_arena_free(r->arena, r->got[i]) != 0;
	return refused;
}

/* No two pieces share a byte, all lie inside, none on an edge granule. */
static bool disjoint(struct kunit *test, struct bed *r, size_t size, u32 n)
{
	unsigned long *seen = kunit_kzalloc(test, BITS_TO_LONGS(SLOTS) * sizeof(long), GFP_KERNEL);
	u32 per = DIV_ROUND_UP(size, RL_GRANULE);
	u32 i, g;

	KUNIT_ASSERT_NOT_NULL(test, seen);
	__set_bit(0, seen);
	__set_bit(SLOTS - 1, seen);
	for (i = 0; i < n; i++) {
		size_t off = (u8 *)r->got[i] - r->mem;

		if (off % RL_GRANULE || off > SIZE - size)
			return false;
		for (g = off / RL_GRANULE; g < off / RL_GRANULE + per; g++)
			if (__test_and_set_bit(g, seen))
				return false;
	}
	return true;
}

static void arena_exhaustion(struct kunit *test)
{
	static const struct {
		size_t size;
		u32 expect;
	} cases[] = {
		{ 0, SLOTS - 2 }, { 1, SLOTS - 2 }, { 64, SLOTS - 2 },
		{ 65, SLOTS / 2 - 2 }, { 128, SLOTS / 2 - 2 }, { 256, SLOTS / 4 - 2 },
		{ 512, SLOTS / 8 - 2 }, { 1024, SLOTS / 16 - 2 }, { 2048, PAGES * 2 - 2 },
		{ 2049, PAGES - 2 }, { 4096, PAGES - 2 }, { 4097, PAGES / 2 - 1 },
		{ 14 * 4096, 1 }, { 14 * 4096 + 1, 0 }, { SIZE, 0 }, { SIZE + 1, 0 },
		{ SIZE_MAX, 0 }, { SIZE_MAX - 63, 0 },
	};
	struct bed *r = test->priv;
	u32 i, n;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		n = fill(r, cases[i].size);
		KUNIT_EXPECT_EQ_MSG(test, n, cases[i].expect, "size %zu", cases[i].size);
		KUNIT_EXPECT_TRUE(test, disjoint(test, r, cases[i].size, n));
		KUNIT_EXPECT_EQ(test, give_back(r, 0, 1, n), 0);
		KUNIT_EXPECT_EQ(test, rl_arena_used(r->arena), 0);
	}
}

static void arena_alignment(struct kunit *test)
{
	struct bed *r = test->priv;
	size_t size;
	void *p;

	for (size = 1; size <= 4 * PAGE_SIZE; size += 61) {
		p = rl_arena_alloc(r->arena, size);
		KUNIT_ASSERT_NOT_NULL(test, p);
		KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)p, RL_GRANULE));
		if (size >= PAGE_SIZE)
			KUNIT_EXPECT_TRUE(test, PAGE_ALIGNED(p));
		KUNIT_EXPECT_GE(test, rl_arena_size(r->arena, p), size);
		KUNIT_EXPECT_EQ(test, rl_arena_used(r->arena), rl_arena_size(r->arena, p));
		KUNIT_EXPECT_EQ(test, rl_arena_free(r->arena, p), 0);
	}
}

/* Every second piece free is half the room, and none of it for anything larger. */
static void arena_fragmentation(struct kunit *test)
{
	struct bed *r = test->priv;
	u32 n = fill(r, PAGE_SIZE);
	void *p;

	KUNIT_EXPECT_EQ(test, give_back(r, 0, 2, n), 0);
	KUNIT_EXPECT_NULL(test, rl_arena_alloc(r->arena, 2 * PAGE_SIZE));
	p = rl_arena_alloc(r->arena, 64);
	KUNIT_EXPECT_NOT_NULL(test, p);
	KUNIT_EXPECT_EQ(test, rl_arena_free(r->arena, p), 0);
	KUNIT_EXPECT_EQ(test, give_back(r, 1, 2, n), 0);
	p = rl_arena_alloc(r->arena, (PAGES - 2) * PAGE_SIZE);
	KUNIT_EXPECT_NOT_NULL(test, p);
	KUNIT_EXPECT_EQ(test, rl_arena_free(r->arena, p), 0);
}

/* A slab with one slot in use keeps its page; an empty one gives it up. */
static void arena_slab_pages_return(struct kunit *test)
{
	struct bed *r = test->priv;
	u32 n = fill(r, 1024);

	KUNIT_EXPECT_EQ(test, give_back(r, 1, 1, n), 0);
	KUNIT_EXPECT_EQ(test, rl_arena_used(r->arena), 1024);
	KUNIT_EXPECT_EQ(test, rl_arena_free(r->arena, r->got[0]), 0);
	KUNIT_EXPECT_EQ(test, fill(r, PAGE_SIZE), PAGES - 2);
}

static void arena_double_free(struct kunit *test)
{
	static const size_t sizes[] = { 64, 2048, 4096, 3 * 4096 };
	struct bed *r = test->priv;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		void *keep = rl_arena_alloc(r->arena, sizes[i]);
		void *p = rl_arena_alloc(r->arena, sizes[i]);

		KUNIT_EXPECT_EQ(test, rl_arena_free(r->arena, p), 0);
		KUNIT_EXPECT_EQ(test, rl_arena_free(r->arena, p), -EINVAL);
		KUNIT_EXPECT_EQ(test, rl_arena_size(r->arena, p), 0);
		KUNIT_EXPECT_EQ(test, rl_arena_free(r->arena, keep), 0);
		KUNIT_EXPECT_EQ(test, rl_arena_free(r->arena, keep), -EINVAL);
	}
	KUNIT_EXPECT_EQ(test, rl_arena_used(r->arena), 0);
}

/* Of all addresses in and around the range, the live starts alone are accepted. */
static void arena_only_starts(struct kunit *test)
{
	struct bed *r = test->priv;
	void *slot = rl_arena_alloc(r->arena, 200);
	void *run = rl_arena_alloc(r->arena, 3 * PAGE_SIZE);
	u8 *p;

	for (p = r->mem - SZ_4K; p < r->mem + SIZE + SZ_4K; p++) {
		if (p == slot || p == run)
			continue;
		if (rl_arena_size(r->arena, p) || rl_arena_free(r->arena, p) != -EINVAL) {
			KUNIT_FAIL(test, "accepted offset %td", p - r->mem);
			return;
		}
	}
	KUNIT_EXPECT_EQ(test, rl_arena_free(r->arena, NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, rl_arena_free(r->arena, (void *)~0UL), -EINVAL);
	KUNIT_EXPECT_EQ(test, rl_arena_size(r->arena, slot), 256);
	KUNIT_EXPECT_EQ(test, rl_arena_size(r->arena, run), 3 * PAGE_SIZE);
}

static void arena_reset_is_fresh(struct kunit *test)
{
	struct bed *r = test->priv;
	void *first = rl_arena_alloc(r->arena, 300);
	void *page = rl_arena_alloc(r->arena, PAGE_SIZE);

	fill(r, 64);
	rl_arena_reset(r->arena);
	KUNIT_EXPECT_EQ(test, rl_arena_used(r->arena), 0);
	KUNIT_EXPECT_EQ(test, rl_arena_free(r->arena, page), -EINVAL);
	/* The same calls give the same addresses. */
	KUNIT_EXPECT_PTR_EQ(test, rl_arena_alloc(r->arena, 300), first);
	KUNIT_EXPECT_PTR_EQ(test, rl_arena_alloc(r->arena, PAGE_SIZE), page);
}

static void arena_refuses_bad_range(struct kunit *test)
{
	struct bed *r = test->priv;

	KUNIT_EXPECT_NULL(test, rl_arena_create(r->mem + 64, PAGE_SIZE * 4));
	KUNIT_EXPECT_NULL(test, rl_arena_create(r->mem, PAGE_SIZE * 4 - 64));
	KUNIT_EXPECT_NULL(test, rl_arena_create(r->mem, PAGE_SIZE));
	KUNIT_EXPECT_NULL(test, rl_arena_create(r->mem, 0));
	rl_arena_destroy(NULL);
}

/* A long mixed sequence, with a shadow of what is live, from a fixed seed. */
static void arena_random(struct kunit *test)
{
	struct bed *r = test->priv;
	u32 seed = 1;
	u32 bad = 0;
	u32 i, k;

	for (i = 0; i < 200000; i++) {
		seed = seed * 1664525 + 1013904223;
		k = (seed >> 8) % 256;
		if (r->got[k]) {
			bad += rl_arena_free(r->arena, r->got[k]) != 0;
			r->got[k] = NULL;
		} else {
			r->got[k] = rl_arena_alloc(r->arena, 1 << (seed >> 28));
		}
	}
	for (k = 0; k < 256; k++)
		if (r->got[k])
			bad += rl_arena_free(r->arena, r->got[k]) != 0;
	KUNIT_EXPECT_EQ(test, bad, 0);
	KUNIT_EXPECT_EQ(test, rl_arena_used(r->arena), 0);
	KUNIT_EXPECT_EQ(test, fill(r, PAGE_SIZE), PAGES - 2);
}

static struct kunit_case arena_cases[] = {
	KUNIT_CASE(arena_exhaustion),
	KUNIT_CASE(arena_alignment),
	KUNIT_CASE(arena_fragmentation),
	KUNIT_CASE(arena_slab_pages_return),
	KUNIT_CASE(arena_double_free),
	KUNIT_CASE(arena_only_starts),
	KUNIT_CASE(arena_reset_is_fresh),
	KUNIT_CASE(arena_refuses_bad_range),
	KUNIT_CASE(arena_random),
	{}
};

static struct kunit_suite arena_suite = {
	.name = "rl_arena",
	.init = arena_init,
	.exit = arena_exit,
	.test_cases = arena_cases,
};

rl_kunit_test_suite(arena_suite);

MODULE_DESCRIPTION("RedLeaf: arena KUnit suite");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(RL_TEST);
