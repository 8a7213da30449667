/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * References a domain was passed: the table of what it holds, and the tree that says
 * what was derived from what.
 *
 * Locks: hold_lock (spin, irqsave) is the only one of all tables, since the tree spans
 * them; d->ledger_lock is taken inside. Calls through a reference take neither.
 */
#ifndef RL_HOLD_H
#define RL_HOLD_H

#include <linux/list.h>
#include <redleaf/cap.h>
#include "domain.h"

struct rl_holds;
struct rl_pin;

#define RL_CAP_INDEX_BITS	12
#define RL_CAP_INDEX		((1u << RL_CAP_INDEX_BITS) - 1)

/**
 * struct rl_hold - one entry of a table, or one of its roots
 * @res:	in the ledger of the table's domain while @serial is set
 * @table:	whose it is; for ever
 * @serial:	of the reference that is here, 0: none. No two references ever had the
 *		same. Of a root 0
 * @ref:	where it leads; valid while @serial is set. Of a root NULL: the
 *		domain's binding says
 * @parent:	what it was derived from; NULL: of nothing that still is
 * @children:	derived from it
 * @sibling:	in the parent's @children
 * @reserved:	for a call under way; @serial is 0
 * @revoked:	does not lead anywhere any more; waits for its holder's release
 *
 * All under hold_lock. @serial, @ref and @revoked are also read without, by threads of
 * the domain: rl_hold_find().
 */
struct rl_hold {
	struct rl_res res;
	struct rl_holds *table;
	u64 serial;
	struct rl_iref *ref;
	struct rl_hold *parent;
	struct list_head children, sibling;
	bool reserved;
	bool revoked;
};

/**
 * struct rl_holds - what one domain, or the trusted side, holds
 * @dom:	whose it is, for ever; NULL: the trusted side's
 * @pins:	domains that this generation was ever passed a reference to: a thread of
 *		it may be on its way there through one that was released meanwhile.
 *		Under hold_lock; emptied by the reaper with no thread inside
 * @roots:	of what is derived from bound interfaces, by number, and last from the
 *		domain's own; they outlive generations, as bindings do
 * @entry:	what can be held beside them
 */
struct rl_holds {
	struct rl_domain *dom;
	struct list_head pins;
	struct rl_hold roots[RL_MAX_REQUIRES + 1];
	struct rl_hold entry[RL_MAX_HOLDS];
};

/* hold.c */
extern spinlock_t rl_hold_lock;
extern struct rl_holds rl_host_holds;	/* the trusted side's */
void rl_holds_init(void);
struct rl_holds *rl_holds_create(struct rl_domain *d);
void rl_holds_destroy(struct rl_holds *t);
struct rl_iref *rl_hold_find(const struct rl_holds *t, rl_cap_t cap);
s32 rl_hold_release(struct rl_holds *t, rl_cap_t cap);
s32 rl_hold_revoke(struct rl_holds *t, rl_cap_t cap);
rl_cap_t rl_hold_clone(struct rl_holds *t, rl_cap_t cap);	/* pass.c */
u32 rl_hold_count(const struct rl_holds *t);

/* hold.c, for pass.c: rl_hold_lock is held */
struct rl_hold *rl_hold_entry(struct rl_holds *t, rl_cap_t cap);
struct rl_iref *rl_hold_ref(const struct rl_hold *e);
struct rl_hold *rl_hold_reserve(struct rl_holds *t);
rl_cap_t rl_hold_fill(struct rl_hold *e, struct rl_hold *source, struct rl_iref *ref,
		      struct rl_pin **pin);
void rl_hold_drop(struct rl_hold *e);
void rl_hold_revoke_below(struct rl_hold *top);

/* hold.c: memory for rl_hold_fill(), which takes it or leaves it. NULL: there is none. */
struct rl_pin *rl_pin_alloc(void);

#endif
