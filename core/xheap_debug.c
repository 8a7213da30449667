// SPDX-License-Identifier: GPL-2.0-only
/*
 * Poison and red zones: writes that go astray in the exchange heap are found, with
 * the name of what they hit. Off unless the module parameter xheap_debug is 1.
 *
 * While an object lives, all of its chunk behind it has a known pattern; while its
 * chunk waits in a CPU's stack, all of the chunk has another. Both are looked at when
 * the object ends and when the chunk is used again. What is found is counted and
 * reported, and life goes on: the core never relies on what is in that memory.
 * A chunk that went through the arena is not looked at, it may have been cut anew.
 *
 * Whether a chunk is poisoned is said in rl_xmeta.site, which no live object needs
 * to have that value. Nothing here can fault: all of it is the trusted window.
 */
#include <linux/jump_label.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/string.h>
#include "xheap_internal.h"

#define RED	0xbb
#define POISON	0x6b
#define POISONED 0x6b6b6b6b	/* kernel text has the sign bit set */

DEFINE_STATIC_KEY_FALSE(rl_xheap_debug);

static bool xheap_debug;
module_param(xheap_debug, bool, 0444);
MODULE_PARM_DESC(xheap_debug, "find stray writes in the exchange heap by poison and red zones (default 0)");

static atomic_long_t damaged;	/* findings; any context */

unsigned long rl_xheap_damaged(void)
{
	return atomic_long_read(&damaged);
}

void rl_xdebug_init(void)
{
	if (xheap_debug)
		static_branch_enable(&rl_xheap_debug);
}

/* Report the first byte of [from, to) that is not @pattern. */
static void look(const struct rl_xmeta *m, u32 from, u32 to, u8 pattern, const char *when)
{
	const void *mem = rl_xmemory(m);
	const void *bad = memchr_inv(mem + from, pattern, to - from);

	if (!bad)
		return;
	atomic_long_inc(&damaged);
	pr_err_ratelimited("redleaf: exchange object of type %s, paid by owner %u, was written %s, at byte %ld of %u: %*ph\n",
			   rl_xtype_of(m->word)->name, rl_xpayer(m->word), when, bad - mem,
			   rl_xtype_of(m->word)->size, 8, bad);
}

static u32 end_of(u32 size)
{
	return round_up(size, RL_GRANULE);
}

void rl_xdebug_new(struct rl_xmeta *m, u32 size, u32 chunk)
{
	if (m->site == POISONED)
		look(m, 0, chunk, POISON, "after it was freed");
	memset(rl_xmemory(m) + end_of(size), RED, chunk - end_of(size));
}

void rl_xdebug_end(struct rl_xmeta *m, u32 size, u32 chunk)
{
	look(m, end_of(size), chunk, RED, "behind its end");
	memset(rl_xmemory(m), POISON, chunk);
	m->site = POISONED;
}
