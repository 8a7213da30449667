// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fault injection: the next call of one method, or a call made here and now, ends
 * in one of the real faults linked into every domain (domains/lib/inject.c).
 *
 * Only the trusted copy of the operation table is changed, and every generation
 * starts with a fresh copy; so an injected fault happens once. Off unless
 * redleaf.ko was loaded with allow_inject=1.
 */
#include <linux/module.h>
#include <linux/string.h>
#include "core.h"
#include "domain.h"
#include "guard.h"

static bool allow_inject;
module_param(allow_inject, bool, 0444);
MODULE_PARM_DESC(allow_inject, "let root crash domains through sysfs (default 0)");

/* The table is the lib's, in the domain's .ko, which the caller has pinned. */
static const struct rl_inject *find_fault(struct rl_domain *d, const char *name)
{
	u32 i;

	for (i = 0; d->inject && i < RL_NR_INJECT; i++)
		if (!strcmp(d->inject[i].name, name))
			return &d->inject[i];
	return NULL;
}

static int find_method(const struct rl_domain *d, const char *name)
{
	u32 i;

	for (i = 0; d->iface && i < d->iface->desc->nr_ops; i++)
		if (!strcmp(d->iface->desc->methods[i], name))
			return i;
	return -1;
}

static int inject(struct rl_domain *d, const char *text)
{
	char fault[24] = "", method[32] = "";
	const struct rl_inject *f;
	int m;

	if (sscanf(text, "%23s %31s", fault, method) != 2)
		return -EINVAL;
	f = find_fault(d, fault);
	m = find_method(d, method);
	if (!f || (m < 0 && strcmp(method, "now"))) {
		pr_err("redleaf: %s: inject: no fault \"%s\" or no method \"%s\"\n", d->name,
		       fault, method);
		return -EINVAL;
	}
	if (READ_ONCE(d->gate.alive) != RL_GATE_OPEN ||
	    !rl_code_has(d->gate.code, (unsigned long)f->fn))
		return -ENODEV;
	if (m < 0)
		rl_domain_call(d, f->fn, 0, 0);
	else
		WRITE_ONCE(d->ops_copy[m], (void *)f->fn);
	return 0;
}

/**
 * rl_inject_write() - handle a write to the instance's `inject`
 * @d: domain
 * @text: "FAULT METHOD": the next call of METHOD dies of FAULT; or "FAULT now"
 *
 * Return: 0; -EPERM: not allowed; -EINVAL: no such fault or method; -ENODEV: the
 * domain is not running. Process context, may sleep; d->lock is not held, so a
 * restart may run meanwhile: the fault then hits the next generation, or nobody.
 */
int rl_inject_write(struct rl_domain *d, const char *text)
{
	int err;

	if (!allow_inject) {
		pr_err("redleaf: %s: fault injection is off; load redleaf.ko with allow_inject=1\n",
		       d->name);
		return -EPERM;
	}
	err = rl_domain_pin(d);
	if (err)
		return err;
	err = inject(d, text);
	rl_domain_unpin(d);
	return err;
}
