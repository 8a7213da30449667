/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The exchange heap: objects that cross domain borders. Every object has
 * exactly one owner; a proxied call moves it. Types are declared in IDL files,
 * which generate the type ids and typed wrappers around these two calls.
 */
#ifndef REDLEAF_XHEAP_H
#define REDLEAF_XHEAP_H

#include <redleaf/types.h>

/*
 * rl_xalloc() - a zeroed object of type @type, owned by the calling domain.
 * NULL when the heap or the domain's quota is exhausted or the type is
 * unknown. Any context but NMI.
 */
void __rref *rl_xalloc(u64 type);

/* rl_xfree() - drop an object the calling domain owns; anything else ends the
 * generation. While it is borrowed it lives on, nobody's. NULL is fine. Any context
 * but NMI.
 */
void rl_xfree(void __rref *obj);

#ifdef __CHECKER__
#define rl_deref(p) ((__typeof__(*(p)) __force *)(p))
#else
#define rl_deref(p) (p)
#endif

#endif
