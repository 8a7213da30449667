/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What generated proxies are made of. Only rlidl's output and the interface
 * modules' adapters include this; nobody writes a proxy by hand.
 *
 * Order inside a proxy: check every argument (changes nothing), enter the gate,
 * commit the moves, call, leave. A move after the check can fail only because
 * another thread of the same owner moved the object meanwhile; the proxy then
 * undoes what it moved and refuses.
 */
#ifndef RL_PROXY_H
#define RL_PROXY_H

#include <linux/err.h>
#include <linux/list.h>
#include <redleaf/cap.h>
#include <redleaf/rpc.h>
#include <redleaf/rref.h>
#include "gate.h"
#include "shadow.h"
#include "rref.h"

struct rl_iref;

/* One generated interface. */
struct rl_iface_desc {
	const char *name;
	u64 fingerprint;
	u32 nr_ops;
	bool host;		/* implemented by the trusted side */
	const char *const *methods;
	const u16 *deadline_ms;	/* of each method, 0: the watchdog's own; NULL: of none */
	const struct rl_type_desc *types;
	u32 nr_types;
	/* of one with replay methods: sends what a struct X_log of log_size bytes has */
	struct rl_ret (*replay)(struct rl_iref *ref, const void *history);
	u32 log_size;
};

/**
 * struct rl_iref - reference to a domain's implementation of an interface
 * @gate:	the implementing domain; outlives every reference
 * @ops:	trusted copy of the operation table of this generation
 * @self:	the domain's state of this generation
 * @desc:	interface
 * @shadow:	what its shadows did
 * @logs:	what domains have set through it, one for each (shadow.c)
 *
 * @ops and @self are written by the reaper while the gate is not alive and
 * drained; readable only between rl_gate_enter() and rl_gate_exit().
 */
struct rl_iref {
	struct rl_gate *gate;
	void *const *ops;
	void *self;
	const struct rl_iface_desc *desc;
	struct rl_shadow_counts shadow;
	struct list_head logs;
};

/* A host interface as seen by one domain: capability table entry. */
struct rl_host_iref {
	const void *ops;	/* generated struct <iface>_host_ops */
	void *ctx;		/* adapter's context for this domain */
	const struct rl_iface_desc *desc;
};

static inline struct rl_ret rl_refused(s32 err)
{
	return (struct rl_ret){ .rpc = RL_RPC_REFUSED, .err = err };
}

struct rl_frame;

/*
 * What the calling domain's capability @cap leads to, checked against @desc; NULL when
 * it has none, and rl_entry_refusal() is what the call answers then. The first form is
 * for interfaces domains implement, the second for host interfaces.
 */
struct rl_iref *rl_entry_iface(struct rl_frame *f, rl_cap_t cap, const struct rl_iface_desc *desc);
const struct rl_host_iref *rl_entry_host(struct rl_frame *f, rl_cap_t cap,
					 const struct rl_iface_desc *desc);
struct rl_ret rl_entry_refusal(struct rl_frame *f, rl_cap_t cap);

/*
 * Copy a structure from or to the calling domain's window. -EFAULT when
 * [p, p+size) is not wholly inside. rl_entry_in() also accepts the domain's
 * read-only data.
 */
s32 rl_entry_in(struct rl_frame *f, void *dst, const void *p, size_t size);
s32 rl_entry_out(struct rl_frame *f, void *p, const void *src, size_t size);

/* Scratch for out structures, inside the callee's window; between enter and
 * exit only. NULL when the window is full.
 */
void *rl_arg_alloc(struct rl_gate *g, size_t size);
void rl_arg_free(struct rl_gate *g, void *p);

struct rl_hold;
struct rl_pin;

/**
 * struct rl_pass - one reference on its way through a call; a local variable of the proxy
 * @entry:	reserved for it in the receiver's table
 * @source:	what it is derived from, and @serial which reference that was
 * @serial:	0: a bound interface
 * @pin:	memory the commit may need
 * @given:	the receiver's number, once committed
 *
 * Written by the functions below only.
 */
struct rl_pass {
	struct rl_hold *entry;
	struct rl_hold *source;
	u64 serial;
	struct rl_pin *pin;
	rl_cap_t given;
};

s32 rl_pass_in(struct rl_pass *p, struct rl_frame *caller, rl_cap_t cap,
	       const struct rl_iface_desc *desc, struct rl_gate *to);
s32 rl_pass_room(struct rl_pass *p, struct rl_frame *caller);
s32 rl_pass_out(struct rl_pass *p, struct rl_gate *from, rl_cap_t cap,
		const struct rl_iface_desc *desc);
rl_cap_t rl_pass_commit(struct rl_pass *p);
void rl_pass_undo(struct rl_pass *p, u32 n);

/* Capabilities of the trusted side, for adapters that pass or are answered some. */
rl_cap_t rl_host_cap(struct rl_iref *ref);
struct rl_iref *rl_host_cap_iref(rl_cap_t cap);
s32 rl_host_cap_release(rl_cap_t cap);
s32 rl_host_cap_revoke(rl_cap_t cap);

/* The callee broke the protocol (e.g. gave away what it had to return). */
void rl_gate_violation(struct rl_gate *g, const char *what);

/* Waits until the domain runs again; 0, or -ENODEV when it is DEAD, or
 * -ETIMEDOUT. Process context, sleeps. Never from an up/down callback.
 */
int rl_gate_wait_running(struct rl_gate *g, unsigned int timeout_ms);
#define RL_RETRY_MAX 8			/* re-issues of a retry method */
#define RL_RETRY_WAIT_MS 10000

#endif
