// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/redleaf/<instance>/: what an operator sees and may change; beside these
 * folders is what belongs to no instance.
 *
 * Reading never takes d->lock (a restart may hold it for long): single values
 * are read as they are. Writing `kill` and the policy is root's.
 */
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/sysfs.h>
#include "core.h"
#include "domain.h"
#include "guard.h"
#include "heap.h"
#include "pci.h"

static struct kobject *root;

struct rl_attr {
	struct attribute attr;
	ssize_t (*show)(struct rl_domain *d, char *buf);
	ssize_t (*store)(struct rl_domain *d, const char *buf, size_t n);
};

#define RL_ATTR_RO(_name) static struct rl_attr attr_##_name = \
	{ { .name = #_name, .mode = 0444 }, show_##_name, NULL }
#define RL_ATTR_RW(_name) static struct rl_attr attr_##_name = \
	{ { .name = #_name, .mode = 0644 }, show_##_name, store_##_name }

static ssize_t show_state(struct rl_domain *d, char *buf)
{
	return sysfs_emit(buf, "%s\n", rl_state_name(READ_ONCE(d->state)));
}
RL_ATTR_RO(state);

static ssize_t show_generation(struct rl_domain *d, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(d->gate.gen));
}
RL_ATTR_RO(generation);

static ssize_t show_crashes(struct rl_domain *d, char *buf)
{
	return sysfs_emit(buf, "%llu\n", READ_ONCE(d->crashes));
}
RL_ATTR_RO(crashes);

static ssize_t show_restarts(struct rl_domain *d, char *buf)
{
	return sysfs_emit(buf, "%llu\n", READ_ONCE(d->restarts));
}
RL_ATTR_RO(restarts);

static ssize_t show_reloads(struct rl_domain *d, char *buf)
{
	return sysfs_emit(buf, "%llu\n", READ_ONCE(d->reloads));
}
RL_ATTR_RO(reloads);

static ssize_t show_inflight(struct rl_domain *d, char *buf)
{
	return sysfs_emit(buf, "%ld\n", rl_inflight(&d->gate));
}
RL_ATTR_RO(inflight);

static ssize_t show_last_reason(struct rl_domain *d, char *buf)
{
	if (!d->crashes)
		return sysfs_emit(buf, "none\n");
	return sysfs_emit(buf, "%s %pS%s%s\n", rl_reason_name(d->crash.reason),
			  (void *)d->crash.ip, *d->crash.text ? " " : "", d->crash.text);
}
RL_ATTR_RO(last_reason);

static ssize_t show_reasons(struct rl_domain *d, char *buf)
{
	ssize_t n = 0;
	int i;

	for (i = 1; i < RL_R_MAX; i++)
		n += sysfs_emit_at(buf, n, "%s %llu\n", rl_reason_name(i), d->by_reason[i]);
	return n;
}
RL_ATTR_RO(reasons);

static ssize_t show_shadow(struct rl_domain *d, char *buf)
{
	const struct rl_shadow_counts *c = &d->provided.shadow;

	return sysfs_emit(buf, "retried %ld\ngave_up %ld\nrecorded %ld\nfull %ld\nreplayed %ld\n",
			  atomic_long_read(&c->retried), atomic_long_read(&c->gave_up),
			  atomic_long_read(&c->recorded), atomic_long_read(&c->full),
			  atomic_long_read(&c->replayed));
}
RL_ATTR_RO(shadow);

/* Nanoseconds from the fault to each phase of the last recovery. */
static ssize_t show_recovery_ns(struct rl_domain *d, char *buf)
{
	const struct rl_phases p = d->phases;
	const struct { const char *name; u64 at; } v[] = {
		{ "drained", p.drained }, { "quiet", p.quiet }, { "released", p.released },
		{ "inited", p.inited }, { "up", p.up }, { "first_io", p.first_io },
	};
	ssize_t n = 0;
	int i;

	for (i = 0; i < ARRAY_SIZE(v); i++)
		n += sysfs_emit_at(buf, n, "%s %llu\n", v[i].name,
				   v[i].at > p.fault ? v[i].at - p.fault : 0);
	return n;
}
RL_ATTR_RO(recovery_ns);

static ssize_t show_kill(struct rl_domain *d, char *buf)
{
	return sysfs_emit(buf, "write 1 to end this generation\n");
}

static ssize_t store_kill(struct rl_domain *d, const char *buf, size_t n)
{
	bool yes;

	if (kstrtobool(buf, &yes) || !yes)
		return -EINVAL;
	if (READ_ONCE(d->state) == RL_DEAD)
		return -ENODEV;
	rl_domain_kill_why(d, RL_R_ADMIN, "killed through sysfs");
	return n;
}
RL_ATTR_RW(kill);

static ssize_t show_inject(struct rl_domain *d, char *buf)
{
	return sysfs_emit(buf, "write \"FAULT METHOD\" or \"FAULT now\"\n");
}

static ssize_t store_inject(struct rl_domain *d, const char *buf, size_t n)
{
	return rl_inject_write(d, buf) ?: n;
}
RL_ATTR_RW(inject);

static ssize_t show_max_restarts(struct rl_domain *d, char *buf)
{
	return sysfs_emit(buf, "%u\n", d->policy.max_restarts);
}

static ssize_t store_max_restarts(struct rl_domain *d, const char *buf, size_t n)
{
	u32 v;

	if (kstrtou32(buf, 0, &v) || v > ARRAY_SIZE(d->restart_times))
		return -EINVAL;
	WRITE_ONCE(d->policy.max_restarts, v);
	return n;
}
RL_ATTR_RW(max_restarts);

/* What it owns in the exchange heap, what it pays for there, and how often it got none. */
static ssize_t show_xheap(struct rl_domain *d, char *buf)
{
	return sysfs_emit(buf, "objects %lu\npaid %zu\nrefused %lu\n",
			  rl_xheap_count(d->gate.id), rl_xheap_paid(d->gate.id),
			  rl_xheap_refused(d->gate.id));
}
RL_ATTR_RO(xheap);

/* What an instance keeps of the kernel's memory, by kind, in bytes. */
static ssize_t show_memory(struct rl_domain *d, char *buf)
{
	size_t tables = sizeof(*d) + rl_code_cost(d->text_size) + rl_arena_cost(d->window_size) +
			num_possible_cpus() * sizeof(struct rl_inflight);

	return sysfs_emit(buf, "window %zu\ntables %zu\nmodule %lu\nxheap %zu\n",
			  d->window_size, tables, d->mod_size, rl_xheap_paid(d->gate.id));
}
RL_ATTR_RO(memory);

/* Empty without a device. */
static ssize_t show_irqs(struct rl_domain *d, char *buf)
{
	return rl_irq_show(d, buf);
}
RL_ATTR_RO(irqs);

static struct attribute *domain_attrs[] = {
	&attr_state.attr,
	&attr_generation.attr,
	&attr_crashes.attr,
	&attr_restarts.attr,
	&attr_reloads.attr,
	&attr_inflight.attr,
	&attr_last_reason.attr,
	&attr_reasons.attr,
	&attr_shadow.attr,
	&attr_recovery_ns.attr,
	&attr_kill.attr,
	&attr_inject.attr,
	&attr_max_restarts.attr,
	&attr_xheap.attr,
	&attr_memory.attr,
	&attr_irqs.attr,
	NULL
};
ATTRIBUTE_GROUPS(domain);

static ssize_t attr_show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	const struct rl_attr *a = container_of(attr, struct rl_attr, attr);

	return a->show(container_of(kobj, struct rl_domain, kobj), buf);
}

static ssize_t attr_store(struct kobject *kobj, struct attribute *attr, const char *buf, size_t n)
{
	const struct rl_attr *a = container_of(attr, struct rl_attr, attr);

	return a->store ? a->store(container_of(kobj, struct rl_domain, kobj), buf, n) : -EACCES;
}

static const struct sysfs_ops ops = { .show = attr_show, .store = attr_store };

/* The kobject holds a reference on the domain. */
static void release(struct kobject *kobj)
{
	rl_domain_put(container_of(kobj, struct rl_domain, kobj));
}

static const struct kobj_type type = {
	.sysfs_ops = &ops,
	.default_groups = domain_groups,
	.release = release,
};

int rl_control_add(struct rl_domain *d)
{
	int err;

	rl_domain_get(d);
	err = kobject_init_and_add(&d->kobj, (struct kobj_type *)&type, root, "%s", d->name);
	if (err) {
		kobject_put(&d->kobj);
		return err;
	}
	d->in_sysfs = true;
	return 0;
}

void rl_control_del(struct rl_domain *d)
{
	if (!d->in_sysfs)
		return;
	d->in_sysfs = false;
	kobject_del(&d->kobj);
	kobject_put(&d->kobj);
}

static ssize_t xheap_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return rl_xheap_show(buf);
}

static const struct kobj_attribute attr_heap = __ATTR_RO(xheap);

int rl_control_init(void)
{
	int err;

	root = kobject_create_and_add("redleaf", kernel_kobj);
	if (!root)
		return -ENOMEM;
	err = sysfs_create_file(root, &attr_heap.attr);
	if (err)
		kobject_put(root);
	return err;
}

void rl_control_exit(void)
{
	kobject_put(root);
}
