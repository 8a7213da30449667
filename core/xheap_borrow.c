// SPDX-License-Identifier: GPL-2.0-only
/*
 * Borrows, and handles that outlive what they name.
 *
 * A borrow is a count in the object's word: while it is not 0 the tree neither moves
 * nor changes its shape, and its owner cannot free it, only let go of it: then it is
 * nobody's and ends with the last borrow. Who borrows is not written down, because
 * proxies borrow for the length of a call and return it themselves, whatever became
 * of the callee, the caller, or both. A borrow gives nobody a right to move, free or
 * borrow on.
 *
 * A handle is a number made of unit and generation. It keeps nothing alive; once its
 * object is freed it never names anything again, until 2^32 objects later.
 */
#include <linux/instruction_pointer.h>
#include <linux/module.h>
#include <linux/printk.h>
#include "xheap_internal.h"

#define BORROW		BIT_ULL(8)	/* one, in a word */
#define BORROWS_MAX	255u

/**
 * rl_xheap_borrow() - keep a tree as and where it is
 * @obj: anything at all
 * @type: type id
 * @owner: who owns it and lends it
 *
 * Context: any but NMI.
 * Return: 0, then rl_xheap_unborrow() must follow; -EUSERS: 255 borrows already;
 * or an error of rref.h.
 */
s32 rl_xheap_borrow(const void __rref *obj, u64 type, u32 owner)
{
	struct rl_xmeta *m = rl_xmeta_at(obj);
	u64 word = m ? READ_ONCE(m->word) : 0;
	const struct rl_xtype *t;

	do {
		t = rl_xtype_of(word);
		if (unlikely(!rl_xlive(word)))
			return -EFAULT;
		if (unlikely(t->id != type))
			return -EINVAL;
		if (unlikely(rl_xowner(word) != owner))
			return rl_xword_check(word, owner);
		if (unlikely(rl_xborrows(word) == BORROWS_MAX))
			return -EUSERS;
		if (t->checked && unlikely(rl_xtype_sane(t, m)))
			return rl_xtype_sane(t, m) ?: -EBUSY;
	} while (!try_cmpxchg(&m->word, &word, word + BORROW));
	return 0;
}
EXPORT_SYMBOL_GPL(rl_xheap_borrow);

/**
 * rl_xheap_unborrow() - return what rl_xheap_borrow() borrowed
 * @obj: the same object
 *
 * Frees it when that was the last borrow and its owner has let go of it.
 *
 * Context: any but NMI.
 * Return: 0, or -EINVAL: nobody had borrowed it, nothing changed.
 */
s32 rl_xheap_unborrow(const void __rref *obj)
{
	struct rl_xmeta *m = rl_xmeta_at(obj);
	u64 word = m ? READ_ONCE(m->word) : 0;
	bool last;
	u64 next;

	do {
		if (unlikely(!rl_xlive(word) || !rl_xborrows(word))) {
			pr_err_ratelimited("redleaf: an object that nobody borrowed was returned by %pS\n",
					   (void *)_RET_IP_);
			return -EINVAL;
		}
		next = word - BORROW;
		last = rl_xowner(word) == RL_XOWNER_LOST && !rl_xborrows(next);
		if (last)
			next = rl_xset_owner(next, RL_XOWNER_BUSY);
	} while (!try_cmpxchg(&m->word, &word, next));
	if (last)
		rl_xrelease_tree(m);
	return 0;
}
EXPORT_SYMBOL_GPL(rl_xheap_unborrow);

/**
 * rl_xheap_handle() - a number that names an object as long as it lives
 * @obj: anything at all
 * @owner: its owner
 *
 * Context: any but NMI.
 * Return: never 0 for a root of @owner's, 0 for all else.
 */
u64 rl_xheap_handle(const void __rref *obj, u32 owner)
{
	struct rl_xmeta *m = rl_xmeta_at(obj);
	u64 word = m ? READ_ONCE(m->word) : 0;

	return rl_xowner(word) == owner && rl_xlive(word) ? (word >> 32) << 32 | rl_xunit(m) : 0;
}
EXPORT_SYMBOL_GPL(rl_xheap_handle);

/**
 * rl_xheap_find() - the object a handle names
 * @handle: anything at all
 * @type: type id
 * @owner: who asks
 *
 * Context: any but NMI.
 * Return: the object if it still lives, has that type and is a root of @owner's,
 * else NULL.
 */
void __rref *rl_xheap_find(u64 handle, u64 type, u32 owner)
{
	struct rl_xmeta *m;
	u64 word;

	if ((u32)handle >= rl_xheap.size >> RL_XUNIT_SHIFT)
		return NULL;
	m = &rl_xheap.meta[(u32)handle];
	word = READ_ONCE(m->word);
	if (!rl_xlive(word) || word >> 32 != handle >> 32 || rl_xowner(word) != owner)
		return NULL;
	return rl_xtype_of(word)->id == type ? rl_xobject(m) : NULL;
}
EXPORT_SYMBOL_GPL(rl_xheap_find);
