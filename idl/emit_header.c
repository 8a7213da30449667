// SPDX-License-Identifier: GPL-2.0-only
/*
 * Emits redleaf/gen/X.h, the one generated header both sides include: layouts,
 * ids, operation tables, and the prototypes of the entries domains call.
 *
 * It includes <redleaf/...> only. Allocation is for domains alone: the trusted
 * side says who owns what it allocates.
 */
#include <inttypes.h>
#include "emit.h"

static void put_const(struct emit *e, const struct decl *d)
{
	put_doc(e, "", d->doc);
	put(e, "#define %s %s\n", d->upper, value_c(e->idl, d->value.v));
}

static void put_enum(struct emit *e, const struct decl *d)
{
	const struct enumerator *en;

	put_doc(e, "", d->doc);
	put(e, "enum %s {\t/* %s */\n", d->cname, d->base.scalar->name);
	list_for_each(en, d->items) {
		put_doc(e, "\t", en->doc);
		put(e, "\t%s = %s,\n", en->cname, value_c(e->idl, en->value.v));
	}
	put(e, "};\n");
}

static void put_field(struct emit *e, const struct field *f)
{
	put_doc(e, "\t", f->doc);
	put(e, "\t%s %s", ctype(e, &f->type), f->name.s);
	if (f->array)
		put(e, "[%s]", value_c(e->idl, f->count.v));
	put(e, ";");
	if (f->type.decl && f->type.scalar)
		put(e, "\t/* enum %s */", f->type.decl->cname);
	put(e, "\n");
}

static void put_struct(struct emit *e, const struct decl *d)
{
	const struct field *f;

	put_doc(e, "", d->doc);
	put(e, "struct %s {\n", d->cname);
	list_for_each(f, d->items)
		put_field(e, f);
	put(e, "};\n");
	put(e, "static_assert(sizeof(struct %s) == %" PRIu64 ");\n", d->cname, d->size);
	list_for_each(f, d->items)
		put(e, "static_assert(offsetof(struct %s, %s) == %" PRIu64 ");\n", d->cname,
		    f->name.s, f->offset);
}

static void put_deque_struct(struct emit *e, const struct xtype *x)
{
	put(e, "/* Up to %u objects in order; the container is an object of its own. */\n",
	    x->capacity);
	put(e, "struct %s {\n", x->cname);
	put(e, "\tu32 head;\t/* index of the first element */\n");
	put(e, "\tu32 len;\t/* elements in use */\n");
	put(e, "\tstruct %s __rref *slot[%u];\n};\n", x->elem->cname, x->capacity);
	put(e, "static_assert(sizeof(struct %s) == %u);\n\n", x->cname, 8 + 8 * x->capacity);
}

static void put_deque_len(struct emit *e, const struct xtype *x)
{
	put(e, "/* Elements in use; 0 when the header makes no sense. Each access copies the\n"
	       " * header first: the other side may write it at any time.\n */\n");
	put(e, "static inline u32 %s_len(const struct %s __rref *dq)\n{\n", x->cname, x->cname);
	put(e, "\tu32 head = READ_ONCE(rl_deref(dq)->head);\n"
	       "\tu32 len = READ_ONCE(rl_deref(dq)->len);\n\n");
	put(e, "\treturn head < %u && len <= %u ? len : 0;\n}\n\n", x->capacity, x->capacity);
}

static void put_deque_call(struct emit *e, const struct xtype *x, const char *end)
{
	put(e, "\n");
	put_wrapped(e, TEXT("static inline s32 %s_push_%s(", x->cname, end),
		    TEXT("struct %s __rref *dq, struct %s __rref *obj", x->cname,
			 x->elem->cname), ")\n{\n");
	put(e, "\treturn rl_xpush_%s(dq, obj);\n}\n\n", end);
	put(e, "static inline struct %s __rref *\n%s_pop_%s(struct %s __rref *dq)\n{\n",
	    x->elem->cname, x->cname, end, x->cname);
	put(e, "\treturn (struct %s __rref *)rl_xpop_%s(dq);\n}\n", x->elem->cname, end);
}

static void put_deque_calls(struct emit *e, const struct xtype *x)
{
	put_deque_call(e, x, "front");
	put_deque_call(e, x, "back");
}

static void put_xtype_alloc(struct emit *e, const struct xtype *x)
{
	put(e, "\n#ifndef RL_CORE\n");
	put(e, "static inline struct %s __rref *%s_alloc(void)\n{\n", x->cname, x->cname);
	put(e, "\treturn (struct %s __rref *)rl_xalloc(%s_TYPE);\n}\n\n", x->cname, x->upper);
	put(e, "static inline void %s_free(struct %s __rref *obj)\n{\n", x->cname, x->cname);
	put(e, "\trl_xfree(obj);\n}\n");
	if (x->capacity)
		put_deque_calls(e, x);
	put(e, "#endif\n\n");
}

static void put_xtype(struct emit *e, const struct xtype *x)
{
	if (x->capacity)
		put_deque_struct(e, x);
	put(e, "#define %s_TYPE 0x%016" PRIx64 "ULL\n", x->upper, x->id);
	put_xtype_alloc(e, x);
	if (!x->capacity)
		return;
	put_deque_len(e, x);
}

static void put_ops(struct emit *e, const struct decl *d)
{
	const struct method *m;

	put(e, "enum {\n");
	list_for_each(m, d->items)
		put(e, "\t%s,\n", m->index);
	put(e, "\t%s_NR_OPS\n};\n\n", d->upper);
	put_doc(e, "", d->doc);
	put(e, "struct %s_ops {\n", d->name.s);
	list_for_each(m, d->items) {
		put_doc(e, "\t", m->doc);
		put_wrapped(e, TEXT("\ts32 (*%s)(", m->name.s),
			    param_decls(e, "void *self", m), ");\n");
	}
	put(e, "};\n");
	put(e, "static_assert(sizeof(struct %s_ops) == %s_NR_OPS * sizeof(void *));\n\n",
	    d->name.s, d->upper);
}

static void put_iface(struct emit *e, const struct decl *d)
{
	const struct method *m;

	put(e, "/* Interface %s%s */\n", d->name.s,
	    d->host ? ", implemented by the trusted side" : "");
	put(e, "#define %s_FINGERPRINT 0x%016" PRIx64 "ULL\n\n", d->upper, d->fingerprint);
	if (!d->host)
		put_ops(e, d);
	put(e, "/* Calls from a domain, through capability @cap. */\n");
	list_for_each(m, d->items)
		put_wrapped(e, TEXT("struct rl_ret rlc_%s(", m->cname),
			    param_decls(e, "u32 cap", m), ");\n");
	put(e, "\n");
}

/* Constants without a comment stand together, all else stands apart. */
static void put_decl(struct emit *e, const struct decl *d, const struct decl *before)
{
	if (d->kind == D_IFACE)
		return;
	if (!before || before->kind != D_CONST || d->kind != D_CONST || d->doc)
		put(e, "\n");
	if (d->kind == D_CONST)
		put_const(e, d);
	else if (d->kind == D_ENUM)
		put_enum(e, d);
	else
		put_struct(e, d);
}

void emit_header(struct emit *e)
{
	const char *guard = TEXT("REDLEAF_GEN_%s_H", e->idl->upper);
	const struct decl *d, *before = NULL;
	const struct xtype *x;

	put_banner(e, TEXT("Types, ids and operation tables of module %s, version %s.",
			   e->idl->module.s, value_text(e->idl, e->idl->version.v)));
	put(e, "#ifndef %s\n#define %s\n\n", guard, guard);
	put(e, "#include <redleaf/types.h>\n#include <redleaf/rpc.h>\n"
	       "#include <redleaf/rref.h>\n");
	if (e->idl->doc)
		put(e, "\n");
	put_doc(e, "", e->idl->doc);
	list_for_each(d, &e->idl->decls) {
		put_decl(e, d, before);
		before = d;
	}
	put(e, "\n");
	list_for_each(x, &e->idl->xtypes)
		put_xtype(e, x);
	list_for_each(d, &e->idl->decls) {
		if (d->kind == D_IFACE)
			put_iface(e, d);
	}
	put(e, "#endif\n");
}
