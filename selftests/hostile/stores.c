// SPDX-License-Identifier: GPL-2.0-only
/* Attacks by stores of every kind. */
#include <redleaf/heap.h>
#include <redleaf/string.h>
#include "attacks.h"
#include "hostile.h"

#define BAD	0xbad0bad0bad0bad0ULL

static const u64 constant = 1;

/* The compiler may not see where to: it would not get past the guard's stage. */
static void put8(u64 a)
{
	asm volatile("" : "+r" (a));
	*(volatile u64 *)a = BAD;
}

s32 hostile_store(u32 attack, u64 arg)
{
	switch (attack) {
	case HOSTILE_store8:
	case HOSTILE_store_stack:
	case HOSTILE_store_window:
	case HOSTILE_store_object:
	case HOSTILE_store_gate:
	case HOSTILE_store_pgd:
	case HOSTILE_store_core:
		put8(arg);
		return 0;
	case HOSTILE_store1:
		*(volatile u8 *)arg = 0xba;
		return 0;
	case HOSTILE_store_text:
		put8((u64)hostile_store);
		return 0;
	case HOSTILE_store_rodata:
		put8((u64)&constant);
		return 0;
	case HOSTILE_store_null:
		put8(0);
		return 0;
	case HOSTILE_store_user:
		put8(0x400000);
		return 0;
	case HOSTILE_store_straddle:
		put8(arg - 4);
		return 0;
	case HOSTILE_store_guard:
		put8(arg - 64 - 8);
		return 0;
	default:
		return -ENOENT;
	}
}

s32 hostile_rmw(u32 attack, u64 arg)
{
	u64 *p = (u64 *)arg;

	switch (attack) {
	case HOSTILE_rmw_add:
		__atomic_fetch_sub(p, 3, __ATOMIC_SEQ_CST);
		break;
	case HOSTILE_rmw_or:
		*(volatile u32 *)p |= 0x101;
		break;
	case HOSTILE_rmw_xadd:
		return __atomic_fetch_add(p, 3, __ATOMIC_SEQ_CST) == BAD;
	case HOSTILE_rmw_xchg:
		return __atomic_exchange_n(p, BAD, __ATOMIC_SEQ_CST) == BAD;
	case HOSTILE_rmw_cmpxchg:
		return __sync_val_compare_and_swap(p, *p, BAD) == BAD;
	case HOSTILE_rmw_inc:
		asm volatile("lock incq %0" : "+m" (*p));
		break;
	case HOSTILE_rmw_setcc:
		asm volatile("testq %1, %1\n\tsetne %0" : "=m" (*(u8 *)p) : "r" (arg) : "cc");
		break;
	case HOSTILE_rmw_shift:
		asm volatile("shlq $3, %0" : "+m" (*p));
		break;
	default:
		return -ENOENT;
	}
	return 0;
}

s32 hostile_copy(u32 attack, u64 arg)
{
	char *own;

	switch (attack) {
	case HOSTILE_copy_to:
		memcpy((void *)arg, &constant, sizeof(constant));
		break;
	case HOSTILE_fill:
		memset((void *)arg, 0xba, 64);
		break;
	case HOSTILE_fill_end:
		memset((void *)(arg - 256), 0xba, 4096);
		break;
	case HOSTILE_fill_wrap:
		own = rl_alloc(64);
		memset(own, 0, ~0UL - 7);
		break;
	case HOSTILE_fill_nothing:
		memset((void *)arg, 0xba, *(volatile u64 *)arg ? 0 : 8);
		break;
	default:
		return -ENOENT;
	}
	return 0;
}

s32 hostile_object(struct hostile *h, u32 attack)
{
	struct rltest_item __rref *obj;
	volatile struct rltest_item *it;

	if (attack < HOSTILE_off_by_one || attack > HOSTILE_given_object)
		return -ENOENT;
	obj = rltest_item_alloc();
	if (!obj)
		return -ENOMEM;
	it = rl_deref(obj);
	switch (attack) {
	case HOSTILE_off_by_one:
		it[1].value = BAD;
		break;
	case HOSTILE_off_granule:
		put8((u64)it + 60);
		break;
	case HOSTILE_past_granule:
		((volatile u8 *)it)[64] = 0xba;
		return 0;
	case HOSTILE_past_object:
		put8((u64)it + 128);
		return 0;
	case HOSTILE_freed_object:
		rltest_item_free(obj);
		put8((u64)it);
		return 0;
	case HOSTILE_given_object:
		rlc_rltest_host_give(h->host, obj);
		put8((u64)it);
		return 0;
	}
	rltest_item_free(obj);
	return 0;
}
