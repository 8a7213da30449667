/* SPDX-License-Identifier: GPL-2.0-only */
/* Checks and cases of the host-side tests, reported as TAP. */
#ifndef NVME_TAP_H
#define NVME_TAP_H

#include <stdio.h>

struct tap_case {
	const char *name;	/* NULL: end of the list */
	void (*run)(void);
};

extern const struct tap_case pure_cases[], driver_cases[];
extern int tap_failures;	/* of the running case */

static inline void tap_check(int good, const char *file, int line, const char *what)
{
	if (good)
		return;
	printf("# %s:%d: not so: %s\n", file, line, what);
	tap_failures++;
}

static inline void tap_equal(long long a, long long b, const char *file, int line,
			     const char *what)
{
	if (a == b)
		return;
	printf("# %s:%d: %s: %lld and %lld\n", file, line, what, a, b);
	tap_failures++;
}

#define CHECK(c) tap_check(!!(c), __FILE__, __LINE__, #c)
#define CHECK_EQ(a, b) tap_equal(a, b, __FILE__, __LINE__, #a " == " #b)

#endif
