// SPDX-License-Identifier: GPL-2.0-only
/*
 * Objects inside objects under test: slots, deques, vecs, borrows, handles
 *
 * One thread on one CPU, on the heap of the loaded core, with owner ids that no domain
 * has. A refusal is always judged in the same way: the ledger is the same after it
 * (ledger_kunit.h).
 */
#include <linux/cpumask.h>
#include <linux/sched.h>
#include "ledger_kunit.h"

#define A	250u		/* owners */
#define B	251u
#define OTHERS	200u		/* and the nine behind it: as many as fill the heap */
#define CAP	4u		/* elements of the test containers */

struct leaf {
	u64 tag;
};

struct deque {
	struct rl_deque_head h;
	u64 slot[CAP];		/* pointers, as the numbers they are to the core */
};

struct node {
	u64 must;		/* a leaf */
	u64 may[2];		/* deques of leaves */
	u32 used;		/* of data */
	u8 data[12];
	char name[8];
};

#define ID(n) (0x7e57000000000400 + (n))

static const struct rl_xslot node_slots[] = {
	{ .offset = offsetof(struct node, must), .count = 1, .type = ID(1) },
	{ .offset = offsetof(struct node, may), .count = 2, .type = ID(2), .optional = true },
};

static const struct rl_xlen node_lens[] = {
	{ .offset = offsetof(struct node, used), .max = 12 },
	{ .offset = offsetof(struct node, name), .max = 8, .string = true },
};

enum { LEAF, DEQUE, NODE, NODES, VEC, BLOCK, BIG, NR };

static const struct rl_type_desc types[NR] = {
	[LEAF] = { .id = ID(1), .name = "test.leaf", .size = sizeof(struct leaf) },
	[DEQUE] = { .id = ID(2), .name = "test.leaves", .size = sizeof(struct deque),
		    .kind = RL_X_DEQUE, .child = ID(1), .capacity = CAP },
	[NODE] = { .id = ID(3), .name = "test.node", .size = sizeof(struct node),
		   .slots = node_slots, .nr_slots = ARRAY_SIZE(node_slots),
		   .lens = node_lens, .nr_lens = ARRAY_SIZE(node_lens) },
	[NODES] = { .id = ID(4), .name = "test.nodes", .size = CAP * sizeof(u64),
		    .kind = RL_X_ARRAY, .child = ID(3), .capacity = CAP },
	[VEC] = { .id = ID(5), .name = "test.vec", .size = sizeof(struct rl_vec_head),
		  .kind = RL_X_VEC, .elem_size = 24, .capacity = 1000 },
	[BLOCK] = { .id = ID(6), .name = "test.block", .size = 1536, .align = 2048, .dma = true },
	[BIG] = { .id = ID(7), .name = "test.big", .size = sizeof(struct rl_vec_head),
		  .kind = RL_X_VEC, .elem_size = 64, .capacity = 1 << 14 },
};

static void __rref *ref(u64 number)
{
	return (void __force __rref *)number;
}

static u64 number(const void __rref *obj)
{
	return (u64 __force)obj;
}

static void *mem(void __rref *obj)
{
	return (void __force *)obj;
}

static int rref_init(struct kunit *test)
{
	int i, err = ledger_init();

	/* Free memory and credit are kept per CPU: what is used up is used up on this one. */
	set_cpus_allowed_ptr(current, cpumask_of(cpumask_first(cpu_online_mask)));
	for (i = 0; !err && i < NR; i++)
		err = rl_xheap_add_type(&types[i]);
	return err;
}

static void rref_exit(struct kunit *test)
{
	int i;

	rl_xheap_drop_owner(A);
	rl_xheap_drop_owner(B);
	KUNIT_EXPECT_EQ(test, rl_xheap_count(A) + rl_xheap_count(B), 0);
	for (i = NR; i--; )
		rl_xheap_del_type(&types[i]);
	ledger_exit();
}

static void __rref *get(struct kunit *test, int type, u32 owner)
{
	void __rref *obj = type == VEC ? rl_xheap_alloc_vec(types[VEC].id, 10, owner) :
					 rl_xheap_alloc(types[type].id, owner);

	KUNIT_ASSERT_TRUE(test, !!obj);
	return obj;
}

/* @call answers @err and leaves everything as it was. */
#define REFUSED(test, call, err) KEEPS_LEDGER(test, KUNIT_EXPECT_EQ(test, call, err))

/* Every way to give away, lend or end @obj as @who's is refused with @err. */
static void untouchable(struct kunit *test, void __rref *obj, u64 id, u32 who, s32 err)
{
	REFUSED(test, rl_xheap_check(obj, id, who), err);
	REFUSED(test, rl_xheap_move(obj, id, who, B), false);
	REFUSED(test, rl_xheap_claim(obj, id, who), false);
	REFUSED(test, rl_xheap_refusal(obj, id, who), err);
}

/* A node with a leaf, and a deque with @n more. */
static void __rref *make_node(struct kunit *test, u32 owner, u32 n)
{
	void __rref *node = get(test, NODE, owner);
	void __rref *dq = get(test, DEQUE, owner);
	u32 at = offsetof(struct node, may);

	KUNIT_ASSERT_EQ(test, rl_xheap_put(node, 0, get(test, LEAF, owner), owner), 0);
	while (n--)
		KUNIT_ASSERT_EQ(test, rl_xheap_push(dq, get(test, LEAF, owner), owner, false), 0);
	KUNIT_ASSERT_EQ(test, rl_xheap_put(node, at, dq, owner), 0);
	return node;
}

/* Root, four nodes, a leaf and a deque of four in each: four levels. */
static void __rref *make_tree(struct kunit *test, u32 owner)
{
	void __rref *root = get(test, NODES, owner);
	u32 i;

	for (i = 0; i < CAP; i++)
		KUNIT_ASSERT_EQ(test, rl_xheap_put(root, i * 8, make_node(test, owner, CAP), owner),
				0);
	return root;
}

#define TREE	(1 + CAP * (3 + CAP))	/* objects in it */

static void tree_is_one(struct kunit *test)
{
	void __rref *root = make_tree(test, A);
	void __rref *leaf;
	struct node *node = mem(ref(*(u64 *)mem(root)));
	struct deque *dq = mem(ref(node->may[0]));

	leaf = ref(dq->slot[2]);
	KUNIT_EXPECT_EQ(test, rl_xheap_count(A), TREE);
	KUNIT_EXPECT_EQ(test, rl_xheap_owner_at(leaf), A);
	KUNIT_EXPECT_TRUE(test, rl_xheap_readable(leaf, 1, A));
	KUNIT_EXPECT_FALSE(test, rl_xheap_readable(leaf, 1, B));
	KUNIT_EXPECT_TRUE(test, rl_xheap_move(root, types[NODES].id, A, B));
	KUNIT_EXPECT_EQ(test, rl_xheap_count(A), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_count(B), TREE);
	KUNIT_EXPECT_EQ(test, rl_xheap_owner_at(leaf), B);
	KUNIT_EXPECT_FALSE(test, rl_xheap_readable(leaf, 1, A));
	KUNIT_EXPECT_EQ(test, rl_xheap_free(root, B), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_count(B), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_owner_at(leaf), RL_OWNER_FREE);
	KUNIT_EXPECT_FALSE(test, rl_xheap_readable(leaf, 1, B));
	KUNIT_EXPECT_FALSE(test, rl_xheap_readable((void __force __rref *)test, 1, B));
}

static void tree_dies_with_owner(struct kunit *test)
{
	void __rref *root = make_tree(test, A);

	get(test, LEAF, B);
	KUNIT_EXPECT_EQ(test, rl_xheap_drop_owner(A), TREE);
	KUNIT_EXPECT_EQ(test, rl_xheap_drop_owner(A), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_check(root, types[NODES].id, A), -EFAULT);
	KUNIT_EXPECT_EQ(test, rl_xheap_count(B), 1);
}

static void child_is_its_parents(struct kunit *test)
{
	void __rref *node = make_node(test, A, 2);
	void __rref *other = get(test, DEQUE, A);
	void __rref *leaf = ref(((struct node *)mem(node))->must);
	void __rref *got = NULL;

	untouchable(test, leaf, types[LEAF].id, A, -ECHILD);
	REFUSED(test, rl_xheap_free(leaf, A), -ECHILD);
	REFUSED(test, rl_xheap_borrow(leaf, types[LEAF].id, A), -ECHILD);
	REFUSED(test, rl_xheap_push(other, leaf, A, false), -ECHILD);
	REFUSED(test, (s32)rl_xheap_handle(leaf, A), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_take(node, 0, A, &got), 0);
	KUNIT_EXPECT_PTR_EQ(test, mem(got), mem(leaf));
	KUNIT_EXPECT_TRUE(test, rl_xheap_move(leaf, types[LEAF].id, A, B));
}

static void put_refuses(struct kunit *test)
{
	void __rref *node = make_node(test, A, 1);
	void __rref *leaf = get(test, LEAF, A);
	void __rref *foreign = get(test, LEAF, B);
	void __rref *dq = get(test, DEQUE, A);
	u32 may = offsetof(struct node, may);

	REFUSED(test, rl_xheap_put(node, 0, leaf, A), -EEXIST);
	REFUSED(test, rl_xheap_put(node, may, dq, A), -EEXIST);
	REFUSED(test, rl_xheap_put(node, may + 8, leaf, A), -EINVAL);
	REFUSED(test, rl_xheap_put(node, may + 16, dq, A), -EINVAL);
	REFUSED(test, rl_xheap_put(node, may + 9, dq, A), -EINVAL);
	REFUSED(test, rl_xheap_put(node, ~7u, dq, A), -EINVAL);
	REFUSED(test, rl_xheap_put(node, may + 8, node, A), -EINVAL);
	REFUSED(test, rl_xheap_put(node, may + 8, dq, B), -EPERM);
	REFUSED(test, rl_xheap_put(leaf, 0, dq, A), -EINVAL);
	REFUSED(test, rl_xheap_put(NULL, 0, dq, A), -EFAULT);
	REFUSED(test, rl_xheap_put(node, may + 8, NULL, A), -EFAULT);
	REFUSED(test, rl_xheap_push(dq, foreign, A, false), -EPERM);
	REFUSED(test, rl_xheap_push(dq, dq, A, false), -EINVAL);
	REFUSED(test, rl_xheap_push(leaf, dq, A, false), -EINVAL);
	KUNIT_EXPECT_EQ(test, rl_xheap_put(node, may + 8, dq, A), 0);
}

/* Others than the owner, and what is not there to be taken. */
static void take_refuses(struct kunit *test)
{
	void __rref *node = make_node(test, A, 1);
	void __rref *leaf = get(test, LEAF, B);
	void __rref *got = NULL;
	u32 may = offsetof(struct node, may);
	void __rref *dq = ref(((struct node *)mem(node))->may[0]);

	REFUSED(test, rl_xheap_take(node, may, B, &got), -EPERM);
	REFUSED(test, rl_xheap_take(node, may + 1, A, &got), -EINVAL);
	REFUSED(test, rl_xheap_take(node, ~7u, A, &got), -EINVAL);
	REFUSED(test, rl_xheap_take(NULL, 0, A, &got), -EFAULT);
	REFUSED(test, rl_xheap_pop(dq, B, false, &got), -EPERM);
	REFUSED(test, rl_xheap_pop(node, A, false, &got), -EINVAL);
	REFUSED(test, rl_xheap_pop(NULL, A, false, &got), -EFAULT);
	REFUSED(test, rl_xheap_push(dq, leaf, B, false), -EPERM);
	REFUSED(test, rl_xheap_free(node, B), -EPERM);
	REFUSED(test, rl_xheap_free(dq, A), -ECHILD);
	REFUSED(test, rl_xheap_unborrow(node), -EINVAL);
	REFUSED(test, rl_xheap_grow(&node, 1, A), -EINVAL);
	KUNIT_EXPECT_TRUE(test, !got);
}

/* What a domain writes into its slots: taken for what it is, and nothing is lost. */
static void slots_scribbled(struct kunit *test)
{
	void __rref *node = make_node(test, A, 3);
	void __rref *got = NULL;
	void __rref *alien;
	struct node *n = mem(node);
	u64 leaf = n->must, dq = n->may[0];
	u64 bad[5] = { ~0ull, 1, number(node), dq + 8 };
	u32 i;

	alien = get(test, LEAF, B);
	bad[4] = number(alien);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		n->must = bad[i];
		untouchable(test, node, types[NODE].id, A, -ENODATA);
		KUNIT_EXPECT_EQ(test, rl_xheap_take(node, 0, A, &got), -EFAULT);
		KUNIT_EXPECT_EQ(test, n->must, 0);
		REFUSED(test, rl_xheap_take(node, 0, A, &got), -ENOENT);
	}
	/* The same child twice: one of the two is it. */
	n->must = leaf;
	n->may[1] = dq;
	KUNIT_EXPECT_EQ(test, rl_xheap_take(node, 16, A, &got), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_take(node, 8, A, &got), -EFAULT);
	KUNIT_EXPECT_EQ(test, rl_xheap_free(got, A), 0);
	/* A forgotten child, and one that replaced it, both end with the parent. */
	n->must = 0;
	KUNIT_EXPECT_EQ(test, rl_xheap_put(node, 0, get(test, LEAF, A), A), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_count(A), 3);
	KUNIT_EXPECT_EQ(test, rl_xheap_free(node, A), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_count(A), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_check(alien, types[LEAF].id, B), 0);
}

static void deque_is_a_ring(struct kunit *test)
{
	void __rref *dq = get(test, DEQUE, A);
	void __rref *more = get(test, LEAF, A);
	void __rref *leaf[CAP];
	void __rref *got = NULL;
	struct deque *d = mem(dq);
	u32 head, i;

	for (i = 0; i < CAP; i++)
		leaf[i] = get(test, LEAF, A);
	for (head = 0; head < CAP; head++) {
		d->h.head = head;
		REFUSED(test, rl_xheap_pop(dq, A, false, &got), -ENOENT);
		/* 2 3 0 1: two to the back, two to the front */
		for (i = 0; i < CAP; i++)
			KUNIT_EXPECT_EQ(test, rl_xheap_push(dq, leaf[(i + 2) % CAP], A, i >= 2), 0);
		REFUSED(test, rl_xheap_push(dq, more, A, true), -ENOSPC);
		KUNIT_EXPECT_EQ(test, rl_xheap_pop(dq, A, true, &got), 0);
		KUNIT_EXPECT_PTR_EQ(test, mem(got), mem(leaf[3]));
		for (i = 0; i < CAP - 1; i++) {
			KUNIT_EXPECT_EQ(test, rl_xheap_pop(dq, A, false, &got), 0);
			KUNIT_EXPECT_PTR_EQ(test, mem(got), mem(leaf[i == 2 ? 2 : 1 - i]));
		}
		KUNIT_EXPECT_EQ(test, d->h.len, 0);
	}
}

/* As in the array, whichever end they come to and wherever the ring begins. */
static void many_keep_their_order(struct kunit *test)
{
	void __rref *dq = get(test, DEQUE, A);
	void __rref *leaf[CAP], *got[CAP];
	struct deque *d = mem(dq);
	u32 head, i;

	for (i = 0; i < CAP; i++)
		leaf[i] = get(test, LEAF, A);
	for (head = 0; head < CAP; head++) {
		d->h.head = head;
		KUNIT_EXPECT_EQ(test, rl_xheap_push_many(dq, &leaf[2], 2, A, false), 2);
		KUNIT_EXPECT_EQ(test, rl_xheap_push_many(dq, leaf, 2, A, true), 2);
		for (i = 0; i < CAP; i++)
			KUNIT_EXPECT_EQ(test, d->slot[(d->h.head + i) % CAP], number(leaf[i]));
		KUNIT_EXPECT_EQ(test, rl_xheap_pop_many(dq, got, 1, A, false), 1);
		KUNIT_EXPECT_EQ(test, rl_xheap_pop_many(dq, &got[1], CAP, A, true), CAP - 1);
		for (i = 0; i < CAP; i++)
			KUNIT_EXPECT_PTR_EQ(test, mem(got[i]), mem(leaf[i ? CAP - i : 0]));
		KUNIT_EXPECT_EQ(test, d->h.len, 0);
	}
}

/* As pushes one after the other: what was there before the refusal is in, no more. */
static void many_stop_at_refusal(struct kunit *test)
{
	void __rref *dq = get(test, DEQUE, A);
	void __rref *foreign = get(test, LEAF, B);
	void __rref *leaf[CAP + 1], *got[CAP + 1];
	u32 i;

	for (i = 0; i <= CAP; i++)
		leaf[i] = get(test, LEAF, A);
	REFUSED(test, rl_xheap_push_many(dq, leaf, 0, A, false), 0);
	REFUSED(test, rl_xheap_push_many(dq, &foreign, 1, A, false), -EPERM);
	REFUSED(test, rl_xheap_push_many(dq, leaf, CAP, B, false), -EPERM);
	REFUSED(test, rl_xheap_push_many(dq, &dq, 1, A, true), -EINVAL);
	REFUSED(test, rl_xheap_push_many(leaf[0], leaf, CAP, A, true), -EINVAL);
	REFUSED(test, rl_xheap_push_many(NULL, leaf, CAP, A, true), -EFAULT);
	KUNIT_EXPECT_EQ(test, rl_xheap_push_many(dq, leaf, CAP + 1, A, true), CAP);
	REFUSED(test, rl_xheap_push_many(dq, leaf, 1, A, true), -ENOSPC);
	KUNIT_EXPECT_EQ(test, rl_xheap_check(leaf[0], types[LEAF].id, A), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_pop_many(dq, got, CAP + 1, A, false), CAP);
	KUNIT_EXPECT_PTR_EQ(test, mem(got[0]), mem(leaf[1]));
	/* somebody else's, and one twice */
	swap(foreign, leaf[2]);
	KUNIT_EXPECT_EQ(test, rl_xheap_push_many(dq, leaf, CAP, A, false), 2);
	KUNIT_EXPECT_EQ(test, rl_xheap_check(leaf[2], types[LEAF].id, B), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_check(leaf[3], types[LEAF].id, A), 0);
	leaf[2] = leaf[3];
	KUNIT_EXPECT_EQ(test, rl_xheap_push_many(dq, &leaf[2], 2, A, false), 1);
	KUNIT_EXPECT_EQ(test, rl_xheap_pop_many(dq, got, CAP, A, false), 3);
	KUNIT_EXPECT_PTR_EQ(test, mem(got[2]), mem(leaf[3]));
}

/* The deque is one shorter by each that is none of its elements, and that ends a call. */
static void many_stop_at_garbage(struct kunit *test)
{
	void __rref *dq = get(test, DEQUE, A);
	void __rref *leaf[CAP], *got[CAP];
	struct deque *d = mem(dq);
	u32 i;

	for (i = 0; i < CAP; i++)
		leaf[i] = get(test, LEAF, A);
	REFUSED(test, rl_xheap_pop_many(dq, got, CAP, A, false), -ENOENT);
	KUNIT_EXPECT_EQ(test, rl_xheap_push_many(dq, leaf, CAP, A, false), CAP);
	REFUSED(test, rl_xheap_pop_many(dq, got, 0, A, true), 0);
	REFUSED(test, rl_xheap_pop_many(dq, got, CAP, B, true), -EPERM);
	d->slot[1] = d->slot[0];
	KUNIT_EXPECT_EQ(test, rl_xheap_pop_many(dq, got, CAP, A, false), 1);
	KUNIT_EXPECT_EQ(test, d->h.len, 2);
	d->slot[2] = number(dq);
	KUNIT_EXPECT_EQ(test, rl_xheap_pop_many(dq, got, CAP, A, false), -EFAULT);
	KUNIT_EXPECT_EQ(test, d->h.len, 1);
	KUNIT_EXPECT_EQ(test, rl_xheap_pop_many(dq, got, CAP, A, false), 1);
	KUNIT_EXPECT_PTR_EQ(test, mem(got[0]), mem(leaf[3]));
	/* the two that were forgotten end with it */
	KUNIT_EXPECT_EQ(test, rl_xheap_count(A), 5);
	KUNIT_EXPECT_EQ(test, rl_xheap_free(dq, A), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_count(A), 2);
}

/* What has no mark stays, with all behind it; the words are those that were looked at. */
static void marked_stop_at_unmarked(struct kunit *test)
{
	static const u32 words[CAP] = { 0x18, 0x28, 0x12, 0x88 };
	void __rref *dq = get(test, DEQUE, A);
	struct rl_xmarked got[CAP] = {};
	void __rref *leaf[CAP];
	struct deque *d = mem(dq);
	u32 head, i;

	for (i = 0; i < CAP; i++)
		leaf[i] = get(test, LEAF, A);
	for (head = 0; head < CAP; head++) {
		for (i = 0; i < CAP; i++)
			((u32 *)mem(leaf[i]))[1] = words[i];
		d->h.head = head;
		KUNIT_EXPECT_EQ(test, rl_xheap_push_many(dq, leaf, CAP, A, false), CAP);
		REFUSED(test, rl_xheap_pop_marked(dq, got, CAP, A, 4, 4), -ENOENT);
		REFUSED(test, rl_xheap_pop_marked(dq, got, CAP, A, 0, ~0u), -ENOENT);
		REFUSED(test, rl_xheap_pop_marked(dq, got, 0, A, 4, 8), 0);
		KUNIT_EXPECT_EQ(test, rl_xheap_pop_marked(dq, got, 1, A, 4, 8), 1);
		KUNIT_EXPECT_EQ(test, rl_xheap_pop_marked(dq, &got[1], CAP, A, 4, 8 | 4), 1);
		REFUSED(test, rl_xheap_pop_marked(dq, got, CAP, A, 4, 8), -ENOENT);
		KUNIT_EXPECT_EQ(test, d->h.len, 2);
		KUNIT_EXPECT_EQ(test, rl_xheap_pop_marked(dq, &got[2], CAP, A, 4, 2 | 8), 2);
		for (i = 0; i < CAP; i++) {
			KUNIT_EXPECT_PTR_EQ(test, mem(got[i].obj), mem(leaf[i]));
			KUNIT_EXPECT_EQ(test, got[i].word, words[i]);
			KUNIT_EXPECT_EQ(test, rl_xheap_check(leaf[i], types[LEAF].id, A), 0);
			KUNIT_EXPECT_EQ(test, d->slot[i], 0);
		}
		REFUSED(test, rl_xheap_pop_marked(dq, got, CAP, A, 4, 8), -ENOENT);
	}
}

/* Nothing is read through a slot that has no element in it; it is gone, and ends the call. */
static void marked_stop_at_garbage(struct kunit *test)
{
	void __rref *dq = get(test, DEQUE, A);
	struct rl_xmarked got[CAP] = {};
	void __rref *leaf[CAP];
	struct deque *d = mem(dq);
	u32 i;

	for (i = 0; i < CAP; i++) {
		leaf[i] = get(test, LEAF, A);
		*(u32 *)mem(leaf[i]) = 1;
	}
	KUNIT_EXPECT_EQ(test, rl_xheap_push_many(dq, leaf, CAP, A, false), CAP);
	REFUSED(test, rl_xheap_pop_marked(dq, got, CAP, B, 0, 1), -EPERM);
	d->slot[1] = d->slot[0];
	d->slot[2] = 8;
	KUNIT_EXPECT_EQ(test, rl_xheap_pop_marked(dq, got, CAP, A, 0, 1), 1);
	KUNIT_EXPECT_PTR_EQ(test, mem(got[0].obj), mem(leaf[0]));
	KUNIT_EXPECT_EQ(test, d->h.len, 2);
	KUNIT_EXPECT_EQ(test, rl_xheap_pop_marked(dq, got, CAP, A, 0, 1), -EFAULT);
	KUNIT_EXPECT_EQ(test, d->h.len, 1);
	KUNIT_EXPECT_EQ(test, rl_xheap_pop_marked(dq, got, CAP, A, 0, 1), 1);
	KUNIT_EXPECT_PTR_EQ(test, mem(got[0].obj), mem(leaf[3]));
	/* the two that were forgotten end with it */
	KUNIT_EXPECT_EQ(test, rl_xheap_count(A), 5);
	KUNIT_EXPECT_EQ(test, rl_xheap_free(dq, A), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_count(A), 2);
}

static void deque_hostile_heads(struct kunit *test)
{
	static const struct rl_deque_head bad[] = {
		{ CAP, 0 }, { CAP, 1 }, { ~0u, 1 }, { 0x80000000, 0 }, { 0, CAP + 1 },
		{ 0, ~0u }, { CAP - 1, 0x80000001 }, { ~0u, ~0u }, { 1, ~0u - CAP },
	};
	void __rref *dq = get(test, DEQUE, A);
	void __rref *leaf = get(test, LEAF, A);
	struct rl_xmarked marked;
	void __rref *got;
	struct deque *d = mem(dq);
	u32 i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		d->h = bad[i];
		untouchable(test, dq, types[DEQUE].id, A, -ERANGE);
		REFUSED(test, rl_xheap_borrow(dq, types[DEQUE].id, A), -ERANGE);
		REFUSED(test, rl_xheap_push(dq, leaf, A, false), -ERANGE);
		REFUSED(test, rl_xheap_pop(dq, A, false, &got), -ERANGE);
		REFUSED(test, rl_xheap_push_many(dq, &leaf, 1, A, true), -ERANGE);
		REFUSED(test, rl_xheap_pop_many(dq, &got, 1, A, true), -ERANGE);
		REFUSED(test, rl_xheap_pop_marked(dq, &marked, 1, A, 0, 1), -ERANGE);
	}
	/* A length without elements: each pop makes it shorter. */
	d->h = (struct rl_deque_head){ 3, 2 };
	KUNIT_EXPECT_EQ(test, rl_xheap_pop(dq, A, false, &got), -EFAULT);
	KUNIT_EXPECT_EQ(test, rl_xheap_pop(dq, A, false, &got), -EFAULT);
	KUNIT_EXPECT_EQ(test, rl_xheap_pop(dq, A, false, &got), -ENOENT);
}

static void buffers_and_strings(struct kunit *test)
{
	void __rref *node = make_node(test, A, 0);
	struct node *n = mem(node);

	n->used = 13;
	untouchable(test, node, types[NODE].id, A, -ERANGE);
	n->used = 12;
	memset(n->name, 'x', 8);
	untouchable(test, node, types[NODE].id, A, -ERANGE);
	n->name[7] = 0;
	KUNIT_EXPECT_TRUE(test, rl_xheap_move(node, types[NODE].id, A, B));
}

static void borrowed_stays(struct kunit *test)
{
	void __rref *node = make_node(test, A, 2);
	void __rref *got = NULL;
	u64 id = types[NODE].id;
	u32 i;

	REFUSED(test, rl_xheap_borrow(node, id, B), -EPERM);
	REFUSED(test, rl_xheap_borrow(node, types[LEAF].id, A), -EINVAL);
	for (i = 0; i < 255; i++)
		KUNIT_EXPECT_EQ(test, rl_xheap_borrow(node, id, A), 0);
	REFUSED(test, rl_xheap_borrow(node, id, A), -EUSERS);
	untouchable(test, node, id, A, -EBUSY);
	REFUSED(test, rl_xheap_take(node, 0, A, &got), -EBUSY);
	REFUSED(test, rl_xheap_pop(ref(((struct node *)mem(node))->may[0]), A, false, &got),
		-EBUSY);
	/* Its owner lets go of it, in life or in death: it lives until returned. */
	KUNIT_EXPECT_EQ(test, rl_xheap_free(node, A), 0);
	REFUSED(test, rl_xheap_free(node, A), -EPERM);
	REFUSED(test, rl_xheap_borrow(node, id, A), -EPERM);
	KUNIT_EXPECT_EQ(test, rl_xheap_drop_owner(A), 0);
	for (i = 0; i < 255; i++) {
		KUNIT_EXPECT_EQ(test, ((struct node *)mem(node))->used, 0);
		KUNIT_EXPECT_EQ(test, rl_xheap_owner_at(node), RL_XOWNER_LOST);
		KUNIT_EXPECT_TRUE(test, rl_xheap_readable(node, sizeof(struct node), B));
		KUNIT_EXPECT_FALSE(test, rl_xheap_readable(node, PAGE_SIZE, B));
		KUNIT_EXPECT_EQ(test, rl_xheap_unborrow(node), 0);
	}
	KUNIT_EXPECT_EQ(test, rl_xheap_owner_at(node), RL_OWNER_FREE);
	KUNIT_EXPECT_FALSE(test, rl_xheap_readable(node, 1, B));
	REFUSED(test, rl_xheap_unborrow(node), -EINVAL);
}

/* Nothing goes into what is busy, nothing comes out of it, and it does not grow. */
static void keeps_its_shape(struct kunit *test, void __rref *node, void __rref *vec)
{
	void __rref *dq = ref(((struct node *)mem(node))->may[0]);
	void __rref *spare = get(test, DEQUE, A);
	void __rref *nodes = get(test, NODES, A);
	void __rref *leaf = get(test, LEAF, A);
	void __rref *old = vec;
	void __rref *got = NULL;
	u32 may = offsetof(struct node, may);
	struct rl_xmarked marked;

	REFUSED(test, rl_xheap_put(node, may + 8, spare, A), -EBUSY);
	REFUSED(test, rl_xheap_put(nodes, 0, node, A), -EBUSY);
	REFUSED(test, rl_xheap_take(node, may, A, &got), -EBUSY);
	REFUSED(test, rl_xheap_push(dq, leaf, A, false), -EBUSY);
	REFUSED(test, rl_xheap_push(dq, leaf, A, true), -EBUSY);
	REFUSED(test, rl_xheap_pop(dq, A, false, &got), -EBUSY);
	REFUSED(test, rl_xheap_pop(dq, A, true, &got), -EBUSY);
	REFUSED(test, rl_xheap_push_many(dq, &leaf, 1, A, false), -EBUSY);
	REFUSED(test, rl_xheap_pop_many(dq, &got, 1, A, false), -EBUSY);
	REFUSED(test, rl_xheap_pop_marked(dq, &marked, 1, A, 0, 1), -EBUSY);
	REFUSED(test, rl_xheap_grow(&vec, 20, A), -EBUSY);
	KUNIT_EXPECT_TRUE(test, vec == old);
	KUNIT_EXPECT_TRUE(test, !got);
}

static void borrowed_keeps_its_shape(struct kunit *test)
{
	void __rref *node = make_node(test, A, 2);
	void __rref *vec = get(test, VEC, A);

	KUNIT_EXPECT_EQ(test, rl_xheap_borrow(node, types[NODE].id, A), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_borrow(vec, types[VEC].id, A), 0);
	keeps_its_shape(test, node, vec);
	KUNIT_EXPECT_EQ(test, rl_xheap_unborrow(vec), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_unborrow(node), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_grow(&vec, 20, A), 0);
}

static void claimed_keeps_its_shape(struct kunit *test)
{
	void __rref *node = make_node(test, A, 2);
	void __rref *vec = get(test, VEC, A);

	KUNIT_EXPECT_TRUE(test, rl_xheap_claim(node, types[NODE].id, A));
	KUNIT_EXPECT_TRUE(test, rl_xheap_claim(vec, types[VEC].id, A));
	keeps_its_shape(test, node, vec);
	rl_xheap_settle(vec, A);
	rl_xheap_settle(node, A);
	KUNIT_EXPECT_EQ(test, rl_xheap_grow(&vec, 20, A), 0);
}

/* All that @owner can get, in few objects. */
static void fill(u32 owner)
{
	u32 cap;

	for (cap = 1 << 14; cap; cap /= 2)
		while (rl_xheap_alloc_vec(types[BIG].id, cap, owner))
			;
	while (rl_xheap_alloc(types[LEAF].id, owner))
		;
}

/* Every allocation of A's is refused, and growing @vec with @err. */
static void no_more(struct kunit *test, void __rref *vec, s32 err)
{
	void __rref *old = vec;

	REFUSED(test, rl_xheap_grow(&vec, 1000, A), err);
	REFUSED(test, !rl_xheap_alloc(types[LEAF].id, A), true);
	REFUSED(test, !rl_xheap_alloc(types[BLOCK].id, A), true);
	REFUSED(test, !rl_xheap_alloc_vec(types[VEC].id, 1, A), true);
	KUNIT_EXPECT_TRUE(test, vec == old);
	KUNIT_EXPECT_EQ(test, rl_xheap_check(vec, types[VEC].id, A), 0);
}

static void quota_refuses(struct kunit *test)
{
	void __rref *vec = get(test, VEC, A);
	unsigned long refused;

	fill(A);
	refused = rl_xheap_refused(A);
	no_more(test, vec, -EDQUOT);
	KUNIT_EXPECT_EQ(test, rl_xheap_refused(A), refused + 4);
}

/* There is nothing left of the heap, whatever A may pay for. */
static void full_heap_refuses(struct kunit *test)
{
	void __rref *vec = get(test, VEC, A);
	unsigned long refused = rl_xheap_refused(A);
	u32 owner;

	for (owner = OTHERS; owner < OTHERS + 10; owner++)
		fill(owner);
	no_more(test, vec, -ENOMEM);
	KUNIT_EXPECT_EQ(test, rl_xheap_refused(A), refused);
	for (owner = OTHERS; owner < OTHERS + 10; owner++)
		rl_xheap_drop_owner(owner);
	KUNIT_EXPECT_EQ(test, rl_xheap_grow(&vec, 1000, A), 0);
}

static void borrow_outlives_owner(struct kunit *test)
{
	void __rref *node = make_node(test, A, 2);

	KUNIT_EXPECT_EQ(test, rl_xheap_borrow(node, types[NODE].id, A), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_drop_owner(A), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_count(RL_XOWNER_LOST), 5);
	KUNIT_EXPECT_EQ(test, rl_xheap_unborrow(node), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_count(RL_XOWNER_LOST), 0);
}

static void claimed_is_nobodys(struct kunit *test)
{
	void __rref *leaf = get(test, LEAF, A);
	void __rref *dq = get(test, DEQUE, A);
	u64 id = types[LEAF].id;

	KUNIT_EXPECT_TRUE(test, rl_xheap_claim(leaf, id, A));
	untouchable(test, leaf, id, A, -EBUSY);
	REFUSED(test, rl_xheap_free(leaf, A), -EBUSY);
	REFUSED(test, rl_xheap_push(dq, leaf, A, false), -EBUSY);
	REFUSED(test, rl_xheap_borrow(leaf, id, A), -EBUSY);
	rl_xheap_settle(leaf, A);
	KUNIT_EXPECT_EQ(test, rl_xheap_check(leaf, id, A), 0);
}

static void handles_go_stale(struct kunit *test)
{
	void __rref *leaf = get(test, LEAF, A);
	u64 id = types[LEAF].id, old = rl_xheap_handle(leaf, A);

	KUNIT_EXPECT_EQ(test, rl_xheap_handle(leaf, B), 0);
	KUNIT_EXPECT_PTR_EQ(test, mem(rl_xheap_find(old, id, A)), mem(leaf));
	KUNIT_EXPECT_TRUE(test, !rl_xheap_find(old, id, B));
	KUNIT_EXPECT_TRUE(test, !rl_xheap_find(old, types[NODE].id, A));
	KUNIT_EXPECT_TRUE(test, !rl_xheap_find(old + BIT_ULL(32), id, A));
	KUNIT_EXPECT_TRUE(test, !rl_xheap_find(~0ull, id, A));
	KUNIT_EXPECT_EQ(test, rl_xheap_free(leaf, A), 0);
	KUNIT_EXPECT_TRUE(test, !rl_xheap_find(old, id, A));
	/* The same place, the same type, the same owner: another object. */
	KUNIT_EXPECT_PTR_EQ(test, mem(get(test, LEAF, A)), mem(leaf));
	KUNIT_EXPECT_TRUE(test, !rl_xheap_find(old, id, A));
	KUNIT_EXPECT_NE(test, rl_xheap_handle(leaf, A), old);
}

static void vec_grows(struct kunit *test)
{
	void __rref *vec = get(test, VEC, A);
	void __rref *old = vec;
	struct rl_vec_head *h = mem(vec);
	u64 id = types[VEC].id;
	u32 i;

	KUNIT_EXPECT_EQ(test, h->cap, 10);
	h->len = 10;
	for (i = 0; i < 240; i++)
		((u8 *)(h + 1))[i] = i;
	REFUSED(test, rl_xheap_grow(&vec, 1001, A), -EINVAL);
	REFUSED(test, rl_xheap_grow(&vec, 0, A), -EINVAL);
	REFUSED(test, rl_xheap_grow(&vec, 20, B), -EPERM);
	KUNIT_EXPECT_EQ(test, rl_xheap_grow(&vec, 1000, A), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_check(old, id, A), -EFAULT);
	h = mem(vec);
	KUNIT_EXPECT_EQ(test, h->cap, 1000);
	KUNIT_EXPECT_EQ(test, h->len, 10);
	for (i = 0; i < 240; i++)
		KUNIT_EXPECT_EQ(test, ((u8 *)(h + 1))[i], i);
	h->len = 1001;
	untouchable(test, vec, id, A, -ERANGE);
	h->len = 1000;
	h->cap = 1001;
	untouchable(test, vec, id, A, -ERANGE);
	KUNIT_EXPECT_EQ(test, rl_xheap_grow(&vec, 3, A), 0);
	KUNIT_EXPECT_EQ(test, ((struct rl_vec_head *)mem(vec))->len, 3);
	KUNIT_EXPECT_TRUE(test, rl_xheap_move(vec, id, A, B));
	KUNIT_EXPECT_TRUE(test, !rl_xheap_alloc(id, A));
	KUNIT_EXPECT_TRUE(test, !rl_xheap_alloc_vec(types[LEAF].id, 1, A));
}

static void block_is_aligned(struct kunit *test)
{
	u64 at = number(get(test, BLOCK, A));

	KUNIT_EXPECT_EQ(test, at % 2048, 0);
	KUNIT_EXPECT_EQ(test, number(get(test, BLOCK, A)) % 2048, 0);
	KUNIT_EXPECT_EQ(test, at / PAGE_SIZE, (at + 1535) / PAGE_SIZE);
}

static void types_refused(struct kunit *test)
{
	struct rl_xslot slot = { .type = ID(4), .count = 1 };
	struct rl_type_desc t = { .id = ID(99), .name = "test.x", .size = 64, .slots = &slot,
				  .nr_slots = 1 };
	struct rl_xlen len = { .offset = 60, .max = 1 };

	KUNIT_EXPECT_EQ(test, rl_xheap_add_type(&t), -ELOOP);
	slot.type = ID(99);
	KUNIT_EXPECT_EQ(test, rl_xheap_add_type(&t), -ENOENT);
	slot = (struct rl_xslot){ .offset = 60, .count = 1, .type = ID(1) };
	KUNIT_EXPECT_EQ(test, rl_xheap_add_type(&t), -EINVAL);
	slot.offset = 64;
	KUNIT_EXPECT_EQ(test, rl_xheap_add_type(&t), -EINVAL);
	slot = (struct rl_xslot){ .count = 0x20000001, .type = ID(1) };
	KUNIT_EXPECT_EQ(test, rl_xheap_add_type(&t), -EINVAL);
	t.nr_slots = 0;
	t.lens = &len;
	t.nr_lens = 1;
	KUNIT_EXPECT_EQ(test, rl_xheap_add_type(&t), -EINVAL);
	t.nr_lens = 0;
	t.align = 96;
	KUNIT_EXPECT_EQ(test, rl_xheap_add_type(&t), -EINVAL);
	t.align = 0;
	t.dma = true;
	t.size = PAGE_SIZE + 1;
	KUNIT_EXPECT_EQ(test, rl_xheap_add_type(&t), -EINVAL);
	t = types[VEC];
	t.id = ID(99);
	t.capacity = ~0u;
	KUNIT_EXPECT_EQ(test, rl_xheap_add_type(&t), -EINVAL);
	t = types[NODE];
	slot = node_slots[0];
	t.slots = &slot;
	t.nr_slots = 1;
	KUNIT_EXPECT_EQ(test, rl_xheap_add_type(&t), -EEXIST);
}

/* The last case: slots come back when the core is unloaded, which is after every suite. */
static void full_table_refuses(struct kunit *test)
{
	struct rl_type_desc t = { .name = "test.fill", .size = 64 };
	int err = 0;
	u32 n;

	for (n = 0; !err && n <= RL_XTYPES; n++) {
		t.id = ID(0x1000 + n);
		err = rl_xheap_add_type(&t);
		if (!err)
			rl_xheap_del_type(&t);
	}
	KUNIT_EXPECT_LE(test, n, RL_XTYPES - NR + 1);
	REFUSED(test, rl_xheap_add_type(&t), -ENOSPC);
	KUNIT_EXPECT_NULL(test, mem(rl_xheap_alloc(t.id, A)));
	KUNIT_EXPECT_EQ(test, rl_xheap_free(get(test, NODE, A), A), 0);
	/* one that was there finds its slot again */
	t.id = ID(0x1000);
	KUNIT_EXPECT_EQ(test, rl_xheap_add_type(&t), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_free(rl_xheap_alloc(t.id, A), A), 0);
	rl_xheap_del_type(&t);
}

static struct kunit_case rref_cases[] = {
	KUNIT_CASE(tree_is_one),
	KUNIT_CASE(tree_dies_with_owner),
	KUNIT_CASE(child_is_its_parents),
	KUNIT_CASE(put_refuses),
	KUNIT_CASE(take_refuses),
	KUNIT_CASE(slots_scribbled),
	KUNIT_CASE(deque_is_a_ring),
	KUNIT_CASE(many_keep_their_order),
	KUNIT_CASE(many_stop_at_refusal),
	KUNIT_CASE(many_stop_at_garbage),
	KUNIT_CASE(marked_stop_at_unmarked),
	KUNIT_CASE(marked_stop_at_garbage),
	KUNIT_CASE(deque_hostile_heads),
	KUNIT_CASE(buffers_and_strings),
	KUNIT_CASE(borrowed_stays),
	KUNIT_CASE(borrowed_keeps_its_shape),
	KUNIT_CASE(claimed_keeps_its_shape),
	KUNIT_CASE(quota_refuses),
	KUNIT_CASE(full_heap_refuses),
	KUNIT_CASE(borrow_outlives_owner),
	KUNIT_CASE(claimed_is_nobodys),
	KUNIT_CASE(handles_go_stale),
	KUNIT_CASE(vec_grows),
	KUNIT_CASE(block_is_aligned),
	KUNIT_CASE(types_refused),
	KUNIT_CASE(full_table_refuses),
	{}
};

static struct kunit_suite rref_suite = {
	.name = "rl_rref",
	.init = rref_init,
	.exit = rref_exit,
	.test_cases = rref_cases,
};

rl_kunit_test_suite(rref_suite);

MODULE_DESCRIPTION("RedLeaf: RRef KUnit suite");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(RL_TEST);
