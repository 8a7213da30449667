// SPDX-License-Identifier: GPL-2.0-only
/*
 * The suite's domain code that calls generated entries
 *
 * Like domain code, this file is compiled with %r15 taken.
 */
#include <linux/preempt.h>
#include "entry.h"
#include "entry_kunit.h"

static struct rl_ret call(const struct kt_call *c)
{
	switch (c->what) {
	case KT_ASK:
		return rlc_rlshadow_ask(c->cap, c->q, c->a);
	case KT_LOOK:
		return rlc_rlshadow_look(c->cap, c->it, c->a);
	case KT_GIVE:
		return rlc_rlshadow_give(c->cap, c->it);
	case KT_FREE:
		rl_xfree(c->it);
		return (struct rl_ret){};
	default:
		return rlc_rlshadow_set_key(c->cap, 1, c->q);
	}
}

s32 kt_makes_call(void *self, u64 arg)
{
	struct kt_call *c = (void *)arg;

	if (c->atomic)
		preempt_disable();
	c->ret = call(c);
	if (c->atomic)
		preempt_enable();
	return 0;
}
