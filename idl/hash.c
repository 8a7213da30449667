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
 * A text must have a hash of its own among all files of one run; the build looks again
 * among all files (unique.awk), the core at load, among all modules that are there.
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

	fprintf(o, "enum %s:%s{", d->cname, d->base.scalar->name);
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

static void put_field(struct idl *idl, FILE *o, const struct field *f)
{
	if (f->slot)
		fprintf(o, "%s %s", f->slot == SLOT_OWNED ? "owned" : "option", f->xtype->text);
	else if (f->type.shape == SHAPE_PLAIN)
		put_type(idl, o, &f->type);
	else
		fprintf(o, "%s<%s>", shape_name(f->type.shape),
			value_text(idl, f->type.bound.v));
	fprintf(o, " %s", f->name.s);
	if (f->array)
		fprintf(o, "[%s]", value_text(idl, f->count.v));
	fputc(';', o);
}

static void put_struct(struct idl *idl, FILE *o, const struct decl *d)
{
	const struct field *f;

	if (d->placed)
		fprintf(o, "@align(%u)", (unsigned int)d->placed);
	fprintf(o, "%s%sstruct %s{", d->dma ? "@dma" : "", d->exchange ? "exchange " : "",
		d->cname);
	list_for_each(f, d->items)
		put_field(idl, o, f);
	fputc('}', o);
}

static void put_xtype(struct idl *idl, FILE *o, const struct xtype *x)
{
	if (x->shape != SHAPE_PLAIN)
		fprintf(o, "%s<", shape_name(x->shape));
	if (!x->elem)
		fputs(x->scalar->name, o);
	else if (x->elem->kind == D_ENUM)
		put_enum(idl, o, x->elem);
	else
		put_struct(idl, o, x->elem);
	if (x->shape != SHAPE_PLAIN)
		fprintf(o, ",%u>", x->capacity);
}

static void put_param(struct idl *idl, FILE *o, const struct param *p)
{
	static const char *const dirs[] = {
		[DIR_VALUE] = "", [DIR_IN] = "in ", [DIR_OUT] = "out ", [DIR_MOVE] = "move ",
		[DIR_LEND] = "lend ", [DIR_BORROW] = "borrow ",
	};

	fputs(dirs[p->dir], o);
	if (is_cap(p))
		/* 0: the very interface whose text this is */
		fprintf(o, "cap<%s#%016" PRIx64 ">", p->type.decl->name.s,
			p->type.decl->fingerprint);
	else if (p->xtype)
		fputs(p->xtype->text, o);
	else
		put_type(idl, o, &p->type);
	fprintf(o, " %s,", p->name.s);
}

static void put_method(struct idl *idl, FILE *o, const struct method *m)
{
	const struct param *p;

	fprintf(o, "@restart(%s", restart_name(m->restart));
	if (m->key)
		fprintf(o, "(%s,%u)", m->key->name.s, m->max_keys);
	fprintf(o, ")@%s", context_name(m));
	if (m->deadline_ms)
		fprintf(o, "@deadline(%u)", m->deadline_ms);
	fprintf(o, "%s %s(", m->pure ? "@pure" : "", m->name.s);
	list_for_each(p, m->params)
		put_param(idl, o, p);
	fputs(");", o);
}

static void put_iface(struct idl *idl, FILE *o, const struct decl *d)
{
	const struct method *m;

	fprintf(o, "%sinterface %s version %s{", d->host ? "host " : "", d->name.s,
		value_text(idl, d->value.v));
	list_for_each(m, d->items)
		put_method(idl, o, m);
	fputc('}', o);
}

static const char *hash_key(struct idl *idl, uint64_t h)
{
	return arena_printf(&idl->arena, "%016" PRIx64, h);
}

/* The canonical text of one of the two, in the arena. */
static const char *canonical(struct idl *idl, const struct xtype *x, const struct decl *iface)
{
	char *text, *kept;
	size_t len;
	FILE *o = text_open(&text, &len);

	if (x)
		put_xtype(idl, o, x);
	else
		put_iface(idl, o, iface);
	fclose(o);
	kept = arena_strndup(&idl->arena, text, len);
	free(text);
	return kept;
}

/* Tests set all bits but a few, to see what happens when two hashes meet. */
#ifndef RLIDL_HASH_OR
#define RLIDL_HASH_OR 0
#endif

static uint64_t hash_text(const char *text)
{
	return fnv1a(text, strlen(text)) | RLIDL_HASH_OR;
}

/* The text in any module of this run that has hash @h already, NULL: none. */
static const char *text_of(struct idl *idl, uint64_t h)
{
	const char *key = hash_key(idl, h), *text = NULL;
	const struct idl *i;

	list_for_each(i, &idl->modules->all) {
		if (!text)
			text = symtab_find(&i->hashes, key);
	}
	return text;
}

/* Zero means "no type" in the core; two equal ids would be one type to it. */
static uint64_t unique(struct idl *idl, struct loc loc, const char *text)
{
	uint64_t h = hash_text(text);
	const char *old = text_of(idl, h);

	if (h && (!old || !strcmp(old, text))) {
		symtab_add(&idl->hashes, &idl->arena, hash_key(idl, h), loc, (void *)text);
		return h;
	}
	diag_error(idl->diag, loc, "hash 0x%016" PRIx64 " is %s", h,
		   h ? "that of another type or interface" : "reserved");
	diag_hint(idl->diag, "rename the type, a field or the interface");
	return h;
}

void hash_idl(struct idl *idl)
{
	struct xtype *x;
	struct decl *d;

	list_for_each(x, &idl->xtypes) {
		x->text = canonical(idl, x, NULL);
		x->id = unique(idl, x->loc, x->text);
	}
	list_for_each(d, &idl->decls) {
		if (d->kind == D_IFACE)
			d->fingerprint = unique(idl, d->name.loc, canonical(idl, NULL, d));
	}
}
