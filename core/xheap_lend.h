/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Objects of the host whose pages somebody reads who knows nothing of the exchange
 * heap. The essay is in xheap_lend.c.
 */
#ifndef RL_XHEAP_LEND_H
#define RL_XHEAP_LEND_H

#include <redleaf/types.h>

struct page;
struct rl_xlend;

struct rl_xlend *rl_xlend_begin(u32 want);
struct page *rl_xlend_page(struct rl_xlend *l, void __rref *obj);
void __rref *rl_xlend_back(struct rl_xlend *l);
void rl_xlend_end(struct rl_xlend *l);

/* Objects that are lent, or have come back and were not used yet. Process context. */
unsigned long rl_xlend_count(void);

void rl_xlend_exit(void);

#endif
