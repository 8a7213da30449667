// SPDX-License-Identifier: GPL-2.0-only
/*
 * The smallest KUnit suite: shows how to add one, and that KUnit itself works
 *
 * Uses nothing of the project, so that a failure here is the harness's.
 */
#include "rl_kunit.h"

static void example_counts(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 1 + 1, 2);
}

static void example_memory_is_zeroed(struct kunit *test)
{
	char *byte = kunit_kzalloc(test, 1, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, byte);
	KUNIT_EXPECT_EQ(test, *byte, 0);
}

static void example_skips(struct kunit *test)
{
	kunit_skip(test, "shows how a skipped case is counted");
}

static struct kunit_case example_cases[] = {
	KUNIT_CASE(example_counts),
	KUNIT_CASE(example_memory_is_zeroed),
	KUNIT_CASE(example_skips),
	{}
};

static struct kunit_suite example_suite = {
	.name = "rl_example",
	.test_cases = example_cases,
};

rl_kunit_test_suite(example_suite);

MODULE_DESCRIPTION("RedLeaf: example KUnit suite");
MODULE_LICENSE("GPL");
