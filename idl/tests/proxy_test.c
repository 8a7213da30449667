// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs generated proxies, shadows and entries against mock/ and checks what they
 * did, in which order, and who owns what afterwards. Prints "pass name" or
 * "fail name" lines for tests/run.
 *
 * The generated files are included as they are. Each test starts with reset().
 */
#include <core/entry.h>
#include "rltest_proxy.c"
#include "mixed_proxy.c"
#include "inout_proxy.c"
#include "deques_proxy.c"
#include "family_proxy.c"
#include "rltest_entry.c"
#include "deques_entry.c"
#include "inout_entry.c"
#include "family_entry.c"
#include "suite.h"

#define CALLEE 7
#define CALLER 9

static struct rltest_item item, item2;
static s32 answer;		/* of the callee */
static long last_arg[6];
static int calls, crashes;	/* the first @crashes calls crash */
static int locks;		/* the callee leaves with that many held */
static struct rl_gate gate, caller_gate;
static struct family_node node;
static struct base_leaf leaf;
static struct rltest_item_deque32 deque;

static s32 callee(void *self, long a, long b, long c, long d, long e)
{
	long args[] = { (long)self, a, b, c, d, e };

	memcpy(last_arg, args, sizeof(args));
	mock_crash = calls++ < crashes;
	mock_preempt += locks;
	return answer;
}

static s32 fill(void *self, struct rltest_blob *value)
{
	value->a = 11;
	value->b = 22;
	return callee(self, 0, 0, 0, 0, 0);
}

static s32 swap(void *self, const struct inout_cfg *old, struct inout_cfg *fresh)
{
	fresh->a = old->b;
	fresh->b = old->a;
	return callee(self, 0, 0, 0, 0, 0);
}

static s32 steal(void *self, struct rltest_item *it)
{
	(void)self;
	*mock_owner(it) = CALLEE + 1;
	return -EIO;
}

static void *ops[16];
static struct rl_iref ref = { .gate = &gate, .ops = ops, .self = &item2 };

static void reset(void)
{
	answer = 0;
	calls = 0;
	crashes = 0;
	locks = 0;
	mock_move_fails = 0;
	mock_no_scratch = false;
	mock_crash = false;
	mock_atomic = false;
	mock_shadowed = false;
	mock_restarts = false;
	memset(&mock_log, 0, sizeof(mock_log));
	gate = (struct rl_gate){ .id = CALLEE };
	caller_gate = (struct rl_gate){ .id = CALLER };
	mock_caller.gate = &caller_gate;
	mock_caller.call = RL_METHOD_SLEEPS;
	mock_iface = &ref;
	for (size_t i = 0; i < ARRAY_SIZE(ops); i++)
		ops[i] = callee;
	owners[0].obj = &item;
	owners[1].obj = &item2;
	owners[2].obj = &deque;
	owners[3].obj = &node;
	owners[4].obj = &leaf;
	memset(&node, 0, sizeof(node));
	memset(&leaf, 0, sizeof(leaf));
	for (int i = 0; i < 5; i++) {
		owners[i].owner = RL_OWNER_HOST;
		owners[i].borrows = 0;
	}
}

static void test_scalar(void)
{
	EXPECT_RET(rltest_nest(&ref, 3, 4, ~0ULL), RL_RPC_OK, 0);
	EXPECT(last_arg[0] == (long)&item2 && last_arg[1] == 3 && last_arg[2] == 4);
	EXPECT(last_arg[3] == -1 && !last_arg[4] && !last_arg[5]);
	EXPECT_TRACE("enter call exit");
}

static void test_scalar_error(void)
{
	answer = -EIO;
	EXPECT_RET(rltest_null(&ref), RL_RPC_OK, -EIO);
	EXPECT_TRACE("enter call exit");
}

static void test_bad_errno(void)
{
	answer = 1;
	EXPECT_RET(rltest_null(&ref), RL_RPC_OK, -EIO);
	EXPECT_TRACE("enter call violation exit");
	answer = -4096;
	EXPECT_RET(rltest_null(&ref), RL_RPC_OK, -EIO);
	answer = -4095;
	EXPECT_RET(rltest_null(&ref), RL_RPC_OK, -4095);
}

static void test_gate_shut(void)
{
	gate.rpc = RL_RPC_DEAD;
	EXPECT_RET(rltest_null(&ref), RL_RPC_DEAD, 0);
	EXPECT_RET(rltest_one_object(&ref, &item), RL_RPC_DEAD, 0);
	EXPECT(owners[0].owner == RL_OWNER_HOST);
	EXPECT_TRACE("enter enter");
}

static void test_crash(void)
{
	crashes = 1;
	EXPECT_RET(rltest_null(&ref), RL_RPC_CRASHED, 0);
	EXPECT_TRACE("enter call exit");
}

static void test_move(void)
{
	EXPECT_RET(rltest_one_object(&ref, &item), RL_RPC_OK, 0);
	EXPECT(owners[0].owner == CALLEE && last_arg[1] == (long)&item);
	EXPECT_TRACE("enter move call exit");
}

static void test_move_refused(void)
{
	owners[0].owner = CALLER;
	EXPECT_RET(rltest_one_object(&ref, &item), RL_RPC_REFUSED, -EPERM);
	EXPECT_RET(rltest_one_object(&ref, NULL), RL_RPC_REFUSED, -EFAULT);
	EXPECT_TRACE("enter move exit enter move exit");
}

static void test_move_lost(void)
{
	mock_move_fails = 1;
	EXPECT_RET(rltest_one_object(&ref, &item), RL_RPC_REFUSED, -EBUSY);
	EXPECT_TRACE("enter move exit");
}

static void test_move_back(void)
{
	answer = -EIO;
	EXPECT_RET(rltest_one_object(&ref, &item), RL_RPC_OK, -EIO);
	EXPECT(owners[0].owner == RL_OWNER_HOST);
	EXPECT_TRACE("enter move call move exit");
}

static void test_move_back_bad_errno(void)
{
	answer = 5;
	EXPECT_RET(rltest_one_object(&ref, &item), RL_RPC_OK, -EIO);
	EXPECT(owners[0].owner == RL_OWNER_HOST);
	EXPECT_TRACE("enter move call violation move exit");
}

static void test_move_kept(void)
{
	ops[RLTEST_M_ONE_OBJECT] = steal;
	EXPECT_RET(rltest_one_object(&ref, &item), RL_RPC_CRASHED, 0);
	EXPECT(owners[0].owner == CALLEE + 1);
	EXPECT_TRACE("enter move call move violation exit");
}

static void test_move_crash(void)
{
	crashes = 1;
	answer = -EIO;
	EXPECT_RET(rltest_one_object(&ref, &item), RL_RPC_CRASHED, 0);
	EXPECT(owners[0].owner == CALLEE);
	EXPECT_TRACE("enter move call exit");
}

/* Objects stay with a callee that is about to be killed for its lock. */
static void test_lock_kept(void)
{
	struct rltest_blob blob = { 1, 2 };

	locks = 1;
	EXPECT_RET(rltest_null(&ref), RL_RPC_CRASHED, 0);
	answer = -EIO;
	EXPECT_RET(rltest_one_object(&ref, &item), RL_RPC_CRASHED, 0);
	EXPECT(owners[0].owner == CALLEE);
	EXPECT_RET(rltest_get(&ref, &blob), RL_RPC_CRASHED, 0);
	EXPECT(blob.a == 1);
	EXPECT_TRACE("enter call exit enter move call exit sleep enter alloc call exit");
}

static void test_move_deque(void)
{
	answer = -EIO;
	EXPECT_RET(rltest_deque32(&ref, &deque), RL_RPC_OK, -EIO);
	EXPECT(owners[2].owner == RL_OWNER_HOST);
	answer = 0;
	EXPECT_RET(rltest_deque32(&ref, &deque), RL_RPC_OK, 0);
	EXPECT(owners[2].owner == CALLEE);
}

static void test_out(void)
{
	struct rltest_blob blob = { 1, 2 };

	ops[RLTEST_M_GET] = fill;
	EXPECT_RET(rltest_get(&ref, &blob), RL_RPC_OK, 0);
	EXPECT(blob.a == 11 && blob.b == 22);
	EXPECT_TRACE("sleep enter alloc call free exit");
}

static void test_out_error(void)
{
	struct rltest_blob blob = { 1, 2 };

	ops[RLTEST_M_GET] = fill;
	answer = -EIO;
	EXPECT_RET(rltest_get(&ref, &blob), RL_RPC_OK, -EIO);
	EXPECT(blob.a == 1 && blob.b == 2);
	EXPECT_TRACE("sleep enter alloc call free exit");
}

static void test_out_no_scratch(void)
{
	struct rltest_blob blob = { 1, 2 };

	mock_no_scratch = true;
	EXPECT_RET(rltest_get(&ref, &blob), RL_RPC_REFUSED, -ENOMEM);
	EXPECT_TRACE("sleep enter alloc exit");
}

static void test_in_out(void)
{
	struct inout_cfg old = { 1, 2 }, fresh = { 0, 0 };

	ops[INOUT_M_SWAP] = swap;
	EXPECT_RET(inout_swap(&ref, &old, &fresh), RL_RPC_OK, 0);
	EXPECT(fresh.a == 2 && fresh.b == 1);
	EXPECT_TRACE("enter alloc call free exit");
}

static struct rl_ret call_all(void)
{
	struct mixed_st in = { 1 }, out = { 2 };

	return mixed_all(&ref, 1, (void *)&item, &in, &out, (void *)&deque);
}

static void test_two_moves(void)
{
	EXPECT_RET(call_all(), RL_RPC_OK, 0);
	EXPECT(owners[0].owner == CALLEE && owners[2].owner == CALLEE);
	EXPECT_TRACE("sleep enter alloc claim claim settle settle call free exit");
}

static void test_two_moves_second_lost(void)
{
	mock_move_fails = 2;
	EXPECT_RET(call_all(), RL_RPC_REFUSED, -EBUSY);
	EXPECT(owners[0].owner == RL_OWNER_HOST && owners[2].owner == RL_OWNER_HOST);
	EXPECT_TRACE("sleep enter alloc claim claim settle free exit");
}

static void test_two_moves_second_refused(void)
{
	owners[2].owner = CALLER;
	EXPECT_RET(call_all(), RL_RPC_REFUSED, -EPERM);
	EXPECT(owners[0].owner == RL_OWNER_HOST && !calls);
}

static void test_two_moves_back(void)
{
	answer = -EIO;
	EXPECT_RET(call_all(), RL_RPC_OK, -EIO);
	EXPECT(owners[0].owner == RL_OWNER_HOST && owners[2].owner == RL_OWNER_HOST);
}

static void test_two_moves_one_kept(void)
{
	answer = -EIO;
	mock_move_fails = 4;
	EXPECT_RET(call_all(), RL_RPC_CRASHED, 0);
	EXPECT(owners[0].owner == CALLEE && owners[2].owner == CALLEE);
}

static void test_retry(void)
{
	struct rltest_blob blob;

	crashes = 2;
	EXPECT_RET(rltest_get_shadow(&ref, &blob), RL_RPC_OK, 0);
	EXPECT(calls == 3);
}

/* When to stop is the core's to say. */
static void test_retry_limit(void)
{
	struct rltest_blob blob;

	gate.rpc = RL_RPC_RESTARTING;
	EXPECT_RET(rltest_get_shadow(&ref, &blob), RL_RPC_RESTARTING, 0);
	EXPECT_TRACE("sleep enter wait sleep enter wait sleep enter wait");
}

static void test_retry_not_for_errors(void)
{
	struct rltest_blob blob;

	answer = -EIO;
	EXPECT_RET(rltest_get_shadow(&ref, &blob), RL_RPC_OK, -EIO);
	EXPECT(calls == 1);
}

static void test_replay(void)
{
	struct rltest_log log = { 0 };

	EXPECT_RET(rltest_replay(&ref, &log), RL_RPC_OK, 0);
	EXPECT(!calls);
	EXPECT_RET(rltest_set_shadow(&ref, &log, 1, 100), RL_RPC_OK, 0);
	EXPECT_RET(rltest_set_shadow(&ref, &log, 2, 200), RL_RPC_OK, 0);
	EXPECT_RET(rltest_replay(&ref, &log), RL_RPC_OK, 0);
	EXPECT(calls == 3 && last_arg[1] == 2 && last_arg[2] == 200);
}

/* A new generation may be told before others are let in. */
static void test_replay_is_the_core(void)
{
	const struct rltest_log log = { .set = { .recorded = true, .key = 1 } };

	EXPECT_RET(rltest_replay(&ref, &log), RL_RPC_OK, 0);
	EXPECT_TRACE("sleep core call exit");
	EXPECT_RET(rltest_iface_desc.replay(&ref, &log), RL_RPC_OK, 0);
	EXPECT(calls == 2 && rltest_iface_desc.log_size == sizeof(log));
	EXPECT(!rltest_host_iface_desc.replay && !rltest_host_iface_desc.log_size);
}

static void test_replay_keeps_what_was_taken(void)
{
	struct rltest_log log = { 0 };

	EXPECT_RET(rltest_set_shadow(&ref, &log, 1, 100), RL_RPC_OK, 0);
	answer = -EINVAL;
	EXPECT_RET(rltest_set_shadow(&ref, &log, 2, 200), RL_RPC_OK, -EINVAL);
	EXPECT(log.set.recorded && log.set.key == 1);
	gate.rpc = RL_RPC_NOSTACK;
	EXPECT_RET(rltest_set_shadow(&ref, &log, 3, 300), RL_RPC_NOSTACK, 0);
	EXPECT(log.set.key == 1);
	gate.rpc = RL_RPC_RESTARTING;
	EXPECT_RET(rltest_set_shadow(&ref, &log, 4, 400), RL_RPC_RESTARTING, 0);
	EXPECT(log.set.key == 4);
}

static void test_replay_key(void)
{
	struct family_log log = { 0 };
	struct family_cfg c = { .m = 5 };

	ref.shadow = (struct rl_shadow_counts){ 0 };
	EXPECT_RET(family_set_shadow(&ref, &log, -1, &c), RL_RPC_OK, 0);
	EXPECT_RET(family_set_shadow(&ref, &log, 5, &c), RL_RPC_OK, 0);
	EXPECT_RET(family_set_shadow(&ref, &log, 9, &c), RL_RPC_OK, 0);
	c.m = 9;
	EXPECT_RET(family_set_shadow(&ref, &log, 5, &c), RL_RPC_OK, 0);
	EXPECT(log.set[1].m == 5 && log.set[1].c.m == 9 && log.set[2].m == 9);
	EXPECT_RET(family_set_shadow(&ref, &log, 6, &c), RL_RPC_REFUSED, -ENOSPC);
	EXPECT(calls == 4 && ref.shadow.full == 1 && ref.shadow.recorded == 4);
	EXPECT_RET(family_replay(&ref, &log), RL_RPC_OK, 0);
	EXPECT(calls == 7 && last_arg[1] == 9 && ref.shadow.replayed == 3);
	answer = -EIO;
	EXPECT_RET(family_set_shadow(&ref, &log, 5, &c), RL_RPC_OK, -EIO);
	EXPECT(log.set[1].recorded && ref.shadow.recorded == 4);
	EXPECT_RET(family_replay(&ref, &log), RL_RPC_OK, -EIO);
	EXPECT(calls == 9);
}

/* A first record that the domain refuses leaves no hole. */
static void test_replay_key_refused(void)
{
	struct family_log log = { 0 };
	struct family_cfg c = { .m = 5 };

	answer = -EIO;
	EXPECT_RET(family_set_shadow(&ref, &log, 5, &c), RL_RPC_OK, -EIO);
	EXPECT(!log.set[0].recorded);
	answer = 0;
	EXPECT_RET(family_set_shadow(&ref, &log, 9, &c), RL_RPC_OK, 0);
	EXPECT(log.set[0].recorded && log.set[0].m == 9);
}

/* Events decode arguments; without one that is on, nothing is traced. */
static void test_trace(void)
{
	struct inout_cfg old = { 1, 2 }, fresh = { 0, 0 };

	trace_text[0] = '\0';
	EXPECT_RET(rltest_nest(&ref, 3, 4, 5), RL_RPC_OK, 0);
	EXPECT(!trace_text[0]);
	rltest_trace_on();
	EXPECT_RET(rltest_nest(&ref, 3, 4, 5), RL_RPC_OK, 0);
	rltest_trace_off();
	EXPECT(!strcmp(trace_text, "rl_rltest_nest: 7 <- 1 depth=3 kind=4 arg=5\n"
		       "rl_rltest_return: 7 nest rpc=ok err=0\n"));
	trace_text[0] = '\0';
	inout_trace_on();
	crashes = calls + 1;
	EXPECT_RET(inout_swap(&ref, &old, &fresh), RL_RPC_CRASHED, 0);
	inout_trace_off();
	EXPECT(strstr(trace_text, "7 swap rpc=crashed err=0"));
	trace_text[0] = '\0';
	family_trace_on();
	owners[0].owner = CALLER;
	owners[1].owner = CALLER;
	crashes = 0;
	EXPECT_RET(rlc_family_mix(1, (void *)&item, (void *)&item2, true, BASE_COLOR_BLUE),
		   RL_RPC_OK, 0);
	family_trace_off();
	EXPECT(strstr(trace_text, "7 <- 9 v=0x") && strstr(trace_text, " b=1 c=BLUE\n"));
	EXPECT_RET(rltest_null(&ref), RL_RPC_OK, 0);
	EXPECT(strstr(trace_text, "err=0\n") && !strstr(trace_text, "null"));
}

static void test_entry(void)
{
	EXPECT_RET(rlc_rltest_one_arg(1, 5), RL_RPC_OK, 0);
	EXPECT(last_arg[1] == 5);
	EXPECT_TRACE("begin enter call exit end");
}

static void test_entry_no_cap(void)
{
	EXPECT_RET(rlc_rltest_null(2), RL_RPC_REFUSED, -ENOENT);
	EXPECT_RET(rlc_rltest_host_note(1, 0, 0), RL_RPC_REFUSED, -ENOENT);
	EXPECT_TRACE("begin end begin end");
}

/* Of a domain that did not ask for a shadow, and of one that did. */
static void test_entry_retry(void)
{
	struct rltest_blob blob = { 0 };

	ops[RLTEST_M_GET] = fill;
	crashes = 1;
	EXPECT_RET(rlc_rltest_get(1, &blob), RL_RPC_CRASHED, 0);
	EXPECT(calls == 1 && !blob.a);
	mock_shadowed = true;
	crashes = 3;
	EXPECT_RET(rlc_rltest_get(1, &blob), RL_RPC_OK, 0);
	EXPECT(calls == 4 && blob.a == 11);
	answer = -EIO;
	EXPECT_RET(rlc_rltest_get(1, &blob), RL_RPC_OK, -EIO);
	EXPECT(calls == 5);
	gate.rpc = RL_RPC_RESTARTING;
	EXPECT_RET(rlc_rltest_get(1, &blob), RL_RPC_RESTARTING, 0);
}

static void test_entry_fail(void)
{
	mock_shadowed = true;
	crashes = 1;
	EXPECT_RET(rlc_rltest_null(1), RL_RPC_CRASHED, 0);
	EXPECT_TRACE("begin enter call exit end");
}

static void test_entry_replay(void)
{
	const struct rltest_log *log = rl_history_args(&mock_log);

	EXPECT_RET(rlc_rltest_set(1, 1, 100), RL_RPC_OK, 0);
	EXPECT(!log->set.recorded);
	mock_shadowed = true;
	crashes = 2;
	EXPECT_RET(rlc_rltest_set(1, 2, 200), RL_RPC_OK, 0);
	EXPECT(!strncmp(trace, "begin sleep enter call exit end begin turn ask sleep", 52));
	EXPECT(strstr(trace, "enter call exit wait ask sleep "));
	EXPECT(strstr(trace, "sleep enter call exit write written over end"));
	EXPECT(log->set.recorded && log->set.key == 2 && log->set.value == 200);
}

/* What was not answered with 0, or is the answer of an ended generation. */
static void test_entry_replay_not_taken(void)
{
	const struct rltest_log *log = rl_history_args(&mock_log);

	mock_shadowed = true;
	answer = -EINVAL;
	EXPECT_RET(rlc_rltest_set(1, 1, 100), RL_RPC_OK, -EINVAL);
	EXPECT(!log->set.recorded && calls == 1);
	answer = 0;
	mock_restarts = true;
	EXPECT_RET(rlc_rltest_set(1, 2, 200), RL_RPC_OK, 0);
	EXPECT(log->set.key == 2 && calls == 3);
	mock_no_scratch = true;
	EXPECT_RET(rlc_rltest_set(1, 3, 300), RL_RPC_REFUSED, -ENOMEM);
	EXPECT(log->set.key == 2 && calls == 3 && !mock_log.turn);
}

static void test_entry_replay_key(void)
{
	struct family_log *log = rl_history_args(&mock_log);
	struct family_cfg c = { .m = 5, .modes = { 5, 5 } };

	ref.shadow = (struct rl_shadow_counts){ 0 };
	mock_shadowed = true;
	EXPECT_RET(rlc_family_set(1, -1, &c), RL_RPC_OK, 0);
	EXPECT_RET(rlc_family_set(1, 5, &c), RL_RPC_OK, 0);
	EXPECT_RET(rlc_family_set(1, 9, &c), RL_RPC_OK, 0);
	c.m = 9;
	EXPECT_RET(rlc_family_set(1, 5, &c), RL_RPC_OK, 0);
	EXPECT(log->set[1].m == 5 && log->set[1].c.m == 9 && log->set[2].m == 9);
	/* a record of a value that is none: the three are taken */
	log->set[0].m = 6;
	EXPECT_RET(rlc_family_set(1, -1, &c), RL_RPC_REFUSED, -ENOSPC);
	EXPECT(calls == 4 && ref.shadow.full == 1 && !mock_log.turn);
}

static void test_entry_move(void)
{
	EXPECT_RET(rlc_rltest_one_object(1, &item), RL_RPC_REFUSED, -EPERM);
	owners[0].owner = CALLER;
	answer = -EIO;
	EXPECT_RET(rlc_rltest_one_object(1, &item), RL_RPC_OK, -EIO);
	EXPECT(owners[0].owner == CALLER);
	EXPECT_TRACE("begin enter move exit end begin enter move call move exit end");
}

static void test_entry_atomic(void)
{
	struct rltest_blob blob;

	mock_atomic = true;
	EXPECT_RET(rlc_rltest_get(1, &blob), RL_RPC_REFUSED, -EAGAIN);
	EXPECT_TRACE("begin end");
}

/* The caller is in a method that is atomic, wherever it was called from. */
static void test_entry_in_atomic_method(void)
{
	struct rltest_blob blob;

	mock_caller.call = 0;
	EXPECT_RET(rlc_rltest_get(1, &blob), RL_RPC_REFUSED, -EAGAIN);
	EXPECT_RET(rlc_rltest_null(1), RL_RPC_OK, 0);
	EXPECT_TRACE("begin end begin enter call exit end");
}

/* The gate is told what the method says of itself. */
static void test_context_of_method(void)
{
	struct rltest_blob blob;

	rltest_get(&ref, &blob);
	EXPECT(mock_method == (RLTEST_M_GET | RL_METHOD_SLEEPS));
	rltest_null(&ref);
	EXPECT(mock_method == RLTEST_M_NULL);
	rltest_crash(&ref, 0, 0);
	EXPECT(mock_method == (RLTEST_M_CRASH | RL_METHOD_IRQS_OFF));
}

static void test_entry_in_out(void)
{
	struct inout_cfg old = { 1, 2 }, fresh = { 3, 4 };

	ops[INOUT_M_SWAP] = swap;
	EXPECT_RET(rlc_inout_swap(1, &old, &fresh), RL_RPC_OK, 0);
	EXPECT(fresh.a == 2 && fresh.b == 1);
	EXPECT_TRACE("begin in out enter alloc call free exit out end");
}

static void test_entry_bad_pointers(void)
{
	struct inout_cfg cfg = { 1, 2 };

	EXPECT_RET(rlc_inout_swap(1, NULL, &cfg), RL_RPC_REFUSED, -EFAULT);
	EXPECT_RET(rlc_inout_swap(1, &cfg, NULL), RL_RPC_REFUSED, -EFAULT);
	EXPECT(!calls);
}

static s32 host_give(void *ctx, struct rltest_item *it)
{
	EXPECT(ctx == &gate && *mock_owner(it) == RL_OWNER_HOST);
	mock_event("give");
	return answer;
}

static void test_host_move(void)
{
	static const struct rltest_host_ops host_ops = { .give = host_give };

	mock_host = (struct rl_host_iref){ .ops = &host_ops, .ctx = &gate };
	EXPECT_RET(rlc_rltest_host_give(2, &item), RL_RPC_REFUSED, -EPERM);
	owners[0].owner = CALLER;
	answer = -EIO;
	EXPECT_RET(rlc_rltest_host_give(2, &item), RL_RPC_OK, -EIO);
	EXPECT(owners[0].owner == CALLER);
	answer = 0;
	EXPECT_RET(rlc_rltest_host_give(2, &item), RL_RPC_OK, 0);
	EXPECT(owners[0].owner == RL_OWNER_HOST);
	EXPECT_TRACE("begin move end begin move give move end begin move give end");
}

static s32 host_back(void *ctx, struct deques_node_deque8 *a, struct deques_node *b,
		     struct deques_node *c)
{
	(void)ctx;
	EXPECT(*mock_owner(a) == RL_OWNER_HOST && *mock_owner(b) == RL_OWNER_HOST);
	EXPECT(*mock_owner(c) == RL_OWNER_HOST);
	return answer;
}

static void test_host_moves(void)
{
	static const struct deques_host_ops host_ops = { .back = host_back };
	void *a = &deque, *b = &item, *c = &item2;

	mock_host = (struct rl_host_iref){ .ops = &host_ops };
	for (int i = 0; i < 3; i++)
		owners[i].owner = CALLER;
	mock_move_fails = 3;
	EXPECT_RET(rlc_deques_host_back(2, a, b, c), RL_RPC_REFUSED, -EBUSY);
	EXPECT_RET(rlc_deques_host_back(2, a, b, b), RL_RPC_REFUSED, -EBUSY);
	for (int i = 0; i < 3; i++)
		EXPECT(owners[i].owner == CALLER);
	EXPECT_RET(rlc_deques_host_back(2, a, b, c), RL_RPC_OK, 0);
}

static s32 host_ask(void *ctx, bool now, const struct inout_cfg *c, struct inout_cfg *out)
{
	unsigned char raw;

	(void)ctx;
	memcpy(&raw, &now, 1);
	EXPECT(raw == 1);
	*out = *c;
	return answer;
}

static void test_host_copies_and_bool(void)
{
	static const struct inout_host_ops host_ops = { .ask = host_ask };
	struct rl_ret (*raw)(u32, u32, const void *, void *) = (void *)rlc_inout_host_ask;
	struct inout_cfg in = { 5, 6 }, out = { 0, 0 };

	mock_host = (struct rl_host_iref){ .ops = &host_ops };
	EXPECT_RET(raw(2, 0x82, &in, &out), RL_RPC_OK, 0);
	EXPECT(out.a == 5 && out.b == 6);
	EXPECT_RET(raw(2, 1, &in, NULL), RL_RPC_REFUSED, -EFAULT);
}

static struct rl_ret family_call(void)
{
	return family_give(&ref, (void *)&node, (void *)&leaf, (void *)&item);
}

static void test_take_borrow(void)
{
	EXPECT_RET(family_call(), RL_RPC_OK, 0);
	EXPECT(owners[3].owner == CALLEE && owners[4].owner == CALLEE);
	EXPECT(owners[0].owner == RL_OWNER_HOST && !owners[0].borrows);
	EXPECT_TRACE("enter borrow claim claim settle settle call return exit");
}

static void test_take_borrow_refused(void)
{
	owners[0].owner = CALLER;
	EXPECT_RET(family_call(), RL_RPC_REFUSED, -EPERM);
	owners[0].owner = RL_OWNER_HOST;
	owners[4].owner = CALLER;
	EXPECT_RET(family_call(), RL_RPC_REFUSED, -EPERM);
	EXPECT(!owners[0].borrows && owners[3].owner == RL_OWNER_HOST && !calls);
	owners[4].owner = RL_OWNER_HOST;
	owners[3].borrows = 1;
	EXPECT_RET(family_call(), RL_RPC_REFUSED, -EBUSY);
}

static void test_borrow_crash(void)
{
	crashes = 1;
	EXPECT_RET(family_call(), RL_RPC_CRASHED, 0);
	EXPECT(!owners[0].borrows && owners[0].owner == RL_OWNER_HOST);
}

static s32 spoil(void *self, struct family_node *a, struct base_leaf *b,
		 const struct base_leaf_array8 *c)
{
	(void)self;
	(void)a;
	(void)c;
	b->c = 9;
	return -EIO;
}

/* A callee cannot hand an impossible enum to the trusted side. */
static void test_spoilt_back(void)
{
	ops[FAMILY_M_GIVE] = spoil;
	EXPECT_RET(family_call(), RL_RPC_CRASHED, 0);
	EXPECT(owners[3].owner == CALLEE && owners[4].owner == CALLEE && !owners[0].borrows);
}

static void test_domain_gives_bad_enum(void)
{
	for (int i = 0; i < 5; i++)
		owners[i].owner = CALLER;
	leaf.c = 3;
	EXPECT_RET(rlc_family_give(1, &node, &leaf, (void *)&item), RL_RPC_REFUSED, -ERANGE);
	EXPECT(owners[3].owner == CALLER && owners[4].owner == CALLER && !owners[0].borrows);
	leaf.c = 2;
	EXPECT_RET(rlc_family_give(1, &node, &leaf, (void *)&item), RL_RPC_OK, 0);
	EXPECT(owners[3].owner == CALLEE && owners[4].owner == CALLEE);
}

static void test_enum_param(void)
{
	struct rl_ret (*raw)(u32, void *, const void *, u32, u32) = (void *)rlc_family_mix;

	owners[0].owner = CALLER;
	owners[1].owner = CALLER;
	EXPECT_RET(raw(1, &item, &item2, 1, 3), RL_RPC_REFUSED, -ERANGE);
	EXPECT_RET(raw(1, &item, &item2, 1, 255), RL_RPC_REFUSED, -ERANGE);
	EXPECT(!calls && owners[0].owner == CALLER);
	EXPECT_RET(raw(1, &item, &item2, 1, 2), RL_RPC_OK, 0);
	EXPECT(owners[0].owner == CALLEE && !owners[1].borrows);
}

static void test_in_struct_range(void)
{
	struct family_cfg c = { .m = 5, .modes = { 5, 5 } };

	EXPECT_RET(rlc_family_set(1, FAMILY_MODE_ON, &c), RL_RPC_OK, 0);
	c.b.used = 17;
	EXPECT_RET(rlc_family_set(1, FAMILY_MODE_ON, &c), RL_RPC_REFUSED, -ERANGE);
	EXPECT_RET(rlc_family_set(1, 0, &c), RL_RPC_REFUSED, -ERANGE);
	EXPECT(calls == 1);
}

static s16 look_mode;

static s32 look(void *self, const struct family_node *n, struct family_cfg *o)
{
	(void)n;
	*o = (struct family_cfg){ .m = look_mode, .modes = { 5, 5 } };
	return callee(self, 0, 0, 0, 0, 0);
}

static void test_out_range(void)
{
	struct family_cfg c;

	ops[FAMILY_M_LOOK] = look;
	look_mode = 9;
	EXPECT_RET(family_look(&ref, (void *)&node, &c), RL_RPC_OK, 0);
	EXPECT(c.m == 9);
	look_mode = 8;
	EXPECT_RET(family_look(&ref, (void *)&node, &c), RL_RPC_CRASHED, 0);
	EXPECT(!c.m && !owners[3].borrows);
}

static s32 host_family_back(void *ctx, struct family_node *n, const struct base_leaf *l,
			    const struct family_cfg *c, s16 m, struct family_cfg *x)
{
	(void)ctx;
	EXPECT(*mock_owner(n) == RL_OWNER_HOST && owners[4].borrows == 1 && m == -1);
	EXPECT(l == (void *)&leaf);
	*x = *c;
	mock_event("back");
	return answer;
}

static void test_host_family(void)
{
	static const struct family_host_ops host_ops = { .back = host_family_back };
	struct family_cfg c = { .m = 5, .modes = { 5, 5 } }, x = { 0 };

	mock_host = (struct rl_host_iref){ .ops = &host_ops };
	owners[3].owner = CALLER;
	owners[4].owner = CALLER;
	EXPECT_RET(rlc_family_host_back(2, &node, &leaf, &c, -1, &x), RL_RPC_OK, 0);
	EXPECT(owners[3].owner == RL_OWNER_HOST && !owners[4].borrows && x.m == 5);
	EXPECT_TRACE("begin in out borrow claim settle back return out end");
	owners[3].owner = CALLER;
	answer = -EIO;
	EXPECT_RET(rlc_family_host_back(2, &node, &leaf, &c, -1, &x), RL_RPC_OK, -EIO);
	EXPECT(owners[3].owner == CALLER && !owners[4].borrows);
	node.c = 77;
	EXPECT_RET(rlc_family_host_back(2, &node, &leaf, &c, -1, &x), RL_RPC_REFUSED, -ERANGE);
	EXPECT_RET(rlc_family_host_back(2, &node, &leaf, &c, 0, &x), RL_RPC_REFUSED, -ERANGE);
	EXPECT(owners[3].owner == CALLER && !owners[4].borrows);
}

static void test_descriptors(void)
{
	const struct rl_iface_desc *d = &rltest_iface_desc;

	EXPECT(!strcmp(d->name, "rltest") && d->nr_ops == RLTEST_NR_OPS && !d->host);
	EXPECT(d->fingerprint == RLTEST_FINGERPRINT && rltest_host_iface_desc.host);
	EXPECT(!strcmp(d->methods[RLTEST_M_NEST], "nest") && d->nr_types == 4);
	EXPECT(d->types[RLTEST_ITEM_DEQUE32_T].child == RLTEST_ITEM_TYPE);
	EXPECT(d->types[RLTEST_ITEM_DEQUE32_T].capacity == 32);
	EXPECT(!d->deadline_ms && family_iface_desc.deadline_ms[FAMILY_M_GIVE] == 20);
	EXPECT(!family_iface_desc.deadline_ms[FAMILY_M_LOOK]);
	EXPECT(d->types[RLTEST_ITEM_T].size == 16 && !d->types[RLTEST_ITEM_T].child);
}

static const struct suite_test tests[] = {
	TEST(scalar), TEST(scalar_error), TEST(bad_errno), TEST(gate_shut), TEST(crash),
	TEST(move), TEST(move_refused), TEST(move_lost), TEST(move_back),
	TEST(move_back_bad_errno), TEST(move_kept), TEST(move_crash), TEST(lock_kept),
	TEST(move_deque),
	TEST(out), TEST(out_error), TEST(out_no_scratch), TEST(in_out), TEST(two_moves),
	TEST(two_moves_second_lost), TEST(two_moves_second_refused), TEST(two_moves_back),
	TEST(two_moves_one_kept), TEST(retry), TEST(retry_limit),
	TEST(retry_not_for_errors), TEST(replay), TEST(replay_is_the_core),
	TEST(replay_keeps_what_was_taken), TEST(entry_retry), TEST(entry_fail), TEST(entry_replay),
	TEST(entry_replay_not_taken), TEST(entry_replay_key),
	TEST(entry), TEST(entry_no_cap), TEST(entry_move), TEST(entry_atomic),
	TEST(entry_in_atomic_method), TEST(context_of_method),
	TEST(entry_in_out), TEST(entry_bad_pointers), TEST(host_move), TEST(host_moves),
	TEST(host_copies_and_bool), TEST(take_borrow), TEST(take_borrow_refused),
	TEST(borrow_crash), TEST(spoilt_back), TEST(domain_gives_bad_enum), TEST(enum_param),
	TEST(in_struct_range), TEST(out_range), TEST(host_family), TEST(replay_key),
	TEST(replay_key_refused), TEST(trace), TEST(descriptors),
};

int main(void)
{
	suite_run(tests, ARRAY_SIZE(tests), reset);
	return 0;
}
