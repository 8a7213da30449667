/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Exchange heap, shared by xheap.c (objects), xheap_type.c (types) and
 * xheap_deque.c (containers). The essay is in xheap.c.
 */
#ifndef RL_XHEAP_INTERNAL_H
#define RL_XHEAP_INTERNAL_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/string.h>
#include "heap_internal.h"
#include "limits.h"
#include "proxy.h"

/*
 * Unit: the smallest piece of the heap an object can have, one granule for
 * itself and the unowned one behind it. Units number the metadata; unit 0 holds
 * the heap's first granule and is never an object.
 */
#define XUNIT_SHIFT	7
#define XUNIT		BIT(XUNIT_SHIFT)
#define XUNIT_GRANULES	(XUNIT / RL_GRANULE)
#define XUNIT_MAX	BIT(24)		/* units; a type's cache counts with 24 bits */

#define XTYPES		256		/* types known since the core was loaded */

#define XOWNER_BUSY	0xffu		/* no domain: the object is being moved */

/**
 * struct rl_xmeta - what the core knows of the object that starts in a unit
 * @word:	owner (bits 0-7), payer (8-15), type index (16-31), generation
 *		(32-63). RL_OWNER_FREE: not an object. Changed from one owner to
 *		XOWNER_BUSY by cmpxchg, back only by who did that
 * @next:	unit; links cached objects (written by who frees) and, while a
 *		deque moves, its claimed elements (by who claimed)
 * @stamp:	the last deque check that saw it; a hint, anybody's
 */
struct rl_xmeta {
	u64 word;
	u32 next;
	u32 stamp;
};

static_assert(sizeof(struct rl_xmeta) == 16);

/**
 * struct rl_xtype - a type that crosses
 * @id:		0: unused slot. Written last, once, never changed
 * @child:	deque: type of the elements
 * @name:	copy of the descriptor's
 * @size:	bytes of one object
 * @capacity:	deque: elements
 * @chunk:	bytes it takes from the arena, with the unowned granule
 * @granules:	granules an object owns
 * @refs:	registrations, under the types' lock; 0: no new objects
 * @cache:	freed objects kept for the next allocation: a stack, linked
 *		through rl_xmeta.next. First unit (bits 0-23), number (24-31),
 *		count of changes (32-63), which fails a cmpxchg prepared before
 *		the stack was popped and pushed again. By cmpxchg, any context
 */
struct rl_xtype {
	u64 id;
	u64 child;
	const char *name;
	u32 size;
	u32 capacity;
	u32 chunk;
	u32 granules;
	u32 refs;
	u64 cache ____cacheline_aligned_in_smp;
};

/* All but the types are written by rl_xheap_init() and rl_xheap_exit() alone. */
struct rl_xheap {
	unsigned long base;
	size_t size;
	struct rl_xmeta *meta;	/* one a unit */
	u8 *map;		/* one owner a granule; written by who holds it busy */
	struct rl_arena *arena;
};

extern struct rl_xheap rl_xheap;
extern struct rl_xtype rl_xtypes[XTYPES];

/* Known type @id or NULL. Any context. */
struct rl_xtype *rl_xtype_find(u64 id);
/* Give the cached objects of @t, or of all types, back to the arena. */
void rl_xtype_drain(struct rl_xtype *t);
void rl_xtype_drain_all(void);
void rl_xtype_exit(void);

static inline u32 rl_xowner(u64 word)
{
	return word & 0xff;
}

static inline u32 rl_xpayer(u64 word)
{
	return word >> 8 & 0xff;
}

static inline struct rl_xtype *rl_xtype_of(u64 word)
{
	return &rl_xtypes[(word >> 16 & 0xffff) % XTYPES];
}

static inline u64 rl_xset_owner(u64 word, u32 owner)
{
	return (word & ~0xffULL) | owner;
}

static inline u32 rl_xunit(const struct rl_xmeta *m)
{
	return m - rl_xheap.meta;
}

static inline void __rref *rl_xobject(u32 unit)
{
	return (void __force __rref *)(rl_xheap.base + ((size_t)unit << XUNIT_SHIFT));
}

/* Metadata of what may start at @obj, any value at all; NULL: nothing can. */
static inline struct rl_xmeta *rl_xmeta_at(const void __rref *obj)
{
	size_t off = (unsigned long __force)obj - rl_xheap.base;

	if (off >= rl_xheap.size || off & (XUNIT - 1))
		return NULL;
	return &rl_xheap.meta[off >> XUNIT_SHIFT];
}

/* The test behind rl_xheap_check(), on one reading of the word. */
static inline s32 rl_xword_check(u64 word, u64 type, u32 owner)
{
	if (rl_xowner(word) == RL_OWNER_FREE)
		return -EFAULT;
	if (rl_xtype_of(word)->id != type)
		return -EINVAL;
	return rl_xowner(word) == owner ? 0 : -EPERM;
}

/*
 * Take the object from @from, seen as @word: of all who try, one succeeds and
 * must end with rl_xsettle().
 */
static inline bool rl_xclaim(struct rl_xmeta *m, u64 word, u32 from)
{
	return rl_xowner(word) == from &&
	       try_cmpxchg(&m->word, &word, rl_xset_owner(word, XOWNER_BUSY));
}

/* The same with everything tested; NULL when @obj is not @from's to give. */
static inline struct rl_xmeta *rl_xclaim_at(void __rref *obj, u64 type, u32 from)
{
	struct rl_xmeta *m = rl_xmeta_at(obj);
	u64 word = m ? READ_ONCE(m->word) : 0;

	return !rl_xword_check(word, type, from) && rl_xclaim(m, word, from) ? m : NULL;
}

/* Eight granules a store: a call of memset() is dearer than most objects. */
static inline void rl_xmap(struct rl_xmeta *m, u32 owner)
{
	u8 *map = rl_xheap.map + (size_t)rl_xunit(m) * XUNIT_GRANULES;
	u32 n = rl_xtype_of(m->word)->granules;

	for (; n >= sizeof(u64); n -= sizeof(u64), map += sizeof(u64))
		WRITE_ONCE(*(u64 *)map, owner * 0x0101010101010101ULL);
	while (n--)
		WRITE_ONCE(map[n], owner);
}

/* Give a claimed object to @owner. */
static inline void rl_xsettle(struct rl_xmeta *m, u32 owner)
{
	rl_xmap(m, owner);
	/* The map first: no other mover starts before this one has finished. */
	smp_store_release(&m->word, rl_xset_owner(m->word, owner));
}

#endif
