// SPDX-License-Identifier: GPL-2.0-only
/*
 * The domains' code of the suite of sleeping calls
 *
 * Like domain code, this file is compiled with %r15 taken.
 */
#include <redleaf/pci.h>
#include <redleaf/sync.h>
#include <redleaf/time.h>
#include "entry.h"
#include "rltest_proxy.h"
#include "sleep_kunit.h"

#define NEXT	0	/* capability of the domain that is required */

static void on_timer(void *self, u64 arg)
{
}

static s32 in_thread(void *self, u64 arg)
{
	rl_sleep_us(1);
	return 0;
}

/* There is nothing to wait for. */
static s32 signalled(s32 event)
{
	rl_event_signal(event);
	return rl_event_wait(event, ~0ULL);
}

s32 kt_init(void *self)
{
	struct kt_state *s = self;

	s->event = rl_event_create();
	return s->event < 0 ? s->event : 0;
}

/* As an errno; that it came back is all that matters of the rest. */
static s32 of_next(struct rl_ret r)
{
	return r.rpc == RL_RPC_REFUSED ? r.err : r.rpc ? -EREMOTEIO : r.err;
}

static s32 get_next(struct kt_state *s)
{
	return of_next(rlc_rltest_get(NEXT, (struct rltest_blob *)s));
}

static s32 call(struct kt_state *s, u64 what)
{
	switch (what) {
#define CASE(name, call) case KT_##name: (void)call; return 0;
	KT_SLEEPERS(CASE)
#undef CASE
	case KT_POLL:
		return rl_event_wait(s->event, 0);
	case KT_GET:
		return get_next(s);
	case KT_ATOMIC:
		return of_next(rlc_rltest_one_arg(NEXT, KT_rl_sleep_us));
	case KT_DEEPER:
		return of_next(rlc_rltest_crash_sleep(NEXT, KT_rl_sleep_us, 0));
	default:
		return -EINVAL;
	}
}

s32 kt_one_arg(void *self, u64 what)
{
	return call(self, what);
}

s32 kt_crash(void *self, u32 what, u64 arg)
{
	return call(self, what);
}
