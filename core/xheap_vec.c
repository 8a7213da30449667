// SPDX-License-Identifier: GPL-2.0-only
/*
 * Vecs: objects of one type and many sizes.
 *
 * How many items there is room for is decided when the object is allocated, up to
 * the type's bound, and written down twice: in the core's metadata, which counts,
 * and in the object's head, for readers. A crossing refuses a head that disagrees.
 * Growing makes a new object and ends the old one, in one claim: another thread
 * finds the old one busy, and then gone.
 */
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include "domain.h"
#include "xheap_internal.h"

static struct rl_xmeta *new_vec(struct rl_xtype *t, u32 cap, u32 owner, unsigned long site)
{
	struct rl_vec_head *h;
	struct rl_xmeta *m;

	if (!t || !READ_ONCE(t->refs) || t->kind != RL_X_VEC || !cap || cap > t->capacity)
		return ERR_PTR(-EINVAL);
	m = rl_xnew_vec(t, cap, owner, site);
	if (!IS_ERR(m)) {
		h = rl_xmemory(m);
		WRITE_ONCE(h->cap, cap);
	}
	return m;
}

void __rref *rl_do_xalloc_vec(struct rl_domain *d, u64 type, u32 cap, unsigned long site)
{
	struct rl_xmeta *m = new_vec(rl_xtype_find(type), cap, d->gate.id, site);

	if (IS_ERR(m)) {
		rl_xcomplain(d, type, PTR_ERR(m));
		return NULL;
	}
	rl_xsettle(m, d->gate.id);
	return rl_xobject(m);
}

/**
 * rl_xheap_alloc_vec() - a new vec without items
 * @type: type id of a vec
 * @cap: items there will be room for, up to the type's bound
 * @owner: who owns it and pays for it
 *
 * Context: any but NMI.
 * Return: NULL when there is no such vec, the quota or the heap is used up.
 */
void __rref *rl_xheap_alloc_vec(u64 type, u32 cap, u32 owner)
{
	struct rl_xmeta *m = new_vec(rl_xtype_find(type), cap, owner, _RET_IP_);

	if (IS_ERR(m))
		return NULL;
	rl_xsettle(m, owner);
	return rl_xobject(m);
}
EXPORT_SYMBOL_GPL(rl_xheap_alloc_vec);

/* Items that make sense: no more than there is room for in either. */
static void copy_items(struct rl_xmeta *to, struct rl_xmeta *from)
{
	struct rl_vec_head *old = rl_xmemory(from), *new = rl_xmemory(to);
	u32 len = min3(READ_ONCE(old->len), from->first, to->first);

	memcpy(new + 1, old + 1, len * rl_xtype_of(from->word)->elem_size);
	WRITE_ONCE(new->len, len);
}

/**
 * rl_xheap_grow() - make room for more items, or for fewer
 * @vec: *@vec anything at all; gets the new object
 * @cap: items there will be room for; those that do not fit are gone
 * @owner: owner id; pays for both for a moment
 *
 * Context: any but NMI. Time: a copy of the items.
 * Return: 0, -ENOMEM, -EDQUOT, -EINVAL (no vec, or beyond its bound), or an error of
 * rref.h.
 */
s32 rl_xheap_grow(void __rref **vec, u32 cap, u32 owner)
{
	struct rl_xmeta *m = rl_xmeta_at(*vec), *new;
	u64 word = m ? READ_ONCE(m->word) : 0;
	s32 err = rl_xword_check(word, owner);

	if (!rl_xlive(word))
		return -EFAULT;
	if (err)
		return err;
	if (!rl_xclaim(m, word, owner))
		return -EBUSY;
	new = new_vec(rl_xtype_of(word), cap, owner, _RET_IP_);
	if (IS_ERR(new)) {
		rl_xsettle(m, owner);
		return PTR_ERR(new);
	}
	copy_items(new, m);
	rl_xsettle(new, owner);
	*vec = rl_xobject(new);
	rl_xrelease_tree(m);
	return 0;
}
EXPORT_SYMBOL_GPL(rl_xheap_grow);
