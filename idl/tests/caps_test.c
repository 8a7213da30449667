// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs what is generated for references (accept/caps.idl) against mock/: who is given
 * which number, in which order, and that a call that is refused or fails leaves
 * nothing behind. Prints "pass name" or "fail name" lines for tests/run.
 */
#include <core/entry.h>
#include "caps_proxy.c"
#include "caps_entry.c"
#include "suite.h"

#define CALLEE 7
#define CALLER 9

static struct rl_gate gate, caller_gate;
static struct caps_note note;
static s32 answer;		/* of the callee */
static rl_cap_t lends;		/* what the callee answers as a reference */
static rl_cap_t got, took, here;
static int calls;
static int crashes;		/* so many of ask() and where() do */

/* The trace since the last look at it. */
#define EXPECT_TRACED(t) do { EXPECT_TRACE(t); trace[0] = '\0'; } while (0)

static s32 do_link(void *self, rl_cap_t next)
{
	(void)self;
	got = next;
	calls++;
	return answer;
}

static s32 do_open(void *self, u32 at, rl_cap_t *found)
{
	(void)self;
	(void)at;
	EXPECT(*found == RL_CAP_NONE);
	*found = lends;
	calls++;
	return answer;
}

static s32 do_trade(void *self, rl_cap_t give, struct caps_note *n, rl_cap_t *take, rl_cap_t *room)
{
	(void)self;
	(void)n;
	got = give;
	*take = MOCK_CAP;
	*room = lends;
	calls++;
	return answer;
}

static s32 do_ask(void *self, rl_cap_t who)
{
	(void)self;
	got = who;
	mock_crash = calls++ < crashes;
	return answer;
}

static s32 do_where(void *self, rl_cap_t *room)
{
	(void)self;
	EXPECT(*room == RL_CAP_NONE);
	*room = lends;
	mock_crash = calls++ < crashes;
	return answer;
}

static s32 do_enter(void *ctx, rl_cap_t c, rl_cap_t *room)
{
	(void)ctx;
	got = c;
	*room = MOCK_CAP;
	calls++;
	return answer;
}

static const struct caps_ops ops = { .link = do_link, .open = do_open };
static const struct caps_room_ops room_ops = {
	.trade = do_trade, .ask = do_ask, .where = do_where,
};

static const struct caps_names_ops names_ops = { .enter = do_enter };
static struct rl_iref ref, room;

static void reset(void)
{
	answer = 0;
	lends = MOCK_CAP;
	calls = 0;
	mock_no_room = 0;
	mock_crash = false;
	mock_shadowed = false;
	crashes = 0;
	got = 0;
	took = RL_CAP_NONE;
	here = RL_CAP_NONE;
	memset(mock_caps, 0, sizeof(mock_caps));
	gate = (struct rl_gate){ .id = CALLEE };
	caller_gate = (struct rl_gate){ .id = CALLER };
	mock_caller.gate = &caller_gate;
	ref = (struct rl_iref){ .gate = &gate, .ops = (void *)&ops };
	room = (struct rl_iref){ .gate = &gate, .ops = (void *)&room_ops };
	mock_iface = &ref;
	mock_host = (struct rl_host_iref){ .ops = &names_ops };
	owners[0].obj = &note;
	owners[0].owner = RL_OWNER_HOST;
	owners[0].borrows = 0;
}

/* Nothing is on its way, and nobody was given anything. */
static bool nothing(void)
{
	for (size_t i = 0; i < MOCK_CAPS; i++) {
		if (mock_caps[i].used)
			return false;
	}
	return !mock_reserved;
}

static bool is_of(rl_cap_t cap, const struct rl_gate *holder)
{
	return cap != MOCK_CAP && mock_has(cap, holder) && !mock_reserved;
}

static void test_in(void)
{
	EXPECT_RET(caps_link(&ref, MOCK_CAP), RL_RPC_OK, 0);
	EXPECT_TRACED("enter look give call exit");
	EXPECT(is_of(got, &gate));
}

static void test_in_by_domain(void)
{
	EXPECT_RET(rlc_caps_link(1, MOCK_CAP), RL_RPC_OK, 0);
	EXPECT_TRACED("begin enter look give call exit end");
	EXPECT(is_of(got, &gate));
}

static void test_in_refused(void)
{
	EXPECT_RET(caps_link(&ref, 5), RL_RPC_REFUSED, -ENOENT);
	EXPECT_TRACED("enter look undo exit");
	mock_no_room = 1;
	EXPECT_RET(caps_link(&ref, MOCK_CAP), RL_RPC_REFUSED, -ENOSPC);
	EXPECT(!calls && nothing());
}

static void test_in_failed(void)
{
	answer = -EBUSY;
	EXPECT_RET(caps_link(&ref, MOCK_CAP), RL_RPC_OK, -EBUSY);
	EXPECT_TRACED("enter look give call undo exit");
	EXPECT(calls == 1 && nothing());
}

static void test_in_crashed(void)
{
	mock_crash = true;
	EXPECT_RET(caps_link(&ref, MOCK_CAP), RL_RPC_CRASHED, 0);
	EXPECT_TRACED("enter look give call undo exit");
	EXPECT(nothing());
}

static void test_gate_shut(void)
{
	gate.rpc = RL_RPC_RESTARTING;
	EXPECT_RET(caps_link(&ref, MOCK_CAP), RL_RPC_RESTARTING, 0);
	EXPECT_TRACED("enter");
	EXPECT(nothing());
}

static void test_out(void)
{
	EXPECT_RET(caps_open(&ref, 0, &took), RL_RPC_OK, 0);
	EXPECT_TRACED("sleep enter alloc room call accept free give exit");
	EXPECT(is_of(took, NULL));
	EXPECT_RET(rlc_caps_open(1, 0, &took), RL_RPC_OK, 0);
	EXPECT(is_of(took, &caller_gate));
}

static void test_out_no_room(void)
{
	mock_no_room = 1;
	EXPECT_RET(rlc_caps_open(1, 0, &took), RL_RPC_REFUSED, -ENOSPC);
	EXPECT(!calls && nothing() && took == RL_CAP_NONE);
}

static void test_out_forged(void)
{
	lends = 5;
	took = 77;
	EXPECT_RET(rlc_caps_open(1, 0, &took), RL_RPC_CRASHED, 0);
	EXPECT_TRACED("begin out sleep enter alloc room call accept violation undo exit end");
	EXPECT(nothing() && took == RL_CAP_NONE);
}

/* A number nobody answered is none, not that of the first interface required. */
static void test_out_failed(void)
{
	answer = -EBUSY;
	took = 0;
	EXPECT_RET(rlc_caps_open(1, 0, &took), RL_RPC_OK, -EBUSY);
	EXPECT(nothing() && took == RL_CAP_NONE);
}

static void test_all(void)
{
	EXPECT_RET(caps_room_trade(&room, MOCK_CAP, &note, &took, &here), RL_RPC_OK, 0);
	EXPECT_TRACED("enter alloc look room room move give call accept accept free give give exit");
	EXPECT(is_of(got, &gate) && is_of(took, NULL) && is_of(here, NULL) && took != here);
	EXPECT(owners[0].owner == CALLEE);
}

/* Whatever is refused, be it the last: no reference and no object has moved. */
static void test_all_refused(void)
{
	for (int i = 1; i <= 3; i++) {
		mock_no_room = i;
		EXPECT_RET(caps_room_trade(&room, MOCK_CAP, &note, &took, &here), RL_RPC_REFUSED,
			   -ENOSPC);
		EXPECT(nothing() && owners[0].owner == RL_OWNER_HOST);
	}
	owners[0].owner = CALLER;
	EXPECT_RET(caps_room_trade(&room, MOCK_CAP, &note, &took, &here), RL_RPC_REFUSED, -EPERM);
	EXPECT(nothing() && !calls && took == RL_CAP_NONE);
}

/* The second answer is nonsense: the first is not given either. */
static void test_all_forged(void)
{
	lends = 5;
	EXPECT_RET(caps_room_trade(&room, MOCK_CAP, &note, &took, &here), RL_RPC_CRASHED, 0);
	EXPECT(nothing() && took == RL_CAP_NONE && here == RL_CAP_NONE);
}

static void test_host(void)
{
	EXPECT_RET(rlc_caps_names_enter(2, MOCK_CAP, &took), RL_RPC_OK, 0);
	EXPECT_TRACED("begin out look room give accept give out end");
	EXPECT(is_of(got, NULL) && is_of(took, &caller_gate));
}

static void test_host_refused(void)
{
	EXPECT_RET(rlc_caps_names_enter(2, 5, &took), RL_RPC_REFUSED, -ENOENT);
	EXPECT_RET(rlc_caps_names_enter(2, MOCK_CAP, NULL), RL_RPC_REFUSED, -EFAULT);
	answer = -EBUSY;
	EXPECT_RET(rlc_caps_names_enter(2, MOCK_CAP, &took), RL_RPC_OK, -EBUSY);
	EXPECT(nothing() && took == RL_CAP_NONE && calls == 1);
}

static void test_no_such_cap(void)
{
	EXPECT_RET(rlc_caps_link(0, MOCK_CAP), RL_RPC_REFUSED, -ENOENT);
	EXPECT_RET(rlc_caps_link(MOCK_CAP + 9, MOCK_CAP), RL_RPC_REVOKED, 0);
	EXPECT(nothing() && !calls);
}

static u32 given(void)
{
	u32 n = 0;

	for (size_t i = 0; i < MOCK_CAPS; i++)
		n += mock_caps[i].used;
	return n;
}

/* A domain's shadow: of the tries that crash, nobody has anything. */
static void test_again(void)
{
	mock_iface = &room;
	mock_shadowed = true;
	crashes = 2;
	EXPECT_RET(rlc_caps_room_where(1, &here), RL_RPC_OK, 0);
	EXPECT(calls == 3 && given() == 1 && is_of(here, &caller_gate));
	calls = 0;
	EXPECT_RET(rlc_caps_room_ask(1, here), RL_RPC_OK, 0);
	EXPECT(calls == 3 && given() == 2 && is_of(got, &gate));
}

static const struct suite_test tests[] = {
	TEST(in), TEST(in_by_domain), TEST(in_refused), TEST(in_failed), TEST(in_crashed),
	TEST(gate_shut), TEST(out), TEST(out_no_room), TEST(out_forged), TEST(out_failed),
	TEST(all), TEST(all_refused), TEST(all_forged), TEST(host), TEST(host_refused),
	TEST(no_such_cap), TEST(again),
};

int main(void)
{
	suite_run(tests, ARRAY_SIZE(tests), reset);
	return 0;
}
