/* SPDX-License-Identifier: GPL-2.0-only */
/* What the two files of the suite of lent objects share. */
#ifndef RL_LEND_KUNIT_H
#define RL_LEND_KUNIT_H

#include <linux/completion.h>
#include "rlshadow_proxy.h"

#define KT_CAP	0	/* the lender's, of the borrower */

/* One call from domain to domain: its arguments, how it went. */
struct kt_lent {
	struct rlshadow_item __rref *seen;	/* borrowed */
	struct rlshadow_item __rref *it;	/* lent */
	struct rl_ret ret;			/* what the lender was answered */
	struct completion inside;		/* the borrower has them */
	s32 event;				/* it waits for this one, which never comes */
	bool runs;				/* no, it waits for @go on its CPU */
	bool go;
	s32 woken;				/* what ended its sleep */
	u32 wrong;				/* kt_look()'s answer after that */
	bool stays;				/* the lender does not return: its death ends it */
};

extern struct kt_lent kt_lent;

/* The borrower's init; the lender's once(), and what it calls of the borrower. */
s32 kt_event(void *self);
s32 kt_lends(void *self, u64 unused);
s32 kt_keeps(void *self, const struct rlshadow_item __rref *seen, struct rlshadow_item __rref *it);

/* The borrower looks at both; bits: what is wrong. */
u32 kt_look(const struct rlshadow_item __rref *seen, const struct rlshadow_item __rref *it);

#endif
