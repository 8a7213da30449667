// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where domains enter the core to write to the kernel log.
 */
#include <linux/minmax.h>
#include <linux/module.h>
#include <redleaf/log.h>
#include "caps.h"
#include "domain.h"
#include "entry.h"

void rl_log_write(u32 level, const char *buf, u32 len)
{
	struct rl_frame *f = rl_entry_begin();
	char line[RL_LOG_MAX];

	len = min_t(u32, len, RL_LOG_MAX);
	if (rl_entry_in(f, line, buf, len))
		rl_gate_violation(f->gate, "log line in other memory");
	else
		rl_log_line(rl_gate_domain(f->gate), level, line, len);
	rl_entry_end();
}
EXPORT_SYMBOL_GPL(rl_log_write);

bool rl_log_wanted(u32 level)
{
	struct rl_frame *f = rl_entry_begin();
	bool wanted = rl_log_heard(rl_gate_domain(f->gate), level);

	rl_entry_end();
	return wanted;
}
EXPORT_SYMBOL_GPL(rl_log_wanted);
