// SPDX-License-Identifier: GPL-2.0-only
/*
 * "rlidl --check-compat OLD NEW": can those who were written for OLD go on with
 * NEW, after they were built again?
 *
 * What there was must still be there and mean the same: constants, values,
 * layouts, method numbers, parameters and their names, promises; what a domain
 * provides, the devices it drives, the parameters it takes. New declarations, new
 * names at the end of an enum nobody had to know, and new methods behind the old
 * ones are no harm. A changed interface keeps no fingerprint, so it needs a new
 * version number, which says so to people. Every reason is reported, at its place in
 * the new file; what is gone, at its place in the old one.
 */
#include <ctype.h>
#include <string.h>
#include "ast.h"

struct compat {
	struct idl *old, *new;
	bool broken;
};

#define WHY(c, loc, ...) ((c)->broken = true, diag_error((c)->new->diag, loc, __VA_ARGS__))
#define GONE(c, loc, ...) ((c)->broken = true, diag_error((c)->old->diag, loc, __VA_ARGS__))
#define hint(...) diag_hint(c->new->diag, __VA_ARGS__)
#define old_hint(...) diag_hint(c->old->diag, __VA_ARGS__)

static const char *kind_name(enum decl_kind k)
{
	static const char *const names[] = {
		[D_CONST] = "constant", [D_ENUM] = "enum", [D_STRUCT] = "struct",
		[D_IFACE] = "interface", [D_DOMAIN] = "domain",
	};

	return names[k];
}

static void compat_const(struct compat *c, const struct decl *o, const struct decl *n)
{
	if (o->value.v == n->value.v)
		return;
	WHY(c, n->name.loc, "constant '%s' was %s and is %s", n->name.s,
	    value_text(c->old, o->value.v), value_text(c->new, n->value.v));
	hint("users have the old value compiled in; declare a new constant");
}

static const struct enumerator *find_enumerator(const struct decl *d, const char *name)
{
	const struct enumerator *e;

	list_for_each(e, d->items) {
		if (!strcmp(e->name.s, name))
			return e;
	}
	return NULL;
}

static void compat_enum(struct compat *c, const struct decl *o, const struct decl *n)
{
	const struct enumerator *e, *now;

	if (o->base.scalar != n->base.scalar) {
		WHY(c, n->base.name.name.loc, "enum '%s' was stored as %s and is as %s", n->name.s,
		    o->base.scalar->name, n->base.scalar->name);
		hint("the layout of whatever holds one changes; keep the base type");
	}
	list_for_each(e, o->items) {
		now = find_enumerator(n, e->name.s);
		if (!now) {
			GONE(c, e->name.loc, "'%s' of enum '%s' is gone", e->name.s, o->name.s);
			old_hint("keep the name; it need not be used any more");
		} else if (now->value.v != e->value.v) {
			WHY(c, now->name.loc, "'%s' was %s and is %s", now->name.s,
			    value_text(c->old, e->value.v), value_text(c->new, now->value.v));
			hint("give every name its value: a new one in between moves the others");
		}
	}
}

/* How a field or parameter is spelled; equal text, equal meaning and layout. */
static const char *type_text(struct idl *idl, const struct type_ref *t)
{
	const char *elem = t->decl ? t->decl->cname : t->scalar ? t->scalar->name : "";

	if (t->shape == SHAPE_PLAIN)
		return elem;
	if (t->shape == SHAPE_CAP)
		return arena_printf(&idl->arena, "cap<%s>", elem);
	return arena_printf(&idl->arena, "%s<%s%s%s>", shape_name(t->shape), elem,
			    *elem ? ", " : "", value_text(idl, t->bound.v));
}

static const char *field_text(struct idl *idl, const struct field *f)
{
	static const char *const slots[] = {
		[SLOT_NONE] = "", [SLOT_OWNED] = "owned ", [SLOT_OPTION] = "option ",
	};
	const char *type = type_text(idl, &f->type);

	if (!f->array)
		return arena_printf(&idl->arena, "%s%s", slots[f->slot], type);
	return arena_printf(&idl->arena, "%s%s[%s]", slots[f->slot], type,
			    value_text(idl, f->count.v));
}

static const struct field *find_field(const struct decl *d, const char *name)
{
	const struct field *f;

	list_for_each(f, d->items) {
		if (!strcmp(f->name.s, name))
			return f;
	}
	return NULL;
}

static void compat_field(struct compat *c, const struct field *o, const struct field *n)
{
	const char *was = field_text(c->old, o), *is = field_text(c->new, n);

	if (strcmp(was, is)) {
		WHY(c, n->name.loc, "field '%s' was '%s' and is '%s'", n->name.s, was, is);
		hint("keep the type, and put the new one into a field of its own");
	} else if (o->offset != n->offset) {
		WHY(c, n->name.loc, "field '%s' was at offset %llu and is at %llu", n->name.s,
		    (unsigned long long)o->offset, (unsigned long long)n->offset);
		hint("new fields take the place of padding");
	}
}

static void compat_placing(struct compat *c, const struct decl *o, const struct decl *n)
{
	if (o->exchange != n->exchange) {
		WHY(c, n->name.loc, "struct '%s' was %s and is %s", n->name.s,
		    o->exchange ? "an object" : "plain", n->exchange ? "an object" : "plain");
		hint("declare a second struct");
	}
	if (o->placed > n->placed) {
		WHY(c, n->name.loc, "objects of '%s' began at multiples of %llu and do at %llu",
		    n->name.s, (unsigned long long)o->placed, (unsigned long long)n->placed);
		hint("alignment may only grow");
	}
	if (o->dma && !n->dma) {
		WHY(c, n->name.loc, "objects of '%s' are no longer for DMA", n->name.s);
		hint("keep @dma");
	}
}

/* pad, pad1, pad2, ... of integers: what layout.c tells people to add. Nobody reads it. */
static bool is_padding(const struct field *f)
{
	const char *s = f->name.s;

	if (strncmp(s, "pad", 3) || f->slot || f->type.shape != SHAPE_PLAIN || f->type.decl)
		return false;
	for (s += 3; isdigit((unsigned char)*s); s++)
		;
	return !*s;
}

/*
 * Every byte has a name, so with all else at its place and a size that is the same,
 * what is new can only be where padding was.
 */
static void compat_struct(struct compat *c, const struct decl *o, const struct decl *n)
{
	const struct field *f, *now;

	compat_placing(c, o, n);
	if (o->size != n->size) {
		WHY(c, n->name.loc, "struct '%s' had %llu bytes and has %llu", n->name.s,
		    (unsigned long long)o->size, (unsigned long long)n->size);
		hint("declare a second struct, or use up padding");
	}
	list_for_each(f, o->items) {
		if (is_padding(f))
			continue;
		now = find_field(n, f->name.s);
		if (now) {
			compat_field(c, f, now);
		} else {
			GONE(c, f->name.loc, "field '%s' of struct '%s' is gone", f->name.s,
			     o->name.s);
			old_hint("keep it; only integers called pad, pad1, ... may be used up");
		}
	}
}

static const char *attr_text(struct idl *idl, const struct method *m)
{
	const char *key = m->key ? arena_printf(&idl->arena, "(%s, %u)", m->key->name.s,
						m->max_keys) : "";
	const char *ms = m->deadline_ms ? arena_printf(&idl->arena, " @deadline(%u)",
						       m->deadline_ms) : "";

	return arena_printf(&idl->arena, "@restart(%s%s) @%s%s%s", restart_name(m->restart), key,
			    context_name(m), ms, m->pure ? " @pure" : "");
}

static const char *param_text(struct idl *idl, const struct param *p)
{
	static const char *const dirs[] = {
		[DIR_VALUE] = "", [DIR_IN] = "in ", [DIR_OUT] = "out ", [DIR_MOVE] = "move ",
		[DIR_LEND] = "lend ", [DIR_BORROW] = "borrow ",
	};

	return arena_printf(&idl->arena, "%s%s", dirs[p->dir], type_text(idl, &p->type));
}

static void compat_params(struct compat *c, const struct method *o, const struct method *n)
{
	const struct param *po = (void *)o->params->first, *pn = (void *)n->params->first;

	if (o->params->n != n->params->n) {
		WHY(c, n->name.loc, "'%s' had %u parameters and has %u", n->name.s, o->params->n,
		    n->params->n);
		hint("add a method at the end of the interface");
		return;
	}
	for (; po; po = (void *)po->link.next, pn = (void *)pn->link.next) {
		const char *was = param_text(c->old, po), *is = param_text(c->new, pn);

		if (strcmp(po->name.s, pn->name.s)) {
			WHY(c, pn->name.loc, "parameter '%s' of '%s' is in the place of '%s'",
			    pn->name.s, n->name.s, po->name.s);
			hint("callers go by the place: keep names and order");
		} else if (strcmp(was, is)) {
			WHY(c, pn->name.loc, "parameter '%s' was '%s' and is '%s'", pn->name.s, was,
			    is);
			hint("add a method at the end of the interface");
		}
	}
}

static void compat_method(struct compat *c, const struct method *o, const struct method *n)
{
	const char *was = attr_text(c->old, o), *is = attr_text(c->new, n);

	compat_params(c, o, n);
	if (!strcmp(was, is))
		return;
	WHY(c, n->name.loc, "'%s' was %s and is %s", n->name.s, was, is);
	hint("callers rely on what was promised; add a method at the end of the interface");
}

static const struct method *find_method(const struct decl *d, const char *name, unsigned int *nr)
{
	const struct method *m;

	*nr = 0;
	list_for_each(m, d->items) {
		if (!strcmp(m->name.s, name))
			return m;
		++*nr;
	}
	return NULL;
}

/* An interface without a version of its own has the module's: compat_module(). */
static void compat_version(struct compat *c, const struct decl *o, const struct decl *n)
{
	if (n->value.v < o->value.v && (n->versioned || o->versioned)) {
		WHY(c, n->name.loc, "interface '%s' goes back from version %s to %s", n->name.s,
		    value_text(c->old, o->value.v), value_text(c->new, n->value.v));
		hint("versions only grow");
	} else if (n->value.v == o->value.v && n->fingerprint != o->fingerprint) {
		WHY(c, n->name.loc, "interface '%s' changed and is still version %s", n->name.s,
		    value_text(c->new, n->value.v));
		hint("write 'interface %s version %s'", n->name.s,
		     value_text(c->new, n->value.v + 1));
	}
}

static void compat_iface(struct compat *c, const struct decl *o, const struct decl *n)
{
	const struct method *m, *now;
	unsigned int nr = 0, at;

	compat_version(c, o, n);
	if (o->host != n->host) {
		WHY(c, n->name.loc, "interface '%s' changed sides", n->name.s);
		hint("declare a second interface");
	}
	list_for_each(m, o->items) {
		now = find_method(n, m->name.s, &at);
		if (!now) {
			GONE(c, m->name.loc, "method '%s' of '%s' is gone", m->name.s, o->name.s);
			old_hint("keep it, and let it answer -EOPNOTSUPP");
		} else if (at != nr) {
			WHY(c, now->name.loc, "method '%s' was number %u and is number %u",
			    now->name.s, nr, at);
			hint("new methods come after the old ones");
		}
		if (now)
			compat_method(c, m, now);
		nr++;
	}
}

static const struct dparam *find_dparam(const struct domain *dom, const char *name)
{
	const struct dparam *p;

	list_for_each(p, &dom->params) {
		if (!strcmp(p->name.s, name))
			return p;
	}
	return NULL;
}

/* modprobe.d files set a domain's parameters. */
static void compat_dparams(struct compat *c, const struct decl *o, const struct decl *n)
{
	const struct dparam *p, *now;

	list_for_each(p, &o->domain->params) {
		now = find_dparam(n->domain, p->name.s);
		if (!now) {
			GONE(c, p->name.loc, "parameter '%s' of domain '%s' is gone", p->name.s,
			     o->name.s);
			old_hint("keep it; modprobe.d files may set it");
		} else if (now->min.v > p->min.v || now->max.v < p->max.v) {
			WHY(c, now->name.loc, "parameter '%s' took %s to %s and takes %s to %s",
			    p->name.s, value_text(c->old, p->min.v), value_text(c->old, p->max.v),
			    value_text(c->new, now->min.v), value_text(c->new, now->max.v));
			hint("a range may only grow: modprobe.d files may have any of its values");
		}
	}
}

/* What others require and find there. */
static void compat_provides(struct compat *c, const struct decl *o, const struct decl *n)
{
	const struct provide *was = (void *)o->domain->provides.first;
	const struct provide *is = (void *)n->domain->provides.first;

	if (!was || (is && !strcmp(was->iface->name.s, is->iface->name.s)))
		return;
	if (is) {
		WHY(c, is->name.name.loc, "domain '%s' provided '%s' and provides '%s'", n->name.s,
		    was->iface->name.s, is->iface->name.s);
		hint("declare a second domain");
	} else {
		GONE(c, was->name.name.loc, "domain '%s' no longer provides '%s'", o->name.s,
		     was->iface->name.s);
		old_hint("keep it for those who require it");
	}
}

/* An entry of the table that emit_domain.c makes of a clause, and core/pci.c goes by. */
struct match {
	uint32_t vendor, device, class, mask;
};

#define PCI_ANY 0xffffu

static struct match match_of(const struct pci *p)
{
	if (p->by_class)
		return (struct match){ PCI_ANY, PCI_ANY, p->a.v, p->b.v };
	return (struct match){ .vendor = p->a.v, .device = p->b.v };
}

/* Does @n match every device that @o matches? */
static bool covers(struct match n, struct match o)
{
	return (n.vendor == PCI_ANY || n.vendor == o.vendor) &&
	       (n.device == PCI_ANY || n.device == o.device) && !(n.mask & ~o.mask) &&
	       !((n.class ^ o.class) & n.mask);
}

static bool still_driven(const struct pci *old, const struct domain *dom)
{
	const struct pci *p;

	list_for_each(p, &dom->pci) {
		if (covers(match_of(p), match_of(old)))
			return true;
	}
	return false;
}

static void compat_pci(struct compat *c, const struct decl *o, const struct decl *n)
{
	const struct pci *p;

	list_for_each(p, &o->domain->pci) {
		if (still_driven(p, n->domain))
			continue;
		GONE(c, p->loc, "domain '%s' no longer drives these devices", o->name.s);
		old_hint("keep the clause, or write one that matches more");
	}
}

/* Its limits and what it requires are between it and the core. */
static void compat_domain(struct compat *c, const struct decl *o, const struct decl *n)
{
	compat_provides(c, o, n);
	compat_pci(c, o, n);
	compat_dparams(c, o, n);
}

static void compat_decl(struct compat *c, const struct decl *o)
{
	static void (*const how[])(struct compat *c, const struct decl *o,
				   const struct decl *n) = {
		[D_CONST] = compat_const, [D_ENUM] = compat_enum, [D_STRUCT] = compat_struct,
		[D_IFACE] = compat_iface, [D_DOMAIN] = compat_domain,
	};
	const struct decl *n = symtab_find(&c->new->names, o->name.s);

	if (!n) {
		GONE(c, o->name.loc, "%s '%s' is gone", kind_name(o->kind), o->name.s);
		old_hint("keep it for those who use it");
	} else if (n->kind != o->kind) {
		WHY(c, n->name.loc, "'%s' was of kind %s and is of kind %s", n->name.s,
		    kind_name(o->kind), kind_name(n->kind));
		hint("choose another name for the new one");
	} else {
		how[o->kind](c, o, n);
	}
}

/* False: they are not two versions of one thing. */
static bool compat_module(struct compat *c)
{
	if (strcmp(c->old->module.s, c->new->module.s)) {
		WHY(c, c->new->module.loc, "module '%s' was called '%s'", c->new->module.s,
		    c->old->module.s);
		hint("compare two versions of one module");
		return false;
	}
	if (c->new->version.v < c->old->version.v) {
		WHY(c, c->new->version.loc, "module '%s' goes back from version %s to %s",
		    c->new->module.s, value_text(c->old, c->old->version.v),
		    value_text(c->new, c->new->version.v));
		hint("versions only grow");
	}
	return true;
}

bool compat_check(struct idl *old, struct idl *new)
{
	struct compat c = { .old = old, .new = new };
	const struct decl *d;

	if (!compat_module(&c))
		return false;
	list_for_each(d, &old->decls)
		compat_decl(&c, d);
	return !c.broken;
}
