// SPDX-License-Identifier: GPL-2.0-only
/*
 * Emits X_proxy.h and X_proxy.c: the trusted way into a domain.
 *
 * The order in every proxy: check what is moved if it is more than one object
 * (changes nothing; a single one is checked by its move), enter the gate, get scratch in the callee's window, commit the moves, call, and take
 * the answer apart. Until the gate is left the callee's reaper waits for this
 * thread, so what touches the callee's window or takes objects back from it
 * comes before rl_gate_exit(), which every way out passes exactly once. A call
 * ended by force leaves moves and scratch to the reaper.
 */
#include <inttypes.h>
#include "emit.h"

#define GATE_ARGS 6

static void put_host_ops(struct emit *e, const struct decl *d)
{
	const struct method *m;

	put_doc(e, "", d->doc);
	put(e, "struct %s_ops {\n", d->name.s);
	list_for_each(m, d->items) {
		put_doc(e, "\t", m->doc);
		put_wrapped(e, TEXT("\ts32 (*%s)(", m->name.s),
			    param_decls(e, "void *ctx", m), ");\n");
	}
	put(e, "};\n\n");
}

static void put_protos(struct emit *e, const struct decl *d)
{
	const struct method *m;

	put_doc(e, "", d->doc);
	put(e, "\n");
	list_for_each(m, d->items) {
		put_doc(e, "", m->doc);
		put_wrapped(e, TEXT("struct rl_ret %s(", m->cname),
			    param_decls(e, "struct rl_iref *ref", m), ");\n");
	}
	put(e, "\n/* The same for a caller that is a domain; only the entries use these. */\n");
	list_for_each(m, d->items)
		put_wrapped(e, TEXT("struct rl_ret __%s(", m->cname),
			    param_decls(e, "struct rl_iref *ref, struct rl_frame *caller", m),
			    ");\n");
	put(e, "\n");
	emit_shadow_protos(e, d);
}

static void put_type_indices(struct emit *e)
{
	const struct xtype *x;

	if (!e->idl->xtypes.n)
		return;
	put(e, "enum {\n");
	list_for_each(x, &e->idl->xtypes)
		put(e, "\t%s_T,\n", x->upper);
	put(e, "\t%s_NR_TYPES\n};\n", e->idl->upper);
	put(e, "extern const struct rl_type_desc %s_types[%s_NR_TYPES];\n\n",
	    e->idl->module.s, e->idl->upper);
}

void emit_proxy_header(struct emit *e)
{
	const char *guard = TEXT("RL_GEN_%s_PROXY_H", e->idl->upper);
	const struct decl *d;

	put_banner(e, TEXT("Trusted side of module %s.", e->idl->module.s));
	put(e, "#ifndef %s\n#define %s\n\n", guard, guard);
	put(e, "#include <core/proxy.h>\n#include <redleaf/gen/%s.h>\n\n", e->idl->base);
	put_type_indices(e);
	list_for_each(d, &e->idl->decls) {
		if (d->kind != D_IFACE)
			continue;
		put(e, "extern const struct rl_iface_desc %s_iface_desc;\n\n", d->name.s);
		if (d->host)
			put_host_ops(e, d);
		else
			put_protos(e, d);
	}
	put(e, "#endif\n");
}

static void put_types(struct emit *e)
{
	const struct xtype *x;

	if (!e->idl->xtypes.n)
		return;
	put(e, "const struct rl_type_desc %s_types[%s_NR_TYPES] = {\n", e->idl->module.s,
	    e->idl->upper);
	list_for_each(x, &e->idl->xtypes) {
		put(e, "\t[%s_T] = {\n", x->upper);
		put(e, "\t\t.id = %s_TYPE,\n\t\t.name = \"%s\",\n", x->upper, x->cname);
		put(e, "\t\t.size = sizeof(struct %s),\n", x->cname);
		if (x->capacity)
			put(e, "\t\t.kind = RL_X_DEQUE,\n\t\t.child = %s_TYPE,\n"
			    "\t\t.capacity = %u,\n", x->elem->upper, x->capacity);
		put(e, "\t},\n");
	}
	put(e, "};\n\n");
}

static void put_desc(struct emit *e, const struct decl *d)
{
	const struct method *m;

	put(e, "static const char *const %s_methods[] = {\n", d->name.s);
	list_for_each(m, d->items)
		put(e, "\t\"%s\",\n", m->name.s);
	put(e, "};\n\n");
	put(e, "const struct rl_iface_desc %s_iface_desc = {\n", d->name.s);
	put(e, "\t.name = \"%s\",\n\t.fingerprint = %s_FINGERPRINT,\n", d->name.s, d->upper);
	put(e, "\t.nr_ops = ARRAY_SIZE(%s_methods),\n\t.host = %s,\n", d->name.s,
	    d->host ? "true" : "false");
	put(e, "\t.methods = %s_methods,\n", d->name.s);
	if (e->idl->xtypes.n)
		put(e, "\t.types = %s_types,\n\t.nr_types = %s_NR_TYPES,\n", e->idl->module.s,
		    e->idl->upper);
	put(e, "};\nEXPORT_SYMBOL_GPL(%s_iface_desc);\n\n", d->name.s);
}

static void put_answer_helper(struct emit *e)
{
	put(e, "/* A callee's error as the caller may see it: -1 to -MAX_ERRNO, nothing else. */\n"
	       "static s32 __cold %s_answer(struct rl_gate *gate, s32 err, const char *what)\n"
	       "{\n"
	       "\tif (err < 0 && err >= -MAX_ERRNO)\n"
	       "\t\treturn err;\n"
	       "\trl_gate_violation(gate, what);\n"
	       "\treturn -EIO;\n"
	       "}\n\n", e->idl->module.s);
}

static void put_locals(struct emit *e, const struct method *m)
{
	const struct param *p;

	put(e, "\tstruct rl_gate *gate = ref->gate;\n");
	if (method_moves(m))
		put(e, "\tu32 from = rl_gate_caller_id(caller);\n");
	put(e, "\tstruct rl_frame frame __attribute__((uninitialized));\n");
	if (method_scratch(m)) {
		put(e, "\tstruct {\n");
		list_for_each(p, m->params) {
			if (p->dir == DIR_IN || p->dir == DIR_OUT)
				put(e, "\t\t%s %s;\n", ctype(e, &p->type), p->name.s);
		}
		put(e, "\t} *scratch;\n");
	}
	put(e, "\ts32 rpc, err;\n\n");
	if (m->sleeps)
		put(e, "\tmight_sleep();\n");
}

static void put_enter(struct emit *e, const struct method *m)
{
	put(e, "\trpc = rl_gate_enter(&frame, gate, caller, %s);\n", m->index);
	put(e, "\tif (unlikely(rpc))\n\t\treturn (struct rl_ret){ .rpc = rpc };\n");
}

static void put_scratch(struct emit *e, const struct method *m)
{
	const struct param *p;

	if (!method_scratch(m))
		return;
	put(e, "\tscratch = rl_arg_alloc(gate, sizeof(*scratch));\n"
	       "\tif (unlikely(!scratch)) {\n\t\trl_gate_exit(&frame);\n"
	       "\t\treturn rl_refused(-ENOMEM);\n\t}\n");
	list_for_each(p, m->params) {
		if (p->dir == DIR_IN)
			put(e, "\t%s_copy(&scratch->%s, %s, sizeof(*%s));\n",
			    e->idl->module.s, p->name.s, p->name.s, p->name.s);
	}
}

static void put_commit(struct emit *e, const struct method *m)
{
	if (!method_moves(m))
		return;
	put(e, "\tif (unlikely(!%s)) {\n", move_call(e, m, "from", "gate->id"));
	if (method_scratch(m))
		put(e, "\t\trl_arg_free(gate, scratch);\n");
	put(e, "\t\trl_gate_exit(&frame);\n\t\treturn %s;\n\t}\n", move_refusal(e, m));
}

static const char *gate_arg(struct emit *e, const struct param *p)
{
	if (p->dir == DIR_IN || p->dir == DIR_OUT)
		return TEXT("(unsigned long)&scratch->%s", p->name.s);
	if (p->type.scalar && scalar_is_bool(p->type.scalar))
		return TEXT("(unsigned long)!!%s", p->name.s);
	return TEXT("(unsigned long)%s", p->name.s);
}

static void put_gate_call(struct emit *e, const struct method *m)
{
	const char *args = TEXT("&frame, ref->ops[%s], (unsigned long)ref->self", m->index);
	const struct param *p;

	list_for_each(p, m->params)
		args = TEXT("%s, %s", args, gate_arg(e, p));
	for (unsigned int i = 1 + m->params->n; i < GATE_ARGS; i++)
		args = TEXT("%s, RL_GATE_UNUSED", args);
	put_wrapped(e, "\terr = (s32)RL_GATE_CALL(", args, ");\n");
}

/* An errno of the callee; what was moved comes back, if the callee still has it. */
static void put_answer(struct emit *e, const struct method *m)
{
	const char *moves = method_moves(m) ? " {" : "";

	put(e, "\tif (unlikely(err))%s\n", moves);
	put(e, "\t\terr = %s_answer(frame.gate, err, \"%s: the answer is no errno\");\n",
	    e->idl->module.s, m->cname);
	if (!method_moves(m))
		return;
	put(e, "\t\tif (!%s) {\n", move_call(e, m, "frame.gate->id", "from"));
	put(e, "\t\t\trl_gate_violation(frame.gate, \"%s: failed and kept what was moved\");\n",
	    m->cname);
	put(e, "\t\t\tgoto crashed;\n\t\t}\n\t}\n");
}

static void put_copy_out(struct emit *e, const struct method *m)
{
	const struct param *p;

	if (!method_scratch(m))
		return;
	list_for_each(p, m->params) {
		if (p->dir == DIR_OUT)
			put(e, "\tif (!err)\n\t\t%s_copy(%s, &scratch->%s, sizeof(*%s));\n",
			    e->idl->module.s, p->name.s, p->name.s, p->name.s);
	}
	put(e, "\trl_arg_free(frame.gate, scratch);\n");
}

/* frame.gate, not gate: the frame is in the cache and no register outlived the call. */
static void put_end(struct emit *e, const struct method *m)
{
	put(e, "\tif (unlikely(frame.err))\n\t\tgoto crashed;\n");
	put_answer(e, m);
	put_copy_out(e, m);
	put(e, "\trl_gate_exit(&frame);\n\treturn (struct rl_ret){ .err = err };\n\n"
	       "crashed:\n\trl_gate_exit(&frame);\n"
	       "\treturn (struct rl_ret){ .rpc = RL_RPC_CRASHED };\n");
}

static void put_call_body(struct emit *e, const struct method *m)
{
	const char *first = "struct rl_iref *ref, struct rl_frame *caller";

	put(e, "static __always_inline struct rl_ret\n");
	put_wrapped(e, TEXT("%s_call(", m->cname), param_decls(e, first, m), ")\n{\n");
	put_locals(e, m);
	put_checks(e, m);
	put_enter(e, m);
	put_scratch(e, m);
	put_commit(e, m);
	put_gate_call(e, m);
	put_end(e, m);
	put(e, "}\n\n");
}

/* Two instances, so that neither pays for a jump or for what it does not use. */
static void put_instances(struct emit *e, const struct method *m)
{
	put_wrapped(e, TEXT("struct rl_ret %s(", m->cname),
		    param_decls(e, "struct rl_iref *ref", m), ")\n{\n");
	put_wrapped(e, TEXT("\treturn %s_call(", m->cname), param_names(e, "ref, NULL", m),
		    ");\n");
	put(e, "}\nEXPORT_SYMBOL_GPL(%s);\n\n", m->cname);
	put_wrapped(e, TEXT("struct rl_ret __%s(", m->cname),
		    param_decls(e, "struct rl_iref *ref, struct rl_frame *caller", m),
		    ")\n{\n");
	put_wrapped(e, TEXT("\treturn %s_call(", m->cname), param_names(e, "ref, caller", m),
		    ");\n");
	put(e, "}\n\n");
}

static void put_iface(struct emit *e, const struct decl *d)
{
	const struct method *m;

	list_for_each(m, d->items) {
		put_move_helper(e, m);
		put_call_body(e, m);
		put_instances(e, m);
	}
	emit_shadows(e, d);
}

static void put_copy_helper(struct emit *e)
{
	put(e, "/* Out of line: a copy kept in a register pair would realign the caller's stack\n"
	       " * through %%rbp, which a function with a gate call cannot spare.\n */\n"
	       "static noinline void %s_copy(void *to, const void *from, size_t size)\n"
	       "{\n\tmemcpy(to, from, size);\n}\n\n", e->idl->module.s);
}

/* Static functions nobody uses are warned about, so each is there on demand. */
static void put_helpers(struct emit *e)
{
	bool domain = false, scratch = false;
	const struct method *m;
	const struct decl *d;

	list_for_each(d, &e->idl->decls) {
		if (d->kind != D_IFACE || d->host)
			continue;
		domain = true;
		list_for_each(m, d->items)
			scratch |= method_scratch(m);
	}
	if (domain)
		put_answer_helper(e);
	if (scratch)
		put_copy_helper(e);
	emit_shadow_helper(e);
}

void emit_proxy(struct emit *e)
{
	const struct decl *d;

	put_banner_c(e, TEXT("Proxies and shadows of module %s.", e->idl->module.s));
	put(e, "#include <linux/export.h>\n#include <linux/kernel.h>\n"
	       "#include <linux/string.h>\n"
	       "#include \"%s_proxy.h\"\n\n", e->idl->base);
	put_types(e);
	list_for_each(d, &e->idl->decls) {
		if (d->kind == D_IFACE)
			put_desc(e, d);
	}
	put_helpers(e);
	list_for_each(d, &e->idl->decls) {
		if (d->kind == D_IFACE && !d->host)
			put_iface(e, d);
	}
}
