// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fault x context matrix and nested deaths: every crash must come back as
 * RL_RPC_CRASHED to its own caller, count once, have the expected reason, leave
 * nothing of the context behind, and the domain must run again.
 */
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/string.h>
#include "core.h"
#include "rltest.h"

struct crash_call {
	struct rl_domain *d;
	u32 kind;
	struct rl_ret ret;
};

static void crash_call(void *arg)
{
	struct crash_call *c = arg;

	c->ret = rltest_crash(&c->d->provided, c->kind, rltest_user_page);
}

/* One crash; 0 when all is as it should be, else what was wrong, as bits. */
static u32 one_crash(struct crash_call *c, const char *context, int *leaks)
{
	u64 before = c->d->crashes;
	u32 bad = 0;

	if (!rltest_in_context(context, crash_call, c, leaks))
		return 1;
	if (c->ret.rpc != RL_RPC_CRASHED)
		bad |= 2;
	if (!rltest_wait_running(c->d))
		return bad | 4;
	if (c->d->crashes != before + 1)
		bad |= 8;
	if (strcmp(rl_reason_name(c->d->crash.reason), rltest_kind_reason(c->kind)))
		bad |= 16;
	return bad;
}

void rltest_matrix(const char *kind, const char *context, unsigned int n)
{
	struct crash_call c = { .d = rltest_domains[0], .kind = rltest_kind(kind) };
	unsigned int i, good = 0;
	u32 bad = 0;
	int leaks = 0;

	if ((int)c.kind < 0) {
		rltest_say("not ok - matrix: no crash kind %s\n", kind);
		return;
	}
	for (i = 0; i < n; i++) {
		u32 b = one_crash(&c, context, &leaks);

		good += !b;
		bad |= b;
		if (b & 5)
			break;
	}
	msleep(1);	/* "scheduling while atomic" if the preempt count leaked */
	rltest_say("%sok - %s in %s: %u of %u recovered, %d leaks, problems %#x, last reason %s, rpc %d err %d\n",
		   good == n && !leaks ? "" : "not ", kind, context, good, n, leaks, bad,
		   rl_reason_name(c.d->crash.reason), c.ret.rpc, c.ret.err);
}

/*
 * What the outermost caller must see: its own domain's death as CRASHED; a death
 * further in as an error that domain made of it.
 */
static bool nest_wrong(struct rl_ret r, unsigned int dies, unsigned int outer_dies)
{
	if (!dies || outer_dies == dies)
		return r.rpc != RL_RPC_CRASHED;
	return r.rpc != RL_RPC_OK || r.err != -EREMOTEIO;
}

/*
 * Chain 2 -> 1 -> 0 (each instance calls the one loaded before it). @dies: how
 * deep the death happens, counted from the outermost domain; @outer_dies: a
 * domain further out that dies too once the inner call is back; 0: none.
 */
void rltest_chain(unsigned int dies, const char *kind, unsigned int outer_dies)
{
	struct rl_domain *d = rltest_domains[rltest_nr - 1];
	struct rl_domain *victim = rltest_domains[rltest_nr - 1 - dies];
	u32 k = rltest_kind(kind), i, wrong = 0;
	u64 before[RLTEST_MAX];
	struct rl_ret r;

	for (i = 0; i < rltest_nr; i++)
		before[i] = rltest_domains[i]->crashes;
	if (outer_dies)
		k |= 0x80000000u | outer_dies << 8;
	r = rltest_nest(&d->provided, dies, k, rltest_user_page);
	for (i = 0; i < rltest_nr; i++) {
		struct rl_domain *x = rltest_domains[i];
		bool second = outer_dies &&
			      x == rltest_domains[rltest_nr - 1 - (dies - outer_dies)];

		if (!rltest_wait_running(x))
			wrong |= 1 << i;
		if (x->crashes != before[i] + (x == victim || second))
			wrong |= 0x100 << i;
	}
	rltest_say("%sok - nest: depth %u dies (%s), outer %u: rpc %d err %d, wrong %#x\n",
		   wrong || nest_wrong(r, dies, outer_dies) ? "not " : "", dies, kind,
		   outer_dies, r.rpc, r.err, wrong);
}

static enum hrtimer_restart foreign_fn(struct hrtimer *t)
{
	*(volatile int *)16 = 1;	/* the bug of an innocent driver's interrupt */
	return HRTIMER_NORESTART;
}

/*
 * Faults that are nobody's but the kernel's: they must oops. "irq": an interrupt
 * on top of a domain call faults. "core": core code faults on behalf of a domain.
 */
void rltest_foreign(const char *how)
{
	struct rl_domain *d = rltest_domains[rltest_nr - 1];
	struct hrtimer t;

	if (!strcmp(how, "core")) {
		rltest_note_faults = true;
		rltest_nest(&d->provided, 1, CRASH_none, 0);
	} else {
		hrtimer_init_on_stack(&t, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
		t.function = foreign_fn;
		hrtimer_start(&t, ms_to_ktime(2), HRTIMER_MODE_REL_PINNED_HARD);
		rltest_crash(&d->provided, CRASH_spin, 0);
	}
	rltest_say("not ok - foreign %s: the fault was swallowed\n", how);
}
