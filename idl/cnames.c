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

struct claims {
	struct idl *idl;
	struct symtab taken;
};

/* False, with a message, when something else has the name. */
static bool claim(struct claims *c, struct loc loc, const char *cname)
{
	struct symbol *old = symtab_add(&c->taken, &c->idl->arena, cname, loc, (void *)cname);

	if (!old)
		return true;
	diag_error(c->idl->diag, loc, "this makes a second '%s' in the generated C", cname);
	diag_hint(c->idl->diag, "rename it, or what line %d declares", old->loc.line);
	return false;
}

#define CLAIM(c, loc, ...) claim(c, loc, arena_printf(&(c)->idl->arena, __VA_ARGS__))

static void name_decl(struct claims *c, struct decl *d)
{
	struct arena *a = &c->idl->arena;

	d->cname = d->kind == D_IFACE ? d->name.s :
		   arena_printf(a, "%s_%s", c->idl->module.s, d->name.s);
	d->upper = arena_upper(a, d->cname);
}

static void name_enum(struct claims *c, struct decl *d)
{
	struct enumerator *e;

	CLAIM(c, d->name.loc, "tag %s", d->cname);
	list_for_each(e, d->items) {
		e->cname = arena_printf(&c->idl->arena, "%s_%s", d->upper, e->name.s);
		claim(c, e->name.loc, e->cname);
	}
}

static void name_method(struct claims *c, const struct decl *d, struct method *m)
{
	struct arena *a = &c->idl->arena;
	struct loc loc = m->name.loc;

	m->cname = arena_printf(a, "%s_%s", d->name.s, m->name.s);
	m->index = arena_printf(a, "%s_M_%s", d->upper, arena_upper(a, m->name.s));
	if (!CLAIM(c, loc, "rlc_%s", m->cname))
		return;		/* the others would only repeat it */
	CLAIM(c, loc, "%s_call", m->cname);
	CLAIM(c, loc, "%s_entry", m->cname);
	CLAIM(c, loc, "%s_move", m->cname);
	if (d->host)
		return;
	claim(c, loc, m->cname);
	claim(c, loc, m->index);
	CLAIM(c, loc, "%s_shadow", m->cname);
	CLAIM(c, loc, "tag %s_args", m->cname);
}

static void name_iface(struct claims *c, struct decl *d)
{
	struct loc loc = d->name.loc;
	struct method *m;

	CLAIM(c, loc, "tag %s_ops", d->name.s);
	CLAIM(c, loc, "tag %s_log", d->name.s);
	CLAIM(c, loc, "%s_replay", d->name.s);
	CLAIM(c, loc, "%s_methods", d->name.s);
	CLAIM(c, loc, "%s_iface_desc", d->name.s);
	CLAIM(c, loc, "%s_NR_OPS", d->upper);
	CLAIM(c, loc, "%s_FINGERPRINT", d->upper);
	list_for_each(m, d->items)
		name_method(c, d, m);
}

static void name_xtype(struct claims *c, struct xtype *x)
{
	struct arena *a = &c->idl->arena;

	x->cname = x->elem->cname;
	if (x->capacity) {
		x->cname = arena_printf(a, "%s_deque%u", x->elem->cname, x->capacity);
		CLAIM(c, x->loc, "tag %s", x->cname);
		CLAIM(c, x->loc, "%s_len", x->cname);
		CLAIM(c, x->loc, "%s_push_back", x->cname);
		CLAIM(c, x->loc, "%s_pop_front", x->cname);
	}
	x->upper = arena_upper(a, x->cname);
	CLAIM(c, x->loc, "%s_alloc", x->cname);
	CLAIM(c, x->loc, "%s_free", x->cname);
	CLAIM(c, x->loc, "%s_TYPE", x->upper);
	CLAIM(c, x->loc, "%s_T", x->upper);
}

void cnames_idl(struct idl *idl)
{
	struct claims c = { .idl = idl };
	struct xtype *x;
	struct decl *d;

	idl->upper = arena_upper(&idl->arena, idl->module.s);
	CLAIM(&c, idl->module.loc, "%s_types", idl->module.s);
	CLAIM(&c, idl->module.loc, "%s_again", idl->module.s);
	CLAIM(&c, idl->module.loc, "%s_answer", idl->module.s);
	CLAIM(&c, idl->module.loc, "%s_bool", idl->module.s);
	CLAIM(&c, idl->module.loc, "%s_copy", idl->module.s);
	CLAIM(&c, idl->module.loc, "%s_NR_TYPES", idl->upper);
	list_for_each(d, &idl->decls) {
		name_decl(&c, d);
		if (d->kind == D_CONST)
			claim(&c, d->name.loc, d->upper);
		else if (d->kind == D_ENUM)
			name_enum(&c, d);
		else if (d->kind == D_STRUCT)
			CLAIM(&c, d->name.loc, "tag %s", d->cname);
		else
			name_iface(&c, d);
	}
	list_for_each(x, &idl->xtypes)
		name_xtype(&c, x);
}
