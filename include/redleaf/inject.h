/* SPDX-License-Identifier: GPL-2.0-only */
/* Fault injection: the table domains/lib offers to the core through the glue. */
#ifndef REDLEAF_INJECT_H
#define REDLEAF_INJECT_H

#include <redleaf/types.h>

#define RL_NR_INJECT 6

struct rl_inject {
	const char *name;
	s32 (*fn)(void *self);	/* dies, in the way @name says */
};

extern const struct rl_inject rl_inject_table[RL_NR_INJECT];

#endif
