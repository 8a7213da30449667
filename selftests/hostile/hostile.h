/* SPDX-License-Identifier: GPL-2.0-only */
/* State of the hostile domain, and what its files offer its main one. */
#ifndef HOSTILE_H
#define HOSTILE_H

#include <redleaf/domain.h>
#include <redleaf/sync.h>
#include <redleaf/gen/rltest.h>
#include "answers.h"

/* Two threads at the same thing (races.c); written by the first one but where it says so. */
struct race {
	u32 round;		/* the second one may begin it */
	u32 ready;		/* by the second one: it is at the start of that round */
	u32 go;			/* both run it */
	u32 done;		/* by the second one: it is through with it */
	u32 won;		/* by the second one: how often it got what both wanted */
	s32 cpu;		/* by the second one: where it was when it tried */
	void __rref *obj;	/* what they want */
	char line[64];		/* what one of them has written to the log */
	struct rltest_blob blob;	/* by the second one, while the first one passes it on */
};

struct hostile {
	rl_cap_t host;		/* for rltest_host */
	rl_cap_t rival;		/* for rltest of another domain */
	u64 scratch[8];
	struct rl_lock lock;
	u32 event;		/* never signalled */
	struct race race;
};

/* It is logged as if it were a line. */
static_assert(sizeof(struct hostile) >= 160);

/* 0: it survived; -ENOENT: not this file's attack. */
s32 hostile_store(u32 attack, u64 arg);
s32 hostile_object(struct hostile *h, u32 attack);
s32 hostile_rmw(u32 attack, u64 arg);
s32 hostile_copy(u32 attack, u64 arg);
s32 hostile_locals(u32 attack, u64 arg);
s32 hostile_jump(struct hostile *h, u32 attack, u64 arg);
s32 hostile_forge(u32 attack, u64 arg);
s32 hostile_left(struct hostile *h, u32 attack);
s32 hostile_handle(struct hostile *h, u32 attack, u64 arg);
s32 hostile_move(struct hostile *h, u32 attack, u64 arg);
s32 hostile_lent(struct hostile *h, u32 attack, const struct rltest_item __rref *it);
s32 hostile_race(struct hostile *h, u32 attack);
s32 hostile_exhaust(struct hostile *h, u32 attack);
s32 hostile_storm(struct hostile *h, u32 attack);

/* Calls the function of row @row of arguments.h with @v. */
s32 hostile_argument(struct hostile *h, u32 row, u64 v);

/* Its start and its end, in the way of a parameter. */
s32 hostile_life(struct hostile *h, u32 way);

/* Leaves other values in the registers that a function has to keep. */
s32 hostile_clobber(void *self, u64 a);

#endif
