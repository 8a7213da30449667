/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Arenas: a page-run and slab allocator over one contiguous range whose
 * metadata lives outside that range, in core memory, so that nothing a domain
 * writes into its memory can lead the allocator astray. The private heap of a
 * domain is one arena over its window; the exchange heap is one arena too.
 */
#ifndef RL_HEAP_H
#define RL_HEAP_H

#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>

struct rl_arena;
struct rl_domain;

/* @base page aligned, @size a multiple of PAGE_SIZE. NULL: out of memory. Sleeps. */
struct rl_arena *rl_arena_create(void *base, size_t size);
size_t rl_arena_cost(size_t size);
void rl_arena_destroy(struct rl_arena *a);

/* 64-byte aligned, page aligned from PAGE_SIZE on; NOT zeroed; NULL when full. */
void *rl_arena_alloc(struct rl_arena *a, size_t size);
/* 0, or -EINVAL when @p is not the start of a live allocation of this arena. */
int rl_arena_free(struct rl_arena *a, void *p);
/* Usable size of a live allocation, 0 if @p is not the start of one. */
size_t rl_arena_size(struct rl_arena *a, const void *p);
size_t rl_arena_used(struct rl_arena *a);

/*
 * Zero what rl_arena_alloc() gave. By words: restart times are made of this, and
 * emulators execute string operations one step at a time, whatever the width.
 */
static inline void *rl_arena_zero(void *p, size_t size)
{
	memset64(p, 0, DIV_ROUND_UP(size, sizeof(u64)));
	return p;
}

/*
 * Private window of one generation: a naturally aligned power-of-two block of
 * the direct map. create sets d->gate.window, window_size, heap and self
 * (zeroed state_size bytes). 0 or -ENOMEM.
 */
int rl_window_create(struct rl_domain *d);
void rl_window_destroy(struct rl_domain *d);
/* Forget every allocation, keep the pages; a new zeroed self. 0 or -ENOMEM. */
int rl_window_reset(struct rl_domain *d);

/* Exchange heap: module init/exit, and the sweep of a dead owner's objects;
 * returns how many were dropped.
 */
int rl_xheap_init(size_t size);
void rl_xheap_exit(void);
unsigned long rl_xheap_drop_owner(u32 owner);
unsigned long rl_xheap_count(u32 owner);
/* Bytes an owner id pays for, and how often it met its limit. Any context. */
size_t rl_xheap_paid(u32 owner);
unsigned long rl_xheap_refused(u32 owner);
/* Sums over the whole heap, as lines into a page of sysfs. Any context. */
ssize_t rl_xheap_show(char *buf);

/* Types become known when their interface registers; -EEXIST: same id, other text. */
struct rl_type_desc;
int rl_xheap_add_type(const struct rl_type_desc *t);
void rl_xheap_del_type(const struct rl_type_desc *t);

#endif
