// SPDX-License-Identifier: GPL-2.0-only
/* Entries: what a domain asks of itself (include/redleaf/domain.h). */
#include <linux/export.h>
#include "core.h"
#include "domain.h"
#include "entry.h"
#include "report.h"

u64 rl_param(u32 idx)
{
	struct rl_frame *f = rl_entry_begin();
	u64 v = idx < RL_MAX_PARAMS ? rl_gate_domain(f->gate)->params[idx] : 0;

	rl_entry_end();
	return v;
}
EXPORT_SYMBOL_GPL(rl_param);

/* Capabilities are numbered as the descriptor lists them; checked at use. */
u32 rl_iface(u32 idx)
{
	return idx;
}
EXPORT_SYMBOL_GPL(rl_iface);

void rl_warn(const char *what)
{
	struct rl_frame *f = rl_entry_begin();

	rl_report_warn(rl_gate_domain(f->gate), what, (unsigned long)__builtin_return_address(0));
	rl_entry_end();
}
EXPORT_SYMBOL_GPL(rl_warn);

void rl_die_now(const char *why)
{
	struct rl_frame *f = rl_entry_begin();

	rl_report_die(f, why, (unsigned long)__builtin_return_address(0));
	rl_gate_unwind(f, -ECANCELED);
}
EXPORT_SYMBOL_GPL(rl_die_now);
