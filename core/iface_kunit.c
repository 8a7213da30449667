// SPDX-License-Identifier: GPL-2.0-only
/*
 * The registry of interfaces under test: names, fingerprints, types, references on owners
 */
#include "fake_kunit.h"
#include "heap_internal.h"

static const struct rl_type_desc types[] = {
	{ .id = 0x7e57000000000301, .name = "test.one", .size = 64 },
	{ .id = 0x7e57000000000302, .name = "test.two", .size = 64 },
};

/* The second of them collides with the first of the above. */
static const struct rl_type_desc clash[] = {
	{ .id = 0x7e57000000000303, .name = "test.three", .size = 64 },
	{ .id = 0x7e57000000000301, .name = "test.impostor", .size = 64 },
};

static const struct rl_iface_desc desc = {
	.name = "ktiface", .fingerprint = 1, .nr_ops = RL_MAX_OPS, .types = types,
	.nr_types = ARRAY_SIZE(types),
};

static const struct rl_iface_desc host_desc = {
	.name = "ktiface", .fingerprint = 2, .host = true,
};

static const struct rl_iface_desc clash_desc = {
	.name = "ktclash", .fingerprint = 3, .types = clash, .nr_types = ARRAY_SIZE(clash),
};

/* Differs from the first in name alone. */
static const struct rl_iface_desc twin_desc = {
	.name = "kttwin", .fingerprint = 1, .types = clash, .nr_types = 1,
};

static const struct rl_iface_desc big_desc = { .name = "ktbig", .nr_ops = RL_MAX_OPS + 1 };

static struct rl_iface iface = { .owner = THIS_MODULE, .desc = &desc };
static struct rl_iface host_iface = { .owner = THIS_MODULE, .desc = &host_desc };
static struct rl_iface double_iface = { .owner = THIS_MODULE, .desc = &desc };
static struct rl_iface clash_iface = { .owner = THIS_MODULE, .desc = &clash_desc };
static struct rl_iface twin_iface = { .owner = THIS_MODULE, .desc = &twin_desc };
static struct rl_iface big_iface = { .owner = THIS_MODULE, .desc = &big_desc };

/* Is the type known to the exchange heap? */
static bool known(const struct rl_type_desc *t)
{
	void __rref *obj = rl_xheap_alloc(t->id, RL_OWNER_HOST);

	if (obj)
		rl_xheap_free(obj, RL_OWNER_HOST);
	return obj;
}

static void names(struct kunit *test)
{
	struct rl_iface *got;

	KUNIT_EXPECT_NULL(test, rl_iface_find("ktiface", false));
	KUNIT_ASSERT_EQ(test, rl_iface_register(&iface), 0);
	KUNIT_EXPECT_EQ(test, rl_iface_register(&double_iface), -EEXIST);
	KUNIT_EXPECT_NULL(test, rl_iface_find("ktiface", true));
	KUNIT_EXPECT_NULL(test, rl_iface_find("ktifac", false));
	KUNIT_EXPECT_NULL(test, rl_iface_find("", false));
	/* a host interface has a name of its own, even if it is the same */
	KUNIT_EXPECT_EQ(test, rl_iface_register(&host_iface), 0);
	got = rl_iface_find("ktiface", true);
	KUNIT_EXPECT_PTR_EQ(test, got, &host_iface);
	if (got)
		rl_iface_put(got);
	rl_iface_unregister(&host_iface);
	rl_iface_unregister(&iface);
	KUNIT_EXPECT_NULL(test, rl_iface_find("ktiface", false));
}

/* Who was built against one of the two would be let in by the other. */
static void fingerprints(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, rl_iface_register(&iface), 0);
	KUNIT_EXPECT_EQ(test, rl_iface_register(&twin_iface), -EEXIST);
	KUNIT_EXPECT_NULL(test, rl_iface_find("kttwin", false));
	KUNIT_EXPECT_FALSE(test, known(&clash[0]));
	rl_iface_unregister(&iface);
	KUNIT_EXPECT_EQ(test, rl_iface_register(&twin_iface), 0);
	KUNIT_EXPECT_TRUE(test, known(&clash[0]));
	rl_iface_unregister(&twin_iface);
}

/* Who uses an interface keeps its module. */
static void pins_owner(struct kunit *test)
{
	int before = module_refcount(THIS_MODULE);
	struct rl_iface *got;

	KUNIT_ASSERT_EQ(test, rl_iface_register(&iface), 0);
	KUNIT_EXPECT_EQ(test, module_refcount(THIS_MODULE), before);
	got = rl_iface_find("ktiface", false);
	KUNIT_EXPECT_PTR_EQ(test, got, &iface);
	KUNIT_EXPECT_EQ(test, module_refcount(THIS_MODULE), before + 1);
	if (got)
		rl_iface_put(got);
	KUNIT_EXPECT_EQ(test, module_refcount(THIS_MODULE), before);
	rl_iface_unregister(&iface);
}

static void types_come_and_go(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, known(&types[0]));
	KUNIT_ASSERT_EQ(test, rl_iface_register(&iface), 0);
	KUNIT_EXPECT_TRUE(test, known(&types[0]));
	KUNIT_EXPECT_TRUE(test, known(&types[1]));
	/* refused as a whole: what it had brought in so far is gone again */
	KUNIT_EXPECT_EQ(test, rl_iface_register(&clash_iface), -EEXIST);
	KUNIT_EXPECT_FALSE(test, known(&clash[0]));
	KUNIT_EXPECT_NULL(test, rl_iface_find("ktclash", false));
	KUNIT_EXPECT_TRUE(test, known(&types[0]));
	rl_iface_unregister(&iface);
	KUNIT_EXPECT_FALSE(test, known(&types[0]));
	KUNIT_EXPECT_FALSE(test, known(&types[1]));
}

static void too_many_methods(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, rl_iface_register(&big_iface), -EINVAL);
	KUNIT_EXPECT_NULL(test, rl_iface_find("ktbig", false));
}

static struct kunit_case iface_cases[] = {
	KUNIT_CASE(names),
	KUNIT_CASE(fingerprints),
	KUNIT_CASE(pins_owner),
	KUNIT_CASE(types_come_and_go),
	KUNIT_CASE(too_many_methods),
	{}
};

static struct kunit_suite iface_suite = {
	.name = "rl_iface",
	.test_cases = iface_cases,
};

rl_kunit_test_suite(iface_suite);

MODULE_DESCRIPTION("RedLeaf: interface registry KUnit suite");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(RL_TEST);
