// SPDX-License-Identifier: GPL-2.0-only
/*
 * Emits X_entry.c: the functions domains call.
 *
 * Nothing a domain passes is believed. Structures are copied in before anything
 * looks at them; an out pointer is tried before anything changes; enums, lengths
 * and strings out of range are refused; bools are made 0 or 1 again; a method
 * that may sleep is refused where sleeping is not allowed. All work happens in an
 * inline function with early returns, and the entry around it closes with
 * rl_entry_end(), which may not come back: nothing is held there.
 */
#include "emit.h"

static bool has_out(const struct method *m)
{
	const struct param *p;

	list_for_each(p, m->params) {
		if (p->dir == DIR_OUT)
			return true;
	}
	return false;
}

static bool has_bool(const struct idl *idl)
{
	const struct method *m;
	const struct param *p;
	const struct decl *d;

	list_for_each(d, &idl->decls) {
		if (d->kind != D_IFACE)
			continue;
		list_for_each(m, d->items) {
			list_for_each(p, m->params) {
				if (is_bool(p))
					return true;
			}
		}
	}
	return false;
}

static void put_bool_helper(struct emit *e)
{
	if (!has_bool(e->idl))
		return;
	put(e, "/* The compiler takes a bool to be 0 or 1; a domain may pass any byte. */\n"
	       "static __always_inline bool %s_bool(bool b)\n{\n"
	       "\tu32 v = b;\n\n\tOPTIMIZER_HIDE_VAR(v);\n\treturn v;\n}\n\n",
	    e->idl->module.s);
}

static void put_locals(struct emit *e, const struct decl *d, const struct method *m)
{
	const struct param *p;

	put(e, d->host ? "\tconst struct rl_host_iref *impl;\n" : "\tstruct rl_iref *impl;\n");
	if (d->host)
		put(e, "\tconst struct %s_ops *ops;\n", d->name.s);
	if (d->host && (method_moves(m) || method_count(m, DIR_BORROW)))
		put(e, "\tu32 from = rl_gate_caller_id(frame);\n");
	list_for_each(p, m->params) {
		if (is_copied(p))
			put(e, "\t%s copy_%s = %s;\n", ctype(e, &p->type), p->name.s,
			    is_cap(p) ? "RL_CAP_NONE" : "{}");
	}
	if (d->host)
		put_caps_local(e, m);
	if (!d->host && (has_out(m) || m->restart == RESTART_RETRY))
		put(e, "\tstruct rl_ret ret;\n");
	if (m->restart == RESTART_RETRY)
		put(e, "\tunsigned int tries = 0;\n");
	if (d->host || method_scratch(m))
		put(e, "\ts32 err;\n");
	put(e, "\n");
}

/* A domain that may not sleep may not through another either. */
static void put_context_check(struct emit *e, const struct method *m)
{
	if (m->sleeps)
		put(e, "\tif (unlikely(!rl_frame_may_sleep(frame)))\n"
		       "\t\treturn rl_refused(-EAGAIN);\n");
}

static void put_resolve(struct emit *e, const struct decl *d)
{
	put(e, "\timpl = rl_entry_%s(frame, cap, &%s_iface_desc);\n",
	    d->host ? "host" : "iface", d->name.s);
	put(e, "\tif (unlikely(!impl))\n\t\treturn %s;\n",
	    d->host ? "rl_refused(-ENOENT)" : "rl_entry_refusal(frame, cap)");
}

static void put_copy_in(struct emit *e, const struct method *m)
{
	const struct param *p;

	list_for_each(p, m->params) {
		if (!is_copied(p))
			continue;
		if (p->dir == DIR_OUT)
			put(e, "\t/* tries the pointer while refusing is still possible */\n");
		put(e, p->dir == DIR_IN ?
		    "\terr = rl_entry_in(frame, &copy_%s, %s, sizeof(copy_%s));\n" :
		    "\terr = rl_entry_out(frame, %2$s, &copy_%1$s, sizeof(copy_%1$s));\n",
		    p->name.s, p->name.s, p->name.s);
		put(e, "\tif (unlikely(err))\n\t\treturn rl_refused(err);\n");
		if (p->dir == DIR_IN && param_checked(p))
			put(e, "\tif (unlikely(!%s_valid(&copy_%s)))\n"
			       "\t\treturn rl_refused(-ERANGE);\n", p->type.decl->cname, p->name.s);
	}
}

static void put_enum_check(struct emit *e, const struct method *m)
{
	const struct param *p;

	list_for_each(p, m->params) {
		if (p->dir == DIR_VALUE && param_checked(p))
			put(e, "\tif (unlikely(!%s_valid(%s)))\n\t\treturn rl_refused(-ERANGE);\n",
			    p->type.decl->cname, p->name.s);
	}
}

/* The pointer was tried before, and the window does not move meanwhile. */
static void put_copy_out(struct emit *e, const struct method *m)
{
	const struct param *p;

	list_for_each(p, m->params) {
		if (p->dir == DIR_OUT)
			put(e, "\trl_entry_out(frame, %s, &copy_%s, sizeof(copy_%s));\n",
			    p->name.s, p->name.s, p->name.s);
	}
}

static const char *trace_args(struct emit *e, const struct method *m)
{
	const char *s = "RL_OWNER_HOST, frame->gate->id";
	const struct param *p;

	list_for_each(p, m->params) {
		if (p->dir == DIR_IN)
			s = TEXT("%s, &copy_%s", s, p->name.s);
		else if (is_bool(p))
			s = TEXT("%s, %s_bool(%s)", s, e->idl->module.s, p->name.s);
		else if (p->dir != DIR_OUT)
			s = TEXT("%s, %s", s, p->name.s);
	}
	return s;
}

static const char *call_args(struct emit *e, const char *first, const struct method *m)
{
	const struct param *p;
	const char *s = first;

	list_for_each(p, m->params) {
		if (is_copied(p))
			s = TEXT("%s, &copy_%s", s, p->name.s);
		else if (is_bool(p))
			s = TEXT("%s, %s_bool(%s)", s, e->idl->module.s, p->name.s);
		else
			s = TEXT("%s, %s", s, p->name.s);
	}
	return s;
}

/* A domain that asked for a shadow has one: the retry is here, where its buffers are. */
static void put_tries(struct emit *e, const struct method *m)
{
	put(e, "\tdo {\n");
	put_wrapped(e, TEXT("\t\tret = __%s(", m->cname), call_args(e, "impl, frame", m), ");\n");
	put(e, "\t} while (unlikely(ret.rpc) && rl_entry_again(frame, cap, impl, &ret, tries++));\n");
}

static void put_domain_call(struct emit *e, const struct method *m)
{
	bool retry = m->restart == RESTART_RETRY, out = has_out(m);

	if (m->restart == RESTART_REPLAY) {
		put(e, "\tif (rl_shadowed(frame, impl))\n");
		put_wrapped(e, TEXT("\t\treturn %s_kept(", m->cname),
			    call_args(e, "impl, frame, cap", m), ");\n");
	}
	if (retry)
		put_tries(e, m);
	else
		put_wrapped(e, TEXT("\t%s __%s(", out ? "ret =" : "return", m->cname),
			    call_args(e, "impl, frame", m), ");\n");
	if (out)
		put(e, "\tif (ret.rpc || ret.err)\n\t\treturn ret;\n");
	else if (!retry)
		return;
	put_copy_out(e, m);
	put(e, "\treturn ret;\n");
}

static unsigned int method_nr(const struct decl *d, const struct method *m)
{
	const struct method *o;
	unsigned int nr = 0;

	for (o = (void *)d->items->first; o != m; o = (void *)o->link.next)
		nr++;
	return nr;
}

static void put_host_call(struct emit *e, const struct decl *d, const struct method *m)
{
	put_caps_look(e, m, "frame", "NULL", "");
	put_objects_take(e, m, "RL_OWNER_HOST", caps_undo(e, m, "\t\t"));
	put_caps_give(e, m);
	put(e, "\tops = impl->ops;\n\tif (static_branch_unlikely(&%s_traced))\n",
	    e->idl->module.s);
	put_wrapped(e, TEXT("\t\ttrace_rl_%s(", m->cname),
		    trace_args(e, m), ");\n");
	put_wrapped(e, TEXT("\terr = ops->%s(", m->name.s), call_args(e, "impl->ctx", m), ");\n");
	put(e, "\tif (static_branch_unlikely(&%s_traced))\n"
	       "\t\ttrace_rl_%s_return(RL_OWNER_HOST, %u, RL_RPC_OK, err);\n", e->idl->module.s,
	    d->name.s, method_nr(d, m));
	put_objects_return(e, m);
	if (method_count(m, DIR_LEND))
		put(e, "\tWARN_ON_ONCE(!%s);\n", objects_back(e, m, "RL_OWNER_HOST", "from"));
	else if (method_moves(m))
		put(e, "\tif (unlikely(err < 0))\n\t\tWARN_ON_ONCE(!%s);\n",
		    objects_back(e, m, "RL_OWNER_HOST", "from"));
	put_caps_accept_host(e, m);
	put_caps_end(e, m, "copy_");
	if (has_out(m)) {
		put(e, "\tif (err)\n\t\treturn (struct rl_ret){ .err = err };\n");
		put_copy_out(e, m);
	}
	put(e, "\treturn (struct rl_ret){ .err = err };\n");
}

/*
 * The shadow of a replay method. What a generation has answered with 0 is recorded, and
 * nothing else: what it died of is not sent to the next one. Its caller is still here, and
 * asks again.
 */
static void put_kept(struct emit *e, const struct method *m)
{
	const char *first = "struct rl_iref *impl, struct rl_frame *frame, rl_cap_t cap";
	const struct param *p;

	put(e, "static noinline __cold struct rl_ret\n");
	put_wrapped(e, TEXT("%s_kept(", m->cname), param_decls(e, first, m), ")\n{\n");
	put(e, "\tstruct %s_args *record;\n\tstruct rl_history *history;\n"
	       "\tunsigned int tries = 0;\n\tstruct rl_ret ret;\n\n", m->cname);
	put(e, "\thistory = rl_history_begin(frame, impl, &ret);\n"
	       "\tif (!history)\n\t\treturn ret;\n");
	if (m->key)
		put(e, "\trecord = %s_find(rl_history_args(history), %s);\n"
		       "\tif (!record)\n\t\treturn rl_history_full(history);\n", m->cname,
		    m->key->name.s);
	else
		put(e, "\trecord = &((struct %s_log *)rl_history_args(history))->%s;\n",
		    m->iface->name.s, m->name.s);
	put(e, "\tdo {\n\t\trl_history_ask(history);\n");
	put_wrapped(e, TEXT("\t\tret = __%s(", m->cname), param_names(e, "impl, frame", m), ");\n");
	put(e, "\t\tif (ret.rpc || ret.err)\n\t\t\tcontinue;\n"
	       "\t\trl_history_write(history);\n\t\trecord->recorded = true;\n");
	list_for_each(p, m->params)
		put(e, "\t\trecord->%s = %s%s;\n", p->name.s, p->dir == DIR_IN ? "*" : "",
		    p->name.s);
	put(e, "\t\tret.rpc = rl_history_written(history);\n"
	       "\t} while (ret.rpc && rl_entry_again(frame, cap, impl, &ret, tries++));\n"
	       "\trl_history_end(history);\n\treturn ret;\n}\n\n");
}

static void put_body(struct emit *e, const struct decl *d, const struct method *m)
{
	put(e, "static __always_inline struct rl_ret\n");
	put_wrapped(e, TEXT("%s_entry(", m->cname),
		    param_decls(e, "struct rl_frame *frame, rl_cap_t cap", m), ")\n{\n");
	put_locals(e, d, m);
	put_context_check(e, m);
	put_resolve(e, d);
	put_enum_check(e, m);
	put_copy_in(e, m);
	if (d->host)
		put_host_call(e, d, m);
	else
		put_domain_call(e, m);
	put(e, "}\n\n");
}

static void put_entry(struct emit *e, const struct method *m)
{
	put_wrapped(e, TEXT("struct rl_ret rlc_%s(", m->cname), param_decls(e, "rl_cap_t cap", m),
		    ")\n{\n");
	put(e, "\tstruct rl_frame *frame = rl_entry_begin();\n\tstruct rl_ret ret;\n\n");
	put_wrapped(e, TEXT("\tret = %s_entry(", m->cname), param_names(e, "frame, cap", m),
		    ");\n");
	put(e, "\trl_entry_end();\n\treturn ret;\n}\n");
	put(e, "EXPORT_SYMBOL_GPL(rlc_%s);\n\n", m->cname);
}

static void put_iface(struct emit *e, const struct decl *d)
{
	const struct method *m;

	list_for_each(m, d->items) {
		if (d->host)
			put_object_helpers(e, m);
		if (m->restart == RESTART_REPLAY)
			put_kept(e, m);
		put_body(e, d, m);
		put_entry(e, m);
	}
}

void emit_entry(struct emit *e)
{
	const struct decl *d;

	put_banner_c(e, TEXT("What domains call of module %s. Entry functions only: %%r15 is taken.",
			     e->idl->module.s));
	put(e, "#include <core/entry.h>\n#include <linux/export.h>\n"
	       "#include \"%s_proxy.h\"\n#include \"%s_trace.h\"\n\n", e->idl->base,
	    e->idl->base);
	put_bool_helper(e);
	list_for_each(d, &e->idl->decls) {
		if (d->kind == D_IFACE)
			put_iface(e, d);
	}
}
