/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stands in for core/proxy.h and core/gate.h in user space: the same names, and
 * behind them a recorder. Every call appends to @trace, and the mock_* knobs
 * decide what goes wrong. Objects are any pointers; their owners are kept in a
 * small table. Included once per test program, hence the definitions in it.
 */
#ifndef MOCK_CORE_PROXY_H
#define MOCK_CORE_PROXY_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#undef NULL
#undef offsetof
#include <redleaf/types.h>
#include <redleaf/errno.h>
#include <redleaf/cap.h>
#include <redleaf/rpc.h>
#include <redleaf/rref.h>

#define RL_OWNER_HOST 1u
#define MAX_ERRNO 4095
#define EPROTO 71
#define atomic_long_inc(p) ((void)++*(p))
#define __cold __attribute__((cold))
#define noinline __attribute__((noinline))
#define EXPORT_SYMBOL_GPL(x) _Static_assert(1, #x)
#define OPTIMIZER_HIDE_VAR(v) __asm__("" : "=r" (v) : "0" (v))
#define might_sleep() mock_event("sleep")
#define preempt_count() mock_preempt
#define WARN_ON_ONCE(c) ({ bool w_ = !!(c); if (w_) mock_event("warn"); w_; })

enum rl_xkind { RL_X_STRUCT, RL_X_DEQUE, RL_X_ARRAY, RL_X_VEC };

struct rl_xslot {
	u32 offset;
	u32 count;
	u64 type;
	bool optional;
};

struct rl_xlen {
	u32 offset;
	u32 max;
	bool string;
};

struct rl_type_desc {
	u64 id;
	const char *name;
	u32 size;
	u64 child;
	u32 capacity;
	enum rl_xkind kind;
	u32 align;
	bool dma;
	u32 elem_size;
	const struct rl_xslot *slots;
	u32 nr_slots;
	const struct rl_xlen *lens;
	u32 nr_lens;
};

struct rl_iref;

struct rl_iface_desc {
	const char *name;
	u64 fingerprint;
	u32 nr_ops;
	bool host;
	const char *const *methods;
	const u16 *deadline_ms;
	const struct rl_type_desc *types;
	u32 nr_types;
	struct rl_ret (*replay)(struct rl_iref *ref, const void *history);
	u32 log_size;
};

struct rl_gate {
	u32 id;
	u32 gen;
	s32 rpc;		/* what rl_gate_enter() answers */
};

struct rl_frame {
	struct rl_gate *gate;
	u32 call;
	s32 err;
	u32 in_core;
	int pc;
};

struct rl_shadow_counts {
	long retried, gave_up, recorded, full, replayed;
};

struct rl_iref {
	struct rl_gate *gate;
	void *const *ops;
	void *self;
	struct rl_shadow_counts shadow;
};

struct rl_host_iref {
	const void *ops;
	void *ctx;
};

static char trace[2048];
#define MOCK_CLAIMED 0x100	/* beside the owner: nobody's to use */
static struct { const void *obj; u32 owner, borrows; } owners[64];
static int mock_move_fails;	/* the nth move or claim from now on loses; 0: none */
static bool mock_no_scratch, mock_crash, mock_atomic;
static int mock_preempt;	/* current preempt count */
static void *mock_scratch;	/* the callee's window: what crashes leave goes later */

static inline void mock_event(const char *what)
{
	strcat(trace, trace[0] ? " " : "");
	strcat(trace, what);
}

static inline int mock_find(const void *obj)
{
	for (size_t i = 0; i < ARRAY_SIZE(owners); i++) {
		if (obj && owners[i].obj == obj)
			return i;
	}
	return -1;
}

static inline u32 *mock_owner(const void *obj)
{
	int i = mock_find(obj);

	return i < 0 ? NULL : &owners[i].owner;
}

static inline struct rl_ret rl_refused(s32 err)
{
	return (struct rl_ret){ .rpc = RL_RPC_REFUSED, .err = err };
}

static inline bool mock_own(const void *obj, u64 type, u32 from)
{
	int i = mock_find(obj);

	if (mock_move_fails && !--mock_move_fails)
		return false;
	return i >= 0 && type && owners[i].owner == from && !owners[i].borrows;
}

static inline s32 rl_xheap_refusal(const void *obj, u64 type, u32 from)
{
	int i = mock_find(obj);

	if (i < 0 || !type)
		return -EFAULT;
	if (owners[i].borrows || owners[i].owner & MOCK_CLAIMED)
		return -EBUSY;
	return owners[i].owner == from ? -EBUSY : -EPERM;
}

static inline bool rl_xheap_move(void *obj, u64 type, u32 from, u32 to)
{
	mock_event("move");
	if (!mock_own(obj, type, from))
		return false;
	*mock_owner(obj) = to;
	return true;
}

static inline bool rl_xheap_claim(void *obj, u64 type, u32 from)
{
	mock_event("claim");
	if (!mock_own(obj, type, from))
		return false;
	*mock_owner(obj) |= MOCK_CLAIMED;
	return true;
}

static inline void rl_xheap_settle(void *obj, u32 to)
{
	u32 *owner = mock_owner(obj);

	mock_event(owner && *owner & MOCK_CLAIMED ? "settle" : "bad settle");
	if (owner)
		*owner = to;
}

static inline s32 rl_xheap_borrow(const void *obj, u64 type, u32 from)
{
	int i = mock_find(obj);

	mock_event("borrow");
	if (i < 0 || !type)
		return -EFAULT;
	if (owners[i].owner != from)
		return owners[i].owner & MOCK_CLAIMED ? -EBUSY : -EPERM;
	owners[i].borrows++;
	return 0;
}

static inline void rl_xheap_unborrow(const void *obj)
{
	int i = mock_find(obj);

	mock_event(i >= 0 && owners[i].borrows ? "return" : "bad return");
	if (i >= 0)
		owners[i].borrows--;
}

/*
 * References: everybody has MOCK_CAP; what is made of it is written down with the
 * gate of its holder (NULL: the trusted side), and has numbers above.
 */
#define MOCK_CAP 4096ULL
#define MOCK_CAPS 64
static struct { bool used; const struct rl_gate *holder; } mock_caps[MOCK_CAPS];
static int mock_reserved;	/* passes that are neither committed nor undone */
static int mock_no_room;	/* the nth reservation from now on fails; 0: none */

struct rl_pass {
	bool reserved;
	const struct rl_gate *to;
	rl_cap_t given;
};

static inline bool mock_has(rl_cap_t cap, const struct rl_gate *holder)
{
	u64 i = cap - MOCK_CAP - 1;

	return cap == MOCK_CAP || (i < MOCK_CAPS && mock_caps[i].used &&
				   mock_caps[i].holder == holder);
}

static inline s32 mock_reserve(struct rl_pass *p, const struct rl_gate *to)
{
	if (mock_no_room && !--mock_no_room)
		return -ENOSPC;
	mock_reserved++;
	p->reserved = true;
	p->to = to;
	return 0;
}

static inline const struct rl_gate *mock_gate(const struct rl_frame *caller)
{
	return caller ? caller->gate : NULL;
}

static inline s32 rl_pass_in(struct rl_pass *p, struct rl_frame *caller, rl_cap_t cap,
			     const struct rl_iface_desc *desc, struct rl_gate *to)
{
	mock_event("look");
	if (!desc || !mock_has(cap, mock_gate(caller)))
		return -ENOENT;
	return mock_reserve(p, to);
}

static inline s32 rl_pass_room(struct rl_pass *p, struct rl_frame *caller)
{
	mock_event("room");
	return mock_reserve(p, mock_gate(caller));
}

static inline s32 rl_pass_out(struct rl_pass *p, struct rl_gate *from, rl_cap_t cap,
			      const struct rl_iface_desc *desc)
{
	mock_event(p->reserved ? "accept" : "bad accept");
	return desc && mock_has(cap, from) ? 0 : -ENOENT;
}

static inline rl_cap_t rl_pass_commit(struct rl_pass *p)
{
	int i;

	mock_event(p->reserved ? "give" : "bad give");
	for (i = 0; i < MOCK_CAPS - 1 && mock_caps[i].used; i++)
		;
	mock_caps[i].used = true;
	mock_caps[i].holder = p->to;
	mock_reserved--;
	p->reserved = false;
	return p->given = MOCK_CAP + 1 + i;
}

static inline void rl_pass_undo(struct rl_pass *p, size_t n)
{
	mock_event("undo");
	for (; n--; p++) {
		if (p->given)
			mock_caps[p->given - MOCK_CAP - 1].used = false;
		mock_reserved -= p->reserved;
		p->reserved = false;
	}
}

static inline void *rl_arg_alloc(struct rl_gate *g, size_t size)
{
	(void)g;
	mock_event("alloc");
	free(mock_scratch);
	mock_scratch = mock_no_scratch ? NULL : calloc(1, size);
	return mock_scratch;
}

static inline void rl_arg_free(struct rl_gate *g, void *p)
{
	(void)g;
	mock_event(p == mock_scratch ? "free" : "bad free");
	free(mock_scratch);
	mock_scratch = NULL;
}

static inline void rl_gate_violation(struct rl_gate *g, const char *what)
{
	(void)g;
	(void)what;
	mock_event("violation");
}

static inline bool rl_shadow_again(struct rl_iref *ref, struct rl_frame *caller,
				   struct rl_ret *ret, unsigned int tries)
{
	(void)caller;
	if (ret->rpc != RL_RPC_CRASHED && ret->rpc != RL_RPC_RESTARTING)
		return false;
	mock_event("wait");
	ref->shadow.retried++;
	return tries < 2;
}

static inline u32 rl_gate_caller_id(const struct rl_frame *caller)
{
	return caller ? caller->gate->id : RL_OWNER_HOST;
}

#define RL_METHOD_IRQS_OFF (1u << 31)
#define RL_METHOD_SLEEPS (1u << 30)

static inline bool rl_frame_may_sleep(const struct rl_frame *f)
{
	return f->call & RL_METHOD_SLEEPS && !mock_atomic;
}

static u32 mock_method;		/* that was entered last */

static inline s32 __rl_gate_enter(struct rl_frame *f, struct rl_gate *g, struct rl_frame *caller,
				  u32 method, bool core)
{
	(void)caller;
	mock_method = method;
	mock_event(core ? "core" : "enter");
	f->gate = g;
	f->err = 0;
	f->in_core = 1;
	f->pc = preempt_count();
	return g->rpc;
}

static inline s32 rl_gate_enter(struct rl_frame *f, struct rl_gate *g, struct rl_frame *caller,
				u32 method)
{
	return __rl_gate_enter(f, g, caller, method, false);
}

static inline void rl_gate_exit(struct rl_frame *f)
{
	(void)f;
	mock_event("exit");
}

/* A callee that "crashes" returns here all the same, as through the landing. */
static inline long mock_call(struct rl_frame *f, long (*fn)(long, long, long, long, long, long),
			     long a0, long a1, long a2, long a3, long a4, long a5)
{
	long ret;

	mock_event("call");
	f->in_core = 0;
	ret = fn(a0, a1, a2, a3, a4, a5);
	if (mock_crash)
		f->err = -ECANCELED;
	else if (preempt_count() != f->pc)
		f->err = -EIO;
	mock_preempt = f->pc;
	return ret;
}

#define RL_GATE_UNUSED 0

#define RL_GATE_CALL(f, fn, a0, a1, a2, a3, a4, a5) \
	mock_call(f, (long (*)(long, long, long, long, long, long))(fn), a0, a1, a2, a3, a4, a5)

#endif
