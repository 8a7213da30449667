// SPDX-License-Identifier: GPL-2.0-only
/*
 * Meaning of domain declarations: what a domain provides, needs and may use.
 *
 * The numbers are those of the core's headers, so that what compiles also loads
 * (tests/loads.sh compares them). A limit that is not given has the value of the table.
 */
#include <stdio.h>
#include <string.h>
#include "ast.h"

#define MAX_DOMAIN_NAME 23	/* RL_NAME_MAX with its final zero */
#define MAX_PARAM_DESCS 16	/* RL_MAX_PARAMS */
#define MAX_REQUIRES 8		/* RL_MAX_REQUIRES */
#define MAX_PCI 64		/* RL_MAX_MATCHES */

#define error(loc, ...) diag_error(idl->diag, loc, __VA_ARGS__)
#define hint(...) diag_hint(idl->diag, __VA_ARGS__)

static const struct {
	const char *name;
	uint64_t min, max, def;
} limits[NR_LIMITS] = {
	[LIMIT_HEAP] = { "heap", 1 << 16, 1 << 22, 1 << 16 },
	[LIMIT_STACK] = { "stack", 512, 6144, 3072 },
	[LIMIT_IRQS] = { "irqs", 0, 64, 0 },
	[LIMIT_DMA] = { "dma", 0, 1 << 22, 0 },
	[LIMIT_TIMERS] = { "timers", 0, 64, 0 },
	[LIMIT_THREADS] = { "threads", 0, 32, 0 },
	[LIMIT_RESTARTS] = { "restarts", 0, 64, 0 },
	[LIMIT_WINDOW_MS] = { "window_ms", 1, 3600000, 0 },
};

const char *limit_name(enum limit_id id)
{
	return limits[id].name;
}

static int find_limit(const char *name)
{
	for (int i = 0; i < NR_LIMITS; i++) {
		if (!strcmp(limits[i].name, name))
			return i;
	}
	return -1;
}

static void check_limit(struct idl *idl, struct domain *dom, const struct limit *l)
{
	int i = find_limit(l->name.s);

	if (i < 0) {
		error(l->name.loc, "'%s' is nothing a domain declares", l->name.s);
		hint("there are provides, requires, pci, param, heap, stack, irqs, dma, timers, threads, restarts and window_ms");
	} else if (dom->given[i]) {
		error(l->name.loc, "'%s' is given twice", l->name.s);
		hint("leave one of them out");
	} else {
		dom->given[i] = true;
		if (check_range(idl, l->value, limits[i].min, limits[i].max, l->name.s))
			dom->limit[i] = l->value.v;
	}
}

static void check_limits(struct idl *idl, struct decl *d)
{
	struct domain *dom = d->domain;
	const struct limit *l;

	for (int i = 0; i < NR_LIMITS; i++)
		dom->limit[i] = limits[i].def;
	list_for_each(l, &dom->limits)
		check_limit(idl, dom, l);
	if (dom->given[LIMIT_HEAP])
		return;
	error(d->name.loc, "domain '%s' does not say how much memory it needs", d->name.s);
	hint("write 'heap = 1 << 20;': its private window, in bytes");
}

static void check_provides(struct idl *idl, struct decl *d)
{
	struct provide *p;

	list_for_each(p, &d->domain->provides) {
		p->iface = resolve_iface(idl, &p->name, d);
		if (p->iface && p->iface->host) {
			error(p->name.name.loc, "host interface '%s' is not for domains to provide",
			      p->name.text);
			hint("the trusted side implements it; a domain requires it");
		}
	}
	if (d->domain->provides.n <= 1)
		return;
	p = (void *)d->domain->provides.last;
	error(p->name.name.loc, "domain '%s' provides %u interfaces", d->name.s,
	      d->domain->provides.n);
	hint("a domain provides one at most; put the methods into one interface");
}

static bool has_shadows(const struct decl *iface)
{
	const struct method *m;

	list_for_each(m, iface->items) {
		if (m->restart == RESTART_RETRY || m->restart == RESTART_REPLAY)
			return true;
	}
	return false;
}

/* Host interfaces are among those: all their methods are @restart(fail). */
static void check_shadow(struct idl *idl, const struct provide *p)
{
	if (!p->shadow || has_shadows(p->iface))
		return;
	error(p->name.name.loc, "no method of '%s' has a shadow", p->name.text);
	hint("all are @restart(fail): the caller gets the error; leave 'shadow' out");
}

static void check_requires(struct idl *idl, struct decl *d)
{
	struct symtab seen = { 0 };
	struct provide *p;

	list_for_each(p, &d->domain->requires) {
		p->iface = resolve_iface(idl, &p->name, d);
		if (!p->iface)
			continue;
		check_unique(idl, &seen, p->name.name, "required interface");
		check_shadow(idl, p);
	}
	if (d->domain->requires.n <= MAX_REQUIRES)
		return;
	error(d->name.loc, "domain '%s' requires %u interfaces", d->name.s,
	      d->domain->requires.n);
	hint("at most %d; split the domain", MAX_REQUIRES);
}

static void check_pci(struct idl *idl, struct decl *d)
{
	const struct pci *p;

	list_for_each(p, &d->domain->pci) {
		wide max = p->by_class ? 0xffffff : 0xffff;

		if (!check_range(idl, p->a, 0, max, p->by_class ? "class" : "vendor") ||
		    !check_range(idl, p->b, 0, max, p->by_class ? "mask" : "device"))
			continue;
		if (p->by_class && (p->a.v & ~p->b.v)) {
			error(p->a.loc, "the class has bits the mask has not");
			hint("no device would ever match");
		} else if (!p->by_class && !p->a.v) {
			error(p->a.loc, "vendor 0 ends the table");
			hint("write the vendor's number, or match by class");
		}
	}
	if (!d->domain->pci.n && (d->domain->limit[LIMIT_IRQS] || d->domain->limit[LIMIT_DMA])) {
		error(d->name.loc, "domain '%s' wants interrupts or DMA and drives no device",
		      d->name.s);
		hint("add a pci clause, or leave irqs and dma out");
	}
	if (d->domain->pci.n <= MAX_PCI)
		return;
	error(d->name.loc, "domain '%s' has %u pci clauses", d->name.s, d->domain->pci.n);
	hint("at most %d; match by class", MAX_PCI);
}

static void check_dparam(struct idl *idl, const struct dparam *p)
{
	const wide top = ((wide)1 << 64) - 1;
	bool ok = check_range(idl, p->min, 0, top, "the lowest value");

	ok &= check_range(idl, p->max, 0, top, "the highest value");
	if (!ok || p->def.bad)
		return;
	if (p->min.v > p->max.v) {
		error(p->min.loc, "the range of '%s' is empty", p->name.s);
		hint("write [lowest, highest]");
		return;
	}
	check_range(idl, p->def, p->min.v, p->max.v, "the default");
}

static void check_dparams(struct idl *idl, struct decl *d)
{
	struct symtab seen = { 0 };
	const struct dparam *p;

	list_for_each(p, &d->domain->params) {
		check_lower(idl, p->name, "parameter");
		check_unique(idl, &seen, p->name, "parameter");
		check_dparam(idl, p);
		if (p->doc)
			continue;
		error(p->name.loc, "parameter '%s' has no description", p->name.s);
		hint("put a /// comment before it; users see it");
	}
	if (d->domain->params.n <= MAX_PARAM_DESCS)
		return;
	error(d->name.loc, "domain '%s' has %u parameters", d->name.s, d->domain->params.n);
	hint("at most %d", MAX_PARAM_DESCS);
}

void check_domain(struct idl *idl, struct decl *d)
{
	check_length(idl, d->name, MAX_DOMAIN_NAME);
	check_limits(idl, d);
	check_provides(idl, d);
	check_requires(idl, d);
	check_pci(idl, d);
	check_dparams(idl, d);
}
