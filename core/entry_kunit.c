// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generated entries under test: what a domain passes is looked at, and a call that is
 * refused leaves the ledger as it was
 *
 * The interface is idl/rlshadow.idl, its proxies and entries are linked into this
 * module. One domain (fake_kunit.h) calls itself: its method once() makes the call that
 * the case describes. Structs that it passes are in its state, where they have to be.
 */
#include "fake_kunit.h"
#include "heap_internal.h"
#include "entry_kunit.h"
#include "ledger_kunit.h"

#define LOUD	RLSHADOW_MODE_LOUD
#define NO_MODE	3
#define OTHER	250u		/* an owner that is neither host nor domain */
#define CAP	0		/* the domain's, of itself */

/* The domain's state. */
struct state {
	struct rlshadow_question q;
	struct rlshadow_answer a;
};

/* One domain at a time; each case starts with all of it zero. */
static struct {
	struct rl_domain *d;
	struct state *state;
	struct rlshadow_item __rref *it;	/* the domain's */
	u32 calls;				/* that came in, beside once() */
} w;

static s32 init(void *self)
{
	return 0;
}

static s32 do_give(void *self, struct rlshadow_item __rref *it)
{
	w.calls++;
	return -EBUSY;		/* so it stays with the caller */
}

static s32 do_ask(void *self, const struct rlshadow_question *q, struct rlshadow_answer *a)
{
	w.calls++;
	a->m = q->m;
	return 0;
}

static s32 do_look(void *self, const struct rlshadow_item __rref *it, struct rlshadow_answer *a)
{
	w.calls++;
	a->m = rl_deref(it)->m;
	return 0;
}

static s32 do_set(void *self, u64 value)
{
	return 0;
}

static s32 do_set_key(void *self, u32 key, const struct rlshadow_question *q)
{
	w.calls++;
	return 0;
}

static const struct rlshadow_ops ops = {
	.once = kt_makes_call,
	.give = do_give,
	.ask = do_ask,
	.look = do_look,
	.set = do_set,
	.set_key = do_set_key,
};

static const struct rl_iface_ops no_ops;
static const struct rl_iface iface = { .desc = &rlshadow_iface_desc, .ops = &no_ops };

static int entry_init(struct kunit *test)
{
	memset(&w, 0, sizeof(w));
	if (ledger_init() || rl_xheap_add_type(&rlshadow_types[RLSHADOW_ITEM_T]))
		return -ENOMEM;
	w.d = fake_make("ktentry", init, sizeof(struct state));
	if (!w.d)
		return -ENOMEM;
	w.d->iface = &iface;
	w.d->provided.desc = &rlshadow_iface_desc;
	w.d->desc.ops = &ops;
	w.d->desc.nr_ops = RLSHADOW_NR_OPS;
	w.d->caps[CAP] = &w.d->provided;
	mutex_lock(&w.d->lock);
	KUNIT_EXPECT_EQ(test, rl_domain_start(w.d), 0);
	mutex_unlock(&w.d->lock);
	w.state = w.d->self;
	w.state->q = (struct rlshadow_question){ .m = LOUD, .name = "me" };
	w.it = rl_xheap_alloc(RLSHADOW_ITEM_TYPE, w.d->gate.id);
	KUNIT_ASSERT_TRUE(test, !!w.it);
	rl_deref(w.it)->m = LOUD;
	return 0;
}

static void entry_exit(struct kunit *test)
{
	if (w.d) {
		KUNIT_EXPECT_EQ(test, w.d->dying, 0);
		KUNIT_EXPECT_EQ(test, rl_inflight(&w.d->gate), 0);
		w.d->caps[CAP] = NULL;
		fake_drop(w.d);
	}
	rl_xheap_drop_owner(OTHER);
	rl_xheap_del_type(&rlshadow_types[RLSHADOW_ITEM_T]);
	ledger_exit();
}

/* A call that is all right. */
static struct kt_call good(int what)
{
	return (struct kt_call){
		.what = what, .cap = CAP, .q = &w.state->q, .a = &w.state->a, .it = w.it,
	};
}

static void expect(struct kunit *test, struct kt_call c, s32 rpc, s32 err)
{
	struct rl_ret r = rlshadow_once(&w.d->provided, (unsigned long)&c);

	KUNIT_EXPECT_EQ(test, r.rpc, RL_RPC_OK);
	KUNIT_EXPECT_EQ(test, c.ret.rpc, rpc);
	KUNIT_EXPECT_EQ(test, c.ret.err, err);
}

/* It does not come in, and leaves everything as it was. */
static void refused(struct kunit *test, struct kt_call c, s32 err)
{
	u32 calls = w.calls;

	KEEPS_LEDGER(test, expect(test, c, RL_RPC_REFUSED, err));
	KUNIT_EXPECT_EQ(test, w.calls, calls);
}

/* What is refused below is refused for what is said there. */
static void good_calls(struct kunit *test)
{
	expect(test, good(KT_ASK), RL_RPC_OK, 0);
	KUNIT_EXPECT_EQ(test, w.state->a.m, LOUD);
	expect(test, good(KT_SET_KEY), RL_RPC_OK, 0);
	KEEPS_LEDGER(test, expect(test, good(KT_LOOK), RL_RPC_OK, 0));
	KEEPS_LEDGER(test, expect(test, good(KT_GIVE), RL_RPC_OK, -EBUSY));
	KUNIT_EXPECT_EQ(test, w.calls, 4);
}

static void enums(struct kunit *test)
{
	w.state->q.m = NO_MODE;
	refused(test, good(KT_ASK), -ERANGE);
	refused(test, good(KT_SET_KEY), -ERANGE);
	rl_deref(w.it)->m = NO_MODE;
	refused(test, good(KT_LOOK), -ERANGE);
	refused(test, good(KT_GIVE), -ERANGE);
}

static void lengths(struct kunit *test)
{
	memset(w.state->q.name, 'x', sizeof(w.state->q.name));
	refused(test, good(KT_ASK), -ERANGE);
	refused(test, good(KT_SET_KEY), -ERANGE);
}

/* Nothing, the kernel's, out of the window at either end, around the end of all. */
static void pointers(struct kunit *test)
{
	const u64 bad[] = {
		0, 8, (u64)&w, (u64)w.d->gate.window - 8,
		(u64)w.d->gate.window + w.d->window_size - 8, ~0ull - 7, 1ull << 63,
	};
	struct kt_call c;
	int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		c = good(KT_ASK);
		c.q = (void *)bad[i];
		refused(test, c, -EFAULT);
		c.what = KT_SET_KEY;
		refused(test, c, -EFAULT);
		c = good(KT_ASK);
		c.a = (void *)bad[i];
		refused(test, c, -EFAULT);
		c.what = KT_LOOK;
		refused(test, c, -EFAULT);
		c = good(KT_GIVE);
		c.it = (void __force __rref *)bad[i];
		refused(test, c, -EFAULT);
		c.what = KT_LOOK;
		refused(test, c, -EFAULT);
	}
}

static void objects(struct kunit *test)
{
	void __rref *other = rl_xheap_alloc(RLSHADOW_ITEM_TYPE, OTHER);
	struct kt_call c = good(KT_GIVE);

	KUNIT_ASSERT_TRUE(test, !!other);
	c.it = other;
	refused(test, c, -EPERM);
	c.what = KT_LOOK;
	refused(test, c, -EPERM);
	KUNIT_EXPECT_EQ(test, rl_xheap_borrow(w.it, RLSHADOW_ITEM_TYPE, w.d->gate.id), 0);
	refused(test, good(KT_GIVE), -EBUSY);
	KUNIT_EXPECT_EQ(test, rl_xheap_unborrow(w.it), 0);
}

static void must_not_sleep(struct kunit *test)
{
	struct kt_call c;
	int what;

	for (what = KT_ASK; what <= KT_SET_KEY; what++) {
		c = good(what);
		c.atomic = true;
		refused(test, c, -EAGAIN);
	}
}

static void no_scratch(struct kunit *test)
{
	size_t size;

	for (size = PAGE_SIZE; size >= RL_GRANULE; size /= 2)
		while (rl_do_alloc(w.d, size))
			;
	refused(test, good(KT_ASK), -ENOMEM);
	refused(test, good(KT_LOOK), -ENOMEM);
	refused(test, good(KT_SET_KEY), -ENOMEM);
}

static void no_capability(struct kunit *test)
{
	struct kt_call c;
	int what;

	for (what = KT_ASK; what <= KT_SET_KEY; what++) {
		c = good(what);
		c.cap = CAP + 1;
		refused(test, c, -ENOENT);
	}
}

/* Its owner lets go of it: it lives until it is returned, and nobody dies of that. */
static void free_of_lent(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, rl_xheap_borrow(w.it, RLSHADOW_ITEM_TYPE, w.d->gate.id), 0);
	expect(test, good(KT_FREE), RL_RPC_OK, 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_owner_at(w.it), RL_XOWNER_LOST);
	KUNIT_EXPECT_EQ(test, w.d->dying, 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_unborrow(w.it), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_owner_at(w.it), RL_OWNER_FREE);
}

static struct kunit_case entry_cases[] = {
	KUNIT_CASE(good_calls),
	KUNIT_CASE(enums),
	KUNIT_CASE(lengths),
	KUNIT_CASE(pointers),
	KUNIT_CASE(objects),
	KUNIT_CASE(must_not_sleep),
	KUNIT_CASE(no_scratch),
	KUNIT_CASE(no_capability),
	KUNIT_CASE(free_of_lent),
	{}
};

static struct kunit_suite entry_suite = {
	.name = "rl_entry",
	.init = entry_init,
	.exit = entry_exit,
	.test_cases = entry_cases,
};

rl_kunit_test_suite(entry_suite);

MODULE_DESCRIPTION("RedLeaf: generated entries KUnit suite");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(RL_TEST);
