// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs what is generated for lent arguments (accept/lends.idl) against mock/: they come
 * back with every answer, and a callee that keeps or spoils one dies of it. Prints "pass
 * name" or "fail name" lines for tests/run.
 */
#include <core/entry.h>
#include "lends_proxy.c"
#include "lends_entry.c"
#include "suite.h"

#define CALLEE 7
#define CALLER 9

enum { ITEM, LEAF, DEQUE, NODE, OBJECTS };

static u64 item, leaf, node;	/* objects; the first byte of @node is its color */
static struct lends_x_deque32 deque;
static struct rl_gate gate, caller_gate;
static s32 answer;		/* of the callee */
static int calls, crash_at;	/* the number of the call that crashes; 0: none */
static void *ops[2];
static struct rl_iref ref = { .gate = &gate, .ops = ops };

static s32 callee(void *self)
{
	(void)self;
	mock_crash = ++calls == crash_at;
	return answer;
}

static void reset(void)
{
	void *objects[OBJECTS] = { &item, &leaf, &deque, &node };

	calls = 0;
	crash_at = 0;
	answer = 0;
	mock_crash = false;
	gate = (struct rl_gate){ .id = CALLEE };
	caller_gate = (struct rl_gate){ .id = CALLER };
	mock_caller.gate = &caller_gate;
	ops[LENDS_M_ONE] = callee;
	ops[LENDS_M_TWO] = callee;
	for (int i = 0; i < OBJECTS; i++) {
		owners[i].obj = objects[i];
		owners[i].owner = RL_OWNER_HOST;
		owners[i].borrows = 0;
	}
}

static struct rl_ret lend_two(void)
{
	return lends_two(&ref, (void *)&item, (void *)&leaf, (void *)&node);
}

/* What is lent comes back with an answer of either kind, not after a crash. */
static void test_lend(void)
{
	EXPECT_RET(lends_one(&ref, 1, (void *)&deque), RL_RPC_OK, 0);
	EXPECT(owners[DEQUE].owner == RL_OWNER_HOST);
	answer = -EIO;
	EXPECT_RET(lends_one(&ref, 1, (void *)&deque), RL_RPC_OK, -EIO);
	EXPECT(owners[DEQUE].owner == RL_OWNER_HOST);
	EXPECT_TRACE("enter move call move exit enter move call move exit");
	crash_at = 3;
	EXPECT_RET(lends_one(&ref, 1, (void *)&deque), RL_RPC_CRASHED, 0);
	EXPECT(owners[DEQUE].owner == CALLEE);
}

static s32 keep_lent(void *self, u32 n, struct lends_x_deque32 *q)
{
	(void)self;
	(void)n;
	owners[DEQUE].owner = CALLEE + 1;
	return q ? 0 : -EINVAL;
}

static void test_lend_kept(void)
{
	ops[LENDS_M_ONE] = keep_lent;
	EXPECT_RET(lends_one(&ref, 1, (void *)&deque), RL_RPC_CRASHED, 0);
	EXPECT_TRACE("enter move call move violation exit");
}

static void test_lend_several(void)
{
	node = LENDS_COLOR_RED;
	EXPECT_RET(lend_two(), RL_RPC_OK, 0);
	EXPECT(owners[ITEM].owner == RL_OWNER_HOST && owners[NODE].owner == RL_OWNER_HOST);
	EXPECT(!owners[LEAF].borrows);
	node = 0;
	EXPECT_RET(lend_two(), RL_RPC_CRASHED, 0);
	EXPECT(!owners[LEAF].borrows);
}

static s32 host_lent(void *ctx, struct lends_y *c, struct lends_x *a)
{
	EXPECT(*mock_owner(c) == RL_OWNER_HOST && *mock_owner(a) == RL_OWNER_HOST);
	return ctx ? -EIO : 0;
}

static void test_lend_host(void)
{
	static const struct lends_host_ops host = { .give = host_lent };

	mock_host = (struct rl_host_iref){ .ops = &host };
	owners[ITEM].owner = CALLER;
	owners[NODE].owner = CALLER;
	node = LENDS_COLOR_RED;
	EXPECT_RET(rlc_lends_host_give(2, (void *)&node, (void *)&item), RL_RPC_OK, 0);
	EXPECT(owners[ITEM].owner == CALLER && owners[NODE].owner == CALLER);
}

static const struct suite_test tests[] = {
	TEST(lend), TEST(lend_kept), TEST(lend_several), TEST(lend_host),
};

int main(void)
{
	suite_run(tests, ARRAY_SIZE(tests), reset);
	return 0;
}
