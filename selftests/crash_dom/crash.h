/* SPDX-License-Identifier: GPL-2.0-only */
/* State of the crash domain and what its files share. */
#ifndef CRASH_H
#define CRASH_H

#include <redleaf/domain.h>
#include <redleaf/sync.h>
#include <redleaf/gen/rltest.h>

#define CRASH_KEYS 8

#define CRASH_ITEMS	8

struct crash {
	struct rl_lock lock;
	u32 event;		/* never signalled: waiting for it is for ever */
	u64 value[CRASH_KEYS];	/* what set() left */
	u64 calls;
	struct rltest_blob next;	/* what the next domain has */
	struct rltest_item __rref *items[CRASH_ITEMS];	/* of crash_trees() */
};

s32 crash_trees(struct crash *c);
s32 crash_now(struct crash *c, u32 kind, u64 arg);

#endif
