// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arenas: an allocator over memory it never reads or writes.
 *
 * A domain owns every byte of its window and may scribble over all of them, so
 * the free lists, sizes and live marks of an arena are kept apart, in a page
 * descriptor array in core memory. Requests of up to half a page come from
 * slabs, one page cut into 2^n equal slots with a live bit for each; larger ones
 * are runs of whole pages. The lowest free slot of the oldest partial slab is
 * taken and pages are searched from a fixed place, so that the same sequence of
 * calls gives the same addresses.
 *
 * The first and the last granule of the range are never handed out: a store that
 * a guard checked at its first byte only cannot leave the range.
 *
 * Invariants, under a->lock:
 *  - a page is marked busy if and only if it is a slab or part of a run;
 *  - a slab with a free slot is on the partial list of its class;
 *  - an empty slab does not exist: its page is free again.
 *
 * Every pointer given to rl_arena_free() is suspect: it is accepted only when it
 * is the start of a live allocation. Nothing here can fault; the owner of the
 * arena destroys it.
 */
#include <linux/bitmap.h>
#include <linux/bits.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include "heap_internal.h"
#include "limits.h"

#define SLOT_SHIFT	6			/* log2(RL_GRANULE): smallest slot */
#define NR_CLASSES	(PAGE_SHIFT - SLOT_SHIFT)	/* 64 ... 2048 */

static_assert(1 << SLOT_SHIFT == RL_GRANULE);
static_assert(PAGE_SIZE / RL_GRANULE == BITS_PER_TYPE(u64));

enum page_kind { PAGE_PLAIN, PAGE_RUN, PAGE_SLAB };

/* All fields under a->lock. */
struct rl_arena_page {
	struct list_head node;	/* slab with a free slot: a->partial[class] */
	u64 live;		/* slab: slots handed out, and the edge slot */
	u32 run;		/* first page of a run: its length */
	u8 kind;		/* PAGE_PLAIN: free, or inside a run */
	u8 class;		/* slab: slot size is RL_GRANULE << class */
};

/**
 * struct rl_arena - one range and its allocations
 * @lock:	innermost; taken in hard interrupt context. Guards all below
 *		but @base and @nr_pages, which never change
 * @base:	first byte of the range
 * @nr_pages:	its length
 * @hint:	where the search for a run starts: behind the last one found
 * @used:	bytes handed out; read without the lock by rl_arena_used()
 * @busy:	one bit a page; read without the lock by rl_arena_next_page()
 * @partial:	slabs with a free slot, one list a class
 * @pages:	descriptors
 */
struct rl_arena {
	raw_spinlock_t lock;
	unsigned long base;
	u32 nr_pages;
	u32 hint;
	size_t used;
	unsigned long *busy;
	struct list_head partial[NR_CLASSES];
	struct rl_arena_page pages[];
};

/* A live allocation: its page, and its bit when that is a slab (else 0). */
struct spot {
	struct rl_arena_page *page;
	u64 bit;
};

static size_t slot_size(u8 class)
{
	return (size_t)RL_GRANULE << class;
}

static u32 nr_slots(u8 class)
{
	return (PAGE_SIZE >> SLOT_SHIFT) >> class;
}

static u64 all_slots(u8 class)
{
	return GENMASK_ULL(nr_slots(class) - 1, 0);
}

static u32 index_of(const struct rl_arena *a, const struct rl_arena_page *page)
{
	return page - a->pages;
}

static void *start_of(const struct rl_arena *a, const struct rl_arena_page *page)
{
	size_t off = (size_t)index_of(a, page) << PAGE_SHIFT;

	return (void *)(a->base + off);
}

/* The slot of @page that holds the range's first or last granule. */
static u64 edge_slot(const struct rl_arena *a, const struct rl_arena_page *page)
{
	u32 i = index_of(a, page);

	if (!i)
		return BIT_ULL(0);
	if (i == a->nr_pages - 1)
		return BIT_ULL(nr_slots(page->class) - 1);
	return 0;
}

/**
 * rl_arena_reset() - forget every allocation
 * @a: arena; nobody else may be using it
 *
 * Costs one pass over the descriptors, none over the memory. Any context.
 */
void rl_arena_reset(struct rl_arena *a)
{
	u32 i;

	memset(a->pages, 0, a->nr_pages * sizeof(a->pages[0]));
	bitmap_zero(a->busy, a->nr_pages);
	for (i = 0; i < NR_CLASSES; i++)
		INIT_LIST_HEAD(&a->partial[i]);
	a->hint = 1;
	WRITE_ONCE(a->used, 0);
}
EXPORT_SYMBOL_NS_GPL(rl_arena_reset, RL_TEST);

static size_t header_cost(size_t nr)
{
	return struct_size((struct rl_arena *)NULL, pages, nr);
}

/**
 * rl_arena_cost() - bytes that managing an arena takes, beside its memory
 * @size: of that memory
 *
 * Context: any.
 */
size_t rl_arena_cost(size_t size)
{
	size_t nr = size >> PAGE_SHIFT;

	return header_cost(nr) + BITS_TO_LONGS(nr) * sizeof(long);
}

/**
 * rl_arena_create() - start allocating from a range
 * @base: page aligned; stays the caller's
 * @size: multiple of PAGE_SIZE, at least two pages
 *
 * Context: process, sleeps.
 * Return: the arena, or NULL without memory or with an unusable range.
 */
struct rl_arena *rl_arena_create(void *base, size_t size)
{
	size_t nr = size >> PAGE_SHIFT;
	struct rl_arena *a;

	if (!PAGE_ALIGNED(base) || !PAGE_ALIGNED(size) || nr < 2 || nr > U32_MAX)
		return NULL;
	a = kvzalloc(header_cost(nr), GFP_KERNEL);
	if (!a)
		return NULL;
	a->busy = kvcalloc(BITS_TO_LONGS(nr), sizeof(long), GFP_KERNEL);
	if (!a->busy) {
		kvfree(a);
		return NULL;
	}
	raw_spin_lock_init(&a->lock);
	a->base = (unsigned long)base;
	a->nr_pages = nr;
	rl_arena_reset(a);
	return a;
}
EXPORT_SYMBOL_NS_GPL(rl_arena_create, RL_TEST);

/**
 * rl_arena_destroy() - stop allocating from a range
 * @a: arena or NULL; nobody else may be using it
 *
 * Context: process, may sleep.
 */
void rl_arena_destroy(struct rl_arena *a)
{
	if (!a)
		return;
	kvfree(a->busy);
	kvfree(a);
}
EXPORT_SYMBOL_NS_GPL(rl_arena_destroy, RL_TEST);

/* Open a slab on the lowest free page; the edge pages will do. */
static struct rl_arena_page *slab_open(struct rl_arena *a, u8 class)
{
	struct rl_arena_page *page;
	u32 i = find_first_zero_bit(a->busy, a->nr_pages);

	if (i >= a->nr_pages)
		return NULL;
	__set_bit(i, a->busy);
	page = &a->pages[i];
	page->kind = PAGE_SLAB;
	page->class = class;
	page->live = edge_slot(a, page);
	list_add(&page->node, &a->partial[class]);
	return page;
}

static void *slab_alloc(struct rl_arena *a, u8 class)
{
	struct rl_arena_page *page;
	u32 slot;

	page = list_first_entry_or_null(&a->partial[class], struct rl_arena_page, node);
	if (!page)
		page = slab_open(a, class);
	if (!page)
		return NULL;
	slot = __ffs64(~page->live);
	page->live |= BIT_ULL(slot);
	if (page->live == all_slots(class))
		list_del(&page->node);
	WRITE_ONCE(a->used, a->used + slot_size(class));
	return start_of(a, page) + slot * slot_size(class);
}

static void slab_free(struct rl_arena *a, struct spot s)
{
	struct rl_arena_page *page = s.page;
	bool full = page->live == all_slots(page->class);

	page->live &= ~s.bit;
	WRITE_ONCE(a->used, a->used - slot_size(page->class));
	if (page->live != edge_slot(a, page)) {
		if (full)
			list_add(&page->node, &a->partial[page->class]);
		return;
	}
	if (!full)
		list_del(&page->node);
	page->kind = PAGE_PLAIN;
	__clear_bit(index_of(a, page), a->busy);
}

/* Whole pages, never the first or the last: their edge granules are taboo. */
static void *run_alloc(struct rl_arena *a, u32 nr)
{
	u32 end = a->nr_pages - 1;
	u32 i = bitmap_find_next_zero_area(a->busy, end, a->hint, nr, 0);

	if (i >= end)
		i = bitmap_find_next_zero_area(a->busy, end, 1, nr, 0);
	if (i >= end)
		return NULL;
	bitmap_set(a->busy, i, nr);
	a->hint = i + nr;
	a->pages[i].kind = PAGE_RUN;
	a->pages[i].run = nr;
	WRITE_ONCE(a->used, a->used + ((size_t)nr << PAGE_SHIFT));
	return start_of(a, &a->pages[i]);
}

static void run_free(struct rl_arena *a, struct rl_arena_page *page)
{
	page->kind = PAGE_PLAIN;
	bitmap_clear(a->busy, index_of(a, page), page->run);
	WRITE_ONCE(a->used, a->used - ((size_t)page->run << PAGE_SHIFT));
}

/**
 * rl_arena_alloc() - memory from the range
 * @a: arena
 * @size: bytes; 0 counts as 1
 *
 * Context: any but NMI. The memory is not zeroed.
 * Return: 64-byte aligned, page aligned from PAGE_SIZE on; NULL when no room.
 */
void *rl_arena_alloc(struct rl_arena *a, size_t size)
{
	unsigned long flags;
	void *p;

	if (size > (size_t)a->nr_pages << PAGE_SHIFT)
		return NULL;
	raw_spin_lock_irqsave(&a->lock, flags);
	if (size <= RL_GRANULE)
		p = slab_alloc(a, 0);
	else if (size <= PAGE_SIZE / 2)
		p = slab_alloc(a, fls_long(size - 1) - SLOT_SHIFT);
	else
		p = run_alloc(a, DIV_ROUND_UP(size, PAGE_SIZE));
	raw_spin_unlock_irqrestore(&a->lock, flags);
	return p;
}
EXPORT_SYMBOL_NS_GPL(rl_arena_alloc, RL_TEST);

/* Find the live allocation that starts at @p; false if there is none. */
static bool locate(struct rl_arena *a, const void *p, struct spot *s)
{
	size_t off = (unsigned long)p - a->base;
	size_t in_page = offset_in_page(off);

	lockdep_assert_held(&a->lock);
	if (off >> PAGE_SHIFT >= a->nr_pages)
		return false;
	s->page = &a->pages[off >> PAGE_SHIFT];
	s->bit = 0;
	if (s->page->kind == PAGE_RUN)
		return !in_page;
	if (s->page->kind != PAGE_SLAB || in_page % slot_size(s->page->class))
		return false;
	s->bit = BIT_ULL(in_page / slot_size(s->page->class));
	return s->page->live & s->bit & ~edge_slot(a, s->page);
}

/**
 * rl_arena_free() - give memory back
 * @a: arena
 * @p: anything at all
 *
 * Context: any but NMI.
 * Return: 0, or -EINVAL and no change when @p is not the start of a live
 * allocation.
 */
int rl_arena_free(struct rl_arena *a, void *p)
{
	unsigned long flags;
	struct spot s;
	bool found;

	raw_spin_lock_irqsave(&a->lock, flags);
	found = locate(a, p, &s);
	if (found && s.bit)
		slab_free(a, s);
	else if (found)
		run_free(a, s.page);
	raw_spin_unlock_irqrestore(&a->lock, flags);
	return found ? 0 : -EINVAL;
}
EXPORT_SYMBOL_NS_GPL(rl_arena_free, RL_TEST);

/**
 * rl_arena_size() - usable size of an allocation
 * @a: arena
 * @p: anything at all
 *
 * Context: any but NMI.
 * Return: bytes, or 0 when @p is not the start of a live allocation.
 */
size_t rl_arena_size(struct rl_arena *a, const void *p)
{
	unsigned long flags;
	size_t size = 0;
	struct spot s;

	raw_spin_lock_irqsave(&a->lock, flags);
	if (locate(a, p, &s))
		size = s.bit ? slot_size(s.page->class) : (size_t)s.page->run << PAGE_SHIFT;
	raw_spin_unlock_irqrestore(&a->lock, flags);
	return size;
}
EXPORT_SYMBOL_NS_GPL(rl_arena_size, RL_TEST);

/**
 * rl_arena_used() - bytes handed out, as slots and pages
 * @a: arena
 *
 * Context: any.
 */
size_t rl_arena_used(struct rl_arena *a)
{
	return READ_ONCE(a->used);
}
EXPORT_SYMBOL_NS_GPL(rl_arena_used, RL_TEST);

size_t rl_arena_next_page(const struct rl_arena *a, size_t page)
{
	return find_next_bit(a->busy, a->nr_pages, page);
}
