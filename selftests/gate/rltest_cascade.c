// SPDX-License-Identifier: GPL-2.0-only
/*
 * RedLeaf's micro-benchmark domains from the trusted side: interfaces dom_c and dom_d,
 * and the cascade, a call that goes through up to RL_MAX_CALL_DEPTH domains.
 *
 * Whoever dies on the way dies alone: all others must run on, and the caller must see an
 * error of its own callee. Instances come and go in order of loading, under
 * rl_domains_lock; a command runs while they stay (run_lock, modules pinned by the test).
 */
#include <linux/string.h>
#include "core.h"
#include "dom_proxy.h"
#include "rltest.h"

/* One more than may be inside each other, for the one that is refused. */
#define CASCADE_MAX (RL_MAX_CALL_DEPTH + 1)
#define CRASH_RSP 7	/* of rl_crash.regs */

struct rl_domain *rltest_dom_c;
EXPORT_SYMBOL_NS_GPL(rltest_dom_c, RL_TEST);
struct rl_domain *rltest_dom_d[CASCADE_MAX];
EXPORT_SYMBOL_NS_GPL(rltest_dom_d, RL_TEST);
int rltest_nr_dom_d;
EXPORT_SYMBOL_NS_GPL(rltest_nr_dom_d, RL_TEST);

static int attach_c(struct rl_domain *d, void **priv)
{
	if (rltest_dom_c)
		return -ENOSPC;
	rltest_dom_c = d;
	return 0;
}

static void detach_c(struct rl_domain *d, void *priv)
{
	rltest_dom_c = NULL;
}

static int attach_d(struct rl_domain *d, void **priv)
{
	if (rltest_nr_dom_d == CASCADE_MAX)
		return -ENOSPC;
	rltest_dom_d[rltest_nr_dom_d++] = d;
	return 0;
}

/* All are one module's, which stops the youngest first. */
static void detach_d(struct rl_domain *d, void *priv)
{
	rltest_nr_dom_d--;
}

static const struct rl_iface_ops ops_c = { .attach = attach_c, .detach = detach_c };
static const struct rl_iface_ops ops_d = { .attach = attach_d, .detach = detach_d };

static struct rl_iface ifaces[] = {
	{ .owner = THIS_MODULE, .desc = &dom_c_iface_desc, .ops = &ops_c },
	{ .owner = THIS_MODULE, .desc = &dom_d_iface_desc, .ops = &ops_d },
};

/* Level 0 is the outermost: the youngest. */
static struct rl_domain *at_level(unsigned int level)
{
	return rltest_dom_d[rltest_nr_dom_d - 1 - level];
}

/* What the caller must see when level @dies died, or none when that is @depth. */
static bool answer_wrong(struct rl_ret r, unsigned int depth, unsigned int dies)
{
	if (!dies)
		return r.rpc != RL_RPC_CRASHED;
	if (dies < depth)
		return r.rpc != RL_RPC_OK || r.err != -EREMOTEIO;
	return r.rpc != RL_RPC_OK || r.err != (depth > RL_MAX_CALL_DEPTH ? -EOVERFLOW : 0);
}

/* What a level took of the stack between @top and where the last of them died. */
static u64 stack_of_level(unsigned long top, const struct rl_domain *died, unsigned int levels)
{
	unsigned long sp = died->crash.regs[CRASH_RSP];

	return sp && sp < top ? (top - sp) / levels : 0;
}

/**
 * rltest_cascade() - call through @depth domains
 * @victim: number of the instance that has been armed to die in it of a trap, which
 *	shows where its stack was; "-": none
 * @depth: how many
 */
void rltest_cascade(const char *victim, unsigned int depth)
{
	u64 before[CASCADE_MAX], level_stack = 0;
	unsigned int level, dies = depth, nr;
	struct rl_ret r;
	u32 wrong = 0;

	if (!depth || depth > rltest_nr_dom_d ||
	    (!kstrtouint(victim, 10, &nr) && nr >= rltest_nr_dom_d)) {
		rltest_say("not ok - cascade: %d instances, depth %u, victim %s\n",
			   rltest_nr_dom_d, depth, victim);
		return;
	}
	if (!kstrtouint(victim, 10, &nr))
		dies = rltest_nr_dom_d - 1 - nr;
	for (level = 0; level < rltest_nr_dom_d; level++)
		before[level] = at_level(level)->crashes;
	r = dom_d_cascade(&at_level(0)->provided, depth);
	for (level = 0; level < rltest_nr_dom_d; level++) {
		struct rl_domain *d = at_level(level);

		if (!rltest_wait_running(d) ||
		    d->crashes != before[level] + (level == dies && dies < depth))
			wrong |= 1 << level;
	}
	if (dies < depth) {
		level_stack = stack_of_level((unsigned long)__builtin_frame_address(0),
					     at_level(dies), dies + 1);
		if (!level_stack || level_stack > RL_STACK_LEVEL)
			wrong |= 1 << 31;
	}
	rltest_say("%sok - cascade: depth %u, victim %s: rpc %d err %d, wrong %#x, %llu bytes of stack a level\n",
		   wrong || answer_wrong(r, depth, dies) ? "not " : "", depth, victim, r.rpc,
		   r.err, wrong, level_stack);
}

int rltest_cascade_init(void)
{
	int err = rl_iface_register(&ifaces[0]);

	if (err)
		return err;
	err = rl_iface_register(&ifaces[1]);
	if (err)
		rl_iface_unregister(&ifaces[0]);
	return err;
}

void rltest_cascade_exit(void)
{
	rl_iface_unregister(&ifaces[1]);
	rl_iface_unregister(&ifaces[0]);
}
