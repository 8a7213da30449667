// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints messages to stderr; holds nothing, allocates nothing.
 *
 * The source line is untrusted text on its way to a terminal: control bytes are
 * shown as '?', tabs are kept (and repeated below, to keep the caret in place).
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "diag.h"

static const char *find_line(const struct diag *d, int line, size_t *len)
{
	const char *p = d->text, *end = d->text + d->size, *nl;

	while (--line > 0) {
		nl = memchr(p, '\n', end - p);
		if (!nl)
			break;
		p = nl + 1;
	}
	nl = memchr(p, '\n', end - p);
	*len = (nl ? nl : end) - p;
	if (*len && p[*len - 1] == '\r')
		--*len;
	return p;
}

const char *diag_source(const struct diag *d, struct loc loc)
{
	size_t len;
	const char *line = find_line(d, loc.line, &len);

	return (size_t)(loc.col - 1 + loc.len) <= len ? line + loc.col - 1 : NULL;
}

static void put_source(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = line[i];

		fputc((c < 0x20 && c != '\t') || c == 0x7f ? '?' : c, stderr);
	}
	fputc('\n', stderr);
}

static void put_caret(const char *line, size_t len, struct loc loc)
{
	size_t col = loc.col - 1, end = col + loc.len, i;

	for (i = 0; i < col && i < len; i++) {
		if ((line[i] & 0xc0) != 0x80)	/* UTF-8: one cell per character */
			fputc(line[i] == '\t' ? '\t' : ' ', stderr);
	}
	fputc('^', stderr);
	for (i = col + 1; i < end && i < len; i++)
		fputc('~', stderr);
	fputc('\n', stderr);
}

void diag_error(struct diag *d, struct loc loc, const char *fmt, ...)
{
	const char *line;
	size_t len;
	va_list ap;

	d->errors++;
	if (d->errors == DIAG_MAX_ERRORS + 1)
		fprintf(stderr, "%s: too many errors, the rest is not shown\n", d->path);
	if (!diag_shown(d))
		return;
	fprintf(stderr, "%s:%d:%d: error: ", d->path, loc.line, loc.col);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	line = find_line(d, loc.line, &len);
	put_source(line, len);
	put_caret(line, len, loc);
}

void diag_hint(struct diag *d, const char *fmt, ...)
{
	va_list ap;

	if (!diag_shown(d))
		return;
	fputs("hint: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}
