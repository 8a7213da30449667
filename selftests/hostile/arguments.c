// SPDX-License-Identifier: GPL-2.0-only
/*
 * The domain's side of arguments.h: one call of one function with one absurd argument,
 * all others being what they should be. What a call leaves behind that cannot be given
 * back (timers, threads) ends with the generation.
 */
#include <redleaf/heap.h>
#include <redleaf/log.h>
#include <redleaf/pci.h>
#include <redleaf/time.h>
#include "answers.h"
#include "arguments.h"
#include "hostile.h"

/* What the other arguments are. */
struct objects {
	struct rltest_item __rref *item;
	struct rltest_shelf __rref *shelf;
	struct rltest_item_deque32 __rref *deque;
	struct rltest_u64_vec512 __rref *vec;
};

/* One object, as an array of them. */
#define ITEMS	((void __rref **)&o->item)

/* A length that is not 0 stays so in 32 bits, and is more than there is memory for. */
static u32 beyond(u64 v)
{
	return v ? v | 1u << 31 : 0;
}

static s32 in_and_out(const struct objects *o, u32 front, u32 back)
{
	return rl_xpush_many(o->deque, ITEMS, 1, front) == 1 &&
	       rl_xpop_many(o->deque, ITEMS, 1, back) == 1 ? 0 : -EIO;
}

static s32 not_called(u32 cap)
{
	return rlc_rltest_lent(cap, 0, NULL).rpc == RL_RPC_OK ? -EIO : 0;
}

static s32 allocate(u64 size)
{
	void *p = rl_alloc(size);

	rl_free(p);
	return size && p ? -EIO : 0;
}

#define locked(h, call)	({ rl_lock(&(h)->lock); call; 0; })

static void expire(void *self, u64 arg)
{
}

static s32 run(void *self, u64 arg)
{
	return 0;
}

static s32 sleep_so_long(void *self, u64 us)
{
	rl_sleep_us(us);
	return 0;
}

static s32 wait_so_long(void *self, u64 ns)
{
	struct hostile *h = self;

	return rl_event_wait(h->event, ns);
}

/* In a thread: it may take for ever. */
static s32 aside(s32 (*fn)(void *self, u64 arg), u64 v)
{
	if (rl_thread_create(fn, v, "aside"))
		return -EIO;
	rl_sleep_us(2000);
	HOSTILE_DONE();
}

#define ROW(function, argument, values, at_zero, otherwise, call) ROW_##function##_##argument,
enum { HOSTILE_ARGUMENTS(ROW) };
#undef ROW
#define ROW(function, argument, values, at_zero, otherwise, call)	\
	case ROW_##function##_##argument:				\
		return call;

static s32 try_row(struct hostile *h, const struct objects *o, u32 row, u64 v)
{
	switch (row) {
	HOSTILE_ARGUMENTS(ROW)
	default:
		return -ENOENT;
	}
}

s32 hostile_argument(struct hostile *h, u32 row, u64 v)
{
	struct objects *o = rl_alloc(sizeof(*o));
	s32 err;

	if (!o)
		return -ENOMEM;
	o->item = rltest_item_alloc();
	o->shelf = rltest_shelf_alloc();
	o->deque = rltest_item_deque32_alloc();
	o->vec = rltest_u64_vec512_alloc(4);
	err = try_row(h, o, row, v);
	rltest_item_free(o->item);
	rltest_shelf_free(o->shelf);
	rltest_item_deque32_free(o->deque);
	rltest_u64_vec512_free(o->vec);
	rl_free(o);
	return err;
}
