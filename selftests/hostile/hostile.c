// SPDX-License-Identifier: GPL-2.0-only
/*
 * A domain whose source is hostile: each attack aims at something outside of what the
 * domain owns. The guard must end the generation before anything outside changes,
 * or confine the harm to the domain. rl_rltest.ko starts the attacks and looks.
 */
#define HOSTILE_MAIN
#include <redleaf/gen/hostile.h>
#include "../crash_dom/kinds.h"
#include "arguments.h"
#include "attacks.h"
#include "hostile.h"

static s32 do_null(void *self)
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
	s32 err;

	if (attack >= HOSTILE_ROWS)
		return hostile_argument(h, attack - HOSTILE_ROWS, arg);
	err = hostile_store(attack, arg);
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
	if (err == -ENOENT)
		err = hostile_forge(attack, arg);
	if (err == -ENOENT)
		err = hostile_left(h, attack);
	if (err == -ENOENT)
		err = hostile_handle(h, attack, arg);
	if (err == -ENOENT)
		err = hostile_move(h, attack, arg);
	if (err == -ENOENT)
		err = hostile_race(h, attack);
	if (err == -ENOENT)
		err = hostile_exhaust(h, attack);
	if (err == -ENOENT)
		err = hostile_storm(h, attack);
	return err;
}

static s32 do_lent(void *self, u32 attack, const struct rltest_item __rref *it)
{
	return hostile_lent(self, attack, it);
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
	.one_arg = hostile_clobber,
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
	struct hostile *h = self;
	s32 event = rl_event_create();
	struct rl_ret ret;

	if (event < 0)
		return event;
	h->event = event;
	h->host = rl_iface(HOSTILE_REQ_RLTEST_HOST);
	h->rival = rl_iface(HOSTILE_REQ_RLTEST);
	/* the test may want this start to fail */
	ret = rlc_rltest_host_note(h->host, CRASH_NOTE_INIT, 0);
	return ret.err ? hostile_life(h, rl_param(HOSTILE_PARAM_START)) : 0;
}

static void stop(void *self)
{
	hostile_life(self, rl_param(HOSTILE_PARAM_STOP));
}

HOSTILE_DOMAIN(struct hostile, &ops, init, .exit = stop);
