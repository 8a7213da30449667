/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory of the exchange heap in chunks: the fast path, inline because allocation
 * and release are made of little else. The essay is in xheap_chunk.c.
 */
#ifndef RL_XHEAP_CHUNK_H
#define RL_XHEAP_CHUNK_H

#include <linux/bits.h>
#include <linux/percpu.h>
#include "rref.h"

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
 * @full:	heads of stacks with no fewer chunks than this take no more
 * @credit:	bytes an owner id may still take here; below 0 for a moment
 *
 * Written by that CPU, by operations that cannot be interrupted; @full at start.
 */
struct rl_xcpu {
	u64 stack[RL_XCLASSES + 1];
	u32 full[RL_XCLASSES + 1];
	int credit[256];
};

/* Slow ends. get: a unit, or -EDQUOT or -ENOMEM, which no unit is. */
u32 rl_xchunk_get_slow(u32 chunk, u32 payer);
bool rl_xcharge_slow(u32 owner, u32 bytes);
void rl_xuncharge_slow(u32 owner, int credit);
void rl_xchunk_put_slow(u32 unit, u32 chunk);

static __always_inline bool rl_xcharge(u32 owner, u32 bytes)
{
	if (owner == RL_OWNER_HOST)
		return true;
	return likely(this_cpu_sub_return(rl_xheap.cpu->credit[owner], bytes) >= 0) ||
	       rl_xcharge_slow(owner, bytes);
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

/* Keep a free chunk; false when there are enough. */
static __always_inline bool rl_xchunk_push(u32 class, u32 unit)
{
	u64 old, new;

	do {
		old = this_cpu_read(rl_xheap.cpu->stack[class]);
		if (unlikely((u32)old >= this_cpu_read(rl_xheap.cpu->full[class])))
			return false;
		WRITE_ONCE(rl_xheap.meta[unit].parent, old & RL_XSTACK_UNIT);
		new = (old & ~RL_XSTACK_UNIT) + rl_xheap.change + unit;
	} while (unlikely(this_cpu_cmpxchg(rl_xheap.cpu->stack[class], old, new) != old));
	return true;
}

/* A kept chunk's first unit, or 0. */
static __always_inline u32 rl_xchunk_pop(u32 class)
{
	u64 old, new;

	do {
		old = this_cpu_read(rl_xheap.cpu->stack[class]);
		if (unlikely(!(old & RL_XSTACK_UNIT)))
			return 0;
		/* May be stale; then the number of changes is another one. */
		new = (old & ~RL_XSTACK_UNIT) + rl_xheap.change - 2 * RL_XSTACK_ONE;
		new += READ_ONCE(rl_xheap.meta[old & RL_XSTACK_UNIT].parent);
	} while (unlikely(this_cpu_cmpxchg(rl_xheap.cpu->stack[class], old, new) != old));
	return old & RL_XSTACK_UNIT;
}

/* The first unit of a chunk that @payer pays for, or (u32)-EDQUOT or (u32)-ENOMEM. */
static __always_inline u32 rl_xchunk_get(u32 chunk, u32 class, u32 payer)
{
	u32 unit;

	if (unlikely(!rl_xcharge(payer, chunk)))
		return -EDQUOT;
	unit = rl_xchunk_pop(class);
	return likely(unit) ? unit : rl_xchunk_get_slow(chunk, payer);
}

static __always_inline void rl_xchunk_put(u32 unit, u32 chunk, u32 class, u32 payer)
{
	rl_xuncharge(payer, chunk);
	if (unlikely(!rl_xchunk_push(class, unit)))
		rl_xchunk_put_slow(unit, chunk);
}

#endif
