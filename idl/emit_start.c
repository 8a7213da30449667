// SPDX-License-Identifier: GPL-2.0-only
/*
 * Emits X_start.c, where the main file of X's first domain begins: every method of the
 * interface that it provides, the state, init and the descriptor. It compiles, passes the
 * guard and answers; authors copy it (tools/rlnew does) and put their code into it.
 *
 * What a method answers is what its proxy accepts from code that does nothing: 0 where
 * zeroes will do as results, -EOPNOTSUPP where an object would have to be kept or a
 * reference or an enum without a zero be found. A file without domains gets a banner.
 */
#include "emit.h"

static bool zero_is_value(const struct decl *d)
{
	const struct enumerator *en;
	const struct field *f;

	if (d->kind == D_ENUM) {
		list_for_each(en, d->items) {
			if (!en->value.v)
				return true;
		}
		return false;
	}
	list_for_each(f, d->items) {
		if (!f->slot && f->type.decl && !zero_is_value(f->type.decl))
			return false;
	}
	return true;
}

static bool can_answer(const struct method *m)
{
	const struct param *p;

	list_for_each(p, m->params) {
		if (p->dir == DIR_MOVE)
			return false;
		if (p->dir == DIR_OUT && (is_cap(p) || !zero_is_value(p->type.decl)))
			return false;
	}
	return true;
}

static void put_state(struct emit *e, const struct decl *d)
{
	const struct provide *r;

	put(e, "/* What a generation keeps; zeroed before init, gone with it. */\n");
	put(e, "struct state {\n");
	list_for_each(r, &d->domain->requires)
		put(e, "\trl_cap_t %s;\t/* capability; constant after init */\n", r->iface->name.s);
	if (!d->domain->requires.n)
		put(e, "\tu64 nothing;\t/* there has to be something */\n");
	put(e, "};\n\n");
}

static void put_method(struct emit *e, const struct method *m)
{
	const struct param *p;

	put_doc(e, "", TEXT("%sContext: %s.\n", m->doc ? m->doc : "", context_text(m)));
	put_wrapped(e, TEXT("static s32 do_%s(", m->name.s), param_decls(e, "void *self", m),
		    ")\n{\n");
	list_for_each(p, m->params) {
		if (p->dir == DIR_OUT && can_answer(m))
			put(e, "\tmemset(%s, 0, sizeof(*%s));\n", p->name.s, p->name.s);
	}
	put(e, "\treturn %s;\n}\n\n", can_answer(m) ? "0" : "-EOPNOTSUPP");
}

static void put_ops(struct emit *e, const struct decl *iface)
{
	const struct method *m;

	put(e, "static const struct %s_ops ops = {\n", iface->name.s);
	list_for_each(m, iface->items)
		put(e, "\t.%s = do_%s,\n", m->name.s, m->name.s);
	put(e, "};\n\n");
}

static void put_init(struct emit *e, const struct decl *d)
{
	const struct provide *r;

	put(e, "static s32 init(void *self)\n{\n");
	if (d->domain->requires.n)
		put(e, "\tstruct state *s = self;\n\n");
	list_for_each(r, &d->domain->requires)
		put(e, "\ts->%s = rl_iface(%s);\n", r->iface->name.s, r->index);
	put(e, "\treturn 0;\n}\n\n");
}

static void put_start(struct emit *e, const struct decl *d)
{
	const struct provide *p = (void *)d->domain->provides.first;
	const struct method *m;

	put_banner_c(e, TEXT("Where the main file of domain %s begins; copy it.", d->name.s));
	put(e, "#define %s_MAIN\n#include <redleaf/domain.h>\n#include <redleaf/string.h>\n"
	       "#include <redleaf/gen/%s.h>\n\n", d->upper, e->idl->base);
	put_state(e, d);
	if (p) {
		list_for_each(m, p->iface->items)
			put_method(e, m);
	}
	put_init(e, d);
	if (p)
		put_ops(e, p->iface);
	put(e, "%s_DOMAIN(struct state, %sinit);\n", d->upper, p ? "&ops, " : "");
}

void emit_start(struct emit *e)
{
	const struct decl *d;

	list_for_each(d, &e->idl->decls) {
		if (d->kind == D_DOMAIN) {
			put_start(e, d);
			return;
		}
	}
	put_banner_c(e, TEXT("Module %s has no domain.", e->idl->module.s));
}
