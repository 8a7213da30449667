// SPDX-License-Identifier: GPL-2.0-only
/*
 * The exchange heap under test: objects, types, quota; one thread
 *
 * Runs on the heap of the loaded core, with owner ids that no domain has. What a
 * case leaves behind, even a failed one, is swept after it. Trees are in
 * rref_kunit.c, races between CPUs in xheap_race_kunit.c.
 */
#include <linux/cpumask.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include "../selftests/kunit/rl_kunit.h"
#include "heap_internal.h"
#include "limits.h"
#include "proxy.h"

#define A	250u		/* owners */
#define B	251u
#define CAP	8u		/* elements of the test deque */

struct small {
	u8 bytes[100];
};

struct deque {
	struct rl_deque_head h;
	u64 slot[CAP];		/* pointers, as the numbers they are to the core */
};

static const struct rl_type_desc small_type = {
	.id = 0x7e57000000000001, .name = "test.small", .size = sizeof(struct small),
};

static const struct rl_type_desc page_type = {
	.id = 0x7e57000000000101, .name = "test.page", .size = PAGE_SIZE,
};

static const struct rl_type_desc deque_type = {
	.id = 0x7e57000000000002, .name = "test.deque", .size = sizeof(struct deque),
	.child = 0x7e57000000000001, .capacity = CAP, .kind = RL_X_DEQUE,
};

static int xheap_init(struct kunit *test)
{
	int err = rl_xheap_add_type(&small_type);

	/* Free memory and credit are kept per CPU: the counts below are of one. */
	set_cpus_allowed_ptr(current, cpumask_of(cpumask_first(cpu_online_mask)));
	err = err ?: rl_xheap_add_type(&page_type);
	return err ?: rl_xheap_add_type(&deque_type);
}

static void xheap_exit(struct kunit *test)
{
	rl_xheap_drop_owner(A);
	rl_xheap_drop_owner(B);
	KUNIT_EXPECT_EQ(test, rl_xheap_count(A) + rl_xheap_count(B), 0);
	rl_xheap_del_type(&deque_type);
	rl_xheap_del_type(&page_type);
	rl_xheap_del_type(&small_type);
}

static void __rref *get(struct kunit *test, const struct rl_type_desc *t, u32 owner)
{
	void __rref *obj = rl_xheap_alloc(t->id, owner);

	KUNIT_ASSERT_TRUE(test, !!obj);
	return obj;
}

static void *mem(void __rref *obj)
{
	return (void __force *)obj;
}

static void __rref *ref(u64 number)
{
	return (void __force __rref *)number;
}

static void xheap_alloc_is_zeroed(struct kunit *test)
{
	void __rref *obj = get(test, &small_type, A);
	void __rref *again;

	memset(mem(obj), 0xff, sizeof(struct small));
	KUNIT_EXPECT_EQ(test, rl_xheap_free(obj, A), 0);
	again = get(test, &small_type, B);
	KUNIT_EXPECT_PTR_EQ(test, mem(again), mem(obj));
	KUNIT_EXPECT_NULL(test, memchr_inv(mem(again), 0, sizeof(struct small)));
}

static void xheap_map_follows(struct kunit *test)
{
	void __rref *obj = get(test, &small_type, A);
	u32 granules = DIV_ROUND_UP(sizeof(struct small), RL_GRANULE);
	u32 i;

	KUNIT_EXPECT_TRUE(test, rl_xheap_move(obj, small_type.id, A, B));
	for (i = 0; i < granules; i++)
		KUNIT_EXPECT_EQ(test, rl_xheap_owner_at(obj + i * RL_GRANULE), B);
	/* The granules around it are nobody's, whatever lies there. */
	KUNIT_EXPECT_EQ(test, rl_xheap_owner_at(obj + i * RL_GRANULE), RL_OWNER_FREE);
	KUNIT_EXPECT_EQ(test, rl_xheap_owner_at(obj - 1), RL_OWNER_FREE);
	KUNIT_EXPECT_EQ(test, rl_xheap_free(obj, B), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_owner_at(obj), RL_OWNER_FREE);
}

static void xheap_check_refuses(struct kunit *test)
{
	u64 id = small_type.id;
	void __rref *obj = get(test, &small_type, A);
	u32 i;

	KUNIT_EXPECT_EQ(test, rl_xheap_check(obj, id, A), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_check(obj, id, B), -EPERM);
	KUNIT_EXPECT_EQ(test, rl_xheap_check(obj, deque_type.id, A), -EINVAL);
	KUNIT_EXPECT_EQ(test, rl_xheap_check(obj, 0, A), -EINVAL);
	for (i = 1; i < 256; i++)
		KUNIT_EXPECT_EQ(test, rl_xheap_check(obj + i, id, A), -EFAULT);
	KUNIT_EXPECT_EQ(test, rl_xheap_check(NULL, id, A), -EFAULT);
	KUNIT_EXPECT_EQ(test, rl_xheap_check(ref((u64)test), id, A), -EFAULT);
	KUNIT_EXPECT_EQ(test, rl_xheap_check(ref(~127ULL), id, A), -EFAULT);
	KUNIT_EXPECT_EQ(test, rl_xheap_check(obj + SZ_1G, id, A), -EFAULT);
}

static void xheap_free_refuses(struct kunit *test)
{
	void __rref *obj = get(test, &page_type, A);

	KUNIT_EXPECT_EQ(test, rl_xheap_free(obj, B), -EPERM);
	KUNIT_EXPECT_EQ(test, rl_xheap_free(obj + RL_GRANULE, A), -EFAULT);
	KUNIT_EXPECT_EQ(test, rl_xheap_free(obj + SZ_4K, A), -EFAULT);
	KUNIT_EXPECT_EQ(test, rl_xheap_free(NULL, A), -EFAULT);
	KUNIT_EXPECT_EQ(test, rl_xheap_check(obj, page_type.id, A), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_free(obj, A), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_free(obj, A), -EFAULT);
	KUNIT_EXPECT_EQ(test, rl_xheap_free(obj, RL_OWNER_FREE), -EFAULT);
	KUNIT_EXPECT_EQ(test, rl_xheap_check(obj, page_type.id, A), -EFAULT);
}

static void xheap_move_once(struct kunit *test)
{
	u64 id = small_type.id;
	void __rref *obj = get(test, &small_type, A);

	KUNIT_EXPECT_FALSE(test, rl_xheap_move(obj, small_type.id, B, A));
	KUNIT_EXPECT_FALSE(test, rl_xheap_move(obj + RL_GRANULE, small_type.id, A, B));
	KUNIT_EXPECT_FALSE(test, rl_xheap_move(obj, page_type.id, A, B));
	KUNIT_EXPECT_TRUE(test, rl_xheap_move(obj, id, A, B));
	KUNIT_EXPECT_FALSE(test, rl_xheap_move(obj, id, A, B));
	KUNIT_EXPECT_EQ(test, rl_xheap_check(obj, id, A), -EPERM);
	KUNIT_EXPECT_EQ(test, rl_xheap_check(obj, id, B), 0);
	KUNIT_EXPECT_TRUE(test, rl_xheap_move(obj, small_type.id, B, A));
	KUNIT_EXPECT_EQ(test, rl_xheap_free(obj, A), 0);
	KUNIT_EXPECT_FALSE(test, rl_xheap_move(obj, small_type.id, A, B));
}

/* A pointer kept from before its owner died is worth nothing. */
static void xheap_drop_owner(struct kunit *test)
{
	void __rref *old[40];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(old); i++)
		old[i] = get(test, i % 3 ? &small_type : &page_type, i % 2 ? A : B);
	KUNIT_EXPECT_EQ(test, rl_xheap_count(A), 20);
	KUNIT_EXPECT_EQ(test, rl_xheap_drop_owner(A), 20);
	KUNIT_EXPECT_EQ(test, rl_xheap_drop_owner(A), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_count(B), 20);
	for (i = 1; i < ARRAY_SIZE(old); i += 2) {
		KUNIT_EXPECT_EQ(test, rl_xheap_check(old[i], small_type.id, A), -EFAULT);
		KUNIT_EXPECT_EQ(test, rl_xheap_owner_at(old[i]), RL_OWNER_FREE);
	}
}

/* Objects of @type for @owner until there are no more; how many. */
static u32 exhaust(const struct rl_type_desc *t, u32 owner)
{
	u32 n = 0;

	while (rl_xheap_alloc(t->id, owner))
		n++;
	return n;
}

static void xheap_quota(struct kunit *test)
{
	u32 n = exhaust(&page_type, A);
	void __rref *obj;

	KUNIT_EXPECT_GT(test, n, 0);
	/* Another owner has its own, and the host is not limited. */
	obj = get(test, &page_type, B);
	KUNIT_EXPECT_EQ(test, rl_xheap_free(get(test, &page_type, RL_OWNER_HOST),
					    RL_OWNER_HOST), 0);
	/* Passing objects on does not help: who made them pays. */
	rl_xheap_drop_owner(A);
	obj = get(test, &page_type, A);
	KUNIT_EXPECT_TRUE(test, rl_xheap_move(obj, page_type.id, A, B));
	KUNIT_EXPECT_EQ(test, exhaust(&page_type, A), n - 1);
	KUNIT_EXPECT_EQ(test, rl_xheap_free(obj, B), 0);
	KUNIT_EXPECT_EQ(test, exhaust(&page_type, A), 1);
	KUNIT_EXPECT_EQ(test, rl_xheap_drop_owner(A), n);
}

/* All of the heap is taken, given back, and usable for another type. */
static void xheap_exhaustion(struct kunit *test)
{
	u32 n, left, owner;

	for (n = 0, owner = 200; owner < 250; owner++)
		n += exhaust(&small_type, owner);
	left = exhaust(&page_type, RL_OWNER_FIRST + RL_MAX_DOMAINS);
	KUNIT_EXPECT_GT(test, n, 10000);
	KUNIT_EXPECT_TRUE(test, !rl_xheap_alloc(small_type.id, A));
	for (owner = 200; owner < 250; owner++)
		n -= rl_xheap_drop_owner(owner);
	KUNIT_EXPECT_EQ(test, n, 0);
	left -= rl_xheap_drop_owner(RL_OWNER_FIRST + RL_MAX_DOMAINS);
	KUNIT_EXPECT_EQ(test, left, 0);
	KUNIT_EXPECT_GT(test, exhaust(&page_type, A), 100);
}

static void xheap_types(struct kunit *test)
{
	struct rl_type_desc t = small_type;
	void __rref *obj;

	KUNIT_EXPECT_TRUE(test, !rl_xheap_alloc(0x7e570000000000ff, A));
	KUNIT_EXPECT_TRUE(test, !rl_xheap_alloc(0, A));
	t.size++;
	KUNIT_EXPECT_EQ(test, rl_xheap_add_type(&t), -EEXIST);
	t = small_type;
	t.name = "test.other";
	KUNIT_EXPECT_EQ(test, rl_xheap_add_type(&t), -EEXIST);
	t = deque_type;
	t.child++;
	KUNIT_EXPECT_EQ(test, rl_xheap_add_type(&t), -EEXIST);
	t.id = 0x7e57000000000003;
	t.size = sizeof(struct rl_deque_head) + CAP * sizeof(void *) - 1;
	KUNIT_EXPECT_EQ(test, rl_xheap_add_type(&t), -EINVAL);
	t = small_type;
	t.id = 0;
	KUNIT_EXPECT_EQ(test, rl_xheap_add_type(&t), -EINVAL);
	/* Counted; without any registration no new objects, old ones stay valid. */
	obj = get(test, &small_type, A);
	KUNIT_EXPECT_EQ(test, rl_xheap_add_type(&small_type), 0);
	rl_xheap_del_type(&small_type);
	KUNIT_EXPECT_EQ(test, rl_xheap_free(get(test, &small_type, A), A), 0);
	rl_xheap_del_type(&small_type);
	KUNIT_EXPECT_TRUE(test, !rl_xheap_alloc(small_type.id, A));
	KUNIT_EXPECT_EQ(test, rl_xheap_check(obj, small_type.id, A), 0);
	KUNIT_EXPECT_EQ(test, rl_xheap_add_type(&small_type), 0);
}

static struct kunit_case xheap_cases[] = {
	KUNIT_CASE(xheap_alloc_is_zeroed),
	KUNIT_CASE(xheap_map_follows),
	KUNIT_CASE(xheap_check_refuses),
	KUNIT_CASE(xheap_free_refuses),
	KUNIT_CASE(xheap_move_once),
	KUNIT_CASE(xheap_drop_owner),
	KUNIT_CASE(xheap_quota),
	KUNIT_CASE(xheap_exhaustion),
	KUNIT_CASE(xheap_types),
	{}
};

static struct kunit_suite xheap_suite = {
	.name = "rl_xheap",
	.init = xheap_init,
	.exit = xheap_exit,
	.test_cases = xheap_cases,
};

rl_kunit_test_suite(xheap_suite);

MODULE_DESCRIPTION("RedLeaf: exchange heap KUnit suite");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(RL_TEST);
