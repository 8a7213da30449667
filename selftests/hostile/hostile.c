// SPDX-License-Identifier: GPL-2.0-only
/*
 * A domain whose source is hostile: each attack aims at something outside of what the
 * domain owns. The guard must end the generation before anything outside changes,
 * or confine the harm to the domain. rl_rltest.ko starts the attacks and looks.
 */
#define HOSTILE_MAIN
#include <redleaf/gen/hostile.h>
#include "attacks.h"
#include "hostile.h"

static s32 do_null(void *self)
{
	return 0;
}

static s32 do_one_arg(void *self, u64 a)
{
	return 0;
}

static s32 do_one_object(void *self, struct rltest_item __rref *it)
{
	rltest_item_free(it);
	return 0;
}

static s32 do_deque32(void *self, struct rltest_item_deque32 __rref *dq)
{
	rltest_item_deque32_free(dq);
	return 0;
}

static s32 do_crash(void *self, u32 attack, u64 arg)
{
	struct hostile *h = self;
	s32 err = hostile_store(attack, arg);

	if (err == -ENOENT)
		err = hostile_rmw(attack, arg);
	if (err == -ENOENT)
		err = hostile_copy(attack, arg);
	if (err == -ENOENT)
		err = hostile_object(h, attack);
	if (err == -ENOENT)
		err = hostile_locals(attack, arg);
	if (err == -ENOENT)
		err = hostile_jump(h, attack, arg);
	return err;
}

static s32 do_nest(void *self, u32 depth, u32 kind, u64 arg)
{
	return 0;
}

static s32 do_get(void *self, struct rltest_blob *value)
{
	return 0;
}

static s32 do_set(void *self, u32 key, u64 value)
{
	return 0;
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
};

static s32 init(void *self)
{
	struct hostile *h = self;

	h->host = rl_iface(HOSTILE_REQ_RLTEST_HOST);
	return 0;
}

HOSTILE_DOMAIN(struct hostile, &ops, init);
