// SPDX-License-Identifier: GPL-2.0-only
/*
 * Emits the part of redleaf/gen/X.h that deals with values and objects: which
 * values are valid, how objects are made, and how children get in and out.
 *
 * A child belongs to its parent, and only the core knows; so putting one in and
 * taking it out are calls, for domains alone. Looking at one is a plain read.
 * What the other side may have written is read once and clamped.
 */
#include <inttypes.h>
#include <string.h>
#include "emit.h"

/* Values from the lowest to the highest name, without a gap? */
static bool contiguous(const struct decl *d, wide *low, wide *high)
{
	const struct enumerator *e, *o;

	*low = *high = ((struct enumerator *)d->items->first)->value.v;
	list_for_each(e, d->items) {
		*low = e->value.v < *low ? e->value.v : *low;
		*high = e->value.v > *high ? e->value.v : *high;
	}
	list_for_each(e, d->items) {
		bool next = e->value.v == *high;

		list_for_each(o, d->items)
			next |= o->value.v == e->value.v + 1;
		if (!next)
			return false;
	}
	return true;
}

static void put_cases(struct emit *e, const struct decl *d)
{
	const struct enumerator *en, *o;

	put(e, "\tswitch (v) {\n");
	list_for_each(en, d->items) {
		bool again = false;

		for (o = (void *)d->items->first; o != en; o = (void *)o->link.next)
			again |= o->value.v == en->value.v;
		if (!again)
			put(e, "\tcase %s:\n", en->cname);
	}
	put(e, "\t\treturn true;\n\tdefault:\n\t\treturn false;\n\t}\n}\n");
}

void emit_enum_valid(struct emit *e, const struct decl *d)
{
	wide low, high;

	if (!d->checked)
		return;
	put(e, "\nstatic inline bool %s_valid(%s v)\n{\n", d->cname, d->base.scalar->name);
	if (!contiguous(d, &low, &high)) {
		put_cases(e, d);
		return;
	}
	put(e, "\treturn ");
	if (low != d->base.scalar->min)
		put(e, "v >= %s%s", value_c(e->idl, low),
		    high != d->base.scalar->max ? " && " : "");
	if (high != d->base.scalar->max)
		put(e, "v <= %s", value_c(e->idl, high));
	put(e, ";\n}\n");
}

static void put_text_valid(struct emit *e, const struct field *f)
{
	const char *name = f->name.s, *max = value_c(e->idl, f->type.bound.v);

	if (f->type.shape == SHAPE_BYTES) {
		put(e, "\tif (p->%s.used > %s)\n\t\treturn false;\n", name, max);
		return;
	}
	put(e, "\tfor (i = 0; i < %s && p->%s[i]; i++)\n\t\t;\n", max, name);
	put(e, "\tif (i == %s)\n\t\treturn false;\n", max);
}

static bool field_checked(const struct field *f)
{
	if (f->slot)
		return false;
	return f->type.shape != SHAPE_PLAIN || (f->type.decl && f->type.decl->checked);
}

static void put_field_valid(struct emit *e, const struct field *f)
{
	const char *ref = f->type.scalar ? "" : "&", *name = f->name.s;

	if (f->type.shape != SHAPE_PLAIN) {
		put_text_valid(e, f);
	} else if (f->array) {
		put(e, "\tfor (i = 0; i < %s; i++) {\n", value_c(e->idl, f->count.v));
		put(e, "\t\tif (!%s_valid(%sp->%s[i]))\n\t\t\treturn false;\n\t}\n",
		    f->type.decl->cname, ref, name);
	} else {
		put(e, "\tif (!%s_valid(%sp->%s))\n\t\treturn false;\n", f->type.decl->cname,
		    ref, name);
	}
}

/* Every enum, length and string of a struct; of an object: not of its children. */
void emit_struct_valid(struct emit *e, const struct decl *d)
{
	const struct field *f;
	bool loop = false;

	if (!d->checked)
		return;
	put(e, "\nstatic inline bool %s_valid(const struct %s *p)\n{\n", d->cname, d->cname);
	list_for_each(f, d->items)
		loop |= field_checked(f) && (f->array || f->type.shape == SHAPE_STRING);
	if (loop)
		put(e, "\tu32 i;\n\n");
	list_for_each(f, d->items) {
		if (field_checked(f))
			put_field_valid(e, f);
	}
	put(e, "\treturn true;\n}\n");
}

static void put_slots(struct emit *e, const struct xtype *x)
{
	put(e, "struct %s {\n", x->cname);
	if (x->shape == SHAPE_DEQUE)
		put(e, "\tu32 head;\t/* index of the first element */\n"
		       "\tu32 len;\t/* elements in use */\n");
	put(e, "\tstruct %s __rref *slot[%u];\n};\n", x->elem->cname, x->capacity);
	put(e, "static_assert(sizeof(struct %s) == %" PRIu64 ");\n\n", x->cname, x->size);
}

static const char *item_type(struct emit *e, const struct xtype *x)
{
	if (!x->elem)
		return x->scalar->name;
	return x->elem->kind == D_ENUM ? x->elem->base.scalar->name :
	       TEXT("struct %s", x->elem->cname);
}

static void put_vec_struct(struct emit *e, const struct xtype *x)
{
	put(e, "/* Room for @cap items, %u at most. */\n", x->capacity);
	put(e, "struct %s {\n\tu32 len;\t/* items in use */\n\tu32 cap;\n", x->cname);
	put(e, "\t%s item[];\n};\n", item_type(e, x));
	put(e, "static_assert(sizeof(struct %s) == 8);\n", x->cname);
	put(e, "static_assert(offsetof(struct %s, item) == 8);\n\n", x->cname);
}

static void put_container(struct emit *e, const struct xtype *x)
{
	if (x->shape == SHAPE_VEC) {
		put_vec_struct(e, x);
		return;
	}
	put(e, x->shape == SHAPE_DEQUE ? "/* Up to %u objects in order, which are its own. */\n" :
	    "/* %u slots, each empty or with an object that is its own. */\n", x->capacity);
	put_slots(e, x);
}

/* "static inline RET name(args)" and the brace; in two lines when one is too long. */
static void put_function(struct emit *e, const char *ret, const char *name, const char *args)
{
	const char *space = ret[strlen(ret) - 1] == '*' ? "" : " ";
	const char *head = TEXT("static inline %s%s%s(", ret, space, name);

	if (strlen(head) + strlen(args) > 90) {
		put(e, "static inline %s\n", ret);
		head = TEXT("%s(", name);
	}
	put_wrapped(e, head, args, ")\n{\n");
}

static const char *object_type(struct emit *e, const char *cname)
{
	return TEXT("struct %s __rref *", cname);
}

static void put_deque_read(struct emit *e, const struct xtype *x)
{
	const char *c = x->cname;

	put(e, "/* Elements in use; 0 when the header makes no sense. */\n");
	put_function(e, "u32", TEXT("%s_len", c), TEXT("const struct %s __rref *dq", c));
	put(e, "\tu32 len = READ_ONCE(rl_deref(dq)->len);\n\n"
	       "\treturn len <= %u ? len : 0;\n}\n\n", x->capacity);
	put(e, "/* Element @i from the front, to look at; NULL when there is none. */\n");
	put_function(e, object_type(e, x->elem->cname), TEXT("%s_at", c),
		     TEXT("const struct %s __rref *dq, u32 i", c));
	put(e, "\tu32 head = READ_ONCE(rl_deref(dq)->head);\n\n");
	put(e, "\tif (head >= %u || i >= %s_len(dq))\n\t\treturn NULL;\n", x->capacity, c);
	put(e, "\treturn READ_ONCE(rl_deref(dq)->slot[(head + i) %% %u]);\n}\n\n", x->capacity);
}

static void put_array_read(struct emit *e, const struct xtype *x)
{
	const char *c = x->cname;

	put(e, "/* What is in slot @i, to look at; NULL: nothing, or no such slot. */\n");
	put_function(e, object_type(e, x->elem->cname), TEXT("%s_at", c),
		     TEXT("const struct %s __rref *arr, u32 i", c));
	put(e, "\treturn i < %u ? READ_ONCE(rl_deref(arr)->slot[i]) : NULL;\n}\n\n",
	    x->capacity);
}

static void put_vec_read(struct emit *e, const struct xtype *x)
{
	const char *c = x->cname, *item = item_type(e, x);

	put(e, "/* Items in use; 0 when the header makes no sense. */\n");
	put_function(e, "u32", TEXT("%s_len", c), TEXT("const struct %s __rref *vec", c));
	put(e, "\tu32 len = READ_ONCE(rl_deref(vec)->len);\n"
	       "\tu32 cap = READ_ONCE(rl_deref(vec)->cap);\n\n"
	       "\treturn len <= cap && cap <= %u ? len : 0;\n}\n\n", x->capacity);
	put(e, "/* Copies item @i to @item; false: there is none. */\n");
	put_function(e, "bool", TEXT("%s_get", c),
		     TEXT("const struct %s __rref *vec, u32 i, %s *item", c, item));
	put(e, "\tif (i >= %s_len(vec))\n\t\treturn false;\n", c);
	put(e, "\t*item = rl_deref(vec)->item[i];\n\treturn true;\n}\n\n");
}

static void put_vec_write(struct emit *e, const struct xtype *x)
{
	const char *c = x->cname, *item = item_type(e, x);

	put(e, "/* False: there is no item @i. */\n");
	put_function(e, "bool", TEXT("%s_set", c),
		     TEXT("struct %s __rref *vec, u32 i, %s item", c, item));
	put(e, "\tif (i >= %s_len(vec))\n\t\treturn false;\n", c);
	put(e, "\trl_deref(vec)->item[i] = item;\n\treturn true;\n}\n\n");
	put(e, "/* False when it is full: grow it first. */\n");
	put_function(e, "bool", TEXT("%s_push", c),
		     TEXT("struct %s __rref *vec, %s item", c, item));
	put(e, "\tu32 len = READ_ONCE(rl_deref(vec)->len);\n"
	       "\tu32 cap = READ_ONCE(rl_deref(vec)->cap);\n\n");
	put(e, "\tif (cap > %u || len >= cap)\n\t\treturn false;\n", x->capacity);
	put(e, "\trl_deref(vec)->item[len] = item;\n\trl_deref(vec)->len = len + 1;\n"
	       "\treturn true;\n}\n\n");
	put(e, "/* Drops the last item, after copying it to @item; false: there is none. */\n");
	put_function(e, "bool", TEXT("%s_pop", c),
		     TEXT("struct %s __rref *vec, %s *item", c, item));
	put(e, "\tu32 len = %s_len(vec);\n\n\tif (!len)\n\t\treturn false;\n", c);
	put(e, "\t*item = rl_deref(vec)->item[len - 1];\n\trl_deref(vec)->len = len - 1;\n"
	       "\treturn true;\n}\n\n");
}

/* Calls of the core for many objects; it is told which end: 0, the one that it assumes. */
static void put_deque_many(struct emit *e, const struct xtype *x, const char *end, int front)
{
	const char *c = x->cname, *t = x->elem->cname;
	const char *args = TEXT("struct %s __rref *dq, struct %s __rref **objs, u32 n", c, t);

	put(e, "/* How many are in the deque now, in this order%s. */\n",
	    front ? "; they are the last of @objs" : "");
	put_function(e, "u32", TEXT("%s_push_%s_many", c, end), args);
	put(e, "\treturn rl_xpush_many(dq, (void __rref **)objs, n, %d);\n}\n\n", front);
	put(e, "/* How many came out, one by one from that end. */\n");
	put_function(e, "u32", TEXT("%s_pop_%s_many", c, end), args);
	put(e, "\treturn rl_xpop_many(dq, (void __rref **)objs, n, %d);\n}\n\n", !front);
}

static void put_deque_calls(struct emit *e, const struct xtype *x)
{
	static const char *const ends[] = { "back", "front" };
	const char *c = x->cname, *t = x->elem->cname;

	for (int i = 0; i < 2; i++) {
		put(e, "/* False: @obj stays where it is, since the deque is full or one of the two\n"
		       " * is not there to be used.\n */\n");
		put_function(e, "bool", TEXT("%s_push_%s", c, ends[i]),
			     TEXT("struct %s __rref *dq, struct %s __rref *obj", c, t));
		put(e, "\treturn !rl_xpush_%s(dq, obj);\n}\n\n", ends[i]);
		put_function(e, object_type(e, t), TEXT("%s_pop_%s", c, ends[i]),
			     TEXT("struct %s __rref *dq", c));
		put(e, "\treturn (struct %s __rref *)rl_xpop_%s(dq);\n}\n\n", t, ends[i]);
		put_deque_many(e, x, ends[i], i);
	}
}

static void put_array_calls(struct emit *e, const struct xtype *x)
{
	const char *c = x->cname, *t = x->elem->cname;

	put(e, "/* 0, or why @obj stays where it is. */\n");
	put_function(e, "s32", TEXT("%s_put", c),
		     TEXT("struct %s __rref *arr, u32 i, struct %s __rref *obj", c, t));
	put(e, "\treturn i < %u ? rl_xput(arr, i * 8, obj) : -ERANGE;\n}\n\n", x->capacity);
	put_function(e, object_type(e, t), TEXT("%s_take", c),
		     TEXT("struct %s __rref *arr, u32 i", c));
	put(e, "\treturn i < %u ? (struct %s __rref *)rl_xtake(arr, i * 8) : NULL;\n}\n\n",
	    x->capacity, t);
}

static void put_alloc(struct emit *e, const struct xtype *x)
{
	const char *c = x->cname;
	bool vec = x->shape == SHAPE_VEC;

	put_function(e, object_type(e, c), TEXT("%s_alloc", c), vec ? "u32 cap" : "void");
	if (vec)
		put(e, "\treturn (struct %s __rref *)rl_xalloc_vec(%s_TYPE, cap);\n}\n\n", c,
		    x->upper);
	else
		put(e, "\treturn (struct %s __rref *)rl_xalloc(%s_TYPE);\n}\n\n", c, x->upper);
	put_function(e, "void", TEXT("%s_free", c), TEXT("struct %s __rref *obj", c));
	put(e, "\trl_xfree(obj);\n}\n");
	if (!vec)
		return;
	put(e, "\n/* The grown vec, the old one is gone; NULL: it is as it was. */\n");
	put_function(e, object_type(e, c), TEXT("%s_grow", c),
		     TEXT("struct %s __rref *vec, u32 cap", c));
	put(e, "\treturn (struct %s __rref *)rl_xgrow(vec, cap);\n}\n", c);
}

/* One slot, or an array of them: then with an index. */
static void put_slot_calls(struct emit *e, const struct xtype *x, const struct field *f)
{
	const char *c = x->cname, *t = f->xtype->cname, *name = f->name.s;
	const char *index = f->array ? ", u32 i" : "", *step = f->array ? " + i * 8" : "";
	const char *guard = f->array ? TEXT("i >= %s", value_c(e->idl, f->count.v)) : NULL;

	put(e, "\n/* 0, or why @child stays where it is. */\n");
	put_function(e, "s32", TEXT("%s_put_%s", c, name),
		     TEXT("struct %s __rref *obj%s, struct %s __rref *child", c, index, t));
	if (guard)
		put(e, "\tif (%s)\n\t\treturn -ERANGE;\n", guard);
	put(e, "\treturn rl_xput(obj, %" PRIu64 "%s, child);\n}\n\n", f->offset, step);
	put_function(e, object_type(e, t), TEXT("%s_take_%s", c, name),
		     TEXT("struct %s __rref *obj%s", c, index));
	if (guard)
		put(e, "\tif (%s)\n\t\treturn NULL;\n", guard);
	put(e, "\treturn (struct %s __rref *)rl_xtake(obj, %" PRIu64 "%s);\n}\n", t, f->offset,
	    step);
}

static void put_domain_part(struct emit *e, const struct xtype *x)
{
	const struct field *f;

	put(e, "#ifndef RL_CORE\n");
	if (x->shape == SHAPE_DEQUE)
		put_deque_calls(e, x);
	else if (x->shape == SHAPE_ARRAY)
		put_array_calls(e, x);
	put_alloc(e, x);
	if (x->shape == SHAPE_PLAIN) {
		list_for_each(f, x->elem->items) {
			if (f->slot)
				put_slot_calls(e, x, f);
		}
	}
	put(e, "#endif\n\n");
}

/* Several headers may define a container of another module's objects. */
void emit_xtype(struct emit *e, const struct xtype *x)
{
	bool shared = x->elem && x->elem->home != e->idl;

	if (x->foreign)
		return;
	if (shared)
		put(e, "#ifndef %s_TYPE\n", x->upper);
	if (x->shape != SHAPE_PLAIN)
		put_container(e, x);
	put(e, "#define %s_TYPE 0x%016" PRIx64 "ULL\n\n", x->upper, x->id);
	if (x->shape == SHAPE_DEQUE)
		put_deque_read(e, x);
	else if (x->shape == SHAPE_ARRAY)
		put_array_read(e, x);
	if (x->shape == SHAPE_VEC) {
		put_vec_read(e, x);
		put_vec_write(e, x);
	}
	put_domain_part(e, x);
	if (shared)
		put(e, "#endif\n\n");
}
