// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading: from a .ko's descriptor to running instances, and back.
 *
 * The descriptor is the domain's word: descriptor.c copies and checks it, with all that it
 * points to, before anything is created. A .ko makes one instance per PCI address it is
 * given, or `instances` ones without a device. Loading is all or nothing: when one
 * instance does not start, those before it are stopped again and insmod gets the error.
 *
 * A reload (escalation or upgrade) unloads and loads the same .ko while the
 * instance's object, its clients' references and its counters stay.
 */
#include <linux/kmod.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/umh.h>
#include "compat/module.h"
#include "admit.h"
#include "core.h"
#include "domain.h"
#include "domains.h"
#include "guard.h"
#include "heap.h"
#include "pci.h"

/* one load or unload at a time; it guards the list */
DEFINE_MUTEX(rl_domains_lock);
EXPORT_SYMBOL_NS_GPL(rl_domains_lock, RL_TEST);
LIST_HEAD(rl_domains);

static struct rl_policy default_policy = {
	.max_restarts = 20,
	.window_ms = 10000,
	.reload_after = 3,
	.max_failed = 5,
	.backoff_ms = 10,
};
module_param_named(max_restarts, default_policy.max_restarts, uint, 0644);
MODULE_PARM_DESC(max_restarts, "restarts within window_ms before a domain is DEAD, 0: no limit (default 20, at most 64)");
module_param_named(window_ms, default_policy.window_ms, uint, 0644);
MODULE_PARM_DESC(window_ms, "window of max_restarts, ms (default 10000)");
module_param_named(reload_after, default_policy.reload_after, uint, 0644);
MODULE_PARM_DESC(reload_after, "failed micro-reboots in a row before the .ko is reloaded (default 3)");
module_param_named(max_failed, default_policy.max_failed, uint, 0644);
MODULE_PARM_DESC(max_failed, "failed starts in a row before a domain is DEAD (default 5)");
module_param_named(backoff_ms, default_policy.backoff_ms, uint, 0644);
MODULE_PARM_DESC(backoff_ms, "wait after the first failed start, doubling (default 10)");

static int check_fingerprint(const char *who, const char *name, u64 want, u64 have)
{
	if (want == have)
		return 0;
	pr_err("redleaf: %s: refused: built against interface %s fingerprint %#018llx, this core has %#018llx; rebuild it\n",
	       who, name, want, have);
	return -ENOEXEC;
}

static struct rl_iface *find_iface(const char *who, const char *name, bool host, u64 fp)
{
	struct rl_iface *i = rl_iface_find(name, host);
	int err;

	if (!i) {
		pr_err("redleaf: %s: refused: interface %s is not registered; load rl_%s.ko or its module first\n",
		       who, name, name);
		return ERR_PTR(-ENOENT);
	}
	err = check_fingerprint(who, name, fp, i->desc->fingerprint);
	if (err) {
		rl_iface_put(i);
		return ERR_PTR(err);
	}
	return i;
}

static int bind_provided(struct rl_domain *d)
{
	struct rl_iface *i;

	if (!d->desc.provides)
		return 0;
	i = find_iface(d->name, d->desc.provides, false, d->desc.provides_fp);
	if (IS_ERR(i))
		return PTR_ERR(i);
	if (i->desc->nr_ops != d->desc.nr_ops) {
		pr_err("redleaf: %s: refused: %u operations, interface %s has %u\n", d->name,
		       d->desc.nr_ops, i->desc->name, i->desc->nr_ops);
		rl_iface_put(i);
		return -EINVAL;
	}
	d->iface = i;
	d->provided.desc = i->desc;
	return 0;
}

/* The youngest other domain that provides @i. rl_domains_lock held. */
static struct rl_domain *find_provider(const struct rl_domain *self, const struct rl_iface *i)
{
	struct rl_domain *d;

	list_for_each_entry_reverse(d, &rl_domains, node)
		if (d != self && d->iface == i && d->state == RL_RUNNING)
			return d;
	return NULL;
}

static int bind_required(struct rl_domain *d, u32 n)
{
	const struct rl_require *r = &d->desc.requires[n];
	struct rl_iface *i = find_iface(d->name, r->iface, r->host, r->fingerprint);
	struct rl_domain *p;

	if (IS_ERR(i))
		return PTR_ERR(i);
	d->required[n] = i;
	if (r->host) {
		/* the adapter's context is what its own attach() made of this domain */
		if (!d->iface || d->iface->owner != i->owner) {
			pr_err("redleaf: %s: refused: it requires %s but does not provide the interface that belongs to it\n",
			       d->name, r->iface);
			return -EINVAL;
		}
		d->caps_host[n] = (struct rl_host_iref){
			.ops = i->host_ops, .ctx = d->iface_priv, .desc = i->desc,
		};
		return 0;
	}
	p = find_provider(d, i);
	if (p) {
		rl_domain_get(p);
		d->caps[n] = &p->provided;
	} else if (!r->optional) {
		pr_err("redleaf: %s: refused: no running domain provides %s\n", d->name, r->iface);
		return -ENODEV;
	}
	return 0;
}

static void unbind(struct rl_domain *d)
{
	u32 n;

	for (n = 0; n < RL_MAX_REQUIRES; n++) {
		struct rl_iref *provider = d->caps[n];

		WRITE_ONCE(d->caps[n], NULL);	/* the reaper looks, under RCU alone */
		if (provider)
			rl_domain_put(rl_gate_domain(provider->gate));
		if (d->required[n])
			rl_iface_put(d->required[n]);
		d->required[n] = NULL;
	}
	if (d->iface)
		rl_iface_put((struct rl_iface *)d->iface);
	d->iface = NULL;
}

static int bind_interfaces(struct rl_domain *d)
{
	int err = bind_provided(d);
	u32 n;

	if (!err && d->iface && d->iface->ops->attach)
		err = d->iface->ops->attach(d, &d->iface_priv);
	if (err) {
		unbind(d);
		return err;
	}
	for (n = 0; n < d->desc.nr_requires && !err; n++)
		err = bind_required(d, n);
	if (err) {
		if (d->iface && d->iface->ops->detach)
			d->iface->ops->detach(d, d->iface_priv);
		unbind(d);
	}
	return err;
}

/* One "name=value" of the params string. */
static int set_param(struct rl_domain *d, char *word)
{
	char *val = strchr(word, '=');
	u32 i;
	u64 v;

	if (val)
		*val++ = 0;
	for (i = 0; val && i < d->desc.nr_params; i++) {
		const struct rl_param_desc *p = &d->desc.params[i];

		if (strcmp(p->name, word))
			continue;
		if (kstrtou64(val, 0, &v) || v < p->min || v > p->max) {
			pr_err("redleaf: %s: parameter %s=%s: want a number from %llu to %llu (%s)\n",
			       d->name, word, val, p->min, p->max, p->help);
			return -EINVAL;
		}
		d->params[i] = v;
		return 0;
	}
	pr_err("redleaf: %s: unknown parameter \"%s\"; this domain has:\n", d->name, word);
	for (i = 0; i < d->desc.nr_params; i++)
		pr_err("redleaf: %s:   %s (%s)\n", d->name, d->desc.params[i].name,
		       d->desc.params[i].help);
	return -EINVAL;
}

static int set_params(struct rl_domain *d, const char *text)
{
	char *copy, *at, *word;
	int err = 0;
	u32 i;

	for (i = 0; i < d->desc.nr_params; i++)
		d->params[i] = d->desc.params[i].def;
	if (!text || !*text)
		return 0;
	copy = kstrdup(text, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	at = copy;
	while (!err && (word = strsep(&at, ",")))
		err = *word ? set_param(d, word) : 0;
	kfree(copy);
	return err;
}

/*
 * What the descriptor and the module say; again at a reload. d->lock held. 0, or
 * -ENOMEM with nothing changed.
 */
static int adopt_module(struct rl_domain *d, const struct rl_domain_desc *desc,
			struct module *mod, const struct rl_load_args *args)
{
	const struct rl_code *code = rl_code_make(mod);

	if (!code)
		return -ENOMEM;
	kfree(d->gate.code);
	d->gate.code = code;
	d->inject = args->inject;
	d->desc = *desc;
	strscpy(d->desc_name, desc->name, sizeof(d->desc_name));
	d->desc.name = d->desc_name;
	d->mod = mod;
	rl_compat_text(mod, &d->text, &d->text_size);
	rl_compat_rodata(mod, &d->ro, &d->ro_size);
	d->mod_size = rl_compat_module_size(mod);
	d->gate.stack = (desc->stack_bound ?: RL_STACK_DEFAULT) + RL_STACK_RESERVE;
	return 0;
}

static bool name_taken(const char *name)
{
	struct rl_domain *d;

	list_for_each_entry(d, &rl_domains, node)
		if (!strcmp(d->name, name))
			return true;
	return false;
}

/* The first number that no instance of that name has: "nvme.0", "nvme.1", ... */
static void make_name(char *name, size_t size, const char *of)
{
	int n = 0;

	do
		snprintf(name, size, "%s.%d", of, n++);
	while (name_taken(name));
}

/* Undo instance_make() from wherever it got to. d->lock not held. */
static void instance_unmake(struct rl_domain *d)
{
	rl_control_del(d);
	rl_crash_end(d);
	mutex_lock(&d->lock);	/* the device may be leaving at the same time */
	if (d->iface && d->iface->ops->detach)
		d->iface->ops->detach(d, d->iface_priv);
	unbind(d);
	mutex_unlock(&d->lock);
	rl_pci_release(d);
	if (d->heap && !d->lost)
		rl_window_destroy(d);
	if (!list_empty(&d->node)) {
		list_del_init(&d->node);
		rl_watchdog_stop();
	}
	rl_domain_retire(d);
}

static int instance_prepare(struct rl_domain *d, const char *bdf, const char *params)
{
	int err = set_params(d, params);

	if (!err && bdf)
		err = rl_pci_claim(d, bdf);
	if (!err)
		err = bind_interfaces(d);
	if (!err)
		err = rl_control_add(d);
	return err;
}

static int instance_make(const struct rl_domain_desc *desc, struct module *mod, const char *bdf,
			 const struct rl_load_args *args)
{
	char name[RL_NAME_MAX + 16];
	struct rl_domain *d;
	int err;

	make_name(name, sizeof(name), desc->name);
	d = rl_domain_create(name);
	if (IS_ERR(d))
		return PTR_ERR(d);
	d->policy = default_policy;
	d->policy.max_restarts = min_t(u32, d->policy.max_restarts, ARRAY_SIZE(d->restart_times));
	if (desc->limits && desc->limits->restarts != U32_MAX)
		d->policy.max_restarts = min_t(u32, desc->limits->restarts,
					       ARRAY_SIZE(d->restart_times));
	if (desc->limits && desc->limits->window_ms)
		d->policy.window_ms = desc->limits->window_ms;
	err = adopt_module(d, desc, mod, args);
	if (!err)
		err = instance_prepare(d, bdf, args->params);
	if (!err) {
		list_add_tail(&d->node, &rl_domains);
		rl_watchdog_start();
		mutex_lock(&d->lock);
		err = rl_domain_start(d);
		mutex_unlock(&d->lock);
	}
	if (err && d->lost)
		return 0;	/* threads run its code: DEAD, but it must stay loaded */
	if (err)
		instance_unmake(d);
	return err;
}

static int make_all_pci(const struct rl_domain_desc *desc, struct module *mod,
			const struct rl_load_args *args)
{
	char *copy, *at, *bdf;
	int err = 0;

	if (!args->pci || !*args->pci) {
		pr_err("redleaf: %s: refused: it drives a device; name one: insmod %s.ko pci=0000:00:04.0\n",
		       mod->name, mod->name);
		return -EINVAL;
	}
	copy = kstrdup(args->pci, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	at = copy;
	while (!err && (bdf = strsep(&at, ",")))
		err = *bdf ? instance_make(desc, mod, bdf, args) : 0;
	kfree(copy);
	return err;
}

static int make_all(const struct rl_domain_desc *desc, struct module *mod,
		    const struct rl_load_args *args)
{
	unsigned int i;
	int err = 0;

	if (desc->pci)
		return make_all_pci(desc, mod, args);
	for (i = 0; i < args->instances && !err; i++)
		err = instance_make(desc, mod, NULL, args);
	return err;
}

/*
 * The instance a reload is meant for. It cannot go away: the reaper waits for
 * the reload with the instance's lock held.
 */
static struct rl_domain *reloading_instance(const char *name)
{
	struct rl_domain *d, *found = NULL;

	mutex_lock(&rl_domains_lock);
	list_for_each_entry(d, &rl_domains, node)
		if (READ_ONCE(d->reloading) && !strcmp(d->desc_name, name))
			found = d;
	mutex_unlock(&rl_domains_lock);
	return found;
}

/* Clients and capabilities stay: what they rest on must be the same. */
static bool same_contract(const struct rl_domain *d, const struct rl_domain_desc *desc)
{
	u32 i;

	if (desc->provides_fp != d->desc.provides_fp || desc->nr_ops != d->desc.nr_ops ||
	    desc->nr_params != d->desc.nr_params || desc->nr_requires != d->desc.nr_requires)
		return false;
	for (i = 0; i < desc->nr_requires; i++)
		if (!d->required[i] ||
		    desc->requires[i].fingerprint != d->required[i]->desc->fingerprint)
			return false;
	return true;
}

static int readopt(struct rl_domain *d, const struct rl_domain_desc *desc, struct module *mod,
		   const struct rl_load_args *args)
{
	if (!same_contract(d, desc)) {
		pr_err("redleaf: %s: reload refused: the new %s.ko has other interfaces or parameters; unload the old one first\n",
		       d->name, mod->name);
		return -EINVAL;
	}
	return adopt_module(d, desc, mod, args);
}

static void unmake(struct rl_domain *d)
{
	mutex_lock(&d->lock);
	rl_domain_stop(d, true);
	mutex_unlock(&d->lock);
	instance_unmake(d);
}

static void unmake_of(struct module *mod)
{
	struct rl_domain *d, *next;

	list_for_each_entry_safe_reverse(d, next, &rl_domains, node)
		if (d->mod == mod)
			unmake(d);
}

/*
 * An instance whose reload failed half-way has no code, and there is no .ko with which
 * it could go: the next one of its name takes its place. It gets no pins any more.
 */
static int unmake_without_code(const char *name)
{
	struct rl_domain *d, *next;

	list_for_each_entry_safe(d, next, &rl_domains, node) {
		if (d->mod || strcmp(d->desc_name, name))
			continue;
		if (READ_ONCE(d->pins)) {
			pr_err("redleaf: %s: has no code and is still in use; close what uses it, then load again\n",
			       d->name);
			return -EBUSY;
		}
		unmake(d);
	}
	return 0;
}

int rl_domain_load(const struct rl_domain_desc *desc, struct module *mod,
		   const struct rl_load_args *args)
{
	struct rl_domain_desc copy;
	struct rl_domain *d;
	int err = rl_admit(mod, args->level);

	if (!err)
		err = rl_desc_read(&copy, desc, mod);
	if (!err)
		err = rl_symbols_check(mod);
	if (err)
		return err;
	d = reloading_instance(copy.name);
	if (d)
		return readopt(d, &copy, mod, args);
	mutex_lock(&rl_domains_lock);
	err = unmake_without_code(copy.name) ?: make_all(&copy, mod, args);
	if (err)
		unmake_of(mod);
	mutex_unlock(&rl_domains_lock);
	return err;
}
EXPORT_SYMBOL_GPL(rl_domain_load);

void rl_domain_unload(struct module *mod)
{
	struct rl_domain *d;

	mutex_lock(&rl_domains_lock);
	list_for_each_entry(d, &rl_domains, node)
		if (d->mod == mod && READ_ONCE(d->reloading))
			d->mod = NULL;
	unmake_of(mod);
	mutex_unlock(&rl_domains_lock);
}
EXPORT_SYMBOL_GPL(rl_domain_unload);

static int umh(const char *cmd, const char *flag, const char *name)
{
	char *argv[] = { (char *)cmd, (char *)flag, (char *)name, NULL };
	static char *envp[] = { "HOME=/", "PATH=/sbin:/bin:/usr/sbin:/usr/bin", NULL };
	int rc = call_usermodehelper(cmd, argv, envp, UMH_WAIT_PROC);

	return rc > 0 ? -EIO : rc;
}

/* The only instance of its module: nobody else's generation ends with the .ko. */
static bool sole_instance(const struct rl_domain *self)
{
	bool sole = true;
	unsigned int i;

	/* not the list: its lock is taken before d->lock, which we hold */
	rcu_read_lock();
	for (i = 0; i < READ_ONCE(rl_gates_end); i++) {
		struct rl_gate *g = READ_ONCE(rl_gates[i]);

		if (g && rl_gate_domain(g) != self && rl_gate_domain(g)->mod == self->mod)
			sole = false;
	}
	rcu_read_unlock();
	return sole;
}

int rl_domain_pin(struct rl_domain *d)
{
	unsigned long flags;
	int err = 0;

	spin_lock_irqsave(&d->pin_lock, flags);
	/* a reload under way: counted now, taken when the code is back */
	if (!d->reloading && (!d->mod || !try_module_get(d->mod)))
		err = -ENODEV;
	else
		d->pins++;
	spin_unlock_irqrestore(&d->pin_lock, flags);
	return err;
}
EXPORT_SYMBOL_GPL(rl_domain_pin);

void rl_domain_unpin(struct rl_domain *d)
{
	unsigned long flags;

	spin_lock_irqsave(&d->pin_lock, flags);
	d->pins--;
	if (!d->reloading)
		module_put(d->mod);
	spin_unlock_irqrestore(&d->pin_lock, flags);
}
EXPORT_SYMBOL_GPL(rl_domain_unpin);

/* Let go of, or take again, what pins hold, so that the reaper may reload. */
static void reload_begin(struct rl_domain *d)
{
	unsigned long flags;
	u32 n;

	spin_lock_irqsave(&d->pin_lock, flags);
	WRITE_ONCE(d->reloading, true);
	for (n = 0; n < d->pins; n++)
		module_put(d->mod);
	spin_unlock_irqrestore(&d->pin_lock, flags);
}

static void reload_end(struct rl_domain *d)
{
	unsigned long flags;
	u32 n;

	spin_lock_irqsave(&d->pin_lock, flags);
	for (n = 0; d->mod && n < d->pins; n++)
		__module_get(d->mod);
	WRITE_ONCE(d->reloading, false);
	spin_unlock_irqrestore(&d->pin_lock, flags);
}

/**
 * rl_domain_reload() - unload a domain's .ko and load it again
 * @d: instance that is down: no thread inside, ledger released
 *
 * By modprobe, so the .ko must be installed below /lib/modules. Context: the
 * reaper, d->lock held; sleeps. Return: 0, or -Exxx with the old code still
 * loaded, or with none: the domain cannot run then.
 */
int rl_domain_reload(struct rl_domain *d)
{
	char name[MODULE_NAME_LEN];
	int err;

	lockdep_assert_held(&d->lock);
	if (!d->mod || d->mod->state != MODULE_STATE_LIVE || !sole_instance(d))
		return -EBUSY;
	strscpy(name, d->mod->name, sizeof(name));
	reload_begin(d);
	err = umh("/sbin/modprobe", "-r", name);
	if (!err)
		err = umh("/sbin/modprobe", "-q", name);
	reload_end(d);
	d->reloads += !err;
	if (err)
		pr_err("redleaf: %s: reload of %s.ko failed (%d)%s\n", d->name, name, err,
		       d->mod ? "" : "; the domain has no code now");
	return err;
}
