// SPDX-License-Identifier: GPL-2.0-only
/*
 * Trees: how an object gets into another one and out again.
 *
 * The core's links (parent, first, next, prev) say what belongs to what. The slots
 * in the shared memory only tell readers where to look; any thread of the owner can
 * change them at any moment, so each is read once and what was read is believed
 * only as far as the links agree. What a domain overwrites in a slot stays its
 * parent's child, and ends with it.
 *
 * Whoever changes a tree has claimed its root, so nobody moves, borrows, frees or
 * changes it meanwhile; a child on its way in is claimed too. Both claims last for
 * one call into the core, from which a thread is never taken out half-way, so a kill
 * finds the child either outside or inside. On an error nothing has changed but a
 * slot with garbage in it, which is emptied.
 *
 * Nothing here can fault: slots are in the trusted window.
 */
#include <linux/module.h>
#include "xheap_internal.h"

static_assert(sizeof(struct rl_deque_head) == sizeof(u64));

struct rl_xmeta *rl_xchild_at(const struct rl_xmeta *m, const u64 *slot, u64 type)
{
	struct rl_xmeta *c = rl_xmeta_at((void __force __rref *)READ_ONCE(*slot));
	u64 word = c ? READ_ONCE(c->word) : 0;

	if (rl_xowner(word) != RL_XOWNER_CHILD || READ_ONCE(c->parent) != rl_xunit(m))
		return NULL;
	return rl_xtype_of(word)->id == type ? c : NULL;
}

static void set_slot(u64 *slot, const struct rl_xmeta *c)
{
	WRITE_ONCE(*slot, c ? (u64)rl_xmemory(c) : 0);
}

/* Claim the tree of @owner's that @m is in; its root, or NULL and *@err. */
static struct rl_xmeta *freeze(struct rl_xmeta *m, u32 owner, s32 *err)
{
	struct rl_xmeta *root;
	u64 word;

	*err = -EFAULT;
	if (unlikely(!m))
		return NULL;
	root = rl_xroot(m);
	word = READ_ONCE(root->word);
	*err = rl_xword_check(word, owner);
	if (unlikely(*err))
		return NULL;
	*err = -EBUSY;
	if (unlikely(!rl_xclaim(root, word, owner)))
		return NULL;
	/* @m may have left the tree before it was frozen. */
	if (likely(rl_xroot(m) == root)) {
		*err = 0;
		return root;
	}
	rl_xsettle(root, owner);
	return NULL;
}

static struct rl_xmeta *claim_child(void __rref *obj, u64 type, u32 owner, s32 *err)
{
	struct rl_xmeta *c = rl_xexchange(obj, type, owner, RL_XOWNER_BUSY);

	*err = c ? 0 : rl_xheap_refusal(obj, type, owner);
	return c;
}

/* @c is claimed. */
static void link(struct rl_xmeta *parent, struct rl_xmeta *c)
{
	c->parent = rl_xunit(parent);
	c->next = parent->first;
	c->prev = 0;
	if (parent->first)
		rl_xheap.meta[parent->first].prev = rl_xunit(c);
	parent->first = rl_xunit(c);
	rl_xsettle(c, RL_XOWNER_CHILD);
}

static void unlink(struct rl_xmeta *parent, struct rl_xmeta *c, u32 owner)
{
	if (c->next)
		rl_xheap.meta[c->next].prev = c->prev;
	if (c->prev)
		rl_xheap.meta[c->prev].next = c->next;
	else
		parent->first = c->next;
	rl_xsettle(c, owner);
}

/**
 * rl_xheap_put() - put an object into a slot of another one
 * @parent: anything at all
 * @offset: of the slot
 * @child: anything at all
 * @owner: of both
 *
 * Context: any but NMI.
 * Return: 0, -EEXIST (the slot is in use), or an error of rref.h for one of them.
 */
s32 rl_xheap_put(void __rref *parent, u32 offset, void __rref *child, u32 owner)
{
	struct rl_xmeta *m = rl_xmeta_at(parent), *root, *c;
	u64 type, *slot;
	s32 err;

	root = freeze(m, owner, &err);
	if (!root)
		return err;
	type = rl_xtype_slot(rl_xtype_of(m->word), offset);
	slot = rl_xmemory(m) + offset;
	if (!type)
		err = -EINVAL;
	else if (rl_xchild_at(m, slot, type))
		err = -EEXIST;
	else
		c = claim_child(child, type, owner, &err);
	if (!err) {
		link(m, c);
		set_slot(slot, c);
	}
	rl_xsettle(root, owner);
	return err;
}
EXPORT_SYMBOL_GPL(rl_xheap_put);

/* Empty @slot of @m for @owner. */
static s32 take(struct rl_xmeta *m, u64 *slot, u64 type, u32 owner, void __rref **child)
{
	struct rl_xmeta *c = rl_xchild_at(m, slot, type);

	set_slot(slot, NULL);
	if (!c)
		return -EFAULT;
	unlink(m, c, owner);
	*child = rl_xobject(c);
	return 0;
}

/**
 * rl_xheap_take() - take an object out of a slot
 * @parent: anything at all
 * @offset: of the slot
 * @owner: of the parent, and then of the child
 * @child: gets the object
 *
 * Context: any but NMI.
 * Return: 0, -ENOENT (the slot is empty), -EFAULT (no object, or what is in the slot
 * is none of its parent's; it is empty now), or another error of rref.h.
 */
s32 rl_xheap_take(void __rref *parent, u32 offset, u32 owner, void __rref **child)
{
	struct rl_xmeta *m = rl_xmeta_at(parent), *root;
	u64 type, *slot;
	s32 err;

	root = freeze(m, owner, &err);
	if (!root)
		return err;
	type = rl_xtype_slot(rl_xtype_of(m->word), offset);
	slot = rl_xmemory(m) + offset;
	if (!type)
		err = -EINVAL;
	else if (!READ_ONCE(*slot))
		err = -ENOENT;
	else
		err = take(m, slot, type, owner, child);
	rl_xsettle(root, owner);
	return err;
}
EXPORT_SYMBOL_GPL(rl_xheap_take);

/* A frozen deque, its head read once. */
struct deque {
	struct rl_xmeta *root;
	struct rl_xmeta *m;
	const struct rl_xtype *t;
	union rl_deque_state s;
};

static s32 open_deque(struct deque *d, void __rref *dq, u32 owner)
{
	s32 err;

	d->m = rl_xmeta_at(dq);
	d->root = freeze(d->m, owner, &err);
	if (!d->root)
		return err;
	d->t = rl_xtype_of(d->m->word);
	d->s.both = READ_ONCE(*(u64 *)rl_xmemory(d->m));
	if (d->t->kind != RL_X_DEQUE)
		err = -EINVAL;
	else if (d->s.h.head >= d->t->capacity || d->s.h.len > d->t->capacity)
		err = -ERANGE;
	if (err)
		rl_xsettle(d->root, owner);
	return err;
}

static void close_deque(struct deque *d, u32 owner)
{
	WRITE_ONCE(*(u64 *)rl_xmemory(d->m), d->s.both);
	rl_xsettle(d->root, owner);
}

/* Slot @i, counted from the head. */
static u64 *deque_slot(const struct deque *d, u32 i)
{
	u32 at = d->s.h.head + i;

	if (at >= d->t->capacity)
		at -= d->t->capacity;
	return (u64 *)rl_xmemory(d->m) + 1 + at;
}

/* One place further to the front, or to the back, in the ring. */
static u32 before(const struct deque *d)
{
	return (d->s.h.head ? d->s.h.head : d->t->capacity) - 1;
}

static u32 behind(const struct deque *d)
{
	return d->s.h.head + 1 < d->t->capacity ? d->s.h.head + 1 : 0;
}

/**
 * rl_xheap_push() - add an object to a deque
 * @dq: anything at all
 * @child: anything at all
 * @owner: of both
 * @front: before the first element, not behind the last
 *
 * Context: any but NMI.
 * Return: 0, -ENOSPC (full), or an error of rref.h for one of them.
 */
s32 rl_xheap_push(void __rref *dq, void __rref *child, u32 owner, bool front)
{
	struct rl_xmeta *c = NULL;
	struct deque d;
	s32 err = open_deque(&d, dq, owner);

	if (err)
		return err;
	if (d.s.h.len == d.t->capacity)
		err = -ENOSPC;
	else
		c = claim_child(child, d.t->child, owner, &err);
	if (c) {
		link(d.m, c);
		if (front)
			d.s.h.head = before(&d);
		set_slot(deque_slot(&d, front ? 0 : d.s.h.len), c);
		d.s.h.len++;
	}
	close_deque(&d, owner);
	return err;
}
EXPORT_SYMBOL_GPL(rl_xheap_push);

/**
 * rl_xheap_pop() - take an object out of a deque
 * @dq: anything at all
 * @owner: of the deque, and then of the object
 * @back: the last element, not the first
 * @child: gets the object
 *
 * Context: any but NMI.
 * Return: 0, -ENOENT (empty), -EFAULT (no deque, or the element is none of its: the
 * deque is one shorter now), or another error of rref.h.
 */
s32 rl_xheap_pop(void __rref *dq, u32 owner, bool back, void __rref **child)
{
	struct deque d;
	s32 err = open_deque(&d, dq, owner);

	if (err)
		return err;
	if (!d.s.h.len) {
		err = -ENOENT;
	} else {
		d.s.h.len--;
		err = take(d.m, deque_slot(&d, back ? d.s.h.len : 0), d.t->child, owner, child);
		if (!back)
			d.s.h.head = behind(&d);
	}
	close_deque(&d, owner);
	return err;
}
EXPORT_SYMBOL_GPL(rl_xheap_pop);
