// SPDX-License-Identifier: GPL-2.0-only
/*
 * Emits X_proxy.h and X_proxy.c: the trusted way into a domain.
 *
 * The order in every proxy: enter the gate, get scratch in the callee's window,
 * take what is moved or borrowed, call, and take the answer apart. Until the gate
 * is left the callee's reaper waits for this thread, so what touches the callee's
 * window or takes objects back from it comes before rl_gate_exit(), which every
 * way out passes exactly once. A call ended by force leaves moves and scratch to
 * the reaper.
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
		put(e, "\t%s,\n", x->index);
	put(e, "\t%s_NR_TYPES\n};\n", e->idl->upper);
	put(e, "extern const struct rl_type_desc %s_types[%s_NR_TYPES];\n\n",
	    e->idl->module.s, e->idl->upper);
}

static bool passes_of(const struct idl *idl, const struct idl *other)
{
	const struct decl *d;
	const struct method *m;
	const struct param *p;

	list_for_each(d, &idl->decls) {
		if (d->kind != D_IFACE)
			continue;
		list_for_each(m, d->items) {
			list_for_each(p, m->params) {
				if (is_cap(p) && p->type.decl->home == other)
					return true;
			}
		}
	}
	return false;
}

/* Descriptors of the interfaces that references to are passed. */
static void put_cap_includes(struct emit *e)
{
	const struct import *i;

	list_for_each(i, &e->idl->imports) {
		if (passes_of(e->idl, i->idl))
			put(e, "#include \"%s_proxy.h\"\n", i->idl->base);
	}
}

void emit_proxy_header(struct emit *e)
{
	const char *guard = TEXT("RL_GEN_%s_PROXY_H", e->idl->upper);
	const struct decl *d;

	put_banner(e, TEXT("Trusted side of module %s.", e->idl->module.s));
	put(e, "#ifndef %s\n#define %s\n\n", guard, guard);
	put(e, "#include <core/proxy.h>\n#include <redleaf/gen/%s.h>\n", e->idl->base);
	put_cap_includes(e);
	put(e, "\n");
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

static const char *const kinds[] = {
	[SHAPE_PLAIN] = "RL_X_STRUCT", [SHAPE_DEQUE] = "RL_X_DEQUE",
	[SHAPE_ARRAY] = "RL_X_ARRAY", [SHAPE_VEC] = "RL_X_VEC",
};

static const char *elem_size(struct emit *e, const struct xtype *x)
{
	if (!x->elem)
		return TEXT("sizeof(%s)", x->scalar->name);
	if (x->elem->kind == D_ENUM)
		return TEXT("sizeof(%s)", x->elem->base.scalar->name);
	return TEXT("sizeof(struct %s)", x->elem->cname);
}

static unsigned int count_fields(const struct xtype *x, bool slots)
{
	const struct field *f;
	unsigned int n = 0;

	if (x->shape != SHAPE_PLAIN)
		return 0;
	list_for_each(f, x->elem->items)
		n += slots ? f->slot != SLOT_NONE : f->type.shape >= SHAPE_BYTES;
	return n;
}

static void put_slot_table(struct emit *e, const struct xtype *x)
{
	const struct field *f;

	if (!count_fields(x, true))
		return;
	put(e, "static const struct rl_xslot %s_%s_slots[] = {\n", e->idl->module.s, x->cname);
	list_for_each(f, x->elem->items) {
		if (f->slot)
			put(e, "\t{ offsetof(struct %s, %s), %s, %s_TYPE, %s },\n", x->cname,
			    f->name.s, value_c(e->idl, f->count.v), f->xtype->upper,
			    f->slot == SLOT_OPTION ? "true" : "false");
	}
	put(e, "};\n\n");
}

static void put_len_table(struct emit *e, const struct xtype *x)
{
	const struct field *f;

	if (!count_fields(x, false))
		return;
	put(e, "static const struct rl_xlen %s_%s_lens[] = {\n", e->idl->module.s, x->cname);
	list_for_each(f, x->elem->items) {
		if (f->type.shape >= SHAPE_BYTES)
			put(e, "\t{ offsetof(struct %s, %s), %s, %s },\n", x->cname, f->name.s,
			    value_c(e->idl, f->type.bound.v),
			    f->type.shape == SHAPE_STRING ? "true" : "false");
	}
	put(e, "};\n\n");
}

static void put_type(struct emit *e, const struct xtype *x)
{
	const struct decl *d = x->shape == SHAPE_PLAIN ? x->elem : NULL;

	put(e, "\t[%s] = {\n", x->index);
	put(e, "\t\t.id = %s_TYPE,\n\t\t.name = \"%s\",\n", x->upper, x->cname);
	put(e, "\t\t.size = sizeof(struct %s),\n", x->cname);
	if (!d)
		put(e, "\t\t.kind = %s,\n\t\t.capacity = %u,\n", kinds[x->shape], x->capacity);
	if (x->shape == SHAPE_VEC)
		put(e, "\t\t.elem_size = %s,\n", elem_size(e, x));
	else if (!d)
		put(e, "\t\t.child = %s_TYPE,\n", x->elem->upper);
	if (d && d->placed)
		put(e, "\t\t.align = %u,\n", (unsigned int)d->placed);
	if (d && d->dma)
		put(e, "\t\t.dma = true,\n");
	if (count_fields(x, true))
		put(e, "\t\t.slots = %s_%s_slots,\n\t\t.nr_slots = ARRAY_SIZE(%s_%s_slots),\n",
		    e->idl->module.s, x->cname, e->idl->module.s, x->cname);
	if (count_fields(x, false))
		put(e, "\t\t.lens = %s_%s_lens,\n\t\t.nr_lens = ARRAY_SIZE(%s_%s_lens),\n",
		    e->idl->module.s, x->cname, e->idl->module.s, x->cname);
	put(e, "\t},\n");
}

static void put_types(struct emit *e)
{
	const struct xtype *x;

	if (!e->idl->xtypes.n)
		return;
	list_for_each(x, &e->idl->xtypes) {
		put_slot_table(e, x);
		put_len_table(e, x);
	}
	put(e, "const struct rl_type_desc %s_types[%s_NR_TYPES] = {\n", e->idl->module.s,
	    e->idl->upper);
	list_for_each(x, &e->idl->xtypes)
		put_type(e, x);
	put(e, "};\n\n");
}

static bool has_deadline(const struct decl *d)
{
	const struct method *m;

	list_for_each(m, d->items) {
		if (m->deadline_ms)
			return true;
	}
	return false;
}

static void put_desc(struct emit *e, const struct decl *d)
{
	const struct method *m;

	put(e, "static const char *const %s_methods[] = {\n", d->name.s);
	list_for_each(m, d->items)
		put(e, "\t\"%s\",\n", m->name.s);
	put(e, "};\n\n");
	if (has_deadline(d)) {
		put(e, "static const u16 %s_deadline_ms[] = {\n", d->name.s);
		list_for_each(m, d->items)
			put(e, "\t%u,\t/* %s */\n", m->deadline_ms, m->name.s);
		put(e, "};\n\n");
	}
	if (!d->host && iface_has_replay(d))
		emit_resend(e, d);
	put(e, "const struct rl_iface_desc %s_iface_desc = {\n", d->name.s);
	put(e, "\t.name = \"%s\",\n\t.fingerprint = %s_FINGERPRINT,\n", d->name.s, d->upper);
	put(e, "\t.nr_ops = ARRAY_SIZE(%s_methods),\n\t.host = %s,\n", d->name.s,
	    d->host ? "true" : "false");
	put(e, "\t.methods = %s_methods,\n", d->name.s);
	if (has_deadline(d))
		put(e, "\t.deadline_ms = %s_deadline_ms,\n", d->name.s);
	if (!d->host && iface_has_replay(d))
		put(e, "\t.replay = %s_resend,\n\t.log_size = sizeof(struct %s_log),\n",
		    d->name.s, d->name.s);
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
	if (method_moves(m) || method_count(m, DIR_BORROW))
		put(e, "\tu32 from = rl_gate_caller_id(caller);\n");
	put(e, "\tstruct rl_frame frame __attribute__((uninitialized));\n");
	if (method_scratch(m)) {
		put(e, "\tstruct {\n");
		list_for_each(p, m->params) {
			if (is_copied(p))
				put(e, "\t\t%s %s;\n", ctype(e, &p->type), p->name.s);
		}
		put(e, "\t} *scratch;\n");
	}
	put_caps_local(e, m);
	put(e, "\ts32 rpc, err;\n\n");
	if (m->sleeps)
		put(e, "\tmight_sleep();\n");
}

/* A replay sends before others are let in; only the core can. */
static bool is_resent(const struct method *m)
{
	return m->restart == RESTART_REPLAY;
}

static void put_enter(struct emit *e, const struct method *m)
{
	put_wrapped(e, is_resent(m) ? "\trpc = __rl_gate_enter(" : "\trpc = rl_gate_enter(",
		    TEXT("&frame, gate, caller, %s%s%s", m->index,
			 m->sleeps ? " | RL_METHOD_SLEEPS" :
			 m->irqs_off ? " | RL_METHOD_IRQS_OFF" : "",
			 is_resent(m) ? ", core" : ""), ");\n");
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
		else if (is_copied(p) && is_cap(p))
			put(e, "\tscratch->%s = RL_CAP_NONE;\n", p->name.s);
	}
}

static void put_commit(struct emit *e, const struct method *m)
{
	const char *leave = method_scratch(m) ?
			    "\t\trl_arg_free(gate, scratch);\n\t\trl_gate_exit(&frame);\n" :
			    "\t\trl_gate_exit(&frame);\n";

	put_caps_look(e, m, "caller", "gate", leave);
	put_objects_take(e, m, "gate->id", TEXT("%s%s", caps_undo(e, m, "\t\t"), leave));
	put_caps_give(e, m);
}

static const char *gate_arg(struct emit *e, const struct param *p)
{
	if (is_copied(p))
		return TEXT("(unsigned long)&scratch->%s", p->name.s);
	if (is_bool(p))
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

/* What the callee has to give back, and what becomes of it when it does not. */
static void put_return(struct emit *e, const struct method *m, const char *what,
		       const char *indent)
{
	put(e, "%sif (unlikely(!%s)) {\n", indent, objects_back(e, m, "frame.gate->id", "from"));
	put(e, "%s\trl_gate_violation(frame.gate,\n"
	       "%s\t\t\t  \"%s: %s\");\n", indent, indent, m->cname, what);
	put(e, "%s\tgoto crashed;\n%s}\n", indent, indent);
}

/*
 * An errno of the callee; what was moved comes back with it, if the callee still has
 * it. What was lent comes back with every answer.
 */
static void put_answer(struct emit *e, const struct method *m)
{
	bool lends = method_count(m, DIR_LEND);
	bool moves = method_moves(m) && !lends;

	put(e, "\tif (unlikely(err))%s\n", moves ? " {" : "");
	put(e, "\t\terr = %s_answer(frame.gate, err, \"%s: the answer is no errno\");\n",
	    e->idl->module.s, m->cname);
	if (lends) {
		put_return(e, m, "kept or spoilt what was lent", "\t");
	} else if (moves) {
		put_return(e, m, "failed and kept what was moved", "\t\t");
		put(e, "\t}\n");
	}
}

/* The copy is looked at, not the original: that one can still change. */
static void put_copy_out(struct emit *e, const struct method *m)
{
	const struct param *p;

	if (!method_scratch(m))
		return;
	list_for_each(p, m->params) {
		const char *n = p->name.s;

		if (p->dir != DIR_OUT || is_cap(p))
			continue;
		put(e, "\tif (!err)%s\n\t\t%s_copy(%s, &scratch->%s, sizeof(*%s));\n",
		    param_checked(p) ? " {" : "", e->idl->module.s, n, n, n);
		if (!param_checked(p))
			continue;
		put(e, "\t\tif (unlikely(!%s_valid(%s))) {\n", p->type.decl->cname, n);
		put(e, "\t\t\tmemset(%s, 0, sizeof(*%s));\n", n, n);
		put(e, "\t\t\trl_gate_violation(frame.gate,\n"
		       "\t\t\t\t\t  \"%s: a value in %s is out of range\");\n", m->cname, n);
		put(e, "\t\t\tgoto crashed;\n\t\t}\n\t}\n");
	}
	put(e, "\trl_arg_free(frame.gate, scratch);\n");
}

/* frame.gate, not gate: the frame is in the cache and no register outlived the call. */
static void put_end(struct emit *e, const struct method *m)
{
	put(e, "\tif (unlikely(frame.err))\n\t\tgoto crashed;\n");
	put_answer(e, m);
	put_caps_accept(e, m);
	put_copy_out(e, m);
	put_objects_return(e, m);
	put_caps_end(e, m, "*");
	put(e, "\trl_gate_exit(&frame);\n\treturn (struct rl_ret){ .err = err };\n\n"
	       "crashed:\n");
	put_objects_return(e, m);
	put(e, "%s", caps_undo(e, m, "\t"));
	put(e, "\trl_gate_exit(&frame);\n"
	       "\treturn (struct rl_ret){ .rpc = RL_RPC_CRASHED };\n");
}

static const char *call_decls(struct emit *e, const struct method *m)
{
	return param_decls(e, is_resent(m) ?
			   "struct rl_iref *ref, struct rl_frame *caller, bool core" :
			   "struct rl_iref *ref, struct rl_frame *caller", m);
}

static const char *call_names(struct emit *e, const struct method *m, const char *caller,
			      const char *core)
{
	return param_names(e, is_resent(m) ? TEXT("ref, %s, %s", caller, core) :
			   TEXT("ref, %s", caller), m);
}

static void put_call_body(struct emit *e, const struct method *m)
{
	put(e, "static __always_inline struct rl_ret\n");
	put_wrapped(e, TEXT("%s_call(", m->cname), call_decls(e, m), ")\n{\n");
	put_locals(e, m);
	put_enter(e, m);
	put_scratch(e, m);
	put_commit(e, m);
	put_gate_call(e, m);
	put_end(e, m);
	put(e, "}\n\n");
}

/* Out of the way of calls nobody watches. */
static void put_traced(struct emit *e, const struct decl *d, const struct method *m)
{
	const char *names = traced_names(e, "ref->gate->id, rl_gate_caller_id(caller)", m);

	put(e, "static noinline __cold struct rl_ret\n");
	put_wrapped(e, TEXT("%s_traced(", m->cname), call_decls(e, m), ")\n{\n");
	put(e, "\tstruct rl_ret ret;\n\n");
	put_wrapped(e, TEXT("\ttrace_rl_%s(", m->cname), names, ");\n");
	put_wrapped(e, TEXT("\tret = %s_call(", m->cname), call_names(e, m, "caller", "core"),
		    ");\n");
	put(e, "\ttrace_rl_%s_return(ref->gate->id, %s, ret.rpc, ret.err);\n\treturn ret;\n}\n\n",
	    d->name.s, m->index);
}

static void put_instance(struct emit *e, const struct method *m, const char *head,
			 const char *first, const char *caller, const char *core)
{
	put_wrapped(e, head, param_decls(e, first, m), ")\n{\n");
	put(e, "\tif (static_branch_unlikely(&%s_traced))\n", e->idl->module.s);
	put_wrapped(e, TEXT("\t\treturn %s_traced(", m->cname), call_names(e, m, caller, core),
		    ");\n");
	put_wrapped(e, TEXT("\treturn %s_call(", m->cname), call_names(e, m, caller, core),
		    ");\n");
	put(e, "}\n");
}

/* Instances, so that none pays for a jump or for what it does not use. */
static void put_instances(struct emit *e, const struct method *m)
{
	put_instance(e, m, TEXT("struct rl_ret %s(", m->cname), "struct rl_iref *ref", "NULL",
		     "false");
	put(e, "EXPORT_SYMBOL_GPL(%s);\n\n", m->cname);
	put_instance(e, m, TEXT("struct rl_ret __%s(", m->cname),
		     "struct rl_iref *ref, struct rl_frame *caller", "caller", "false");
	put(e, "\n");
	if (!is_resent(m))
		return;
	put_instance(e, m, TEXT("static noinline struct rl_ret %s_resend(", m->cname),
		     "struct rl_iref *ref", "NULL", "true");
	put(e, "\n");
}

static void put_iface(struct emit *e, const struct decl *d)
{
	const struct method *m;

	list_for_each(m, d->items) {
		put_object_helpers(e, m);
		put_call_body(e, m);
		put_traced(e, d, m);
		put_instances(e, m);
	}
	emit_shadows(e, d);
}

static void put_trace_key(struct emit *e)
{
	const char *n = e->idl->module.s;

	put(e, "DEFINE_STATIC_KEY_FALSE(%s_traced);\n\n", n);
	put(e, "int %s_trace_on(void)\n{\n\tstatic_branch_inc(&%s_traced);\n\treturn 0;\n}\n\n", n,
	    n);
	put(e, "void %s_trace_off(void)\n{\n\tstatic_branch_dec(&%s_traced);\n}\n\n", n, n);
}

static void put_copy_helper(struct emit *e)
{
	put(e, "/* Out of line: a copy kept in a register pair would realign the caller's stack\n"
	       " * through %%rbp, which a function with a gate call cannot spare.\n */\n"
	       "static noinline void %s_copy(void *to, const void *from, size_t size)\n"
	       "{\n\tmemcpy(to, from, size);\n}\n\n", e->idl->module.s);
}

static bool method_copies(const struct method *m)
{
	const struct param *p;

	list_for_each(p, m->params) {
		if (is_copied(p) && !is_cap(p))
			return true;
	}
	return false;
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
			scratch |= method_copies(m);
	}
	if (domain)
		put_answer_helper(e);
	if (scratch)
		put_copy_helper(e);
}

void emit_proxy(struct emit *e)
{
	const struct decl *d;

	put_banner_c(e, TEXT("Proxies and shadows of module %s.", e->idl->module.s));
	put(e, "#include <linux/export.h>\n#include <linux/kernel.h>\n"
	       "#include <linux/string.h>\n"
	       "#include \"%s_proxy.h\"\n\n", e->idl->base);
	put(e, "#define CREATE_TRACE_POINTS\n#include \"%s_trace.h\"\n\n", e->idl->base);
	put_trace_key(e);
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
