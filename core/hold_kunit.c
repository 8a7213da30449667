// SPDX-License-Identifier: GPL-2.0-only
/*
 * References under test: what a call may pass, what becomes of it when somebody
 * releases, revokes or dies, and that a refusal leaves every table as it was
 *
 * The domains are of this file (fake_kunit.h) and the proxies those of idl/rlcap.idl,
 * linked in. A call on behalf of a domain is a call of its proxy with a frame that says
 * so. All domains answer alike: they do what the case has written into w.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include "fake_kunit.h"
#include "heap_internal.h"
#include "hold.h"
#include "ledger_kunit.h"
#include "rlcap_proxy.h"

#define LONG_MS	30000
#define FORGED	BIT_ULL(62)	/* its serial is far ahead */
#define ROUNDS	20000

enum { A, B, C, NR };

/* All zero at the start of each case. */
static struct {
	struct rl_domain *d[NR];
	struct rl_frame f[NR];		/* of a thread inside */
	rl_cap_t host[NR];		/* the trusted side's references to them */
	u32 host_held;
	u32 refs[NR];			/* on the objects, at the start */

	rl_cap_t got, got2;		/* what a method was passed last */
	rl_cap_t answers;		/* what hand_out() and swap() answer */
	rl_cap_t derived;		/* of what was passed, if it clones */
	s32 err;			/* of every method that passes something */
	bool dies, clones, releases;
	u32 calls;
} w;

static s32 init(void *self)
{
	return 0;
}

/* @self is the state; whose it is the window says. */
static struct rl_holds *table_of(void *self)
{
	int i;

	for (i = 0; i < NR && w.d[i]->self != self; i++)
		;
	return w.d[i]->holds;
}

static s32 behave(void *self)
{
	w.calls++;
	if (w.clones)
		w.derived = rl_hold_clone(table_of(self), w.got);
	if (w.releases)
		rl_hold_release(table_of(self), w.got);
	if (w.dies)
		asm volatile("movl $0, 8" : : : "memory");
	return w.err;
}

static s32 do_who(void *self, struct rlcap_outcome *o)
{
	o->value = (unsigned long)self;
	return 0;
}

static s32 do_keep(void *self, u32 at, rl_cap_t peer)
{
	w.got = peer;
	return behave(self);
}

static s32 do_keep_both(void *self, u32 at, rl_cap_t first, struct rlcap_item __rref *it,
			rl_cap_t second)
{
	w.got = first;
	w.got2 = second;
	return behave(self);
}

static s32 do_hand_out(void *self, u32 at, rl_cap_t *peer)
{
	*peer = w.answers;
	return behave(self);
}

static s32 do_swap(void *self, u32 at, rl_cap_t peer, rl_cap_t *old)
{
	w.got = peer;
	*old = w.answers;
	return behave(self);
}

static const struct rlcap_ops ops = {
	.who = do_who,
	.keep = do_keep,
	.keep_both = do_keep_both,
	.hand_out = do_hand_out,
	.swap = do_swap,
};

static const struct rl_iface_ops no_ops;
static const struct rl_iface iface = { .desc = &rlcap_iface_desc, .ops = &no_ops };

static void start(struct kunit *test, int i)
{
	static const char *const names[] = { "ktholda", "ktholdb", "ktholdc" };

	w.d[i] = fake_make(names[i], init, 64);
	KUNIT_ASSERT_NOT_NULL(test, w.d[i]);
	w.d[i]->iface = &iface;
	w.d[i]->provided.desc = &rlcap_iface_desc;
	w.d[i]->desc.ops = &ops;
	w.d[i]->desc.nr_ops = RLCAP_NR_OPS;
	w.f[i].gate = &w.d[i]->gate;
	mutex_lock(&w.d[i]->lock);
	KUNIT_EXPECT_EQ(test, rl_domain_start(w.d[i]), 0);
	mutex_unlock(&w.d[i]->lock);
	w.host[i] = rl_host_cap(&w.d[i]->provided);
	w.refs[i] = kref_read(&w.d[i]->ref);
}

static int hold_init(struct kunit *test)
{
	int i;

	memset(&w, 0, sizeof(w));
	w.host_held = rl_hold_count(&rl_host_holds);
	if (ledger_init() || rl_xheap_add_type(&rlcap_types[RLCAP_ITEM_T]))
		return -ENOMEM;
	for (i = 0; i < NR; i++)
		start(test, i);
	return 0;
}

/* The reaper may be about to let go. */
static void expect_refs(struct kunit *test, int i, u32 n)
{
	int tries;

	for (tries = 0; kref_read(&w.d[i]->ref) != n && tries < 50; tries++)
		msleep(20);
	KUNIT_EXPECT_EQ(test, kref_read(&w.d[i]->ref), n);
}

static void stop(int i)
{
	mutex_lock(&w.d[i]->lock);
	rl_domain_stop(w.d[i], false);
	mutex_unlock(&w.d[i]->lock);
}

static void hold_exit(struct kunit *test)
{
	int i;

	for (i = 0; i < NR && w.d[i]; i++) {
		KUNIT_EXPECT_EQ(test, rl_inflight(&w.d[i]->gate), 0);
		rl_host_cap_release(w.host[i]);
		stop(i);
		KUNIT_EXPECT_EQ(test, rl_hold_count(w.d[i]->holds), 0);
		KUNIT_EXPECT_TRUE(test, list_empty(&w.d[i]->holds->pins));
	}
	for (i = 0; i < NR && w.d[i]; i++) {
		expect_refs(test, i, 1);
		fake_drop(w.d[i]);
	}
	KUNIT_EXPECT_EQ(test, rl_hold_count(&rl_host_holds), w.host_held);
	rl_xheap_del_type(&rlcap_types[RLCAP_ITEM_T]);
	ledger_exit();
}

/* Brings down one generation, and waits for the next. */
static void restart(struct kunit *test, int i)
{
	rl_domain_kill_why(w.d[i], RL_R_ADMIN, "test");
	KUNIT_EXPECT_EQ(test, rl_gate_wait_running(&w.d[i]->gate, LONG_MS), 0);
	mutex_lock(&w.d[i]->lock);
	mutex_unlock(&w.d[i]->lock);
}

#define EXPECT(test, ret, rpc_, err_) do {				\
	struct rl_ret ret_ = (ret);					\
									\
	KUNIT_EXPECT_EQ(test, ret_.rpc, rpc_);				\
	KUNIT_EXPECT_EQ(test, ret_.err, err_);				\
} while (0)

static u32 held(int i)
{
	return rl_hold_count(w.d[i]->holds);
}

/* Domain @from passes @cap to domain @to. The receiver's number. */
static struct rl_ret pass(int from, int to, rl_cap_t cap)
{
	return __rlcap_keep(&w.d[to]->provided, &w.f[from], 0, cap);
}

static rl_cap_t given(struct kunit *test, int from, int to, rl_cap_t cap)
{
	w.got = 0;
	EXPECT(test, pass(from, to, cap), RL_RPC_OK, 0);
	return w.got;
}

/* The trusted side passes domain @to its reference to @whom. */
static rl_cap_t from_host(struct kunit *test, int to, int whom)
{
	w.got = 0;
	EXPECT(test, rlcap_keep(&w.d[to]->provided, 0, w.host[whom]), RL_RPC_OK, 0);
	return w.got;
}

/* Domain @from passes both, and an object of its own between them, to domain @to. */
static struct rl_ret pass_both(int from, int to, rl_cap_t first, struct rlcap_item __rref *it,
			       rl_cap_t second)
{
	return __rlcap_keep_both(&w.d[to]->provided, &w.f[from], 0, first, it, second);
}

static struct rlcap_item __rref *item(struct kunit *test, int i)
{
	struct rlcap_item __rref *it = rl_xheap_alloc(RLCAP_ITEM_TYPE, w.d[i]->gate.id);

	KUNIT_ASSERT_TRUE(test, !!it);
	return it;
}

static struct rl_iref *find(int i, rl_cap_t cap)
{
	return rl_entry_iface(&w.f[i], cap, &rlcap_iface_desc);
}

/* Domain @i cannot call through @cap, and what it is told is that. */
static void expect_none(struct kunit *test, int i, rl_cap_t cap)
{
	KUNIT_EXPECT_PTR_EQ(test, find(i, cap), (struct rl_iref *)NULL);
	EXPECT(test, rl_entry_refusal(&w.f[i], cap), RL_RPC_REVOKED, 0);
}

static void expect_leads(struct kunit *test, int i, rl_cap_t cap, int whom)
{
	struct rl_iref *ref = find(i, cap);
	struct rlcap_outcome o = {};

	KUNIT_ASSERT_PTR_EQ(test, ref, &w.d[whom]->provided);
	EXPECT(test, __rlcap_who(ref, &w.f[i], &o), RL_RPC_OK, 0);
	KUNIT_EXPECT_EQ(test, o.value, (u64)(unsigned long)w.d[whom]->self);
}

/* Whatever the tables and ledgers say; that of the exchange heap is beside it. */
struct picture {
	struct rl_holds holds[NR], host;
	struct list_head ledger[NR];
	u32 refs[NR];
};

static struct picture *picture(struct kunit *test)
{
	struct picture *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, p);
	ledger_take(test);
	memcpy(&p->host, &rl_host_holds, sizeof(p->host));
	for (i = 0; i < NR; i++) {
		memcpy(&p->holds[i], w.d[i]->holds, sizeof(p->holds[i]));
		p->ledger[i] = w.d[i]->ledger;
		p->refs[i] = kref_read(&w.d[i]->ref);
	}
	return p;
}

static void expect_same(struct kunit *test, const struct picture *before)
{
	struct picture *now;

	KUNIT_EXPECT_TRUE(test, ledger_same());
	now = picture(test);
	KUNIT_EXPECT_EQ(test, memcmp(now, before, sizeof(*now)), 0);
}

static void host_passes(struct kunit *test)
{
	rl_cap_t cap = from_host(test, A, B);

	expect_leads(test, A, cap, B);
	KUNIT_EXPECT_NE(test, cap, w.host[B]);
	KUNIT_EXPECT_EQ(test, held(A), 1);
	KUNIT_EXPECT_EQ(test, held(B), 0);
	KUNIT_EXPECT_EQ(test, rl_hold_count(&rl_host_holds), w.host_held + NR);
}

static void domain_passes_on(struct kunit *test)
{
	rl_cap_t cap = from_host(test, A, C), copy = given(test, A, B, cap);

	KUNIT_EXPECT_NE(test, cap, copy);
	expect_leads(test, A, cap, C);
	expect_leads(test, B, copy, C);
	KUNIT_EXPECT_EQ(test, held(A) + held(B) + held(C), 2);
}

static void required_is_passed(struct kunit *test)
{
	rl_cap_t cap;

	rl_domain_get(w.d[C]);
	w.d[A]->caps[3] = &w.d[C]->provided;
	cap = given(test, A, B, 3);
	expect_leads(test, B, cap, C);
	KUNIT_EXPECT_EQ(test, rl_hold_revoke(w.d[A]->holds, 3), 0);
	expect_none(test, B, cap);
	expect_leads(test, A, 3, C);
	EXPECT(test, pass(A, B, 2), RL_RPC_REFUSED, -ENOENT);	/* not bound */
	EXPECT(test, rl_entry_refusal(&w.f[A], 2), RL_RPC_REFUSED, -ENOENT);
	w.d[A]->caps[3] = NULL;
	rl_domain_put(w.d[C]);
}

/* What the domain gives out of itself its next generations can take back. */
static void self_is_passed(struct kunit *test)
{
	rl_cap_t cap = given(test, A, B, RL_CAP_SELF), copy = given(test, B, C, cap);

	expect_leads(test, B, cap, A);
	restart(test, A);
	expect_leads(test, C, copy, A);
	KUNIT_EXPECT_EQ(test, rl_hold_revoke(w.d[A]->holds, RL_CAP_SELF), 0);
	expect_none(test, B, cap);
	expect_none(test, C, copy);
	KUNIT_EXPECT_EQ(test, rl_hold_release(w.d[A]->holds, RL_CAP_SELF), -ENOENT);
}

static void to_itself(struct kunit *test)
{
	expect_leads(test, A, given(test, A, A, RL_CAP_SELF), A);
	KUNIT_EXPECT_EQ(test, held(A), 1);
}

static const rl_cap_t none[] = {
	FORGED, FORGED | 1, FORGED | RL_CAP_INDEX, RL_MAX_REQUIRES, RL_CAP_INDEX - 1, BIT_ULL(63),
	RL_CAP_NONE, RL_CAP_NONE - 1, BIT_ULL(RL_CAP_INDEX_BITS),
};

static void forged(struct kunit *test)
{
	rl_cap_t cap = from_host(test, A, B);
	struct rlcap_item __rref *it = item(test, A);
	struct picture *before = picture(test);
	int i;

	for (i = 0; i < ARRAY_SIZE(none); i++) {
		expect_none(test, A, none[i]);
		EXPECT(test, pass(A, B, none[i]), RL_RPC_REFUSED, -ENOENT);
		EXPECT(test, pass_both(A, B, cap, it, none[i]), RL_RPC_REFUSED, -ENOENT);
		KUNIT_EXPECT_EQ(test, rl_hold_clone(w.d[A]->holds, none[i]), RL_CAP_NONE);
		KUNIT_EXPECT_EQ(test, rl_hold_release(w.d[A]->holds, none[i]), -ENOENT);
	}
	for (i = 1; i < 64; i++)
		if ((cap ^ BIT_ULL(i)) > RL_CAP_INDEX)	/* no required interface's */
			expect_none(test, A, cap ^ BIT_ULL(i));
	expect_same(test, before);
}

static void foreign(struct kunit *test)
{
	rl_cap_t a = from_host(test, A, C), b = from_host(test, B, C);
	struct rlcap_item __rref *it = item(test, B);
	struct picture *before = picture(test);

	expect_none(test, B, a);
	expect_none(test, A, b);
	expect_none(test, A, w.host[C]);
	EXPECT(test, pass(B, C, a), RL_RPC_REFUSED, -ENOENT);
	EXPECT(test, pass_both(B, C, b, it, a), RL_RPC_REFUSED, -ENOENT);
	EXPECT(test, pass_both(A, C, a, it, a), RL_RPC_REFUSED, -EPERM);
	EXPECT(test, rlcap_keep(&w.d[C]->provided, 0, a), RL_RPC_REFUSED, -ENOENT);
	KUNIT_EXPECT_EQ(test, rl_hold_revoke(w.d[B]->holds, a), -ENOENT);
	expect_same(test, before);
}

static void other_interface(struct kunit *test)
{
	static struct rl_iface_desc other;
	rl_cap_t cap = from_host(test, A, C);
	struct picture *before = picture(test);

	other = rlcap_iface_desc;
	w.d[C]->provided.desc = &other;
	KUNIT_EXPECT_PTR_EQ(test, find(A, cap), (struct rl_iref *)NULL);
	EXPECT(test, rl_entry_refusal(&w.f[A], cap), RL_RPC_REFUSED, -ENOENT);
	EXPECT(test, pass(A, B, cap), RL_RPC_REFUSED, -EINVAL);
	w.d[C]->provided.desc = &rlcap_iface_desc;
	expect_same(test, before);
}

/* A number never means anything again, not even when its place is taken. */
static void stale(struct kunit *test)
{
	rl_cap_t cap = from_host(test, A, B), next;

	KUNIT_EXPECT_EQ(test, rl_hold_release(w.d[A]->holds, cap), 0);
	expect_none(test, A, cap);
	next = from_host(test, A, C);
	KUNIT_EXPECT_EQ(test, next & RL_CAP_INDEX, cap & RL_CAP_INDEX);
	expect_none(test, A, cap);
	KUNIT_EXPECT_EQ(test, rl_hold_release(w.d[A]->holds, cap), -ENOENT);
	EXPECT(test, pass(A, B, cap), RL_RPC_REFUSED, -ENOENT);
	expect_leads(test, A, next, C);
}

static void fill(struct kunit *test, int i, u32 left)
{
	while (held(i) < RL_MAX_HOLDS - left)
		from_host(test, i, C);
}

static void no_room_for_parameters(struct kunit *test)
{
	rl_cap_t a = from_host(test, A, C);
	struct rlcap_item __rref *it = item(test, A);
	struct picture *before;

	fill(test, B, 1);
	before = picture(test);
	/* there is room for the first of them */
	EXPECT(test, pass_both(A, B, a, it, a), RL_RPC_REFUSED, -ENOSPC);
	expect_same(test, before);
	given(test, A, B, a);
	before = picture(test);
	EXPECT(test, pass(A, B, a), RL_RPC_REFUSED, -ENOSPC);
	KUNIT_EXPECT_EQ(test, rl_hold_clone(w.d[B]->holds, w.got), RL_CAP_NONE);
	expect_same(test, before);
}

static void no_room_for_results(struct kunit *test)
{
	rl_cap_t out = RL_CAP_NONE, cap;
	struct picture *before;
	u32 calls;

	cap = from_host(test, A, C);
	fill(test, A, 0);
	w.answers = from_host(test, B, C);
	calls = w.calls;
	before = picture(test);
	EXPECT(test, __rlcap_hand_out(&w.d[B]->provided, &w.f[A], 0, &out), RL_RPC_REFUSED,
	       -ENOSPC);
	/* what is passed has its place, but the answer has none */
	EXPECT(test, __rlcap_swap(&w.d[B]->provided, &w.f[A], 0, cap, &out), RL_RPC_REFUSED,
	       -ENOSPC);
	KUNIT_EXPECT_EQ(test, w.calls, calls);
	KUNIT_EXPECT_EQ(test, out, RL_CAP_NONE);
	expect_same(test, before);
}

/* References and objects of one call are taken all or none. */
static void refused_whole(struct kunit *test)
{
	rl_cap_t cap = from_host(test, A, C), out = RL_CAP_NONE;
	struct rlcap_item __rref *it = item(test, A);
	struct picture *before = picture(test);
	u32 calls = w.calls;

	EXPECT(test, pass_both(A, B, cap, it, FORGED), RL_RPC_REFUSED, -ENOENT);
	EXPECT(test, pass_both(A, B, FORGED, it, cap), RL_RPC_REFUSED, -ENOENT);
	EXPECT(test, pass_both(A, B, cap, NULL, cap), RL_RPC_REFUSED, -EFAULT);
	EXPECT(test, __rlcap_swap(&w.d[B]->provided, &w.f[A], 0, FORGED, &out), RL_RPC_REFUSED,
	       -ENOENT);
	expect_same(test, before);
	KUNIT_EXPECT_EQ(test, w.calls, calls);
	EXPECT(test, pass_both(A, B, cap, it, cap), RL_RPC_OK, 0);
	KUNIT_EXPECT_EQ(test, held(B), 2);
	KUNIT_EXPECT_NE(test, w.got, w.got2);
}

static void closed_gate(struct kunit *test)
{
	rl_cap_t cap = from_host(test, A, C);
	struct picture *before;

	stop(B);
	before = picture(test);
	EXPECT(test, pass(A, B, cap), RL_RPC_DEAD, 0);
	expect_same(test, before);
}

/* A call that fails has passed nothing. */
static void failed_call(struct kunit *test)
{
	rl_cap_t cap = from_host(test, A, C), out = RL_CAP_NONE;

	given(test, A, B, cap);		/* pins the provider */
	rl_hold_release(w.d[B]->holds, w.got);
	w.err = -EBUSY;
	EXPECT(test, pass(A, B, cap), RL_RPC_OK, -EBUSY);
	expect_none(test, B, w.got);
	w.answers = RL_CAP_SELF;
	EXPECT(test, __rlcap_swap(&w.d[B]->provided, &w.f[A], 0, cap, &out), RL_RPC_OK, -EBUSY);
	expect_none(test, B, w.got);
	KUNIT_EXPECT_EQ(test, out, RL_CAP_NONE);
	KUNIT_EXPECT_EQ(test, held(A), 1);
	KUNIT_EXPECT_EQ(test, held(B), 0);
	expect_leads(test, A, cap, C);
}

static void failed_call_takes_back_copies(struct kunit *test)
{
	rl_cap_t cap = from_host(test, A, C);

	w.err = -EBUSY;
	w.clones = true;
	EXPECT(test, pass(A, B, cap), RL_RPC_OK, -EBUSY);
	expect_none(test, B, w.got);
	expect_none(test, B, w.derived);
	KUNIT_EXPECT_EQ(test, held(B), 1);	/* the revoked copy, for it to release */
	w.clones = false;
	w.releases = true;
	EXPECT(test, pass(A, B, cap), RL_RPC_OK, -EBUSY);
	KUNIT_EXPECT_EQ(test, held(B), 1);
	expect_leads(test, A, cap, C);
}

static void callee_dies(struct kunit *test)
{
	rl_cap_t cap = from_host(test, A, C), out = RL_CAP_NONE;

	w.answers = RL_CAP_SELF;
	w.dies = true;
	EXPECT(test, __rlcap_swap(&w.d[B]->provided, &w.f[A], 0, cap, &out), RL_RPC_CRASHED, 0);
	w.dies = false;
	KUNIT_EXPECT_EQ(test, rl_gate_wait_running(&w.d[B]->gate, LONG_MS), 0);
	KUNIT_EXPECT_EQ(test, out, RL_CAP_NONE);
	KUNIT_EXPECT_EQ(test, held(A), 1);
	KUNIT_EXPECT_EQ(test, held(B), 0);
	expect_leads(test, A, cap, C);
}

static void result_is_derived(struct kunit *test)
{
	rl_cap_t out = RL_CAP_NONE;

	w.answers = from_host(test, B, C);
	EXPECT(test, __rlcap_hand_out(&w.d[B]->provided, &w.f[A], 0, &out), RL_RPC_OK, 0);
	KUNIT_EXPECT_NE(test, out, w.answers);
	expect_leads(test, A, out, C);
	expect_leads(test, B, w.answers, C);
	KUNIT_EXPECT_EQ(test, rl_hold_revoke(w.d[B]->holds, w.answers), 0);
	expect_none(test, A, out);
	expect_leads(test, B, w.answers, C);
}

/* Who answers what is not its own dies of it; the caller has nothing. */
static void result_is_forged(struct kunit *test)
{
	rl_cap_t foreign = from_host(test, C, B), out;
	const rl_cap_t lies[] = { FORGED, foreign, RL_CAP_NONE, 0 };
	int i;

	for (i = 0; i < ARRAY_SIZE(lies); i++) {
		out = RL_CAP_NONE;
		w.answers = lies[i];
		EXPECT(test, __rlcap_hand_out(&w.d[B]->provided, &w.f[A], 0, &out),
		       RL_RPC_CRASHED, 0);
		KUNIT_EXPECT_EQ(test, rl_gate_wait_running(&w.d[B]->gate, LONG_MS), 0);
		KUNIT_EXPECT_EQ(test, out, RL_CAP_NONE);
		KUNIT_EXPECT_EQ(test, held(A), 0);
	}
	mutex_lock(&w.d[B]->lock);
	KUNIT_EXPECT_EQ(test, w.d[B]->by_reason[RL_R_VIOLATION], ARRAY_SIZE(lies));
	mutex_unlock(&w.d[B]->lock);
}

/* That somebody else took it back is not the callee's fault. */
static void result_is_revoked(struct kunit *test)
{
	rl_cap_t out = RL_CAP_NONE;

	w.answers = from_host(test, B, C);
	rl_host_cap_revoke(w.host[C]);
	EXPECT(test, __rlcap_hand_out(&w.d[B]->provided, &w.f[A], 0, &out), RL_RPC_OK, 0);
	KUNIT_EXPECT_EQ(test, w.d[B]->dying, 0);
	KUNIT_EXPECT_NE(test, out, RL_CAP_NONE);
	expect_none(test, A, out);
	KUNIT_EXPECT_EQ(test, rl_hold_release(w.d[A]->holds, out), 0);
}

static void result_to_host(struct kunit *test)
{
	rl_cap_t out = RL_CAP_NONE;

	w.answers = from_host(test, B, C);
	EXPECT(test, rlcap_hand_out(&w.d[B]->provided, 0, &out), RL_RPC_OK, 0);
	KUNIT_EXPECT_PTR_EQ(test, rl_host_cap_iref(out), &w.d[C]->provided);
	rl_hold_revoke(w.d[B]->holds, w.answers);
	KUNIT_EXPECT_PTR_EQ(test, rl_host_cap_iref(out), (struct rl_iref *)NULL);
	KUNIT_EXPECT_EQ(test, rl_host_cap_release(out), 0);
	KUNIT_EXPECT_EQ(test, rl_host_cap_release(out), -ENOENT);
}

static void clones(struct kunit *test)
{
	rl_cap_t cap = from_host(test, A, C), copy = rl_hold_clone(w.d[A]->holds, cap);
	rl_cap_t b = given(test, A, B, copy), c = given(test, A, C, cap);

	expect_leads(test, A, copy, C);
	/* one of the two receivers can be left alone */
	KUNIT_EXPECT_EQ(test, rl_hold_revoke(w.d[A]->holds, copy), 0);
	expect_none(test, B, b);
	expect_leads(test, A, copy, C);
	expect_leads(test, C, c, C);
	KUNIT_EXPECT_EQ(test, rl_hold_release(w.d[A]->holds, copy), 0);
	expect_leads(test, A, cap, C);
}

static void revoke_reaches_all(struct kunit *test)
{
	rl_cap_t a = from_host(test, A, C), other = from_host(test, A, B);
	rl_cap_t b = given(test, A, B, a), c = given(test, B, C, b);
	rl_cap_t back = given(test, C, A, c), b2 = given(test, A, B, other);

	KUNIT_EXPECT_EQ(test, rl_hold_revoke(w.d[A]->holds, a), 0);
	expect_none(test, B, b);
	expect_none(test, C, c);
	expect_none(test, A, back);
	expect_leads(test, A, a, C);
	expect_leads(test, B, b2, B);
	EXPECT(test, pass(B, C, b), RL_RPC_REFUSED, -ENOLINK);
	/* they stay where they are until their holders let go */
	KUNIT_EXPECT_EQ(test, held(B), 2);
	KUNIT_EXPECT_EQ(test, rl_hold_release(w.d[B]->holds, b), 0);
	KUNIT_EXPECT_EQ(test, held(B), 1);
	expect_leads(test, B, given(test, A, B, a), C);
}

static void release_leaves_copies(struct kunit *test)
{
	rl_cap_t a = from_host(test, A, C), b = given(test, A, B, a), c = given(test, B, C, b);

	KUNIT_EXPECT_EQ(test, rl_hold_release(w.d[B]->holds, b), 0);
	expect_leads(test, C, c, C);
	KUNIT_EXPECT_EQ(test, rl_hold_revoke(w.d[A]->holds, a), 0);
	expect_none(test, C, c);
}

static void holder_dies(struct kunit *test)
{
	rl_cap_t a = from_host(test, A, C), b = given(test, A, B, a), c = given(test, B, C, b);

	KUNIT_EXPECT_GT(test, kref_read(&w.d[C]->ref), w.refs[C]);
	restart(test, B);
	KUNIT_EXPECT_EQ(test, held(B), 0);
	KUNIT_EXPECT_TRUE(test, list_empty(&w.d[B]->ledger));
	expect_none(test, B, b);
	/* what it passed on stands, and can still be taken back */
	expect_leads(test, C, c, C);
	restart(test, A);
	expect_leads(test, C, c, C);
	KUNIT_EXPECT_EQ(test, rl_host_cap_revoke(w.host[C]), 0);
	expect_none(test, C, c);
	restart(test, C);
	expect_refs(test, C, w.refs[C]);
}

static void provider_restarts(struct kunit *test)
{
	rl_cap_t cap = from_host(test, A, C);
	struct rlcap_outcome o = {};
	struct rl_ret ret;

	mutex_lock(&w.d[C]->lock);	/* the reaper waits */
	rl_domain_kill_why(w.d[C], RL_R_ADMIN, "test");
	ret = __rlcap_who(find(A, cap), &w.f[A], &o);
	mutex_unlock(&w.d[C]->lock);
	EXPECT(test, ret, RL_RPC_RESTARTING, 0);
	KUNIT_EXPECT_EQ(test, rl_gate_wait_running(&w.d[C]->gate, LONG_MS), 0);
	expect_leads(test, A, cap, C);
	KUNIT_EXPECT_EQ(test, w.d[C]->gate.gen, 2);
}

static void provider_dies(struct kunit *test)
{
	rl_cap_t cap = from_host(test, A, C);
	struct rlcap_outcome o = {};

	stop(C);
	EXPECT(test, __rlcap_who(find(A, cap), &w.f[A], &o), RL_RPC_DEAD, 0);
}

/* Its object is there for those on their way to it, even if they gave it up. */
static void provider_is_kept(struct kunit *test)
{
	rl_cap_t cap = from_host(test, A, C);
	struct rl_iref *ref = find(A, cap);
	struct rlcap_outcome o = {};

	rl_host_cap_release(w.host[C]);
	rl_hold_release(w.d[A]->holds, cap);
	KUNIT_EXPECT_EQ(test, kref_read(&w.d[C]->ref), 2);
	stop(C);
	EXPECT(test, __rlcap_who(ref, &w.f[A], &o), RL_RPC_DEAD, 0);
	stop(A);
	KUNIT_EXPECT_EQ(test, kref_read(&w.d[C]->ref), 1);
}

/* Between the look and the commit anything can happen to what is passed. */
static void lost_on_the_way(struct kunit *test)
{
	struct rl_pass p = {};
	rl_cap_t a = from_host(test, A, C), b;

	KUNIT_EXPECT_EQ(test, rl_pass_in(&p, &w.f[A], a, &rlcap_iface_desc, &w.d[B]->gate), 0);
	rl_host_cap_revoke(w.host[C]);
	expect_none(test, B, rl_pass_commit(&p));
	a = from_host(test, A, C);
	p = (struct rl_pass){};
	KUNIT_EXPECT_EQ(test, rl_pass_in(&p, &w.f[A], a, &rlcap_iface_desc, &w.d[B]->gate), 0);
	rl_hold_release(w.d[A]->holds, a);
	a = from_host(test, A, B);	/* in the same place */
	b = rl_pass_commit(&p);
	expect_none(test, B, b);
	rl_pass_undo(&p, 1);
	KUNIT_EXPECT_EQ(test, held(B), 1);
	expect_leads(test, A, a, B);
}

/* One makes and releases copies, looking them up; the case revokes them meanwhile. */
static int passer(void *unused)
{
	u32 i;

	for (i = 0; i < ROUNDS; i++) {
		rl_cap_t copy = rl_hold_clone(w.d[A]->holds, w.answers);
		struct rl_iref *ref = rl_hold_find(w.d[A]->holds, copy);

		if (ref && ref != &w.d[C]->provided)
			WRITE_ONCE(w.calls, w.calls + 1);
		rl_hold_release(w.d[A]->holds, copy);
	}
	while (!kthread_should_stop())
		schedule_timeout_idle(1);
	return 0;
}

static void race(struct kunit *test)
{
	struct task_struct *t;
	u32 i, failed = 0;

	w.answers = from_host(test, A, C);
	w.calls = 0;
	t = kthread_run(passer, NULL, "rl_hold_race");
	KUNIT_ASSERT_FALSE(test, IS_ERR(t));
	for (i = 0; i < ROUNDS; i++) {
		rl_cap_t b = rl_hold_clone(w.d[B]->holds, RL_CAP_SELF);

		failed += rl_hold_revoke(w.d[A]->holds, w.answers) != 0;
		failed += !rl_hold_find(w.d[B]->holds, b);
		failed += rl_hold_release(w.d[B]->holds, b) != 0;
	}
	kthread_stop(t);
	KUNIT_EXPECT_EQ(test, failed, 0);
	KUNIT_EXPECT_EQ(test, w.calls, 0);
	KUNIT_EXPECT_EQ(test, held(A), 1);
	KUNIT_EXPECT_EQ(test, held(B), 0);
	expect_leads(test, A, w.answers, C);
}

static struct kunit_case hold_cases[] = {
	KUNIT_CASE(host_passes),
	KUNIT_CASE(domain_passes_on),
	KUNIT_CASE(required_is_passed),
	KUNIT_CASE(self_is_passed),
	KUNIT_CASE(to_itself),
	KUNIT_CASE(forged),
	KUNIT_CASE(foreign),
	KUNIT_CASE(other_interface),
	KUNIT_CASE(stale),
	KUNIT_CASE(no_room_for_parameters),
	KUNIT_CASE(no_room_for_results),
	KUNIT_CASE(refused_whole),
	KUNIT_CASE(closed_gate),
	KUNIT_CASE(failed_call),
	KUNIT_CASE(failed_call_takes_back_copies),
	KUNIT_CASE(callee_dies),
	KUNIT_CASE(result_is_derived),
	KUNIT_CASE(result_is_forged),
	KUNIT_CASE(result_is_revoked),
	KUNIT_CASE(result_to_host),
	KUNIT_CASE(clones),
	KUNIT_CASE(revoke_reaches_all),
	KUNIT_CASE(release_leaves_copies),
	KUNIT_CASE(holder_dies),
	KUNIT_CASE(provider_restarts),
	KUNIT_CASE(provider_dies),
	KUNIT_CASE(provider_is_kept),
	KUNIT_CASE(lost_on_the_way),
	KUNIT_CASE(race),
	{}
};

static struct kunit_suite hold_suite = {
	.name = "rl_hold",
	.init = hold_init,
	.exit = hold_exit,
	.test_cases = hold_cases,
};

rl_kunit_test_suite(hold_suite);

MODULE_DESCRIPTION("RedLeaf: references KUnit suite");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(RL_TEST);
