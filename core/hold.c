// SPDX-License-Identifier: GPL-2.0-only
/*
 * What domains hold: tables of references, and the tree of what was derived from what.
 *
 * A reference is made by a call that passes it (pass.c) or by a clone. It ends by its
 * holder's release, or with the holder's generation: each is an entry of the ledger. A
 * revocation, which may come from anywhere up the tree, only marks: the slot stays
 * taken until the holder lets go of it, so that a number never changes its meaning
 * under a thread that is about to use it.
 *
 * A thread looks its number up without a lock, and may find the provider of a
 * reference that another thread releases at that moment. So what a generation was ever
 * passed keeps its provider's object, as a pin, until no thread is inside any more.
 * The trusted side has a table too; it keeps a provider while it holds the reference,
 * and does not release what it calls through.
 *
 * Nothing here runs domain code or sleeps. What a hostile domain can do is fill its
 * own table, and keep rl_hold_lock for as long as one walk over everything that was
 * derived from one reference takes.
 */
#include <linux/export.h>
#include <linux/slab.h>
#include "core.h"
#include "hold.h"

DEFINE_SPINLOCK(rl_hold_lock);
static u64 last_serial;		/* under rl_hold_lock; 52 bits of it are used */

struct rl_holds rl_host_holds;
EXPORT_SYMBOL_NS_GPL(rl_host_holds, RL_TEST);

/**
 * struct rl_pin - keeps a provider's object for one generation of a holder
 * @res: in the holder's ledger
 * @node: in the holder's list of pins, under rl_hold_lock
 * @to: the provider; a reference is held on it
 *
 * Written before it is entered; freed by the reaper.
 */
struct rl_pin {
	struct rl_res res;
	struct list_head node;
	struct rl_domain *to;
};

static void entry_init(struct rl_holds *t, struct rl_hold *e)
{
	e->table = t;
	INIT_LIST_HEAD(&e->children);
	INIT_LIST_HEAD(&e->sibling);
	INIT_LIST_HEAD(&e->res.node);
}

static void table_init(struct rl_holds *t)
{
	u32 i;

	INIT_LIST_HEAD(&t->pins);
	for (i = 0; i < ARRAY_SIZE(t->roots); i++)
		entry_init(t, &t->roots[i]);
	for (i = 0; i < RL_MAX_HOLDS; i++)
		entry_init(t, &t->entry[i]);
}

/* Before the first domain. */
void rl_holds_init(void)
{
	table_init(&rl_host_holds);
}

/* A table that holds nothing, or NULL. Context: process. */
struct rl_holds *rl_holds_create(struct rl_domain *d)
{
	struct rl_holds *t = kzalloc(sizeof(*t), GFP_KERNEL);

	if (!t)
		return NULL;
	t->dom = d;
	table_init(t);
	return t;
}

/* Takes @e out of the tree; what was derived from it is then its parent's. */
static void unlink(struct rl_hold *e)
{
	struct rl_hold *child, *next;

	lockdep_assert_held(&rl_hold_lock);
	list_for_each_entry_safe(child, next, &e->children, sibling) {
		child->parent = e->parent;
		list_del_init(&child->sibling);
		if (e->parent)
			list_add(&child->sibling, &e->parent->children);
	}
	list_del_init(&e->sibling);
	e->parent = NULL;
}

/* The end of a domain's object: nothing is held any more, but roots may have children. */
void rl_holds_destroy(struct rl_holds *t)
{
	unsigned long flags;
	u32 i;

	if (!t)
		return;
	spin_lock_irqsave(&rl_hold_lock, flags);
	for (i = 0; i < ARRAY_SIZE(t->roots); i++)
		unlink(&t->roots[i]);
	spin_unlock_irqrestore(&rl_hold_lock, flags);
	kfree(t);
}

/* The entry that @cap names, be it revoked; or a root. NULL: there is none. */
struct rl_hold *rl_hold_entry(struct rl_holds *t, rl_cap_t cap)
{
	u32 i = cap & RL_CAP_INDEX;
	u64 serial = cap >> RL_CAP_INDEX_BITS;

	lockdep_assert_held(&rl_hold_lock);
	if (!serial && t->dom)
		return i < RL_MAX_REQUIRES ? &t->roots[i] :
		       cap == RL_CAP_SELF ? &t->roots[RL_MAX_REQUIRES] : NULL;
	return serial && i < RL_MAX_HOLDS && t->entry[i].serial == serial ? &t->entry[i] : NULL;
}

/* Where @e leads; NULL: nowhere. A root leads where the domain is bound. */
struct rl_iref *rl_hold_ref(const struct rl_hold *e)
{
	struct rl_holds *t = e->table;
	u32 i = e - t->roots;

	if (i == RL_MAX_REQUIRES)
		return t->dom->provided.desc ? &t->dom->provided : NULL;
	if (i < RL_MAX_REQUIRES)
		return READ_ONCE(t->dom->caps[i]);
	return e->revoked ? NULL : e->ref;
}

/**
 * rl_hold_find() - where a capability that was passed or cloned leads
 * @t: table of the domain whose thread this is
 * @cap: anything
 *
 * Context: any; takes no lock. Return: the reference, usable until the domain's call is
 * over; NULL when @cap does not stand.
 */
struct rl_iref *rl_hold_find(const struct rl_holds *t, rl_cap_t cap)
{
	const struct rl_hold *e = &t->entry[cap & RL_CAP_INDEX];
	u64 serial = cap >> RL_CAP_INDEX_BITS;
	struct rl_iref *ref;

	if ((cap & RL_CAP_INDEX) >= RL_MAX_HOLDS || !serial)
		return NULL;
	/* pairs with rl_hold_fill(): @ref is that of @serial, or of a later one */
	if (smp_load_acquire(&e->serial) != serial || READ_ONCE(e->revoked))
		return NULL;
	ref = READ_ONCE(e->ref);
	smp_rmb();	/* pairs with rl_hold_fill(): a later @ref comes after serial 0 */
	return READ_ONCE(e->serial) == serial ? ref : NULL;
}
EXPORT_SYMBOL_NS_GPL(rl_hold_find, RL_TEST);

/* A free entry, reserved; NULL: the table is full. */
struct rl_hold *rl_hold_reserve(struct rl_holds *t)
{
	u32 i;

	lockdep_assert_held(&rl_hold_lock);
	for (i = 0; i < RL_MAX_HOLDS; i++) {
		if (t->entry[i].serial || t->entry[i].reserved)
			continue;
		t->entry[i].reserved = true;
		return &t->entry[i];
	}
	return NULL;
}

static void pin_release(struct rl_res *r)
{
	struct rl_pin *pin = container_of(r, struct rl_pin, res);
	unsigned long flags;

	spin_lock_irqsave(&rl_hold_lock, flags);
	list_del(&pin->node);
	spin_unlock_irqrestore(&rl_hold_lock, flags);
	rl_domain_put(pin->to);
	kfree(pin);
}

static const struct rl_res_ops pin_ops = { .kind = "provider", .release = pin_release };

struct rl_pin *rl_pin_alloc(void)
{
	return kzalloc(sizeof(struct rl_pin), GFP_ATOMIC | __GFP_NOWARN);
}

static bool pinned(const struct rl_holds *t, const struct rl_domain *to)
{
	const struct rl_pin *pin;

	list_for_each_entry(pin, &t->pins, node)
		if (pin->to == to)
			return true;
	return false;
}

/* The trusted side has no generation to end: each of its entries keeps its provider. */
static void keep(struct rl_holds *t, struct rl_domain *to, struct rl_pin **pin)
{
	if (t->dom && pinned(t, to))
		return;
	rl_domain_get(to);
	if (!t->dom)
		return;
	(*pin)->to = to;
	list_add(&(*pin)->node, &t->pins);
	rl_ledger_add(t->dom, &(*pin)->res, &pin_ops);
	*pin = NULL;
}

static void entry_release(struct rl_res *r)
{
	unsigned long flags;

	spin_lock_irqsave(&rl_hold_lock, flags);
	rl_hold_drop(container_of(r, struct rl_hold, res));
	spin_unlock_irqrestore(&rl_hold_lock, flags);
}

static const struct rl_res_ops entry_ops = { .kind = "reference", .release = entry_release };

/**
 * rl_hold_fill() - make a reserved entry a reference
 * @e: the entry
 * @source: what it is derived from, or NULL
 * @ref: where it leads; NULL: it is born revoked
 * @pin: of rl_pin_alloc(); NULL afterwards if it was needed
 *
 * On a thread for which the reaper of the table's domain waits. Return: its number.
 */
rl_cap_t rl_hold_fill(struct rl_hold *e, struct rl_hold *source, struct rl_iref *ref,
		      struct rl_pin **pin)
{
	struct rl_holds *t = e->table;

	lockdep_assert_held(&rl_hold_lock);
	if (ref)
		keep(t, rl_gate_domain(ref->gate), pin);
	e->parent = source;
	if (source)
		list_add(&e->sibling, &source->children);
	e->reserved = false;
	smp_wmb();	/* pairs with rl_hold_find(): serial 0 of rl_hold_drop() is seen first */
	WRITE_ONCE(e->ref, ref);
	WRITE_ONCE(e->revoked, !ref);
	/* pairs with rl_hold_find(): the entry is whole */
	smp_store_release(&e->serial, ++last_serial);
	if (t->dom)
		rl_ledger_add(t->dom, &e->res, &entry_ops);
	return e->serial << RL_CAP_INDEX_BITS | (e - t->entry);
}

/* Its number never stands again. */
void rl_hold_drop(struct rl_hold *e)
{
	lockdep_assert_held(&rl_hold_lock);
	unlink(e);
	WRITE_ONCE(e->serial, 0);
	if (e->table->dom)
		rl_ledger_del(&e->res);
	else if (e->ref)
		rl_domain_put(rl_gate_domain(e->ref->gate));
}

/* The one after @e in the tree below @top, parents before children; NULL: that was all. */
static struct rl_hold *next_below(struct rl_hold *e, const struct rl_hold *top)
{
	if (!list_empty(&e->children))
		return list_first_entry(&e->children, struct rl_hold, sibling);
	while (e != top && list_is_last(&e->sibling, &e->parent->children))
		e = e->parent;
	return e == top ? NULL : list_next_entry(e, sibling);
}

void rl_hold_revoke_below(struct rl_hold *top)
{
	struct rl_hold *e = top;

	lockdep_assert_held(&rl_hold_lock);
	while ((e = next_below(e, top)))
		WRITE_ONCE(e->revoked, true);
}

/**
 * rl_hold_release() - give a reference up
 * @t: its table
 * @cap: its number
 *
 * Context: any but NMI. Return: 0, or -ENOENT.
 */
s32 rl_hold_release(struct rl_holds *t, rl_cap_t cap)
{
	struct rl_hold *e;
	unsigned long flags;

	spin_lock_irqsave(&rl_hold_lock, flags);
	e = rl_hold_entry(t, cap);
	if (e && e->serial)
		rl_hold_drop(e);
	else
		e = NULL;
	spin_unlock_irqrestore(&rl_hold_lock, flags);
	return e ? 0 : -ENOENT;
}
EXPORT_SYMBOL_NS_GPL(rl_hold_release, RL_TEST);

/**
 * rl_hold_revoke() - take back what was derived from a reference
 * @t: its table
 * @cap: its number, or that of a bound interface
 *
 * Context: any but NMI. Return: 0, or -ENOENT.
 */
s32 rl_hold_revoke(struct rl_holds *t, rl_cap_t cap)
{
	struct rl_hold *e;
	unsigned long flags;

	spin_lock_irqsave(&rl_hold_lock, flags);
	e = rl_hold_entry(t, cap);
	if (e)
		rl_hold_revoke_below(e);
	spin_unlock_irqrestore(&rl_hold_lock, flags);
	return e ? 0 : -ENOENT;
}
EXPORT_SYMBOL_NS_GPL(rl_hold_revoke, RL_TEST);

/* How many references @t has, revoked ones too. Context: any but NMI. */
u32 rl_hold_count(const struct rl_holds *t)
{
	u32 i, n = 0;

	for (i = 0; i < RL_MAX_HOLDS; i++)
		n += READ_ONCE(t->entry[i].serial) != 0;
	return n;
}
EXPORT_SYMBOL_NS_GPL(rl_hold_count, RL_TEST);
