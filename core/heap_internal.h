/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the heaps share among themselves and with their entry files; the rest of
 * the core uses heap.h.
 */
#ifndef RL_HEAP_INTERNAL_H
#define RL_HEAP_INTERNAL_H

#include <redleaf/types.h>
#include "heap.h"

/* Forget every allocation. Nobody may use @a meanwhile. */
void rl_arena_reset(struct rl_arena *a);
/* First page at or after @page that is in use, or the number of pages. A hint:
 * takes no lock.
 */
size_t rl_arena_next_page(const struct rl_arena *a, size_t page);

/* Bodies of the entries of the same names. @site: who allocates. Any context but NMI. */
void *rl_do_alloc(struct rl_domain *d, size_t size);
void rl_do_free(struct rl_domain *d, void *p);
void __rref *rl_do_xalloc(struct rl_domain *d, u64 type, unsigned long site);
void __rref *rl_do_xalloc_vec(struct rl_domain *d, u64 type, u32 cap, unsigned long site);
void rl_do_xfree(struct rl_domain *d, void __rref *obj);

/* Whose is the memory at an address? Any context but NMI. */
u32 rl_xheap_owner_at(const void __rref *p);

/* May a domain read it? Any context but NMI. */
bool rl_xheap_readable(const void __rref *p, size_t size, u32 owner);

#endif
