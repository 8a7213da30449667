/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints (subsystem "redleaf"): what a domain's life looks like from
 * outside. Times are nanoseconds; "since" is measured from the fault.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM redleaf

#if !defined(RL_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define RL_TRACE_H

#include <linux/tracepoint.h>
#include "compat/trace.h"
#include "domain.h"

TRACE_EVENT(rl_state,
	TP_PROTO(struct rl_domain *d, int to),
	TP_ARGS(d, to),
	TP_STRUCT__entry(
		__string(name, d->name)
		__field(u32, gen)
		__field(int, from)
		__field(int, to)
	),
	TP_fast_assign(
		rl_trace_assign_name(name, d->name);
		__entry->gen = d->gate.gen;
		__entry->from = d->state;
		__entry->to = to;
	),
	TP_printk("%s gen=%u %s -> %s", __get_str(name), __entry->gen,
		  rl_state_name(__entry->from), rl_state_name(__entry->to))
);

TRACE_EVENT(rl_fault,
	TP_PROTO(struct rl_domain *d),
	TP_ARGS(d),
	TP_STRUCT__entry(
		__string(name, d->name)
		__field(u32, gen)
		__field(u32, reason)
		__field(int, trap)
		__field(unsigned long, ip)
		__field(unsigned long, addr)
		__field(u32, method)
	),
	TP_fast_assign(
		rl_trace_assign_name(name, d->name);
		__entry->gen = d->gate.gen;
		__entry->reason = d->crash.reason;
		__entry->trap = d->crash.trap;
		__entry->ip = d->crash.ip;
		__entry->addr = d->crash.addr;
		__entry->method = d->crash.method;
	),
	TP_printk("%s gen=%u reason=%u trap=%d ip=%pS addr=%#lx method=%d", __get_str(name),
		  __entry->gen, __entry->reason, __entry->trap, (void *)__entry->ip,
		  __entry->addr, (int)__entry->method)
);

TRACE_EVENT(rl_restart,
	TP_PROTO(struct rl_domain *d, const char *phase, u64 since),
	TP_ARGS(d, phase, since),
	TP_STRUCT__entry(
		__string(name, d->name)
		__string(phase, phase)
		__field(u32, gen)
		__field(u64, since)
	),
	TP_fast_assign(
		rl_trace_assign_name(name, d->name);
		rl_trace_assign_name(phase, phase);
		__entry->gen = d->gate.gen;
		__entry->since = since;
	),
	TP_printk("%s gen=%u %s +%llu ns", __get_str(name), __entry->gen, __get_str(phase),
		  __entry->since)
);

TRACE_EVENT(rl_call,
	TP_PROTO(u32 domain, u32 method, int dir, s32 result),
	TP_ARGS(domain, method, dir, result),
	TP_STRUCT__entry(
		__field(u32, domain)
		__field(u32, method)
		__field(int, dir)
		__field(s32, result)
	),
	TP_fast_assign(
		__entry->domain = domain;
		__entry->method = method;
		__entry->dir = dir;
		__entry->result = result;
	),
	TP_printk("domain=%u method=%u %s result=%d", __entry->domain, __entry->method,
		  __entry->dir ? "exit" : "entry", __entry->result)
);

/* Objects of the exchange heap: made, freed, refused for want of quota or room. */
DECLARE_EVENT_CLASS(rl_object,
	TP_PROTO(u32 owner, u64 type, const void *obj),
	TP_ARGS(owner, type, obj),
	TP_STRUCT__entry(
		__field(u32, owner)
		__field(u64, type)
		__field(const void *, obj)
	),
	TP_fast_assign(
		__entry->owner = owner;
		__entry->type = type;
		__entry->obj = obj;
	),
	TP_printk("owner=%u type=%#llx object=%p", __entry->owner, __entry->type, __entry->obj)
);

DEFINE_EVENT(rl_object, rl_xalloc,
	TP_PROTO(u32 owner, u64 type, const void *obj),
	TP_ARGS(owner, type, obj)
);

DEFINE_EVENT(rl_object, rl_xfree,
	TP_PROTO(u32 owner, u64 type, const void *obj),
	TP_ARGS(owner, type, obj)
);

DEFINE_EVENT(rl_object, rl_xrefused,
	TP_PROTO(u32 owner, u64 type, const void *obj),
	TP_ARGS(owner, type, obj)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
