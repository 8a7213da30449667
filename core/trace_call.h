/* SPDX-License-Identifier: GPL-2.0-only */
/* Call tracing is off by default: one patched no-op per call and direction. */
#ifndef RL_TRACE_CALL_H
#define RL_TRACE_CALL_H

#include <linux/jump_label.h>
#include <linux/types.h>

struct rl_gate;

DECLARE_STATIC_KEY_FALSE(rl_trace_calls);
/* Emits the rl_call tracepoint; @dir 0 entry, 1 exit. Any context. */
void rl_trace_call_slow(struct rl_gate *g, u32 method, int dir, s32 result);

#endif
