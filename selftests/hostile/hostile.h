/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HOSTILE_H
#define HOSTILE_H

#include <redleaf/domain.h>
#include <redleaf/gen/rltest.h>

struct hostile {
	rl_cap_t host;	/* capability for rltest_host */
	u64 scratch[8];
};

/* 0: it survived; -ENOENT: not this file's attack. */
s32 hostile_store(u32 attack, u64 arg);
s32 hostile_object(struct hostile *h, u32 attack);
s32 hostile_rmw(u32 attack, u64 arg);
s32 hostile_copy(u32 attack, u64 arg);
s32 hostile_locals(u32 attack, u64 arg);
s32 hostile_jump(struct hostile *h, u32 attack, u64 arg);

#endif
