/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Objects inside objects. IDL files declare the types, and generate wrappers around
 * these functions that have the types' names.
 *
 * A domain owns whole trees: what it puts into a slot or a deque belongs to that
 * parent from then on, crosses with it, is lent with it and is freed with it, and has
 * to be taken out before anything else is done with it. The core does putting and
 * taking; reading a child through its slot needs no call. One thread at a time
 * changes a tree; another one gets -EBUSY.
 *
 * Any context but NMI. Errors change nothing: -EFAULT (no object), -EINVAL (other
 * type, no such slot), -EPERM (somebody else's), -ECHILD (inside another object),
 * -EBUSY (lent, or at work on), -ERANGE (a head that makes no sense).
 */
#ifndef REDLEAF_RREF_H
#define REDLEAF_RREF_H

#include <redleaf/errno.h>
#include <redleaf/types.h>
#include <redleaf/xheap.h>

/* rl_xput() - put @child into the slot at @offset of @parent. 0, -EEXIST: the slot is
 * in use, or an error.
 */
s32 rl_xput(void __rref *parent, u32 offset, void __rref *child);

/* rl_xtake() - take the object out of the slot at @offset of @parent. NULL: there is
 * none.
 */
void __rref *rl_xtake(void __rref *parent, u32 offset);

/* Add to a deque: 0, -ENOSPC: full, or an error. */
s32 rl_xpush_back(void __rref *dq, void __rref *child);
s32 rl_xpush_front(void __rref *dq, void __rref *child);

/* Take out of a deque. NULL: empty, or what was there is no element of it; it is one
 * shorter then.
 */
void __rref *rl_xpop_front(void __rref *dq);
void __rref *rl_xpop_back(void __rref *dq);

/*
 * The same of many objects at once, and what becomes of them is what the calls above, one
 * after the other, would do; the first that fails ends it. @objs is in this domain's own
 * memory, for @n objects. In front or behind, they stand in the deque as in the array: to
 * the front the last one goes first, and those that went in are the array's last. What comes
 * out stands in the array as it came. Answers how many.
 */
u32 rl_xpush_many(void __rref *dq, void __rref **objs, u32 n, u32 front);
u32 rl_xpop_many(void __rref *dq, void __rref **objs, u32 n, u32 back);

/* rl_xalloc_vec() - a vec with room for @cap items and none in it. NULL as
 * rl_xalloc(), or beyond the type's bound.
 */
void __rref *rl_xalloc_vec(u64 type, u32 cap);

/* rl_xgrow() - the vec with room for @cap items, elsewhere; @vec is gone. NULL:
 * nothing changed.
 */
void __rref *rl_xgrow(void __rref *vec, u32 cap);

/*
 * A handle is a number that names an object without keeping it. rl_xhandle(): 0 when
 * @obj is not this domain's. rl_xfind(): the object, or NULL when it is gone or no
 * longer this domain's.
 */
u64 rl_xhandle(const void __rref *obj);
void __rref *rl_xfind(u64 handle, u64 type);

/* A length that another domain wrote, at most @max. */
static inline u32 rl_used(const u32 *used, u32 max)
{
	u32 n = READ_ONCE(*used);

	return n < max ? n : max;
}

/* Element @i of an array of @n, or NULL. */
#define rl_at(array, i, n) ((i) < (n) ? &(array)[i] : NULL)

#endif
