// SPDX-License-Identifier: GPL-2.0-only
/*
 * The exchange heap of the loaded core: two CPUs that want the same thing
 *
 * The races are those of xheap_race_kunit.h. The test's thread leads on one CPU, a
 * second thread follows on another. A round: the leader opens it, both act at once, the
 * leader judges when both are done. The leader starts a little later in each round than
 * in the one before, over and over, so that each side comes first now and then. With
 * starve=1 the kernel has no memory for either (starve_kunit.h).
 */
#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include "../selftests/kunit/rl_kunit.h"
#include "starve_kunit.h"
#include "xheap_race_kunit.h"

#define STOP	~0u		/* instead of a round: there are no more */
#define FLOOR	500u		/* rounds that a suite makes whatever they take */

static unsigned int rounds = 100000;
module_param(rounds, uint, 0444);
MODULE_PARM_DESC(rounds, "rounds of each race (default 100000)");

/* A guest whose CPUs take turns gets no further. */
static unsigned int seconds = 5;
module_param(seconds, uint, 0444);
MODULE_PARM_DESC(seconds, "time limit of each race after 500 rounds (default 5); 0: none, all rounds have to be made");

/* One race. @round is written by the leader, @here and @done by the follower. */
struct contest {
	const struct race_kind *kind;
	struct race r;
	u32 wins[2];
	u32 rounds;				/* judged; leader */
	bool starved;				/* the follower, as asked for */
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
	struct contest *c = arg;
	u32 i;

	c->starved = set_starving(starve);
	for (i = 1; i <= rounds; i++) {
		wait_for(&c->round, i);
		if (READ_ONCE(c->round) == STOP)
			break;
		announce(&c->here, i);
		c->r.won[1] = c->kind->act(&c->r, 1);
		announce(&c->done, i);
	}
	set_starving(false);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static bool more(u32 i, unsigned long end)
{
	return i <= rounds && (i <= FLOOR || !seconds || time_before(jiffies, end));
}

/*
 * In every second round the leader waits until the other side is there. Else it would
 * win all where the CPUs of a guest take turns.
 */
static u32 lead(struct contest *c)
{
	unsigned long end = jiffies + seconds * HZ;
	u32 bad = 0;
	u32 i, k;

	for (i = 1; more(i, end); i++) {
		c->r.round = i;
		announce(&c->round, i);
		if (i % 2)
			wait_for(&c->here, i);
		for (k = i % 256; k; k--)
			barrier();
		c->r.won[0] = c->kind->act(&c->r, 0);
		wait_for(&c->done, i);
		bad += !c->kind->judge(&c->r);
		c->wins[0] += c->r.won[0];
		c->wins[1] += c->r.won[1];
		c->rounds = i;
	}
	announce(&c->round, STOP);
	return bad;
}

/* All rounds of both threads, starving if they shall. */
static void both(struct kunit *test, struct contest *c)
{
	u32 cpu = cpumask_first(cpu_online_mask);
	u32 other = cpumask_next(cpu, cpu_online_mask);
	struct task_struct *t;
	bool starved;
	u32 bad;

	if (other >= nr_cpu_ids)
		kunit_skip(test, "needs two CPUs");
	t = kthread_create(follow, c, "rl_race");
	KUNIT_ASSERT_FALSE(test, IS_ERR(t));
	kthread_bind(t, other);
	set_cpus_allowed_ptr(current, cpumask_of(cpu));
	wake_up_process(t);
	starved = set_starving(starve);
	bad = lead(c);
	KUNIT_EXPECT_TRUE(test, set_starving(false));
	KUNIT_EXPECT_EQ(test, bad, 0);
	kthread_stop(t);
	KUNIT_EXPECT_TRUE(test, starved && c->starved);
}

static void run_race(struct kunit *test, const struct race_kind *kind)
{
	struct contest *c = kunit_kzalloc(test, sizeof(*c), GFP_KERNEL);
	struct rl_xmeta *m = NULL;
	unsigned long objects = 0;

	KUNIT_ASSERT_NOT_NULL(test, c);
	c->kind = kind;
	c->r.owner = A;
	kind->set(&c->r);
	while ((m = rl_xnext(m)))
		objects++;
	both(test, c);
	kunit_info(test, "%u rounds, won %u : %u\n", c->rounds, c->wins[0], c->wins[1]);
	KUNIT_EXPECT_GE(test, c->rounds, seconds ? min(rounds, FLOOR) : rounds);
	KUNIT_EXPECT_GT(test, c->wins[0], 0);
	KUNIT_EXPECT_GT(test, c->wins[1], 0);
	KUNIT_EXPECT_TRUE(test, races_whole(objects));
}

#define RACE_TEST(n)						\
static void race_##n(struct kunit *test)			\
{								\
	static const struct race_kind kind = RACE_KIND(n);	\
								\
	run_race(test, &kind);					\
}

RACES(RACE_TEST)

static int race_init(struct kunit *test)
{
	return races_begin();
}

static void race_exit(struct kunit *test)
{
	races_end();
}

#define RACE_CASE(n) KUNIT_CASE(race_##n),

static struct kunit_case race_cases[] = {
	RACES(RACE_CASE)
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
