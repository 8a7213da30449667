// SPDX-License-Identifier: GPL-2.0-only
/*
 * Emits X_fuzz.c: a libFuzzer program for the code generated from one module,
 * built against idl/tests/mock, where memory and calls are those of a process.
 *
 * The input is read as a list of calls of the entries (what a hostile domain can
 * do) and of the proxies, with arguments, struct contents, object contents and
 * the callee's behaviour taken from it. After each call the promises are
 * checked: nothing borrowed or claimed is left, gates and scratch are balanced,
 * an object is where the result says, and what came through was valid.
 */
#include "emit.h"

#define OBJECTS 4		/* of each type */

static void put_pool(struct emit *e)
{
	const struct xtype *x;

	list_for_each(x, &e->idl->xtypes) {
		if (x->shape == SHAPE_VEC)
			put(e, "static union {\n\tstruct %s v;\n\tu8 room[256];\n} obj_%s[%d];\n",
			    x->cname, x->cname, OBJECTS);
		else
			put(e, "static struct %s obj_%s[%d];\n", x->cname, x->cname, OBJECTS);
	}
	put(e, "\nstatic void fill_objects(struct fuzz *fuzz_in)\n{\n\t(void)fuzz_in;\n");
	list_for_each(x, &e->idl->xtypes)
		put(e, "\tfuzz_objects(fuzz_in, obj_%s, sizeof(obj_%s[0]), %d);\n", x->cname,
		    x->cname, OBJECTS);
	put(e, "}\n\n");
}

/* What the callee got from a domain must be what the IDL says. */
static void put_seen(struct emit *e, const struct param *p, bool in_only)
{
	const char *n = p->name.s;

	if (is_cap(p) && p->dir != DIR_OUT)
		put(e, "\tFUZZ_CHECK(fuzz_given(%s, %s));\n", n, in_only ? "NULL" : "&fuzz_gate");
	else if (param_checked(p) && p->dir != DIR_OUT)
		put(e, "\tFUZZ_CHECK(fuzz_trusted() || %s_valid(%s));\n", p->type.decl->cname, n);
	else if (is_bool(p))
		put(e, "\tFUZZ_CHECK(fuzz_bool(&%s));\n", n);
	else if (is_object(p))
		put(e, "\tFUZZ_CHECK(fuzz_has(%s, %s, %s));\n", n,
		    in_only ? "RL_OWNER_HOST" : "FUZZ_CALLEE",
		    p->dir == DIR_BORROW ? "true" : "false");
	else
		put(e, "\t(void)%s;\n", n);
	if (object_checked(p))
		put(e, "\tFUZZ_CHECK(fuzz_trusted() || %s_valid(%s));\n", p->type.decl->cname, n);
}

static void put_callee(struct emit *e, const struct decl *d, const struct method *m)
{
	const struct param *p;

	put_wrapped(e, TEXT("static s32 do_%s(", m->cname),
		    param_decls(e, d->host ? "void *ctx" : "void *self", m), ")\n{\n");
	put(e, "\t(void)%s;\n", d->host ? "ctx" : "self");
	list_for_each(p, m->params) {
		put_seen(e, p, d->host);
		if (p->dir == DIR_OUT && is_cap(p))
			put(e, d->host ? "\t*%s = MOCK_CAP;\n" :
			    "\t*%s = fuzz_u64(fuzz_now);\n", p->name.s);
		else if (p->dir == DIR_OUT)
			put(e, d->host ? "\tmemset(%s, 0, sizeof(*%s));\n" :
			    "\tfuzz_bytes(fuzz_now, %s, sizeof(*%s));\n", p->name.s, p->name.s);
		else if (is_moved(p) && !d->host)
			put(e, "\tfuzz_keep(%s);\n", p->name.s);
	}
	put(e, d->host ? "\treturn fuzz_host_answer();\n}\n\n" : "\treturn fuzz_answer();\n}\n\n");
}

static const char *arg_decl(struct emit *e, const struct param *p)
{
	if (p->dir == DIR_VALUE)
		return TEXT("\t%s %s = fuzz_u64(fuzz_in);\n",
			    is_bool(p) ? "u8" : ctype(e, &p->type), p->name.s);
	if (is_object(p))
		return TEXT("\tvoid *%s = fuzz_object(fuzz_in, obj_%s, sizeof(obj_%s[0]), %d);\n",
			    p->name.s, p->xtype->cname, p->xtype->cname, OBJECTS);
	return TEXT("\t%s %s;\n", ctype(e, &p->type), p->name.s);
}

static const char *arg_value(struct emit *e, const struct param *p, bool entry)
{
	if (!is_copied(p))
		return is_bool(p) && !entry ? TEXT("!!%s", p->name.s) : p->name.s;
	return entry ? TEXT("fuzz_bit(fuzz_in) ? &%s : NULL", p->name.s) : TEXT("&%s", p->name.s);
}

/* The entry is called through a type with u8 for bool: a domain can pass any byte. */
static const char *raw_type(struct emit *e, const struct method *m)
{
	const struct param *p;
	const char *s = "struct rl_ret (*fuzz_raw)(rl_cap_t";

	list_for_each(p, m->params)
		s = TEXT("%s, %s", s, is_bool(p) ? "u8" : is_copied(p) ?
			 TEXT("%s%s *", p->dir == DIR_IN ? "const " : "", ctype(e, &p->type)) :
			 is_object(p) ? "void *" : ctype(e, &p->type));
	return TEXT("%s)", s);
}

static void put_expect(struct emit *e, const struct method *m, const char *caller, bool trusted)
{
	const struct param *p;

	list_for_each(p, m->params) {
		if (is_moved(p))
			put(e, "\tfuzz_%s(%s, %s, ret);\n", p->dir == DIR_LEND ? "lent" : "moved",
			    p->name.s, caller);
		else if (p->dir == DIR_OUT && is_cap(p))
			put(e, "\tFUZZ_CHECK(ret.rpc || ret.err || fuzz_given(%s, %s));\n",
			    p->name.s, trusted ? "NULL" : "&fuzz_caller_gate");
		else if (p->dir == DIR_OUT && param_checked(p))
			put(e, "\tFUZZ_CHECK(ret.rpc || ret.err || %s_valid(&%s));\n",
			    p->type.decl->cname, p->name.s);
		if (p->dir == DIR_LEND && object_checked(p))
			put(e, "\tFUZZ_CHECK(ret.rpc || %s_valid(%s));\n", p->type.decl->cname,
			    p->name.s);
	}
	put(e, "\tfuzz_settled(ret);\n");
}

static void put_args(struct emit *e, const struct method *m)
{
	const struct param *p;

	list_for_each(p, m->params)
		put(e, "%s", arg_decl(e, p));
	put(e, "\tstruct rl_ret ret;\n\n\t(void)fuzz_in;\n");
	list_for_each(p, m->params) {
		if (is_copied(p))
			put(e, "\tfuzz_bytes(fuzz_in, &%s, sizeof(%s));\n", p->name.s, p->name.s);
	}
}

static void put_entry_call(struct emit *e, const struct decl *d, const struct method *m)
{
	const char *args = TEXT("fuzz_bit(fuzz_in) ? %d : fuzz_u64(fuzz_in)", d->host ? 2 : 1);
	const struct param *p;

	put(e, "static void entry_%s(struct fuzz *fuzz_in)\n{\n", m->cname);
	put(e, "\t%s = (void *)rlc_%s;\n", raw_type(e, m), m->cname);
	put_args(e, m);
	list_for_each(p, m->params)
		args = TEXT("%s, %s", args, arg_value(e, p, true));
	put(e, "\tfuzz_begin(fuzz_in, FUZZ_CALLER);\n");
	put_wrapped(e, "\tret = fuzz_raw(", args, ");\n");
	put_expect(e, m, "FUZZ_CALLER", false);
	put(e, "}\n\n");
}

static void put_proxy_call(struct emit *e, const struct method *m)
{
	const char *args = "&fuzz_ref";
	const struct param *p;

	put(e, "static void proxy_%s(struct fuzz *fuzz_in)\n{\n", m->cname);
	put_args(e, m);
	list_for_each(p, m->params)
		args = TEXT("%s, %s", args, arg_value(e, p, false));
	put(e, "\tfuzz_begin(fuzz_in, RL_OWNER_HOST);\n");
	put_wrapped(e, TEXT("\tret = %s(", m->cname), args, ");\n");
	put_expect(e, m, "RL_OWNER_HOST", true);
	put(e, "}\n\n");
}

static void put_table(struct emit *e, const struct decl *d)
{
	const struct method *m;

	put(e, d->host ? "static const struct %s_ops host_%s = {\n" :
	    "static const struct %s_ops ops_%s = {\n", d->name.s, d->name.s);
	list_for_each(m, d->items)
		put(e, "\t.%s = do_%s,\n", m->name.s, m->cname);
	put(e, "};\n\n");
}

static void put_iface(struct emit *e, const struct decl *d)
{
	const struct method *m;

	list_for_each(m, d->items) {
		put_callee(e, d, m);
		put_entry_call(e, d, m);
		if (!d->host)
			put_proxy_call(e, m);
	}
	put_table(e, d);
}

static void put_targets(struct emit *e)
{
	const struct method *m;
	const struct decl *d;

	put(e, "static const struct fuzz_target targets[] = {\n");
	list_for_each(d, &e->idl->decls) {
		if (d->kind != D_IFACE)
			continue;
		list_for_each(m, d->items) {
			const char *table = TEXT("%s_%s", d->host ? "&host" : "&ops", d->name.s);

			put(e, "\t{ entry_%s, %s },\n", m->cname, table);
			if (!d->host)
				put(e, "\t{ proxy_%s, %s },\n", m->cname, table);
		}
	}
	put(e, "\t{ NULL, NULL }\n};\n\n");
}

void emit_fuzz(struct emit *e)
{
	const struct decl *d;

	put_banner_c(e, TEXT("Fuzzer of what is generated from module %s; see idl/tests/fuzz.h.",
			     e->idl->module.s));
	put(e, "#include <core/entry.h>\n#include \"%s_proxy.c\"\n#include \"%s_entry.c\"\n"
	       "#include \"fuzz.h\"\n\n", e->idl->base, e->idl->base);
	put_pool(e);
	list_for_each(d, &e->idl->decls) {
		if (d->kind == D_IFACE)
			put_iface(e, d);
	}
	put_targets(e);
	put(e, "int LLVMFuzzerTestOneInput(const u8 *data, size_t size);\n"
	       "int LLVMFuzzerTestOneInput(const u8 *data, size_t size)\n{\n"
	       "\treturn fuzz_run(data, size, targets, fill_objects);\n}\n");
}
