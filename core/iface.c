// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registry of interfaces.
 *
 * An interface module registers what domains may implement and what the trusted
 * side implements for them. A domain that uses one pins the interface module, so
 * proxies outlive every domain that was ever called through them.
 */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include "core.h"
#include "domain.h"
#include "heap.h"

static DEFINE_MUTEX(ifaces_lock);
static LIST_HEAD(ifaces);	/* under ifaces_lock */

static struct rl_iface *lookup(const char *name, bool host)
{
	struct rl_iface *i;

	list_for_each_entry(i, &ifaces, node)
		if (i->desc->host == host && !strcmp(i->desc->name, name))
			return i;
	return NULL;
}

/* Whoever was built against an interface holds its number: it must be of no other. */
static int check_fingerprint(const struct rl_iface_desc *desc)
{
	const struct rl_iface *i;

	list_for_each_entry(i, &ifaces, node) {
		if (i->desc->fingerprint != desc->fingerprint)
			continue;
		pr_err("redleaf: interface %s: fingerprint %#018llx is that of interface %s\n",
		       desc->name, desc->fingerprint, i->desc->name);
		return -EEXIST;
	}
	return 0;
}

static int add_types(const struct rl_iface_desc *desc)
{
	u32 n;
	int err;

	for (n = 0; n < desc->nr_types; n++) {
		err = rl_xheap_add_type(&desc->types[n]);
		if (err) {
			pr_err("redleaf: interface %s: type %s (id %#llx) %s (%d)\n",
			       desc->name, desc->types[n].name, desc->types[n].id,
			       err == -EEXIST ? "collides with another type" : "cannot be added",
			       err);
			break;
		}
	}
	if (n == desc->nr_types)
		return 0;
	while (n--)
		rl_xheap_del_type(&desc->types[n]);
	return err;
}

static void del_types(const struct rl_iface_desc *desc)
{
	u32 n;

	for (n = 0; n < desc->nr_types; n++)
		rl_xheap_del_type(&desc->types[n]);
}

/**
 * rl_iface_register() - make an interface known
 * @i: owner, desc and ops filled; stays the caller's, until unregister
 *
 * Context: process, may sleep. Return: 0, -EEXIST (name, fingerprint or type id
 * taken), -EINVAL.
 */
int rl_iface_register(struct rl_iface *i)
{
	int err;

	if (i->desc->nr_ops > RL_MAX_OPS)
		return -EINVAL;
	mutex_lock(&ifaces_lock);
	err = lookup(i->desc->name, i->desc->host) ? -EEXIST : check_fingerprint(i->desc);
	if (!err)
		err = add_types(i->desc);
	if (!err)
		list_add_tail(&i->node, &ifaces);
	mutex_unlock(&ifaces_lock);
	return err;
}
EXPORT_SYMBOL_GPL(rl_iface_register);

/* No domain uses it any more: the interface module's own reference count says so. */
void rl_iface_unregister(struct rl_iface *i)
{
	mutex_lock(&ifaces_lock);
	list_del(&i->node);
	del_types(i->desc);
	mutex_unlock(&ifaces_lock);
}
EXPORT_SYMBOL_GPL(rl_iface_unregister);

struct rl_iface *rl_iface_find(const char *name, bool host)
{
	struct rl_iface *i;

	mutex_lock(&ifaces_lock);
	i = lookup(name, host);
	if (i && !try_module_get(i->owner))
		i = NULL;
	mutex_unlock(&ifaces_lock);
	return i;
}
EXPORT_SYMBOL_NS_GPL(rl_iface_find, RL_TEST);

void rl_iface_put(struct rl_iface *i)
{
	module_put(i->owner);
}
EXPORT_SYMBOL_NS_GPL(rl_iface_put, RL_TEST);
