// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where domains enter the private heap. The work is in heap.c; a thread of a
 * domain that died meanwhile leaves through rl_entry_end(), holding nothing.
 */
#include <linux/module.h>
#include <redleaf/heap.h>
#include "domain.h"
#include "entry.h"
#include "heap_internal.h"

void *rl_alloc(size_t size)
{
	struct rl_frame *f = rl_entry_begin();
	void *p = rl_do_alloc(rl_gate_domain(f->gate), size);

	rl_entry_end();
	return p;
}
EXPORT_SYMBOL_GPL(rl_alloc);

void rl_free(void *p)
{
	struct rl_frame *f = rl_entry_begin();

	rl_do_free(rl_gate_domain(f->gate), p);
	rl_entry_end();
}
EXPORT_SYMBOL_GPL(rl_free);
