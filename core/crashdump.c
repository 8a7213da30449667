// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is left of a crash: one stable line in the kernel log, and a devcoredump
 * with everything known, as JSON (Documentation/crash.rst describes the fields).
 *
 * The record is filled where the fault was caught, in any context. The reaper
 * copies it, and a work item makes line and dump from the copy: looking symbols
 * up at the reaper's priority would keep the first I/O of the next generation
 * waiting. Nothing here touches the domain's memory.
 *
 * The kernel keeps one dump a device, until it is read or five minutes old. An instance
 * therefore has RL_MAX_DUMPS devices for nothing but dumps, whatever it drives; they
 * bound what crashes in a row can take. A dump outlives instance and core: its device is
 * of a kind that the kernel frees by itself.
 */
#include <linux/ctype.h>
#include <linux/devcoredump.h>
#include <linux/device.h>
#include <linux/kallsyms.h>
#include <linux/ptrace.h>
#include <linux/ratelimit.h>
#include <linux/seq_buf.h>
#include <linux/sysfs.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include "core.h"
#include "domain.h"
#include "report.h"

#define DUMP_SIZE 8192

static const char *const reasons[RL_R_MAX] = {
	[RL_R_NONE] = "none",
	[RL_R_PAGE_FAULT] = "page_fault",
	[RL_R_TRAP] = "trap",
	[RL_R_STACK] = "stack_overflow",
	[RL_R_HANG] = "hang",
	[RL_R_DIE] = "die",
	[RL_R_VIOLATION] = "violation",
	[RL_R_INIT] = "init",
	[RL_R_DEVICE] = "device_gone",
	[RL_R_ADMIN] = "admin",
	[RL_R_DMA] = "dma",
};

/* Names of regs[], in the order rl_crash_regs() fills it. */
static const char *const reg_names[16] = {
	"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp",
	"r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
};

const char *rl_reason_name(unsigned int reason)
{
	return reason < RL_R_MAX ? reasons[reason] : "?";
}
EXPORT_SYMBOL_GPL(rl_reason_name);

void rl_crash_regs(struct rl_crash *c, const struct pt_regs *r)
{
	const unsigned long v[16] = {
		r->ax, r->bx, r->cx, r->dx, r->si, r->di, r->bp, r->sp,
		r->r8, r->r9, r->r10, r->r11, r->r12, r->r13, r->r14, r->r15,
	};

	memcpy(c->regs, v, sizeof(v));
	c->flags = r->flags;
}

static const char *method_name(const struct rl_domain *d, u32 method)
{
	if (d->iface && method < d->iface->desc->nr_ops)
		return d->iface->desc->methods[method];
	return "internal";
}

/* Kept stable: scripts match it. */
void rl_crash_line(const struct rl_domain *d, const struct rl_crash *c)
{
	pr_notice("redleaf: crash: domain=%s gen=%u reason=%s trap=%d ip=%pS addr=%#lx method=%s cpu=%d comm=%s%s%s\n",
		  d->name, c->gen, rl_reason_name(c->reason), c->trap, (void *)c->ip, c->addr,
		  method_name(d, c->method), c->cpu, c->comm, *c->text ? " text=" : "", c->text);
}

/* JSON strings: what is not plain ASCII becomes '?'. */
static void put_string(struct seq_buf *s, const char *name, const char *val)
{
	seq_buf_printf(s, "  \"%s\": \"", name);
	for (; *val; val++) {
		bool odd = *val < ' ' || *val > '~' || *val == '"' || *val == '\\';

		seq_buf_printf(s, "%c", odd ? '?' : *val);
	}
	seq_buf_printf(s, "\",\n");
}

static void put_u64(struct seq_buf *s, const char *name, u64 val)
{
	seq_buf_printf(s, "  \"%s\": %llu,\n", name, val);
}

static void put_hex(struct seq_buf *s, const char *name, unsigned long val)
{
	seq_buf_printf(s, "  \"%s\": \"%#lx\",\n", name, val);
}

static void put_cause(struct seq_buf *s, struct rl_domain *d, const struct rl_crash *c)
{
	struct device *dev = rl_domain_dma_device(d);
	char sym[KSYM_SYMBOL_LEN];

	sprint_symbol(sym, c->ip);
	put_string(s, "domain", d->name);
	put_string(s, "device", dev ? dev_name(dev) : "");
	put_u64(s, "generation", c->gen);
	put_string(s, "reason", rl_reason_name(c->reason));
	put_string(s, "text", c->text);
	seq_buf_printf(s, "  \"trap\": %d,\n", c->trap);
	put_hex(s, "error_code", c->error_code);
	put_hex(s, "ip", c->ip);
	put_string(s, "symbol", sym);
	put_hex(s, "address", c->addr);
	put_string(s, "method", method_name(d, c->method));
	put_u64(s, "cpu", c->cpu);
	put_u64(s, "pid", c->pid);
	put_string(s, "comm", c->comm);
}

static void put_regs(struct seq_buf *s, const struct rl_crash *c)
{
	int i;

	seq_buf_printf(s, "  \"registers\": {\n");
	for (i = 0; i < 16; i++)
		seq_buf_printf(s, "    \"%s\": \"%#lx\",\n", reg_names[i], c->regs[i]);
	seq_buf_printf(s, "    \"rflags\": \"%#lx\"\n  },\n", c->flags);
}

static void put_stack(struct seq_buf *s, const struct rl_crash *c)
{
	u32 i;

	seq_buf_printf(s, "  \"stack\": [");
	for (i = 0; i < c->nr_stack; i++)
		seq_buf_printf(s, "%s\"%#lx\"", i ? ", " : "", c->stack[i]);
	seq_buf_printf(s, "],\n");
}

static void put_chain(struct seq_buf *s, const struct rl_crash *c)
{
	u32 i;

	seq_buf_printf(s, "  \"call_chain\": [");
	for (i = 0; i < c->nr_chain; i++)
		seq_buf_printf(s, "%s%u", i ? ", " : "", c->chain[i]);
	seq_buf_printf(s, "],\n");
}

/* 0: this phase was not reached. */
static u64 after(const struct rl_phases *p, u64 at)
{
	return at > p->fault ? at - p->fault : 0;
}

static void put_recovery(struct seq_buf *s, const struct rl_domain *d)
{
	const struct rl_phases *p = &d->phases;

	put_string(s, "state", rl_state_name(d->state));
	put_u64(s, "crashes", d->crashes);
	put_u64(s, "restarts", d->restarts);
	put_u64(s, "held_entries", d->held);
	put_u64(s, "dropped_objects", d->dropped);
	put_u64(s, "drained_ns", after(p, p->drained));
	put_u64(s, "quiet_ns", after(p, p->quiet));
	put_u64(s, "released_ns", after(p, p->released));
	seq_buf_printf(s, "  \"up_ns\": %llu\n}\n", after(p, p->up));
}

static bool has_dump(struct device *dev)
{
	struct kernfs_node *link = sysfs_get_dirent(dev->kobj.sd, "devcoredump");

	sysfs_put(link);
	return link;
}

static struct device *make_dump_device(const struct rl_domain *d, int n)
{
	char name[sizeof(d->name) + 16];
	struct device *dev;

	snprintf(name, sizeof(name), "redleaf-%s-%d", d->name, n);
	dev = root_device_register(name);
	return IS_ERR(dev) ? NULL : dev;
}

/* One that has no dump, or NULL. By the report work. */
static struct device *dump_device(struct rl_domain *d)
{
	int i;

	for (i = 0; i < RL_MAX_DUMPS; i++) {
		if (!d->dumps[i])
			d->dumps[i] = make_dump_device(d, i);
		if (!d->dumps[i] || !has_dump(d->dumps[i]))
			return d->dumps[i];
	}
	return NULL;
}

/* Best effort: without memory, or with too many unread, there is no dump. */
static void crash_dump(struct rl_domain *d, const struct rl_crash *c)
{
	struct device *dev = dump_device(d);
	struct seq_buf s;
	char *buf;

	if (!dev)
		return;
	buf = vzalloc(DUMP_SIZE);
	if (!buf)
		return;
	seq_buf_init(&s, buf, DUMP_SIZE - 1);
	seq_buf_printf(&s, "{\n");
	put_cause(&s, d, c);
	put_regs(&s, c);
	put_stack(&s, c);
	put_chain(&s, c);
	put_recovery(&s, d);
	dev_coredumpv(dev, buf, seq_buf_used(&s), GFP_KERNEL);
}

/* Crashes that follow each other closer than their reports wait here. */
void rl_crash_keep(struct rl_domain *d)
{
	lockdep_assert_held(&d->lock);
	flush_work(&d->report_work);
	d->reported = d->crash;
}

void rl_crash_report(struct rl_domain *d)
{
	queue_work(system_unbound_wq, &d->report_work);
}

/* No report is under way any more, and none will be: the domain goes. Dumps stay. */
void rl_crash_end(struct rl_domain *d)
{
	int i;

	flush_work(&d->report_work);
	for (i = 0; i < RL_MAX_DUMPS && d->dumps[i]; i++) {
		root_device_unregister(d->dumps[i]);
		d->dumps[i] = NULL;
	}
}
EXPORT_SYMBOL_NS_GPL(rl_crash_end, RL_TEST);

/* Unload waits for it, so domain and device are there. */
void rl_crash_report_fn(struct work_struct *work)
{
	struct rl_domain *d = container_of(work, struct rl_domain, report_work);

	rl_crash_line(d, &d->reported);
	crash_dump(d, &d->reported);
}

/* A domain's string, at most sizeof(out) - 1 characters of it; never faults. */
static void take_string(char *out, size_t size, const char *p)
{
	size_t i;

	for (i = 0; i < size - 1; i++) {
		if (copy_from_kernel_nofault(&out[i], p + i, 1)) {
			strscpy(out, "(bad string)", size);
			return;
		}
		if (!out[i])
			return;
		if (!isascii(out[i]) || !isprint(out[i]))
			out[i] = '?';	/* a line break could forge a crash line */
	}
	out[i] = 0;
}

void rl_report_warn(struct rl_domain *d, const char *what, unsigned long ip)
{
	static DEFINE_RATELIMIT_STATE(limit, 5 * HZ, 10);
	char text[64];

	if (!__ratelimit(&limit))
		return;
	take_string(text, sizeof(text), what);
	pr_warn("redleaf: %s: warning at %pS: %s\n", d->name, (void *)ip, text);
}

void rl_report_die(struct rl_frame *f, const char *why, unsigned long ip)
{
	struct rl_crash c = {
		.reason = RL_R_DIE,
		.trap = -1,
		.ip = ip,
		.method = rl_frame_method(f),
	};

	take_string(c.text, sizeof(c.text), why);
	rl_domain_kill(rl_gate_domain(f->gate), &c);
}
