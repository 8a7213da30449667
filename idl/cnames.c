// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names in the generated C, and the refusal of those that would meet.
 *
 * Types are named after the module, everything of an interface after the
 * interface. Every external, tag or macro the emitters produce is claimed here
 * once; two IDL names that lead to the same C name are an error in the IDL, not
 * a riddle for the C compiler. Tags are claimed as "tag x", the way C keeps
 * them apart.
 */
#include <stdio.h>
#include "ast.h"

/* Has another module of this run the name? Files that import both would not compile. */
static const struct idl *taken_elsewhere(const struct idl *idl, const char *cname)
{
	const struct idl *i;

	list_for_each(i, &idl->modules->all) {
		if (i != idl && !i->loading && symtab_find(&i->cnames, cname))
			return i;
	}
	return NULL;
}

/* False, with a message, when something else has the name. */
static bool claim(struct idl *idl, struct loc loc, const char *cname)
{
	struct symbol *old = symtab_add(&idl->cnames, &idl->arena, cname, loc, (void *)cname);
	const struct idl *other = taken_elsewhere(idl, cname);

	if (!old && !other)
		return true;
	diag_error(idl->diag, loc, "this makes a second '%s' in the generated C", cname);
	if (old)
		diag_hint(idl->diag, "rename it, or what line %d declares", old->loc.line);
	else
		diag_hint(idl->diag, "rename it, or what module %s declares", other->base);
	return false;
}

#define CLAIM(idl, loc, ...) claim(idl, loc, arena_printf(&(idl)->arena, __VA_ARGS__))

static void name_decl(struct idl *idl, struct decl *d)
{
	struct arena *a = &idl->arena;

	d->cname = d->kind == D_IFACE || d->kind == D_DOMAIN ? d->name.s :
		   arena_printf(a, "%s_%s", idl->module.s, d->name.s);
	d->upper = arena_upper(a, d->cname);
}

static void name_enum(struct idl *idl, struct decl *d)
{
	struct enumerator *e;

	CLAIM(idl, d->name.loc, "tag %s", d->cname);
	list_for_each(e, d->items) {
		e->cname = arena_printf(&idl->arena, "%s_%s", d->upper, e->name.s);
		claim(idl, e->name.loc, e->cname);
	}
}

static void name_method(struct idl *idl, const struct decl *d, struct method *m)
{
	struct arena *a = &idl->arena;
	struct loc loc = m->name.loc;

	m->cname = arena_printf(a, "%s_%s", d->name.s, m->name.s);
	m->index = arena_printf(a, "%s_M_%s", d->upper, arena_upper(a, m->name.s));
	if (!CLAIM(idl, loc, "rlc_%s", m->cname))
		return;		/* the others would only repeat it */
	CLAIM(idl, loc, "%s_call", m->cname);
	CLAIM(idl, loc, "%s_entry", m->cname);
	CLAIM(idl, loc, "%s_traced", m->cname);
	CLAIM(idl, loc, "trace_rl_%s", m->cname);
	CLAIM(idl, loc, "%s_take", m->cname);
	CLAIM(idl, loc, "%s_back", m->cname);
	if (d->host)
		return;
	claim(idl, loc, m->cname);
	claim(idl, loc, m->index);
	CLAIM(idl, loc, "%s_shadow", m->cname);
	CLAIM(idl, loc, "%s_find", m->cname);
	CLAIM(idl, loc, "%s_resend", m->cname);
	CLAIM(idl, loc, "%s_kept", m->cname);
	CLAIM(idl, loc, "tag %s_args", m->cname);
}

static void name_iface(struct idl *idl, struct decl *d)
{
	struct loc loc = d->name.loc;
	struct method *m;

	CLAIM(idl, loc, "tag %s_ops", d->name.s);
	CLAIM(idl, loc, "tag %s_log", d->name.s);
	CLAIM(idl, loc, "%s_replay", d->name.s);
	CLAIM(idl, loc, "%s_resend", d->name.s);
	CLAIM(idl, loc, "%s_methods", d->name.s);
	CLAIM(idl, loc, "%s_deadline_ms", d->name.s);
	CLAIM(idl, loc, "trace_rl_%s_return", d->name.s);
	CLAIM(idl, loc, "%s_iface_desc", d->name.s);
	CLAIM(idl, loc, "%s_NR_OPS", d->upper);
	CLAIM(idl, loc, "%s_FINGERPRINT", d->upper);
	list_for_each(m, d->items)
		name_method(idl, d, m);
}

/* Parts of a domain's declaration, as its headers' users see them. */
static void name_domain(struct idl *idl, struct decl *d)
{
	struct arena *a = &idl->arena;
	struct provide *r;
	struct dparam *p;

	CLAIM(idl, d->name.loc, "%s_DOMAIN", d->upper);
	CLAIM(idl, d->name.loc, "%s_params", d->cname);
	CLAIM(idl, d->name.loc, "%s_requires", d->cname);
	CLAIM(idl, d->name.loc, "%s_pci", d->cname);
	CLAIM(idl, d->name.loc, "%s_limits", d->cname);
	list_for_each(p, &d->domain->params) {
		p->index = arena_printf(a, "%s_PARAM_%s", d->upper, arena_upper(a, p->name.s));
		claim(idl, p->name.loc, p->index);
	}
	list_for_each(r, &d->domain->requires) {
		r->index = arena_printf(a, "%s_REQ_%s", d->upper, r->iface->upper);
		claim(idl, r->name.name.loc, r->index);
	}
}

static const char *container_name(struct idl *idl, const struct xtype *x)
{
	const char *elem = x->elem ? x->elem->cname :
			   arena_printf(&idl->arena, "%s_%s", idl->module.s, x->scalar->name);

	if (x->shape == SHAPE_PLAIN)
		return elem;
	return arena_printf(&idl->arena, "%s_%s%u", elem, shape_name(x->shape), x->capacity);
}

/* A container of another module's objects may be defined by several headers. */
static void claim_container(struct idl *idl, const struct xtype *x)
{
	static const char *const of_deque[] = {
		"len", "at", "push_back", "pop_back", "push_front", "pop_front",
		"push_back_many", "pop_back_many", "push_front_many", "pop_front_many", NULL
	};
	static const char *const of_array[] = { "put", "take", "at", NULL };
	static const char *const of_vec[] = {
		"len", "get", "set", "push", "pop", "grow", NULL
	};
	const char *const *names = x->shape == SHAPE_DEQUE ? of_deque :
				   x->shape == SHAPE_ARRAY ? of_array : of_vec;

	CLAIM(idl, x->loc, "tag %s", x->cname);
	for (; *names; names++)
		CLAIM(idl, x->loc, "%s_%s", x->cname, *names);
}

static void claim_slots(struct idl *idl, const struct xtype *x)
{
	const struct field *f;

	list_for_each(f, x->elem->items) {
		if (!f->slot)
			continue;
		CLAIM(idl, f->name.loc, "%s_put_%s", x->cname, f->name.s);
		CLAIM(idl, f->name.loc, "%s_take_%s", x->cname, f->name.s);
	}
}

static void name_xtype(struct idl *idl, struct xtype *x)
{
	struct arena *a = &idl->arena;
	bool own = !x->elem || x->elem->home == idl;

	x->cname = container_name(idl, x);
	x->upper = arena_upper(a, x->cname);
	x->index = own ? arena_printf(a, "%s_T", x->upper) :
		   arena_printf(a, "%s_%s_T", idl->upper, x->upper);
	claim(idl, x->loc, x->index);
	if (!own)
		return;
	if (x->shape != SHAPE_PLAIN)
		claim_container(idl, x);
	if (x->shape == SHAPE_PLAIN)
		claim_slots(idl, x);
	CLAIM(idl, x->loc, "%s_alloc", x->cname);
	CLAIM(idl, x->loc, "%s_free", x->cname);
	CLAIM(idl, x->loc, "%s_TYPE", x->upper);
}

static void name_any(struct idl *idl, struct decl *d)
{
	name_decl(idl, d);
	if (d->kind == D_CONST)
		claim(idl, d->name.loc, d->upper);
	else if (d->kind == D_ENUM)
		name_enum(idl, d);
	else if (d->kind == D_STRUCT)
		CLAIM(idl, d->name.loc, "tag %s", d->cname);
	else if (d->kind == D_IFACE)
		name_iface(idl, d);
	else
		name_domain(idl, d);
	if (d->checked)
		CLAIM(idl, d->name.loc, "%s_valid", d->cname);
}

void cnames_idl(struct idl *idl)
{
	static const char *const helpers[] = { "types", "answer", "bool", "copy",
					       "traced", "trace_on", "trace_off", NULL };
	const char *const *h;
	struct xtype *x;
	struct decl *d;

	idl->upper = arena_upper(&idl->arena, idl->module.s);
	for (h = helpers; *h; h++)
		CLAIM(idl, idl->module.loc, "%s_%s", idl->module.s, *h);
	CLAIM(idl, idl->module.loc, "%s_NR_TYPES", idl->upper);
	list_for_each(d, &idl->decls)
		name_any(idl, d);
	list_for_each(x, &idl->xtypes)
		name_xtype(idl, x);
}
