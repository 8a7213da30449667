// SPDX-License-Identifier: GPL-2.0-only
/*
 * The crash domain's side of interface rltest: trivial answers, deaths on
 * demand, and calls of the next crash domain for the nesting tests.
 */
#define CRASH_MAIN
#include <redleaf/log.h>
#include <redleaf/gen/crash.h>
#include "crash.h"
#include "kinds.h"

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

/* Frees every element and the container: the domain owns them all now. */
static s32 do_deque32(void *self, struct rltest_item_deque32 __rref *dq)
{
	struct rltest_item __rref *it;

	while ((it = rltest_item_deque32_pop_front(dq)))
		rltest_item_free(it);
	rltest_item_deque32_free(dq);
	return 0;
}

static s32 do_crash(void *self, u32 kind, u64 arg)
{
	return crash_now(self, kind, arg);
}

/* Or sleeps @depth domains on. */
static s32 sleep_deeper(u64 depth)
{
	struct rl_ret r;

	r = rlc_rltest_crash_sleep(rl_iface(CRASH_REQ_RLTEST), CRASH_sleep, depth - 1);
	rlc_rltest_host_note(rl_iface(CRASH_REQ_RLTEST_HOST), r.rpc, depth);
	return r.rpc ? -EREMOTEIO : r.err;
}

/* Or has to do with the next domain, through a shadow: @arg is what that should have. */
static s32 do_crash_sleep(void *self, u32 kind, u64 arg)
{
	struct crash *c = self;
	struct rl_ret r;

	if (kind == CRASH_sleep && arg)
		return sleep_deeper(arg);
	if (kind == CRASH_tell_next)
		r = rlc_rltest_set(rl_iface(CRASH_REQ_RLTEST), 0, arg);
	else if (kind == CRASH_ask_next)
		r = rlc_rltest_get(rl_iface(CRASH_REQ_RLTEST), &c->next);
	else
		return crash_now(c, kind, arg);
	if (r.rpc)
		return -EREMOTEIO;
	return r.err ?: kind == CRASH_ask_next && c->next.a != arg ? -ERANGE : 0;
}

/*
 * Depth counts down along the chain. The kind's high bits say what this domain
 * does after the inner call came back: bit 31 dies as well.
 */
static s32 do_nest(void *self, u32 depth, u32 kind, u64 arg)
{
	struct rl_ret r;

	if (!depth)
		return crash_now(self, kind & 0xff, arg);
	r = rlc_rltest_nest(rl_iface(CRASH_REQ_RLTEST), depth - 1, kind, arg);
	rlc_rltest_host_note(rl_iface(CRASH_REQ_RLTEST_HOST), r.rpc, depth);
	if (kind & 0x80000000u && depth == ((kind >> 8) & 0xff))
		return crash_now(self, CRASH_null_wr, 0);
	return r.rpc ? -EREMOTEIO : r.err;
}

static s32 do_get(void *self, struct rltest_blob *out)
{
	struct crash *c = self;

	out->a = c->value[0];
	out->b = c->value[1];
	return 0;
}

static s32 do_set(void *self, u32 key, u64 value)
{
	struct crash *c = self;

	if (key >= CRASH_KEYS)
		return -ERANGE;
	c->value[key] = value;
	return 0;
}

static s32 do_lent(void *self, u32 kind, const struct rltest_item __rref *it)
{
	return 0;
}

static const struct rltest_ops ops = {
	.null = do_null,
	.one_arg = do_one_arg,
	.one_object = do_one_object,
	.deque32 = do_deque32,
	.crash = do_crash,
	.crash_sleep = do_crash_sleep,
	.nest = do_nest,
	.get = do_get,
	.set = do_set,
	.lent = do_lent,
};

static s32 init(void *self)
{
	struct crash *c = self;
	s32 event = rl_event_create();
	struct rl_ret r;

	if (rl_param(CRASH_PARAM_INIT_CRASH))
		return crash_now(c, rl_param(CRASH_PARAM_INIT_CRASH) - 1, 0);
	if (rl_param(CRASH_PARAM_INIT_ERROR))
		return -(s32)rl_param(CRASH_PARAM_INIT_ERROR);
	if (event < 0)
		return event;
	c->event = event;
	/* the test may want this start to fail */
	r = rlc_rltest_host_note(rl_iface(CRASH_REQ_RLTEST_HOST), CRASH_NOTE_INIT, 0);
	return r.rpc ? -EREMOTEIO : r.err;
}

static_assert(CRASH_NR_KINDS == CRASH_NR);
CRASH_DOMAIN(struct crash, &ops, init);
