/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The RRef family as the trusted side sees it: types, and objects with exactly
 * one owner. The essay is in xheap.c; domains use <redleaf/rref.h>.
 *
 * Owned are trees. An object that was put into a slot or a deque belongs to that
 * parent: it has no owner of its own, and whatever happens to the root (a move, a
 * borrow, its end) happens to all of the tree, at the price of one object. Types
 * cannot be recursive, so a tree is at most RL_XDEPTH objects deep.
 *
 * All is said in one 64-bit word an object, in core memory, changed by cmpxchg.
 * The fast path of a move is inline here: every proxy has it.
 */
#ifndef RL_RREF_H
#define RL_RREF_H

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/bits.h>
#include <linux/cache.h>
#include <linux/errno.h>
#include <linux/types.h>
#include <redleaf/types.h>
#include "limits.h"

enum rl_xkind {
	RL_X_STRUCT,		/* fields, and slots for other objects */
	RL_X_DEQUE,		/* struct rl_deque_head, then @capacity slots */
	RL_X_ARRAY,		/* @capacity slots */
	RL_X_VEC,		/* struct rl_vec_head, then items without slots */
};

/* Slots of a structure: @count of them from @offset on, 8 bytes each. */
struct rl_xslot {
	u32 offset;
	u32 count;
	u64 type;		/* of the objects in them */
	bool optional;		/* may be empty when the structure crosses */
};

/* A buffer with a used length, or a string, inside a structure. */
struct rl_xlen {
	u32 offset;		/* of the u32 with the length; of the first character */
	u32 max;		/* bytes there is room for */
	bool string;		/* ends with a NUL within @max */
};

/* A type that crosses: generated table, registered with its interface. */
struct rl_type_desc {
	u64 id;			/* hash of the canonical type text */
	const char *name;
	u32 size;		/* bytes; vec: of what is before the items */
	u64 child;		/* deque, array: type of the elements, else 0 */
	u32 capacity;		/* deque, array, vec: elements at most, else 0 */
	enum rl_xkind kind;
	u32 align;		/* bytes, a power of two up to a page; 0: RL_GRANULE */
	bool dma;		/* a device may be given it: it lies within one page */
	u32 elem_size;		/* vec: bytes of an item */
	const struct rl_xslot *slots;	/* struct; types of children registered before */
	u32 nr_slots;
	const struct rl_xlen *lens;	/* struct */
	u32 nr_lens;
};

/* At the start of every deque; domains write it. */
struct rl_deque_head {
	u32 head;		/* index of the first element */
	u32 len;		/* elements in use */
};

/* At the start of every vec; domains write it. */
struct rl_vec_head {
	u32 len;		/* items in use */
	u32 cap;		/* items there is room for; the core knows better */
};

/*
 * Unit: the smallest piece of the heap an object can have, one granule for
 * itself and the unowned one behind it. Units number the metadata; unit 0 holds
 * the heap's first granule and is never an object.
 */
#define RL_XUNIT_SHIFT	7
#define RL_XUNIT	BIT(RL_XUNIT_SHIFT)

#define RL_XTYPES	256	/* types known since the core was loaded */

/* What stands in place of an owner. */
#define RL_XOWNER_LOST	0xfcu	/* freed while borrowed; ends with the last borrow */
#define RL_XOWNER_INNER	0xfdu	/* not an object: inside one that starts before */
#define RL_XOWNER_CHILD	0xfeu	/* its parent's */
#define RL_XOWNER_BUSY	0xffu	/* claimed: somebody is at work on it */

/**
 * struct rl_xmeta - what the core knows of the object that starts in a unit
 * @word:	owner (bits 0-7), borrows (8-15), type (16-23), payer (24-31),
 *		generation (32-63). RL_OWNER_FREE: not an object. Changed by
 *		cmpxchg; once claimed, by who claimed it or its root
 * @parent:	child: unit of its parent. Inner: first unit of the object. In a
 *		cache: the next unit. Others: unused
 * @first:	unit of the first child; vec: its capacity
 * @next:	child: units of its siblings, 0 at the ends
 * @prev:	the same
 * @born:	jiffies at allocation
 * @site:	caller of the allocation; kernel text is in the top 2 GiB
 *
 * All but @word are written by who allocated the object, until it is somebody's,
 * and then by who holds the claim of its root.
 */
struct rl_xmeta {
	u64 word;
	u32 parent;
	u32 first;
	u32 next;
	u32 prev;
	u32 born;
	s32 site;
};

static_assert(sizeof(struct rl_xmeta) == 32);

/**
 * struct rl_xtype - a type that crosses
 * @id:		0: unused slot. Written last, once, never changed
 * @checked:	something inside has to make sense when it crosses
 * @level:	depth of its trees, 1 without slots
 * @refs:	registrations, under the types' lock; 0: no new objects
 * @chunk:	bytes an object takes, with the unowned granule; not of a vec
 * @class:	the cache for chunks of that size
 * @tag:	its place in an object's word
 * @open:	rl_xheap_alloc() may make objects: it is registered, and no vec
 *
 * All but @refs and @open, which changes with it, is written once, before @id.
 */
struct rl_xtype {
	u64 id;
	bool checked;
	bool dma;
	u8 level;
	u8 class;
	bool open;
	enum rl_xkind kind;
	u32 size;
	u32 capacity;
	u32 chunk;
	u32 elem_size;
	u64 child;
	const char *name;
	const struct rl_xslot *slots;
	const struct rl_xlen *lens;
	u32 align;
	u32 nr_slots;
	u32 nr_lens;
	u32 tag;
	u32 refs;
} __aligned(128);

struct rl_xcpu;

/* Written by rl_xheap_init() and rl_xheap_exit() alone. */
struct rl_xheap {
	unsigned long base;
	size_t size;
	size_t units;		/* of RL_XUNIT bytes */
	struct rl_xmeta *meta;	/* one a unit */
	struct rl_arena *arena;
	struct rl_xcpu __percpu *cpu;
	u64 change;		/* a stack's head with one more chunk and one more change */
	int credit_max;		/* bytes of credit an owner may have on one CPU */
};

extern struct rl_xheap rl_xheap;
extern struct rl_xtype rl_xtypes[RL_XTYPES];

static inline u32 rl_xowner(u64 word)
{
	return word & 0xff;
}

static inline struct rl_xtype *rl_xtype_of(u64 word)
{
	return &rl_xtypes[word >> 16 & (RL_XTYPES - 1)];
}

static inline u64 rl_xset_owner(u64 word, u32 owner)
{
	return (word & ~0xffULL) | owner;
}

/*
 * The unit that starts at @obj, any value at all; none does when it is rl_xheap.units or
 * more: what is left of the offset comes to the top.
 */
static inline u64 rl_xunit_at(const void __rref *obj)
{
	return ror64((unsigned long __force)obj - rl_xheap.base, RL_XUNIT_SHIFT);
}

/* Metadata of what may start at @obj, any value at all; NULL: nothing can. */
static inline struct rl_xmeta *rl_xmeta_at(const void __rref *obj)
{
	u64 unit = rl_xunit_at(obj);

	return likely(unit < rl_xheap.units) ? &rl_xheap.meta[unit] : NULL;
}

static inline void *rl_xunit_memory(u32 unit)
{
	return (void *)(rl_xheap.base + ((size_t)unit << RL_XUNIT_SHIFT));
}

static inline void *rl_xmemory(const struct rl_xmeta *m)
{
	return rl_xunit_memory(m - rl_xheap.meta);
}

/* One reading of a deque's head. */
union rl_deque_state {
	u64 both;
	struct rl_deque_head h;
};

static inline bool rl_xdeque_sane(const struct rl_xtype *t, const struct rl_xmeta *m)
{
	union rl_deque_state s = { .both = READ_ONCE(*(const u64 *)rl_xmemory(m)) };

	return s.h.head < t->capacity && s.h.len <= t->capacity;
}

/* Do head, lengths, strings and owned slots make sense? 0 or the error. */
s32 rl_xtype_sane_slow(const struct rl_xtype *t, const struct rl_xmeta *m);

static inline s32 rl_xtype_sane(const struct rl_xtype *t, const struct rl_xmeta *m)
{
	if (likely(t->kind == RL_X_DEQUE))
		return rl_xdeque_sane(t, m) ? 0 : -ERANGE;
	return rl_xtype_sane_slow(t, m);
}

/*
 * Change the owner if @obj is a whole tree of @from's, of that type, not borrowed
 * and not claimed. All of that is in the word but the type's name: a word that is
 * still the same when it is exchanged has still the same type.
 */
static __always_inline struct rl_xmeta *rl_xexchange(void __rref *obj, u64 type, u32 from, u32 to)
{
	struct rl_xmeta *m = rl_xmeta_at(obj);
	const struct rl_xtype *t;
	u64 word;

	if (unlikely(!m))
		return NULL;
	word = READ_ONCE(m->word);
	t = rl_xtype_of(word);
	if (unlikely((word & 0xffff) != from || t->id != type))
		return NULL;
	if (t->checked && unlikely(rl_xtype_sane(t, m)))
		return NULL;
	return likely(try_cmpxchg(&m->word, &word, word ^ from ^ to)) ? m : NULL;
}

/**
 * rl_xheap_move() - change the owner of an object and all that is in it
 * @obj: anything at all
 * @type: type id
 * @from: present owner; not RL_OWNER_FREE
 * @to: next owner
 *
 * Context: any but NMI.
 * Return: true for exactly one of several callers with the same @from. False:
 * nothing changed; rl_xheap_refusal() says why.
 */
static __always_inline bool rl_xheap_move(void __rref *obj, u64 type, u32 from, u32 to)
{
	return rl_xexchange(obj, type, from, to);
}

/**
 * rl_xheap_claim() - first half of a move, where several have to succeed together
 * @obj: anything at all
 * @type: type id
 * @from: present owner; not RL_OWNER_FREE
 *
 * Until rl_xheap_settle() nobody can do anything with @obj: a second claim of the
 * same object fails.
 *
 * Context: any but NMI; between claim and settle neither sleep nor call a domain.
 * Return: as rl_xheap_move().
 */
static __always_inline bool rl_xheap_claim(void __rref *obj, u64 type, u32 from)
{
	return rl_xexchange(obj, type, from, RL_XOWNER_BUSY);
}

/* Give a claimed object to @owner. */
static inline void rl_xsettle(struct rl_xmeta *m, u32 owner)
{
	/* What was done under the claim is seen by whoever sees the owner. */
	smp_store_release(&m->word, rl_xset_owner(m->word, owner));
}

/**
 * rl_xheap_settle() - second half: end a claim
 * @obj: claimed by the caller
 * @owner: next owner, or the one it was claimed from
 *
 * Context: as rl_xheap_claim(). Cannot fail.
 */
static inline void rl_xheap_settle(void __rref *obj, u32 owner)
{
	rl_xsettle(rl_xmeta_at(obj), owner);
}

/*
 * The rest, in xheap.c, xheap_tree.c, xheap_borrow.c and xheap_vec.c, with their
 * contracts. Any context but NMI. Errors of all: -EFAULT (no object starts there),
 * -EINVAL (other type, no such slot), -EPERM (other owner), -ECHILD (inside another
 * object), -EBUSY (borrowed, or somebody is at work on it), -ERANGE (a head or length
 * in it makes no sense), -ENODATA (a slot that may not be empty is).
 */
s32 rl_xheap_check(const void __rref *obj, u64 type, u32 from);
s32 rl_xheap_refusal(const void __rref *obj, u64 type, u32 from);
void __rref *rl_xheap_alloc(u64 type, u32 owner);
s32 rl_xheap_free(void __rref *obj, u32 owner);

/* An object that came out of a deque, and the word of it that said that it should. */
struct rl_xmarked {
	void __rref *obj;
	u32 word;
};

s32 rl_xheap_put(void __rref *parent, u32 offset, void __rref *child, u32 owner);
s32 rl_xheap_take(void __rref *parent, u32 offset, u32 owner, void __rref **child);
s32 rl_xheap_push(void __rref *dq, void __rref *child, u32 owner, bool front);
s32 rl_xheap_push_many(void __rref *dq, void __rref *const *children, u32 n, u32 owner,
		       bool front);
s32 rl_xheap_pop(void __rref *dq, u32 owner, bool back, void __rref **child);
s32 rl_xheap_pop_many(void __rref *dq, void __rref **children, u32 n, u32 owner, bool back);
s32 rl_xheap_pop_marked(void __rref *dq, struct rl_xmarked *out, u32 n, u32 owner, u32 offset,
			u32 mark);

s32 rl_xheap_borrow(const void __rref *obj, u64 type, u32 owner);
s32 rl_xheap_unborrow(const void __rref *obj);
u64 rl_xheap_handle(const void __rref *obj, u32 owner);
void __rref *rl_xheap_find(u64 handle, u64 type, u32 owner);

void __rref *rl_xheap_alloc_vec(u64 type, u32 cap, u32 owner);
s32 rl_xheap_grow(void __rref **vec, u32 cap, u32 owner);

#endif
