// SPDX-License-Identifier: GPL-2.0-only
/*
 * Type ids and interface fingerprints: 64-bit FNV-1a over a canonical text.
 *
 * The text is spelled from the tree, so comments, white space and the spelling
 * of constants do not matter; names, order, types, sizes, attributes and the
 * module's version do. A type's text contains the text of every type inside it.
 * Both ends of a call compare these numbers before the first call; they protect
 * against mistakes, not against malice.
 *
 * The text exists only while it is hashed; hash_text() frees it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "ast.h"

uint64_t fnv1a(const char *s, size_t len)
{
	uint64_t h = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)s[i]) * 0x100000001b3ULL;
	return h;
}

static void put_enum(struct idl *idl, FILE *o, const struct decl *d)
{
	const struct enumerator *e;

	fprintf(o, "enum %s:%s{", d->cname, d->base.name.s);
	list_for_each(e, d->items)
		fprintf(o, "%s=%s;", e->name.s, value_text(idl, e->value.v));
	fputc('}', o);
}

static void put_struct(struct idl *idl, FILE *o, const struct decl *d);

static void put_type(struct idl *idl, FILE *o, const struct type_ref *t)
{
	if (!t->decl)
		fputs(t->scalar->name, o);
	else if (t->decl->kind == D_ENUM)
		put_enum(idl, o, t->decl);
	else
		put_struct(idl, o, t->decl);
}

static void put_struct(struct idl *idl, FILE *o, const struct decl *d)
{
	const struct field *f;

	fprintf(o, "%sstruct %s{", d->exchange ? "exchange " : "", d->cname);
	list_for_each(f, d->items) {
		put_type(idl, o, &f->type);
		fprintf(o, " %s", f->name.s);
		if (f->array)
			fprintf(o, "[%s]", value_text(idl, f->count.v));
		fputc(';', o);
	}
	fputc('}', o);
}

static void put_xtype(struct idl *idl, FILE *o, const struct xtype *x)
{
	fputs(x->capacity ? "deque<" : "", o);
	put_struct(idl, o, x->elem);
	if (x->capacity)
		fprintf(o, ",%u>", x->capacity);
}

static void put_param(struct idl *idl, FILE *o, const struct param *p)
{
	static const char *const dirs[] = {
		[DIR_VALUE] = "", [DIR_IN] = "in ", [DIR_OUT] = "out ", [DIR_MOVE] = "move ",
	};

	fputs(dirs[p->dir], o);
	if (p->xtype)
		put_xtype(idl, o, p->xtype);
	else
		put_type(idl, o, &p->type);
	fprintf(o, " %s,", p->name.s);
}

static void put_iface(struct idl *idl, FILE *o, const struct decl *d)
{
	const struct method *m;
	const struct param *p;

	fprintf(o, "%sinterface %s version %s{", d->host ? "host " : "", d->name.s,
		value_text(idl, idl->version.v));
	list_for_each(m, d->items) {
		fprintf(o, "@restart(%s)@%s %s(", restart_name(m->restart),
			m->sleeps ? "may_sleep" : "atomic", m->name.s);
		list_for_each(p, m->params)
			put_param(idl, o, p);
		fputs(");", o);
	}
	fputc('}', o);
}

static uint64_t hash_text(struct idl *idl, const struct xtype *x, const struct decl *iface)
{
	char *text;
	size_t len;
	FILE *o = text_open(&text, &len);
	uint64_t h;

	if (x)
		put_xtype(idl, o, x);
	else
		put_iface(idl, o, iface);
	fclose(o);
	h = fnv1a(text, len);
	free(text);
	return h;
}

/* Zero means "no type" in the core; two equal ids would be one type to it. */
static uint64_t unique(struct idl *idl, struct symtab *seen, struct loc loc, uint64_t h)
{
	const char *key = arena_printf(&idl->arena, "%016" PRIx64, h);

	if (!symtab_add(seen, &idl->arena, key, loc, (void *)key) && h)
		return h;
	diag_error(idl->diag, loc, "hash 0x%s is %s", key, h ? "already taken" : "reserved");
	diag_hint(idl->diag, "rename the type, a field or the interface");
	return h;
}

void hash_idl(struct idl *idl)
{
	struct symtab seen = { 0 };
	struct xtype *x;
	struct decl *d;

	list_for_each(x, &idl->xtypes)
		x->id = unique(idl, &seen, x->loc, hash_text(idl, x, NULL));
	list_for_each(d, &idl->decls) {
		if (d->kind == D_IFACE)
			d->fingerprint = unique(idl, &seen, d->name.loc,
						hash_text(idl, NULL, d));
	}
}
