/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages about the input: where, what, the source line, a caret, a hint.
 *
 * Invariant: every diag_error() is followed by one diag_hint(), so that nobody
 * is told what is wrong without being told what to do. The source text belongs
 * to the caller and must outlive the struct.
 */
#ifndef RLIDL_DIAG_H
#define RLIDL_DIAG_H

#include <stdbool.h>
#include <stddef.h>

/* A place in the input: line and column count from 1, @len in bytes. */
struct loc {
	int line, col, len;
};

#define DIAG_MAX_ERRORS 20

struct diag {
	const char *path;	/* as given on the command line */
	const char *text;	/* the whole input */
	size_t size;
	unsigned int errors;	/* of the run so far, also those not shown */
};

void diag_error(struct diag *d, struct loc loc, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void diag_hint(struct diag *d, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Where @loc begins in the text, NULL beyond it. */
const char *diag_source(const struct diag *d, struct loc loc);

/* True while the last error was shown; the rest of an endless list is not. */
static inline bool diag_shown(const struct diag *d)
{
	return d->errors <= DIAG_MAX_ERRORS;
}

#endif
