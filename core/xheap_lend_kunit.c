// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lent objects under test
 *
 * The reader is the test itself: it has a page's reference, and nothing may happen to
 * the object behind it until it drops that. Rings end with their case, what is in them a
 * second later at most.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>
#include "../selftests/kunit/rl_kunit.h"
#include "heap_internal.h"
#include "proxy.h"
#include "xheap_lend.h"

#define NR	16u		/* more than are looked at in search of one */
#define BYTE	0x5a
#define OTHERS	200u		/* objects that are made in search of one */

static const struct rl_type_desc page_type = {
	.id = 0x7e57000000000301, .name = "test.lent", .size = 4000, .dma = true,
};

static struct rl_xlend *ring;
static void __rref *lent[NR];
static struct page *page[NR];

static int lend_init(struct kunit *test)
{
	int err = rl_xheap_add_type(&page_type);

	ring = err ? NULL : rl_xlend_begin(NR);
	memset(page, 0, sizeof(page));
	return ring ? 0 : -ENOMEM;
}

static void read_it(u32 i)
{
	if (page[i])
		put_page(page[i]);
	page[i] = NULL;
}

static bool all_free(void)
{
	unsigned long end = jiffies + 10 * HZ;

	while (rl_xlend_count() && time_before(jiffies, end))
		msleep(20);
	return !rl_xlend_count();
}

static void lend_exit(struct kunit *test)
{
	u32 i;

	for (i = 0; i < NR; i++)
		read_it(i);
	rl_xlend_end(ring);
	ring = NULL;
	KUNIT_EXPECT_TRUE(test, all_free());
	rl_xheap_del_type(&page_type);
}

static void __rref *get(struct kunit *test)
{
	void __rref *obj = rl_xheap_alloc(page_type.id, RL_OWNER_HOST);

	KUNIT_ASSERT_TRUE(test, !!obj);
	return obj;
}

/* As many as the ring has room for, all of them read by somebody. */
static void lend_all(struct kunit *test)
{
	u32 i;

	for (i = 0; i < NR; i++) {
		lent[i] = get(test);
		memset((void __force *)lent[i], BYTE, page_type.size);
		page[i] = rl_xlend_page(ring, lent[i]);
		KUNIT_ASSERT_NOT_NULL(test, page[i]);
	}
}

static void page_is_the_objects(struct kunit *test)
{
	u32 i;

	lend_all(test);
	for (i = 0; i < NR; i++)
		KUNIT_EXPECT_PTR_EQ(test, page[i],
				    vmalloc_to_page((const void __force *)lent[i]));
}

static void not_before_it_is_read(struct kunit *test)
{
	u32 i;

	lend_all(test);
	for (i = 0; i < 3 * NR; i++)
		KUNIT_EXPECT_TRUE(test, !rl_xlend_back(ring));
	read_it(0);
	for (i = 0; i < NR; i++) {
		void __rref *obj = rl_xlend_back(ring);

		if (!obj)
			continue;
		KUNIT_EXPECT_TRUE(test, obj == lent[0]);
		KUNIT_EXPECT_EQ(test, rl_xheap_free(obj, RL_OWNER_HOST), 0);
		break;
	}
	KUNIT_EXPECT_LT(test, i, NR);
}

/* One that is read for ever does not keep the others. */
static void others_come_back(struct kunit *test)
{
	u32 i, back = 0;

	lend_all(test);
	for (i = NR / 2; i < NR; i++)
		read_it(i);
	for (i = 0; i < 2 * NR; i++) {
		void __rref *obj = rl_xlend_back(ring);

		if (!obj)
			continue;
		back++;
		KUNIT_EXPECT_EQ(test, rl_xheap_free(obj, RL_OWNER_HOST), 0);
	}
	KUNIT_EXPECT_EQ(test, back, NR / 2);
}

static void full_ring_lends_nothing(struct kunit *test)
{
	void __rref *obj = get(test);

	lend_all(test);
	KUNIT_EXPECT_NULL(test, rl_xlend_page(ring, obj));
	KUNIT_EXPECT_NULL(test, rl_xlend_page(NULL, obj));
	KUNIT_EXPECT_EQ(test, rl_xheap_free(obj, RL_OWNER_HOST), 0);
}

/* Somebody has a reference already: the count would not say when it is back. */
static void foreign_reference(struct kunit *test)
{
	void __rref *obj = get(test);
	struct page *pg = vmalloc_to_page((const void __force *)obj);

	get_page(pg);
	KUNIT_EXPECT_NULL(test, rl_xlend_page(ring, obj));
	put_page(pg);
	KUNIT_EXPECT_EQ(test, rl_xheap_free(obj, RL_OWNER_HOST), 0);
}

static bool is_lent(const void __rref *obj)
{
	u32 i;

	for (i = 0; i < NR; i++)
		if (obj == lent[i])
			return true;
	return false;
}

/* The end of a ring frees what is back; the rest keeps its place and its bytes. */
static void end_waits_for_nobody(struct kunit *test)
{
	void __rref *obj[OTHERS];
	u32 i;

	lend_all(test);
	for (i = NR / 2; i < NR; i++)
		read_it(i);
	rl_xlend_end(ring);
	ring = NULL;
	KUNIT_EXPECT_EQ(test, rl_xlend_count(), NR / 2);
	for (i = 0; i < NR; i++)
		KUNIT_EXPECT_EQ(test, rl_xheap_owner_at(lent[i]),
				i < NR / 2 ? RL_OWNER_HOST : RL_OWNER_FREE);
	memset(&lent[NR / 2], 0, NR / 2 * sizeof(lent[0]));
	for (i = 0; i < OTHERS; i++) {
		obj[i] = get(test);
		KUNIT_EXPECT_FALSE(test, is_lent(obj[i]));
	}
	for (i = 0; i < OTHERS; i++)
		KUNIT_EXPECT_EQ(test, rl_xheap_free(obj[i], RL_OWNER_HOST), 0);
	for (i = 0; i < NR / 2; i++)
		KUNIT_EXPECT_NULL(test, memchr_inv(page_address(page[i]), BYTE, page_type.size));
	for (i = 0; i < NR; i++)
		read_it(i);
	KUNIT_EXPECT_TRUE(test, all_free());
	for (i = 0; i < NR / 2; i++)
		KUNIT_EXPECT_EQ(test, rl_xheap_owner_at(lent[i]), RL_OWNER_FREE);
}

/* All rings together have a bound; what an ended one still has counts. */
static void bounded(struct kunit *test)
{
	struct rl_xlend *rest = rl_xlend_begin(~0u);

	KUNIT_ASSERT_NOT_NULL(test, rest);
	KUNIT_EXPECT_NULL(test, rl_xlend_begin(1));
	lend_all(test);
	rl_xlend_end(ring);
	ring = NULL;
	KUNIT_EXPECT_NULL(test, rl_xlend_begin(1));
	read_it(0);
	rl_xlend_end(NULL);
	ring = rl_xlend_begin(NR);
	KUNIT_EXPECT_NOT_NULL(test, ring);
	KUNIT_EXPECT_NULL(test, rl_xlend_begin(1));
	rl_xlend_end(rest);
}

static struct kunit_case lend_cases[] = {
	KUNIT_CASE(page_is_the_objects),
	KUNIT_CASE(not_before_it_is_read),
	KUNIT_CASE(others_come_back),
	KUNIT_CASE(full_ring_lends_nothing),
	KUNIT_CASE(foreign_reference),
	KUNIT_CASE(end_waits_for_nobody),
	KUNIT_CASE(bounded),
	{}
};

static struct kunit_suite lend_suite = {
	.name = "rl_xheap_lend",
	.init = lend_init,
	.exit = lend_exit,
	.test_cases = lend_cases,
};

rl_kunit_test_suite(lend_suite);

MODULE_DESCRIPTION("RedLeaf: lent objects KUnit suite");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(RL_TEST);
