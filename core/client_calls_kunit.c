// SPDX-License-Identifier: GPL-2.0-only
/*
 * The suite's domain code that calls generated entries
 *
 * Like domain code, this file is compiled with %r15 taken.
 */
#include <linux/string.h>
#include "entry.h"
#include "client_kunit.h"

static struct rl_ret call(const struct kt_call *c, struct kt_slot *s)
{
	switch (c->what) {
	case KT_ONCE:
		return rlc_rlshadow_once(c->cap, c->value);
	case KT_GIVE:
		return rlc_rlshadow_give(c->cap, c->it);
	case KT_ASK:
		return rlc_rlshadow_ask(c->cap, &s->q, &s->a);
	case KT_LOOK:
		return rlc_rlshadow_look(c->cap, c->it, &s->a);
	case KT_SET:
		return rlc_rlshadow_set(c->cap, c->value);
	default:
		return rlc_rlshadow_set_key(c->cap, c->key, &s->q);
	}
}

s32 kt_calls(void *self, u64 arg)
{
	struct kt_call *c = (void *)arg;
	struct kt_slot *s = (struct kt_slot *)self + c->slot;

	memset(s, 0, sizeof(*s));
	s->q.a = c->value;
	s->q.m = RLSHADOW_MODE_LOUD;
	s->q.name[0] = 'q';
	c->ret = call(c, s);
	c->sum = s->a.sum;
	return 0;
}
