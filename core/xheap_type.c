// SPDX-License-Identifier: GPL-2.0-only
/*
 * Types of the exchange heap: a hash table that only grows.
 *
 * A slot is filled under types_lock, its id last; from then on it never changes
 * but for @refs and @cache, so lookups take no lock and an object's type index
 * stays meaningful for as long as the object lives. A type that comes back with
 * its interface module finds its slot again, if the text is the same. Table full
 * means XTYPES different types since the core was loaded.
 *
 * Descriptors come from generated code of trusted modules; wrong ones are
 * refused here rather than trusted on the hot path. rl_xheap_exit() cleans up.
 */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include "xheap_internal.h"

static_assert((XTYPES & (XTYPES - 1)) == 0);

struct rl_xtype rl_xtypes[XTYPES];
static DEFINE_MUTEX(types_lock);	/* writers of rl_xtypes, but for @cache */

/* The slot of @id, or the free one where it belongs; NULL: full without it. */
static struct rl_xtype *slot_of(u64 id)
{
	struct rl_xtype *t;
	u64 seen;
	u32 i;

	for (i = 0; i < XTYPES; i++) {
		t = &rl_xtypes[(id + i) % XTYPES];
		/* Pairs with fill_slot(): an id comes with all its fields. */
		seen = smp_load_acquire(&t->id);
		if (!seen || seen == id)
			return t;
	}
	return NULL;
}

struct rl_xtype *rl_xtype_find(u64 id)
{
	struct rl_xtype *t = slot_of(id);

	return t && t->id && t->id == id ? t : NULL;
}

static bool same_type(const struct rl_xtype *t, const struct rl_type_desc *d)
{
	return t->size == d->size && t->child == d->child && t->capacity == d->capacity &&
	       !strcmp(t->name, d->name);
}

static bool valid_type(const struct rl_type_desc *d)
{
	size_t slots = (size_t)d->capacity * sizeof(void *);

	if (!d->id || !d->name || !d->size || d->size > rl_xheap.size)
		return false;
	if (!d->child)
		return !d->capacity;
	return d->capacity && d->size >= sizeof(struct rl_deque_head) + slots;
}

static int fill_slot(struct rl_xtype *t, const struct rl_type_desc *d)
{
	t->name = kstrdup(d->name, GFP_KERNEL);
	if (!t->name)
		return -ENOMEM;
	t->size = d->size;
	t->child = d->child;
	t->capacity = d->capacity;
	t->granules = DIV_ROUND_UP(d->size, RL_GRANULE);
	t->chunk = (t->granules + 1) * RL_GRANULE;
	if (t->chunk > PAGE_SIZE / 2)
		t->chunk = PAGE_ALIGN(t->chunk);
	else
		t->chunk = roundup_pow_of_two(t->chunk);
	t->refs = 1;
	/* Pairs with slot_of(). */
	smp_store_release(&t->id, d->id);
	return 0;
}

/**
 * rl_xheap_add_type() - make a type known
 * @d: generated descriptor; nothing of it is kept
 *
 * Context: process, sleeps.
 * Return: 0; -EEXIST: the id is taken by another text; -EINVAL: nonsense;
 * -ENOSPC: too many types; -ENOMEM.
 */
int rl_xheap_add_type(const struct rl_type_desc *d)
{
	struct rl_xtype *t;
	int ret = 0;

	if (!valid_type(d))
		return -EINVAL;
	mutex_lock(&types_lock);
	t = slot_of(d->id);
	if (!t)
		ret = -ENOSPC;
	else if (!t->id)
		ret = fill_slot(t, d);
	else if (!same_type(t, d))
		ret = -EEXIST;
	else
		WRITE_ONCE(t->refs, t->refs + 1);
	mutex_unlock(&types_lock);
	return ret;
}
EXPORT_SYMBOL_NS_GPL(rl_xheap_add_type, RL_TEST);

/**
 * rl_xheap_del_type() - undo one rl_xheap_add_type()
 * @d: the same descriptor
 *
 * After the last one no more objects of the type are made; those that live stay
 * valid until their owners free them.
 *
 * Context: process, sleeps.
 */
void rl_xheap_del_type(const struct rl_type_desc *d)
{
	struct rl_xtype *t;

	mutex_lock(&types_lock);
	t = rl_xtype_find(d->id);
	if (t && !WARN_ON(!t->refs)) {
		WRITE_ONCE(t->refs, t->refs - 1);
		if (!t->refs)
			rl_xtype_drain(t);
	}
	mutex_unlock(&types_lock);
}
EXPORT_SYMBOL_NS_GPL(rl_xheap_del_type, RL_TEST);

void rl_xtype_drain_all(void)
{
	u32 i;

	for (i = 0; i < XTYPES; i++)
		if (READ_ONCE(rl_xtypes[i].cache))
			rl_xtype_drain(&rl_xtypes[i]);
}

void rl_xtype_exit(void)
{
	u32 i;

	for (i = 0; i < XTYPES; i++)
		kfree(rl_xtypes[i].name);
	memset(rl_xtypes, 0, sizeof(rl_xtypes));
}
