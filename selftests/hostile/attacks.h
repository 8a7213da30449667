/* SPDX-License-Identifier: GPL-2.0-only */
/* What the hostile domain tries: one list for the domain and for who watches it. */
#ifndef HOSTILE_ATTACKS_H
#define HOSTILE_ATTACKS_H

#include <redleaf/types.h>

/*
 * Name; what @arg points to; how it is called: where it may not sleep, where it may, with
 * an object that it is lent, or as a method of its own (plain); expected reason, "none":
 * it returns, having harmed nobody but itself.
 */
#define HOSTILE_ATTACKS(X)							\
	X(store8, KERNEL, ATOMIC, "violation")					\
	X(store1, KERNEL, ATOMIC, "violation")					\
	X(store_stack, STACK, ATOMIC, "violation")	/* the caller's stack */ \
	X(store_window, WINDOW, ATOMIC, "violation")	/* another domain's window */ \
	X(store_object, OBJECT, ATOMIC, "violation")	/* another owner's object */ \
	X(store_gate, GATE, ATOMIC, "violation")	/* what the core knows of it */ \
	X(store_pgd, PGD, ATOMIC, "violation")		/* page tables */	\
	X(store_core, CODE, ATOMIC, "violation")	/* text of the kernel's side */ \
	X(store_text, NOTHING, ATOMIC, "violation")	/* its own */		\
	X(store_rodata, NOTHING, ATOMIC, "violation")	/* its own */		\
	X(store_null, NOTHING, ATOMIC, "page_fault")				\
	X(store_user, NOTHING, ATOMIC, "page_fault")				\
	X(store_index, KERNEL, ATOMIC, "violation")	/* a local array, far index */ \
	X(store_straddle, END, ATOMIC, "violation")	/* half in the window */ \
	X(store_guard, END, ATOMIC, "none")		/* the last granule that is its own */ \
	X(rmw_add, KERNEL, ATOMIC, "violation")					\
	X(rmw_or, KERNEL, ATOMIC, "violation")					\
	X(rmw_xadd, KERNEL, ATOMIC, "violation")				\
	X(rmw_xchg, KERNEL, ATOMIC, "violation")				\
	X(rmw_cmpxchg, KERNEL, ATOMIC, "violation")				\
	X(rmw_inc, KERNEL, ATOMIC, "violation")					\
	X(rmw_setcc, KERNEL, ATOMIC, "violation")				\
	X(rmw_shift, KERNEL, ATOMIC, "violation")				\
	X(copy_to, KERNEL, ATOMIC, "violation")					\
	X(fill, KERNEL, ATOMIC, "violation")					\
	X(fill_end, END, ATOMIC, "violation")		/* begins in the window */ \
	X(fill_wrap, NOTHING, ATOMIC, "violation")	/* absurd length */	\
	X(fill_nothing, KERNEL, ATOMIC, "none")		/* zero bytes */	\
	X(off_by_one, NOTHING, ATOMIC, "none")		/* past an object, in its granule */ \
	X(off_granule, NOTHING, ATOMIC, "none")	/* half in the one behind */	\
	X(past_granule, NOTHING, ATOMIC, "violation")	/* where nobody owns */	\
	X(past_object, NOTHING, ATOMIC, "violation")	/* the next object's place */ \
	X(freed_object, NOTHING, ATOMIC, "violation")				\
	X(given_object, NOTHING, ATOMIC, "violation")	/* stores after the move */ \
	X(smash, STACK, ATOMIC, "violation")		/* looks for its return address */ \
	X(overrun, NOTHING, ATOMIC, "violation")	/* of a local, to the window's end */ \
	X(free_locals, NOTHING, ATOMIC, "violation")	/* frees its own frame */ \
	X(jump_middle, NOTHING, ATOMIC, "violation")	/* of its own function */ \
	X(jump_code, CODE, ATOMIC, "violation")		/* a function of the kernel's side */ \
	X(jump_kernel, KTEXT, ATOMIC, "violation")	/* one of the kernel proper */ \
	X(jump_import, NOTHING, ATOMIC, "violation")	/* rl_alloc through a pointer */ \
	X(jump_heap, NOTHING, ATOMIC, "violation")				\
	X(jump_null, NOTHING, ATOMIC, "violation")				\
	X(jump_glue, NOTHING, ATOMIC, "violation")	/* what lies behind its code */ \
	X(jump_own, NOTHING, ATOMIC, "none")					\
	X(recurse, NOTHING, ATOMIC, "stack_overflow")				\
	X(escape_locals, NOTHING, ATOMIC, "none")	/* addresses of locals work */ \
	/* forge.c: a frame of the gate's on its own stack */			\
	X(forge_return, HINTS, ATOMIC, "stack_overflow")	/* leads to the kernel's side */ \
	X(forge_hang, HINTS, ATOMIC, "hang")	/* says that another one hangs */ \
	X(forge_enter, HINTS, PROCESS, "hang")	/* the same from core code */	\
	/* left.c: what a call may leave behind */				\
	X(left_registers, NOTHING, PLAIN, "none")				\
	X(left_lock_irq, NOTHING, ATOMIC, "violation")	/* interrupts off */	\
	X(left_half, NOTHING, ATOMIC, "violation")	/* unlocks, but the interrupts */ \
	X(left_word, NOTHING, ATOMIC, "violation")	/* unlocks the word alone */ \
	X(left_many, NOTHING, ATOMIC, "violation")	/* more locks than can be counted */ \
	X(left_many_fault, NOTHING, ATOMIC, "violation")	/* and a fault with them */ \
	X(left_unlock, NOTHING, ATOMIC, "violation")	/* more unlocks than locks */ \
	X(left_token, NOTHING, ATOMIC, "none")	/* tokens mixed up */		\
	X(left_sleep, NOTHING, PROCESS, "violation")	/* sleeps with a lock */ \
	/* handles.c: forged, stale, duplicated */				\
	X(forged_handle, OBJECT, ATOMIC, "none")				\
	X(forged_number, NOTHING, ATOMIC, "none")	/* of timers and events */ \
	X(forged_cap, NOTHING, ATOMIC, "none")					\
	X(forged_slot, OBJECT, ATOMIC, "none")	/* in a deque */		\
	X(stale_handle, NOTHING, ATOMIC, "none")				\
	X(stale_cap, NOTHING, ATOMIC, "die")					\
	X(stale_note, NOTHING, ATOMIC, "die")	/* leaves an object behind ... */ \
	X(stale_object, NOTED, ATOMIC, "violation")	/* ... for the next generation */ \
	X(twice_free, NOTHING, ATOMIC, "violation")				\
	X(twice_give, NOTHING, ATOMIC, "none")					\
	X(twice_handle, NOTHING, ATOMIC, "violation")	/* freed through both */ \
	/* moves.c: of what is not its to move */				\
	X(move_foreign, OBJECT, ATOMIC, "none")					\
	X(move_child, NOTHING, ATOMIC, "none")					\
	X(move_self, NOTHING, ATOMIC, "none")	/* into itself */		\
	X(move_spoilt, KERNEL, ATOMIC, "none")	/* with lengths and pointers that lie */ \
	X(lent_give, NOTHING, LENT, "none")	/* of what it borrowed */	\
	X(lent_free, NOTHING, LENT, "violation")				\
	X(lent_store, NOTHING, LENT, "violation")				\
	X(lent_keep, NOTHING, LENT, "none")	/* remembers it ... */		\
	X(lent_later, NOTED, ATOMIC, "violation")	/* ... and frees it later */ \
	/* races.c: from two CPUs */						\
	X(race_move, NOTHING, PROCESS, "die")					\
	X(race_blob, NOTHING, PROCESS, "die")	/* a structure changes while the host looks */ \
	X(race_pop, NOTHING, PROCESS, "die")	/* two take from one deque */	\
	X(race_head, NOTHING, PROCESS, "violation")	/* what is moved changes meanwhile */ \
	X(race_line, NOTHING, PROCESS, "die")	/* so does what is logged */	\
	/* exhaust.c: takes all there is */					\
	X(exhaust_window, NOTHING, ATOMIC, "die")				\
	X(exhaust_locals, NOTHING, ATOMIC, "violation")	/* none left for its own */ \
	X(exhaust_objects, NOTHING, ATOMIC, "die")				\
	X(exhaust_caps, NOTHING, ATOMIC, "die")					\
	X(exhaust_events, NOTHING, PROCESS, "die")				\
	X(exhaust_timers, NOTHING, PROCESS, "die")	/* that fire all the time */ \
	X(exhaust_threads, NOTHING, PROCESS, "die")				\
	X(exhaust_log, NOTHING, ATOMIC, "none")					\
	X(exhaust_warn, NOTHING, ATOMIC, "none")				\
	/* storms.c: dies in many places at once */				\
	X(storm_threads, NOTHING, PROCESS, "page_fault")			\
	X(storm_timers, NOTHING, PROCESS, "page_fault")

/* What @arg points to where the attack has to know more than one thing: HINTS. */
struct hostile_hints {
	u64 stack;	/* an address further up the caller's stack */
	u64 code;	/* a function of the kernel's side */
	u64 rival;	/* the gate of another domain */
};

#define HOSTILE_ENUM(name, target, where, reason) HOSTILE_##name,
enum hostile_attack { HOSTILE_ATTACKS(HOSTILE_ENUM) HOSTILE_NR };
#undef HOSTILE_ENUM

#endif
