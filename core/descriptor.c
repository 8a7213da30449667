// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a domain's .ko says of itself, checked before anybody believes it.
 *
 * The descriptor and all that it points to have to lie in the read-only data of the
 * module, where nobody changes them any more, and strings have to end there. The
 * descriptor is copied, the rest is read where it lies for as long as the module is
 * loaded. Only then its numbers and entry points are looked at. Nothing here can fault:
 * a pointer is compared before it is followed.
 */
#include <linux/ctype.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "compat/module.h"
#include "core.h"
#include "domain.h"
#include "guard.h"

#define TEXT_MAX	256	/* of any string, with its end */

/* Read-only data of a module. */
struct ro {
	unsigned long base;
	unsigned long size;
};

static bool inside(const struct ro *ro, const void *p, size_t size)
{
	unsigned long at = (unsigned long)p - ro->base;

	return at < ro->size && size <= ro->size - at;
}

static bool is_text(const struct ro *ro, const char *s)
{
	unsigned long at = (unsigned long)s - ro->base;
	size_t most;

	if (at >= ro->size)
		return false;
	most = min_t(size_t, ro->size - at, TEXT_MAX);
	return strnlen(s, most) < most;
}

static bool params_inside(const struct ro *ro, const struct rl_domain_desc *d)
{
	u32 i;

	if (d->nr_params && !inside(ro, d->params, d->nr_params * sizeof(*d->params)))
		return false;
	for (i = 0; i < d->nr_params; i++)
		if (!is_text(ro, d->params[i].name) || !is_text(ro, d->params[i].help))
			return false;
	return true;
}

static bool requires_inside(const struct ro *ro, const struct rl_domain_desc *d)
{
	u32 i;

	if (d->nr_requires && !inside(ro, d->requires, d->nr_requires * sizeof(*d->requires)))
		return false;
	for (i = 0; i < d->nr_requires; i++)
		if (!is_text(ro, d->requires[i].iface))
			return false;
	return true;
}

/* What points elsewhere; NULL: nothing does. Counts have been checked. */
static const char *outside(const struct ro *ro, const struct rl_domain_desc *d)
{
	if (!is_text(ro, d->name))
		return "name";
	if (d->provides && !is_text(ro, d->provides))
		return "provides";
	if (d->nr_ops && !inside(ro, d->ops, d->nr_ops * sizeof(void *)))
		return "ops";
	if (d->pci && !inside(ro, d->pci, sizeof(*d->pci)))
		return "pci";
	if (!params_inside(ro, d))
		return "params";
	if (!requires_inside(ro, d))
		return "requires";
	if (d->limits && !inside(ro, d->limits, sizeof(*d->limits)))
		return "limits";
	return NULL;
}

static bool name_ok(const char *s)
{
	size_t n = strnlen(s, RL_NAME_MAX), i;

	for (i = 0; i < n; i++)
		if (!islower(s[i]) && !isdigit(s[i]) && s[i] != '_')
			return false;
	return n && n < RL_NAME_MAX;
}

static bool all_functions(const struct rl_code *code, const void *const *ops, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++)
		if (!rl_code_has(code, (unsigned long)ops[i]))
			return false;
	return true;
}

static int check_entries(const struct rl_domain_desc *d, struct module *mod)
{
	const void *own[2] = { d->init, d->exit ? (void *)d->exit : (void *)d->init };
	struct rl_code *code = rl_code_make(mod);
	int err = -ENOMEM;

	if (code)
		err = all_functions(code, own, 2) &&
		      all_functions(code, (const void **)d->ops, d->nr_ops) ? 0 : -EFAULT;
	if (err == -EFAULT)
		pr_err("redleaf: %s: refused: an entry point is no function of its code\n",
		       mod->name);
	kfree(code);
	return err;
}

static int check_numbers(const struct rl_domain_desc *d, const char *who)
{
	if (d->magic != RL_DOMAIN_MAGIC) {
		pr_err("redleaf: %s: refused: no domain descriptor (magic %#x)\n", who, d->magic);
		return -ENOEXEC;
	}
	if (d->abi != RL_ABI_VERSION) {
		pr_err("redleaf: %s: refused: built for ABI version %u, this core has %u; rebuild it\n",
		       who, d->abi, RL_ABI_VERSION);
		return -ENOEXEC;
	}
	if (!d->state_size || d->state_size > RL_STATE_MAX || d->heap_size > RL_WINDOW_MAX ||
	    d->stack_bound > RL_STACK_MAX || d->nr_ops > RL_MAX_OPS ||
	    d->nr_params > RL_MAX_PARAMS || d->nr_requires > RL_MAX_REQUIRES) {
		pr_err("redleaf: %s: refused: descriptor out of bounds (state %u, heap %u, stack %u, ops %u, params %u, requires %u)\n",
		       who, d->state_size, d->heap_size, d->stack_bound, d->nr_ops,
		       d->nr_params, d->nr_requires);
		return -EINVAL;
	}
	return 0;
}

static int check_pointers(const struct rl_domain_desc *d, const struct ro *ro, const char *who)
{
	const char *what = outside(ro, d);

	if (what) {
		pr_err("redleaf: %s: refused: %s of its descriptor is not in its read-only data\n",
		       who, what);
		return -EFAULT;
	}
	if (!name_ok(d->name)) {
		pr_err("redleaf: %s: refused: domain name must be [a-z0-9_], 1 to %d characters\n",
		       who, RL_NAME_MAX - 1);
		return -EINVAL;
	}
	return 0;
}

/**
 * rl_desc_check() - does a copied descriptor make sense, and all that it points to?
 * @d: copy
 * @mod: whose it is
 *
 * Context: process, sleeps. Return: 0, or -Exxx with the reason in the log.
 */
int rl_desc_check(const struct rl_domain_desc *d, struct module *mod)
{
	struct ro ro;
	int err = check_numbers(d, mod->name);

	rl_compat_rodata(mod, &ro.base, &ro.size);
	if (!err)
		err = check_pointers(d, &ro, mod->name);
	return err ?: check_entries(d, mod);
}
EXPORT_SYMBOL_NS_GPL(rl_desc_check, RL_TEST);

/**
 * rl_desc_read() - copy a module's descriptor
 * @copy: may be believed, if 0 is returned
 * @desc: where its glue says that it is
 * @mod: module
 *
 * Context: process, sleeps. Return: as rl_desc_check().
 */
int rl_desc_read(struct rl_domain_desc *copy, const struct rl_domain_desc *desc,
		 struct module *mod)
{
	struct ro ro;

	rl_compat_rodata(mod, &ro.base, &ro.size);
	if (!inside(&ro, desc, sizeof(*desc))) {
		pr_err("redleaf: %s: refused: its descriptor is not in its read-only data; declare it const\n",
		       mod->name);
		return -EFAULT;
	}
	*copy = *desc;
	return rl_desc_check(copy, mod);
}
EXPORT_SYMBOL_NS_GPL(rl_desc_read, RL_TEST);
