// SPDX-License-Identifier: GPL-2.0-only
/*
 * Moves of what is not the domain's to move: the trusted side's objects, children of its
 * own, an object into itself, and what it was lent.
 */
#include "attacks.h"
#include "hostile.h"

#define BAD	0xbad0bad0bad0bad0ULL

/* Every way to get hold of @it, or to be rid of it; how many worked. */
static u32 try_all(struct hostile *h, struct rltest_item __rref *it)
{
	struct rltest_item_deque32 __rref *dq = rltest_item_deque32_alloc();
	struct rltest_shelf __rref *s = rltest_shelf_alloc();
	void __rref **one = (void __rref **)h->scratch;
	u32 n = 0;

	one[0] = it;
	n += rl_xpush_many(dq, one, 1, 0) + rl_xpush_many(dq, one, 1, 1);
	n += rl_xpop_many(it, one, 1, 0);
	n += rlc_rltest_host_give(h->host, it).rpc != RL_RPC_REFUSED;
	n += rlc_rltest_host_give_two(h->host, it, it).rpc != RL_RPC_REFUSED;
	n += rlc_rltest_one_object(h->rival, it).rpc != RL_RPC_REFUSED;
	n += rlc_rltest_lent(h->rival, 0, it).rpc != RL_RPC_REFUSED;
	n += rltest_item_deque32_push_back(dq, it) + rltest_item_deque32_push_front(dq, it);
	n += !rltest_shelf_put_place(s, it) + !rl_xput(it, 0, it);
	n += !!rl_xtake(it, 0) + !!rl_xpop_front(it) + !!rl_xpop_back(it) + !!rl_xgrow(it, 1);
	n += !!rl_xhandle(it);
	rltest_item_deque32_free(dq);
	rltest_shelf_free(s);
	return n;
}

static s32 move_child(struct hostile *h)
{
	struct rltest_item_deque32 __rref *dq = rltest_item_deque32_alloc();
	struct rltest_item __rref *it = rltest_item_alloc();
	u32 n = rltest_item_deque32_push_back(dq, it) ? try_all(h, it) : 1;

	rltest_item_deque32_free(dq);
	return n ? -EIO : 0;
}

static s32 move_self(void)
{
	struct rltest_item_deque32 __rref *dq = rltest_item_deque32_alloc();
	struct rltest_shelf __rref *s = rltest_shelf_alloc();
	u32 n = !rl_xpush_back(dq, dq) + !rl_xpush_front(dq, dq) + !rl_xput(s, 8, s);

	rltest_item_deque32_free(dq);
	rltest_shelf_free(s);
	return n ? -EIO : 0;
}

/* A call with a vec, a struct and a shelf; how often it was not refused. */
static u32 look(struct hostile *h, const struct rltest_u64_vec512 __rref *v, u64 blob,
		struct rltest_shelf __rref *s)
{
	return rlc_rltest_host_look(h->host, s, v, (const struct rltest_blob *)blob).rpc !=
	       RL_RPC_REFUSED;
}

/* Heads, slots and pointers that lie, one at a time; @kernel: memory of others. */
static s32 move_spoilt(struct hostile *h, u64 kernel)
{
	struct rltest_u64_vec512 __rref *v = rltest_u64_vec512_alloc(4);
	struct rltest_shelf __rref *s = rltest_shelf_alloc();
	static const u64 heads[] = { ~0ULL, 5 | 4ULL << 32, 4 | 512ULL << 32, 1ULL << 63 };
	const u64 blobs[] = {
		0, 8, kernel, kernel + 1, 0x400000, 1ULL << 63, ~0ULL, ~0ULL - 15,
		((u64)h & ~0xffffULL) - 8, (u64)h | 0xfff8, (__force u64)v, (u64)hostile_move,
	};
	volatile u64 *head = (volatile u64 *)rl_deref(v);
	u64 good = *head, blob = (u64)h->scratch;
	u32 i, n = 0;

	for (i = 0; i < ARRAY_SIZE(heads); i++) {
		*head = heads[i];
		n += look(h, v, blob, s);
	}
	*head = good;
	for (i = 0; i < ARRAY_SIZE(blobs); i++)
		n += look(h, v, blobs[i], s);
	n += look(h, (void __rref *)s, blob, s) + look(h, v, blob, (void __rref *)v);
	n += look(h, NULL, blob, s) + look(h, v, blob, NULL);
	if (!n && rlc_rltest_host_look(h->host, s, v, (void *)blob).rpc != RL_RPC_OK)
		n++;
	rltest_u64_vec512_free(v);
	return n ? -EIO : 0;
}

s32 hostile_move(struct hostile *h, u32 attack, u64 arg)
{
	switch (attack) {
	case HOSTILE_move_foreign:
		return try_all(h, (struct rltest_item __rref *)arg) ? -EIO : 0;
	case HOSTILE_move_child:
		return move_child(h);
	case HOSTILE_move_self:
		return move_self();
	case HOSTILE_move_spoilt:
		return move_spoilt(h, arg);
	case HOSTILE_lent_later:
		rl_xfree((void __rref *)arg);
		return 0;
	default:
		return -ENOENT;
	}
}

s32 hostile_lent(struct hostile *h, u32 attack, const struct rltest_item __rref *it)
{
	struct rltest_item __rref *mine = (struct rltest_item __rref *)it;

	switch (attack) {
	case HOSTILE_lent_give:
		return try_all(h, mine) ? -EIO : 0;
	case HOSTILE_lent_free:
		rltest_item_free(mine);
		return 0;
	case HOSTILE_lent_store:
		*(volatile u64 *)&rl_deref(mine)->value = BAD;
		return 0;
	case HOSTILE_lent_keep:
		rlc_rltest_host_note(h->host, (__force u64)it, 0);
		return 0;
	default:
		return -ENOENT;
	}
}
