/* SPDX-License-Identifier: GPL-2.0-only */
/* What the two files of the entries' suite share. */
#ifndef RL_ENTRY_KUNIT_H
#define RL_ENTRY_KUNIT_H

#include "rlshadow_proxy.h"

/* A call that the suite's domain is to make of itself, and what it was answered. */
struct kt_call {
	enum { KT_ASK, KT_LOOK, KT_GIVE, KT_SET_KEY, KT_FREE } what;
	bool atomic;		/* where it may not sleep */
	rl_cap_t cap;
	const struct rlshadow_question *q;
	struct rlshadow_answer *a;
	struct rlshadow_item __rref *it;
	struct rl_ret ret;
};

/* Method once() of the domain; @call: a struct kt_call. */
s32 kt_makes_call(void *self, u64 call);

#endif
