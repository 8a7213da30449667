/* SPDX-License-Identifier: GPL-2.0-only */
/* What the hostile domain tries: one list for the domain and for who watches it. */
#ifndef HOSTILE_ATTACKS_H
#define HOSTILE_ATTACKS_H

/*
 * name, what @arg points to, expected reason; "none": it returns, having harmed nobody
 * but itself
 */
#define HOSTILE_ATTACKS(X)							\
	X(store8, KERNEL, "violation")						\
	X(store1, KERNEL, "violation")						\
	X(store_stack, STACK, "violation")	/* the caller's stack */	\
	X(store_window, WINDOW, "violation")	/* another domain's window */	\
	X(store_object, OBJECT, "violation")	/* another owner's object */	\
	X(store_gate, GATE, "violation")	/* what the core knows of it */	\
	X(store_pgd, PGD, "violation")		/* page tables */		\
	X(store_core, CODE, "violation")	/* text of the kernel's side */	\
	X(store_text, NOTHING, "violation")	/* its own */			\
	X(store_rodata, NOTHING, "violation")	/* its own */			\
	X(store_null, NOTHING, "page_fault")					\
	X(store_user, NOTHING, "page_fault")					\
	X(store_index, KERNEL, "violation")	/* a local array, far index */	\
	X(store_straddle, END, "violation")	/* half in the window */	\
	X(store_guard, END, "none")		/* the last granule that is its own */ \
	X(rmw_add, KERNEL, "violation")						\
	X(rmw_or, KERNEL, "violation")						\
	X(rmw_xadd, KERNEL, "violation")					\
	X(rmw_xchg, KERNEL, "violation")					\
	X(rmw_cmpxchg, KERNEL, "violation")					\
	X(rmw_inc, KERNEL, "violation")						\
	X(rmw_setcc, KERNEL, "violation")					\
	X(rmw_shift, KERNEL, "violation")					\
	X(copy_to, KERNEL, "violation")						\
	X(fill, KERNEL, "violation")						\
	X(fill_end, END, "violation")		/* begins in the window */	\
	X(fill_wrap, NOTHING, "violation")	/* absurd length */		\
	X(fill_nothing, KERNEL, "none")		/* zero bytes */		\
	X(off_by_one, NOTHING, "none")		/* past an object, in its granule */ \
	X(past_granule, NOTHING, "violation")	/* where nobody owns */		\
	X(past_object, NOTHING, "violation")	/* the next object's place */	\
	X(freed_object, NOTHING, "violation")					\
	X(given_object, NOTHING, "violation")	/* stores after the move */	\
	X(smash, STACK, "violation")		/* looks for its return address */ \
	X(overrun, NOTHING, "violation")	/* of a local, to the window's end */ \
	X(free_locals, NOTHING, "violation")	/* frees its own frame */	\
	X(jump_middle, NOTHING, "violation")	/* of its own function */	\
	X(jump_code, CODE, "violation")		/* a function of the kernel's side */ \
	X(jump_import, NOTHING, "violation")	/* rl_alloc through a pointer */ \
	X(jump_heap, NOTHING, "violation")					\
	X(jump_null, NOTHING, "violation")					\
	X(jump_glue, NOTHING, "violation")	/* what lies behind its code */	\
	X(jump_own, NOTHING, "none")						\
	X(recurse, NOTHING, "stack_overflow")					\
	X(escape_locals, NOTHING, "none")	/* addresses of locals work */

#define HOSTILE_ENUM(name, target, reason) HOSTILE_##name,
enum hostile_attack { HOSTILE_ATTACKS(HOSTILE_ENUM) HOSTILE_NR };
#undef HOSTILE_ENUM

#endif
