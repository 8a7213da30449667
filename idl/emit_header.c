// SPDX-License-Identifier: GPL-2.0-only
/*
 * Emits redleaf/gen/X.h, the one generated header both sides include: layouts,
 * ids, operation tables, and the prototypes of the entries domains call.
 *
 * It includes <redleaf/...> only. Layouts are asserted, so that a compiler that
 * disagrees with rlidl about one stops there.
 */
#include <inttypes.h>
#include "emit.h"

static void put_const(struct emit *e, const struct decl *d)
{
	put_doc(e, "", d->doc);
	put(e, "#define %s %s\n", d->upper, value_c(e->idl, d->value.v));
}

static void put_enum(struct emit *e, const struct decl *d)
{
	const struct enumerator *en;

	put_doc(e, "", d->doc);
	put(e, "enum %s {\t/* %s */\n", d->cname, d->base.scalar->name);
	list_for_each(en, d->items) {
		put_doc(e, "\t", en->doc);
		put(e, "\t%s = %s,\n", en->cname, value_c(e->idl, en->value.v));
	}
	put(e, "};\n");
	emit_enum_valid(e, d);
}

/* Type and name, as C declares them. */
static const char *field_decl(struct emit *e, const struct field *f)
{
	const char *count = f->array ? TEXT("[%s]", value_c(e->idl, f->count.v)) : "";
	const char *name = f->name.s;

	if (f->slot)
		return TEXT("struct %s __rref *%s%s", f->xtype->cname, name, count);
	if (f->type.shape == SHAPE_STRING)
		return TEXT("char %s[%s]", name, value_c(e->idl, f->type.bound.v));
	if (f->type.shape == SHAPE_BYTES)
		return TEXT("struct {\n\t\tu32 used;\n\t\tu8 data[%s];\n\t} %s",
			    value_c(e->idl, f->type.bound.v), name);
	return TEXT("%s %s%s", ctype(e, &f->type), name, count);
}

static void put_field(struct emit *e, const struct field *f)
{
	put_doc(e, "\t", f->doc);
	put(e, "\t%s;", field_decl(e, f));
	if (f->slot)
		put(e, f->slot == SLOT_OWNED ? "\t/* owned: there when it crosses */" :
		    "\t/* option: may be NULL */");
	else if (f->type.decl && f->type.scalar)
		put(e, "\t/* enum %s */", f->type.decl->cname);
	put(e, "\n");
}

static void put_struct(struct emit *e, const struct decl *d)
{
	const struct field *f;

	put_doc(e, "", d->doc);
	put(e, "struct %s {\n", d->cname);
	list_for_each(f, d->items)
		put_field(e, f);
	put(e, "};\n");
	put(e, "static_assert(sizeof(struct %s) == %" PRIu64 ");\n", d->cname, d->size);
	list_for_each(f, d->items)
		put(e, "static_assert(offsetof(struct %s, %s) == %" PRIu64 ");\n", d->cname,
		    f->name.s, f->offset);
	emit_struct_valid(e, d);
}

static void put_ops(struct emit *e, const struct decl *d)
{
	const struct method *m;

	put(e, "enum {\n");
	list_for_each(m, d->items)
		put(e, "\t%s,\n", m->index);
	put(e, "\t%s_NR_OPS\n};\n\n", d->upper);
	put_doc(e, "", d->doc);
	put(e, "struct %s_ops {\n", d->name.s);
	list_for_each(m, d->items) {
		put_doc(e, "\t", m->doc);
		put_wrapped(e, TEXT("\ts32 (*%s)(", m->name.s),
			    param_decls(e, "void *self", m), ");\n");
	}
	put(e, "};\n");
	put(e, "static_assert(sizeof(struct %s_ops) == %s_NR_OPS * sizeof(void *));\n\n",
	    d->name.s, d->upper);
}

static void put_iface(struct emit *e, const struct decl *d)
{
	const struct method *m;

	put(e, "/* Interface %s%s */\n", d->name.s,
	    d->host ? ", implemented by the trusted side" : "");
	put(e, "#define %s_FINGERPRINT 0x%016" PRIx64 "ULL\n\n", d->upper, d->fingerprint);
	if (!d->host)
		put_ops(e, d);
	put(e, "/* Calls from a domain, through capability @cap. */\n");
	list_for_each(m, d->items)
		put_wrapped(e, TEXT("struct rl_ret rlc_%s(", m->cname),
			    param_decls(e, "rl_cap_t cap", m), ");\n");
	put(e, "\n");
}

/* Constants without a comment stand together, all else stands apart. */
static void put_decl(struct emit *e, const struct decl *d, const struct decl *before)
{
	if (d->kind == D_IFACE || d->kind == D_DOMAIN)
		return;
	if (!before || before->kind != D_CONST || d->kind != D_CONST || d->doc)
		put(e, "\n");
	if (d->kind == D_CONST)
		put_const(e, d);
	else if (d->kind == D_ENUM)
		put_enum(e, d);
	else
		put_struct(e, d);
}

void emit_header(struct emit *e)
{
	const char *guard = TEXT("REDLEAF_GEN_%s_H", e->idl->upper);
	const struct decl *d, *before = NULL;
	const struct import *i;
	const struct xtype *x;

	put_banner(e, TEXT("Types, ids and operation tables of module %s, version %s.",
			   e->idl->module.s, value_text(e->idl, e->idl->version.v)));
	put(e, "#ifndef %s\n#define %s\n\n", guard, guard);
	put(e, "#include <redleaf/types.h>\n#include <redleaf/errno.h>\n"
	       "#include <redleaf/cap.h>\n#include <redleaf/rpc.h>\n#include <redleaf/rref.h>\n");
	list_for_each(i, &e->idl->imports)
		put(e, "#include <redleaf/gen/%s.h>\n", i->idl->base);
	if (e->idl->doc)
		put(e, "\n");
	put_doc(e, "", e->idl->doc);
	list_for_each(d, &e->idl->decls) {
		put_decl(e, d, before);
		before = d;
	}
	put(e, "\n");
	list_for_each(x, &e->idl->xtypes)
		emit_xtype(e, x);
	list_for_each(d, &e->idl->decls) {
		if (d->kind == D_IFACE)
			put_iface(e, d);
		else if (d->kind == D_DOMAIN)
			emit_domain(e, d);
	}
	put(e, "#endif\n");
}
