// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where domains enter the exchange heap. The work is in xheap.c, xheap_tree.c,
 * xheap_borrow.c and xheap_vec.c; what a thread that does not return from
 * rl_entry_end() has just allocated or taken is its domain's and goes with it.
 */
#include <linux/instruction_pointer.h>
#include <linux/module.h>
#include <redleaf/rref.h>
#include "domain.h"
#include "entry.h"
#include "heap_internal.h"

void __rref *rl_xalloc(u64 type)
{
	struct rl_frame *f = rl_entry_begin();
	void __rref *obj = rl_do_xalloc(rl_gate_domain(f->gate), type, _RET_IP_);

	rl_entry_end();
	return obj;
}
EXPORT_SYMBOL_GPL(rl_xalloc);

void __rref *rl_xalloc_vec(u64 type, u32 cap)
{
	struct rl_frame *f = rl_entry_begin();
	void __rref *vec = rl_do_xalloc_vec(rl_gate_domain(f->gate), type, cap, _RET_IP_);

	rl_entry_end();
	return vec;
}
EXPORT_SYMBOL_GPL(rl_xalloc_vec);

void __rref *rl_xgrow(void __rref *vec, u32 cap)
{
	struct rl_frame *f = rl_entry_begin();
	s32 err = rl_xheap_grow(&vec, cap, f->gate->id);

	rl_entry_end();
	return err ? NULL : vec;
}
EXPORT_SYMBOL_GPL(rl_xgrow);

void rl_xfree(void __rref *obj)
{
	struct rl_frame *f = rl_entry_begin();

	rl_do_xfree(rl_gate_domain(f->gate), obj);
	rl_entry_end();
}
EXPORT_SYMBOL_GPL(rl_xfree);

s32 rl_xput(void __rref *parent, u32 offset, void __rref *child)
{
	struct rl_frame *f = rl_entry_begin();
	s32 err = rl_xheap_put(parent, offset, child, f->gate->id);

	rl_entry_end();
	return err;
}
EXPORT_SYMBOL_GPL(rl_xput);

void __rref *rl_xtake(void __rref *parent, u32 offset)
{
	struct rl_frame *f = rl_entry_begin();
	void __rref *child = NULL;

	rl_xheap_take(parent, offset, f->gate->id, &child);
	rl_entry_end();
	return child;
}
EXPORT_SYMBOL_GPL(rl_xtake);

s32 rl_xpush_back(void __rref *dq, void __rref *child)
{
	struct rl_frame *f = rl_entry_begin();
	s32 err = rl_xheap_push(dq, child, f->gate->id, false);

	rl_entry_end();
	return err;
}
EXPORT_SYMBOL_GPL(rl_xpush_back);

s32 rl_xpush_front(void __rref *dq, void __rref *child)
{
	struct rl_frame *f = rl_entry_begin();
	s32 err = rl_xheap_push(dq, child, f->gate->id, true);

	rl_entry_end();
	return err;
}
EXPORT_SYMBOL_GPL(rl_xpush_front);

void __rref *rl_xpop_front(void __rref *dq)
{
	struct rl_frame *f = rl_entry_begin();
	void __rref *child = NULL;

	rl_xheap_pop(dq, f->gate->id, false, &child);
	rl_entry_end();
	return child;
}
EXPORT_SYMBOL_GPL(rl_xpop_front);

void __rref *rl_xpop_back(void __rref *dq)
{
	struct rl_frame *f = rl_entry_begin();
	void __rref *child = NULL;

	rl_xheap_pop(dq, f->gate->id, true, &child);
	rl_entry_end();
	return child;
}
EXPORT_SYMBOL_GPL(rl_xpop_back);

/* Are all @n of @objs in the calling domain's memory? If not, it ends. */
static __always_inline bool array_ok(struct rl_frame *f, void __rref **objs, u32 n)
{
	if (likely(rl_in_window(rl_gate_domain(f->gate), objs, n * sizeof(*objs))))
		return true;
	rl_gate_violation(f->gate, "objects in other memory");
	return false;
}

u32 rl_xpush_many(void __rref *dq, void __rref **objs, u32 n, u32 front)
{
	struct rl_frame *f = rl_entry_begin();
	s32 done = 0;

	if (array_ok(f, objs, n))
		done = rl_xheap_push_many(dq, objs, n, f->gate->id, front);
	rl_entry_end();
	return max(done, 0);
}
EXPORT_SYMBOL_GPL(rl_xpush_many);

u32 rl_xpop_many(void __rref *dq, void __rref **objs, u32 n, u32 back)
{
	struct rl_frame *f = rl_entry_begin();
	s32 done = 0;

	if (array_ok(f, objs, n))
		done = rl_xheap_pop_many(dq, objs, n, f->gate->id, back);
	rl_entry_end();
	return max(done, 0);
}
EXPORT_SYMBOL_GPL(rl_xpop_many);

u64 rl_xhandle(const void __rref *obj)
{
	struct rl_frame *f = rl_entry_begin();
	u64 handle = rl_xheap_handle(obj, f->gate->id);

	rl_entry_end();
	return handle;
}
EXPORT_SYMBOL_GPL(rl_xhandle);

void __rref *rl_xfind(u64 handle, u64 type)
{
	struct rl_frame *f = rl_entry_begin();
	void __rref *obj = rl_xheap_find(handle, type, f->gate->id);

	rl_entry_end();
	return obj;
}
EXPORT_SYMBOL_GPL(rl_xfind);
