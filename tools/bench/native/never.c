// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the core's sources refer to and a good call never reaches: a closed gate,
 * a crash, memory given back. Getting here is a broken benchmark. What a program has
 * itself counts.
 */
#include <stdio.h>
#include <stdlib.h>

#define NEVER(name)						\
void name(void);						\
__attribute__((weak)) void name(void)				\
{								\
	fprintf(stderr, "bench: unexpected: " #name "\n");	\
	abort();						\
}

NEVER(rl_alloc)
NEVER(rl_arena_destroy)
NEVER(rl_arena_free)
NEVER(rl_arena_next_page)
NEVER(rl_arg_alloc)
NEVER(rl_arg_free)
NEVER(rl_die_now)
NEVER(rl_do_xalloc_vec)
NEVER(rl_domain_kill_why)
NEVER(rl_free)
NEVER(rl_gate_do_unwind)
NEVER(rl_gate_down)
NEVER(rl_gate_landed)
NEVER(rl_gate_violation)
NEVER(rl_guard_store)
NEVER(rl_entry_again)
NEVER(rl_hold_find)
NEVER(rl_history_args)
NEVER(rl_history_ask)
NEVER(rl_history_begin)
NEVER(rl_history_end)
NEVER(rl_history_full)
NEVER(rl_history_write)
NEVER(rl_history_written)
NEVER(rl_param)
NEVER(rl_shadow_again)
NEVER(rl_shadowed)
NEVER(rl_stack_overflow)
NEVER(rl_xheap_borrow)
NEVER(rl_xheap_find)
NEVER(rl_xheap_grow)
NEVER(rl_xheap_handle)
NEVER(rl_xheap_unborrow)
NEVER(rl_xpop_front)
NEVER(rl_xpop_many)
NEVER(rl_xpush_back)
NEVER(rl_xpush_front)
NEVER(rl_xpush_many)
NEVER(rl_xreport_exit)
NEVER(rl_trace_call_slow)
