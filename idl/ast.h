/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The syntax tree of one IDL file, and the arena everything in it lives in.
 *
 * Written in this order, each part by one file: the parser fills names and
 * literals; check.c resolves types and attributes; layout.c computes offsets;
 * cnames.c gives every declaration its C names; hash.c the ids. The emitters
 * only read. Nothing is freed singly: arena_free() ends it all.
 */
#ifndef RLIDL_AST_H
#define RLIDL_AST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "diag.h"

/* Constant arithmetic is done wide, then checked to fit s64 or u64. */
typedef __int128 wide;

struct arena {
	struct chunk *chunks;
};

void *arena_alloc(struct arena *a, size_t size);	/* zeroed, never NULL */
char *arena_strndup(struct arena *a, const char *s, size_t len);
char *arena_printf(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
char *arena_upper(struct arena *a, const char *s);
void arena_free(struct arena *a);

/* A stream into memory; valid after fclose(), then the caller's to free(). */
FILE *text_open(char **text, size_t *len);

/* Lists in declaration order; struct link is the first member of each item. */
struct link {
	struct link *next;
};

struct list {
	struct link *first, *last;
	unsigned int n;
};

void list_add(struct list *l, void *item);

#define list_for_each(p, l) \
	for ((p) = (void *)(l)->first; (p); (p) = (void *)((struct link *)(p))->next)

struct ident {
	const char *s;
	struct loc loc;
};

struct value {
	wide v;
	bool bad;		/* already complained about */
	struct loc loc;
};

struct scalar {
	const char *name;
	unsigned int size;
	wide min, max;
};

const struct scalar *scalar_find(const char *name);
bool scalar_is_bool(const struct scalar *s);

struct type_ref {
	struct ident name;
	const struct scalar *scalar;	/* also the base of an enum */
	struct decl *decl;		/* enum or struct; NULL: plain scalar */
};

struct enumerator {
	struct link link;
	struct ident name;
	const char *doc;
	bool given;		/* the value is written in the source */
	struct value value;
	const char *cname;
};

struct field {
	struct link link;
	struct ident name;
	const char *doc;
	struct type_ref type;
	bool array;
	struct value count;	/* 1 unless @array */
	uint64_t offset;
};

enum dir { DIR_VALUE, DIR_IN, DIR_OUT, DIR_MOVE };

struct param {
	struct link link;
	struct ident name;
	enum dir dir;
	struct type_ref type;
	bool deque;
	struct value count;	/* capacity of the deque */
	struct xtype *xtype;	/* DIR_MOVE: what is moved */
};

struct attr {
	struct link link;
	struct ident name;
	struct ident arg;	/* .s NULL: none */
};

enum restart { RESTART_NONE, RESTART_RETRY, RESTART_REPLAY, RESTART_FAIL };

struct method {
	struct link link;
	struct ident name;
	const char *doc;
	struct list *attrs;
	struct list *params;
	enum restart restart;
	bool sleeps;
	const char *cname;	/* bdev_submit */
	const char *index;	/* BDEV_M_SUBMIT */
};

enum decl_kind { D_CONST, D_ENUM, D_STRUCT, D_IFACE };

struct decl {
	struct link link;
	enum decl_kind kind;
	struct ident name;
	const char *doc;
	unsigned int order;	/* position in the file */
	struct value value;	/* const */
	struct type_ref base;	/* enum */
	bool exchange;		/* struct */
	bool host;		/* interface */
	struct list *items;	/* enumerators, fields or methods */
	uint64_t size, align;	/* struct */
	uint64_t fingerprint;	/* interface */
	const char *cname;	/* bdev_request; interface: its own name */
	const char *upper;	/* BDEV_REQUEST */
};

/* A type of the exchange heap: an exchange struct or a deque of them. */
struct xtype {
	struct link link;
	struct decl *elem;
	struct loc loc;
	unsigned int capacity;	/* 0: the struct itself */
	uint64_t id;
	const char *cname;	/* bdev_request_deque32 */
	const char *upper;
};

/* Names to things; used for declarations and for generated C names. */
#define SYMTAB_BUCKETS 256

struct symtab {
	struct symbol *bucket[SYMTAB_BUCKETS];
};

struct symbol {
	struct symbol *next;
	const char *name;
	struct loc loc;
	void *what;
};

/* The symbol of that name already there, or NULL after adding a new one. */
struct symbol *symtab_add(struct symtab *t, struct arena *a, const char *name,
			  struct loc loc, void *what);
void *symtab_find(const struct symtab *t, const char *name);

struct idl {
	struct arena arena;
	struct diag *diag;
	struct ident module;
	struct value version;
	const char *doc;
	const char *base;	/* file name without folder and .idl */
	const char *upper;	/* BDEV */
	struct list decls;
	struct list xtypes;
	struct symtab names;
};

/* Enters @d under its name; refuses duplicates. */
void idl_add(struct idl *idl, struct decl *d);
unsigned int method_moves(const struct method *m);
bool method_scratch(const struct method *m);
bool iface_has_replay(const struct decl *iface);
const char *restart_name(enum restart r);

/* The passes; each reports through idl->diag and may leave items unresolved. */
int idl_parse(struct idl *idl);
void check_idl(struct idl *idl);
void layout_struct(struct idl *idl, struct decl *d);
void cnames_idl(struct idl *idl);
void hash_idl(struct idl *idl);

uint64_t fnv1a(const char *s, size_t len);

/* Constant expressions (value.c). */
struct value value_number(struct idl *idl, struct loc loc, const char *text);
struct value value_name(struct idl *idl, struct ident name);
struct value value_unary(struct idl *idl, struct loc loc, int op, struct value a);
struct value value_binary(struct idl *idl, struct loc loc, int op, struct value a,
			  struct value b);
#define VALUE_SHL 'l'
#define VALUE_SHR 'r'

/* Prints a value in decimal, as the text of a message or as a C literal. */
const char *value_text(struct idl *idl, wide v);
const char *value_c(struct idl *idl, wide v);

#endif
