// SPDX-License-Identifier: GPL-2.0-only
/*
 * rl_rlcap.ko: registers interface rlcap and its host side, and lets a test command
 * domains that pass references: write to debugfs rlcap/run, read what came of it.
 *
 *   act N DEED A B C   domain N does it: "rpc err value", of the call or the deed
 *   give N SLOT T      passes domain N a reference to domain T: "rpc err 0"
 *   both N SLOT T      passes two of them, and an object
 *   swap N SLOT T      passes one, and gives up at once what is answered
 *   take T             takes back all that was made of the one to T: "0 err 0"
 *   held N             "0 0 count", of what domain N holds; -1: the trusted side
 *
 * One command runs at a time (run_lock), and all that is kept here is under that lock
 * or, the names, under names_lock.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/uaccess.h>
#include "domain.h"
#include "hold.h"
#include "rlcap_proxy.h"

#define DOMAINS 4

/* The instances in order of loading, each with the capability that others are derived
 * from; written by attach() and detach(), while nothing is commanded.
 */
static struct { struct rl_domain *d; rl_cap_t cap; } domains[DOMAINS];
static int nr_domains;

static rl_cap_t names[RLCAP_SLOTS];	/* 0: free */
static DEFINE_SPINLOCK(names_lock);
static DEFINE_MUTEX(run_lock);
static char answer[64];
static struct dentry *dir;

static s32 do_enter(void *ctx, u32 at, rl_cap_t peer)
{
	unsigned long flags;
	s32 err = -EEXIST;

	if (at >= RLCAP_SLOTS)
		return -ERANGE;
	spin_lock_irqsave(&names_lock, flags);
	if (!names[at]) {
		names[at] = peer;
		err = 0;
	}
	spin_unlock_irqrestore(&names_lock, flags);
	return err;
}

static s32 do_find(void *ctx, u32 at, rl_cap_t *peer)
{
	if (at >= RLCAP_SLOTS)
		return -ERANGE;
	*peer = READ_ONCE(names[at]);
	return *peer ? 0 : -ENODATA;
}

static const struct rlcap_names_ops host_ops = { .enter = do_enter, .find = do_find };

static int attach(struct rl_domain *d, void **priv)
{
	rl_cap_t cap;

	if (nr_domains == DOMAINS)
		return -ENOSPC;
	cap = rl_host_cap(&d->provided);
	if (cap == RL_CAP_NONE)
		return -ENOSPC;
	domains[nr_domains].cap = cap;
	domains[nr_domains++].d = d;
	return 0;
}

static void detach(struct rl_domain *d, void *priv)
{
	int i;

	for (i = 0; i < nr_domains && domains[i].d != d; i++)
		;
	rl_host_cap_release(domains[i].cap);
	for (nr_domains--; i < nr_domains; i++)
		domains[i] = domains[i + 1];
}

static const struct rl_iface_ops iface_ops = { .attach = attach, .detach = detach };

static struct rl_iface iface = {
	.owner = THIS_MODULE, .desc = &rlcap_iface_desc, .ops = &iface_ops,
};

static struct rl_iface host_iface = {
	.owner = THIS_MODULE, .desc = &rlcap_names_iface_desc, .host_ops = &host_ops,
};

static void say(struct rl_ret ret, u64 value)
{
	snprintf(answer, sizeof(answer), "%d %d %#llx\n", ret.rpc, ret.err, value);
}

static struct rl_iref *domain(int n)
{
	return n >= 0 && n < nr_domains ? &domains[n].d->provided : NULL;
}

static int act(const char *line)
{
	struct rlcap_outcome o = {};
	u32 deed, a = 0, b = 0;
	struct rl_ret ret;
	s64 c = 0;
	int n;

	if (sscanf(line, "%d %u %u %u %lli", &n, &deed, &a, &b, &c) < 2 || !domain(n))
		return -EINVAL;
	ret = rlcap_act(domain(n), deed, a, b, c, &o);
	if (ret.rpc || ret.err)
		say(ret, ~0ULL);
	else
		say((struct rl_ret){ .rpc = o.rpc, .err = o.err }, o.value);
	return 0;
}

/* An object that comes back is freed; so is what was answered. */
static void pass(const char *how, int n, u32 slot, rl_cap_t cap)
{
	struct rlcap_item __rref *it;
	rl_cap_t old = RL_CAP_NONE;
	struct rl_ret ret = {};

	if (!strcmp(how, "give")) {
		ret = rlcap_keep(domain(n), slot, cap);
	} else if (!strcmp(how, "swap")) {
		ret = rlcap_swap(domain(n), slot, cap, &old);
		rl_host_cap_release(old);
	} else {
		it = rl_xheap_alloc(RLCAP_ITEM_TYPE, RL_OWNER_HOST);
		ret = rlcap_keep_both(domain(n), slot, cap, it, cap);
		rl_xheap_free(it, RL_OWNER_HOST);
	}
	say(ret, old);
}

static int command(const char *cmd, const char *rest)
{
	int n = 0, slot = 0, t = 0;

	if (!strcmp(cmd, "act"))
		return act(rest);
	if (sscanf(rest, "%d %d %d", &n, &slot, &t) < 1)
		return -EINVAL;
	if (!strcmp(cmd, "held") && n == -1)
		say((struct rl_ret){}, rl_hold_count(&rl_host_holds));
	else if (!domain(n) || !domain(t))
		return -ENODEV;
	else if (!strcmp(cmd, "held"))
		say((struct rl_ret){}, rl_hold_count(domains[n].d->holds));
	else if (!strcmp(cmd, "take"))
		say((struct rl_ret){ .err = rl_host_cap_revoke(domains[n].cap) }, 0);
	else
		pass(cmd, n, slot, domains[t].cap);
	return 0;
}

static ssize_t run_write(struct file *file, const char __user *ubuf, size_t len, loff_t *pos)
{
	char line[96] = "", cmd[8] = "";
	int err;

	if (len >= sizeof(line) || copy_from_user(line, ubuf, len) ||
	    sscanf(line, "%7s", cmd) != 1)
		return -EINVAL;
	mutex_lock(&run_lock);
	err = command(cmd, line + strlen(cmd));
	mutex_unlock(&run_lock);
	return err ?: len;
}

static ssize_t run_read(struct file *file, char __user *ubuf, size_t len, loff_t *pos)
{
	ssize_t n;

	mutex_lock(&run_lock);
	n = simple_read_from_buffer(ubuf, len, pos, answer, strlen(answer));
	mutex_unlock(&run_lock);
	return n;
}

static const struct file_operations run_fops = {
	.owner = THIS_MODULE, .write = run_write, .read = run_read,
};

static int __init rlcap_init(void)
{
	int err = rl_iface_register(&iface);

	if (err)
		return err;
	err = rl_iface_register(&host_iface);
	if (err) {
		rl_iface_unregister(&iface);
		return err;
	}
	dir = debugfs_create_dir("rlcap", NULL);
	debugfs_create_file("run", 0600, dir, NULL, &run_fops);
	return 0;
}

static void __exit rlcap_exit(void)
{
	int i;

	debugfs_remove(dir);
	for (i = 0; i < RLCAP_SLOTS; i++)
		rl_host_cap_release(names[i]);
	rl_iface_unregister(&host_iface);
	rl_iface_unregister(&iface);
}

module_init(rlcap_init);
module_exit(rlcap_exit);
MODULE_IMPORT_NS(RL_TEST);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("RedLeaf: interface rlcap, and the tests of capabilities");
