// SPDX-License-Identifier: GPL-2.0-only
/*
 * Private windows under test: creation, reset, bounds, and what a domain's free
 * may say
 *
 * The arenas below them have a suite of their own (arena_kunit.c). The domain
 * never runs (fake_kunit.h).
 */
#include <linux/sizes.h>
#include "fake_kunit.h"
#include "heap_internal.h"

#define STATE	1000

static int heap_init(struct kunit *test)
{
	return fake_init(test, "ktheap", NULL, STATE);
}

static void heap_exit(struct kunit *test)
{
	fake_drop(test->priv);
}

static void window_size_and_place(struct kunit *test)
{
	static const struct { u32 heap; size_t want; } sizes[] = {
		{ 0, RL_WINDOW_MIN }, { 1, RL_WINDOW_MIN }, { RL_WINDOW_MIN, RL_WINDOW_MIN },
		{ RL_WINDOW_MIN + 1, 2 * RL_WINDOW_MIN }, { SZ_1M - 1, SZ_1M }, { SZ_1M, SZ_1M },
		{ RL_WINDOW_MAX, RL_WINDOW_MAX },
	};
	struct rl_domain *d = test->priv;
	int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		d->desc.heap_size = sizes[i].heap;
		KUNIT_ASSERT_EQ(test, rl_window_create(d), 0);
		KUNIT_EXPECT_EQ(test, d->window_size, sizes[i].want);
		/* guards confine by masking */
		KUNIT_EXPECT_EQ(test, (unsigned long)d->gate.window & (d->window_size - 1), 0);
		KUNIT_EXPECT_TRUE(test, rl_in_window(d, d->self, STATE));
		KUNIT_EXPECT_EQ(test, rl_arena_size(d->heap, d->self) >= STATE, 1);
		KUNIT_EXPECT_NULL(test, memchr_inv(d->self, 0, STATE));
		rl_window_destroy(d);
		KUNIT_EXPECT_NULL(test, d->gate.window);
		KUNIT_EXPECT_NULL(test, d->heap);
		KUNIT_EXPECT_NULL(test, d->self);
		KUNIT_EXPECT_EQ(test, d->window_size, 0);
	}
}

static void window_refused(struct kunit *test)
{
	struct rl_domain *d = test->priv;

	d->desc.heap_size = RL_WINDOW_MAX + 1;
	KUNIT_EXPECT_EQ(test, rl_window_create(d), -ENOMEM);
	d->desc.heap_size = RL_WINDOW_MIN;
	d->desc.state_size = RL_WINDOW_MIN;	/* the edges are kept free: no room */
	KUNIT_EXPECT_EQ(test, rl_window_create(d), -ENOMEM);
	KUNIT_EXPECT_NULL(test, d->gate.window);
	KUNIT_EXPECT_NULL(test, d->heap);
	KUNIT_EXPECT_EQ(test, d->window_size, 0);
}

static void in_window_bounds(struct kunit *test)
{
	struct rl_domain *d = test->priv;
	u8 *w;

	KUNIT_EXPECT_FALSE(test, rl_in_window(d, NULL, 0));
	KUNIT_ASSERT_EQ(test, rl_window_create(d), 0);
	w = d->gate.window;
	KUNIT_EXPECT_TRUE(test, rl_in_window(d, w, d->window_size));
	KUNIT_EXPECT_TRUE(test, rl_in_window(d, w + d->window_size - 1, 1));
	KUNIT_EXPECT_FALSE(test, rl_in_window(d, w - 1, 1));
	KUNIT_EXPECT_FALSE(test, rl_in_window(d, w, d->window_size + 1));
	KUNIT_EXPECT_FALSE(test, rl_in_window(d, w + 1, d->window_size));
	KUNIT_EXPECT_FALSE(test, rl_in_window(d, w + d->window_size, 0));
	KUNIT_EXPECT_FALSE(test, rl_in_window(d, w + 8, ~0UL));
	KUNIT_EXPECT_FALSE(test, rl_in_window(d, w + 8, -8UL));
}

/* The next generation finds nothing of the last one. */
static void reset_forgets(struct kunit *test)
{
	struct rl_domain *d = test->priv;
	void *window, *self, *p, *again;
	size_t used;

	KUNIT_ASSERT_EQ(test, rl_window_create(d), 0);
	window = d->gate.window;
	self = d->self;
	used = rl_arena_used(d->heap);
	p = rl_do_alloc(d, 5000);
	KUNIT_ASSERT_NOT_NULL(test, p);
	memset(window, 0xa5, d->window_size);
	KUNIT_EXPECT_EQ(test, rl_window_reset(d), 0);
	KUNIT_EXPECT_PTR_EQ(test, d->gate.window, window);
	KUNIT_EXPECT_PTR_EQ(test, d->self, self);
	KUNIT_EXPECT_NULL(test, memchr_inv(d->self, 0, STATE));
	KUNIT_EXPECT_EQ(test, rl_arena_used(d->heap), used);
	KUNIT_EXPECT_EQ(test, rl_arena_size(d->heap, p), 0);
	again = rl_do_alloc(d, 5000);
	KUNIT_EXPECT_PTR_EQ(test, again, p);
	KUNIT_EXPECT_NULL(test, memchr_inv(again, 0, 5000));
}

static void arg_alloc(struct kunit *test)
{
	struct rl_domain *d = test->priv;
	size_t used;
	void *p;

	KUNIT_ASSERT_EQ(test, rl_window_create(d), 0);
	used = rl_arena_used(d->heap);
	p = rl_do_alloc(d, 256);
	KUNIT_ASSERT_NOT_NULL(test, p);
	memset(p, 0xff, 256);
	rl_do_free(d, p);
	p = rl_arg_alloc(&d->gate, 256);
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_TRUE(test, rl_in_window(d, p, 256));
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0, 256));
	rl_arg_free(&d->gate, p);
	rl_arg_free(&d->gate, NULL);
	KUNIT_EXPECT_EQ(test, rl_arena_used(d->heap), used);
	KUNIT_EXPECT_EQ(test, d->dying, 0);
}

static void alloc_bounds(struct kunit *test)
{
	static const size_t too_much[] = {
		RL_WINDOW_MIN, RL_WINDOW_MIN + 1, SZ_1G, SZ_4G, ~0UL, ~0UL - 4095, -64UL,
	};
	struct rl_domain *d = test->priv;
	int i;

	KUNIT_ASSERT_EQ(test, rl_window_create(d), 0);
	for (i = 0; i < ARRAY_SIZE(too_much); i++) {
		KUNIT_EXPECT_NULL(test, rl_do_alloc(d, too_much[i]));
		KUNIT_EXPECT_NULL(test, rl_arg_alloc(&d->gate, too_much[i]));
	}
	while (rl_arg_alloc(&d->gate, 64))
		;
	KUNIT_EXPECT_NULL(test, rl_arg_alloc(&d->gate, 64));
	KUNIT_EXPECT_EQ(test, d->dying, 0);	/* to be full is no crime */
}

/* One bad free is one death; the heap is as it was. */
static void bad_free(struct kunit *test, struct rl_domain *d, void *p)
{
	size_t used = rl_arena_used(d->heap);

	d->dying = 0;
	d->crash.reason = RL_R_NONE;
	WRITE_ONCE(d->gate.alive, RL_GATE_OPEN);
	rl_do_free(d, p);
	KUNIT_EXPECT_EQ(test, d->gate.alive, RL_GATE_CLOSED);
	KUNIT_EXPECT_EQ(test, d->crash.reason, RL_R_VIOLATION);
	KUNIT_EXPECT_EQ(test, rl_arena_used(d->heap), used);
}

static void bad_frees(struct kunit *test)
{
	struct rl_domain *d = test->priv;
	u8 *small, *large, *freed;

	KUNIT_ASSERT_EQ(test, rl_window_create(d), 0);
	small = rl_do_alloc(d, 128);
	large = rl_do_alloc(d, 3 * PAGE_SIZE);
	freed = rl_do_alloc(d, 128);
	KUNIT_ASSERT_TRUE(test, small && large && freed);
	rl_do_free(d, freed);
	KUNIT_EXPECT_EQ(test, d->dying, 0);
	bad_free(test, d, freed);
	bad_free(test, d, small + 1);
	bad_free(test, d, small + 64);
	bad_free(test, d, large + PAGE_SIZE);
	bad_free(test, d, d->self);
	bad_free(test, d, d->gate.window);
	bad_free(test, d, (u8 *)d->gate.window - 64);
	bad_free(test, d, (u8 *)d->gate.window + d->window_size);
	bad_free(test, d, &small);
	bad_free(test, d, (void *)8);
	bad_free(test, d, (void *)~0UL);
	d->dying = 0;
	rl_do_free(d, small);
	rl_do_free(d, large);
	KUNIT_EXPECT_EQ(test, d->dying, 0);
}

/* The callee freed the scratch it was lent: it dies when its caller does the same. */
static void scratch_freed_by_callee(struct kunit *test)
{
	struct rl_domain *d = test->priv;
	void *p;

	KUNIT_ASSERT_EQ(test, rl_window_create(d), 0);
	p = rl_arg_alloc(&d->gate, 64);
	rl_do_free(d, p);
	rl_arg_free(&d->gate, p);
	KUNIT_EXPECT_EQ(test, d->crash.reason, RL_R_VIOLATION);
}

static struct kunit_case heap_cases[] = {
	KUNIT_CASE(window_size_and_place),
	KUNIT_CASE(window_refused),
	KUNIT_CASE(in_window_bounds),
	KUNIT_CASE(reset_forgets),
	KUNIT_CASE(arg_alloc),
	KUNIT_CASE(alloc_bounds),
	KUNIT_CASE(bad_frees),
	KUNIT_CASE(scratch_freed_by_callee),
	{}
};

static struct kunit_suite heap_suite = {
	.name = "rl_heap",
	.init = heap_init,
	.exit = heap_exit,
	.test_cases = heap_cases,
};

rl_kunit_test_suite(heap_suite);

MODULE_DESCRIPTION("RedLeaf: private window KUnit suite");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(RL_TEST);
