// SPDX-License-Identifier: GPL-2.0-only
/*
 * In which order the reaper takes domains that are bound to each other
 *
 * Two domains without a .ko: the client's init calls the provider, and the client has
 * the lower place in the table, so that nothing but their order brings both back. A
 * third one, lower still, keeps the reaper busy while both are killed.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include "fake_kunit.h"

#define STATE		64
#define LONG_MS		30000		/* waits that end at once when all is well */
#define HOUR_MS		3600000

/* Each case starts with all of it zero. */
static struct {
	struct rl_domain *plug, *client, *provider;
	char diary[16];			/* a letter for each init */
	u32 written;
	u32 client_kills;		/* ... the provider, in so many inits */
	bool client_alone;		/* does without the provider */
	s32 provider_answer;
	struct completion *provider_waits;
} w;

static void note(char c)
{
	if (w.written < sizeof(w.diary) - 1)
		w.diary[w.written++] = c;
}

/* The domains' code. */
static s32 do_nothing(void *self)
{
	return 0;
}

static s32 do_die(void *self)
{
	asm volatile("movl $0, 8" : : : "memory");
	return 0;
}

static s32 client_init(void *self)
{
	s32 (*fn)(void *self) = do_nothing;

	note('c');
	if (w.client_alone)
		return 0;
	if (w.client_kills) {
		w.client_kills--;
		fn = do_die;
	}
	return rl_domain_call(w.provider, fn, 0, 0).rpc ? -EIO : 0;
}

static s32 provider_init(void *self)
{
	note('p');
	if (w.provider_waits)
		wait_for_completion(w.provider_waits);
	return w.provider_answer;
}

static int start(struct rl_domain *d)
{
	int err;

	d->policy = (struct rl_policy){ .max_failed = 2, .window_ms = HOUR_MS };
	mutex_lock(&d->lock);
	err = rl_domain_start(d);
	mutex_unlock(&d->lock);
	return err;
}

static void stop(struct rl_domain *d)
{
	mutex_lock(&d->lock);
	rl_domain_stop(d, false);
	mutex_unlock(&d->lock);
}

static void forget(void)
{
	memset(w.diary, 0, sizeof(w.diary));
	w.written = 0;
}

static void kill(struct rl_domain *d)
{
	rl_domain_kill_why(d, RL_R_ADMIN, "test");
}

/* The reaper has done with it: 0 when it runs. */
static int back(struct rl_domain *d)
{
	int err = rl_gate_wait_running(&d->gate, LONG_MS);

	mutex_lock(&d->lock);
	mutex_unlock(&d->lock);
	return err;
}

/* Both, before the reaper can look at either. */
static void kill_both(void)
{
	mutex_lock(&w.plug->lock);
	kill(w.plug);
	kill(w.client);
	kill(w.provider);
	mutex_unlock(&w.plug->lock);
}

static int order_init(struct kunit *test)
{
	memset(&w, 0, sizeof(w));
	w.plug = fake_make("ktplug", do_nothing, STATE);
	w.client = fake_make("ktclient", client_init, STATE);
	w.provider = fake_make("ktprovider", provider_init, STATE);
	if (!w.plug || !w.client || !w.provider)
		return -ENOMEM;
	w.client->caps[0] = &w.provider->provided;
	KUNIT_ASSERT_LT(test, w.plug->gate.id, w.client->gate.id);
	KUNIT_ASSERT_LT(test, w.client->gate.id, w.provider->gate.id);
	KUNIT_ASSERT_EQ(test, start(w.plug), 0);
	KUNIT_ASSERT_EQ(test, start(w.provider), 0);
	KUNIT_ASSERT_EQ(test, start(w.client), 0);
	forget();
	return 0;
}

static void order_exit(struct kunit *test)
{
	fake_drop(w.client);
	fake_drop(w.provider);
	fake_drop(w.plug);
}

static void provider_goes_first(struct kunit *test)
{
	kill_both();
	KUNIT_EXPECT_EQ(test, back(w.client), 0);
	KUNIT_EXPECT_EQ(test, back(w.provider), 0);
	KUNIT_EXPECT_STREQ(test, w.diary, "pc");
	KUNIT_EXPECT_EQ(test, w.client->gate.gen, 2);
	KUNIT_EXPECT_EQ(test, w.client->crashes, 1);
}

/* A start that fails because the provider died meanwhile waits for that one. */
static void start_is_put_aside(struct kunit *test)
{
	w.client_kills = 1;
	kill(w.client);
	KUNIT_EXPECT_EQ(test, back(w.client), 0);
	KUNIT_EXPECT_EQ(test, back(w.provider), 0);
	KUNIT_EXPECT_STREQ(test, w.diary, "cpc");
	KUNIT_EXPECT_EQ(test, w.client->gate.gen, 3);
	KUNIT_EXPECT_EQ(test, w.client->restarts, 2);
	KUNIT_EXPECT_EQ(test, w.client->failed_in_a_row, 0);
	KUNIT_EXPECT_EQ(test, w.provider->gate.gen, 2);
}

/* ... and counts: a client that always kills its provider does not do so for ever. */
static void starts_put_aside_count(struct kunit *test)
{
	w.client_kills = ~0u;
	w.client->policy.max_failed = 3;
	kill(w.client);
	KUNIT_EXPECT_EQ(test, back(w.client), -ENODEV);
	KUNIT_EXPECT_EQ(test, back(w.provider), 0);
	KUNIT_EXPECT_STREQ(test, w.diary, "cpcpcp");
}

static void provider_is_dead(struct kunit *test)
{
	stop(w.provider);
	w.client_alone = true;
	kill(w.client);
	KUNIT_EXPECT_EQ(test, back(w.client), 0);
	KUNIT_EXPECT_STREQ(test, w.diary, "c");
}

/* The client waited for it; now it must do without, which this one cannot. */
static void provider_does_not_come_back(struct kunit *test)
{
	w.client_kills = 1;
	w.provider_answer = -EIO;
	w.client->policy.max_failed = 3;
	kill(w.client);
	KUNIT_EXPECT_EQ(test, back(w.client), -ENODEV);
	KUNIT_EXPECT_EQ(test, back(w.provider), -ENODEV);
	KUNIT_EXPECT_STREQ(test, w.diary, "cppcc");
}

/* Loading cannot make one. */
static void circle(struct kunit *test)
{
	w.client_alone = true;
	w.provider->caps[0] = &w.client->provided;
	kill_both();
	KUNIT_EXPECT_EQ(test, back(w.client), 0);
	KUNIT_EXPECT_EQ(test, back(w.provider), 0);
	KUNIT_EXPECT_EQ(test, w.client->gate.gen, 2);
	KUNIT_EXPECT_EQ(test, w.provider->gate.gen, 2);
	w.provider->caps[0] = NULL;
}

/* Unloaded while it waits: it has ended once, and is not begun again. */
static void stopped_while_aside(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(go);
	int i;

	w.client_kills = 1;
	w.provider_waits = &go;
	kill(w.client);
	for (i = 0; i < LONG_MS && !READ_ONCE(w.client->put_aside); i++)
		usleep_range(1000, 2000);
	KUNIT_EXPECT_TRUE(test, w.client->put_aside);
	KUNIT_EXPECT_EQ(test, w.client->state, RL_RESTARTING);
	stop(w.client);
	KUNIT_EXPECT_EQ(test, w.client->state, RL_DEAD);
	complete_all(&go);
	KUNIT_EXPECT_EQ(test, back(w.provider), 0);
	w.provider_waits = NULL;
	kill(w.provider);
	KUNIT_EXPECT_EQ(test, back(w.provider), 0);
	KUNIT_EXPECT_STREQ(test, w.diary, "cpp");
	KUNIT_EXPECT_EQ(test, w.client->gate.gen, 2);
}

static struct kunit_case order_cases[] = {
	KUNIT_CASE(provider_goes_first),
	KUNIT_CASE(start_is_put_aside),
	KUNIT_CASE(starts_put_aside_count),
	KUNIT_CASE(provider_is_dead),
	KUNIT_CASE(provider_does_not_come_back),
	KUNIT_CASE(circle),
	KUNIT_CASE(stopped_while_aside),
	{}
};

static struct kunit_suite order_suite = {
	.name = "rl_order",
	.init = order_init,
	.exit = order_exit,
	.test_cases = order_cases,
};

rl_kunit_test_suite(order_suite);

MODULE_DESCRIPTION("RedLeaf: order of restarts KUnit suite");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(RL_TEST);
