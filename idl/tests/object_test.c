// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs the generated accessors of exchangeable objects: what they read of deques, arrays
 * and vecs, whatever is written there; what they ask of the core to put a child in or to
 * take one out; which values of a struct they call valid. Prints "pass name" or "fail
 * name" lines for tests/run.
 */
#include <core/entry.h>
#include "rltest_proxy.c"
#include "deques_proxy.c"
#include "family_proxy.c"
#include "suite.h"

static struct rltest_item item, item2;
static struct rltest_item_deque32 deque;

/* The core, asked by a domain to put a child somewhere or to take it out. */
static struct { void *parent, *child; u32 offset; } asked;

s32 rl_xput(void *parent, u32 offset, void *child)
{
	asked.parent = parent;
	asked.offset = offset;
	asked.child = child;
	return 0;
}

void *rl_xtake(void *parent, u32 offset)
{
	rl_xput(parent, offset, NULL);
	return &item;
}

s32 rl_xpush_back(void *dq, void *child)
{
	return rl_xput(dq, 0, child);
}

void *rl_xpop_front(void *dq)
{
	return rl_xtake(dq, 0);
}

static void reset(void)
{
	memset(&asked, 0, sizeof(asked));
}

static void test_deque_read(void)
{
	struct rltest_item_deque32 dq = { .head = 31, .len = 2 };

	dq.slot[31] = &item;
	dq.slot[0] = &item2;
	EXPECT(rltest_item_deque32_len(&dq) == 2);
	EXPECT(rltest_item_deque32_at(&dq, 0) == &item);
	EXPECT(rltest_item_deque32_at(&dq, 1) == &item2);
	EXPECT(!rltest_item_deque32_at(&dq, 2));
}

static void test_deque_hostile(void)
{
	static const struct { u32 head, len; } bad[] = {
		{ 32, 1 }, { ~0u, 1 }, { 0, 33 }, { 0, ~0u }, { ~0u, ~0u },
	};
	struct rltest_item_deque32 dq = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		dq.head = bad[i].head;
		dq.len = bad[i].len;
		EXPECT(!rltest_item_deque32_at(&dq, 0));
	}
}

/* What domains do with children is asked of the core, with the right numbers. */
static void test_children(void)
{
	struct family_node *n = (void *)&item;
	struct base_leaf_array8 *arr = (void *)&deque;
	struct base_leaf *leaf = (void *)&item2;

	EXPECT(!family_node_put_l(n, leaf));
	EXPECT(asked.parent == n && asked.offset == offsetof(struct family_node, l));
	EXPECT(asked.child == leaf);
	EXPECT(!family_node_put_more(n, 7, leaf));
	EXPECT(asked.offset == offsetof(struct family_node, more[7]));
	EXPECT(family_node_put_more(n, 8, leaf) == -ERANGE);
	EXPECT(family_node_take_q(n) == (void *)&item && asked.offset == 48);
	EXPECT(!family_node_take_more(n, 8));
	EXPECT(!base_leaf_array8_put(arr, 7, leaf) && asked.offset == 56);
	EXPECT(base_leaf_array8_put(arr, 8, leaf) == -ERANGE);
	EXPECT(!base_leaf_array8_take(arr, 8) && base_leaf_array8_take(arr, 1));
	EXPECT(rltest_item_deque32_push_back(&deque, &item) && asked.parent == &deque);
	EXPECT(rltest_item_deque32_pop_front(&deque) == &item);
}

static void test_array_read(void)
{
	struct base_leaf_array8 arr = { 0 };

	arr.slot[7] = (void *)&item;
	EXPECT(base_leaf_array8_at(&arr, 7) == (void *)&item && !base_leaf_array8_at(&arr, 8));
}

static void test_vec(void)
{
	struct { struct family_u32_vec100 v; u32 room[3]; } m = { .v.cap = 3 };
	struct family_u32_vec100 *v = &m.v;
	u32 got;

	EXPECT(!family_u32_vec100_pop(v, &got) && !family_u32_vec100_get(v, 0, &got));
	for (u32 i = 0; i < 3; i++)
		EXPECT(family_u32_vec100_push(v, 10 + i));
	EXPECT(!family_u32_vec100_push(v, 13) && family_u32_vec100_len(v) == 3);
	EXPECT(family_u32_vec100_set(v, 1, 77) && !family_u32_vec100_set(v, 3, 0));
	EXPECT(family_u32_vec100_get(v, 1, &got) && got == 77);
	EXPECT(family_u32_vec100_pop(v, &got) && got == 12 && v->len == 2);
	v->len = 4;
	EXPECT(!family_u32_vec100_len(v) && !family_u32_vec100_push(v, 1));
	v->len = 0;
	v->cap = 101;
	EXPECT(!family_u32_vec100_push(v, 1));
}

static void test_valid(void)
{
	struct family_cfg c = { .m = 5, .modes = { -1, 9 } };

	EXPECT(family_cfg_valid(&c));
	c.m = 6;
	EXPECT(!family_cfg_valid(&c));
	c.m = 9;
	c.modes[1] = 0;
	EXPECT(!family_cfg_valid(&c));
	c.modes[1] = 5;
	c.c = 3;
	EXPECT(!family_cfg_valid(&c));
	c.c = 2;
	c.b.used = 16;
	EXPECT(family_cfg_valid(&c));
	c.b.used = 17;
	EXPECT(!family_cfg_valid(&c));
	c.b.used = 0;
	memset(c.name, 'a', sizeof(c.name));
	EXPECT(!family_cfg_valid(&c));
	c.name[11] = 0;
	EXPECT(family_cfg_valid(&c));
}

static const struct suite_test tests[] = {
	TEST(deque_read), TEST(deque_hostile), TEST(children), TEST(array_read), TEST(vec),
	TEST(valid),
};

int main(void)
{
	suite_run(tests, ARRAY_SIZE(tests), reset);
	return 0;
}
