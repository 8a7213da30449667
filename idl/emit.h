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
void emit_trace(struct emit *e);	/* X_trace.h */
void emit_rst(struct emit *e);		/* X.rst */
void emit_man(struct emit *e);		/* X.9 */
void emit_json(struct emit *e);		/* X.json */
void emit_fuzz(struct emit *e);		/* X_fuzz.c */
void emit_test(struct emit *e);		/* X_test.c */
void emit_start(struct emit *e);	/* X_start.c */

/* emit_shadow.c: the part of X_proxy.[ch] that deals with restarts. */
void emit_shadow_protos(struct emit *e, const struct decl *iface);
void emit_resend(struct emit *e, const struct decl *iface);
void emit_shadows(struct emit *e, const struct decl *iface);

/* emit.c: what they share. */
void put(struct emit *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void put_banner(struct emit *e, const char *what);
void put_banner_c(struct emit *e, const char *what);
void put_doc(struct emit *e, const char *indent, const char *doc);
void put_wrapped(struct emit *e, const char *head, const char *args, const char *tail);

/* In which context @m runs, for people. */
const char *context_text(const struct method *m);
const char *ctype(struct emit *e, const struct type_ref *t);
const char *param_decl(struct emit *e, const struct param *p);
const char *param_decls(struct emit *e, const char *first, const struct method *m);
const char *traced_names(struct emit *e, const char *first, const struct method *m);
const char *param_names(struct emit *e, const char *first, const struct method *m);

/* emit_objects.c: objects change hands. */
void put_object_helpers(struct emit *e, const struct method *m);
void put_objects_take(struct emit *e, const struct method *m, const char *to, const char *undo);
const char *objects_back(struct emit *e, const struct method *m, const char *from, const char *to);
void put_objects_return(struct emit *e, const struct method *m);

/* emit_caps.c: references cross. */
void put_caps_local(struct emit *e, const struct method *m);
const char *caps_undo(struct emit *e, const struct method *m, const char *indent);
void put_caps_look(struct emit *e, const struct method *m, const char *caller, const char *to,
		   const char *undo);
void put_caps_give(struct emit *e, const struct method *m);
void put_caps_accept(struct emit *e, const struct method *m);
void put_caps_accept_host(struct emit *e, const struct method *m);
void put_caps_end(struct emit *e, const struct method *m, const char *to);

/* emit_types.c: the part of redleaf/gen/X.h on values and objects. */
void emit_enum_valid(struct emit *e, const struct decl *d);
void emit_struct_valid(struct emit *e, const struct decl *d);
void emit_xtype(struct emit *e, const struct xtype *x);
/* emit_domain.c: the part on domains. */
void emit_domain(struct emit *e, const struct decl *d);

#define TEXT(...) arena_printf(&e->idl->arena, __VA_ARGS__)

#endif
