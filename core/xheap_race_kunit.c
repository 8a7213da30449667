// SPDX-License-Identifier: GPL-2.0-only
/*
 * The exchange heap under test: two CPUs that want the same thing
 *
 * The test's thread leads on one CPU, a second thread follows on another. A
 * round: the leader sets the scene and opens it, both act at once, the leader
 * judges when both are done. The leader starts a little later in each round than
 * in the one before, over and over, so that each side comes first now and then.
 */
#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include "../selftests/kunit/rl_kunit.h"
#include "heap_internal.h"
#include "limits.h"
#include "proxy.h"

#define A	250u		/* owns what both want */
#define C0	248u		/* the contenders */
#define STOP	~0u		/* instead of a round: there are no more */
#define LEN	4u		/* elements of the deque */
#define VEC	16u		/* items of the vec at most */

static unsigned int rounds = 100000;
module_param(rounds, uint, 0444);
MODULE_PARM_DESC(rounds, "rounds of each race (default 100000)");

/* A guest whose CPUs take turns gets no further. */
static unsigned int seconds = 5;
module_param(seconds, uint, 0444);
MODULE_PARM_DESC(seconds, "time limit of each race (default 5); 0: none, all rounds have to be made");

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

/* One contest. @round is written by the leader, @here and @done by the follower. */
struct race {
	void __rref *obj;
	void __rref *other;
	bool (*act)(struct race *r, u32 who);	/* both sides, at once */
	bool (*judge)(struct race *r, u32 round);	/* leader; puts things back */
	void __rref *each[2];			/* of each side's own */
	void __rref *many[LEN];			/* what both want, one by one */
	u32 got[2];				/* of them */
	bool won[2];
	u32 wins[2];
	u32 rounds;				/* judged; leader */
	u32 round ____cacheline_aligned_in_smp;
	u32 here ____cacheline_aligned_in_smp;	/* the round it is about to act in */
	u32 done ____cacheline_aligned_in_smp;
};

/* Until the other side has come to @round, or stops. */
static void wait_for(u32 *p, u32 round)
{
	u32 spins = 0;

	/* Pairs with announce(). */
	while (smp_load_acquire(p) < round) {
		cpu_relax();
		if (!(++spins % 1024))
			cond_resched();
	}
}

static void announce(u32 *p, u32 value)
{
	/* Pairs with wait_for(): what was done before is seen after. */
	smp_store_release(p, value);
}

static int follow(void *arg)
{
	struct race *r = arg;
	u32 i;

	for (i = 1; i <= rounds; i++) {
		wait_for(&r->round, i);
		if (READ_ONCE(r->round) == STOP)
			break;
		announce(&r->here, i);
		r->won[1] = r->act(r, 1);
		announce(&r->done, i);
	}
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

/*
 * In every second round the leader waits until the other side is there. Else it would
 * win all where the CPUs of a guest take turns.
 */
static u32 lead(struct race *r)
{
	unsigned long end = jiffies + seconds * HZ;
	u32 bad = 0;
	u32 i, k;

	for (i = 1; i <= rounds && (!seconds || time_before(jiffies, end)); i++) {
		announce(&r->round, i);
		if (i % 2)
			wait_for(&r->here, i);
		for (k = i % 256; k; k--)
			barrier();
		r->won[0] = r->act(r, 0);
		wait_for(&r->done, i);
		bad += !r->judge(r, i);
		r->wins[0] += r->won[0];
		r->wins[1] += r->won[1];
		r->rounds = i;
	}
	announce(&r->round, STOP);
	return bad;
}

static void run_race(struct kunit *test, struct race *r)
{
	u32 cpu = cpumask_first(cpu_online_mask);
	u32 other = cpumask_next(cpu, cpu_online_mask);
	struct task_struct *t;

	if (other >= nr_cpu_ids)
		kunit_skip(test, "needs two CPUs");
	t = kthread_create(follow, r, "rl_race");
	KUNIT_ASSERT_FALSE(test, IS_ERR(t));
	kthread_bind(t, other);
	set_cpus_allowed_ptr(current, cpumask_of(cpu));
	wake_up_process(t);
	KUNIT_EXPECT_EQ(test, lead(r), 0);
	kthread_stop(t);
	kunit_info(test, "%u rounds, won %u : %u\n", r->rounds, r->wins[0], r->wins[1]);
	if (!seconds)
		KUNIT_EXPECT_EQ(test, r->rounds, rounds);
	KUNIT_EXPECT_GT(test, r->wins[0], 0);
	KUNIT_EXPECT_GT(test, r->wins[1], 0);
}

static struct race *new_race(struct kunit *test)
{
	struct race *r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, r);
	return r;
}

static void __rref *get(struct kunit *test, const struct rl_type_desc *t)
{
	void __rref *obj = rl_xheap_alloc(t->id, A);

	KUNIT_ASSERT_TRUE(test, !!obj);
	return obj;
}

static bool act_move(struct race *r, u32 who)
{
	return rl_xheap_move(r->obj, item_type.id, A, C0 + who);
}

/* Exactly one won, and both the word and the map name it. */
static bool judge_move(struct race *r, u32 round)
{
	u32 winner = C0 + r->won[1];

	return r->won[0] != r->won[1] && rl_xheap_owner_at(r->obj) == winner &&
	       rl_xheap_move(r->obj, item_type.id, winner, A);
}

static void race_move(struct kunit *test)
{
	struct race *r = new_race(test);

	r->act = act_move;
	r->judge = judge_move;
	r->obj = get(test, &item_type);
	run_race(test, r);
}

/* One gives away what the other frees. */
static bool act_free(struct race *r, u32 who)
{
	return who ? !rl_xheap_free(r->obj, A) : rl_xheap_move(r->obj, item_type.id, A, C0);
}

static bool judge_free(struct race *r, u32 round)
{
	bool ok = r->won[0] != r->won[1];

	if (r->won[0])
		ok &= !rl_xheap_free(r->obj, C0);
	ok &= rl_xheap_owner_at(r->obj) == RL_OWNER_FREE;
	r->obj = rl_xheap_alloc(item_type.id, A);
	return ok && r->obj;
}

static void race_free(struct kunit *test)
{
	struct race *r = new_race(test);

	r->act = act_free;
	r->judge = judge_free;
	r->obj = get(test, &item_type);
	run_race(test, r);
}

static void __rref *make_deque(struct kunit *test, u32 n)
{
	void __rref *dq = get(test, &deque_type);

	while (n--)
		KUNIT_ASSERT_EQ(test, rl_xheap_push(dq, get(test, &item_type), A, false), 0);
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

static bool judge_deque(struct race *r, u32 round)
{
	u32 winner = C0 + r->won[1];

	return r->won[0] != r->won[1] && owns_all(r, winner) &&
	       rl_xheap_move(r->obj, deque_type.id, winner, A);
}

static void race_deque(struct kunit *test)
{
	struct race *r = new_race(test);

	r->act = act_deque;
	r->judge = judge_deque;
	r->obj = make_deque(test, LEN);
	run_race(test, r);
}

/* One moves the deque, the other takes its last element: one or both, in order. */
static bool act_element(struct race *r, u32 who)
{
	if (!who)
		return rl_xheap_move(r->obj, deque_type.id, A, C0);
	return !rl_xheap_pop(r->obj, A, true, &r->other);
}

static bool judge_element(struct race *r, u32 round)
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

static void race_element(struct kunit *test)
{
	struct race *r = new_race(test);

	r->act = act_element;
	r->judge = judge_element;
	r->obj = make_deque(test, LEN);
	run_race(test, r);
}

/* Both put the same object, each into a deque of its own. */
static bool act_push(struct race *r, u32 who)
{
	return !rl_xheap_push(r->each[who], r->obj, A, false);
}

static bool judge_push(struct race *r, u32 round)
{
	void __rref *back = NULL;

	return r->won[0] != r->won[1] && rl_xheap_check(r->obj, item_type.id, A) == -ECHILD &&
	       !rl_xheap_pop(r->each[r->won[1]], A, false, &back) && back == r->obj;
}

static void race_push(struct kunit *test)
{
	struct race *r = new_race(test);

	r->act = act_push;
	r->judge = judge_push;
	r->obj = get(test, &item_type);
	r->each[0] = make_deque(test, 0);
	r->each[1] = make_deque(test, 0);
	run_race(test, r);
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

static bool judge_many(struct race *r, u32 round)
{
	void __rref *back[LEN];
	bool ok = r->got[0] + r->got[1] == LEN;
	u32 who;

	for (who = 0; who < 2; who++)
		if (r->got[who])
			ok &= rl_xheap_pop_many(r->each[who], back, LEN, A, false) == r->got[who];
	return ok;
}

static void race_many(struct kunit *test)
{
	struct race *r = new_race(test);
	u32 i;

	r->act = act_many;
	r->judge = judge_many;
	for (i = 0; i < LEN; i++)
		r->many[i] = get(test, &item_type);
	r->each[0] = make_deque(test, 0);
	r->each[1] = make_deque(test, 0);
	run_race(test, r);
}

/* One borrows and returns what the other frees. */
static bool act_borrow(struct race *r, u32 who)
{
	if (!who)
		return !rl_xheap_free(r->obj, A);
	return !rl_xheap_borrow(r->obj, item_type.id, A) && !rl_xheap_unborrow(r->obj);
}

static bool judge_borrow(struct race *r, u32 round)
{
	bool ok = r->won[0] && rl_xheap_owner_at(r->obj) == RL_OWNER_FREE;

	r->obj = rl_xheap_alloc(item_type.id, A);
	return ok && r->obj;
}

static void race_borrow(struct kunit *test)
{
	struct race *r = new_race(test);

	r->act = act_borrow;
	r->judge = judge_borrow;
	r->obj = get(test, &item_type);
	run_race(test, r);
	KUNIT_EXPECT_EQ(test, rl_xheap_count(A), 1);
}

/* One moves what the other borrows, and keeps for the rest of the round. */
static bool act_lend(struct race *r, u32 who)
{
	return who ? !rl_xheap_borrow(r->obj, item_type.id, A) :
		     rl_xheap_move(r->obj, item_type.id, A, C0);
}

static bool judge_lend(struct race *r, u32 round)
{
	u32 owner = r->won[0] ? C0 : A;
	bool ok = r->won[0] != r->won[1] && rl_xheap_owner_at(r->obj) == owner;

	if (r->won[1])
		return ok && rl_xheap_check(r->obj, item_type.id, A) == -EBUSY &&
		       !rl_xheap_unborrow(r->obj);
	return ok && rl_xheap_move(r->obj, item_type.id, C0, A);
}

static void race_lend(struct kunit *test)
{
	struct race *r = new_race(test);

	r->act = act_lend;
	r->judge = judge_lend;
	r->obj = get(test, &item_type);
	run_race(test, r);
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
static bool judge_two(struct race *r, u32 round)
{
	u32 owner = r->won[0] ? C0 : r->won[1] ? C0 + 1 : A;
	bool ok = !(r->won[0] && r->won[1]) && rl_xheap_owner_at(r->obj) == owner &&
		  rl_xheap_owner_at(r->other) == owner;

	return ok && (owner == A || (rl_xheap_move(r->obj, item_type.id, owner, A) &&
				     rl_xheap_move(r->other, item_type.id, owner, A)));
}

static void race_two(struct kunit *test)
{
	struct race *r = new_race(test);

	r->act = act_two;
	r->judge = judge_two;
	r->obj = get(test, &item_type);
	r->other = get(test, &item_type);
	run_race(test, r);
}

/* Both put an object of their own into the same slot. */
static bool act_put(struct race *r, u32 who)
{
	return !rl_xheap_put(r->obj, 0, r->each[who], A);
}

/* It is the winner's that is in there, and the loser's is still outside. */
static bool judge_put(struct race *r, u32 round)
{
	void __rref *in = r->each[r->won[1]];
	void __rref *out = r->each[r->won[0]];
	void __rref *back = NULL;

	return r->won[0] != r->won[1] && rl_xheap_check(in, item_type.id, A) == -ECHILD &&
	       !rl_xheap_check(out, item_type.id, A) && !rl_xheap_take(r->obj, 0, A, &back) &&
	       back == in;
}

static void race_put(struct kunit *test)
{
	struct race *r = new_race(test);

	r->act = act_put;
	r->judge = judge_put;
	r->obj = get(test, &box_type);
	r->each[0] = get(test, &item_type);
	r->each[1] = get(test, &item_type);
	run_race(test, r);
}

/* Both take what is in the same slot. */
static bool act_take(struct race *r, u32 who)
{
	r->each[who] = NULL;
	return !rl_xheap_take(r->obj, 0, A, &r->each[who]);
}

static bool judge_take(struct race *r, u32 round)
{
	void __rref *got = r->each[r->won[1]];

	return r->won[0] != r->won[1] && got == r->other && !r->each[r->won[0]] &&
	       !rl_xheap_check(got, item_type.id, A) && !rl_xheap_put(r->obj, 0, got, A);
}

static void race_take(struct kunit *test)
{
	struct race *r = new_race(test);

	r->act = act_take;
	r->judge = judge_take;
	r->obj = get(test, &box_type);
	r->other = get(test, &item_type);
	KUNIT_ASSERT_EQ(test, rl_xheap_put(r->obj, 0, r->other, A), 0);
	run_race(test, r);
}

/* One moves the vec that the other makes larger or smaller, which ends the old one. */
static bool act_grow(struct race *r, u32 who)
{
	if (!who)
		return rl_xheap_move(r->obj, vec_type.id, A, C0);
	r->other = r->obj;
	return !rl_xheap_grow(&r->other, r->rounds % VEC + 1, A);
}

static bool judge_grow(struct race *r, u32 round)
{
	if (r->won[0] == r->won[1])
		return false;
	if (r->won[0])
		return r->other == r->obj && rl_xheap_move(r->obj, vec_type.id, C0, A);
	if (rl_xheap_check(r->obj, vec_type.id, A) != -EFAULT)
		return false;
	r->obj = r->other;
	return !rl_xheap_check(r->obj, vec_type.id, A);
}

static void race_grow(struct kunit *test)
{
	struct race *r = new_race(test);

	r->act = act_grow;
	r->judge = judge_grow;
	r->obj = rl_xheap_alloc_vec(vec_type.id, 1, A);
	KUNIT_ASSERT_TRUE(test, !!r->obj);
	run_race(test, r);
	KUNIT_EXPECT_EQ(test, rl_xheap_count(A), 1);
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

static bool judge_alloc(struct race *r, u32 round)
{
	return r->won[0] && r->won[1];
}

static void race_alloc(struct kunit *test)
{
	struct race *r = new_race(test);

	r->act = act_alloc;
	r->judge = judge_alloc;
	run_race(test, r);
	KUNIT_EXPECT_EQ(test, rl_xheap_count(C0) + rl_xheap_count(C0 + 1), 0);
}

static int race_init(struct kunit *test)
{
	int err = rl_xheap_add_type(&item_type);

	err = err ?: rl_xheap_add_type(&deque_type);
	err = err ?: rl_xheap_add_type(&box_type);
	return err ?: rl_xheap_add_type(&vec_type);
}

static void race_exit(struct kunit *test)
{
	rl_xheap_drop_owner(A);
	rl_xheap_drop_owner(C0);
	rl_xheap_drop_owner(C0 + 1);
	rl_xheap_del_type(&vec_type);
	rl_xheap_del_type(&box_type);
	rl_xheap_del_type(&deque_type);
	rl_xheap_del_type(&item_type);
}

static struct kunit_case race_cases[] = {
	KUNIT_CASE(race_move),
	KUNIT_CASE(race_free),
	KUNIT_CASE(race_deque),
	KUNIT_CASE(race_element),
	KUNIT_CASE(race_push),
	KUNIT_CASE(race_many),
	KUNIT_CASE(race_borrow),
	KUNIT_CASE(race_lend),
	KUNIT_CASE(race_two),
	KUNIT_CASE(race_put),
	KUNIT_CASE(race_take),
	KUNIT_CASE(race_grow),
	KUNIT_CASE(race_alloc),
	{}
};

static struct kunit_suite race_suite = {
	.name = "rl_xheap_race",
	.init = race_init,
	.exit = race_exit,
	.test_cases = race_cases,
};

rl_kunit_test_suite(race_suite);

MODULE_DESCRIPTION("RedLeaf: exchange heap race KUnit suite");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(RL_TEST);
