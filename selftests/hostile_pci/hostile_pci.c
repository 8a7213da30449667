// SPDX-License-Identifier: GPL-2.0-only
/*
 * A domain with a device of which it asks what makes no sense: the functions of pci.h
 * with the values of selftests/hostile/device.h. The device itself is left alone.
 */
#define HOSTILE_PCI_MAIN
#include <redleaf/domain.h>
#include <redleaf/pci.h>
#include <redleaf/gen/hostile_pci.h>
#include "../hostile/answers.h"
#include "../hostile/device.h"
#include "../nothing.h"

struct device {
	u64 dma;	/* a bus address that nobody uses */
};

static void interrupt(void *self, u64 arg)
{
}

#define ROW(function, argument, values, at_zero, otherwise, call) ROW_##function##_##argument,
enum { HOSTILE_DEVICE_ARGUMENTS(ROW) };
#undef ROW
#define ROW(function, argument, values, at_zero, otherwise, call)	\
	case ROW_##function##_##argument:				\
		return call;

static s32 do_crash(void *self, u32 row, u64 v)
{
	struct device *d = self;

	switch (row) {
	HOSTILE_DEVICE_ARGUMENTS(ROW)
	default:
		return -EINVAL;
	}
}

static const struct rltest_ops ops = {
	RLTEST_NOTHING,
	.crash = do_crash,
	.crash_sleep = do_crash,
	.lent = nothing_lent,
};

static s32 init(void *self)
{
	s32 err = rl_bar_map(0);

	if (err)
		return err;
	err = rl_irq_setup(1);
	return err < 0 ? err : 0;
}

HOSTILE_PCI_DOMAIN(struct device, &ops, init);
