/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Read before every file of lib/kunit: make it a module of a kernel without it
 *
 * The structures whose layout depends on CONFIG_KUNIT are declared first, as the
 * running kernel has them. Only then does KUnit learn that it is a module.
 * Without CONFIG_MODULES it does not look for suites in struct module, where a
 * stock kernel keeps none: rl_kunit.h registers them.
 */
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/device.h>
#include <linux/debugfs.h>
#include <linux/slab.h>
#include <linux/kthread.h>

#undef CONFIG_MODULES
#define CONFIG_KUNIT_MODULE	1
#define CONFIG_KUNIT_DEBUGFS	1
#define CONFIG_KUNIT_DEFAULT_ENABLED 1

struct kunit;

/* The running test of a task goes where only a machine check would write. */
#define kunit_test		mce_vaddr
