/* SPDX-License-Identifier: GPL-2.0-only */
/* What the two files of the gate's suite share. */
#ifndef RL_GATE_KUNIT_H
#define RL_GATE_KUNIT_H

#include <linux/types.h>

struct rl_frame;

/* What kt_nested() saw of in_core at each step, and how far it came. */
struct kt_nest {
	u32 count[5];
	bool inner_ended, outer_ended, same;
};

/* What kt_takes_six() was called with, and what it saw. */
struct kt_seen {
	u64 args[6];
	struct rl_frame *frame, *found;
	u32 magic, in_core;
	bool irqs_on;
};

extern struct kt_seen kt_seen;

/* Called through the gate. */
s32 kt_nested(struct kt_nest *n, u64 close);
long kt_takes_six(u64 a, u64 b, u64 c, u64 d, u64 e, u64 f);
void kt_abandons(void);

#endif
