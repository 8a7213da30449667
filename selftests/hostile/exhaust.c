// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes all there is of one thing. The core's bounds must hold, others must get what
 * they ask for meanwhile, and all of it must come back with the generation.
 */
#include <redleaf/heap.h>
#include <redleaf/log.h>
#include <redleaf/time.h>
#include "attacks.h"
#include "hostile.h"

#define LINES	500

static void fill_window(void)
{
	size_t size;

	for (size = 16384; size; size /= 2)
		while (rl_alloc(size))
			;
}

static noinline void change(u64 *a)
{
	*a += 1;
}

/* A local whose address escapes takes memory of the window. */
static noinline s32 need_locals(void)
{
	u64 a = 1;

	change(&a);
	return a == 2 ? 0 : -EIO;
}

static s32 take_objects(void)
{
	while (rltest_item_deque32_alloc())
		;
	if (rltest_item_deque32_alloc() || rltest_u64_vec512_alloc(512))
		return -EIO;
	HOSTILE_DONE();
}

static s32 take_caps(void)
{
	u32 n = 0;

	while (n <= RL_MAX_HOLDS && rl_cap_clone(RL_CAP_SELF) != RL_CAP_NONE)
		n++;
	if (n != RL_MAX_HOLDS)
		return -EIO;
	HOSTILE_DONE();
}

static s32 take_events(void)
{
	u32 n = 1;	/* the one it has from its start */

	while (n <= RL_MAX_EVENTS && rl_event_create() >= 0)
		n++;
	if (n != RL_MAX_EVENTS || rl_event_create() != -ENOSPC)
		return -EIO;
	HOSTILE_DONE();
}

/* Due again as soon as it is over. */
static void again(void *self, u64 timer)
{
	rl_timer_start(timer, 0);
}

static s32 take_timers(void)
{
	s32 timer;
	u32 n = 0;

	while (n <= RL_MAX_TIMERS && (timer = rl_timer_create(again, n)) >= 0) {
		rl_timer_start(timer, 0);
		n++;
	}
	if (n != RL_MAX_TIMERS || timer != -ENOSPC)
		return -EIO;
	rl_sleep_us(200000);
	HOSTILE_DONE();
}

static s32 wait_for_ever(void *self, u64 arg)
{
	struct hostile *h = self;

	return rl_event_wait(h->event, ~0ULL);
}

static s32 take_threads(void)
{
	u32 n = 0;
	s32 err;

	while (n <= RL_MAX_THREADS && !(err = rl_thread_create(wait_for_ever, 0, "idle")))
		n++;
	if (n != RL_MAX_THREADS || err != -ENOSPC)
		return -EIO;
	HOSTILE_DONE();
}

static s32 write_lines(void)
{
	u32 n;

	for (n = 0; n < LINES; n++)
		rl_log_write(RL_LOG_ERR, "a line of many", 14);
	return 0;
}

static s32 warn_often(void)
{
	u32 n;

	for (n = 0; n < LINES; n++)
		rl_warn("a warning of many");
	return 0;
}

s32 hostile_exhaust(struct hostile *h, u32 attack)
{
	switch (attack) {
	case HOSTILE_exhaust_window:
		fill_window();
		if (rl_alloc(1))
			return -EIO;
		HOSTILE_DONE();
	case HOSTILE_exhaust_locals:
		fill_window();
		return need_locals();
	case HOSTILE_exhaust_objects:
		return take_objects();
	case HOSTILE_exhaust_caps:
		return take_caps();
	case HOSTILE_exhaust_events:
		return take_events();
	case HOSTILE_exhaust_timers:
		return take_timers();
	case HOSTILE_exhaust_threads:
		return take_threads();
	case HOSTILE_exhaust_log:
		return write_lines();
	case HOSTILE_exhaust_warn:
		return warn_often();
	default:
		return -ENOENT;
	}
}
