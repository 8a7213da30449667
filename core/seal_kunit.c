// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finding the seal of a file: nothing is read outside of it, whatever it says
 *
 * Each file ends where its memory ends, so that KASAN sees a byte too many on the
 * debug kernel. What the signature is worth is selftests/load/seal.test's business.
 */
#include <kunit/test.h>
#include <linux/module.h>
#include <linux/module_signature.h>
#include <linux/slab.h>
#include "../selftests/kunit/rl_kunit.h"
#include "seal.h"

#define BODY 100	/* bytes in front of a seal */

static const size_t mark = sizeof(MODULE_SIG_STRING) - 1;

/* @lead bytes, a seal, and @tail bytes behind it. */
static u8 *make(struct kunit *test, size_t lead, size_t tail)
{
	struct rl_seal seal = { .size = lead, .rules = 7, .level = 9, .magic = RL_SEAL_MAGIC };
	u8 *file = kunit_kzalloc(test, lead + sizeof(seal) + tail, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, file);
	memcpy(file + lead, &seal, sizeof(seal));
	return file;
}

/* The end of a file as sign-file leaves it: @len bytes it says are the signature. */
static void append_signature(u8 *end, u32 len)
{
	struct module_signature sig = { .id_type = PKEY_ID_PKCS7, .sig_len = cpu_to_be32(len) };

	memcpy(end - mark, MODULE_SIG_STRING, mark);
	memcpy(end - mark - sizeof(sig), &sig, sizeof(sig));
}

static void found(struct kunit *test)
{
	struct rl_seal seal;
	size_t lead;

	for (lead = 0; lead < 3; lead++) {
		KUNIT_EXPECT_EQ(test, rl_seal_find(make(test, lead * BODY, 0),
						   lead * BODY + sizeof(seal), &seal),
				(int)(lead * BODY));
		KUNIT_EXPECT_EQ(test, seal.size, lead * BODY);
		KUNIT_EXPECT_EQ(test, seal.rules, 7);
		KUNIT_EXPECT_EQ(test, seal.level, 9);
	}
}

static void cut(struct kunit *test)
{
	u8 *whole = make(test, BODY, 0), *file;
	struct rl_seal seal;
	size_t size;

	for (size = 0; size < BODY + sizeof(seal); size++) {
		file = kmemdup(whole, size, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, file);
		KUNIT_EXPECT_EQ(test, rl_seal_find(file, size, &seal), -ENODATA);
		kfree(file);
	}
}

static void other_magic(struct kunit *test)
{
	u8 *file = make(test, BODY, 0);
	struct rl_seal seal;
	size_t n, end = BODY + sizeof(seal);

	for (n = end - sizeof(seal.magic); n < end; n++) {
		file[n] ^= 1;
		KUNIT_EXPECT_EQ(test, rl_seal_find(file, end, &seal), -ENODATA);
		file[n] ^= 1;
	}
	KUNIT_EXPECT_EQ(test, rl_seal_find(file, end, &seal), BODY);
}

static void something_behind(struct kunit *test)
{
	struct rl_seal seal;

	KUNIT_EXPECT_EQ(test, rl_seal_find(make(test, BODY, 1), BODY + sizeof(seal) + 1, &seal),
			-ENODATA);
}

/* What sign-file says of itself may be anything. */
static void signed_file(struct kunit *test)
{
	static const struct {
		u32 says;
		bool found;
	} ends[] = {
		{ 50, true }, { 49, false }, { 51, false }, { 0, false },
		{ 50 + sizeof(struct rl_seal) + BODY, false },
		{ 51 + sizeof(struct rl_seal) + BODY, false },
		{ INT_MAX, false }, { U32_MAX, false },
	};
	size_t tail = 50 + sizeof(struct module_signature) + mark;
	size_t end = BODY + sizeof(struct rl_seal) + tail, n;
	u8 *file = make(test, BODY, tail);
	struct rl_seal seal;

	for (n = 0; n < ARRAY_SIZE(ends); n++) {
		append_signature(file + end, ends[n].says);
		KUNIT_EXPECT_EQ_MSG(test, rl_seal_find(file, end, &seal),
				    ends[n].found ? BODY : -ENODATA, "%u", ends[n].says);
	}
}

/* A mark of sign-file's and nothing else; a mark that is cut. */
static void only_signed(struct kunit *test)
{
	size_t end = sizeof(struct module_signature) + mark, n;
	u8 *whole = kunit_kzalloc(test, end, GFP_KERNEL), *file;
	struct rl_seal seal;

	KUNIT_ASSERT_NOT_NULL(test, whole);
	append_signature(whole + end, 0);
	for (n = 0; n <= end; n++) {
		file = kmemdup(whole + n, end - n, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, file);
		KUNIT_EXPECT_EQ(test, rl_seal_find(file, end - n, &seal), -ENODATA);
		kfree(file);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(found),
	KUNIT_CASE(cut),
	KUNIT_CASE(other_magic),
	KUNIT_CASE(something_behind),
	KUNIT_CASE(signed_file),
	KUNIT_CASE(only_signed),
	{ }
};

static struct kunit_suite suite = { .name = "rl_seal", .test_cases = cases };
rl_kunit_test_suite(suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("RedLeaf test: seals");
MODULE_IMPORT_NS(RL_TEST);
