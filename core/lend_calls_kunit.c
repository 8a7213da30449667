// SPDX-License-Identifier: GPL-2.0-only
/*
 * The code of the suite's two domains: one lends, the other keeps
 *
 * Like domain code, this file is compiled with %r15 taken.
 */
#include <redleaf/sync.h>
#include "entry.h"
#include "lend_kunit.h"

s32 kt_event(void *self)
{
	kt_lent.event = rl_event_create();
	return min(kt_lent.event, 0);
}

s32 kt_lends(void *self, u64 unused)
{
	kt_lent.ret = rlc_rlshadow_share(KT_CAP, kt_lent.seen, kt_lent.it);
	while (kt_lent.stays)
		cpu_relax();
	return 0;
}

s32 kt_keeps(void *self, const struct rlshadow_item __rref *seen, struct rlshadow_item __rref *it)
{
	complete(&kt_lent.inside);
	if (!kt_lent.runs)
		kt_lent.woken = rl_event_wait(kt_lent.event, ~0ull);
	else
		while (!READ_ONCE(kt_lent.go))
			cpu_relax();
	kt_lent.wrong = kt_look(seen, it);
	return 0;
}
