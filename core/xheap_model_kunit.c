// SPDX-License-Identifier: GPL-2.0-only
/*
 * The exchange heap of the loaded core against its reference model (xheap_model_kunit.h)
 *
 * A million random steps, a few on a kernel with KASAN. With starve=1 the kernel has no
 * memory for this thread meanwhile (starve_kunit.h).
 */
#include <linux/cpumask.h>
#include <linux/random.h>
#include <linux/sched.h>
#include "../selftests/kunit/rl_kunit.h"
#include "starve_kunit.h"
#include "xheap_model_kunit.h"

static unsigned long seed;
module_param(seed, ulong, 0444);
MODULE_PARM_DESC(seed, "which random steps (default: another one each time)");

static unsigned long steps_max = IS_ENABLED(CONFIG_KASAN) ? 100000 : 1000000;
module_param_named(steps, steps_max, ulong, 0444);
MODULE_PARM_DESC(steps, "how many (default 1000000, with KASAN 100000)");

static void does_as_the_model(struct kunit *test)
{
	bool starving;

	if (!seed)
		seed = get_random_u32();
	/* Free memory and credit are kept per CPU. */
	set_cpus_allowed_ptr(current, cpumask_of(cpumask_first(cpu_online_mask)));
	KUNIT_ASSERT_EQ(test, model_begin(seed), 0);
	starving = set_starving(starve);
	model_run(steps_max);
	model_end();
	KUNIT_EXPECT_TRUE(test, starving);
	KUNIT_EXPECT_TRUE(test, set_starving(false));
	if (differs.what)
		KUNIT_FAIL(test, "seed=%lu, step %lu: %s: %ld, model: %ld", seed, differs.step,
			   differs.what, differs.got, differs.want);
	kunit_info(test, "seed=%lu, %lu steps, %lu of %lu allocations\n", seed, step, fine[0],
		   done[0]);
}

static struct kunit_case xheap_model_cases[] = {
	KUNIT_CASE(does_as_the_model),
	{}
};

static struct kunit_suite xheap_model_suite = {
	.name = "rl_xheap_model",
	.test_cases = xheap_model_cases,
};

rl_kunit_test_suite(xheap_model_suite);

MODULE_DESCRIPTION("RedLeaf: exchange heap KUnit suite, random steps");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(RL_TEST);
