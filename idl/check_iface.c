// SPDX-License-Identifier: GPL-2.0-only
/*
 * Meaning of interfaces: parameters, attributes, and which of them agree.
 *
 * What a restart means is a promise to callers, so every method says it, and a
 * class the generated shadow could not keep is refused here: a retry needs
 * arguments that still exist, a replay ones that can be recorded.
 */
#include <stdio.h>
#include <string.h>
#include "ast.h"

#define MAX_IFACE_NAME 23	/* RL_NAME_MAX with its final zero */
#define MAX_METHODS 32		/* RL_MAX_OPS */
#define MAX_PARAMS 5		/* with self: six argument registers */
#define MAX_COPIED 512		/* in and out structures lie on the kernel stack */
#define CAP_SIZE 8		/* sizeof(rl_cap_t) */
#define MAX_KEYS 1024		/* records of one replay method */
#define MAX_DEADLINE 60000

#define error(loc, ...) diag_error(idl->diag, loc, __VA_ARGS__)
#define hint(...) diag_hint(idl->diag, __VA_ARGS__)

/* Parameters and locals of generated functions. */
static const char *const own_words[] = {
	"self", "ctx", "ref", "caller", "cap", "history", "gate", "frame", "from",
	"impl", "err", "rpc", "ret", "scratch", "before", "to",
	"ops", "tries", "recorded", "record", "to_domain", "from_owner",
	"fuzz_in", "fuzz_raw", "pass", "core",
};

static bool own_word(const char *s)
{
	for (size_t i = 0; i < sizeof(own_words) / sizeof(own_words[0]); i++) {
		if (!strcmp(own_words[i], s))
			return true;
	}
	return false;
}

static void check_by_value(struct idl *idl, const struct decl *iface, struct param *p)
{
	const char *type = p->type.name.text;
	const struct decl *d;

	if (!resolve(idl, &p->type, iface))
		return;
	d = p->type.decl;
	if (!d || d->kind != D_STRUCT)
		return;
	error(p->type.loc, "struct '%s' passed by value", type);
	if (d->exchange)
		hint("write 'move %s %s' or 'borrow %s %s'", type, p->name.s, type, p->name.s);
	else
		hint("write 'in %s %s'", type, p->name.s);
}

static void check_copied(struct idl *idl, const struct decl *iface, struct param *p)
{
	const char *type = p->type.name.text;
	const struct decl *d;

	if (p->type.shape != SHAPE_PLAIN) {
		error(p->type.loc, "a container cannot be copied");
		hint("it is an object with an owner: move it or borrow it");
		return;
	}
	if (!resolve(idl, &p->type, iface))
		return;
	d = p->type.decl;
	if (!d || d->kind != D_STRUCT) {
		error(p->type.loc, "'%s' is not a struct", type);
		hint("in and out take a struct; scalars are passed by value");
	} else if (d->exchange) {
		error(p->type.loc, "exchange struct '%s' passed by copy", type);
		hint("write 'move %s %s', or use a plain struct", type, p->name.s);
	}
}

/* Each domain has a context of its own at the trusted side: there is none to pass on. */
static void check_cap(struct idl *idl, const struct decl *iface, struct param *p)
{
	const struct qname *q = &p->type.name;

	p->type.decl = resolve_iface(idl, q, iface);
	if (!p->type.decl || !p->type.decl->host)
		return;
	error(q->module.s ? q->module.loc : q->name.loc, "a reference to host interface '%s'",
	      q->text);
	hint("what a domain has of the trusted side is its alone; let the other one require it");
}

static void check_param(struct idl *idl, const struct decl *iface, struct param *p)
{
	check_lower(idl, p->name, "parameter");
	if (own_word(p->name.s)) {
		error(p->name.loc, "'%s' is a name generated code uses", p->name.s);
		hint("choose another name");
	}
	if (is_moved(p) || p->dir == DIR_BORROW)
		p->xtype = resolve_xtype(idl, &p->type, iface);
	else if (is_cap(p))
		check_cap(idl, iface, p);
	else if (p->dir == DIR_VALUE)
		check_by_value(idl, iface, p);
	else
		check_copied(idl, iface, p);
}

static void check_params(struct idl *idl, const struct decl *iface, const struct method *m)
{
	struct symtab seen = { 0 };
	uint64_t copied = 0;
	struct param *p;

	list_for_each(p, m->params) {
		check_param(idl, iface, p);
		check_unique(idl, &seen, p->name, "parameter");
		if (is_copied(p) && is_cap(p))
			copied += CAP_SIZE;
		else if (is_copied(p) && p->type.decl)
			copied += p->type.decl->size;
	}
	if (m->params->n > MAX_PARAMS) {
		error(m->name.loc, "'%s' has %u parameters", m->name.s, m->params->n);
		hint("at most %d fit the registers; use a struct", MAX_PARAMS);
	}
	if (method_count(m, DIR_MOVE) && method_count(m, DIR_LEND)) {
		error(m->name.loc, "'%s' both moves and lends", m->name.s);
		hint("what is moved comes back with an error alone, what is lent always: use two methods");
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

static void check_deadline(struct idl *idl, struct method *m, const struct attr *a)
{
	if (!a->has_value || a->arg.s) {
		error(a->name.loc, "@deadline needs a number of milliseconds");
		hint("write @deadline(100)");
	} else if (check_range(idl, a->value, 1, MAX_DEADLINE, "deadline")) {
		m->deadline_ms = a->value.v;
	}
}

static const char *const contexts[] = { "may_sleep", "atomic", "irqs_off" };

static bool is_context(const char *name)
{
	for (size_t i = 0; i < sizeof(contexts) / sizeof(*contexts); i++) {
		if (!strcmp(contexts[i], name))
			return true;
	}
	return false;
}

/* Attributes without an argument. */
static void check_flag(struct idl *idl, struct method *m, const struct attr *a)
{
	bool pure = !strcmp(a->name.s, "pure");

	if (!pure && !is_context(a->name.s)) {
		error(a->name.loc, "unknown attribute '@%s'", a->name.s);
		hint("there are @restart(...), @may_sleep, @atomic, @irqs_off, @deadline(ms) and @pure");
	} else if (a->arg.s || a->has_value) {
		error(a->arg.s ? a->arg.loc : a->value.loc, "'@%s' takes no argument", a->name.s);
		hint("write @%s", a->name.s);
	}
	m->pure |= pure;
}

static const struct param *find_param(const struct method *m, const char *name)
{
	const struct param *p;

	list_for_each(p, m->params) {
		if (!strcmp(p->name.s, name))
			return p;
	}
	return NULL;
}

/* @restart(replay(key, n)): the newest arguments for each of n values of a parameter. */
static void check_key(struct idl *idl, struct method *m, const struct attr *a)
{
	const struct param *key = find_param(m, a->param.s);

	if (m->restart != RESTART_REPLAY) {
		error(a->param.loc, "only replay has a key");
		hint("write @restart(%s)", a->arg.s);
	} else if (!key) {
		error(a->param.loc, "'%s' is no parameter of '%s'", a->param.s, m->name.s);
		hint("the key is a parameter whose values tell records apart");
	} else if (key->dir != DIR_VALUE || is_cap(key)) {
		error(a->param.loc, "key '%s' is no scalar", a->param.s);
		hint("a key is passed by value: an integer, bool or enum");
	} else if (check_range(idl, a->value, 1, MAX_KEYS, "number of keys")) {
		m->key = key;
		m->max_keys = a->value.v;
	}
}

static void check_restart(struct idl *idl, struct method *m, const struct attr *a)
{
	m->restart = restart_class(idl, a);
	if (m->restart != RESTART_NONE && a->param.s)
		check_key(idl, m, a);
}

/* What was not said, or said in two ways. */
static void check_said(struct idl *idl, struct method *m, const struct symtab *seen)
{
	unsigned int said = 0;

	for (size_t i = 0; i < sizeof(contexts) / sizeof(*contexts); i++)
		said += !!symtab_find(seen, contexts[i]);
	m->sleeps = symtab_find(seen, "may_sleep");
	m->irqs_off = symtab_find(seen, "irqs_off");
	if (!symtab_find(seen, "restart")) {
		error(m->name.loc, "'%s' does not say what a restart means", m->name.s);
		hint("put @restart(retry), @restart(replay) or @restart(fail) before it");
	}
	if (said == 1)
		return;
	error(m->name.loc, said ? "'%s' has more than one of @may_sleep, @atomic and @irqs_off" :
	      "'%s' does not say whether it may sleep", m->name.s);
	hint("put one of @may_sleep, @atomic and @irqs_off before it");
}

static void check_attrs(struct idl *idl, struct method *m)
{
	struct symtab seen = { 0 };
	struct attr *a;

	list_for_each(a, m->attrs) {
		check_unique(idl, &seen, a->name, "attribute");
		if (!strcmp(a->name.s, "restart"))
			check_restart(idl, m, a);
		else if (!strcmp(a->name.s, "deadline"))
			check_deadline(idl, m, a);
		else
			check_flag(idl, m, a);
	}
	check_said(idl, m, &seen);
}

/* Nothing but the answer changes, so nothing may go there to stay. */
static void check_pure(struct idl *idl, const struct method *m)
{
	const struct param *p;

	list_for_each(p, m->params) {
		if (is_moved(p)) {
			error(p->name.loc, "@pure with moved parameter '%s'", p->name.s);
			hint("a pure method only looks: write 'borrow', or leave @pure out");
		} else if (p->dir == DIR_VALUE && is_cap(p)) {
			error(p->name.loc, "@pure with reference '%s'", p->name.s);
			hint("the callee keeps what it is passed: leave @pure out");
		}
	}
	if (m->restart == RESTART_REPLAY) {
		error(m->name.loc, "'%s' is both @pure and @restart(replay)", m->name.s);
		hint("what changes nothing need not be sent again: use retry or fail");
	}
}

static void check_replay(struct idl *idl, const struct method *m)
{
	const struct param *p;

	list_for_each(p, m->params) {
		if (!is_cap(p) && (p->dir == DIR_VALUE || p->dir == DIR_IN))
			continue;
		error(p->name.loc, "restart(replay) with parameter '%s'", p->name.s);
		hint("only scalars and in structs can be recorded and sent again");
	}
}

static void check_retry(struct idl *idl, const struct method *m)
{
	const struct param *p;

	list_for_each(p, m->params) {
		if (!is_moved(p))
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
	m->iface = iface;
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
	if (iface->host && m->deadline_ms) {
		error(m->name.loc, "@deadline on '%s' of a host interface", m->name.s);
		hint("only domains are ended when they take too long");
	}
	if (iface->host && m->irqs_off) {
		error(m->name.loc, "@irqs_off on '%s' of a host interface", m->name.s);
		hint("a domain calls it as it is; use @atomic");
	}
	if (m->pure)
		check_pure(idl, m);
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

void check_iface(struct idl *idl, struct decl *d)
{
	struct symtab seen = { 0 };
	struct method *m;

	check_iface_name(idl, d);
	if (!d->versioned)
		d->value = idl->version;
	else
		check_range(idl, d->value, 1, 65535, "version");
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

