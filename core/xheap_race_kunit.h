/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Races for objects of the exchange heap: what two threads do that want the same thing
 *
 * A race is three functions. set: makes what they want, A's. act: what each side does, both
 * at once. judge: did exactly those win who may, and is all as their wins say? Then it puts
 * everything back. Who brings the sides together, and how often, is the user's business:
 * the core's sources as a process (tests/race.c), and the core in a kernel
 * (xheap_race_kunit.c).
 */
#ifndef RL_XHEAP_RACE_KUNIT_H
#define RL_XHEAP_RACE_KUNIT_H

#include "proxy.h"
#include "xheap_internal.h"

#define A	250u		/* owns what both want */
#define C0	248u		/* the contenders */
#define LEN	4u		/* elements of the deque */
#define VEC	16u		/* items of the vec at most */

struct item {
	u64 tag;
};

struct deque {
	struct rl_deque_head h;
	u64 slot[LEN];		/* pointers, as the numbers they are to the core */
};

static const struct rl_type_desc item_type = {
	.id = 0x7e57000000000011, .name = "test.item", .size = sizeof(struct item),
};

static const struct rl_type_desc deque_type = {
	.id = 0x7e57000000000012, .name = "test.items", .size = sizeof(struct deque),
	.child = 0x7e57000000000011, .capacity = LEN, .kind = RL_X_DEQUE,
};

static const struct rl_xslot box_slot = {
	.count = 1, .type = 0x7e57000000000011, .optional = true,
};

static const struct rl_type_desc box_type = {
	.id = 0x7e57000000000013, .name = "test.box", .size = sizeof(u64),
	.slots = &box_slot, .nr_slots = 1,
};

static const struct rl_type_desc vec_type = {
	.id = 0x7e57000000000014, .name = "test.numbers", .size = sizeof(struct rl_vec_head),
	.kind = RL_X_VEC, .elem_size = sizeof(u64), .capacity = VEC,
};

static void __rref *ref(u64 number)
{
	return (void __force __rref *)number;
}

/* One contest over what @set made; what could not be made is for @judge to see. */
struct race {
	void __rref *obj;
	void __rref *other;
	void __rref *each[2];	/* of each side's own */
	void __rref *many[LEN];	/* what both want, one by one */
	u32 got[2];		/* of them */
	bool won[2];		/* what @act said */
	u32 round;		/* from 1 on */
	u32 owner;		/* of a vec: A, or one that no other contest has */
	u64 handle;		/* of @obj, where it may end */
};

static void __rref *get(const struct rl_type_desc *t)
{
	return rl_xheap_alloc(t->id, A);
}

static bool act_move(struct race *r, u32 who)
{
	return rl_xheap_move(r->obj, item_type.id, A, C0 + who);
}

/* Exactly one won, and both the word and the map name it. */
static bool judge_move(struct race *r)
{
	u32 winner = C0 + r->won[1];

	return r->won[0] != r->won[1] && rl_xheap_owner_at(r->obj) == winner &&
	       rl_xheap_move(r->obj, item_type.id, winner, A);
}

static void set_move(struct race *r)
{
	r->obj = get(&item_type);
}

/* An object that may end, A's. */
static bool make_item(struct race *r)
{
	r->obj = get(&item_type);
	r->handle = rl_xheap_handle(r->obj, A);
	return r->handle;
}

/* It is nobody's who had it: @owner, or a contender. Another one may be in its place. */
static bool is_gone(const struct race *r, u32 owner, u64 type)
{
	return !rl_xheap_find(r->handle, type, owner) && !rl_xheap_find(r->handle, type, C0);
}

/* One gives away what the other frees. */
static bool act_free(struct race *r, u32 who)
{
	return who ? !rl_xheap_free(r->obj, A) : rl_xheap_move(r->obj, item_type.id, A, C0);
}

static bool judge_free(struct race *r)
{
	bool ok = r->won[0] != r->won[1];

	if (r->won[0])
		ok &= !rl_xheap_free(r->obj, C0);
	ok &= is_gone(r, A, item_type.id);
	return ok && make_item(r);
}

static void set_free(struct race *r)
{
	make_item(r);
}

static void __rref *make_deque(u32 n)
{
	void __rref *dq = get(&deque_type);

	while (n--)
		rl_xheap_push(dq, get(&item_type), A, false);
	return dq;
}

static bool act_deque(struct race *r, u32 who)
{
	return rl_xheap_move(r->obj, deque_type.id, A, C0 + who);
}

static bool owns_all(const struct race *r, u32 owner)
{
	const struct deque *d = (const void __force *)r->obj;
	bool ok = rl_xheap_owner_at(r->obj) == owner;
	u32 i;

	for (i = 0; i < LEN; i++)
		ok &= rl_xheap_owner_at(ref(d->slot[i])) == owner;
	return ok;
}

static bool judge_deque(struct race *r)
{
	u32 winner = C0 + r->won[1];

	return r->won[0] != r->won[1] && owns_all(r, winner) &&
	       rl_xheap_move(r->obj, deque_type.id, winner, A);
}

static void set_deque(struct race *r)
{
	r->obj = make_deque(LEN);
}

/* One moves the deque, the other takes its last element: one or both, in order. */
static bool act_element(struct race *r, u32 who)
{
	if (!who)
		return rl_xheap_move(r->obj, deque_type.id, A, C0);
	return !rl_xheap_pop(r->obj, A, true, &r->other);
}

static bool judge_element(struct race *r)
{
	u32 rest = r->won[0] ? C0 : A;
	bool ok = (r->won[0] || r->won[1]) && rl_xheap_owner_at(r->obj) == rest;

	/* What was taken is A's, whoever has the deque. */
	if (r->won[1])
		ok &= !rl_xheap_check(r->other, item_type.id, A);
	if (r->won[0])
		ok &= rl_xheap_move(r->obj, deque_type.id, C0, A);
	if (r->won[1])
		ok &= !rl_xheap_push(r->obj, r->other, A, false);
	return ok;
}

static void set_element(struct race *r)
{
	r->obj = make_deque(LEN);
}

/* Both put the same object, each into a deque of its own. */
static bool act_push(struct race *r, u32 who)
{
	return !rl_xheap_push(r->each[who], r->obj, A, false);
}

static bool judge_push(struct race *r)
{
	void __rref *back = NULL;

	return r->won[0] != r->won[1] && rl_xheap_check(r->obj, item_type.id, A) == -ECHILD &&
	       !rl_xheap_pop(r->each[r->won[1]], A, false, &back) && back == r->obj;
}

static void set_push(struct race *r)
{
	r->obj = get(&item_type);
	r->each[0] = make_deque(0);
	r->each[1] = make_deque(0);
}

/*
 * Both put the same objects, in opposite order, each into a deque of its own: they meet, and
 * each object is in one of the two.
 */
static bool act_many(struct race *r, u32 who)
{
	r->got[who] = max(rl_xheap_push_many(r->each[who], r->many, LEN, A, who), 0);
	return r->got[who];
}

static bool judge_many(struct race *r)
{
	void __rref *back[LEN];
	bool ok = r->got[0] + r->got[1] == LEN;
	u32 who;

	for (who = 0; who < 2; who++)
		if (r->got[who])
			ok &= rl_xheap_pop_many(r->each[who], back, LEN, A, false) == r->got[who];
	return ok;
}

static void set_many(struct race *r)
{
	u32 i;

	for (i = 0; i < LEN; i++)
		r->many[i] = get(&item_type);
	r->each[0] = make_deque(0);
	r->each[1] = make_deque(0);
}

/* One borrows and returns what the other frees. */
static bool act_borrow(struct race *r, u32 who)
{
	if (!who)
		return !rl_xheap_free(r->obj, A);
	return !rl_xheap_borrow(r->obj, item_type.id, A) && !rl_xheap_unborrow(r->obj);
}

static bool judge_borrow(struct race *r)
{
	return r->won[0] && is_gone(r, A, item_type.id) && make_item(r);
}

static void set_borrow(struct race *r)
{
	make_item(r);
}

/* One moves what the other borrows, and keeps for the rest of the round. */
static bool act_lend(struct race *r, u32 who)
{
	return who ? !rl_xheap_borrow(r->obj, item_type.id, A) :
		     rl_xheap_move(r->obj, item_type.id, A, C0);
}

static bool judge_lend(struct race *r)
{
	u32 owner = r->won[0] ? C0 : A;
	bool ok = r->won[0] != r->won[1] && rl_xheap_owner_at(r->obj) == owner;

	if (r->won[1])
		return ok && rl_xheap_check(r->obj, item_type.id, A) == -EBUSY &&
		       !rl_xheap_unborrow(r->obj);
	return ok && rl_xheap_move(r->obj, item_type.id, C0, A);
}

static void set_lend(struct race *r)
{
	r->obj = get(&item_type);
}

/* Both move the same two objects, all or none, and claim them in opposite order. */
static bool act_two(struct race *r, u32 who)
{
	void __rref *first = who ? r->other : r->obj;
	void __rref *second = who ? r->obj : r->other;

	if (!rl_xheap_claim(first, item_type.id, A))
		return false;
	if (!rl_xheap_claim(second, item_type.id, A)) {
		rl_xheap_settle(first, A);
		return false;
	}
	rl_xheap_settle(first, C0 + who);
	rl_xheap_settle(second, C0 + who);
	return true;
}

/* One has both, or A still has. */
static bool judge_two(struct race *r)
{
	u32 owner = r->won[0] ? C0 : r->won[1] ? C0 + 1 : A;
	bool ok = !(r->won[0] && r->won[1]) && rl_xheap_owner_at(r->obj) == owner &&
		  rl_xheap_owner_at(r->other) == owner;

	return ok && (owner == A || (rl_xheap_move(r->obj, item_type.id, owner, A) &&
				     rl_xheap_move(r->other, item_type.id, owner, A)));
}

static void set_two(struct race *r)
{
	r->obj = get(&item_type);
	r->other = get(&item_type);
}

/* Both put an object of their own into the same slot. */
static bool act_put(struct race *r, u32 who)
{
	return !rl_xheap_put(r->obj, 0, r->each[who], A);
}

/* It is the winner's that is in there, and the loser's is still outside. */
static bool judge_put(struct race *r)
{
	void __rref *in = r->each[r->won[1]];
	void __rref *out = r->each[r->won[0]];
	void __rref *back = NULL;

	return r->won[0] != r->won[1] && rl_xheap_check(in, item_type.id, A) == -ECHILD &&
	       !rl_xheap_check(out, item_type.id, A) && !rl_xheap_take(r->obj, 0, A, &back) &&
	       back == in;
}

static void set_put(struct race *r)
{
	r->obj = get(&box_type);
	r->each[0] = get(&item_type);
	r->each[1] = get(&item_type);
}

/* Both take what is in the same slot. */
static bool act_take(struct race *r, u32 who)
{
	r->each[who] = NULL;
	return !rl_xheap_take(r->obj, 0, A, &r->each[who]);
}

static bool judge_take(struct race *r)
{
	void __rref *got = r->each[r->won[1]];

	return r->won[0] != r->won[1] && got == r->other && !r->each[r->won[0]] &&
	       !rl_xheap_check(got, item_type.id, A) && !rl_xheap_put(r->obj, 0, got, A);
}

static void set_take(struct race *r)
{
	r->obj = get(&box_type);
	r->other = get(&item_type);
	rl_xheap_put(r->obj, 0, r->other, A);
}

/*
 * One moves the vec that the other makes larger or smaller, which ends the old one. In its
 * place may be the vec of another contest before the mover comes: of another owner, if
 * there is such a contest.
 */
static bool act_grow(struct race *r, u32 who)
{
	if (!who)
		return rl_xheap_move(r->obj, vec_type.id, r->owner, C0);
	r->other = r->obj;
	return !rl_xheap_grow(&r->other, r->round % VEC + 1, r->owner);
}

static bool judge_grow(struct race *r)
{
	if (r->won[0] == r->won[1])
		return false;
	if (r->won[0])
		return r->other == r->obj && rl_xheap_move(r->obj, vec_type.id, C0, r->owner);
	if (!is_gone(r, r->owner, vec_type.id))
		return false;
	r->obj = r->other;
	r->handle = rl_xheap_handle(r->obj, r->owner);
	return !rl_xheap_check(r->obj, vec_type.id, r->owner);
}

static void set_grow(struct race *r)
{
	r->obj = rl_xheap_alloc_vec(vec_type.id, 1, r->owner);
	r->handle = rl_xheap_handle(r->obj, r->owner);
}

/* Both allocate and free; no object is ever two at once. */
static bool act_alloc(struct race *r, u32 who)
{
	struct item __rref *obj[3];
	bool ok = true;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(obj); i++) {
		obj[i] = rl_xheap_alloc(item_type.id, C0 + who);
		if (!obj[i])
			return false;
		ok &= !rl_deref(obj[i])->tag;
		rl_deref(obj[i])->tag = who << 8 | i | 1 << 16;
	}
	for (i = 0; i < ARRAY_SIZE(obj); i++) {
		ok &= rl_deref(obj[i])->tag == (who << 8 | i | 1 << 16);
		ok &= !rl_xheap_free(obj[i], C0 + who);
	}
	return ok;
}

static bool judge_alloc(struct race *r)
{
	return r->won[0] && r->won[1];
}

static void set_alloc(struct race *r)
{
	/* all is each side's own */
}

/* All races, as X(name). */
#define RACES(X)							\
	X(move) X(free) X(deque) X(element) X(push) X(many) X(borrow)	\
	X(lend) X(two) X(put) X(take) X(grow) X(alloc)

struct race_kind {
	const char *name;
	void (*set)(struct race *r);
	bool (*act)(struct race *r, u32 who);	/* 0 or 1: did it get what it wanted? */
	bool (*judge)(struct race *r);
};

#define RACE_KIND(n) { .name = #n, .set = set_##n, .act = act_##n, .judge = judge_##n }

static const struct rl_type_desc *const race_types[] = {
	&item_type, &deque_type, &box_type, &vec_type,
};

static int races_begin(void)
{
	int err = 0;
	u32 i;

	for (i = 0; !err && i < ARRAY_SIZE(race_types); i++)
		err = rl_xheap_add_type(race_types[i]);
	return err;
}

static void races_end(void)
{
	u32 i;

	rl_xheap_drop_owner(A);
	rl_xheap_drop_owner(C0);
	rl_xheap_drop_owner(C0 + 1);
	for (i = ARRAY_SIZE(race_types); i--; )
		rl_xheap_del_type(race_types[i]);
}

/*
 * Is the ledger whole between two rounds? There are as many @objects as in the beginning, none
 * of them is a contender's, claimed or nobody's, and each owner id pays for what there is of
 * its making, to the byte.
 */
static bool races_whole(unsigned long objects)
{
	size_t paid = 0, chunks = 0;
	struct rl_xmeta *m = NULL;
	const struct rl_xtype *t;
	unsigned long n = 0;
	u32 owner;

	while ((m = rl_xnext(m))) {
		owner = rl_xowner(rl_xroot(m)->word);
		if (owner >= C0 && owner != A)
			return false;
		t = rl_xtype_of(m->word);
		if (rl_xpayer(m->word) != RL_OWNER_HOST)
			chunks += rl_xchunk_size(rl_xsize(t, m->first), t->align);
		n++;
	}
	for (owner = RL_OWNER_FIRST; owner < 256; owner++)
		paid += rl_xheap_paid(owner);
	return n == objects && paid == chunks;
}

#endif
