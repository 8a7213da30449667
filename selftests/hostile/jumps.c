// SPDX-License-Identifier: GPL-2.0-only
/* Attacks on the flow of control, and by way of locals. */
#include <redleaf/heap.h>
#include "attacks.h"
#include "hostile.h"

#define BAD	0xbad0bad0bad0bad0ULL

static noinline u64 harmless(u64 a)
{
	return a + 1;
}

static u64 call(u64 to)
{
	u64 (*fn)(u64) = (u64 (*)(u64))to;

	asm volatile("" : "+r" (fn));
	return fn(1);
}

/* Where the compiler and objtool do not see that it is the middle of a function. */
static u64 middle_of(u64 fn)
{
	asm volatile("" : "+r" (fn));
	return fn + 16;
}

/* Loads are not guarded: the stack below the caller's can be searched. */
static s32 smash(u64 top)
{
	u64 text = (u64)harmless & ~0xffffULL, *p;

	for (p = (u64 *)(top & ~7ULL) - 256; p < (u64 *)top; p++)
		if ((*p & ~0xffffULL) == text)
			*(volatile u64 *)p = BAD;
	return 0;
}

static noinline s32 overrun(u64 n)
{
	char buf[16], *p = buf;

	asm volatile("" : "+r" (p), "+r" (n) : : "memory");
	while (n--)
		*p++ = 'x';
	return 0;
}

static noinline s32 index_far(u64 target)
{
	u64 array[4];
	volatile u64 *p = array;

	p[(target - (u64)array) / 8] = BAD;
	return 0;
}

static noinline s32 free_locals(void)
{
	u64 local[2] = { 1, 2 };
	void *p = local;

	asm volatile("" : "+r" (p) : : "memory");
	rl_free(p);
	return local[0];
}

static noinline void change(u64 *a, u64 *b)
{
	*a += *b;
	*b = 7;
}

/* Locals whose addresses escape, on a stack that may not be written through them. */
static noinline s32 escape(u64 n)
{
	u64 a = n, b = 2, sum = 0, i, array[8];

	change(&a, &b);
	for (i = 0; i < 8; i++)
		array[(i * 3) & 7] = i + a;
	for (i = 0; i < 8; i++)
		sum += array[i];
	return a == n + 2 && b == 7 && sum == 28 + 8 * a ? 0 : -EIO;
}

static noinline u64 recurse(u64 n)
{
	volatile u64 pad[16];

	pad[0] = n;
	return n ? recurse(n + 1) + pad[0] : 0;
}

s32 hostile_locals(u32 attack, u64 arg)
{
	switch (attack) {
	case HOSTILE_smash:
		return smash(arg);
	case HOSTILE_overrun:
		return overrun(1 << 20);
	case HOSTILE_store_index:
		return index_far(arg);
	case HOSTILE_free_locals:
		return free_locals();
	case HOSTILE_escape_locals:
		return escape(5);
	case HOSTILE_recurse:
		return recurse(1);
	default:
		return -ENOENT;
	}
}

s32 hostile_jump(struct hostile *h, u32 attack, u64 arg)
{
	switch (attack) {
	case HOSTILE_jump_middle:
		return call(middle_of((u64)hostile_locals)) == 0;
	case HOSTILE_jump_code:
	case HOSTILE_jump_kernel:
		return call(arg) == 0;
	case HOSTILE_jump_import:
		return call((u64)rl_alloc) == 0;
	case HOSTILE_jump_heap:
		return call((u64)h) == 0;
	case HOSTILE_jump_null:
		return call(0) == 0;
	case HOSTILE_jump_glue:
		return call(((u64)harmless & ~0xfffULL) + 0x100000) == 0;
	case HOSTILE_jump_own:
		return call((u64)harmless) == 2 ? 0 : -EIO;
	default:
		return -ENOENT;
	}
}
