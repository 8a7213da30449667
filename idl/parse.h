/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the scanner and the parser say to each other. Both are reentrant; the
 * scanner's memory is freed by idl_parse(), the tree's by the arena's owner.
 */
#ifndef RLIDL_PARSE_H
#define RLIDL_PARSE_H

#include "ast.h"
#include "parse.tab.h"

/* Position of the next byte to scan. */
struct cursor {
	struct idl *idl;
	int line, col;
	size_t offset;
	bool domain;		/* between the braces of one: it has words of its own */
};

int yylex(YYSTYPE *val, YYLTYPE *loc, yyscan_t scanner);
int scan_begin(yyscan_t *scanner, struct cursor *cur);
void scan_end(yyscan_t scanner);

#endif
