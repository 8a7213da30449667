/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a refusal may not change: the ledger of the exchange heap
 *
 * The metadata of all live objects, a checksum of all bytes of each, and what every
 * owner id pays, taken before and compared after. Nobody else uses the heap meanwhile.
 */
#ifndef RL_LEDGER_KUNIT_H
#define RL_LEDGER_KUNIT_H

#include <linux/crc32.h>
#include <linux/vmalloc.h>
#include "../selftests/kunit/rl_kunit.h"
#include "xheap_internal.h"

#define LEDGER_MAX	2048	/* live objects there is room for */

struct ledger {
	u32 nr;
	size_t paid[256];
	struct ledger_entry {
		const struct rl_xmeta *at;
		struct rl_xmeta meta;
		u32 sum;
	} entries[LEDGER_MAX];
};

/* The suite's one; from ledger_init() to ledger_exit(). */
static struct ledger *ledger;

static inline int ledger_init(void)
{
	ledger = vmalloc(sizeof(*ledger));
	return ledger ? 0 : -ENOMEM;
}

static inline void ledger_exit(void)
{
	vfree(ledger);
}

static inline u32 ledger_sum(const struct rl_xmeta *m)
{
	return crc32(0, rl_xmemory(m), rl_xsize(rl_xtype_of(m->word), m->first));
}

static inline void ledger_take(struct kunit *test)
{
	struct rl_xmeta *m = NULL;
	u32 i;

	for (ledger->nr = 0; (m = rl_xnext(m)); ledger->nr++) {
		KUNIT_ASSERT_LT(test, ledger->nr, LEDGER_MAX);
		ledger->entries[ledger->nr] = (struct ledger_entry){ m, *m, ledger_sum(m) };
	}
	for (i = 0; i < ARRAY_SIZE(ledger->paid); i++)
		ledger->paid[i] = rl_xheap_paid(i);
}

static inline bool ledger_same(void)
{
	struct rl_xmeta *m = NULL;
	u32 i, n;

	for (n = 0; (m = rl_xnext(m)); n++) {
		struct ledger_entry *e = &ledger->entries[n];

		if (n == ledger->nr || e->at != m || memcmp(&e->meta, m, sizeof(*m)) ||
		    e->sum != ledger_sum(m))
			return false;
	}
	for (i = 0; i < ARRAY_SIZE(ledger->paid); i++)
		if (ledger->paid[i] != rl_xheap_paid(i))
			return false;
	return n == ledger->nr;
}

/* @expectation, of a call that is refused; it leaves everything as it was. */
#define KEEPS_LEDGER(test, expectation) do {		\
	ledger_take(test);				\
	expectation;					\
	KUNIT_EXPECT_TRUE(test, ledger_same());		\
} while (0)

#endif
