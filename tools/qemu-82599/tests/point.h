/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TAP for the model's host tests: points and the plan. */
#ifndef POINT_H
#define POINT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#endif

extern unsigned int points, failed_points;	/* in the file with main() */

static inline void point(bool good, const char *format, ...)
{
	va_list ap;

	points++;
	failed_points += !good;
	printf("%sok %u - ", good ? "" : "not ", points);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
}

/* The plan; the exit status of the program. */
static inline int finish(void)
{
	printf("1..%u\n", points);
	return failed_points != 0;
}

#endif
