/* SPDX-License-Identifier: GPL-2.0-only */
/* What the two files of the suite of domains as callers share. */
#ifndef RL_CLIENT_KUNIT_H
#define RL_CLIENT_KUNIT_H

#include "rlshadow_proxy.h"

/* Where a thread in the calling domain has what it passes; the domain's state. */
struct kt_slot {
	struct rlshadow_question q;
	struct rlshadow_answer a;
};

/* A call that the domain is to make, and what it was answered. */
struct kt_call {
	enum { KT_ONCE, KT_GIVE, KT_ASK, KT_LOOK, KT_SET, KT_SET_KEY } what;
	u32 slot;		/* of this thread's */
	rl_cap_t cap;
	u32 key;
	u64 value;
	struct rlshadow_item __rref *it;
	struct rl_ret ret;
	u64 sum;		/* of the answer */
};

/* Code of the domain; @call: a struct kt_call. */
s32 kt_calls(void *self, u64 call);

#endif
