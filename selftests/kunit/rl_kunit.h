/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rl_kunit_test_suite(s): make a module out of one KUnit suite
 *
 * A stock kernel has no CONFIG_KUNIT and does not look for suites in a module:
 * the module then hands its suite to KUnit itself, when it is loaded. One suite
 * a module; what a case takes through kunit_kzalloc() and the like, KUnit frees.
 */
#ifndef RL_KUNIT_H
#define RL_KUNIT_H

#include <kunit/test.h>
#include <linux/module.h>

#if IS_ENABLED(CONFIG_KUNIT)
#define rl_kunit_test_suite(s) kunit_test_suite(s)
#else
#define rl_kunit_test_suite(s)						\
	static struct kunit_suite *rl_kunit_suites[] = { &(s) };	\
	static int __init rl_kunit_init(void)				\
	{								\
		return __kunit_test_suites_init(rl_kunit_suites, 1);	\
	}								\
	module_init(rl_kunit_init);					\
	static void __exit rl_kunit_exit(void)				\
	{								\
		__kunit_test_suites_exit(rl_kunit_suites, 1);		\
	}								\
	module_exit(rl_kunit_exit)
#endif

#endif /* RL_KUNIT_H */
