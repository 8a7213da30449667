/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The emitters: one per generated file, each a pure function of the checked
 * tree. They write into a memory stream; main.c puts it on disk only when
 * everything went well, so no half-written file is ever newer than its source.
 */
#ifndef RLIDL_EMIT_H
#define RLIDL_EMIT_H

#include <stdio.h>
#include "ast.h"

struct emit {
	struct idl *idl;
	FILE *o;
};

void emit_header(struct emit *e);	/* redleaf/gen/X.h */
void emit_proxy_header(struct emit *e);	/* X_proxy.h */
void emit_proxy(struct emit *e);	/* X_proxy.c */
void emit_entry(struct emit *e);	/* X_entry.c */
void emit_rst(struct emit *e);		/* X.rst */

/* emit_shadow.c: the part of X_proxy.[ch] that deals with restarts. */
void emit_shadow_protos(struct emit *e, const struct decl *iface);
void emit_shadows(struct emit *e, const struct decl *iface);
void emit_shadow_helper(struct emit *e);

/* emit.c: what they share. */
void put(struct emit *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void put_banner(struct emit *e, const char *what);
void put_banner_c(struct emit *e, const char *what);
void put_doc(struct emit *e, const char *indent, const char *doc);
void put_wrapped(struct emit *e, const char *head, const char *args, const char *tail);

const char *ctype(struct emit *e, const struct type_ref *t);
const char *param_decl(struct emit *e, const struct param *p);
const char *param_decls(struct emit *e, const char *first, const struct method *m);
const char *param_names(struct emit *e, const char *first, const struct method *m);
const char *move_names(struct emit *e, const struct method *m);
void put_move_helper(struct emit *e, const struct method *m);
const char *move_call(struct emit *e, const struct method *m, const char *from, const char *to);
const char *move_refusal(struct emit *e, const struct method *m);
void put_checks(struct emit *e, const struct method *m);

#define TEXT(...) arena_printf(&e->idl->arena, __VA_ARGS__)

#endif
