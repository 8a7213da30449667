// SPDX-License-Identifier: GPL-2.0-only
/*
 * Emits the shadows: what a restart means for each method, as code.
 *
 * retry: the call is issued again once the domain runs again, a bounded number
 * of times. replay: the newest arguments are kept in a log, which belongs to
 * the caller, as does its lock; after a restart the caller has them sent again.
 * A log keeps what the domain took or may still have to take: arguments it
 * answered with an error, or never saw for another reason than a restart, are
 * replaced by the ones before.
 */
#include "emit.h"

static bool has_retry(const struct idl *idl)
{
	const struct method *m;
	const struct decl *d;

	list_for_each(d, &idl->decls) {
		if (d->kind != D_IFACE)
			continue;
		list_for_each(m, d->items) {
			if (m->restart == RESTART_RETRY)
				return true;
		}
	}
	return false;
}

static const char *shadow_first(struct emit *e, const struct decl *d, const struct method *m)
{
	if (m->restart == RESTART_RETRY)
		return "struct rl_iref *ref";
	return TEXT("struct rl_iref *ref, struct %s_log *history", d->name.s);
}

static void put_args_struct(struct emit *e, const struct method *m)
{
	const struct param *p;

	put(e, "/* Newest arguments of %s. */\n", m->cname);
	put(e, "struct %s_args {\n\tbool recorded;\n", m->cname);
	list_for_each(p, m->params)
		put(e, "\t%s %s;\n", ctype(e, &p->type), p->name.s);
	put(e, "};\n\n");
}

static void put_log_struct(struct emit *e, const struct decl *d)
{
	const struct method *m;

	list_for_each(m, d->items) {
		if (m->restart == RESTART_REPLAY)
			put_args_struct(e, m);
	}
	put(e, "/* All zero at first. Written by the shadows below; the caller serialises. */\n");
	put(e, "struct %s_log {\n", d->name.s);
	list_for_each(m, d->items) {
		if (m->restart == RESTART_REPLAY)
			put(e, "\tstruct %s_args %s;\n", m->cname, m->name.s);
	}
	put(e, "};\n\n");
	put(e, "/* Sends what is recorded, in order of declaration, up to the first failure. */\n");
	put_wrapped(e, TEXT("struct rl_ret %s_replay(", d->name.s),
		    TEXT("struct rl_iref *ref, const struct %s_log *history", d->name.s),
		    ");\n\n");
}

void emit_shadow_protos(struct emit *e, const struct decl *iface)
{
	const struct method *m;

	if (iface_has_replay(iface))
		put_log_struct(e, iface);
	list_for_each(m, iface->items) {
		if (m->restart == RESTART_FAIL)
			continue;
		put(e, "/* %s. */\n", m->restart == RESTART_RETRY ?
		    "Issued again after a restart; sleeps" : "Recorded, then called");
		put_wrapped(e, TEXT("struct rl_ret %s_shadow(", m->cname),
			    param_decls(e, shadow_first(e, iface, m), m), ");\n\n");
	}
}

void emit_shadow_helper(struct emit *e)
{
	if (!has_retry(e->idl))
		return;
	put(e, "/* Waits for the next generation; false when @ret is final. */\n"
	       "static bool %s_again(struct rl_iref *ref, struct rl_ret *ret, int tries)\n"
	       "{\n"
	       "\tint err;\n\n"
	       "\tif (likely(ret->rpc != RL_RPC_CRASHED && ret->rpc != RL_RPC_RESTARTING))\n"
	       "\t\treturn false;\n"
	       "\tif (tries >= RL_RETRY_MAX)\n"
	       "\t\treturn false;\n"
	       "\terr = rl_gate_wait_running(ref->gate, RL_RETRY_WAIT_MS);\n"
	       "\tif (err == -ENODEV)\n"
	       "\t\tret->rpc = RL_RPC_DEAD;\n"
	       "\treturn !err;\n"
	       "}\n\n", e->idl->module.s);
}

static void put_retry(struct emit *e, const struct method *m)
{
	put(e, "\tstruct rl_ret ret;\n\tint tries = 0;\n\n\tdo {\n");
	put_wrapped(e, TEXT("\t\tret = %s(", m->cname), param_names(e, "ref", m), ");\n");
	put(e, "\t} while (%s_again(ref, &ret, tries++));\n\treturn ret;\n",
	    e->idl->module.s);
}

static void put_record(struct emit *e, const struct method *m)
{
	const struct param *p;

	put(e, "\tstruct %s_args before = history->%s;\n\tstruct rl_ret ret;\n\n", m->cname,
	    m->name.s);
	put(e, "\thistory->%s = (struct %s_args){\n\t\t.recorded = true,\n", m->name.s,
	    m->cname);
	list_for_each(p, m->params)
		put(e, "\t\t.%s = %s%s,\n", p->name.s, p->dir == DIR_IN ? "*" : "", p->name.s);
	put(e, "\t};\n");
	put_wrapped(e, TEXT("\tret = %s(", m->cname), param_names(e, "ref", m), ");\n");
	put(e, "\tif (ret.rpc == RL_RPC_CRASHED || ret.rpc == RL_RPC_RESTARTING)\n"
	       "\t\treturn ret;\n");
	put(e, "\tif (ret.rpc || ret.err)\n\t\thistory->%s = before;\n\treturn ret;\n",
	    m->name.s);
}

static void put_shadow(struct emit *e, const struct decl *d, const struct method *m)
{
	put_wrapped(e, TEXT("struct rl_ret %s_shadow(", m->cname),
		    param_decls(e, shadow_first(e, d, m), m), ")\n{\n");
	if (m->restart == RESTART_RETRY)
		put_retry(e, m);
	else
		put_record(e, m);
	put(e, "}\nEXPORT_SYMBOL_GPL(%s_shadow);\n\n", m->cname);
}

static void put_reissue(struct emit *e, const struct method *m)
{
	const char *args = "ref";
	const struct param *p;

	list_for_each(p, m->params)
		args = TEXT("%s, %shistory->%s.%s", args, p->dir == DIR_IN ? "&" : "",
			    m->name.s, p->name.s);
	put(e, "\tif (history->%s.recorded)\n", m->name.s);
	put_wrapped(e, TEXT("\t\tret = %s(", m->cname), args, ");\n");
	put(e, "\tif (ret.rpc || ret.err)\n\t\treturn ret;\n");
}

static void put_replay(struct emit *e, const struct decl *d)
{
	const struct method *m;

	put_wrapped(e, TEXT("struct rl_ret %s_replay(", d->name.s),
		    TEXT("struct rl_iref *ref, const struct %s_log *history", d->name.s),
		    ")\n{\n");
	put(e, "\tstruct rl_ret ret = { .rpc = RL_RPC_OK };\n\n");
	list_for_each(m, d->items) {
		if (m->restart == RESTART_REPLAY)
			put_reissue(e, m);
	}
	put(e, "\treturn ret;\n}\nEXPORT_SYMBOL_GPL(%s_replay);\n\n", d->name.s);
}

void emit_shadows(struct emit *e, const struct decl *iface)
{
	const struct method *m;

	list_for_each(m, iface->items) {
		if (m->restart != RESTART_FAIL)
			put_shadow(e, iface, m);
	}
	if (iface_has_replay(iface))
		put_replay(e, iface);
}
