// SPDX-License-Identifier: GPL-2.0-only
/*
 * Meaning: names, types, ranges, attributes. Fills in what the parser left
 * open (type_ref, restart, sleeps, xtype) and refuses everything that could not
 * become correct C or a sound proxy.
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
#define MAX_IFACE_NAME 23	/* RL_NAME_MAX with its final zero */
#define MAX_METHODS 32		/* RL_MAX_OPS */
#define MAX_PARAMS 5		/* with self: six argument registers */
#define MAX_ARRAY 65536
#define MAX_DEQUE 1024
#define MAX_COPIED 512		/* in and out structures lie on the kernel stack */

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

/* Parameters and locals of generated functions. */
static const char *const own_words[] = {
	"self", "ctx", "ref", "caller", "cap", "history", "gate", "frame", "from",
	"impl", "err", "rpc", "ret", "scratch", "before",
	"ops", "tries", "recorded",
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

static void check_length(struct idl *idl, struct ident name, size_t max)
{
	if (strlen(name.s) <= max)
		return;
	error(name.loc, "the name is longer than %zu characters", max);
	hint("choose a shorter one");
}

static void check_lower(struct idl *idl, struct ident name, const char *what)
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

static void check_upper(struct idl *idl, struct ident name, const char *what)
{
	check_length(idl, name, MAX_NAME);
	if (cased(name.s, isupper))
		return;
	error(name.loc, "'%s' is no name for %s", name.s, what);
	hint("use upper case letters, digits and '_', a letter first");
}

static void check_unique(struct idl *idl, struct symtab *seen, struct ident name,
			 const char *what)
{
	struct symbol *old = symtab_add(seen, &idl->arena, name.s, name.loc, (void *)name.s);

	if (!old)
		return;
	error(name.loc, "%s '%s' is declared twice", what, name.s);
	hint("the first one is in line %d", old->loc.line);
}

/* True when @v lies in [min, max]; a bad value was complained about before. */
static bool check_range(struct idl *idl, struct value v, wide min, wide max, const char *what)
{
	if (v.bad)
		return false;
	if (v.v >= min && v.v <= max)
		return true;
	error(v.loc, "%s %s is out of range", what, value_text(idl, v.v));
	hint("it lies between %s and %s", value_text(idl, min), value_text(idl, max));
	return false;
}

static bool resolve_decl(struct idl *idl, struct type_ref *t, const struct decl *user)
{
	struct decl *d = symtab_find(&idl->names, t->name.s);

	if (!d) {
		error(t->name.loc, "unknown type '%s'", t->name.s);
		hint("types are u8 to u64, s8 to s64, bool and what is declared above");
		return false;
	}
	if (d->order >= user->order) {
		error(t->name.loc, "'%s' is used before its declaration", t->name.s);
		hint("move its declaration, in line %d, above this one", d->name.loc.line);
		return false;
	}
	if (d->kind != D_ENUM && d->kind != D_STRUCT) {
		error(t->name.loc, "'%s' is not a type", t->name.s);
		hint("only scalars, enums and structs are types");
		return false;
	}
	t->decl = d;
	t->scalar = d->kind == D_ENUM ? d->base.scalar : NULL;
	return true;
}

/* True when @t is resolved; its enum may still have a bad base. */
static bool resolve(struct idl *idl, struct type_ref *t, const struct decl *user)
{
	t->scalar = scalar_find(t->name.s);
	return t->scalar || resolve_decl(idl, t, user);
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

static void check_enum(struct idl *idl, struct decl *d)
{
	const struct scalar *base = scalar_find(d->base.name.s);

	if (!base || scalar_is_bool(base)) {
		error(d->base.name.loc, "'%s' is no base type of an enum", d->base.name.s);
		hint("use one of u8, u16, u32, u64, s8, s16, s32, s64");
		base = NULL;
	}
	d->base.scalar = base;
	if (!d->items->n) {
		error(d->name.loc, "enum '%s' is empty", d->name.s);
		hint("it needs at least one name");
	}
	check_enumerators(idl, d);
}

/* A byte written by the other side need not be 0 or 1, which bool must be. */
static void check_field_type(struct idl *idl, const struct decl *d, struct field *f)
{
	if (!resolve(idl, &f->type, d))
		return;
	if (f->type.scalar && scalar_is_bool(f->type.scalar)) {
		error(f->type.name.loc, "bool is not a field type");
		hint("use u8: the other side can store any byte");
	} else if (f->type.decl && f->type.decl->exchange) {
		error(f->type.name.loc, "exchange struct '%s' inside a struct", f->type.name.s);
		hint("exchange structs move as a whole; use a plain struct");
	}
}

static void check_struct(struct idl *idl, struct decl *d)
{
	unsigned int before = idl->diag->errors;
	struct symtab seen = { 0 };
	struct field *f;

	if (!d->items->n) {
		error(d->name.loc, "struct '%s' is empty", d->name.s);
		hint("it needs at least one field");
	}
	list_for_each(f, d->items) {
		check_lower(idl, f->name, "field");
		check_unique(idl, &seen, f->name, "field");
		check_field_type(idl, d, f);
		if (f->array)
			check_range(idl, f->count, 1, MAX_ARRAY, "array size");
	}
	if (idl->diag->errors == before)
		layout_struct(idl, d);
}

static struct xtype *xtype_get(struct idl *idl, struct decl *elem, unsigned int capacity,
			       struct loc loc)
{
	struct xtype *x;

	list_for_each(x, &idl->xtypes) {
		if (x->elem == elem && x->capacity == capacity)
			return x;
	}
	x = arena_alloc(&idl->arena, sizeof(*x));
	x->elem = elem;
	x->capacity = capacity;
	x->loc = loc;
	list_add(&idl->xtypes, x);
	return x;
}

static void check_move(struct idl *idl, struct param *p)
{
	unsigned int capacity = 0;

	if (!p->type.decl || !p->type.decl->exchange) {
		error(p->type.name.loc, "'%s' cannot be moved", p->type.name.s);
		hint("only an exchange struct or a deque of one moves");
		return;
	}
	if (p->deque) {
		if (!check_range(idl, p->count, 1, MAX_DEQUE, "deque capacity"))
			return;
		capacity = p->count.v;
	}
	p->xtype = xtype_get(idl, p->type.decl, capacity, p->type.name.loc);
}

static void check_by_value(struct idl *idl, const struct param *p)
{
	const struct decl *d = p->type.decl;

	if (!d || d->kind != D_STRUCT)
		return;
	error(p->type.name.loc, "struct '%s' passed by value", p->type.name.s);
	hint("write '%s %s %s'", d->exchange ? "move" : "in", p->type.name.s, p->name.s);
}

static void check_copied(struct idl *idl, const struct param *p)
{
	const struct decl *d = p->type.decl;

	if (!d || d->kind != D_STRUCT) {
		error(p->type.name.loc, "'%s' is not a struct", p->type.name.s);
		hint("in and out take a struct; scalars are passed by value");
	} else if (d->exchange) {
		error(p->type.name.loc, "exchange struct '%s' passed by copy", p->type.name.s);
		hint("write 'move %s %s', or use a plain struct", p->type.name.s, p->name.s);
	}
}

static void check_param(struct idl *idl, const struct decl *iface, struct param *p)
{
	check_lower(idl, p->name, "parameter");
	if (IN_WORDS(own_words, p->name.s)) {
		error(p->name.loc, "'%s' is a name generated code uses", p->name.s);
		hint("choose another name");
	}
	if (!resolve(idl, &p->type, iface))
		return;
	if (p->dir == DIR_MOVE)
		check_move(idl, p);
	else if (p->dir == DIR_VALUE)
		check_by_value(idl, p);
	else
		check_copied(idl, p);
}

static void check_params(struct idl *idl, const struct decl *iface, const struct method *m)
{
	struct symtab seen = { 0 };
	uint64_t copied = 0;
	struct param *p;

	list_for_each(p, m->params) {
		check_param(idl, iface, p);
		check_unique(idl, &seen, p->name, "parameter");
		if (p->dir != DIR_VALUE && p->dir != DIR_MOVE && p->type.decl)
			copied += p->type.decl->size;
	}
	if (m->params->n > MAX_PARAMS) {
		error(m->name.loc, "'%s' has %u parameters", m->name.s, m->params->n);
		hint("at most %d fit the registers; use a struct", MAX_PARAMS);
	}
	if (copied > MAX_COPIED) {
		error(m->name.loc, "'%s' copies %llu bytes of structs", m->name.s,
		      (unsigned long long)copied);
		hint("at most %d; move an exchange struct instead", MAX_COPIED);
	}
}

static enum restart restart_class(struct idl *idl, const struct attr *a)
{
	for (int i = RESTART_RETRY; a->arg.s && i <= RESTART_FAIL; i++) {
		if (!strcmp(restart_name(i), a->arg.s))
			return i;
	}
	error(a->arg.s ? a->arg.loc : a->name.loc, "unknown restart class");
	hint("write @restart(retry), @restart(replay) or @restart(fail)");
	return RESTART_NONE;
}

static void check_flag(struct idl *idl, const struct attr *a)
{
	if (strcmp(a->name.s, "may_sleep") && strcmp(a->name.s, "atomic")) {
		error(a->name.loc, "unknown attribute '@%s'", a->name.s);
		hint("there are @restart(...), @may_sleep and @atomic");
	} else if (a->arg.s) {
		error(a->arg.loc, "'@%s' takes no argument", a->name.s);
		hint("write @%s", a->name.s);
	}
}

static void check_attrs(struct idl *idl, struct method *m)
{
	struct symtab seen = { 0 };
	bool sleeps, atomic;
	struct attr *a;

	list_for_each(a, m->attrs) {
		check_unique(idl, &seen, a->name, "attribute");
		if (strcmp(a->name.s, "restart"))
			check_flag(idl, a);
		else
			m->restart = restart_class(idl, a);
	}
	if (!symtab_find(&seen, "restart")) {
		error(m->name.loc, "'%s' does not say what a restart means", m->name.s);
		hint("put @restart(retry), @restart(replay) or @restart(fail) before it");
	}
	sleeps = symtab_find(&seen, "may_sleep");
	atomic = symtab_find(&seen, "atomic");
	m->sleeps = sleeps;
	if (sleeps == atomic) {
		error(m->name.loc, sleeps ? "'%s' is both @may_sleep and @atomic" :
		      "'%s' does not say whether it may sleep", m->name.s);
		hint("put either @may_sleep or @atomic before it");
	}
}

static void check_replay(struct idl *idl, const struct method *m)
{
	const struct param *p;

	list_for_each(p, m->params) {
		if (p->dir == DIR_VALUE || p->dir == DIR_IN)
			continue;
		error(p->name.loc, "restart(replay) with parameter '%s'", p->name.s);
		hint("only scalars and in structs can be recorded and sent again");
	}
}

static void check_retry(struct idl *idl, const struct method *m)
{
	const struct param *p;

	list_for_each(p, m->params) {
		if (p->dir != DIR_MOVE)
			continue;
		error(p->name.loc, "restart(retry) with moved parameter '%s'", p->name.s);
		hint("what was moved dies with the domain; use @restart(fail)");
	}
	if (!m->sleeps) {
		error(m->name.loc, "restart(retry) on a method that may not sleep");
		hint("a retry waits for the restart: use @may_sleep or @restart(fail)");
	}
}

static void check_method(struct idl *idl, const struct decl *iface, struct method *m)
{
	check_lower(idl, m->name, "method");
	check_attrs(idl, m);
	check_params(idl, iface, m);
	if (iface->host && m->restart != RESTART_NONE && m->restart != RESTART_FAIL) {
		error(m->name.loc, "'%s' of a host interface is not restart(fail)", m->name.s);
		hint("the trusted side never restarts; use @restart(fail)");
	} else if (m->restart == RESTART_REPLAY) {
		check_replay(idl, m);
	} else if (m->restart == RESTART_RETRY) {
		check_retry(idl, m);
	}
}

static void check_iface_name(struct idl *idl, const struct decl *d)
{
	size_t len = strlen(idl->module.s);

	check_length(idl, d->name, MAX_IFACE_NAME);
	if (!strncmp(d->name.s, idl->module.s, len) &&
	    (!d->name.s[len] || d->name.s[len] == '_'))
		return;
	error(d->name.loc, "interface '%s' is not named after its module", d->name.s);
	hint("call it %s or %s_...", idl->module.s, idl->module.s);
}

static void check_iface(struct idl *idl, struct decl *d)
{
	struct symtab seen = { 0 };
	struct method *m;

	check_iface_name(idl, d);
	if (!d->items->n) {
		error(d->name.loc, "interface '%s' is empty", d->name.s);
		hint("it needs at least one method");
	}
	if (d->items->n > MAX_METHODS) {
		error(d->name.loc, "interface '%s' has %u methods", d->name.s, d->items->n);
		hint("at most %d; split it", MAX_METHODS);
	}
	list_for_each(m, d->items) {
		check_method(idl, d, m);
		check_unique(idl, &seen, m->name, "method");
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
		xtype_get(idl, d, 0, d->name.loc);
	if (d->kind == D_IFACE)
		check_iface(idl, d);
}

void check_idl(struct idl *idl)
{
	struct decl *d;

	check_module(idl);
	list_for_each(d, &idl->decls)
		check_decl(idl, d);
}
