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
 * Many objects in one call are under one claim of the root: its rights and the deque's
 * head are looked at once, each child as if it came alone. Who wants those alone that have a
 * mark in them has them looked at here: from outside nobody could tell whether a slot has an
 * element in it, before it is taken out.
 *
 * Nothing here can fault: slots are in the trusted window, and so is an array that a
 * domain passes.
 */
#include <linux/err.h>
#include <linux/module.h>
#include "xheap_internal.h"

static_assert(sizeof(struct rl_deque_head) == sizeof(u64));

static __always_inline struct rl_xmeta *child_at(const struct rl_xmeta *m, const u64 *slot,
						 u64 type)
{
	struct rl_xmeta *c = rl_xmeta_at((void __force __rref *)READ_ONCE(*slot));
	u64 word = c ? READ_ONCE(c->word) : 0;

	if (rl_xowner(word) != RL_XOWNER_CHILD || READ_ONCE(c->parent) != rl_xunit(m))
		return NULL;
	return rl_xtype_of(word)->id == type ? c : NULL;
}

struct rl_xmeta *rl_xchild_at(const struct rl_xmeta *m, const u64 *slot, u64 type)
{
	return child_at(m, slot, type);
}

static void set_slot(u64 *slot, const struct rl_xmeta *c)
{
	WRITE_ONCE(*slot, c ? (u64)rl_xmemory(c) : 0);
}

/* The same where @m is no root, was changed meanwhile, or is to be refused. */
static noinline struct rl_xmeta *freeze_slow(struct rl_xmeta *m, u32 owner)
{
	struct rl_xmeta *root;
	u64 word;
	s32 err;

	if (!m)
		return ERR_PTR(-EFAULT);
	root = rl_xroot(m);
	word = READ_ONCE(root->word);
	err = rl_xword_check(word, owner);
	if (err)
		return ERR_PTR(err);
	if (!rl_xclaim(root, word, owner))
		return ERR_PTR(-EBUSY);
	/* @m may have left the tree before it was frozen. */
	if (likely(rl_xroot(m) == root))
		return root;
	rl_xsettle(root, owner);
	return ERR_PTR(-EBUSY);
}

/* Claim the tree of @owner's that @m is in: its root, or an error. */
static __always_inline struct rl_xmeta *freeze(struct rl_xmeta *m, u32 owner)
{
	if (likely(m && rl_xclaim(m, READ_ONCE(m->word), owner)))
		return m;
	return freeze_slow(m, owner);
}

static __always_inline struct rl_xmeta *claim_child(void __rref *obj, u64 type, u32 owner)
{
	struct rl_xmeta *c = rl_xexchange(obj, type, owner, RL_XOWNER_BUSY);

	return likely(c) ? c : ERR_PTR(rl_xheap_refusal(obj, type, owner));
}

/* @c is claimed. */
static __always_inline void link(struct rl_xmeta *parent, struct rl_xmeta *c)
{
	c->parent = rl_xunit(parent);
	c->next = parent->first;
	c->prev = 0;
	if (parent->first)
		rl_xheap.meta[parent->first].prev = rl_xunit(c);
	parent->first = rl_xunit(c);
	rl_xsettle(c, RL_XOWNER_CHILD);
}

static __always_inline void unlink(struct rl_xmeta *parent, struct rl_xmeta *c, u32 owner)
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
	struct rl_xmeta *m = rl_xmeta_at(parent), *root = freeze(m, owner), *c;
	u64 type, *slot;

	if (IS_ERR(root))
		return PTR_ERR(root);
	type = rl_xtype_slot(rl_xtype_of(m->word), offset);
	slot = rl_xmemory(m) + offset;
	if (!type)
		c = ERR_PTR(-EINVAL);
	else if (rl_xchild_at(m, slot, type))
		c = ERR_PTR(-EEXIST);
	else
		c = claim_child(child, type, owner);
	if (!IS_ERR(c)) {
		link(m, c);
		set_slot(slot, c);
	}
	rl_xsettle(root, owner);
	return PTR_ERR_OR_ZERO(c);
}
EXPORT_SYMBOL_GPL(rl_xheap_put);

/* Empty @slot of @m for @owner. */
static __always_inline s32 take(struct rl_xmeta *m, u64 *slot, u64 type, u32 owner,
				void __rref **child)
{
	struct rl_xmeta *c = child_at(m, slot, type);

	set_slot(slot, NULL);
	if (unlikely(!c))
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
	struct rl_xmeta *m = rl_xmeta_at(parent), *root = freeze(m, owner);
	u64 type, *slot;
	s32 err;

	if (IS_ERR(root))
		return PTR_ERR(root);
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
	struct rl_xmeta *root;	/* or an error, and the rest means nothing */
	struct rl_xmeta *m;
	u64 *slots;
	u64 type;		/* of the elements */
	u32 capacity;
	u32 head;
	u32 len;
};

static __always_inline struct deque open_deque(void __rref *dq, u32 owner)
{
	struct deque d = { .m = rl_xmeta_at(dq) };
	const struct rl_xtype *t;
	u64 both;

	d.root = freeze(d.m, owner);
	if (IS_ERR(d.root))
		return d;
	t = rl_xtype_of(d.m->word);
	d.slots = rl_xmemory(d.m);
	both = READ_ONCE(*d.slots++);
	d.head = both;
	d.len = both >> 32;
	d.type = t->child;
	d.capacity = t->capacity;
	if (likely(t->kind == RL_X_DEQUE && d.head < d.capacity && d.len <= d.capacity))
		return d;
	rl_xsettle(d.root, owner);
	d.root = ERR_PTR(t->kind == RL_X_DEQUE ? -ERANGE : -EINVAL);
	return d;
}

static __always_inline void close_deque(const struct deque *d, u32 owner)
{
	WRITE_ONCE(d->slots[-1], (u64)d->len << 32 | d->head);
	rl_xsettle(d->root, owner);
}

/* Slot @i, counted from the head. */
static __always_inline u64 *deque_slot(const struct deque *d, u32 i)
{
	u32 at = d->head + i;

	return &d->slots[at < d->capacity ? at : at - d->capacity];
}

/* One place further to the front, or to the back, in the ring. */
static __always_inline u32 before(const struct deque *d)
{
	return (d->head ? d->head : d->capacity) - 1;
}

static __always_inline u32 behind(const struct deque *d)
{
	return d->head + 1 < d->capacity ? d->head + 1 : 0;
}

static __always_inline s32 push(struct deque *d, void __rref *child, u32 owner, bool front)
{
	struct rl_xmeta *c;

	if (unlikely(d->len == d->capacity))
		return -ENOSPC;
	c = claim_child(child, d->type, owner);
	if (IS_ERR(c))
		return PTR_ERR(c);
	link(d->m, c);
	if (front)
		d->head = before(d);
	set_slot(deque_slot(d, front ? 0 : d->len), c);
	d->len++;
	return 0;
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
	struct deque d = open_deque(dq, owner);
	s32 err;

	if (IS_ERR(d.root))
		return PTR_ERR(d.root);
	err = push(&d, child, owner, front);
	close_deque(&d, owner);
	return err;
}
EXPORT_SYMBOL_GPL(rl_xheap_push);

/* @front is a constant, so that the loop does not ask for it. */
static __always_inline s32 push_all(struct deque *d, void __rref *const *children, u32 n,
				    u32 owner, bool front)
{
	s32 err = 0;
	u32 i;

	for (i = 0; i < n; i++) {
		err = push(d, READ_ONCE(children[front ? n - 1 - i : i]), owner, front);
		if (unlikely(err))
			break;
	}
	return i ? i : err;
}

/**
 * rl_xheap_push_many() - add objects to a deque, in their order
 * @dq: anything at all
 * @children: anything at all, @n times; each is read once
 * @n: how many
 * @owner: of all
 * @front: before the first element, not behind the last
 *
 * What rl_xheap_push() of one after the other would do, from the array's end on where
 * they come to the front; the first that is refused ends it.
 *
 * Context: any but NMI. Time: by the objects that there is room for.
 * Return: how many are in the deque now; where none is, 0 (@n is) or the refusal of the
 * first.
 */
s32 rl_xheap_push_many(void __rref *dq, void __rref *const *children, u32 n, u32 owner, bool front)
{
	struct deque d = open_deque(dq, owner);
	s32 done;

	if (IS_ERR(d.root))
		return PTR_ERR(d.root);
	done = front ? push_all(&d, children, n, owner, true) :
		       push_all(&d, children, n, owner, false);
	close_deque(&d, owner);
	return done;
}
EXPORT_SYMBOL_GPL(rl_xheap_push_many);

static __always_inline s32 pop(struct deque *d, u32 owner, bool back, void __rref **child)
{
	s32 err;

	if (unlikely(!d->len))
		return -ENOENT;
	d->len--;
	err = take(d->m, deque_slot(d, back ? d->len : 0), d->type, owner, child);
	if (!back)
		d->head = behind(d);
	return err;
}

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
	struct deque d = open_deque(dq, owner);
	s32 err;

	if (IS_ERR(d.root))
		return PTR_ERR(d.root);
	err = pop(&d, owner, back, child);
	close_deque(&d, owner);
	return err;
}
EXPORT_SYMBOL_GPL(rl_xheap_pop);

static __always_inline s32 pop_all(struct deque *d, void __rref **children, u32 n, u32 owner,
				   bool back)
{
	s32 err = 0;
	u32 i;

	for (i = 0; i < n; i++) {
		err = pop(d, owner, back, &children[i]);
		if (unlikely(err))
			break;
	}
	return i ? i : err;
}

/**
 * rl_xheap_pop_many() - take objects out of a deque
 * @dq: anything at all
 * @children: get the objects, in the order in which they come out
 * @n: how many at most
 * @owner: of the deque, and then of the objects
 * @back: from the last element on, not from the first
 *
 * What rl_xheap_pop() of one after the other would do; the first that fails ends it.
 *
 * Context: any but NMI. Time: by the objects in the deque.
 * Return: how many came out; where none did, 0 (@n is) or what rl_xheap_pop() says.
 */
s32 rl_xheap_pop_many(void __rref *dq, void __rref **children, u32 n, u32 owner, bool back)
{
	struct deque d = open_deque(dq, owner);
	s32 done;

	if (IS_ERR(d.root))
		return PTR_ERR(d.root);
	done = back ? pop_all(&d, children, n, owner, true) :
		      pop_all(&d, children, n, owner, false);
	close_deque(&d, owner);
	return done;
}
EXPORT_SYMBOL_GPL(rl_xheap_pop_many);

/* The first element, if any bit of @mark is set in its word at @offset. */
static __always_inline s32 pop_marked(struct deque *d, struct rl_xmarked *out, u32 owner,
				      u32 offset, u32 mark)
{
	struct rl_xmeta *c;
	u64 *slot;
	u32 word;

	if (!d->len)
		return -ENOENT;
	slot = deque_slot(d, 0);
	c = child_at(d->m, slot, d->type);
	if (likely(c)) {
		word = READ_ONCE(*(u32 *)(rl_xmemory(c) + offset));
		if (!(word & mark))
			return -ENOENT;
		out->word = word;
		out->obj = rl_xobject(c);
		unlink(d->m, c, owner);
	}
	set_slot(slot, NULL);
	d->len--;
	d->head = behind(d);
	return likely(c) ? 0 : -EFAULT;
}

/**
 * rl_xheap_pop_marked() - take objects off a deque's front as long as they have a mark
 * @dq: anything at all
 * @out: gets the objects in their order, each with its word, which is read once
 * @n: how many at most
 * @owner: of the deque, and then of the objects
 * @offset: where the word is in each of them: within their type
 * @mark: bits of it, one of which is enough
 *
 * The first that has no mark ends it, and stays where it is, as do all behind it. One that
 * is none of the deque's elements is no longer in it, and ends it too.
 *
 * Context: any but NMI. Time: by the objects in the deque.
 * Return: how many came out; where none did, 0 (@n is), -ENOENT (there is none, or the first
 * has no mark) or what else rl_xheap_pop() says.
 */
s32 rl_xheap_pop_marked(void __rref *dq, struct rl_xmarked *out, u32 n, u32 owner, u32 offset,
			u32 mark)
{
	struct deque d = open_deque(dq, owner);
	s32 err = 0;
	u32 i;

	if (IS_ERR(d.root))
		return PTR_ERR(d.root);
	for (i = 0; i < n; i++) {
		err = pop_marked(&d, &out[i], owner, offset, mark);
		if (unlikely(err))
			break;
	}
	close_deque(&d, owner);
	return i ? i : err;
}
EXPORT_SYMBOL_GPL(rl_xheap_pop_marked);
