// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where domains enter the exchange heap. The work is in xheap.c; what a thread
 * that does not return from rl_entry_end() has just allocated is owned by its
 * domain and goes with it.
 */
#include <linux/module.h>
#include <redleaf/xheap.h>
#include "domain.h"
#include "entry.h"
#include "heap_internal.h"

void __rref *rl_xalloc(u64 type)
{
	struct rl_frame *f = rl_entry_begin();
	void __rref *obj = rl_do_xalloc(rl_gate_domain(f->gate), type);

	rl_entry_end(f);
	return obj;
}
EXPORT_SYMBOL_GPL(rl_xalloc);

void rl_xfree(void __rref *obj)
{
	struct rl_frame *f = rl_entry_begin();

	rl_do_xfree(rl_gate_domain(f->gate), obj);
	rl_entry_end(f);
}
EXPORT_SYMBOL_GPL(rl_xfree);
