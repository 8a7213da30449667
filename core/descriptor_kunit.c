// SPDX-License-Identifier: GPL-2.0-only
/*
 * Descriptors under test: one that is right, of this module's own tables and functions,
 * and the same with one thing wrong in it at a time. A pointer that leads nowhere must be
 * refused, not followed.
 */
#include "fake_kunit.h"

#define NOWHERE ((void *)0xdead000000000000UL)	/* not canonical: an oops for who follows */

static s32 init(void *self)
{
	return 0;
}

/* Right as they are; a case replaces one at a time. */
static const void *const ops[2] = { init, init };
static const struct rl_param_desc params[2] = {
	{ "first", 0, 0, 1, "a number" }, { "second", 0, 0, 1, "another" },
};

static const struct rl_require requires[1] = { { "ktdesc_other", 1, false, true } };
static const struct rl_domain_limits limits = { .restarts = 1 };
static const struct rl_pci_match pci[1] = { };

static const struct rl_domain_desc right = {
	.magic = RL_DOMAIN_MAGIC,
	.abi = RL_ABI_VERSION,
	.name = "ktdesc",
	.provides = "ktdesc_own",
	.ops = ops,
	.nr_ops = ARRAY_SIZE(ops),
	.state_size = 64,
	.init = init,
	.pci = pci,
	.params = params,
	.nr_params = ARRAY_SIZE(params),
	.requires = requires,
	.nr_requires = ARRAY_SIZE(requires),
	.limits = &limits,
};

/* Data that can be written: a domain could change it after the check. */
static char name_in_data[8] = "ktdesc";
static struct rl_domain_limits limits_in_data;

static void accepted(struct kunit *test)
{
	struct rl_domain_desc copy = { };

	KUNIT_EXPECT_EQ(test, rl_desc_read(&copy, &right, THIS_MODULE), 0);
	KUNIT_EXPECT_EQ(test, memcmp(&copy, &right, sizeof(copy)), 0);
}

static void none_is_needed(struct kunit *test)
{
	struct rl_domain_desc d = right;

	d.provides = NULL;
	d.pci = NULL;
	d.limits = NULL;
	d.nr_ops = 0;
	d.nr_params = 0;
	d.nr_requires = 0;
	d.ops = NOWHERE;	/* of no entries */
	d.params = NOWHERE;
	d.requires = NOWHERE;
	KUNIT_EXPECT_EQ(test, rl_desc_check(&d, THIS_MODULE), 0);
}

static void numbers(struct kunit *test)
{
	struct rl_domain_desc d;

#define REFUSED(field, value, why)					\
	do {								\
		d = right;						\
		d.field = value;					\
		KUNIT_EXPECT_EQ(test, rl_desc_check(&d, THIS_MODULE), why);	\
	} while (0)
	REFUSED(magic, 0, -ENOEXEC);
	REFUSED(abi, RL_ABI_VERSION + 1, -ENOEXEC);
	REFUSED(name, "Upper", -EINVAL);
	REFUSED(name, "", -EINVAL);
	REFUSED(name, "twenty_four_characters_or", -EINVAL);
	REFUSED(state_size, 0, -EINVAL);
	REFUSED(nr_ops, ~0u, -EINVAL);
	REFUSED(nr_params, ~0u, -EINVAL);
	REFUSED(nr_requires, RL_MAX_REQUIRES + 1, -EINVAL);
}

static void pointers(struct kunit *test)
{
	struct rl_domain_desc d;

	REFUSED(name, NOWHERE, -EFAULT);
	REFUSED(name, NULL, -EFAULT);
	REFUSED(provides, NOWHERE, -EFAULT);
	REFUSED(ops, NOWHERE, -EFAULT);
	REFUSED(ops, NULL, -EFAULT);
	REFUSED(pci, NOWHERE, -EFAULT);
	REFUSED(params, NOWHERE, -EFAULT);
	REFUSED(requires, NOWHERE, -EFAULT);
	REFUSED(limits, NOWHERE, -EFAULT);
	REFUSED(init, NOWHERE, -EFAULT);
	REFUSED(exit, NOWHERE, -EFAULT);
}

/* Of the kernel, of this stack, and in the module's own data. */
static void elsewhere(struct kunit *test)
{
	struct rl_param_desc on_stack[2] = { params[0], params[1] };
	struct rl_domain_desc d;

	REFUSED(name, (const char *)current->comm, -EFAULT);
	REFUSED(name, name_in_data, -EFAULT);
	REFUSED(params, on_stack, -EFAULT);
	REFUSED(limits, &limits_in_data, -EFAULT);
	d = right;
	KUNIT_EXPECT_EQ(test, rl_desc_read(&d, &d, THIS_MODULE), -EFAULT);
}

/* Tables are in place, what they point to is not. */
static void inner(struct kunit *test)
{
	static const struct rl_param_desc no_name[1] = { { NOWHERE, 0, 0, 1, "help" } };
	static const struct rl_param_desc no_help[1] = { { "name", 0, 0, 1, NOWHERE } };
	static const struct rl_require no_iface[1] = { { NOWHERE, 1, false, false } };
	struct rl_domain_desc d = right;

	d.nr_params = 1;
	d.params = no_name;
	KUNIT_EXPECT_EQ(test, rl_desc_check(&d, THIS_MODULE), -EFAULT);
	d.params = no_help;
	KUNIT_EXPECT_EQ(test, rl_desc_check(&d, THIS_MODULE), -EFAULT);
	REFUSED(requires, no_iface, -EFAULT);
}

/* Strings of the longest length there may be, and of one more. */
static void texts(struct kunit *test)
{
	static const char longest[256] = { [0 ... 254] = 'x' };
	static const char endless[256] = { [0 ... 255] = 'x' };
	struct rl_domain_desc d = right;

	d.provides = longest;
	KUNIT_EXPECT_EQ(test, rl_desc_check(&d, THIS_MODULE), 0);
	REFUSED(provides, endless, -EFAULT);
	REFUSED(name, endless, -EFAULT);
}

/* Tables that are in read-only data with a part of them only. */
static void ends(struct kunit *test)
{
	unsigned long base, size;
	struct rl_domain_desc d;

	rl_compat_rodata(THIS_MODULE, &base, &size);
	REFUSED(ops, (void *)(base + size - sizeof(void *)), -EFAULT);
	REFUSED(limits, (void *)(base + size - 1), -EFAULT);
	REFUSED(ops, (void *)(base - sizeof(void *)), -EFAULT);
}

static struct kunit_case descriptor_cases[] = {
	KUNIT_CASE(accepted),
	KUNIT_CASE(none_is_needed),
	KUNIT_CASE(numbers),
	KUNIT_CASE(pointers),
	KUNIT_CASE(elsewhere),
	KUNIT_CASE(inner),
	KUNIT_CASE(texts),
	KUNIT_CASE(ends),
	{}
};

static struct kunit_suite descriptor_suite = {
	.name = "rl_descriptor",
	.test_cases = descriptor_cases,
};

rl_kunit_test_suite(descriptor_suite);

MODULE_DESCRIPTION("RedLeaf: descriptor KUnit suite");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(RL_TEST);
