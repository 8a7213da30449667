/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory of the exchange heap in chunks: the fast path, inline because allocation
 * and release are made of little else. It tries once and calls nobody: what is left
 * to do when it did not work is out of line, and costs the callers neither registers
 * nor a stack frame. The essay is in xheap_chunk.c.
 */
#ifndef RL_XHEAP_CHUNK_H
#define RL_XHEAP_CHUNK_H

#include <linux/bits.h>
#include <linux/percpu.h>
#include "rref.h"

#define XUNIT_MAX	BIT(24)		/* units; a stack links them with 24 bits */

#define RL_XSMALL	5			/* classes of 128 ... 2048 bytes */
#define RL_XRUNS	8			/* classes of 1 ... 8 pages */
#define RL_XCLASSES	(RL_XSMALL + RL_XRUNS)	/* this one: larger, never kept */

#define RL_XSTACK_UNIT	(BIT_ULL(24) - 1)	/* fields of a stack's head */
#define RL_XSTACK_ONE	BIT_ULL(24)
#define RL_XSTACK_NR	(0xffULL << 24)
#define RL_XSTACK_CHANGE 32			/* the rest: changes */

/**
 * struct rl_xcpu - what one CPU keeps
 * @stack:	free chunks, one stack a size class; the last is always empty
 * @credit:	bytes an owner id may still take here; below 0 for a moment
 *
 * Written by that CPU, by operations that cannot be interrupted.
 */
struct rl_xcpu {
	u64 stack[RL_XCLASSES + 1];
	int credit[256];
};

/* Heads of stacks with no fewer chunks than this take no more. Written at start. */
extern u32 rl_xstack_full[RL_XCLASSES + 1];

/* The ends of get, put and uncharge below. */
u32 rl_xchunk_get_slow(u32 got, u32 chunk, u32 class, u32 payer);
void rl_xchunk_put_slow(u32 unit, u32 chunk, u32 class, u32 payer);
void rl_xuncharge_slow(u32 owner, int credit);

/* False: the credit was not enough, and is below 0 by now. */
static __always_inline bool rl_xcharge(u32 owner, u32 bytes)
{
	return owner == RL_OWNER_HOST ||
	       likely(this_cpu_sub_return(rl_xheap.cpu->credit[owner], bytes) >= 0);
}

static __always_inline void rl_xuncharge(u32 owner, u32 bytes)
{
	int credit;

	if (owner == RL_OWNER_HOST)
		return;
	credit = this_cpu_add_return(rl_xheap.cpu->credit[owner], bytes);
	if (unlikely(credit > rl_xheap.credit_max))
		rl_xuncharge_slow(owner, credit);
}

/* Keep a free chunk, of @m's @unit on. False: there are enough, or somebody came between. */
static __always_inline bool rl_xchunk_push(u32 class, struct rl_xmeta *m, u32 unit)
{
	struct rl_xcpu __percpu *cpu = rl_xheap.cpu;
	u64 old = this_cpu_read(cpu->stack[class]), new;

	if (unlikely((u32)old >= rl_xstack_full[class]))
		return false;
	WRITE_ONCE(m->parent, old & RL_XSTACK_UNIT);
	new = (old & ~RL_XSTACK_UNIT) + rl_xheap.change + unit;
	return likely(this_cpu_cmpxchg(cpu->stack[class], old, new) == old);
}

/* A kept chunk's first unit. 0: there is none, or somebody came between. */
static __always_inline u32 rl_xchunk_pop(u32 class)
{
	struct rl_xcpu __percpu *cpu = rl_xheap.cpu;
	u64 old = this_cpu_read(cpu->stack[class]), new;
	u64 unit = old & RL_XSTACK_UNIT;

	if (unlikely(!unit))
		return 0;
	/* May be stale; then the number of changes is another one. */
	new = old - unit + READ_ONCE(rl_xheap.meta[unit].parent);
	new += rl_xheap.change - 2 * RL_XSTACK_ONE;
	return likely(this_cpu_cmpxchg(cpu->stack[class], old, new) == old) ? unit : 0;
}

/* Is it one, in what rl_xchunk_get() and rl_xchunk_get_slow() answer? */
static __always_inline bool rl_xchunk_got(u32 unit)
{
	return unit - 1 < XUNIT_MAX - 1;
}

/*
 * The first unit of a kept chunk that @payer pays for. Or what rl_xchunk_get_slow() has to
 * go on with: 0 (it is paid for), (u32)-EDQUOT (@payer has no credit here). That passes
 * units on, and has (u32)-EDQUOT or (u32)-ENOMEM for an error.
 */
static __always_inline u32 rl_xchunk_get(u32 chunk, u32 class, u32 payer)
{
	return likely(rl_xcharge(payer, chunk)) ? rl_xchunk_pop(class) : -EDQUOT;
}

static __always_inline void rl_xchunk_put(struct rl_xmeta *m, u32 unit, u32 chunk, u32 class,
					  u32 payer)
{
	if (likely(rl_xchunk_push(class, m, unit)))
		rl_xuncharge(payer, chunk);
	else
		rl_xchunk_put_slow(unit, chunk, class, payer);
}

#endif
