// SPDX-License-Identifier: GPL-2.0-only
/*
 * The exchange heap: objects that cross domain borders, one owner each.
 *
 * One virtually contiguous window of kernel memory, in 2 MiB pages where the
 * machine has them (fewer TLB entries, and physically contiguous inside), so any
 * object can be mapped for DMA page by page. An arena cuts it into chunks; an
 * object takes a chunk with room for one granule more than its size, which
 * nobody owns: a store that a guard checked at its first byte cannot reach the
 * neighbour.
 *
 * What is true of an object is in core memory only: one word of metadata (owner,
 * payer, type, generation) found from the address, and a byte map of owners for
 * the guard. The word decides; the map follows it. An object changes hands in
 * three steps: the word goes from the old owner to "busy" by cmpxchg, which
 * exactly one of any number of contenders achieves; the winner rewrites the map;
 * then the word names the new owner. Nobody waits for a busy object, it is just
 * refused, so all of this works in hard interrupts. A dead or freed object has
 * no owner and is refused whatever pointer, type or owner id is presented.
 *
 * A freed object stays with its type, on a lock-free stack: the next allocation
 * of that type costs a cmpxchg instead of the arena's lock. Stacks are short,
 * and all are emptied when the arena runs dry. Memory does change its type in
 * the end, so the type must be tested again by the cmpxchg of a move, not only
 * before it: rl_xheap_move().
 *
 * Each domain may pay for RL_XHEAP_QUOTA bytes. Who allocates pays until the
 * object is freed, wherever it went: a domain can neither fill another one's
 * quota nor shed its own by passing objects on, and a move counts nothing. An
 * owner id that is used again starts with what its predecessor still pays.
 *
 * Nothing here can fault except on the trusted window itself. Objects are freed
 * by their owner or, when it is dead, by rl_xheap_drop_owner().
 *
 * Not promised: a store whose guard passed on one CPU before the object was
 * moved on another may still land just after the move.
 */
#include <linux/cache.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>
#include "domain.h"
#include "xheap_internal.h"

struct rl_xheap rl_xheap __read_mostly;

/* Bytes each owner id pays for; atomic, any context. */
static struct {
	atomic_long_t bytes;
} ____cacheline_aligned_in_smp paid[XOWNER_BUSY];

#define CACHE_ONE	BIT_ULL(24)		/* fields of rl_xtype.cache */
#define CACHE_UNIT	(CACHE_ONE - 1)
#define CACHE_NR	(0xffULL << 24)
#define CACHE_CHANGE	BIT_ULL(32)
#define CACHE_CHANGES	GENMASK_ULL(63, 32)

/**
 * rl_xheap_init() - make the exchange heap
 * @size: bytes, rounded up to pages
 *
 * Context: process, sleeps.
 * Return: 0 or -ENOMEM.
 */
int rl_xheap_init(size_t size)
{
	struct rl_xheap *h = &rl_xheap;
	size_t units;

	h->size = PAGE_ALIGN(size);
	units = h->size >> XUNIT_SHIFT;
	if (units > XUNIT_MAX)
		return -ENOMEM;
	h->base = (unsigned long)vmalloc_huge(h->size, GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN);
	h->meta = vzalloc(units * sizeof(h->meta[0]));
	h->map = vzalloc(units * XUNIT_GRANULES);
	if (h->base)
		h->arena = rl_arena_create((void *)h->base, h->size);
	if (h->arena && h->meta && h->map)
		return 0;
	rl_xheap_exit();
	return -ENOMEM;
}

/**
 * rl_xheap_exit() - undo rl_xheap_init() and forget all types
 *
 * Context: process, sleeps; no domain and no interface module is left.
 */
void rl_xheap_exit(void)
{
	struct rl_xheap *h = &rl_xheap;

	rl_xtype_exit();
	rl_arena_destroy(h->arena);
	vfree(h->map);
	vfree(h->meta);
	vfree((void *)h->base);
	memset(h, 0, sizeof(*h));
}

static bool charge(u32 owner, u32 bytes)
{
	atomic_long_t *a = &paid[owner].bytes;

	if (owner == RL_OWNER_HOST || atomic_long_add_return(bytes, a) <= RL_XHEAP_QUOTA)
		return true;
	atomic_long_sub(bytes, a);
	return false;
}

static void uncharge(u32 owner, u32 bytes)
{
	if (owner != RL_OWNER_HOST)
		atomic_long_sub(bytes, &paid[owner].bytes);
}

/* Keep a freed object for its type; false when there are enough. */
static bool cache_push(struct rl_xtype *t, u32 unit)
{
	u64 old = READ_ONCE(t->cache);
	u64 new;

	do {
		if ((old & CACHE_NR) == CACHE_NR)
			return false;
		WRITE_ONCE(rl_xheap.meta[unit].next, old & CACHE_UNIT);
		new = (old & ~CACHE_UNIT) + CACHE_CHANGE + CACHE_ONE + unit;
	} while (!try_cmpxchg(&t->cache, &old, new));
	return true;
}

/* A cached object's unit, or 0. */
static u32 cache_pop(struct rl_xtype *t)
{
	u64 old = READ_ONCE(t->cache);
	u64 new;

	do {
		if (!(old & CACHE_UNIT))
			return 0;
		/* May be stale; then the count of changes has moved on. */
		new = (old & ~CACHE_UNIT) + CACHE_CHANGE - CACHE_ONE;
		new |= READ_ONCE(rl_xheap.meta[old & CACHE_UNIT].next);
	} while (!try_cmpxchg(&t->cache, &old, new));
	return old & CACHE_UNIT;
}

void rl_xtype_drain(struct rl_xtype *t)
{
	u64 old = READ_ONCE(t->cache);
	u32 unit, next;

	while (!try_cmpxchg(&t->cache, &old, (old & CACHE_CHANGES) + CACHE_CHANGE))
		;
	for (unit = old & CACHE_UNIT; unit; unit = next) {
		next = READ_ONCE(rl_xheap.meta[unit].next);
		rl_arena_free(rl_xheap.arena, (void __force *)rl_xobject(unit));
	}
}

/* A unit for an object of type @t, cached or new; 0 when there is no room. */
static u32 get_unit(struct rl_xtype *t)
{
	u32 unit = cache_pop(t);
	void *p;

	if (likely(unit))
		return unit;
	p = rl_arena_alloc(rl_xheap.arena, t->chunk);
	if (!p) {
		rl_xtype_drain_all();
		p = rl_arena_alloc(rl_xheap.arena, t->chunk);
	}
	return p ? ((unsigned long)p - rl_xheap.base) >> XUNIT_SHIFT : 0;
}

/**
 * rl_xheap_alloc() - a new zeroed object
 * @type: type id
 * @owner: who owns it and pays for it; below XOWNER_BUSY
 *
 * Context: any but NMI.
 * Return: NULL when the type is unknown, the owner's quota or the heap is used up.
 */
void __rref *rl_xheap_alloc(u64 type, u32 owner)
{
	struct rl_xtype *t = rl_xtype_find(type);
	struct rl_xmeta *m;
	u32 unit, gen;

	if (!t || !READ_ONCE(t->refs) || !charge(owner, t->chunk))
		return NULL;
	unit = get_unit(t);
	if (!unit) {
		uncharge(owner, t->chunk);
		return NULL;
	}
	m = &rl_xheap.meta[unit];
	gen = (m->word >> 32) + 1;
	memset((void __force *)rl_xobject(unit), 0, t->size);
	WRITE_ONCE(m->word, (u64)gen << 32 | (u64)(t - rl_xtypes) << 16 | owner << 8);
	rl_xsettle(m, owner);
	return rl_xobject(unit);
}
EXPORT_SYMBOL_GPL(rl_xheap_alloc);

/* Free a claimed object. */
static void release(struct rl_xmeta *m)
{
	struct rl_xtype *t = rl_xtype_of(m->word);
	u32 unit = rl_xunit(m);

	uncharge(rl_xpayer(m->word), t->chunk);
	rl_xsettle(m, RL_OWNER_FREE);
	if (!READ_ONCE(t->refs) || !cache_push(t, unit))
		rl_arena_free(rl_xheap.arena, (void __force *)rl_xobject(unit));
}

/**
 * rl_xheap_free() - free an object
 * @obj: anything at all
 * @owner: who claims to own it
 *
 * Context: any but NMI.
 * Return: 0, -EFAULT (not a live object), -EPERM (not @owner's). The elements
 * of a deque stay @owner's.
 */
s32 rl_xheap_free(void __rref *obj, u32 owner)
{
	struct rl_xmeta *m = rl_xmeta_at(obj);
	u64 word = m ? READ_ONCE(m->word) : 0;

	if (rl_xowner(word) == RL_OWNER_FREE)
		return -EFAULT;
	if (!rl_xclaim(m, word, owner))
		return -EPERM;
	release(m);
	return 0;
}
EXPORT_SYMBOL_GPL(rl_xheap_free);

/**
 * rl_xheap_check() - is this a live object of that type and owner?
 * @obj: anything at all
 * @type: type id
 * @from: owner id
 *
 * Context: any but NMI. The answer may be old when it arrives.
 * Return: 0, -EFAULT (no live object starts there), -EINVAL (other type),
 * -EPERM (other owner, or being moved).
 */
s32 rl_xheap_check(const void __rref *obj, u64 type, u32 from)
{
	struct rl_xmeta *m = rl_xmeta_at(obj);

	return m ? rl_xword_check(READ_ONCE(m->word), type, from) : -EFAULT;
}
EXPORT_SYMBOL_GPL(rl_xheap_check);

/**
 * rl_xheap_move() - change the owner
 * @obj: anything at all
 * @type: type id; tested in the same step, since another thread of @from may free
 *        the object after it was checked and allocate another type in its place
 * @from: present owner
 * @to: next owner
 *
 * Context: any but NMI.
 * Return: true for exactly one of several callers with the same @from.
 */
bool rl_xheap_move(void __rref *obj, u64 type, u32 from, u32 to)
{
	struct rl_xmeta *m = rl_xclaim_at(obj, type, from);

	if (!m)
		return false;
	rl_xsettle(m, to);
	return true;
}
EXPORT_SYMBOL_GPL(rl_xheap_move);

/* The first object of @owner at or after @unit; NULL: no more. */
static struct rl_xmeta *next_owned(u32 unit, u32 owner)
{
	u32 per_page = PAGE_SIZE >> XUNIT_SHIFT;
	u32 end = rl_xheap.size >> XUNIT_SHIFT;
	struct rl_xmeta *m;

	for (; unit < end; unit++) {
		m = &rl_xheap.meta[unit];
		if (rl_xowner(READ_ONCE(m->word)) == owner)
			return m;
		/* At the end of a page: skip those the arena has not handed out. */
		if (!((unit + 1) % per_page))
			unit = rl_arena_next_page(rl_xheap.arena, (unit + 1) / per_page) *
				per_page - 1;
	}
	return NULL;
}

/**
 * rl_xheap_drop_owner() - free what a dead owner left behind
 * @owner: nobody moves objects from or to it meanwhile
 *
 * Time: one pass over the pages in use. Elements of a deque have its owner, so
 * they are found as well.
 *
 * Context: process, may sleep.
 * Return: the number of objects freed.
 */
unsigned long rl_xheap_drop_owner(u32 owner)
{
	unsigned long n = 0;
	struct rl_xmeta *m;

	for (m = next_owned(1, owner); m; m = next_owned(rl_xunit(m) + 1, owner)) {
		if (rl_xclaim(m, READ_ONCE(m->word), owner)) {
			release(m);
			n++;
		}
		cond_resched();
	}
	return n;
}
EXPORT_SYMBOL_NS_GPL(rl_xheap_drop_owner, RL_TEST);

/**
 * rl_xheap_count() - objects of an owner, by counting them
 * @owner: owner id
 *
 * Context: process, may sleep. A snapshot of a moving picture.
 */
unsigned long rl_xheap_count(u32 owner)
{
	unsigned long n = 0;
	struct rl_xmeta *m;

	for (m = next_owned(1, owner); m; m = next_owned(rl_xunit(m) + 1, owner)) {
		n++;
		cond_resched();
	}
	return n;
}
EXPORT_SYMBOL_NS_GPL(rl_xheap_count, RL_TEST);

/* What the owner map says of one address; for tests. Any context. */
u8 rl_xheap_map_at(const void __rref *p)
{
	size_t off = (unsigned long __force)p - rl_xheap.base;

	return off < rl_xheap.size ? READ_ONCE(rl_xheap.map[off / RL_GRANULE]) : RL_OWNER_FREE;
}
EXPORT_SYMBOL_NS_GPL(rl_xheap_map_at, RL_TEST);

void __rref *rl_do_xalloc(struct rl_domain *d, u64 type)
{
	return rl_xheap_alloc(type, d->gate.id);
}

void rl_do_xfree(struct rl_domain *d, void __rref *obj)
{
	if (obj && rl_xheap_free(obj, d->gate.id))
		rl_domain_kill_why(d, RL_R_VIOLATION, "rl_xfree: not an object of this domain");
}
