/* SPDX-License-Identifier: GPL-2.0-only */
/* What the two files of the suite of sleeping calls share. */
#ifndef RL_SLEEP_KUNIT_H
#define RL_SLEEP_KUNIT_H

#include <linux/types.h>

/* The domain's state. */
struct kt_state {
	s32 event;
	u64 dma;
};

/* All that may sleep; there is no device, so that the last ones answer an error. */
#define KT_SLEEPERS(X)							\
	X(rl_sleep_us, rl_sleep_us(1))					\
	X(rl_event_create, rl_event_create())				\
	X(rl_event_wait, rl_event_wait(s->event, 1))			\
	X(rl_event_wait_signalled, signalled(s->event))			\
	X(rl_timer_create, rl_timer_create(on_timer, 0))		\
	X(rl_thread_create, rl_thread_create(in_thread, 0, "kt"))	\
	X(rl_bar_map, rl_bar_map(0))					\
	X(rl_pci_set_master, rl_pci_set_master(true))			\
	X(rl_irq_setup, rl_irq_setup(1))				\
	X(rl_irq_bind, rl_irq_bind(0, on_timer, 0))			\
	X(rl_dma_alloc, rl_dma_alloc(64, &s->dma))			\
	X(rl_dma_alloc_noinit, rl_dma_alloc_noinit(64, &s->dma))

/* Numbers of the above; then calls of the domain that is required. */
#define KT_ENUM(name, call) KT_##name,
enum {
	KT_SLEEPERS(KT_ENUM) KT_NR_SLEEPERS,
	KT_POLL = KT_NR_SLEEPERS,	/* an event, without waiting */
	KT_GET,				/* a method that may sleep */
	KT_ATOMIC,			/* an atomic one: KT_rl_sleep_us there */
	KT_DEEPER,			/* the same of one that may sleep */
};

#undef KT_ENUM

/* Code of the domain. */
s32 kt_init(void *self);
s32 kt_one_arg(void *self, u64 what);			/* @atomic */
s32 kt_crash(void *self, u32 what, u64 arg);		/* @irqs_off and @may_sleep */

#endif
