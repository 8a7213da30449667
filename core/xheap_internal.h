/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Exchange heap, shared by its own files; what proxies see is rref.h. The essay is
 * in xheap.c.
 */
#ifndef RL_XHEAP_INTERNAL_H
#define RL_XHEAP_INTERNAL_H

#include <linux/jump_label.h>
#include <linux/string.h>
#include "heap_internal.h"
#include "rref.h"

struct rl_xtype *rl_xtype_search(u64 id);
/* Type of what may be at @offset of an object of type @t; 0: no slot is there. */
u64 rl_xtype_slot(const struct rl_xtype *t, u32 offset);
void rl_xtype_exit(void);

/* Bytes an object of @bytes takes, with the unowned granule, for @align. */
u32 rl_xchunk_size(u64 bytes, u32 align);
/* The cache for chunks of that size. */
u8 rl_xchunk_class(u32 chunk);

int rl_xchunk_init(void);
void rl_xchunk_exit(void);
/* xheap_debug.c: a chunk becomes an object, an object becomes a chunk. */
DECLARE_STATIC_KEY_FALSE(rl_xheap_debug);
void rl_xdebug_init(void);
void rl_xdebug_new(struct rl_xmeta *m, u32 size, u32 chunk);
void rl_xdebug_end(struct rl_xmeta *m, u32 size, u32 chunk);
unsigned long rl_xheap_damaged(void);

/* xheap_report.c: the file in debugfs. */
void rl_xreport_init(void);
void rl_xreport_exit(void);

/* Known type @id or NULL. Any context. */
static inline struct rl_xtype *rl_xtype_find(u64 id)
{
	struct rl_xtype *t = &rl_xtypes[id % RL_XTYPES];

	/* Pairs with fill(): an id comes with all its fields. */
	return likely(id && smp_load_acquire(&t->id) == id) ? t : rl_xtype_search(id);
}

static inline u32 rl_xpayer(u64 word)
{
	return word >> 24 & 0xff;
}

static inline u32 rl_xborrows(u64 word)
{
	return word >> 8 & 0xff;
}

static inline u32 rl_xunit(const struct rl_xmeta *m)
{
	return m - rl_xheap.meta;
}

static inline void __rref *rl_xobject(const struct rl_xmeta *m)
{
	return (void __force __rref *)rl_xmemory(m);
}

/* Bytes of one object; @cap: of a vec. */
static inline u32 rl_xsize(const struct rl_xtype *t, u32 cap)
{
	return t->kind == RL_X_VEC ? t->size + cap * t->elem_size : t->size;
}

static inline bool rl_xlive(u64 word)
{
	return rl_xowner(word) != RL_OWNER_FREE && rl_xowner(word) != RL_XOWNER_INNER;
}

/* Whose is it, and could it be taken? On one reading of the word. */
static inline s32 rl_xword_check(u64 word, u32 owner)
{
	if (likely((word & 0xffff) == owner))
		return 0;
	if (!rl_xlive(word))
		return -EFAULT;
	if (rl_xowner(word) == RL_XOWNER_CHILD)
		return -ECHILD;
	return rl_xowner(word) == owner || rl_xowner(word) == RL_XOWNER_BUSY ? -EBUSY : -EPERM;
}

/* The root of the tree @m is in, if nobody changes the tree. */
static inline struct rl_xmeta *rl_xroot(struct rl_xmeta *m)
{
	u32 depth;

	for (depth = 1; depth < RL_XDEPTH && rl_xowner(READ_ONCE(m->word)) == RL_XOWNER_CHILD;
	     depth++)
		m = &rl_xheap.meta[READ_ONCE(m->parent)];
	return m;
}

/*
 * The root of the tree whose object all of a range lies in, or NULL. In line: the store guard
 * asks once for every object that a domain writes to.
 */
static __always_inline struct rl_xmeta *rl_xroot_of(const void __rref *p, size_t size)
{
	size_t off = (unsigned long __force)p - rl_xheap.base, room;
	const struct rl_xtype *t;
	struct rl_xmeta *m;

	if (off >= rl_xheap.size)
		return NULL;
	m = &rl_xheap.meta[off >> RL_XUNIT_SHIFT];
	if (rl_xowner(READ_ONCE(m->word)) == RL_XOWNER_INNER)
		m = &rl_xheap.meta[m->parent];
	t = rl_xtype_of(READ_ONCE(m->word));
	off = (unsigned long __force)p - (unsigned long)rl_xmemory(m);
	room = round_up(rl_xsize(t, m->first), RL_GRANULE);
	return off >= room || size > room - off ? NULL : rl_xroot(m);
}

/* Take the object from @from, seen as @word: of all who try, one succeeds. */
static inline bool rl_xclaim(struct rl_xmeta *m, u64 word, u32 from)
{
	return (word & 0xffff) == from &&
	       try_cmpxchg(&m->word, &word, rl_xset_owner(word, RL_XOWNER_BUSY));
}

/* The next live object after @m, or the first; NULL: no more. A hint, any context. */
struct rl_xmeta *rl_xnext(const struct rl_xmeta *m);
/* The child of @m, of type @type, that @slot points to, if it does. */
struct rl_xmeta *rl_xchild_at(const struct rl_xmeta *m, const u64 *slot, u64 type);
/* A new object, still claimed; @cap: of a vec. Or ERR_PTR(). */
struct rl_xmeta *rl_xnew_vec(struct rl_xtype *t, u32 cap, u32 owner, unsigned long site);
/* Free a claimed object and all that is in it; how many. */
u32 rl_xrelease_tree(struct rl_xmeta *root);
/* Tell why domain @d got no object of type @type. */
void rl_xcomplain(const struct rl_domain *d, u64 type, s32 err);

#endif
