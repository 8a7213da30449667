/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the programs that run generated code against mock/ share: expectations, of which
 * the first that fails is told, and "pass name" or "fail name" lines for tests/run.
 */
#ifndef SUITE_H
#define SUITE_H

static const char *failed;	/* what the running test expected first and did not get */

#define EXPECT(c) do { if (!(c) && !failed) failed = #c; } while (0)
#define EXPECT_RET(r, want_rpc, want_err) do {				\
	struct rl_ret r_ = (r);						\
									\
	EXPECT(r_.rpc == (want_rpc));					\
	EXPECT(r_.err == (want_err));					\
} while (0)
#define EXPECT_TRACE(want) do {						\
	if (strcmp(trace, want) && !failed) {				\
		printf("trace: %s\n", trace);				\
		failed = want;						\
	}								\
} while (0)

struct suite_test {
	const char *name;
	void (*run)(void);
};

#define TEST(name) { #name, test_##name }

static void suite_run(const struct suite_test *tests, size_t nr, void (*reset)(void))
{
	for (size_t i = 0; i < nr; i++) {
		trace[0] = '\0';
		failed = NULL;
		reset();
		tests[i].run();
		if (failed)
			printf("expected: %s\n", failed);
		printf("%s %s\n", failed ? "fail" : "pass", tests[i].name);
	}
	free(mock_scratch);
}

#endif
