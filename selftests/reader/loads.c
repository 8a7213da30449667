// SPDX-License-Identifier: GPL-2.0-only
/* Attempts by loads of every kind, and what a domain may read. */
#include <redleaf/heap.h>
#include <redleaf/log.h>
#include <redleaf/string.h>
#include "reads.h"
#include "reader.h"

#define BLOCK	4096

static const u64 squares[] = { 0, 1, 4, 9, 16, 25, 36, 49, 64, 81, 100, 121, 144, 169, 196, 225 };

/* The compiler may not see from where: it would not get past the verifier. */
static s32 load8(u64 a)
{
	asm volatile("" : "+r" (a));
	return *(volatile u64 *)a == 1;
}

static noinline s32 load_local(u64 target)
{
	u64 array[4];
	volatile u64 *p = array;

	p[0] = 1;
	return p[(target - (u64)array) / 8] == 1;
}

/* Instructions that read memory beside other things. */
static s32 load_beside(u32 what, u64 arg)
{
	u64 v = 0;

	switch (what) {
	case READER_load_sign:
		return *(volatile s32 *)arg + 1L == 0;
	case READER_load_compare:
		asm volatile("cmpq %1, %0" : : "m" (*(u64 *)arg), "r" (v) : "cc");
		return 0;
	case READER_load_add:
		asm volatile("addq %1, %0" : "+r" (v) : "m" (*(u64 *)arg) : "cc");
		return v == 1;
	case READER_load_cmov:
		asm volatile("testq %0, %0\n\tcmoveq %1, %0" : "+r" (v) : "m" (*(u64 *)arg) : "cc");
		return v == 1;
	case READER_load_push:
		asm volatile("pushq %1\n\tpopq %0" : "=r" (v) : "m" (*(u64 *)arg));
		return v == 1;
	default:
		return -ENOENT;
	}
}

s32 reader_load(u32 what, u64 arg)
{
	switch (what) {
	case READER_load8:
	case READER_load_stack:
	case READER_load_window:
	case READER_load_object:
	case READER_load_gate:
	case READER_load_pgd:
	case READER_load_core:
		return load8(arg);
	case READER_load1:
		return *(volatile u8 *)arg == 1;
	case READER_load_text:
		return load8((u64)reader_load);
	case READER_load_index:
		return load_local(arg);
	case READER_load_table:
		return *(volatile const u64 *)&squares[(arg - (u64)squares) / 8] == 1;
	case READER_load_straddle:
		return load8(arg - 4);
	case READER_load_null:
		return load8(0);
	case READER_load_user:
		return load8(0x400000);
	default:
		return load_beside(what, arg);
	}
}

s32 reader_copy(struct reader *r, u32 what, u64 arg)
{
	char *own = rl_alloc(BLOCK), text[16];

	if (!own)
		return -ENOMEM;
	switch (what) {
	case READER_copy_from:
		memcpy(own, (void *)arg, 64);
		break;
	case READER_copy_end:
		memcpy(own, (void *)(arg - 256), BLOCK);
		break;
	case READER_copy_wrap:
		memcpy(own, own, ~0UL - 7);
		break;
	case READER_copy_text:
		rl_snprintf(text, sizeof(text), "%s", (char *)arg);
		break;
	case READER_copy_nothing:
		memcpy(own, (void *)arg, *(volatile u64 *)&r->read);
		break;
	default:
		rl_free(own);
		return -ENOENT;
	}
	rl_free(own);
	return 0;
}

s32 reader_object(struct reader *r, u32 what)
{
	struct rltest_item __rref *obj = rltest_item_alloc();
	volatile struct rltest_item *item = rl_deref(obj);
	s32 err = 0;

	if (!obj)
		return -ENOMEM;
	switch (what) {
	case READER_own_object:
		item->value = 7;
		err = item->value == 7 && !item->seq ? 0 : -EIO;
		break;
	case READER_load_freed:
		rltest_item_free(obj);
		return load8((u64)item);
	case READER_load_given:
		rlc_rltest_host_give(r->host, obj);
		return load8((u64)item);
	default:
		err = -ENOENT;
	}
	rltest_item_free(obj);
	return err;
}

/* The last two come on the stack. */
static noinline u64 sum(u64 a, u64 b, u64 c, u64 d, u64 e, u64 f, u64 g, u64 h)
{
	asm volatile("" : "+r" (a));
	return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h;
}

static s32 own_format(void)
{
	char text[32];

	rl_snprintf(text, sizeof(text), "%d%d%d%d%d%d%d%s", 1, 2, 3, 4, 5, 6, 7, "eight");
	return memcmp(text, "1234567eight", 13) ? -EIO : 0;
}

static s32 own_table(void)
{
	u64 i, all = 0;

	for (i = 0; i < ARRAY_SIZE(squares); i++)
		all += *(volatile const u64 *)&squares[i];
	return all == 1240 ? 0 : -EIO;
}

s32 reader_own(struct reader *r, u32 what, u64 arg)
{
	volatile u64 local[4];

	switch (what) {
	case READER_own_end:
		r->read = *(volatile u64 *)(arg - 64 - 8);
		return 0;
	case READER_own_local:
		r->read = 3;
		local[r->read] = 5;
		return local[r->read] == 5 ? 0 : -EIO;
	case READER_own_table:
		return own_table();
	case READER_own_argument:
		return sum(1, 2, 3, 4, 5, 6, 7, 8) == 204 ? 0 : -EIO;
	case READER_own_format:
		return own_format();
	default:
		return -ENOENT;
	}
}
