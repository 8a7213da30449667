// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tracepoint bodies, and call tracing: entry and exit of every proxied call are
 * traced while the module parameter trace_calls is 1. It patches all proxies,
 * so it costs a no-op per call when off.
 */
#include <linux/module.h>
#define CREATE_TRACE_POINTS
#include "trace.h"
#include "core.h"

DEFINE_STATIC_KEY_FALSE(rl_trace_calls);
EXPORT_SYMBOL_GPL(rl_trace_calls);

static bool trace_calls;

void rl_trace_call_slow(struct rl_gate *g, u32 method, int dir, s32 result)
{
	trace_rl_call(g->id, method, dir, result);
}
EXPORT_SYMBOL_GPL(rl_trace_call_slow);

static int set_trace_calls(const char *val, const struct kernel_param *kp)
{
	int err = param_set_bool(val, kp);

	if (err)
		return err;
	if (trace_calls)
		static_branch_enable(&rl_trace_calls);
	else
		static_branch_disable(&rl_trace_calls);
	return 0;
}

static const struct kernel_param_ops trace_calls_ops = {
	.set = set_trace_calls,
	.get = param_get_bool,
};
module_param_cb(trace_calls, &trace_calls_ops, &trace_calls, 0644);
MODULE_PARM_DESC(trace_calls, "trace entry and exit of every proxied call (default 0)");
