// SPDX-License-Identifier: GPL-2.0-only
/*
 * Admission: a module becomes a domain when its file is sealed at a guard level
 * that this host wants.
 *
 * The seal is of the file, and the file is gone when the module's init runs: the
 * kernel has relocated and patched it. So it is checked where the kernel asks its
 * security modules, with the whole file in memory of the kernel's own and nothing of it
 * looked at yet; a file that is not what was sealed is not loaded. The verdict
 * waits for rl_domain_load(), which the same thread calls from the module's init:
 * whatever that thread loads next takes the verdict of the last file away, so no
 * module can use another one's. A module whose file was not seen has no verdict and is
 * refused.
 *
 * What may crash here: nothing of a domain runs yet. Verdicts that nobody fetched (the
 * kernel refused the module) are freed with the next file, or when the core is unloaded.
 */
#include <linux/ftrace.h>
#include <linux/fs.h>
#include <linux/kernel_read_file.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/sched/task.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/wait_bit.h>
#include "admit.h"
#include "hook.h"
#include "seal.h"

static const char *const level_names[] = RL_GUARD_LEVEL_NAMES;
static enum rl_guard_level least_level = RL_GUARD_stores;	/* written at load alone */

static int set_level(const char *value, const struct kernel_param *kp)
{
	int level = match_string(level_names, RL_GUARD_LEVELS, value);

	if (level < 0) {
		pr_err("redleaf: not loaded: guard_level=%s: want none, stores or full\n", value);
		return level;
	}
	least_level = level;
	return 0;
}

static int get_level(char *buf, const struct kernel_param *kp)
{
	return sysfs_emit(buf, "%s\n", level_names[least_level]);
}

static const struct kernel_param_ops level_ops = { .set = set_level, .get = get_level };
module_param_cb(guard_level, &level_ops, NULL, 0444);
MODULE_PARM_DESC(guard_level, "least guard level of domains: none, stores or full (default stores)");

static bool allow_unsealed;
module_param(allow_unsealed, bool, 0444);
MODULE_PARM_DESC(allow_unsealed, "for developers: load domains that the verifier has not sealed, taints the kernel (default 0)");

/**
 * struct verdict - what the seal of a thread's newest module said
 * @node: in verdicts, under verdicts_lock
 * @task: the thread, with a reference; set once
 * @level: enum rl_guard_level that its file was verified for; set once
 *
 * Made and fetched by the thread itself. Whoever takes it off the list frees it.
 */
struct verdict {
	struct list_head node;
	struct task_struct *task;
	u32 level;
};

static LIST_HEAD(verdicts);
static DEFINE_SPINLOCK(verdicts_lock);

static void verdict_free(struct verdict *v)
{
	put_task_struct(v->task);
	kfree(v);
}

/* What is left of this thread's last file, and of threads that are no more. */
static void forget(void)
{
	struct verdict *v, *next;
	LIST_HEAD(old);

	spin_lock(&verdicts_lock);
	list_for_each_entry_safe(v, next, &verdicts, node)
		if (v->task == current || READ_ONCE(v->task->exit_state))
			list_move(&v->node, &old);
	spin_unlock(&verdicts_lock);
	list_for_each_entry_safe(v, next, &old, node)
		verdict_free(v);
}

static void remember(struct verdict *v)
{
	v->task = get_task_struct(current);
	spin_lock(&verdicts_lock);
	list_add(&v->node, &verdicts);
	spin_unlock(&verdicts_lock);
}

/* -ENOKEY: nobody has accepted the file that this thread is loading. */
static int fetch(u32 *level)
{
	struct verdict *v, *own = NULL;

	spin_lock(&verdicts_lock);
	list_for_each_entry(v, &verdicts, node)
		if (v->task == current)
			own = v;
	if (own)
		list_del(&own->node);
	spin_unlock(&verdicts_lock);
	if (!own)
		return -ENOKEY;
	*level = own->level;
	verdict_free(own);
	return 0;
}

/* A file that the kernel will load as a module: 0, or what insmod gets. */
static int judge(const char *file, loff_t size, const char *who)
{
	struct verdict *v;
	int err;

	forget();
	v = kzalloc(sizeof(*v), GFP_KERNEL);
	if (!v)
		return -ENOMEM;
	err = rl_seal_check((const u8 *)file, size, who, &v->level);
	if (!err) {
		remember(v);
		return 0;
	}
	kfree(v);
	/* without a seal it is no domain, as far as anybody knows yet */
	return err == -ENODATA || (err == -EKEYREJECTED && allow_unsealed) ? 0 : err;
}

/* Threads that were sent to the functions below and have not left them. */
static atomic_t visitors;

static void leave(void)
{
	if (atomic_dec_and_test(&visitors))
		wake_up_var(&visitors);
}

static int post_read_file(struct file *file, char *buf, loff_t size, enum kernel_read_file_id id)
{
	int err = security_kernel_post_read_file(file, buf, size, id);
	char who[64];

	if (!err && id == READING_MODULE) {
		snprintf(who, sizeof(who), "%pD", file);
		err = judge(buf, size, who);
	}
	leave();
	return err;
}

static int post_load_data(char *buf, loff_t size, enum kernel_load_data_id id, char *description)
{
	int err = security_kernel_post_load_data(buf, size, id, description);

	if (!err && id == LOADING_MODULE)
		err = judge(buf, size, "init_module()");
	leave();
	return err;
}

/**
 * struct door - a way by which modules come in
 * @ops: hook; the ftrace core's
 * @function: of the kernel
 * @instead: what its callers get to, counted in visitors
 */
struct door {
	struct ftrace_ops ops;
	const char *function;
	unsigned long instead;
};

/* Our own call of the function goes through. */
static void notrace divert(unsigned long ip, unsigned long parent, struct ftrace_ops *ops,
			   struct ftrace_regs *fregs)
{
	const struct door *d = container_of(ops, struct door, ops);

	if (within_module(parent, THIS_MODULE))
		return;
	atomic_inc(&visitors);
	ftrace_get_regs(fregs)->ip = d->instead;
}

#define DOOR(name) {							\
	.ops = {							\
		.func = divert,						\
		.flags = FTRACE_OPS_FL_SAVE_REGS | FTRACE_OPS_FL_IPMODIFY |	\
			 FTRACE_OPS_FL_PERMANENT,			\
	},								\
	.function = "security_kernel_" #name,				\
	.instead = (unsigned long)name,					\
}

static struct door doors[] = {
	DOOR(post_read_file),	/* finit_module() */
	DOOR(post_load_data),	/* init_module() */
};

/**
 * rl_admit() - may this module be a domain?
 * @mod: module whose init calls
 * @built: what it was built for, by its own word
 *
 * Context: the thread that loads @mod; sleeps.
 * Return: 0; -ENOKEY: it is not sealed; -EPERM: not guarded as guard_level wants. The log
 * says why.
 */
int rl_admit(const struct module *mod, enum rl_guard_level built)
{
	u32 level = built;
	int err = fetch(&level);

	if (err && !allow_unsealed) {
		pr_err("redleaf: %s: refused: it is not sealed: not from tools/build, or stripped since; build it again, or load redleaf.ko with allow_unsealed=1\n",
		       mod->name);
		return err;
	}
	if (level < least_level) {
		pr_err("redleaf: %s: refused: %s for guard level %s, this core wants %s; build it for that (rl-guard := %s), or load redleaf.ko with guard_level=%s\n",
		       mod->name, err ? "built" : "verified", level_names[level],
		       level_names[least_level], level_names[least_level], level_names[level]);
		return -EPERM;
	}
	if (err) {
		pr_warn("redleaf: %s: loaded without a valid seal (allow_unsealed=1): nobody has verified it\n",
			mod->name);
		add_taint(TAINT_USER, LOCKDEP_STILL_OK);
	}
	return 0;
}

static void close_doors(int n)
{
	struct verdict *v, *next;

	while (n-- > 0)
		rl_hook_remove(&doors[n].ops);
	wait_var_event(&visitors, !atomic_read(&visitors));
	synchronize_rcu_tasks();	/* who has said goodbye may still be on its way out */
	list_for_each_entry_safe(v, next, &verdicts, node)
		verdict_free(v);
}

int rl_admit_init(void)
{
	int n, err = rl_seal_probe();

	if (err)
		pr_err("redleaf: seals: this kernel cannot check them (%d): no RSA with SHA-256?\n",
		       err);
	for (n = 0; !err && n < ARRAY_SIZE(doors); n++) {
		err = rl_hook_install(&doors[n].ops, doors[n].function, "seals");
		if (err)
			close_doors(n);
	}
	return err;
}

void rl_admit_exit(void)
{
	close_doors(ARRAY_SIZE(doors));
}
