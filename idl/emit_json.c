// SPDX-License-Identifier: GPL-2.0-only
/*
 * Emits X.json: all that rlidl knows of a module, for programs that do not want
 * to parse IDL. Keys come in a fixed order; layouts, ids and fingerprints are
 * those of the header. Numbers beyond 2^53 are strings, as JSON's readers lose
 * bits otherwise.
 */
#include <inttypes.h>
#include "emit.h"

static void put_string(struct emit *e, const char *s)
{
	put(e, "\"");
	for (; s && *s; s++) {
		unsigned char c = *s;

		if (c == '"' || c == '\\')
			put(e, "\\%c", c);
		else if (c == '\n')
			put(e, s[1] ? "\\n" : "");
		else if (c < 0x20)
			put(e, "\\u%04x", c);
		else
			put(e, "%c", c);
	}
	put(e, "\"");
}

static void put_doc_json(struct emit *e, const char *doc)
{
	if (!doc)
		return;
	put(e, ", \"doc\": ");
	put_string(e, doc);
}

static void put_value(struct emit *e, wide v)
{
	const wide exact = (wide)1 << 53;
	const char *quote = v > exact || v < -exact ? "\"" : "";

	put(e, "%s%s%s", quote, value_text(e->idl, v), quote);
}

/* Between the items of a list, each on its own line. */
static void put_item(struct emit *e, bool first, const char *indent)
{
	put(e, "%s\n%s", first ? "" : ",", indent);
}

static void put_const(struct emit *e, const struct decl *d)
{
	put(e, "{\"const\": \"%s\", \"value\": ", d->upper);
	put_value(e, d->value.v);
	put_doc_json(e, d->doc);
	put(e, "}");
}

static void put_enum(struct emit *e, const struct decl *d)
{
	const struct enumerator *en;

	put(e, "{\"enum\": \"%s\", \"base\": \"%s\"", d->cname, d->base.scalar->name);
	put_doc_json(e, d->doc);
	put(e, ", \"values\": [");
	list_for_each(en, d->items) {
		put_item(e, en == (void *)d->items->first, "\t\t\t");
		put(e, "{\"name\": \"%s\", \"value\": ", en->cname);
		put_value(e, en->value.v);
		put_doc_json(e, en->doc);
		put(e, "}");
	}
	put(e, "]}");
}

static void put_field(struct emit *e, const struct field *f)
{
	put(e, "{\"field\": \"%s\", \"offset\": %" PRIu64, f->name.s, f->offset);
	if (f->slot)
		put(e, ", \"slot\": \"%s\", \"type\": \"%s\"",
		    f->slot == SLOT_OWNED ? "owned" : "option", f->xtype->cname);
	else if (f->type.shape != SHAPE_PLAIN)
		put(e, ", \"type\": \"%s\", \"bound\": %s", shape_name(f->type.shape),
		    value_text(e->idl, f->type.bound.v));
	else
		put(e, ", \"type\": \"%s\"",
		    f->type.decl ? f->type.decl->cname : f->type.scalar->name);
	if (f->array)
		put(e, ", \"count\": %s", value_text(e->idl, f->count.v));
	put_doc_json(e, f->doc);
	put(e, "}");
}

static void put_struct(struct emit *e, const struct decl *d)
{
	const struct field *f;

	put(e, "{\"struct\": \"%s\", \"exchange\": %s, \"size\": %" PRIu64 ", \"align\": %" PRIu64,
	    d->cname, d->exchange ? "true" : "false", d->size, d->align);
	if (d->placed)
		put(e, ", \"placed\": %" PRIu64, d->placed);
	if (d->dma)
		put(e, ", \"dma\": true");
	put_doc_json(e, d->doc);
	put(e, ", \"fields\": [");
	list_for_each(f, d->items) {
		put_item(e, f == (void *)d->items->first, "\t\t\t");
		put_field(e, f);
	}
	put(e, "]}");
}

static void put_param(struct emit *e, const struct param *p)
{
	static const char *const dirs[] = {
		[DIR_VALUE] = "value", [DIR_IN] = "in", [DIR_OUT] = "out", [DIR_MOVE] = "move",
		[DIR_LEND] = "lend", [DIR_BORROW] = "borrow",
	};
	const char *type = is_cap(p) ? p->type.decl->name.s : is_object(p) ? p->xtype->cname :
			   p->type.decl ? p->type.decl->cname : p->type.scalar->name;

	put(e, "{\"param\": \"%s\", \"how\": \"%s%s\", \"type\": \"%s\"}", p->name.s,
	    !is_cap(p) ? dirs[p->dir] : p->dir == DIR_OUT ? "out " : "", is_cap(p) ? "cap" : "",
	    type);
}

static void put_method(struct emit *e, const struct method *m, unsigned int nr)
{
	const struct param *p;

	put(e, "{\"method\": \"%s\", \"nr\": %u, \"restart\": \"%s\", \"sleeps\": %s", m->name.s,
	    nr, restart_name(m->restart), m->sleeps ? "true" : "false");
	if (m->irqs_off)
		put(e, ", \"irqs_off\": true");
	if (m->key)
		put(e, ", \"key\": \"%s\", \"keys\": %u", m->key->name.s, m->max_keys);
	if (m->deadline_ms)
		put(e, ", \"deadline_ms\": %u", m->deadline_ms);
	if (m->pure)
		put(e, ", \"pure\": true");
	put_doc_json(e, m->doc);
	put(e, ", \"params\": [");
	list_for_each(p, m->params) {
		put_item(e, p == (void *)m->params->first, "\t\t\t\t");
		put_param(e, p);
	}
	put(e, "]}");
}

static void put_iface(struct emit *e, const struct decl *d)
{
	const struct method *m;
	unsigned int nr = 0;

	put(e, "{\"interface\": \"%s\", \"version\": %s, \"host\": %s", d->name.s,
	    value_text(e->idl, d->value.v), d->host ? "true" : "false");
	put(e, ", \"fingerprint\": \"0x%016" PRIx64 "\"", d->fingerprint);
	put_doc_json(e, d->doc);
	put(e, ", \"methods\": [");
	list_for_each(m, d->items) {
		put_item(e, !nr, "\t\t\t");
		put_method(e, m, nr++);
	}
	put(e, "]}");
}

static void put_needs(struct emit *e, const struct domain *dom)
{
	const struct provide *p;
	const struct pci *pci;

	list_for_each(p, &dom->provides)
		put(e, ", \"provides\": \"%s\"", p->iface->name.s);
	put(e, ", \"requires\": [");
	list_for_each(p, &dom->requires) {
		put_item(e, p == (void *)dom->requires.first, "\t\t\t");
		put(e, "{\"interface\": \"%s\", \"optional\": %s, \"shadow\": %s}",
		    p->iface->name.s, p->optional ? "true" : "false",
		    p->shadow ? "true" : "false");
	}
	put(e, "], \"pci\": [");
	list_for_each(pci, &dom->pci) {
		put_item(e, pci == (void *)dom->pci.first, "\t\t\t");
		put(e, pci->by_class ? "{\"class\": %s, \"mask\": %s}" :
		    "{\"vendor\": %s, \"device\": %s}", value_text(e->idl, pci->a.v),
		    value_text(e->idl, pci->b.v));
	}
	put(e, "]");
}

static void put_domain(struct emit *e, const struct decl *d)
{
	const struct dparam *p;

	put(e, "{\"domain\": \"%s\"", d->name.s);
	put_doc_json(e, d->doc);
	put_needs(e, d->domain);
	put(e, ", \"params\": [");
	list_for_each(p, &d->domain->params) {
		put_item(e, p == (void *)d->domain->params.first, "\t\t\t");
		put(e, "{\"name\": \"%s\", \"default\": ", p->name.s);
		put_value(e, p->def.v);
		put(e, ", \"min\": ");
		put_value(e, p->min.v);
		put(e, ", \"max\": ");
		put_value(e, p->max.v);
		put_doc_json(e, p->doc);
		put(e, "}");
	}
	put(e, "]");
	for (int i = 0; i < NR_LIMITS; i++)
		put(e, ", \"%s\": %" PRIu64, limit_name(i), d->domain->limit[i]);
	put(e, "}");
}

static void put_decl(struct emit *e, const struct decl *d)
{
	static void (*const how[])(struct emit *e, const struct decl *d) = {
		[D_CONST] = put_const, [D_ENUM] = put_enum, [D_STRUCT] = put_struct,
		[D_IFACE] = put_iface, [D_DOMAIN] = put_domain,
	};

	how[d->kind](e, d);
}

static void put_xtypes(struct emit *e)
{
	const struct xtype *x;

	put(e, "\t\"types\": [");
	list_for_each(x, &e->idl->xtypes) {
		put_item(e, x == (void *)e->idl->xtypes.first, "\t\t");
		put(e, "{\"type\": \"%s\", \"id\": \"0x%016" PRIx64 "\"", x->cname, x->id);
		if (x->shape != SHAPE_PLAIN)
			put(e, ", \"container\": \"%s\", \"of\": \"%s\", \"bound\": %u",
			    shape_name(x->shape), x->elem ? x->elem->cname : x->scalar->name,
			    x->capacity);
		put(e, ", \"depth\": %u}", x->depth);
	}
	put(e, "\n\t],\n");
}

void emit_json(struct emit *e)
{
	const struct import *i;
	const struct decl *d;

	put(e, "{\n\t\"module\": \"%s\", \"version\": %s", e->idl->module.s,
	    value_text(e->idl, e->idl->version.v));
	put_doc_json(e, e->idl->doc);
	put(e, ",\n\t\"imports\": [");
	list_for_each(i, &e->idl->imports)
		put(e, "%s\"%s\"", i == (void *)e->idl->imports.first ? "" : ", ", i->name.s);
	put(e, "],\n");
	put_xtypes(e);
	put(e, "\t\"declarations\": [");
	list_for_each(d, &e->idl->decls) {
		put_item(e, d == (void *)e->idl->decls.first, "\t\t");
		put_decl(e, d);
	}
	put(e, "\n\t]\n}\n");
}
