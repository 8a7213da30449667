// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where domains clone, release and revoke references (include/redleaf/cap.h). The work
 * is in hold.c and pass.c; a clone that its thread does not live to see is in the
 * ledger, and goes with the generation.
 */
#include <linux/export.h>
#include "entry.h"
#include "hold.h"

rl_cap_t rl_cap_clone(rl_cap_t cap)
{
	struct rl_frame *f = rl_entry_begin();
	rl_cap_t copy = rl_hold_clone(rl_gate_domain(f->gate)->holds, cap);

	rl_entry_end();
	return copy;
}
EXPORT_SYMBOL_GPL(rl_cap_clone);

s32 rl_cap_release(rl_cap_t cap)
{
	struct rl_frame *f = rl_entry_begin();
	s32 err = rl_hold_release(rl_gate_domain(f->gate)->holds, cap);

	rl_entry_end();
	return err;
}
EXPORT_SYMBOL_GPL(rl_cap_release);

s32 rl_cap_revoke(rl_cap_t cap)
{
	struct rl_frame *f = rl_entry_begin();
	s32 err = rl_hold_revoke(rl_gate_domain(f->gate)->holds, cap);

	rl_entry_end();
	return err;
}
EXPORT_SYMBOL_GPL(rl_cap_revoke);
