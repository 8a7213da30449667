// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers and pointers that stand for something the core keeps: made up, out of date, or
 * used twice. The core must refuse them; what it refuses by the domain's end is the
 * expected reason in attacks.h.
 */
#include <redleaf/time.h>
#include "attacks.h"
#include "hostile.h"

#define UNITS		2048	/* places of the exchange heap that are tried */
#define CAPS		8192

static bool refused(struct rl_ret ret)
{
	return ret.rpc == RL_RPC_REVOKED || ret.rpc == RL_RPC_REFUSED;
}

/* @foreign: an object of the trusted side's. */
static s32 forged_handle(struct rltest_item __rref *foreign)
{
	struct rltest_item __rref *own = rltest_item_alloc();
	u64 real = rl_xhandle(own), gen = real >> 32, unit, i;
	u32 found = 0;

	for (unit = 0; unit < UNITS; unit++)
		for (i = gen - 1; i != gen + 2; i++)
			if ((i << 32 | unit) != real)
				found += !!rl_xfind(i << 32 | unit, RLTEST_ITEM_TYPE);
	found += !!rl_xfind(real, RLTEST_SHELF_TYPE) + !!rl_xfind(real, ~0ULL);
	found += !!rl_xfind(real | 0x80000000, RLTEST_ITEM_TYPE);
	found += !!rl_xhandle(foreign) + !!rl_xhandle((char __rref *)own + 8);
	if (!real || rl_xfind(real, RLTEST_ITEM_TYPE) != own)
		found++;
	rltest_item_free(own);
	return found ? -EIO : 0;
}

/* It has no timer and, but for the first, no event. */
static s32 forged_number(void)
{
	static const u32 numbers[] = { 1, 63, 64, 65, 255, 256, 257, 0x7fffffff, 0x80000000, ~0u };
	u32 i, n, taken = 0;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		n = numbers[i];
		taken += rl_timer_start(n, 0) != -EINVAL;
		taken += rl_timer_cancel(n) != -EINVAL;
		taken += rl_event_signal(n) != -EINVAL;
		taken += rl_event_wait(n, 0) != -EINVAL;
	}
	return taken ? -EIO : 0;
}

/* Beside those that it requires: 0 and 1. */
static s32 forged_cap(void)
{
	u64 cap, bits;
	u32 n = 0;

	for (cap = 2; cap < CAPS; cap++)
		n += cap != RL_CAP_SELF && !refused(rlc_rltest_null(cap));
	for (bits = 12; bits < 64; bits++) {
		cap = 1ULL << bits | 1;
		n += !refused(rlc_rltest_null(cap)) + !refused(rlc_rltest_host_note(cap, 0, 0));
		n += rl_cap_clone(cap) != RL_CAP_NONE;
		n += rl_cap_release(cap) != -ENOENT;
	}
	/* of another interface */
	n += !refused(rlc_rltest_null(0)) + !refused(rlc_rltest_host_note(1, 0, 0));
	return n ? -EIO : 0;
}

/* Its deque says that the first element is @foreign. */
static s32 forged_slot(u64 foreign)
{
	struct rltest_item_deque32 __rref *dq = rltest_item_deque32_alloc();
	struct rltest_item __rref *it = rltest_item_alloc();
	u64 *raw = (u64 *)rl_deref(dq);
	bool taken;

	if (!rltest_item_deque32_push_back(dq, it))
		return -EIO;
	raw[1] = foreign;
	taken = rltest_item_deque32_pop_front(dq);
	rltest_item_deque32_free(dq);
	return taken ? -EIO : 0;
}

static s32 stale_handle(struct hostile *h)
{
	struct rltest_item __rref *it = rltest_item_alloc();
	u64 freed = rl_xhandle(it), given;
	s32 found;

	rltest_item_free(it);
	it = rltest_item_alloc();
	given = rl_xhandle(it);
	rlc_rltest_host_give(h->host, it);
	found = !!rl_xfind(freed, RLTEST_ITEM_TYPE) + !!rl_xfind(given, RLTEST_ITEM_TYPE);
	return found ? -EIO : 0;
}

static s32 stale_cap(void)
{
	rl_cap_t first = rl_cap_clone(RL_CAP_SELF), second = rl_cap_clone(first), third;
	s32 err = rl_cap_release(first);

	if (rl_cap_release(first) != -ENOENT || rl_cap_clone(first) != RL_CAP_NONE ||
	    !refused(rlc_rltest_null(first)))
		err = -EIO;
	third = rl_cap_clone(second);
	if (third == first || rl_cap_revoke(second) || rlc_rltest_null(third).rpc != RL_RPC_REVOKED)
		err = -EIO;
	if (rl_cap_clone(third) != RL_CAP_NONE || rl_cap_release(third) || rl_cap_release(second))
		err = -EIO;
	if (err)
		return err;
	/* the core keeps whom the generation ever had a reference to */
	HOSTILE_DONE();
}

static s32 use_twice(struct hostile *h, u32 attack)
{
	struct rltest_item __rref *it = rltest_item_alloc();
	u64 handle = rl_xhandle(it);
	struct rl_ret ret;

	switch (attack) {
	case HOSTILE_twice_give:
		ret = rlc_rltest_host_give_two(h->host, it, it);
		if (ret.rpc != RL_RPC_REFUSED || rl_xhandle(it) != handle)
			return -EIO;
		rlc_rltest_host_give(h->host, it);
		return rlc_rltest_host_give(h->host, it).rpc == RL_RPC_REFUSED ? 0 : -EIO;
	case HOSTILE_twice_handle:
		rl_xfree(rl_xfind(handle, RLTEST_ITEM_TYPE));
		break;
	default:
		rl_xfree(it);
	}
	rl_xfree(it);
	return 0;
}

s32 hostile_handle(struct hostile *h, u32 attack, u64 arg)
{
	switch (attack) {
	case HOSTILE_forged_handle:
		return forged_handle((struct rltest_item __rref *)arg);
	case HOSTILE_forged_number:
		return forged_number();
	case HOSTILE_forged_cap:
		return forged_cap();
	case HOSTILE_forged_slot:
		return forged_slot(arg);
	case HOSTILE_stale_handle:
		return stale_handle(h);
	case HOSTILE_stale_cap:
		return stale_cap();
	case HOSTILE_stale_note:
		rlc_rltest_host_note(h->host, (__force u64)rltest_item_alloc(), 0);
		HOSTILE_DONE();
	case HOSTILE_stale_object:
		rl_xfree((void __rref *)arg);
		return 0;
	case HOSTILE_twice_free:
	case HOSTILE_twice_give:
	case HOSTILE_twice_handle:
		return use_twice(h, attack);
	default:
		return -ENOENT;
	}
}
