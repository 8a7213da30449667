// SPDX-License-Identifier: GPL-2.0-only
/*
 * Emits a domain's declaration: tables in read-only data and the macro from
 * which its one descriptor is made, so that nobody copies a fingerprint or a
 * size by hand.
 *
 * Only the domain itself may have them (they are static), so they stand behind
 * a macro its main file defines before the header.
 */
#include <string.h>
#include "emit.h"

/* A doc comment as a C string: one line, quotes and backslashes escaped. */
static const char *c_string(struct emit *e, const char *doc)
{
	char *out = arena_alloc(&e->idl->arena, 2 * strlen(doc) + 1), *p = out;

	for (; *doc; doc++) {
		if (*doc == '\n') {
			if (doc[1])
				*p++ = ' ';
			continue;
		}
		if (*doc == '"' || *doc == '\\')
			*p++ = '\\';
		*p++ = *doc;
	}
	return out;
}

static void put_indices(struct emit *e, const struct decl *d)
{
	const struct provide *r;
	const struct dparam *p;

	if (!d->domain->params.n && !d->domain->requires.n)
		return;
	put(e, "/* For rl_param() and rl_iface(). */\nenum {\n");
	list_for_each(p, &d->domain->params)
		put(e, "\t%s%s,\n", p->index,
		    p == (void *)d->domain->params.first ? " = 0" : "");
	list_for_each(r, &d->domain->requires)
		put(e, "\t%s%s,\n", r->index,
		    r == (void *)d->domain->requires.first ? " = 0" : "");
	put(e, "};\n\n");
}

static void put_params(struct emit *e, const struct decl *d)
{
	const struct dparam *p;

	if (!d->domain->params.n)
		return;
	put(e, "static const struct rl_param_desc %s_params[] = {\n", d->cname);
	list_for_each(p, &d->domain->params) {
		put(e, "\t[%s] = { \"%s\", %s, %s,", p->index, p->name.s,
		    value_c(e->idl, p->def.v), value_c(e->idl, p->min.v));
		put(e, " %s,\n\t\t\"%s\" },\n", value_c(e->idl, p->max.v),
		    c_string(e, p->doc));
	}
	put(e, "};\n\n");
}

static void put_requires(struct emit *e, const struct decl *d)
{
	const struct provide *r;

	if (!d->domain->requires.n)
		return;
	put(e, "static const struct rl_require %s_requires[] = {\n", d->cname);
	list_for_each(r, &d->domain->requires)
		put(e, "\t[%s] = { .iface = \"%s\", .fingerprint = %s_FINGERPRINT%s%s%s },\n",
		    r->index, r->iface->name.s, r->iface->upper,
		    r->iface->host ? ", .host = true" : "",
		    r->optional ? ", .optional = true" : "",
		    r->shadow ? ", .shadow = true" : "");
	put(e, "};\n\n");
}

static void put_pci(struct emit *e, const struct decl *d)
{
	const struct pci *p;

	if (!d->domain->pci.n)
		return;
	put(e, "static const struct rl_pci_match %s_pci[] = {\n", d->cname);
	list_for_each(p, &d->domain->pci) {
		if (p->by_class)
			put(e, "\t{ .vendor = 0xffff, .device = 0xffff, .class = 0x%06x, .class_mask = 0x%06x },\n",
			    (unsigned int)p->a.v, (unsigned int)p->b.v);
		else
			put(e, "\t{ .vendor = 0x%04x, .device = 0x%04x },\n",
			    (unsigned int)p->a.v, (unsigned int)p->b.v);
	}
	put(e, "\t{ 0 }\n};\n\n");
}

static void put_limits(struct emit *e, const struct decl *d)
{
	static const struct {
		const char *field;
		enum limit_id id;
	} l[] = {
		{ "restarts", LIMIT_RESTARTS }, { "window_ms", LIMIT_WINDOW_MS },
		{ "timers", LIMIT_TIMERS }, { "threads", LIMIT_THREADS }, { "irqs", LIMIT_IRQS },
		{ "dma", LIMIT_DMA },
	};

	put(e, "static const struct rl_domain_limits %s_limits = {\n", d->cname);
	for (size_t i = 0; i < sizeof(l) / sizeof(l[0]); i++) {
		if (l[i].id == LIMIT_RESTARTS && !d->domain->given[LIMIT_RESTARTS])
			put(e, "\t.restarts = ~0u,\t/* as the core's parameters say */\n");
		else
			put(e, "\t.%s = %s,\n", l[i].field,
			    value_c(e->idl, d->domain->limit[l[i].id]));
	}
	put(e, "};\n\n");
}

/* The build adds up frames for the bound of its Kbuild; the core enforces this one. */
static void put_stack(struct emit *e, const struct decl *d)
{
	put(e, "#ifdef RL_STACK\n_Static_assert(RL_STACK == %s,\n"
	       "\t       \"rl-stack in the Kbuild is not the stack that domain %s declares\");\n"
	       "#endif\n\n", value_c(e->idl, d->domain->limit[LIMIT_STACK]), d->name.s);
}

static void put_macro(struct emit *e, const struct decl *d)
{
	const struct domain *dom = d->domain;
	const struct provide *p = (void *)dom->provides.first;

	put(e, "/* The descriptor: state_ is the type of @self, further fields may follow. */\n");
	put(e, "#define %s_DOMAIN(state_, %sinit_, ...) RL_DOMAIN = {\t\\\n", d->upper,
	    p ? "ops_, " : "");
	put(e, "\t.magic = RL_DOMAIN_MAGIC,\t\\\n\t.abi = RL_ABI_VERSION,\t\\\n");
	put(e, "\t.name = \"%s\",\t\\\n", d->name.s);
	if (p)
		put(e, "\t.provides = \"%s\",\t\\\n\t.provides_fp = %s_FINGERPRINT,\t\\\n"
		       "\t.ops = 1 ? (ops_) : (const struct %s_ops *)0,\t\\\n"
		       "\t.nr_ops = %s_NR_OPS,\t\\\n", p->iface->name.s, p->iface->upper,
		    p->iface->name.s, p->iface->upper);
	put(e, "\t.state_size = sizeof(state_),\t\\\n");
	put(e, "\t.heap_size = %s,\t\\\n", value_c(e->idl, dom->limit[LIMIT_HEAP]));
	if (dom->given[LIMIT_STACK])
		put(e, "\t.stack_bound = %s,\t\\\n", value_c(e->idl, dom->limit[LIMIT_STACK]));
	put(e, "\t.init = (init_),\t\\\n");
	if (dom->pci.n)
		put(e, "\t.pci = %s_pci,\t\\\n", d->cname);
	if (dom->params.n)
		put(e, "\t.params = %s_params,\t\\\n\t.nr_params = %u,\t\\\n", d->cname,
		    dom->params.n);
	if (dom->requires.n)
		put(e, "\t.requires = %s_requires,\t\\\n\t.nr_requires = %u,\t\\\n", d->cname,
		    dom->requires.n);
	put(e, "\t.limits = &%s_limits,\t\\\n", d->cname);
	put(e, "\t__VA_ARGS__\t\\\n}\n");
}

void emit_domain(struct emit *e, const struct decl *d)
{
	put(e, "/* Domain %s. Only its main file defines %s_MAIN. */\n", d->name.s, d->upper);
	put_doc(e, "", d->doc);
	put_indices(e, d);
	put(e, "#ifdef %s_MAIN\n#include <redleaf/domain.h>\n\n", d->upper);
	put_params(e, d);
	put_requires(e, d);
	put_pci(e, d);
	put_limits(e, d);
	put_stack(e, d);
	put_macro(e, d);
	put(e, "#endif\n\n");
}
