// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two threads of the domain at the same thing at the same time: they move one object,
 * take from one deque, and one of them changes what the core or the trusted side is just
 * looking at. What happened on one CPU, one after the other, was no race: race_move counts
 * the rounds on two, race_blob the changes during a call, and too few are a failure. A
 * thread stays in the ledger until its generation ends, so a race that went well ends
 * by the domain's death.
 */
#include <redleaf/log.h>
#include <redleaf/string.h>
#include <redleaf/time.h>
#include "../crash_dom/kinds.h"
#include "attacks.h"
#include "hostile.h"

#define ROUNDS	2000
#define APART	(ROUNDS / 20)	/* rounds in which the two were on two CPUs, at least */
#define SPINS	2000	/* before it lets others run */
#define PATIENCE_NS	30000000000ull	/* for a host that runs one of the two CPUs at a time */

static void await(u32 *word, u32 value)
{
	u32 i;

	for (;;) {
		for (i = 0; i < SPINS; i++)
			if (__atomic_load_n(word, __ATOMIC_ACQUIRE) == value)
				return;
		rl_sleep_us(20);
	}
}

static void tell(u32 *word, u32 value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
}

/* Both threads have begun round @n. */
static void meet(struct race *r, u32 n)
{
	tell(&r->round, n);
	await(&r->ready, n);
	tell(&r->go, n);
}

/* The second thread's part of a round; false: of another one. */
static void join(struct race *r, u32 n)
{
	await(&r->round, n);
	tell(&r->ready, n);
	await(&r->go, n);
}

/* Which CPU it was on goes to @cpu. */
static bool give(struct hostile *h, s32 *cpu)
{
	bool won = rlc_rltest_host_give(h->host, h->race.obj).rpc == RL_RPC_OK;

	*cpu = rlc_rltest_host_note(h->host, CRASH_NOTE_CPU, 0).err;
	return won;
}

/* Until the deque is empty; how many it got. */
static u32 pop_all(struct hostile *h)
{
	struct rltest_item_deque32 __rref *dq = h->race.obj;
	struct rltest_item __rref *it;
	u32 n = 0;

	while (rltest_item_deque32_len(dq)) {
		it = n & 1 ? rltest_item_deque32_pop_front(dq) : rltest_item_deque32_pop_back(dq);
		if (it)
			n++;
		if (it)
			rltest_item_free(it);
	}
	return n;
}

static s32 second_gives(void *self, u64 rounds)
{
	struct hostile *h = self;
	u32 n;

	for (n = 1; n <= rounds; n++) {
		join(&h->race, n);
		h->race.won += give(h, &h->race.cpu);
		tell(&h->race.done, n);
	}
	return 0;
}

static s32 second_pops(void *self, u64 rounds)
{
	struct hostile *h = self;
	u32 n;

	for (n = 1; n <= rounds; n++) {
		join(&h->race, n);
		h->race.won += pop_all(h);
		tell(&h->race.done, n);
	}
	return 0;
}

/* The head of a deque, sane and not, for as long as it may be written. */
static s32 second_spoils(void *self, u64 arg)
{
	static const u64 heads[] = { 0, 1ULL << 32, ~0ULL, 33, 40ULL << 32, 31 | 32ULL << 32 };
	struct hostile *h = self;
	u32 i;

	for (i = 0; !rl_thread_should_stop(); i++)
		if (READ_ONCE(h->race.obj))
			*(volatile u64 *)rl_deref(h->race.obj) = heads[i % ARRAY_SIZE(heads)];
	return 0;
}

static s32 second_edits(void *self, u64 arg)
{
	struct hostile *h = self;

	while (!rl_thread_should_stop()) {
		WRITE_ONCE(h->race.line[8], '\n');
		WRITE_ONCE(h->race.line[8], ' ');
	}
	return 0;
}

static s32 second_flips(void *self, u64 arg)
{
	struct hostile *h = self;

	while (!rl_thread_should_stop())
		WRITE_ONCE(h->race.blob.a, h->race.blob.a + 1);
	return 0;
}

static s32 race_moves(struct hostile *h)
{
	u32 n, won = 0, apart = 0;
	s32 cpu;

	if (rl_thread_create(second_gives, ROUNDS, "second"))
		return -EIO;
	for (n = 1; n <= ROUNDS; n++) {
		h->race.obj = rltest_item_alloc();
		meet(&h->race, n);
		won += give(h, &cpu);
		await(&h->race.done, n);
		if (won + h->race.won != n)
			return -EIO;
		apart += cpu != h->race.cpu;
	}
	if (apart < APART)
		return -ENODATA;
	HOSTILE_DONE();
}

static s32 race_pops(struct hostile *h)
{
	struct rltest_item_deque32 __rref *dq = rltest_item_deque32_alloc();
	u32 n, i, won = 0;

	h->race.obj = dq;
	if (rl_thread_create(second_pops, ROUNDS / 20, "second"))
		return -EIO;
	for (n = 1; n <= ROUNDS / 20; n++) {
		for (i = 0; i < 32; i++)
			rltest_item_deque32_push_back(dq, rltest_item_alloc());
		meet(&h->race, n);
		won += pop_all(h);
		await(&h->race.done, n);
		if (won + h->race.won != n * 32)
			return -EIO;
	}
	HOSTILE_DONE();
}

/* Until the deque has gone to the other domain under the second one's hand. */
static s32 race_head(struct hostile *h)
{
	struct rltest_item_deque32 __rref *dq = rltest_item_deque32_alloc();
	u32 n;

	if (rl_thread_create(second_spoils, 0, "second"))
		return -EIO;
	WRITE_ONCE(h->race.obj, dq);
	for (n = 0; n < ROUNDS * 10; n++) {
		struct rltest_item __rref *it = rltest_item_alloc();

		if (!rltest_item_deque32_push_back(dq, it))
			rltest_item_free(it);
		it = rltest_item_deque32_pop_front(dq);
		if (it)
			rltest_item_free(it);
		if (n > 100)
			rlc_rltest_deque32(h->rival, dq);
	}
	return -EIO;
}

static s32 race_line(struct hostile *h)
{
	u32 n;

	memcpy(h->race.line, "one line redleaf: forged", 24);
	if (rl_thread_create(second_edits, 0, "second"))
		return -EIO;
	for (n = 0; n < ROUNDS; n++)
		rl_log_write(RL_LOG_INFO, h->race.line, 24);
	HOSTILE_DONE();
}

static s32 race_blob(struct hostile *h)
{
	struct rltest_u64_vec512 __rref *v = rltest_u64_vec512_alloc(4);
	struct rl_ret ret;
	u64 was, until = rl_now_ns() + PATIENCE_NS;
	u32 changed = 0;

	if (rl_thread_create(second_flips, 0, "second"))
		return -EIO;
	while (changed < ROUNDS) {
		if (rl_now_ns() > until)
			return -ENODATA;
		was = READ_ONCE(h->race.blob.a);
		ret = rlc_rltest_host_look(h->host, rltest_shelf_alloc(), v, &h->race.blob);
		if (ret.rpc || ret.err)
			return -EIO;
		if (READ_ONCE(h->race.blob.a) != was)
			changed++;
		else
			rl_sleep_us(20);	/* the second one waits for a CPU */
	}
	HOSTILE_DONE();
}

s32 hostile_race(struct hostile *h, u32 attack)
{
	switch (attack) {
	case HOSTILE_race_move:
		return race_moves(h);
	case HOSTILE_race_pop:
		return race_pops(h);
	case HOSTILE_race_head:
		return race_head(h);
	case HOSTILE_race_blob:
		return race_blob(h);
	case HOSTILE_race_line:
		return race_line(h);
	default:
		return -ENOENT;
	}
}
