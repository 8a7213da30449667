/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What generated test skeletons (X_test.c) share: one domain and one host side
 * behind mock/, and the printing of TAP.
 */
#ifndef TEST_H
#define TEST_H

#define TEST_CALLEE 7u
#define TEST_DOMAIN 9u		/* the calling domain, for host interfaces */

static struct rl_gate test_gate, test_domain_gate;
static struct rl_iref test_ref;
static s32 test_err;
static int test_nr, test_failures;
static const char *test_failed;

#define TEST_EXPECT(c) do { if (!(c) && !test_failed) test_failed = #c; } while (0)
#define TEST_RUN(fn) do {							\
	test_failed = NULL;							\
	fn();									\
	test_failures += !!test_failed;						\
	if (test_failed)							\
		printf("# expected: %s\n", test_failed);			\
	printf("%sok %d - %s\n", test_failed ? "not " : "", ++test_nr, #fn);	\
} while (0)

static inline int test_end(void)
{
	printf("1..%d\n", test_nr);
	free(mock_scratch);
	return test_failures != 0;
}

static inline void test_begin(void)
{
	memset(owners, 0, sizeof(owners));
	trace[0] = '\0';
	test_err = 0;
	test_gate = (struct rl_gate){ .id = TEST_CALLEE };
	test_domain_gate = (struct rl_gate){ .id = TEST_DOMAIN };
	mock_caller.gate = &test_domain_gate;
}

/* Calls of the trusted side go to @ops. */
static inline void test_domain(const void *ops)
{
	test_begin();
	test_ref = (struct rl_iref){ .gate = &test_gate, .ops = ops };
	mock_iface = &test_ref;
}

/* Calls of a domain through capability 2 go to @ops. */
static inline void test_host(const void *ops)
{
	test_begin();
	mock_host = (struct rl_host_iref){ .ops = ops };
}

static inline void test_own(const void *obj, u32 owner)
{
	for (size_t i = 0; i < ARRAY_SIZE(owners); i++) {
		if (owners[i].obj)
			continue;
		owners[i].obj = obj;
		owners[i].owner = owner;
		return;
	}
}

static inline u32 test_owner(const void *obj)
{
	return *mock_owner(obj);
}

/* What the implementation is to answer from now on. */
static inline void test_answers(s32 err)
{
	test_err = err;
}

static inline s32 test_answer(void)
{
	return test_err;
}

/* The domain is in state @rpc from now on. */
static inline void test_down(s32 rpc)
{
	test_gate.rpc = rpc;
}

#endif
