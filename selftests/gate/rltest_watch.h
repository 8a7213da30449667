/* SPDX-License-Identifier: GPL-2.0-only */
/* What an attack of the hostile domain may not change, before and after (rltest_watch.c). */
#ifndef RLTEST_WATCH_H
#define RLTEST_WATCH_H

#include <linux/types.h>
#include "rltest_proxy.h"

struct rl_domain;

/* Memory that only the watcher has a use for; written by rltest_watch_begin(). */
struct rltest_bait {
	u8 *canary;				/* a page of the kernel's */
	struct rltest_item __rref *host;	/* an object of the trusted side's */
	struct rltest_item __rref *rival;	/* an object of the other domain's */
};

/* A state of everything around @d, and of what @d itself holds. */
struct rltest_view {
	u32 memory;			/* checksum */
	u32 rival_ledger, ledger;	/* entries */
	size_t rival_used, used;	/* bytes of the windows */
	unsigned long rival_objects, objects, host_objects;
	u64 rival_crashes;
};

bool rltest_watch_begin(struct rltest_bait *b, struct rl_domain *rival);
void rltest_watch_end(struct rltest_bait *b, struct rl_domain *rival);

/* Looks at all of it. Process context; @d runs, or is NULL: it comes and goes. */
struct rltest_view rltest_look(const struct rltest_bait *b, struct rl_domain *d,
			       struct rl_domain *rival);

/* What has changed, in words, or NULL; and does the other domain still answer? */
const char *rltest_changed(const struct rltest_view *was, const struct rltest_view *is);
const char *rltest_rival_fails(struct rl_domain *rival);

#endif
