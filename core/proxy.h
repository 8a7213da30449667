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
#include <redleaf/rpc.h>
#include <redleaf/xheap.h>
#include "gate.h"

/* A type that crosses: generated table, registered with its interface. */
struct rl_type_desc {
	u64 id;			/* hash of the canonical type text */
	const char *name;
	u32 size;
	u64 child;		/* deque: type of the elements, else 0 */
	u32 capacity;		/* deque: elements, else 0 */
};

/* One generated interface. */
struct rl_iface_desc {
	const char *name;
	u64 fingerprint;
	u32 nr_ops;
	bool host;		/* implemented by the trusted side */
	const char *const *methods;
	const struct rl_type_desc *types;
	u32 nr_types;
};

/**
 * struct rl_iref - reference to a domain's implementation of an interface
 * @gate:	the implementing domain; outlives every reference
 * @ops:	trusted copy of the operation table of this generation
 * @self:	the domain's state of this generation
 * @desc:	interface
 *
 * @ops and @self are written by the reaper while the gate is not alive and
 * drained; readable only between rl_gate_enter() and rl_gate_exit().
 */
struct rl_iref {
	struct rl_gate *gate;
	void *const *ops;
	void *self;
	const struct rl_iface_desc *desc;
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

/* Deque layout common to all generated deques: capacity slots follow. */
struct rl_deque_head {
	u32 head;		/* index of the first element */
	u32 len;		/* elements in use */
};

/*
 * Exchange heap, trusted side. @from and @to are owner ids.
 * rl_xheap_check(): 0, -EFAULT (not an object start), -EINVAL (type),
 * -EPERM (other owner). rl_xheap_move(): true when this caller won.
 * The deque variants cover the container and every element in it, and refuse
 * an element that is in the deque twice (-EEXIST). Any context but NMI.
 */
s32 rl_xheap_check(const void __rref *obj, u64 type, u32 from);
bool rl_xheap_move(void __rref *obj, u64 type, u32 from, u32 to);
s32 rl_xheap_check_deque(const void __rref *dq, const struct rl_type_desc *t, u32 from);
bool rl_xheap_move_deque(void __rref *dq, const struct rl_type_desc *t, u32 from, u32 to);
void __rref *rl_xheap_alloc(u64 type, u32 owner);
/* 0 or the error of rl_xheap_check() without the type test. */
s32 rl_xheap_free(void __rref *obj, u32 owner);

struct rl_frame;

/*
 * Capability table of the calling domain: interface reference @cap, checked
 * against @desc; NULL when there is none. The first form is for interfaces
 * domains implement, the second for host interfaces.
 */
struct rl_iref *rl_entry_iface(struct rl_frame *f, u32 cap, const struct rl_iface_desc *desc);
const struct rl_host_iref *rl_entry_host(struct rl_frame *f, u32 cap,
					 const struct rl_iface_desc *desc);

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

/* The callee broke the protocol (e.g. gave away what it had to return). */
void rl_gate_violation(struct rl_gate *g, const char *what);

/* Waits until the domain runs again; 0, or -ENODEV when it is DEAD, or
 * -ETIMEDOUT. Process context, sleeps. Never from an up/down callback.
 */
int rl_gate_wait_running(struct rl_gate *g, unsigned int timeout_ms);
#define RL_RETRY_MAX 8			/* re-issues of a retry method */
#define RL_RETRY_WAIT_MS 10000

#endif
