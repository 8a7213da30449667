/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The syntax tree of one IDL file, and the arena everything in it lives in.
 *
 * Written in this order, each part by one file: the parser fills names and
 * literals; check*.c resolve types and attributes; layout.c computes offsets;
 * cnames.c gives every declaration its C names; hash.c the ids. The emitters
 * only read. An import has been through all of this before the next line of the
 * file that imports it is parsed. Nothing is freed singly: modules_free() ends
 * it all.
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

/* A name as it is written: "packet" or "net.packet". */
struct qname {
	struct ident module;		/* .s NULL: this file */
	struct ident name;
	const char *text;		/* as in messages */
};

enum shape {
	SHAPE_PLAIN,
	/* an object of its own; a parameter or what a slot holds */
	SHAPE_DEQUE, SHAPE_ARRAY, SHAPE_VEC,
	/* part of a struct */
	SHAPE_BYTES, SHAPE_STRING,
	/* a reference to an interface; a parameter */
	SHAPE_CAP,
};

enum slot { SLOT_NONE, SLOT_OWNED, SLOT_OPTION };

struct type_ref {
	enum shape shape;
	struct qname name;		/* the type, or that of the elements */
	struct value bound;		/* all shapes but plain */
	struct loc loc;			/* of the whole */
	const struct scalar *scalar;	/* also the base of an enum */
	struct decl *decl;		/* enum, struct, interface; NULL: plain scalar */
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
	enum slot slot;
	bool array;
	struct value count;	/* 1 unless @array */
	struct xtype *xtype;	/* slot: what it holds */
	uint64_t offset;
};

enum dir { DIR_VALUE, DIR_IN, DIR_OUT, DIR_MOVE, DIR_LEND, DIR_BORROW };

struct param {
	struct link link;
	struct ident name;
	enum dir dir;
	struct type_ref type;
	struct xtype *xtype;	/* moved, lent, borrowed: what crosses */
};

/* @name, @name(value) or @name(arg), @name(arg(param)), @name(arg(param, value)) */
struct attr {
	struct link link;
	struct ident name;
	struct ident arg;	/* .s NULL: none */
	struct ident param;	/* .s NULL: none */
	bool has_value;
	struct value value;
};

enum restart { RESTART_NONE, RESTART_RETRY, RESTART_REPLAY, RESTART_FAIL };

struct method {
	struct link link;
	struct ident name;
	const char *doc;
	const struct decl *iface;
	struct list *attrs;
	struct list *params;
	enum restart restart;
	const struct param *key;	/* replay: one record per value of it */
	unsigned int max_keys;
	unsigned int deadline_ms;	/* 0: that of the watchdog */
	bool sleeps;
	bool irqs_off;		/* not even interrupts need be on */
	bool pure;
	const char *cname;	/* bdev_submit */
	const char *index;	/* BDEV_M_SUBMIT */
};

/* A domain's needs: interfaces, devices, numbers, parameters. */
struct provide {
	struct link link;
	struct qname name;
	bool optional;		/* requires */
	bool shadow;		/* likewise: its restarts are not the domain's to see */
	struct decl *iface;
	const char *index;	/* requires: NVME_REQ_BDEV_HOST */
};

struct pci {
	struct link link;
	struct loc loc;
	bool by_class;
	struct value a, b;	/* class and mask, or vendor and device */
};

struct dparam {
	struct link link;
	struct ident name;
	const char *doc;
	struct value def, min, max;
	const char *index;	/* NVME_PARAM_DEPTH */
};

struct limit {
	struct link link;
	struct ident name;
	struct value value;
};

/* Names of limits, their ranges and defaults: check_domain.c. */
enum limit_id {
	LIMIT_HEAP, LIMIT_STACK, LIMIT_IRQS, LIMIT_DMA, LIMIT_TIMERS, LIMIT_THREADS,
	LIMIT_RESTARTS, LIMIT_WINDOW_MS, NR_LIMITS
};

struct domain {
	struct list provides, requires, pci, params, limits;
	uint64_t limit[NR_LIMITS];
	bool given[NR_LIMITS];
};

enum decl_kind { D_CONST, D_ENUM, D_STRUCT, D_IFACE, D_DOMAIN };

struct decl {
	struct link link;
	enum decl_kind kind;
	struct ident name;
	const char *doc;
	unsigned int order;	/* position in the file */
	struct idl *home;	/* the file */
	struct list *attrs;
	struct value value;	/* const; interface: version */
	struct type_ref base;	/* enum */
	bool exchange;		/* struct */
	bool dma;		/* exchange struct: a device may reach it */
	bool checked;		/* enum, struct: not every bit pattern is a value */
	bool enums;		/* struct: because of an enum, which only proxies look at */
	bool host;		/* interface */
	bool versioned;		/* interface: has its own version */
	struct list *items;	/* enumerators, fields or methods */
	struct domain *domain;
	unsigned int depth;	/* exchange struct: objects from it to the deepest */
	uint64_t size, align;	/* struct, as C lays it out */
	uint64_t placed;	/* exchange struct: @align, where objects begin; 0: anywhere */
	uint64_t fingerprint;	/* interface */
	const char *cname;	/* bdev_request; interface: its own name */
	const char *upper;	/* BDEV_REQUEST */
};

/* A type of the exchange heap: an exchange struct, or a container. */
struct xtype {
	struct link link;
	struct idl *home;	/* the module whose table this entry is of */
	enum shape shape;	/* SHAPE_PLAIN: the struct itself */
	struct decl *elem;	/* NULL: a vec of @scalar */
	const struct scalar *scalar;
	struct loc loc;
	unsigned int capacity;	/* containers */
	unsigned int depth;
	bool foreign;		/* another module's header has it */
	uint64_t size, align;	/* vec: of the head without items */
	uint64_t id;
	const char *text;	/* canonical: what is hashed */
	const char *cname;	/* bdev_request_deque32 */
	const char *upper;
	const char *index;	/* in the module's table */
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

/* All files of one run, and where to look for more. */
struct modules {
	struct list all;	/* struct idl, in the order they are finished or begun */
	const char *const *dirs;
	unsigned int n_dirs;
	unsigned int depth;	/* files open at the moment */
};

struct import {
	struct link link;
	struct ident name;
	struct idl *idl;
};

struct idl {
	struct link link;
	struct modules *modules;
	bool loading;		/* its passes are under way: an import of it is a cycle */
	bool broken;		/* it, or what it imports, has errors */
	struct arena arena;
	struct diag *diag;
	struct ident module;
	struct value version;
	const char *doc;
	const char *base;	/* file name without folder and .idl */
	const char *upper;	/* BDEV */
	struct list imports;
	struct list decls;
	struct list xtypes;
	struct symtab names;
	struct symtab cnames;	/* what its outputs define; cnames.c */
	struct symtab hashes;	/* ids and fingerprints, as text, to canonical texts */
};

/* load.c: reads @path and takes it through all passes; NULL: I/O error, reported. */
struct idl *module_load(struct modules *mods, const char *path, unsigned int errors);
/* "import name;" in @idl, reported there when it cannot be. */
void module_import(struct idl *idl, struct ident name);
void modules_free(struct modules *mods);

/* Enters @d under its name; refuses duplicates. */
void idl_add(struct idl *idl, struct decl *d);
/* False, with a message, when @q names a module that is not imported. */
bool idl_imports(const struct idl *idl, const struct qname *q);
/* The declaration of that name, in the file it names; NULL: none or no such import. */
struct decl *idl_find(const struct idl *idl, const struct qname *q);
unsigned int method_count(const struct method *m, enum dir dir);
unsigned int method_moves(const struct method *m);
bool method_scratch(const struct method *m);
bool iface_has_replay(const struct decl *iface);
const char *restart_name(enum restart r);
const char *context_name(const struct method *m);
const char *shape_name(enum shape shape);
bool param_checked(const struct param *p);
/* Objects whose enums the proxy of @m has to look at. */
bool object_checked(const struct param *p);
bool is_object(const struct param *p);
/* The callee owns it while it runs: moved or lent. */
bool is_moved(const struct param *p);
bool is_copied(const struct param *p);
bool is_bool(const struct param *p);
bool is_cap(const struct param *p);
unsigned int method_caps(const struct method *m);

/* The passes; each reports through idl->diag and may leave items unresolved. */
int idl_parse(struct idl *idl);
void check_idl(struct idl *idl);
void layout_struct(struct idl *idl, struct decl *d);
void layout_container(struct xtype *x);
void cnames_idl(struct idl *idl);
void hash_idl(struct idl *idl);

/* check.c, for the other check_*.c */
void check_lower(struct idl *idl, struct ident name, const char *what);
void check_upper(struct idl *idl, struct ident name, const char *what);
void check_length(struct idl *idl, struct ident name, size_t max);
void check_unique(struct idl *idl, struct symtab *seen, struct ident name, const char *what);
/* True when @v lies in [min, max]; a bad value was complained about before. */
bool check_range(struct idl *idl, struct value v, wide min, wide max, const char *what);
bool check_power_of_two(struct idl *idl, struct value v, const char *what);
bool resolve(struct idl *idl, struct type_ref *t, const struct decl *user);
/* The interface @q names, declared above or @user itself; NULL: reported. */
struct decl *resolve_iface(struct idl *idl, const struct qname *q, const struct decl *user);
/* The exchange type @t names, for a move, a borrow or a slot; NULL: reported. */
struct xtype *resolve_xtype(struct idl *idl, struct type_ref *t, const struct decl *user);
void check_struct(struct idl *idl, struct decl *d);
void check_iface(struct idl *idl, struct decl *d);
void check_domain(struct idl *idl, struct decl *d);
const char *limit_name(enum limit_id id);

/* "rlidl --check-compat": true when users of @old can go on with @new. */
bool compat_check(struct idl *old, struct idl *new);

uint64_t fnv1a(const char *s, size_t len);

/* Constant expressions (value.c). */
struct value value_number(struct idl *idl, struct loc loc, const char *text);
struct value value_name(struct idl *idl, const struct qname *name);
struct value value_unary(struct idl *idl, struct loc loc, int op, struct value a);
struct value value_binary(struct idl *idl, struct loc loc, int op, struct value a,
			  struct value b);
#define VALUE_SHL 'l'
#define VALUE_SHR 'r'

/* Prints a value in decimal, as the text of a message or as a C literal. */
const char *value_text(struct idl *idl, wide v);
const char *value_c(struct idl *idl, wide v);

#endif
