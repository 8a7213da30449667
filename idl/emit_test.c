// SPDX-License-Identifier: GPL-2.0-only
/*
 * Emits X_test.c, where the tests of an implementation begin: it compiles and
 * passes as it is, with an implementation that answers 0 and one test for each
 * method. Authors copy it, put their code in the place of do_*() and say what
 * they expect. It runs in a process, against idl/tests/mock.
 */
#include "emit.h"

static void put_do(struct emit *e, const struct decl *d, const struct method *m)
{
	const struct param *p;

	put_doc(e, "", m->doc);
	put_wrapped(e, TEXT("static s32 do_%s(", m->cname),
		    param_decls(e, d->host ? "void *ctx" : "void *self", m), ")\n{\n");
	put(e, "\t(void)%s;\n", d->host ? "ctx" : "self");
	list_for_each(p, m->params) {
		if (p->dir == DIR_OUT && is_cap(p))
			put(e, "\t*%s = MOCK_CAP;\n", p->name.s);
		else if (p->dir == DIR_OUT)
			put(e, "\tmemset(%s, 0, sizeof(*%s));\n", p->name.s, p->name.s);
		else
			put(e, "\t(void)%s;\n", p->name.s);
		if (p->dir == DIR_OUT && param_checked(p))
			put(e, "\ttest_valid_%s(%s);\n", p->type.decl->cname, p->name.s);
	}
	put(e, "\treturn test_answer();\n}\n\n");
}

static void put_table(struct emit *e, const struct decl *d)
{
	const struct method *m;

	put(e, "static const struct %s_ops ops_%s = {\n", d->name.s, d->name.s);
	list_for_each(m, d->items)
		put(e, "\t.%s = do_%s,\n", m->name.s, m->cname);
	put(e, "};\n\n");
}

static void put_arg(struct emit *e, const struct param *p)
{
	const char *n = p->name.s;

	if (is_cap(p))
		put(e, "\trl_cap_t %s = %s;\n", n, p->dir == DIR_OUT ? "RL_CAP_NONE" : "MOCK_CAP");
	else if (p->dir == DIR_VALUE && p->type.decl)
		put(e, "\t%s %s = %s;\n", ctype(e, &p->type), n,
		    ((struct enumerator *)p->type.decl->items->first)->cname);
	else if (p->dir == DIR_VALUE)
		put(e, "\t%s %s = 0;\n", ctype(e, &p->type), n);
	else if (is_copied(p))
		put(e, "\t%s %s = { 0 };\n", ctype(e, &p->type), n);
	else
		put(e, "\tstruct %s %s = { 0 };\n", p->xtype->cname, n);
}

static const char *args(struct emit *e, const char *first, const struct method *m)
{
	const struct param *p;
	const char *s = first;

	list_for_each(p, m->params)
		s = TEXT("%s, %s%s", s, p->dir == DIR_VALUE ? "" : "&", p->name.s);
	return s;
}

static void put_call(struct emit *e, const struct decl *d, const struct method *m,
		     const char *rpc, const char *err)
{
	put_wrapped(e, TEXT("\tret = %s%s(", d->host ? "rlc_" : "", m->cname),
		    args(e, d->host ? "2" : "&test_ref", m), ");\n");
	put(e, "\tTEST_EXPECT(ret.rpc == %s && ret.err == %s);\n", rpc, err);
}

static void put_test(struct emit *e, const struct decl *d, const struct method *m)
{
	const char *owner = d->host ? "TEST_DOMAIN" : "RL_OWNER_HOST";
	const struct param *p;

	put(e, "static void test_%s(void)\n{\n", m->cname);
	list_for_each(p, m->params)
		put_arg(e, p);
	put(e, "\tstruct rl_ret ret;\n\n");
	put(e, d->host ? "\ttest_host(&ops_%s);\n" : "\ttest_domain(&ops_%s);\n", d->name.s);
	list_for_each(p, m->params) {
		if (p->dir != DIR_OUT && param_checked(p) && !p->type.scalar)
			put(e, "\ttest_valid_%s(&%s);\n", p->type.decl->cname, p->name.s);
		if (object_checked(p))
			put(e, "\ttest_valid_%s(&%s);\n", p->type.decl->cname, p->name.s);
		if (is_object(p))
			put(e, "\ttest_own(&%s, %s);\n", p->name.s, owner);
	}
	put(e, "\ttest_answers(-EIO);\n");
	put_call(e, d, m, "RL_RPC_OK", "-EIO");
	if (!d->host) {
		put(e, "\ttest_down(RL_RPC_RESTARTING);\n");
		put_call(e, d, m, "RL_RPC_RESTARTING", "0");
		put(e, "\ttest_down(RL_RPC_OK);\n");
	}
	put(e, "\ttest_answers(0);\n");
	put_call(e, d, m, "RL_RPC_OK", "0");
	list_for_each(p, m->params) {
		if (p->dir == DIR_MOVE)
			put(e, "\tTEST_EXPECT(test_owner(&%s) != %s);\n", p->name.s, owner);
		else if (is_object(p))
			put(e, "\tTEST_EXPECT(test_owner(&%s) == %s);\n", p->name.s, owner);
		else if (p->dir == DIR_OUT && is_cap(p))
			put(e, "\tTEST_EXPECT(%s != RL_CAP_NONE);\n", p->name.s);
	}
	put(e, "}\n\n");
}

static bool used_here(const struct idl *idl, const struct decl *s)
{
	const struct decl *d;
	const struct method *m;
	const struct param *p;

	list_for_each(d, &idl->decls) {
		if (d->kind != D_IFACE)
			continue;
		list_for_each(m, d->items) {
			list_for_each(p, m->params) {
				if (p->type.decl == s && (is_copied(p) || object_checked(p)))
					return true;
			}
		}
	}
	return false;
}

/* Zero need not be a value of an enum; the first name is. @depth: of arrays around. */
static void put_valid(struct emit *e, const struct decl *d, const char *at, int depth)
{
	static const char tabs[] = "\t\t\t\t\t\t\t\t";
	const struct field *f;

	list_for_each(f, d->items) {
		const struct decl *t = f->slot ? NULL : f->type.decl;
		const char *path = TEXT("%s%s", at, f->name.s);

		if (!t || !t->checked)
			continue;
		if (f->array) {
			put(e, "%.*sfor (size_t i%d = 0; i%d < ARRAY_SIZE(%s); i%d++) {\n",
			    depth + 1, tabs, depth, depth, path, depth);
			path = TEXT("%s[i%d]", path, depth);
		}
		if (t->kind == D_ENUM)
			put(e, "%.*s%s = %s;\n", depth + 1 + f->array, tabs, path,
			    ((struct enumerator *)t->items->first)->cname);
		else
			put_valid(e, t, TEXT("%s.", path), depth + f->array);
		if (f->array)
			put(e, "%.*s}\n", depth + 1, tabs);
	}
}

static void put_valid_makers(struct emit *e, const struct idl *idl)
{
	const struct decl *d;

	list_for_each(d, &idl->decls) {
		if (d->kind != D_STRUCT || !d->checked || !used_here(e->idl, d))
			continue;
		put(e, "/* Values any reader accepts. */\nstatic void test_valid_%s(struct %s *p)\n"
		       "{\n\t(void)p;\n", d->cname, d->cname);
		put_valid(e, d, "p->", 0);
		put(e, "}\n\n");
	}
}

static void put_main(struct emit *e)
{
	const struct method *m;
	const struct decl *d;

	put(e, "int main(void)\n{\n");
	list_for_each(d, &e->idl->decls) {
		if (d->kind != D_IFACE)
			continue;
		list_for_each(m, d->items)
			put(e, "\tTEST_RUN(test_%s);\n", m->cname);
	}
	put(e, "\treturn test_end();\n}\n");
}

void emit_test(struct emit *e)
{
	const struct import *i;
	const struct method *m;
	const struct decl *d;

	put_banner_c(e, TEXT("Where tests of implementations of module %s begin; copy it.",
			     e->idl->module.s));
	put(e, "#include <core/entry.h>\n#include \"%s_proxy.c\"\n#include \"%s_entry.c\"\n"
	       "#include \"test.h\"\n\n", e->idl->base, e->idl->base);
	list_for_each(i, &e->idl->imports)
		put_valid_makers(e, i->idl);
	put_valid_makers(e, e->idl);
	list_for_each(d, &e->idl->decls) {
		if (d->kind != D_IFACE)
			continue;
		list_for_each(m, d->items)
			put_do(e, d, m);
		put_table(e, d);
		list_for_each(m, d->items)
			put_test(e, d, m);
	}
	put_main(e);
}
