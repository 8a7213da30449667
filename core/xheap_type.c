// SPDX-License-Identifier: GPL-2.0-only
/*
 * Types of the exchange heap: a hash table that only grows.
 *
 * A slot is filled under types_lock, its id last; from then on it never changes
 * but for @refs, so lookups take no lock and an object's type index stays
 * meaningful for as long as the object lives. A type that comes back with its
 * interface module finds its slot again, if the text is the same. Table full means
 * RL_XTYPES different types since the core was loaded.
 *
 * Descriptors come from generated code of trusted modules; wrong ones are refused
 * here rather than trusted on the hot path. The types of children are known before
 * the type of their parent: no type contains itself, by whatever detour, and the
 * depth of its trees is known. rl_xheap_exit() cleans up.
 */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include "xheap_internal.h"

static_assert((RL_XTYPES & (RL_XTYPES - 1)) == 0);

struct rl_xtype rl_xtypes[RL_XTYPES];
EXPORT_SYMBOL_GPL(rl_xtypes);
static DEFINE_MUTEX(types_lock);	/* writers of rl_xtypes */

/* The slot of @id, or the free one where it belongs; NULL: full without it. */
static struct rl_xtype *slot_of(u64 id)
{
	struct rl_xtype *t;
	u64 seen;
	u32 i;

	for (i = 0; i < RL_XTYPES; i++) {
		t = &rl_xtypes[(id + i) % RL_XTYPES];
		/* Pairs with fill(): an id comes with all its fields. */
		seen = smp_load_acquire(&t->id);
		if (!seen || seen == id)
			return t;
	}
	return NULL;
}

struct rl_xtype *rl_xtype_search(u64 id)
{
	struct rl_xtype *t = slot_of(id);

	return t && t->id && t->id == id ? t : NULL;
}

u64 rl_xtype_slot(const struct rl_xtype *t, u32 offset)
{
	const struct rl_xslot *s;

	if (offset % sizeof(u64))
		return 0;
	if (t->kind == RL_X_ARRAY)
		return offset / sizeof(u64) < t->capacity ? t->child : 0;
	for (s = t->slots; s < t->slots + t->nr_slots; s++)
		if (offset >= s->offset && (offset - s->offset) / sizeof(u64) < s->count)
			return s->type;
	return 0;
}

/* Every slot that may not be empty has its child. */
static s32 slots_sane(const struct rl_xtype *t, const struct rl_xmeta *m)
{
	const void *mem = rl_xmemory(m);
	const struct rl_xslot *s;
	u32 i;

	for (s = t->slots; s < t->slots + t->nr_slots; s++)
		for (i = 0; !s->optional && i < s->count; i++)
			if (!rl_xchild_at(m, mem + s->offset + i * sizeof(u64), s->type))
				return -ENODATA;
	return 0;
}

static s32 lens_sane(const struct rl_xtype *t, const void *mem)
{
	const struct rl_xlen *l;

	for (l = t->lens; l < t->lens + t->nr_lens; l++) {
		if (l->string ? strnlen(mem + l->offset, l->max) == l->max :
		    READ_ONCE(*(const u32 *)(mem + l->offset)) > l->max)
			return -ERANGE;
	}
	return 0;
}

static s32 vec_sane(const struct rl_xmeta *m)
{
	union {
		u64 both;
		struct rl_vec_head h;
	} head = { .both = READ_ONCE(*(const u64 *)rl_xmemory(m)) };

	u32 cap = READ_ONCE(m->first);	/* of another object, when this one is gone by now */

	return head.h.cap == cap && head.h.len <= cap ? 0 : -ERANGE;
}

s32 rl_xtype_sane_slow(const struct rl_xtype *t, const struct rl_xmeta *m)
{
	if (t->kind == RL_X_VEC)
		return vec_sane(m);
	return lens_sane(t, rl_xmemory(m)) ?: slots_sane(t, m);
}
EXPORT_SYMBOL_GPL(rl_xtype_sane_slow);

static bool same_slots(const struct rl_xtype *t, const struct rl_type_desc *d)
{
	u32 i;

	if (t->nr_slots != d->nr_slots || t->nr_lens != d->nr_lens)
		return false;
	for (i = 0; i < d->nr_slots; i++)
		if (t->slots[i].offset != d->slots[i].offset ||
		    t->slots[i].count != d->slots[i].count ||
		    t->slots[i].type != d->slots[i].type ||
		    t->slots[i].optional != d->slots[i].optional)
			return false;
	for (i = 0; i < d->nr_lens; i++)
		if (t->lens[i].offset != d->lens[i].offset || t->lens[i].max != d->lens[i].max ||
		    t->lens[i].string != d->lens[i].string)
			return false;
	return true;
}

static bool same_type(const struct rl_xtype *t, const struct rl_type_desc *d)
{
	return t->size == d->size && t->child == d->child && t->capacity == d->capacity &&
	       t->kind == d->kind && t->align == d->align && t->dma == d->dma &&
	       t->elem_size == d->elem_size && !strcmp(t->name, d->name) && same_slots(t, d);
}

static bool inside(const struct rl_type_desc *d, u32 offset, u64 bytes)
{
	return offset <= d->size && bytes <= d->size - offset;
}

static bool valid_struct(const struct rl_type_desc *d)
{
	u32 i;

	for (i = 0; i < d->nr_slots; i++)
		if (d->slots[i].offset % sizeof(u64) || !d->slots[i].count ||
		    !inside(d, d->slots[i].offset, (u64)d->slots[i].count * sizeof(u64)))
			return false;
	for (i = 0; i < d->nr_lens; i++)
		if (!d->lens[i].max || !inside(d, d->lens[i].offset,
					       d->lens[i].max + (d->lens[i].string ? 0 : 4ull)))
			return false;
	return !d->child && !d->capacity && !d->elem_size;
}

static bool valid_container(const struct rl_type_desc *d)
{
	u64 head = d->kind == RL_X_ARRAY ? 0 : sizeof(struct rl_deque_head);

	if (!d->capacity || d->nr_slots || d->nr_lens)
		return false;
	if (d->kind == RL_X_VEC)
		return !d->child && d->size == sizeof(struct rl_vec_head) && d->elem_size &&
		       (u64)d->capacity * d->elem_size < rl_xheap.size - RL_GRANULE - d->size;
	return d->child && !d->elem_size && d->size >= head + (u64)d->capacity * sizeof(u64);
}

static bool valid_type(const struct rl_type_desc *d)
{
	if (!d->id || !d->name || !d->size || d->size > rl_xheap.size - RL_GRANULE)
		return false;
	if (d->align & (d->align - 1) || d->align > PAGE_SIZE)
		return false;
	if (d->dma && (d->size > PAGE_SIZE || d->kind != RL_X_STRUCT))
		return false;
	return d->kind == RL_X_STRUCT ? valid_struct(d) : valid_container(d);
}

/* Depth of the trees of @d: 0 when a child's type is not known. */
static u32 level_of(const struct rl_type_desc *d)
{
	u32 i, level = 1, n = d->nr_slots + !!d->child;
	const struct rl_xtype *t;

	for (i = 0; i < n; i++) {
		t = rl_xtype_find(i < d->nr_slots ? d->slots[i].type : d->child);
		if (!t)
			return 0;
		level = max(level, t->level + 1u);
	}
	return level;
}

static bool is_checked(const struct rl_type_desc *d)
{
	u32 i;

	for (i = 0; i < d->nr_slots; i++)
		if (!d->slots[i].optional)
			return true;
	return d->kind == RL_X_DEQUE || d->kind == RL_X_VEC || d->nr_lens;
}

static int copy_tables(struct rl_xtype *t, const struct rl_type_desc *d)
{
	t->name = kstrdup(d->name, GFP_KERNEL);
	t->slots = kmemdup(d->slots, d->nr_slots * sizeof(*d->slots), GFP_KERNEL);
	t->lens = kmemdup(d->lens, d->nr_lens * sizeof(*d->lens), GFP_KERNEL);
	if (t->name && t->slots && t->lens)
		return 0;
	kfree(t->name);
	kfree(t->slots);
	kfree(t->lens);
	return -ENOMEM;
}

/* One more registration, or one less. */
static void count_refs(struct rl_xtype *t, int change)
{
	WRITE_ONCE(t->refs, t->refs + change);
	WRITE_ONCE(t->open, t->refs && t->kind != RL_X_VEC);
}

static int fill(struct rl_xtype *t, const struct rl_type_desc *d)
{
	u32 level = level_of(d);

	if (!level)
		return -ENOENT;
	if (level > RL_XDEPTH)
		return -ELOOP;
	if (copy_tables(t, d))
		return -ENOMEM;
	t->level = level;
	t->checked = is_checked(d);
	t->dma = d->dma;
	t->kind = d->kind;
	t->size = d->size;
	t->child = d->child;
	t->capacity = d->capacity;
	t->elem_size = d->elem_size;
	t->align = d->align;
	t->nr_slots = d->nr_slots;
	t->nr_lens = d->nr_lens;
	t->tag = (t - rl_xtypes) << 16;
	t->chunk = rl_xchunk_size(d->size, d->align);
	t->class = rl_xchunk_class(t->chunk);
	count_refs(t, 1);
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
 * -ENOENT: the type of a child is not known yet; -ELOOP: trees would be deeper
 * than RL_XDEPTH; -ENOSPC: too many types; -ENOMEM.
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
		ret = fill(t, d);
	else if (!same_type(t, d))
		ret = -EEXIST;
	else
		count_refs(t, 1);
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
	if (t && !WARN_ON(!t->refs))
		count_refs(t, -1);
	mutex_unlock(&types_lock);
}
EXPORT_SYMBOL_NS_GPL(rl_xheap_del_type, RL_TEST);

void rl_xtype_exit(void)
{
	u32 i;

	for (i = 0; i < RL_XTYPES; i++) {
		kfree(rl_xtypes[i].name);
		kfree(rl_xtypes[i].slots);
		kfree(rl_xtypes[i].lens);
	}
	memset(rl_xtypes, 0, sizeof(rl_xtypes));
}
