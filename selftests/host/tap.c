// SPDX-License-Identifier: GPL-2.0-only
/* Runs every case; the exit code says whether all passed. */
#include "tap.h"

int tap_failures;

static int tap_run(const struct tap_case *c, int *nr)
{
	int bad = 0;

	for (; c->name; c++) {
		tap_failures = 0;
		c->run();
		printf("%sok %d - %s\n", tap_failures ? "not " : "", ++*nr, c->name);
		bad += !!tap_failures;
	}
	return bad;
}

int main(void)
{
	int nr = 0, bad;

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("TAP version 13\n");
	bad = tap_run(pure_cases, &nr);
	bad += tap_run(driver_cases, &nr);
	printf("1..%d\n", nr);
	return !!bad;
}
