// SPDX-License-Identifier: GPL-2.0-only
/*
 * rl_rltest.ko: registers interface rltest and its host side, and offers the
 * tests as commands in debugfs: write to rltest/run, read rltest/result.
 *
 * One command runs at a time (run_lock); its TAP lines are kept until the next.
 */
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/smp.h>
#include <linux/uaccess.h>
#include "rltest.h"

#define LOOKS 1000	/* at one argument, by host.look() */

struct rl_domain *rltest_domains[RLTEST_MAX];
EXPORT_SYMBOL_NS_GPL(rltest_domains, RL_TEST);
int rltest_nr;
EXPORT_SYMBOL_NS_GPL(rltest_nr, RL_TEST);
unsigned long rltest_user_page;
atomic64_t rltest_notes;
u64 rltest_last_note;
bool rltest_note_faults;
static unsigned int failing_inits;	/* starts yet to fail; reaper and run_lock */

static DEFINE_MUTEX(run_lock);
static char result[16384];
static struct seq_buf out;
static struct dentry *dir;

void rltest_say(const char *fmt, ...)
{
	char line[256];
	va_list ap;

	va_start(ap, fmt);
	vscnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	seq_buf_printf(&out, "%s", line);
}

#define KIND_NAME(name, reason) #name,
static const char *const kind_names[] = { CRASH_KINDS(KIND_NAME) };
#define KIND_REASON(name, reason) reason,
static const char *const kind_reasons[] = { CRASH_KINDS(KIND_REASON) };

int rltest_kind(const char *name)
{
	int i;

	for (i = 0; i < CRASH_NR; i++)
		if (!strcmp(kind_names[i], name))
			return i;
	return -1;
}

const char *rltest_kind_name(int kind)
{
	return kind_names[kind];
}

const char *rltest_kind_reason(int kind)
{
	return kind_reasons[kind];
}

bool rltest_wait_running(struct rl_domain *d)
{
	return !rl_gate_wait_running(&d->gate, 5000);
}

/* The host side of the interface. */
static s32 note(void *ctx, u64 code, u64 arg)
{
	if (code == CRASH_NOTE_INIT) {
		if (!READ_ONCE(failing_inits))
			return 0;
		WRITE_ONCE(failing_inits, failing_inits - 1);
		return -EIO;
	}
	if (code == CRASH_NOTE_CPU)
		return raw_smp_processor_id();
	rltest_last_note = code;
	atomic64_inc(&rltest_notes);
	if (READ_ONCE(rltest_note_faults))
		*(volatile int *)8 = 1;	/* a bug of the core: nobody may swallow it */
	return 0;
}

static s32 give(void *ctx, struct rltest_item __rref *it)
{
	return rl_xheap_free(it, RL_OWNER_HOST);
}

static s32 give_two(void *ctx, struct rltest_item __rref *first, struct rltest_item __rref *second)
{
	rl_xheap_free(first, RL_OWNER_HOST);
	return rl_xheap_free(second, RL_OWNER_HOST);
}

/* Looks for long, since the caller may be changing what it passed: here nothing may change. */
static s32 look(void *ctx, struct rltest_shelf __rref *s,
		const struct rltest_u64_vec512 __rref *v, const struct rltest_blob *b)
{
	u64 was = READ_ONCE(b->a);
	u32 i;

	for (i = 0; i < LOOKS; i++)
		if (READ_ONCE(b->a) != was)
			return -EIO;
	return rl_xheap_free(s, RL_OWNER_HOST);
}

static const struct rltest_host_ops host_ops = {
	.note = note, .give = give, .give_two = give_two, .look = look,
};

static int attach(struct rl_domain *d, void **priv)
{
	if (rltest_nr == RLTEST_MAX)
		return -ENOSPC;
	rltest_domains[rltest_nr++] = d;
	return 0;
}

static void detach(struct rl_domain *d, void *priv)
{
	int i;

	for (i = 0; i < rltest_nr && rltest_domains[i] != d; i++)
		;
	for (rltest_nr--; i < rltest_nr; i++)
		rltest_domains[i] = rltest_domains[i + 1];
}

static const struct rl_iface_ops iface_ops = { .attach = attach, .detach = detach };

static struct rl_iface iface = {
	.owner = THIS_MODULE, .desc = &rltest_iface_desc, .ops = &iface_ops,
};

static struct rl_iface host_iface = {
	.owner = THIS_MODULE, .desc = &rltest_host_iface_desc, .host_ops = &host_ops,
};

/* The youngest domain calls the one before it; rl_rpc and errno of what came of it. */
static void next(const char *kind, unsigned int arg)
{
	struct rl_domain *d = rltest_domains[rltest_nr - 1];
	struct rl_ret r = rltest_crash_sleep(&d->provided, rltest_kind(kind), arg);

	rltest_say("%sok - %s %u: rpc %d err %d\n", r.rpc || r.err ? "not " : "", kind, arg,
		   r.rpc, r.err);
}

static int dispatch(char *cmd, char *a, char *b, unsigned int n)
{
	if (!strcmp(cmd, "cascade")) {
		rltest_cascade(a, n);
		return 0;
	}
	if (!rltest_nr)
		return -ENODEV;
	if (!strcmp(cmd, "matrix"))
		rltest_matrix(a, b, n);
	else if (!strcmp(cmd, "nest"))
		rltest_chain(n & 0xff, a, n >> 8);
	else if (!strcmp(cmd, "next"))
		next(a, n);
	else if (!strcmp(cmd, "threads"))
		rltest_threads(a, n);
	else if (!strcmp(cmd, "trees"))
		rltest_trees(a, n);
	else if (!strcmp(cmd, "quotas"))
		rltest_quotas(n);
	else if (!strcmp(cmd, "outer"))
		rltest_outer(a, n);
	else if (!strcmp(cmd, "stuck"))
		rltest_stuck(a);
	else if (!strcmp(cmd, "foreign"))
		rltest_foreign(a);
	else if (!strcmp(cmd, "initfail"))
		WRITE_ONCE(failing_inits, n);
	else if (!strcmp(cmd, "litmus"))
		rltest_litmus(a, n);
	else if (!strcmp(cmd, "hostile"))
		rltest_hostile(a);
	else if (!strcmp(cmd, "reader"))
		rltest_reader(a);
	else if (!strcmp(cmd, "arguments"))
		rltest_arguments(a);
	else if (!strcmp(cmd, "device"))
		rltest_device(a);
	else if (!strcmp(cmd, "storm"))
		rltest_storm(a, n);
	else if (!strcmp(cmd, "watch"))
		rltest_watch(a, b);
	else if (!strcmp(cmd, "dma"))
		rltest_dma(a, b);
	else if (!strcmp(cmd, "attack"))
		rltest_attack(a, n);
	else
		return -EINVAL;
	return 0;
}

/* "command a b n", any of the last three may be "-" or absent. */
static ssize_t run_write(struct file *file, const char __user *ubuf, size_t len, loff_t *pos)
{
	char line[128] = "", cmd[24] = "", a[24] = "", b[24] = "";
	unsigned int n = 1;
	int err;

	if (len >= sizeof(line) || copy_from_user(line, ubuf, len))
		return -EINVAL;
	sscanf(line, "%23s %23s %23s %u", cmd, a, b, &n);
	mutex_lock(&run_lock);
	seq_buf_init(&out, result, sizeof(result));
	rltest_user_page = (unsigned long)ubuf & PAGE_MASK;
	err = dispatch(cmd, a, b, n);
	mutex_unlock(&run_lock);
	return err ?: len;
}

static ssize_t result_read(struct file *file, char __user *ubuf, size_t len, loff_t *pos)
{
	ssize_t n;

	mutex_lock(&run_lock);
	n = simple_read_from_buffer(ubuf, len, pos, result, seq_buf_used(&out));
	mutex_unlock(&run_lock);
	return n;
}

static const struct file_operations run_fops = { .owner = THIS_MODULE, .write = run_write };
static const struct file_operations result_fops = { .owner = THIS_MODULE, .read = result_read };

static int __init rltest_init(void)
{
	int err = rl_iface_register(&iface);

	if (err)
		return err;
	err = rl_iface_register(&host_iface);
	if (err) {
		rl_iface_unregister(&iface);
		return err;
	}
	err = rltest_cascade_init();
	if (err) {
		rl_iface_unregister(&host_iface);
		rl_iface_unregister(&iface);
		return err;
	}
	seq_buf_init(&out, result, sizeof(result));
	dir = debugfs_create_dir("rltest", NULL);
	debugfs_create_file("run", 0200, dir, NULL, &run_fops);
	debugfs_create_file("result", 0400, dir, NULL, &result_fops);
	return 0;
}

static void __exit rltest_exit(void)
{
	debugfs_remove(dir);
	rltest_cascade_exit();
	rl_iface_unregister(&host_iface);
	rl_iface_unregister(&iface);
}

module_init(rltest_init);
module_exit(rltest_exit);
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(RL_TEST);
MODULE_DESCRIPTION("RedLeaf: interface rltest and the gate's tests");
