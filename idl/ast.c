// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory, lists, names: what the tree is made of.
 *
 * The arena is a chain of blocks, one per allocation; a file has some thousand
 * of them at most. Out of memory ends the program with status 2: there is
 * nothing useful a compiler could do without.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "ast.h"

struct chunk {
	struct chunk *next;
	max_align_t data[];
};

static void *must(void *p)
{
	if (!p) {
		fputs("rlidl: out of memory\n", stderr);
		exit(2);
	}
	return p;
}

FILE *text_open(char **text, size_t *len)
{
	return must(open_memstream(text, len));
}

void *arena_alloc(struct arena *a, size_t size)
{
	struct chunk *c = must(calloc(1, sizeof(*c) + size));

	c->next = a->chunks;
	a->chunks = c;
	return c->data;
}

char *arena_strndup(struct arena *a, const char *s, size_t len)
{
	return memcpy(arena_alloc(a, len + 1), s, len);
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *s;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	s = arena_alloc(a, len + 1);
	va_start(ap, fmt);
	vsnprintf(s, len + 1, fmt, ap);
	va_end(ap);
	return s;
}

char *arena_upper(struct arena *a, const char *s)
{
	char *up = arena_strndup(a, s, strlen(s));

	for (char *p = up; *p; p++)
		*p = toupper((unsigned char)*p);
	return up;
}

void arena_free(struct arena *a)
{
	struct chunk *c;

	while ((c = a->chunks)) {
		a->chunks = c->next;
		free(c);
	}
}

void list_add(struct list *l, void *item)
{
	struct link *link = item;

	if (l->last)
		l->last->next = link;
	else
		l->first = link;
	l->last = link;
	l->n++;
}

#define U(bits) { "u" #bits, (bits) / 8, 0, ((wide)1 << (bits)) - 1 }
#define S(bits) \
	{ "s" #bits, (bits) / 8, -((wide)1 << ((bits) - 1)), ((wide)1 << ((bits) - 1)) - 1 }

static const struct scalar scalars[] = {
	{ "bool", 1, 0, 1 },
	U(8), U(16), U(32), U(64), S(8), S(16), S(32), S(64),
};

const struct scalar *scalar_find(const char *name)
{
	for (size_t i = 0; i < sizeof(scalars) / sizeof(scalars[0]); i++) {
		if (!strcmp(scalars[i].name, name))
			return &scalars[i];
	}
	return NULL;
}

bool scalar_is_bool(const struct scalar *s)
{
	return s == &scalars[0];
}

static struct symbol *lookup(const struct symtab *t, const char *name, size_t *bucket)
{
	struct symbol *s;

	*bucket = fnv1a(name, strlen(name)) % SYMTAB_BUCKETS;
	for (s = t->bucket[*bucket]; s; s = s->next) {
		if (!strcmp(s->name, name))
			return s;
	}
	return NULL;
}

struct symbol *symtab_add(struct symtab *t, struct arena *a, const char *name,
			  struct loc loc, void *what)
{
	size_t bucket;
	struct symbol *s = lookup(t, name, &bucket);

	if (s)
		return s;
	s = arena_alloc(a, sizeof(*s));
	*s = (struct symbol){ t->bucket[bucket], name, loc, what };
	t->bucket[bucket] = s;
	return NULL;
}

void *symtab_find(const struct symtab *t, const char *name)
{
	size_t bucket;
	struct symbol *s = lookup(t, name, &bucket);

	return s ? s->what : NULL;
}

void idl_add(struct idl *idl, struct decl *d)
{
	struct symbol *old = symtab_add(&idl->names, &idl->arena, d->name.s, d->name.loc, d);

	d->order = idl->decls.n;
	d->home = idl;
	list_add(&idl->decls, d);
	if (!old)
		return;
	diag_error(idl->diag, d->name.loc, "'%s' is declared twice", d->name.s);
	diag_hint(idl->diag, "the first declaration is in line %d", old->loc.line);
}

static struct idl *imported(const struct idl *idl, const char *name)
{
	const struct import *i;

	list_for_each(i, &idl->imports) {
		if (!strcmp(i->name.s, name))
			return i->idl;
	}
	return NULL;
}

bool idl_imports(const struct idl *idl, const struct qname *q)
{
	if (!q->module.s || imported(idl, q->module.s))
		return true;
	diag_error(idl->diag, q->module.loc, "module '%s' is not imported", q->module.s);
	diag_hint(idl->diag, "write 'import %s;' below the module line", q->module.s);
	return false;
}

struct decl *idl_find(const struct idl *idl, const struct qname *q)
{
	const struct idl *where = q->module.s ? imported(idl, q->module.s) : idl;

	return where ? symtab_find(&where->names, q->name.s) : NULL;
}

unsigned int method_count(const struct method *m, enum dir dir)
{
	const struct param *p;
	unsigned int n = 0;

	list_for_each(p, m->params)
		n += p->dir == dir;
	return n;
}

/* Objects that change hands, if only until the callee answers. */
unsigned int method_moves(const struct method *m)
{
	return method_count(m, DIR_MOVE) + method_count(m, DIR_LEND);
}

/* Does the callee need structures in its own window? */
bool method_scratch(const struct method *m)
{
	return method_count(m, DIR_IN) || method_count(m, DIR_OUT);
}

bool is_moved(const struct param *p)
{
	return p->dir == DIR_MOVE || p->dir == DIR_LEND;
}

bool is_object(const struct param *p)
{
	return is_moved(p) || p->dir == DIR_BORROW;
}

bool is_copied(const struct param *p)
{
	return p->dir == DIR_IN || p->dir == DIR_OUT;
}

bool is_bool(const struct param *p)
{
	return p->dir == DIR_VALUE && p->type.scalar && scalar_is_bool(p->type.scalar);
}

bool is_cap(const struct param *p)
{
	return p->type.shape == SHAPE_CAP;
}

unsigned int method_caps(const struct method *m)
{
	const struct param *p;
	unsigned int n = 0;

	list_for_each(p, m->params)
		n += is_cap(p);
	return n;
}

/* The core looks at lengths and strings when an object crosses; enums are left. */
bool object_checked(const struct param *p)
{
	return is_object(p) && p->type.shape == SHAPE_PLAIN && p->type.decl->enums;
}

/* Is there a value of its C type that is none of the parameter's? */
bool param_checked(const struct param *p)
{
	return !is_object(p) && p->type.decl && p->type.decl->checked;
}

bool iface_has_replay(const struct decl *iface)
{
	const struct method *m;

	list_for_each(m, iface->items) {
		if (m->restart == RESTART_REPLAY)
			return true;
	}
	return false;
}

const char *context_name(const struct method *m)
{
	return m->sleeps ? "may_sleep" : m->irqs_off ? "irqs_off" : "atomic";
}

const char *restart_name(enum restart r)
{
	static const char *const names[] = { "none", "retry", "replay", "fail" };

	return names[r];
}

const char *shape_name(enum shape shape)
{
	static const char *const names[] = {
		[SHAPE_PLAIN] = "", [SHAPE_DEQUE] = "deque", [SHAPE_ARRAY] = "array",
		[SHAPE_VEC] = "vec", [SHAPE_BYTES] = "bytes", [SHAPE_STRING] = "string",
		[SHAPE_CAP] = "cap",
	};

	return names[shape];
}
