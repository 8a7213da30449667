/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A domain without a .ko: its code is the suite's own
 *
 * The object, its gate, its window and its life are the core's; only loader and
 * sysfs know nothing of it. fake_make() leaves it LOADED, where the reaper does
 * not look at it. A suite that runs generations starts it with fake_start().
 */
#ifndef RL_FAKE_KUNIT_H
#define RL_FAKE_KUNIT_H

#include "../selftests/kunit/rl_kunit.h"
#include "compat/module.h"
#include "core.h"
#include "domain.h"
#include "domains.h"
#include "guard.h"
#include "heap.h"

#define FAKE_STACK	(RL_STACK_DEFAULT + RL_STACK_RESERVE)

/* NULL: out of memory, or no gate is free. */
static inline struct rl_domain *fake_make(const char *name, s32 (*init)(void *self), u32 state_size)
{
	struct rl_domain *d;

	mutex_lock(&rl_domains_lock);
	d = rl_domain_create(name);
	mutex_unlock(&rl_domains_lock);
	if (IS_ERR(d))
		return NULL;
	d->desc.init = init;
	d->desc.state_size = state_size;
	d->mod = THIS_MODULE;
	rl_compat_text(THIS_MODULE, &d->text, &d->text_size);
	d->gate.code = rl_code_make(THIS_MODULE);
	d->gate.stack = FAKE_STACK;
	return d;
}

/* Its first generation, which must start. */
static inline void fake_start(struct kunit *test, struct rl_domain *d)
{
	mutex_lock(&d->lock);
	KUNIT_EXPECT_EQ(test, rl_domain_start(d), 0);
	mutex_unlock(&d->lock);
}

/* Whatever state it is in; NULL is fine. */
static inline void fake_drop(struct rl_domain *d)
{
	if (!d)
		return;
	mutex_lock(&d->lock);
	if (d->state != RL_LOADED)
		rl_domain_stop(d, false);
	mutex_unlock(&d->lock);
	rl_crash_end(d);
	WRITE_ONCE(d->gate.alive, RL_GATE_CLOSED);
	if (d->heap)
		rl_window_destroy(d);
	mutex_lock(&rl_domains_lock);
	rl_domain_retire(d);
	mutex_unlock(&rl_domains_lock);
}

/* A bed shared by suites that keep nothing but the domain. */
static inline int fake_init(struct kunit *test, const char *name, s32 (*init)(void *self),
			    u32 state_size)
{
	test->priv = fake_make(name, init, state_size);
	return test->priv ? 0 : -ENOMEM;
}

#endif
