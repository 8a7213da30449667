// SPDX-License-Identifier: GPL-2.0-only
/*
 * Emits the shadows: what a restart means for each method, as code.
 *
 * retry: the call is issued again once the domain runs again, a bounded number
 * of times. replay: the newest arguments are kept in a log, which belongs to
 * the caller, as does its lock; after a restart the caller has them sent again.
 * A log keeps what the domain took or may still have to take: arguments it
 * answered with an error, or never saw for another reason than a restart, are
 * replaced by the ones before. A method with a key has a record for each value
 * of it, and a new value is refused when there is no room for its record: what
 * could not be sent again is not sent at all.
 */
#include "emit.h"

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

static const char *find_decls(struct emit *e, const struct method *m)
{
	return TEXT("struct %s_log *history, %s %s", m->iface->name.s, ctype(e, &m->key->type),
		    m->key->name.s);
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
		if (m->restart != RESTART_REPLAY)
			continue;
		put(e, "\tstruct %s_args %s", m->cname, m->name.s);
		put(e, m->key ? "[%u];\t/* by %s */\n" : ";\n", m->max_keys,
		    m->key ? m->key->name.s : "");
	}
	put(e, "};\n\n");
	list_for_each(m, d->items) {
		if (!m->key)
			continue;
		put(e, "/* The record of a key's value, or the first free one; NULL: neither. */\n");
		put_wrapped(e, TEXT("struct %s_args *%s_find(", m->cname, m->cname),
			    find_decls(e, m), ");\n\n");
	}
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

/* Out of line: what is left to do when the first try was no answer. */
static void put_again(struct emit *e, const struct method *m)
{
	put(e, "static noinline __cold struct rl_ret\n");
	put_wrapped(e, TEXT("%s_again(", m->cname),
		    param_decls(e, "struct rl_iref *ref, struct rl_ret ret", m), ")\n{\n");
	put(e, "\tunsigned int tries = 0;\n\n\twhile (rl_shadow_again(ref, NULL, &ret, tries++))\n");
	put_wrapped(e, TEXT("\t\tret = %s(", m->cname), param_names(e, "ref", m), ");\n");
	put(e, "\treturn ret;\n}\n\n");
}

/* The first try, in a straight line: nearly every call is answered by it. */
static void put_retry(struct emit *e, const struct method *m)
{
	put(e, "\tstruct rl_ret ret;\n\n");
	put_wrapped(e, TEXT("\tret = %s(", m->cname), param_names(e, "ref", m), ");\n");
	put(e, "\tif (likely(ret.rpc == RL_RPC_OK))\n\t\treturn ret;\n");
	put_wrapped(e, TEXT("\treturn %s_again(", m->cname), param_names(e, "ref, ret", m), ");\n");
}

static void put_find(struct emit *e, const struct method *m)
{
	const char *key = m->key->name.s, *field = m->name.s;

	put_wrapped(e, TEXT("struct %s_args *%s_find(", m->cname, m->cname), find_decls(e, m),
		    ")\n{\n");
	put(e, "\tstruct %s_args *record = history->%s;\n\n", m->cname, field);
	put(e, "\tfor (; record < history->%s + ARRAY_SIZE(history->%s); record++) {\n", field,
	    field);
	put(e, "\t\tif (!record->recorded || record->%s == %s)\n\t\t\treturn record;\n\t}\n"
	       "\treturn NULL;\n}\n\n", key, key);
}

static void put_record(struct emit *e, const struct method *m)
{
	const struct param *p;

	put(e, "\tstruct %s_args *record = ", m->cname);
	if (m->key)
		put(e, "%s_find(history, %s);\n", m->cname, m->key->name.s);
	else
		put(e, "&history->%s;\n", m->name.s);
	put(e, "\tstruct %s_args before;\n\tstruct rl_ret ret;\n\n", m->cname);
	if (m->key)
		put(e, "\tif (!record) {\n\t\tatomic_long_inc(&ref->shadow.full);\n"
		       "\t\treturn rl_refused(-ENOSPC);\n\t}\n");
	/* by field: a literal would be a second copy of a large record on the stack */
	put(e, "\tbefore = *record;\n\trecord->recorded = true;\n");
	list_for_each(p, m->params)
		put(e, "\trecord->%s = %s%s;\n", p->name.s, p->dir == DIR_IN ? "*" : "",
		    p->name.s);
	put_wrapped(e, TEXT("\tret = %s(", m->cname), param_names(e, "ref", m), ");\n");
	put(e, "\tif (ret.rpc != RL_RPC_CRASHED && ret.rpc != RL_RPC_RESTARTING &&\n"
	       "\t    (ret.rpc || ret.err))\n\t\t*record = before;\n"
	       "\telse\n\t\tatomic_long_inc(&ref->shadow.recorded);\n\treturn ret;\n");
}

static void put_shadow(struct emit *e, const struct decl *d, const struct method *m)
{
	if (m->key)
		put_find(e, m);
	if (m->restart == RESTART_RETRY)
		put_again(e, m);
	put_wrapped(e, TEXT("struct rl_ret %s_shadow(", m->cname),
		    param_decls(e, shadow_first(e, d, m), m), ")\n{\n");
	if (m->restart == RESTART_RETRY)
		put_retry(e, m);
	else
		put_record(e, m);
	put(e, "}\nEXPORT_SYMBOL_GPL(%s_shadow);\n\n", m->cname);
}

static const char *reissue_args(struct emit *e, const struct method *m, const char *record)
{
	const char *args = "ref";
	const struct param *p;

	list_for_each(p, m->params)
		args = TEXT("%s, %s%s.%s", args, p->dir == DIR_IN ? "&" : "", record, p->name.s);
	return args;
}

static void put_reissue(struct emit *e, const struct method *m)
{
	const char *record = TEXT("history->%s", m->name.s);

	if (m->key) {
		put(e, "\tfor (i = 0; i < ARRAY_SIZE(%s) && %s[i].recorded; i++) {\n", record,
		    record);
		record = TEXT("%s[i]", record);
	} else {
		put(e, "\tif (%s.recorded) {\n", record);
	}
	put_wrapped(e, TEXT("\t\tret = %s_resend(", m->cname), reissue_args(e, m, record),
		    ");\n");
	put(e, "\t\tif (ret.rpc || ret.err)\n\t\t\treturn ret;\n"
	       "\t\tatomic_long_inc(&ref->shadow.replayed);\n\t}\n");
}

/* The replay, for the core: it knows of a log how many bytes it has. */
void emit_resend(struct emit *e, const struct decl *iface)
{
	put_wrapped(e, TEXT("static struct rl_ret %s_resend(", iface->name.s),
		    "struct rl_iref *ref, const void *history", ")\n{\n");
	put(e, "\treturn %s_replay(ref, history);\n}\n\n", iface->name.s);
}

static bool has_key(const struct decl *d)
{
	const struct method *m;

	list_for_each(m, d->items) {
		if (m->key)
			return true;
	}
	return false;
}

static void put_replay(struct emit *e, const struct decl *d)
{
	const struct method *m;

	put_wrapped(e, TEXT("struct rl_ret %s_replay(", d->name.s),
		    TEXT("struct rl_iref *ref, const struct %s_log *history", d->name.s),
		    ")\n{\n");
	put(e, "\tstruct rl_ret ret = { .rpc = RL_RPC_OK };\n%s\n", has_key(d) ? "\tu32 i;\n" : "");
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
