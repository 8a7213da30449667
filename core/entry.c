// SPDX-License-Identifier: GPL-2.0-only
/*
 * What entries check domain arguments with: capabilities and memory ranges. All
 * of it runs on the domain's thread, in core code; nothing here may fault on a
 * domain's pointer, which is why ranges are checked before they are touched.
 */
#include <linux/export.h>
#include <linux/string.h>
#include "core.h"
#include "domain.h"
#include "hold.h"

/* As deep as a sleeper's wait queues and a crash's record reach. */
static bool too_deep(const struct rl_frame *f)
{
	int n;

	for (n = 0; f && n < RL_MAX_CALL_DEPTH; n++)
		f = f->prev;
	return n == RL_MAX_CALL_DEPTH;
}

struct rl_iref *rl_entry_iface(struct rl_frame *f, rl_cap_t cap, const struct rl_iface_desc *desc)
{
	struct rl_domain *d = rl_gate_domain(f->gate);
	struct rl_iref *ref;

	if (too_deep(f))
		return NULL;
	ref = likely(cap < RL_MAX_REQUIRES) ? READ_ONCE(d->caps[cap]) :
	      rl_hold_find(d->holds, cap);
	return ref && ref->desc == desc ? ref : NULL;
}
EXPORT_SYMBOL_GPL(rl_entry_iface);

/*
 * Out of the way of calls that take place: the call would nest too deep; or a number
 * that stands is of another interface; or it was taken back, given up, or never was.
 */
struct rl_ret __cold rl_entry_refusal(struct rl_frame *f, rl_cap_t cap)
{
	if (too_deep(f))
		return (struct rl_ret){ .rpc = RL_RPC_NOSTACK };
	if (cap < RL_MAX_REQUIRES || rl_hold_find(rl_gate_domain(f->gate)->holds, cap))
		return rl_refused(-ENOENT);
	return (struct rl_ret){ .rpc = RL_RPC_REVOKED };
}
EXPORT_SYMBOL_GPL(rl_entry_refusal);

const struct rl_host_iref *rl_entry_host(struct rl_frame *f, rl_cap_t cap,
					 const struct rl_iface_desc *desc)
{
	const struct rl_host_iref *ref;

	if (cap >= RL_MAX_REQUIRES)
		return NULL;
	ref = &rl_gate_domain(f->gate)->caps_host[cap];
	return ref->desc == desc ? ref : NULL;
}
EXPORT_SYMBOL_GPL(rl_entry_host);

s32 rl_entry_in(struct rl_frame *f, void *dst, const void *p, size_t size)
{
	struct rl_domain *d = rl_gate_domain(f->gate);

	if (!rl_in_window(d, p, size) && !rl_in_rodata(d, p, size))
		return -EFAULT;
	memcpy(dst, p, size);
	return 0;
}
EXPORT_SYMBOL_GPL(rl_entry_in);

s32 rl_entry_out(struct rl_frame *f, void *p, const void *src, size_t size)
{
	if (!rl_in_window(rl_gate_domain(f->gate), p, size))
		return -EFAULT;
	memcpy(p, src, size);
	return 0;
}
EXPORT_SYMBOL_GPL(rl_entry_out);
