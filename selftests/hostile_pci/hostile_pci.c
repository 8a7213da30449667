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

/* The rest of the interface is for other tests. */
static s32 do_null(void *self)
{
	return 0;
}

static s32 do_one_arg(void *self, u64 a)
{
	return -EOPNOTSUPP;
}

static s32 do_one_object(void *self, struct rltest_item __rref *it)
{
	return -EOPNOTSUPP;
}

static s32 do_deque32(void *self, struct rltest_item_deque32 __rref *dq)
{
	return -EOPNOTSUPP;
}

static s32 do_nest(void *self, u32 depth, u32 kind, u64 arg)
{
	return -EOPNOTSUPP;
}

static s32 do_get(void *self, struct rltest_blob *value)
{
	return -EOPNOTSUPP;
}

static s32 do_set(void *self, u32 key, u64 value)
{
	return -EOPNOTSUPP;
}

static s32 do_lent(void *self, u32 kind, const struct rltest_item __rref *it)
{
	return -EOPNOTSUPP;
}

static const struct rltest_ops ops = {
	.null = do_null,
	.one_arg = do_one_arg,
	.one_object = do_one_object,
	.deque32 = do_deque32,
	.crash = do_crash,
	.crash_sleep = do_crash,
	.nest = do_nest,
	.get = do_get,
	.set = do_set,
	.lent = do_lent,
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
