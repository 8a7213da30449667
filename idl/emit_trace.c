// SPDX-License-Identifier: GPL-2.0-only
/*
 * Emits X_trace.h: tracepoints of system rl_X, one for each method with its
 * arguments decoded, and one for each interface with the answers.
 *
 * Events of a module share a static key that each of them turns on when it is
 * enabled: a call of an untraced interface passes one no-op. The key and the
 * functions behind it are in X_proxy.c. What is traced was checked before, or
 * comes from the trusted side; objects are shown as addresses, structs as bytes.
 */
#include <string.h>
#include "emit.h"

#define MAX_BYTES 64		/* of a struct */

static bool traced_bytes(const struct param *p)
{
	return p->dir == DIR_IN;
}

static uint64_t shown(const struct param *p)
{
	return p->type.decl->size < MAX_BYTES ? p->type.decl->size : MAX_BYTES;
}

static void put_entry_field(struct emit *e, const struct param *p)
{
	const char *n = p->name.s;

	if (traced_bytes(p))
		put(e, "\t\t__array(u8, %s, %u)\n", n, (unsigned int)shown(p));
	else if (p->dir == DIR_VALUE)
		put(e, "\t\t__field(%s, %s)\n", ctype(e, &p->type), n);
	else if (is_object(p))
		put(e, "\t\t__field(unsigned long, %s)\n", n);
}

static void put_assign(struct emit *e, const struct param *p)
{
	const char *n = p->name.s;

	if (traced_bytes(p))
		put(e, "\t\tmemcpy(__entry->%s, %s, %u);\n", n, n, (unsigned int)shown(p));
	else if (p->dir == DIR_VALUE)
		put(e, "\t\t__entry->%s = %s;\n", n, n);
	else if (is_object(p))
		put(e, "\t\t__entry->%s = (unsigned long __force)%s;\n", n, n);
}

static const char *format(struct emit *e, const struct param *p)
{
	if (traced_bytes(p) || (p->type.decl && p->type.decl->kind == D_ENUM &&
				p->dir == DIR_VALUE))
		return TEXT(" %s=%%s", p->name.s);
	if (is_object(p))
		return TEXT(" %s=%%#lx", p->name.s);
	if (is_cap(p))
		return TEXT(" %s=%%#llx", p->name.s);
	if (p->type.scalar->min < 0)
		return TEXT(" %s=%s", p->name.s, p->type.scalar->size == 8 ? "%lld" : "%d");
	return TEXT(" %s=%s", p->name.s, p->type.scalar->size == 8 ? "%llu" : "%u");
}

static void put_names(struct emit *e, const struct decl *d, const char *field)
{
	const struct enumerator *en;

	put(e, ",\n\t\t  __print_symbolic(__entry->%s", field);
	list_for_each(en, d->items)
		put(e, ",\n\t\t\t{ %s, \"%s\" }", value_c(e->idl, en->value.v), en->name.s);
	put(e, ")");
}

static void put_value(struct emit *e, const struct param *p)
{
	const char *n = p->name.s;

	if (traced_bytes(p))
		put(e, ",\n\t\t  __print_hex(__entry->%s, %u)", n, (unsigned int)shown(p));
	else if (p->dir == DIR_VALUE && p->type.decl && !is_cap(p))
		put_names(e, p->type.decl, n);
	else
		put(e, ", __entry->%s", n);
}

static const char *traced_decls(struct emit *e, const struct method *m)
{
	const struct param *p;
	const char *s = "u32 to_domain, u32 from_owner";

	list_for_each(p, m->params) {
		if (p->dir != DIR_OUT)
			s = TEXT("%s, %s", s, param_decl(e, p));
	}
	return s;
}

static void put_call_event(struct emit *e, const struct method *m)
{
	const struct param *p;
	const char *fmt = "";

	put(e, "TRACE_EVENT_FN(rl_%s,\n", m->cname);
	put_wrapped(e, "\tTP_PROTO(", traced_decls(e, m), "),\n");
	put_wrapped(e, "\tTP_ARGS(", traced_names(e, "to_domain, from_owner", m), "),\n");
	put(e, "\tTP_STRUCT__entry(\n\t\t__field(u32, to_domain)\n\t\t__field(u32, from_owner)\n");
	list_for_each(p, m->params)
		put_entry_field(e, p);
	put(e, "\t),\n\tTP_fast_assign(\n\t\t__entry->to_domain = to_domain;\n"
	       "\t\t__entry->from_owner = from_owner;\n");
	list_for_each(p, m->params)
		put_assign(e, p);
	list_for_each(p, m->params)
		fmt = p->dir == DIR_OUT ? fmt : TEXT("%s%s", fmt, format(e, p));
	put(e, "\t),\n\tTP_printk(\"%%u <- %%u%s\", __entry->to_domain, __entry->from_owner", fmt);
	list_for_each(p, m->params) {
		if (p->dir != DIR_OUT)
			put_value(e, p);
	}
	put(e, "),\n\t%s_trace_on, %s_trace_off\n);\n\n", e->idl->module.s, e->idl->module.s);
}

static void put_return_event(struct emit *e, const struct decl *d)
{
	const struct method *m;
	unsigned int nr = 0;

	put(e, "TRACE_EVENT_FN(rl_%s_return,\n", d->name.s);
	put(e, "\tTP_PROTO(u32 to_domain, u32 method, s32 rpc, s32 err),\n"
	       "\tTP_ARGS(to_domain, method, rpc, err),\n"
	       "\tTP_STRUCT__entry(\n\t\t__field(u32, to_domain)\n\t\t__field(u32, method)\n"
	       "\t\t__field(s32, rpc)\n\t\t__field(s32, err)\n\t),\n"
	       "\tTP_fast_assign(\n\t\t__entry->to_domain = to_domain;\n"
	       "\t\t__entry->method = method;\n\t\t__entry->rpc = rpc;\n"
	       "\t\t__entry->err = err;\n\t),\n"
	       "\tTP_printk(\"%%u %%s rpc=%%s err=%%d\", __entry->to_domain,\n"
	       "\t\t  __print_symbolic(__entry->method");
	list_for_each(m, d->items)
		put(e, ",\n\t\t\t{ %u, \"%s\" }", nr++, m->name.s);
	put(e, "),\n\t\t  __print_symbolic(__entry->rpc, { 0, \"ok\" }, { 1, \"crashed\" },\n"
	       "\t\t\t{ 2, \"dead\" }, { 3, \"restarting\" }, { 4, \"refused\" },\n"
	       "\t\t\t{ 5, \"nostack\" }, { 6, \"revoked\" }), __entry->err),\n\t%s_trace_on, %s_trace_off\n);\n\n",
	    e->idl->module.s, e->idl->module.s);
}

void emit_trace(struct emit *e)
{
	const char *guard = TEXT("RL_GEN_%s_TRACE_H", e->idl->upper);
	const struct method *m;
	const struct decl *d;

	put_banner(e, TEXT("Tracepoints of module %s.", e->idl->module.s));
	put(e, "#undef TRACE_SYSTEM\n#define TRACE_SYSTEM rl_%s\n\n", e->idl->module.s);
	put(e, "#if !defined(%s) || defined(TRACE_HEADER_MULTI_READ)\n", guard);
	put(e, "#define %s\n\n", guard);
	put(e, "#include <linux/jump_label.h>\n#include <linux/tracepoint.h>\n"
	       "#include <redleaf/gen/%s.h>\n\n", e->idl->base);
	put(e, "/* On while one of the events below is. */\n"
	       "DECLARE_STATIC_KEY_FALSE(%s_traced);\n"
	       "int %s_trace_on(void);\nvoid %s_trace_off(void);\n\n", e->idl->module.s,
	    e->idl->module.s, e->idl->module.s);
	list_for_each(d, &e->idl->decls) {
		if (d->kind != D_IFACE)
			continue;
		list_for_each(m, d->items)
			put_call_event(e, m);
		put_return_event(e, d);
	}
	put(e, "#endif\n\n#undef TRACE_INCLUDE_PATH\n#define TRACE_INCLUDE_PATH .\n"
	       "#undef TRACE_INCLUDE_FILE\n#define TRACE_INCLUDE_FILE %s_trace\n"
	       "#include <trace/define_trace.h>\n", e->idl->base);
}
