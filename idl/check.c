// SPDX-License-Identifier: GPL-2.0-only
/*
 * Meaning: names, types, ranges. Fills in what the parser left open (type_ref,
 * xtype, sizes) and refuses everything that could not become correct C or a
 * sound proxy. Interfaces and domains have files of their own.
 *
 * Declarations are visited in file order and may refer to earlier ones only, so
 * no type can contain itself. All complaints are collected; the passes behind
 * this one run only when there are none.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "ast.h"

#define MAX_NAME 40
#define MAX_ARRAY 65536
#define MAX_CONTAINER 1024	/* slots */
#define MAX_VEC_BYTES (1u << 20)
#define MAX_BYTES 65536
#define MAX_ALIGN 4096
#define MAX_DMA 4096		/* a device is given what lies within one page */
#define MAX_DEPTH 4		/* RL_XDEPTH: objects from a root to the deepest child */
#define MAX_TYPES 256		/* RL_XTYPES */

#define error(loc, ...) diag_error(idl->diag, loc, __VA_ARGS__)
#define hint(...) diag_hint(idl->diag, __VA_ARGS__)

/* C11, GNU C, and object-like macros of the compiler or the kernel. */
static const char *const c_words[] = {
	"asm", "auto", "bool", "break", "case", "char", "const", "continue", "current",
	"default", "do", "double", "else", "enum", "extern", "false", "float", "for",
	"goto", "i386", "if", "inline", "int", "linux", "long", "register", "restrict",
	"return", "short", "signed", "sizeof", "static", "struct", "switch", "true",
	"typedef", "typeof", "union", "unix", "unsigned", "void", "volatile", "while",
};

static bool in_words(const char *const *words, size_t n, const char *s)
{
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(words[i], s))
			return true;
	}
	return false;
}

#define IN_WORDS(words, s) in_words(words, sizeof(words) / sizeof(words[0]), s)

static bool cased(const char *s, int (*wanted)(int))
{
	if (!wanted((unsigned char)*s))
		return false;
	for (; *s; s++) {
		if (*s != '_' && !isdigit((unsigned char)*s) && !wanted((unsigned char)*s))
			return false;
	}
	return true;
}

void check_length(struct idl *idl, struct ident name, size_t max)
{
	if (strlen(name.s) <= max)
		return;
	error(name.loc, "the name is longer than %zu characters", max);
	hint("choose a shorter one");
}

void check_lower(struct idl *idl, struct ident name, const char *what)
{
	check_length(idl, name, MAX_NAME);
	if (!cased(name.s, islower)) {
		error(name.loc, "'%s' is no name for a %s", name.s, what);
		hint("use lower case letters, digits and '_', a letter first");
	} else if (scalar_find(name.s)) {
		error(name.loc, "'%s' is a built-in type", name.s);
		hint("choose another name");
	} else if (IN_WORDS(c_words, name.s)) {
		error(name.loc, "'%s' is reserved in C", name.s);
		hint("choose another name");
	}
}

void check_upper(struct idl *idl, struct ident name, const char *what)
{
	check_length(idl, name, MAX_NAME);
	if (cased(name.s, isupper))
		return;
	error(name.loc, "'%s' is no name for %s", name.s, what);
	hint("use upper case letters, digits and '_', a letter first");
}

void check_unique(struct idl *idl, struct symtab *seen, struct ident name, const char *what)
{
	struct symbol *old = symtab_add(seen, &idl->arena, name.s, name.loc, (void *)name.s);

	if (!old)
		return;
	error(name.loc, "%s '%s' is declared twice", what, name.s);
	hint("the first one is in line %d", old->loc.line);
}

bool check_range(struct idl *idl, struct value v, wide min, wide max, const char *what)
{
	if (v.bad)
		return false;
	if (v.v >= min && v.v <= max)
		return true;
	error(v.loc, "%s %s is out of range", what, value_text(idl, v.v));
	hint("it lies between %s and %s", value_text(idl, min), value_text(idl, max));
	return false;
}

bool check_power_of_two(struct idl *idl, struct value v, const char *what)
{
	if (!(v.v & (v.v - 1)))
		return true;
	error(v.loc, "%s %s is no power of two", what, value_text(idl, v.v));
	hint("write 1, 2, 4, 8, ...");
	return false;
}

static void refuse_recursion(struct idl *idl, const struct type_ref *t)
{
	error(t->loc, "'%s' contains itself", t->name.text);
	hint("there is no recursion; keep the objects in a deque or an array");
}

static bool resolve_decl(struct idl *idl, struct type_ref *t, const struct decl *user)
{
	struct decl *d = idl_find(idl, &t->name);

	if (!d) {
		if (!idl_imports(idl, &t->name))
			return false;
		error(t->name.name.loc, "unknown type '%s'", t->name.text);
		hint("types are u8 to u64, s8 to s64, bool and what is declared above");
		return false;
	}
	if (d == user && d->kind == D_STRUCT) {
		refuse_recursion(idl, t);
		return false;
	}
	if (d->home == idl && d->order > user->order) {
		error(t->name.name.loc, "'%s' is used before its declaration", t->name.text);
		hint("move its declaration, in line %d, above this one", d->name.loc.line);
		return false;
	}
	if (d->kind != D_ENUM && d->kind != D_STRUCT) {
		error(t->name.name.loc, "'%s' is not a type", t->name.text);
		hint("only scalars, enums and structs are types");
		return false;
	}
	t->decl = d;
	t->scalar = d->kind == D_ENUM ? d->base.scalar : NULL;
	return true;
}

static bool foreign_scalar(struct idl *idl, const struct type_ref *t)
{
	static const struct {
		const char *name, *use;
	} known[] = {
		{ "char", "u8, or string<N>" }, { "int", "s32" }, { "unsigned", "u32" },
		{ "long", "s64" }, { "short", "s16" }, { "size_t", "u64" }, { "void", "u8" },
		{ "float", "an integer: there is no floating point here" },
		{ "double", "an integer: there is no floating point here" },
	};

	for (size_t i = 0; !t->name.module.s && i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(known[i].name, t->name.name.s))
			continue;
		error(t->name.name.loc, "'%s' has no fixed layout", t->name.name.s);
		hint("use %s", known[i].use);
		return true;
	}
	return false;
}

/* True when @t is resolved; its enum may still have a bad base. */
bool resolve(struct idl *idl, struct type_ref *t, const struct decl *user)
{
	if (!t->name.module.s)
		t->scalar = scalar_find(t->name.name.s);
	return t->scalar || (!foreign_scalar(idl, t) && resolve_decl(idl, t, user));
}

struct decl *resolve_iface(struct idl *idl, const struct qname *q, const struct decl *user)
{
	struct loc loc = q->module.s ? q->module.loc : q->name.loc;
	struct decl *d = idl_find(idl, q);

	if (d && d->kind == D_IFACE && (d->home != idl || d->order <= user->order))
		return d;
	if (!d && !idl_imports(idl, q))
		return NULL;
	error(loc, d ? "'%s' is no interface declared above" : "unknown interface '%s'", q->text);
	hint("import its module and write module.interface");
	return NULL;
}

static void check_enumerators(struct idl *idl, struct decl *d)
{
	const struct scalar *base = d->base.scalar;
	struct symtab seen = { 0 };
	struct enumerator *e;
	wide next = 0;

	list_for_each(e, d->items) {
		check_upper(idl, e->name, "an enumerator");
		check_unique(idl, &seen, e->name, "enumerator");
		if (!e->given)
			e->value = (struct value){ .v = next, .loc = e->name.loc };
		if (base)
			check_range(idl, e->value, base->min, base->max, "the value");
		next = e->value.v + 1;
	}
}

static void check_base(struct idl *idl, struct decl *d)
{
	const struct scalar *base = scalar_find(d->base.name.name.s);

	if (!base || scalar_is_bool(base)) {
		error(d->base.name.name.loc, "'%s' is no base type of an enum",
		      d->base.name.text);
		hint("use one of u8, u16, u32, u64, s8, s16, s32, s64");
		base = NULL;
	}
	d->base.scalar = base;
	if (!d->items->n) {
		error(d->name.loc, "enum '%s' is empty", d->name.s);
		hint("it needs at least one name");
	}
}

/* Is every value of the base type one of the names? */
static bool enum_full(const struct decl *d)
{
	const struct scalar *base = d->base.scalar;
	bool seen[256] = { false };
	const struct enumerator *e;
	unsigned int n = 0;

	if (base->size != 1)
		return false;
	list_for_each(e, d->items) {
		n += !seen[(uint8_t)e->value.v];
		seen[(uint8_t)e->value.v] = true;
	}
	return n == 256;
}

static void check_enum(struct idl *idl, struct decl *d)
{
	unsigned int before = idl->diag->errors;

	check_base(idl, d);
	check_enumerators(idl, d);
	if (idl->diag->errors == before)
		d->checked = !enum_full(d);
}

/* Items of a vec are no objects: there is nothing below it. */
static unsigned int xtype_depth(const struct xtype *x)
{
	if (x->shape == SHAPE_PLAIN)
		return x->elem->depth;
	return x->shape == SHAPE_VEC ? 1 : 1 + x->elem->depth;
}

static struct xtype *xtype_find(const struct idl *idl, const struct xtype *like)
{
	struct xtype *x;

	list_for_each(x, &idl->xtypes) {
		if (x->shape == like->shape && x->elem == like->elem &&
		    x->scalar == like->scalar && x->capacity == like->capacity)
			return x;
	}
	return NULL;
}

static struct xtype *xtype_get(struct idl *idl, struct xtype want);

/* What can be inside an object is known to the core before the object's type is. */
static void enter_children(struct idl *idl, const struct xtype *x)
{
	const struct field *f;

	if (!x->elem || !x->elem->exchange)
		return;
	if (x->shape != SHAPE_PLAIN) {
		xtype_get(idl, (struct xtype){ .elem = x->elem, .loc = x->loc });
		return;
	}
	list_for_each(f, x->elem->items) {
		if (f->slot && f->xtype)
			xtype_get(idl, (struct xtype){
				.shape = f->xtype->shape, .elem = f->xtype->elem,
				.scalar = f->xtype->scalar, .capacity = f->xtype->capacity,
				.loc = x->loc });
	}
}

/* A module's table has all it uses, so what other modules define is entered too. */
static struct xtype *xtype_get(struct idl *idl, struct xtype want)
{
	const struct import *i;
	struct xtype *x = xtype_find(idl, &want);

	if (x)
		return x;
	enter_children(idl, &want);
	want.home = idl;
	want.depth = xtype_depth(&want);
	list_for_each(i, &idl->imports)
		want.foreign |= !!xtype_find(i->idl, &want);
	if (want.shape != SHAPE_PLAIN)
		layout_container(&want);
	x = arena_alloc(&idl->arena, sizeof(*x));
	*x = want;
	list_add(&idl->xtypes, x);
	return x;
}

static void refuse_object(struct idl *idl, const struct type_ref *t)
{
	bool vec = t->shape == SHAPE_VEC;

	error(t->name.module.s ? t->name.module.loc : t->name.name.loc,
	      vec ? "'%s' cannot be an item of a vec" : "'%s' is no object of the exchange heap",
	      t->name.text);
	if (vec)
		hint("items are scalars, enums or plain structs; exchange structs go into a deque or an array");
	else
		hint("only an exchange struct, or a container of one, has an owner");
}

static bool check_elements(struct idl *idl, struct type_ref *t)
{
	bool object = t->decl && t->decl->exchange;
	bool vec = t->shape == SHAPE_VEC;

	if (object == vec ||
	    (t->scalar && scalar_is_bool(t->scalar))) {
		refuse_object(idl, t);
		return false;
	}
	return true;
}

static uint64_t item_size(const struct type_ref *t)
{
	return t->scalar ? t->scalar->size : t->decl->size;
}

static bool check_bound(struct idl *idl, const struct type_ref *t)
{
	const char *what = arena_printf(&idl->arena, "%s capacity", shape_name(t->shape));

	if (t->shape != SHAPE_VEC)
		return check_range(idl, t->bound, 1, MAX_CONTAINER, what);
	/* the size is 0 when a type was refused before */
	return item_size(t) && check_range(idl, t->bound, 1, MAX_VEC_BYTES / item_size(t), what);
}

struct xtype *resolve_xtype(struct idl *idl, struct type_ref *t, const struct decl *user)
{
	struct xtype want = { .shape = t->shape, .loc = t->loc };

	if (!resolve(idl, t, user) || !check_elements(idl, t))
		return NULL;
	if (t->shape != SHAPE_PLAIN && !check_bound(idl, t))
		return NULL;
	want.elem = t->decl;
	want.scalar = t->decl ? NULL : t->scalar;
	want.capacity = t->shape == SHAPE_PLAIN ? 0 : t->bound.v;
	if (xtype_depth(&want) > MAX_DEPTH) {
		error(t->loc, "objects nest %u deep here", xtype_depth(&want));
		hint("at most %d; hold the inner ones elsewhere", MAX_DEPTH);
		return NULL;
	}
	return xtype_get(idl, want);
}

static void check_slot(struct idl *idl, struct decl *d, struct field *f)
{
	f->xtype = resolve_xtype(idl, &f->type, d);
	if (f->xtype && f->xtype->depth >= d->depth)
		d->depth = f->xtype->depth + 1;
	if (!d->exchange) {
		error(f->type.loc, "a slot in plain struct '%s'", d->name.s);
		hint("only exchange structs have an owner who could own what is in the slot");
	} else if (d->depth > MAX_DEPTH) {
		error(f->type.loc, "objects nest %u deep here", d->depth);
		hint("at most %d; hold the inner ones elsewhere", MAX_DEPTH);
	}
}

/* The other side may store any byte: what may hold it must say how to check it. */
static void check_text(struct idl *idl, struct decl *d, struct field *f)
{
	bool string = f->type.shape == SHAPE_STRING;

	d->checked = true;
	if (!check_range(idl, f->type.bound, string ? 2 : 1, MAX_BYTES,
			 string ? "string size" : "bytes size"))
		return;
	if (string || !(f->type.bound.v % 4))
		return;
	error(f->type.bound.loc, "bytes size %s is no multiple of 4",
	      value_text(idl, f->type.bound.v));
	hint("the length before them is a u32, and there is no padding; round up");
}

/* A byte written by the other side need not be 0 or 1, which bool must be. */
static void check_plain(struct idl *idl, struct decl *d, struct field *f)
{
	if (!resolve(idl, &f->type, d))
		return;
	if (f->type.scalar && scalar_is_bool(f->type.scalar)) {
		error(f->type.loc, "bool is not a field type");
		hint("use u8: the other side can store any byte");
	} else if (f->type.decl && f->type.decl->exchange) {
		error(f->type.loc, "exchange struct '%s' inside a struct", f->type.name.text);
		hint(d->exchange ?
		     "it is an object of its own: write 'owned %s %s' or 'option %s %s'" :
		     "exchange structs move as a whole; use a plain struct",
		     f->type.name.text, f->name.s, f->type.name.text, f->name.s);
	} else if (f->type.decl) {
		d->checked |= f->type.decl->checked;
		d->enums |= f->type.decl->kind == D_ENUM ? f->type.decl->checked :
			    f->type.decl->enums;
	}
}

static void check_field(struct idl *idl, struct decl *d, struct field *f)
{
	if (f->slot)
		check_slot(idl, d, f);
	else if (f->type.shape == SHAPE_PLAIN)
		check_plain(idl, d, f);
	else
		check_text(idl, d, f);
	if (f->array)
		check_range(idl, f->count, 1, f->slot ? MAX_CONTAINER : MAX_ARRAY, "array size");
}

static void check_align(struct idl *idl, struct decl *d, const struct attr *a)
{
	if (!a->has_value || a->arg.s) {
		error(a->name.loc, "@align needs a number");
		hint("write @align(64)");
	} else if (check_range(idl, a->value, 1, MAX_ALIGN, "alignment") &&
		   check_power_of_two(idl, a->value, "alignment")) {
		d->placed = a->value.v;
	}
}

static void check_struct_attrs(struct idl *idl, struct decl *d)
{
	struct symtab seen = { 0 };
	const struct attr *a;

	list_for_each(a, d->attrs) {
		check_unique(idl, &seen, a->name, "attribute");
		if (!strcmp(a->name.s, "align")) {
			check_align(idl, d, a);
		} else if (strcmp(a->name.s, "dma")) {
			error(a->name.loc, "unknown attribute '@%s'", a->name.s);
			hint("structs have @align(N) and @dma");
		} else if (a->has_value || a->arg.s) {
			error(a->name.loc, "'@dma' takes no argument");
			hint("write @dma");
		} else {
			d->dma = true;
		}
		if (d->exchange)
			continue;
		error(a->name.loc, "'@%s' on plain struct '%s'", a->name.s, d->name.s);
		hint("only objects of the exchange heap are placed; write 'exchange struct'");
	}
}

void check_struct(struct idl *idl, struct decl *d)
{
	unsigned int before = idl->diag->errors;
	struct symtab seen = { 0 };
	struct field *f;

	d->depth = 1;
	d->align = 1;
	check_struct_attrs(idl, d);
	if (!d->items->n) {
		error(d->name.loc, "struct '%s' is empty", d->name.s);
		hint("it needs at least one field");
	}
	list_for_each(f, d->items) {
		check_lower(idl, f->name, "field");
		check_unique(idl, &seen, f->name, "field");
		check_field(idl, d, f);
	}
	if (idl->diag->errors == before)
		layout_struct(idl, d);
	if (!d->dma || d->size <= MAX_DMA)
		return;
	error(d->name.loc, "objects of '%s' have %llu bytes and are for DMA", d->name.s,
	      (unsigned long long)d->size);
	hint("at most %d: a device is given what lies within one page; use several", MAX_DMA);
}

/* The core's table is one for all modules: a file that fills it alone never loads. */
static void check_types(struct idl *idl)
{
	const struct xtype *x;
	unsigned int n = 0;

	list_for_each(x, &idl->xtypes) {
		if (n++ != MAX_TYPES)
			continue;
		error(x->loc, "this is the %uth exchange type", n);
		hint("the core knows at most %d in all; use fewer structs and capacities",
		     MAX_TYPES);
	}
}

static void check_module(struct idl *idl)
{
	check_lower(idl, idl->module, "module");
	check_range(idl, idl->version, 1, 65535, "version");
	if (!strcmp(idl->module.s, idl->base))
		return;
	error(idl->module.loc, "module '%s' in file %s.idl", idl->module.s, idl->base);
	hint("file and module have the same name");
}

static void check_decl(struct idl *idl, struct decl *d)
{
	static const char *const what[] = {
		[D_ENUM] = "enum", [D_STRUCT] = "struct", [D_IFACE] = "interface",
		[D_DOMAIN] = "domain",
	};

	if (d->kind == D_CONST)
		check_upper(idl, d->name, "a constant");
	else
		check_lower(idl, d->name, what[d->kind]);
	if (d->kind == D_ENUM)
		check_enum(idl, d);
	if (d->kind == D_STRUCT)
		check_struct(idl, d);
	if (d->kind == D_STRUCT && d->exchange)
		xtype_get(idl, (struct xtype){ .elem = d, .loc = d->name.loc });
	if (d->kind == D_IFACE)
		check_iface(idl, d);
	if (d->kind == D_DOMAIN)
		check_domain(idl, d);
}

void check_idl(struct idl *idl)
{
	struct decl *d;

	check_module(idl);
	list_for_each(d, &idl->decls)
		check_decl(idl, d);
	check_types(idl);
}
