// SPDX-License-Identifier: GPL-2.0-only
/*
 * Emits X.rst, the reference of one module: layouts with offsets, methods with
 * what a restart means for them, ids and fingerprints.
 *
 * Doc comments are plain text; what reST would read as markup is escaped.
 */
#include <inttypes.h>
#include <string.h>
#include "emit.h"

static void put_text(struct emit *e, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		put(e, strchr("\\*`|_", s[i]) ? "\\%c" : "%c", s[i]);
}

static void put_para(struct emit *e, const char *indent, const char *doc)
{
	const char *nl;

	for (; doc && (nl = strchr(doc, '\n')); doc = nl + 1) {
		if (nl > doc)
			put(e, "%s", indent);
		put_text(e, doc, nl - doc);
		put(e, "\n");
	}
	put(e, "\n");
}

/* Table cell: one line, quotes doubled. */
static void put_cell(struct emit *e, const char *doc)
{
	put(e, ", \"");
	for (; doc && *doc; doc++) {
		if (*doc == '\n')
			put(e, doc[1] ? " " : "");
		else if (*doc == '"')
			put(e, "\"\"");
		else
			put_text(e, doc, 1);
	}
	put(e, "\"\n");
}

static void put_title(struct emit *e, char line, const char *title)
{
	put(e, "%s\n", title);
	for (size_t i = 0; i < strlen(title); i++)
		put(e, "%c", line);
	put(e, "\n\n");
}

static void put_consts(struct emit *e)
{
	const struct decl *d;
	bool any = false;

	list_for_each(d, &e->idl->decls) {
		if (d->kind != D_CONST)
			continue;
		if (!any) {
			put_title(e, '-', "Constants");
			put(e, ".. csv-table::\n   :header: \"name\", \"value\", \"\"\n\n");
		}
		any = true;
		put(e, "   ``%s``, %s", d->upper, value_text(e->idl, d->value.v));
		put_cell(e, d->doc);
	}
	if (any)
		put(e, "\n");
}

static void put_enum(struct emit *e, const struct decl *d)
{
	const struct enumerator *en;

	put_title(e, '-', TEXT("enum %s", d->cname));
	put_para(e, "", d->doc);
	put(e, "Stored as ``%s``.\n\n", d->base.scalar->name);
	put(e, ".. csv-table::\n   :header: \"name\", \"value\", \"\"\n\n");
	list_for_each(en, d->items) {
		put(e, "   ``%s``, %s", en->cname, value_text(e->idl, en->value.v));
		put_cell(e, en->doc);
	}
	put(e, "\n");
}

/* As the source spells it, with the C name. */
static const char *field_type(struct emit *e, const struct field *f)
{
	if (f->slot)
		return TEXT("%s %s", f->slot == SLOT_OWNED ? "owned" : "option", f->xtype->cname);
	if (f->type.shape != SHAPE_PLAIN)
		return TEXT("%s<%s>", shape_name(f->type.shape),
			    value_text(e->idl, f->type.bound.v));
	return f->type.decl ? f->type.decl->cname : f->type.scalar->name;
}

static void put_struct(struct emit *e, const struct decl *d)
{
	const struct field *f;

	put_title(e, '-', TEXT("struct %s", d->cname));
	put_para(e, "", d->doc);
	put(e, "%" PRIu64 " bytes, alignment %" PRIu64 "%s.\n\n", d->size, d->align,
	    d->exchange ? ", lives in the exchange heap" : "");
	put(e, ".. csv-table::\n   :header: \"offset\", \"type\", \"field\", \"\"\n\n");
	list_for_each(f, d->items) {
		const char *type = field_type(e, f);

		put(e, "   %" PRIu64 ", ``%s``, ``%s%s``", f->offset, type, f->name.s,
		    f->array ? TEXT("[%s]", value_text(e->idl, f->count.v)) : "");
		put_cell(e, f->doc);
	}
	put(e, "\n");
}

static void put_param(struct emit *e, const struct param *p)
{
	static const char *const how[] = {
		[DIR_VALUE] = "by value", [DIR_IN] = "copied in",
		[DIR_OUT] = "copied out on success",
		[DIR_MOVE] = "moved; comes back on an error",
		[DIR_LEND] = "the callee's for the call",
		[DIR_BORROW] = "borrowed for the call, to read",
	};

	if (is_cap(p))
		put(e, "* ``%s``: a reference to ``%s``, %s\n", param_decl(e, p),
		    p->type.decl->name.s, p->dir == DIR_OUT ?
		    "derived from the callee's, on success" : "of which the callee gets its own");
	else
		put(e, "* ``%s``: %s\n", param_decl(e, p), how[p->dir]);
}

static void put_method(struct emit *e, const struct method *m)
{
	static const char *const after[] = {
		[RESTART_RETRY] = "issued again (``retry``)",
		[RESTART_REPLAY] = "recorded and sent again (``replay``)",
		[RESTART_FAIL] = "the caller gets the error (``fail``)",
	};
	const struct param *p;

	put_title(e, '~', m->cname);
	put_para(e, "", m->doc);
	put(e, "Context: %s. On a restart: %s.\n\n", context_text(m),
	    after[m->restart]);
	list_for_each(p, m->params)
		put_param(e, p);
	if (m->params->n)
		put(e, "\n");
}

static void put_iface(struct emit *e, const struct decl *d)
{
	const struct method *m;

	put_title(e, '-', TEXT("%sinterface %s", d->host ? "host " : "", d->name.s));
	put_para(e, "", d->doc);
	put(e, "Implemented by %s. Fingerprint ``0x%016" PRIx64 "``.\n\n",
	    d->host ? "the trusted side, called by domains" : "a domain", d->fingerprint);
	list_for_each(m, d->items)
		put_method(e, m);
}

static void put_xtypes(struct emit *e)
{
	const struct xtype *x;

	if (!e->idl->xtypes.n)
		return;
	put_title(e, '-', "Exchange types");
	put(e, ".. csv-table::\n   :header: \"type\", \"id\"\n\n");
	list_for_each(x, &e->idl->xtypes)
		put(e, "   ``struct %s``, ``0x%016" PRIx64 "``\n", x->cname, x->id);
	put(e, "\n");
}

void emit_rst(struct emit *e)
{
	const struct decl *d;

	put(e, ".. SPDX-License-Identifier: GPL-2.0-only\n");
	put(e, ".. generated by rlidl from %s.idl; do not edit\n\n", e->idl->base);
	put_title(e, '=', TEXT("Module %s, version %s", e->idl->module.s,
			       value_text(e->idl, e->idl->version.v)));
	put_para(e, "", e->idl->doc);
	put_consts(e);
	list_for_each(d, &e->idl->decls) {
		if (d->kind == D_ENUM)
			put_enum(e, d);
		else if (d->kind == D_STRUCT)
			put_struct(e, d);
	}
	put_xtypes(e);
	list_for_each(d, &e->idl->decls) {
		if (d->kind == D_IFACE)
			put_iface(e, d);
	}
}
