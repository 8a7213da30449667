/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The domain object and its life.
 *
 *   LOADED -> RUNNING -> DYING -> RESTARTING -> RUNNING ...
 *                              -> DEAD
 *
 * One object per instance; it outlives its generations, its .ko (when that is
 * unloaded for an upgrade) and every client's reference. Two locks:
 *
 *   rl_domains_lock (mutex)   list of instances, load and unload
 *     d->lock (mutex)         one instance's life: state transitions, ledger
 *                             order, restart; held by the reaper or by load/
 *                             unload, never by a thread inside the domain
 *       d->ledger_lock        (spinlock, irqsave) the ledger list alone
 *
 * The fast path takes none of them: it reads struct rl_gate.
 */
#ifndef RL_DOMAIN_H
#define RL_DOMAIN_H

#include <linux/kobject.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <redleaf/domain.h>
#include <redleaf/inject.h>
#include "gate.h"
#include "guard_level.h"
#include "proxy.h"

struct device;
struct module;
struct pci_dev;
struct rl_arena;
struct rl_holds;
struct rl_pci;

enum rl_state {
	RL_LOADED,		/* known, never ran */
	RL_RUNNING,
	RL_DYING,		/* no new calls; threads are brought out */
	RL_RESTARTING,		/* ledger released; a new generation is being made */
	RL_DEAD,		/* restarts exhausted or orderly stop: stays down */
};

#define RL_MAX_DUMPS 8		/* crash dumps of one instance that nobody has read */

/* Why a generation ended. */
enum rl_reason {
	RL_R_NONE,
	RL_R_PAGE_FAULT,	/* #PF funnel */
	RL_R_TRAP,		/* #UD #DE #GP #SS #BP ... */
	RL_R_STACK,		/* prologue check or #DF */
	RL_R_HANG,		/* watchdog */
	RL_R_DIE,		/* rl_die(), BUG, stack protector, fortify */
	RL_R_VIOLATION,		/* broke the protocol of a call or an API */
	RL_R_INIT,		/* init answered an error */
	RL_R_DEVICE,		/* device removed under it */
	RL_R_ADMIN,		/* operator asked */
	RL_R_DMA,		/* its device was refused an access by the IOMMU */
	RL_R_MAX
};

/* What is known of a crash; written once per generation by whoever wins. */
struct rl_crash {
	enum rl_reason reason;
	int trap;		/* x86 vector or -1 */
	unsigned long ip;
	unsigned long addr;	/* fault address */
	unsigned long error_code;
	unsigned long regs[16];	/* rax..r15 in pt_regs order of crashdump.c */
	unsigned long flags;
	u32 method;
	u32 gen;		/* of the generation that ended; by the reaper */
	int cpu;
	pid_t pid;
	char comm[16];
	char text[64];		/* rl_die() text, violation, ... */
	u32 nr_stack, nr_chain;
	unsigned long stack[16];	/* words above the stack pointer */
	u32 chain[RL_MAX_CALL_DEPTH];	/* owner ids, innermost first */
	u64 at_ns;		/* ktime_get_mono_fast_ns() at detection */
};

/*
 * The ledger: everything a generation holds that is not memory of its window.
 * quiet() makes it harmless (mask, stop, cancel) and may sleep; after every
 * quiet() of the domain has run, release() gives it back. Both are called by
 * the reaper, newest entry first, with no thread inside the domain.
 */
struct rl_res;
struct rl_res_ops {
	const char *kind;
	void (*quiet)(struct rl_res *r);
	void (*release)(struct rl_res *r);
};

struct rl_res {
	struct list_head node;		/* d->ledger, under d->ledger_lock */
	const struct rl_res_ops *ops;
	struct rl_domain *dom;
};

/* Timestamps of one recovery, ktime_get_mono_fast_ns(). */
struct rl_phases {
	u64 fault, drained, quiet, released, inited, up, first_io;
};

struct rl_policy {
	u32 max_restarts;	/* in window_ms, then DEAD; 0: no limit */
	u32 window_ms;
	u32 reload_after;	/* failed micro-reboots in a row, then unload + reload */
	u32 max_failed;		/* failed starts in a row, then DEAD */
	u32 backoff_ms;		/* after the first failed restart, doubling */
};

struct rl_domain {
	struct rl_gate gate;		/* first: hot */
	struct rl_iref provided;	/* what clients call; ops in ops_copy */
	void *ops_copy[RL_MAX_OPS];	/* written while not alive */

	struct kref ref;
	struct rcu_head rcu;		/* of the end; domain.c */
	struct list_head node;		/* rl_domains, under rl_domains_lock */
	struct kobject kobj;		/* /sys/kernel/redleaf/<name> */
	bool in_sysfs;			/* by load and unload */
	bool lost;			/* threads could not be brought out; under lock */
	char name[RL_NAME_MAX + 16];	/* instance: "<domain>.<n>" */

	/* copy of the descriptor, written at load and reload under lock */
	struct rl_domain_desc desc;
	char desc_name[RL_NAME_MAX];
	struct module *mod;		/* NULL while unloaded; never pinned */
	unsigned long text, text_size;	/* domain code; for async redirection */
	unsigned long ro, ro_size;	/* read-only data */
	unsigned long mod_size;		/* memory of the .ko, all instances' */
	u64 params[RL_MAX_PARAMS];
	const struct rl_inject *inject;		/* in the module; as long as @mod */
	bool reloading;			/* unload and load of the .ko under way; under lock */
	spinlock_t pin_lock;
	u32 pins;			/* references held on @mod; under pin_lock */
	const struct rl_iface *iface;	/* what it provides, or NULL */
	void *iface_priv;		/* the adapter's, set by attach() */
	struct rl_host_iref caps_host[RL_MAX_REQUIRES];
	struct rl_iref *caps[RL_MAX_REQUIRES];
	struct rl_iface *required[RL_MAX_REQUIRES];	/* pins the interface modules */
	struct rl_holds *holds;		/* references it was passed (hold.h); for ever */

	struct mutex lock;		/* state, and what comes and goes with a generation */
	enum rl_state state;		/* under lock; READ_ONCE elsewhere */
	bool put_aside;			/* RESTARTING, after a provider; likewise */
	wait_queue_head_t state_wq;	/* every transition */
	struct rl_policy policy;

	/* private window of this generation; base is gate.window */
	struct rl_arena *heap;
	size_t window_size;
	void *self;

	spinlock_t ledger_lock;		/* the ledger, and changes of the tables */
	struct list_head ledger;
	struct rl_res *timers[64];	/* handle tables; under ledger_lock to write */
	struct rl_res *events[256];
	struct rl_pci *pci;		/* device capability, or NULL */
	wait_queue_head_t kill_wq;	/* sleepers inside; woken by the killer */

	/* death; dying is set once per generation by cmpxchg */
	unsigned long dying;		/* bit 0 */
	struct work_struct report_work;	/* line and dump of `reported` */
	struct delayed_work overdue;	/* a start or a stop that does not end; under lock */
	struct rl_crash reported;	/* by the reaper while the work is idle */
	struct device *dumps[RL_MAX_DUMPS];	/* what dumps hang on; the work's */
	bool crash_valid;		/* crash is complete; release/acquire */
	bool first_io;			/* adapter: report the next completion */
	struct rl_crash crash;

	/* statistics, written by the reaper under lock */
	struct rl_phases phases;
	u64 crashes, restarts, reloads;
	u64 held;			/* ledger entries released with the last generation */
	u64 dropped;			/* exchange objects dropped with it */
	u64 restart_times[RL_MAX_RESTARTS];	/* ring, for the policy's window */
	u32 failed_in_a_row;
	u64 by_reason[RL_R_MAX];
};

/* Everything below: process context, may sleep, unless said otherwise. */

/* The least of the core's bound and what the domain has declared. */
#define rl_domain_limit(d, what, bound) \
	((d)->desc.limits ? min_t(u32, (d)->desc.limits->what, bound) : (bound))

static inline struct rl_domain *rl_gate_domain(struct rl_gate *g)
{
	return container_of(g, struct rl_domain, gate);
}

/* Add to / take from the ledger. Any context but NMI. */
void rl_ledger_add(struct rl_domain *d, struct rl_res *r, const struct rl_res_ops *ops);
void rl_ledger_del(struct rl_res *r);

/**
 * rl_domain_kill() - end a domain's generation
 * @d: domain
 * @c: what is known of the cause; copied. Only the first cause of a generation
 *     is kept
 *
 * Clears alive, wakes the reaper through irq_work. Does not wait. Any context,
 * NMI included.
 */
void rl_domain_kill(struct rl_domain *d, const struct rl_crash *c);

/* As above with just a reason and a text. */
void rl_domain_kill_why(struct rl_domain *d, enum rl_reason r, const char *text);

/*
 * Interfaces. An interface module registers the descriptor of an interface
 * domains implement together with the adapter's callbacks, and host interfaces
 * that domains may require.
 *
 * Callbacks run in process context with d->lock held, if not said otherwise:
 *  attach()  a new instance that provides the interface was loaded; *priv is
 *            the adapter's to use. Before the first init.
 *  host()    fills the capability for a required host interface.
 *  up()      a generation runs; calls may enter. Non-zero: the generation is
 *            useless (absurd answers); the domain is killed.
 *  down()    the device is quiet and no thread is inside: nothing that was
 *            handed to the dead generation will be answered any more.
 *  irq_end() may be NULL; hardirq context: the domain's handler of an interrupt
 *            has returned, or died.
 *  dead()    the domain is DEAD: fail what waits. After it detach() at unload.
 *  gone()    DEAD, and the device is leaving the device tree: nothing may hang
 *            below it when this returns. Waits for users; detach() follows.
 */
struct rl_iface_ops {
	int (*attach)(struct rl_domain *d, void **priv);
	int (*up)(struct rl_domain *d, void *priv);
	void (*down)(struct rl_domain *d, void *priv);
	void (*irq_end)(struct rl_domain *d, void *priv);
	void (*dead)(struct rl_domain *d, void *priv);
	void (*gone)(struct rl_domain *d, void *priv);
	void (*detach)(struct rl_domain *d, void *priv);
};

struct rl_iface {
	struct list_head node;
	struct module *owner;
	const struct rl_iface_desc *desc;
	const struct rl_iface_ops *ops;		/* interfaces domains implement */
	const void *host_ops;			/* host interfaces: generated ops */
};

int rl_iface_register(struct rl_iface *i);
void rl_iface_unregister(struct rl_iface *i);

/* The adapter's private pointer of attach(). */
void *rl_domain_priv(struct rl_domain *d);

/* Whose interrupt handler runs on this CPU, or NULL; with interrupts off. */
DECLARE_PER_CPU(struct rl_domain *, rl_irq_domain);

/* Is this in an interrupt of @d's device, with irq_end() to come? Any context. */
static inline bool rl_domain_in_irq(const struct rl_domain *d)
{
	return this_cpu_read(rl_irq_domain) == d;
}

/* The device behind the domain, for DMA mapping by adapters; NULL if none. */
struct device *rl_domain_dma_device(struct rl_domain *d);

/*
 * Keep the domain's .ko from being unloaded by the operator, e.g. while a disk is
 * open. The reaper's own reload is not stopped by it. pin: 0, or -ENODEV when the
 * .ko is on its way out. Any context but NMI.
 */
int rl_domain_pin(struct rl_domain *d);
void rl_domain_unpin(struct rl_domain *d);

/* Adapters call this at the first completed request after up(), when
 * d->first_io is set. Any context.
 */
void rl_domain_first_io(struct rl_domain *d);

/* The device vanished: kill, wait until the domain is DEAD, take what the adapter
 * hung below the device out of the tree. Sleeps.
 */
void rl_domain_device_gone(struct rl_domain *d);

/* Glue objects: a domain's module_init and module_exit. @pci: comma separated
 * addresses or empty; @params: "name=value,..." or empty. insmod returns what
 * rl_domain_load() returns.
 */
struct rl_load_args {
	const char *pci;
	const char *params;
	unsigned int instances;	/* of a domain without a device */
	const struct rl_inject *inject;	/* table of RL_NR_INJECT faults */
	enum rl_guard_level level;	/* it was built for; what counts is its seal */
};

int rl_domain_load(const struct rl_domain_desc *desc, struct module *mod,
		   const struct rl_load_args *args);
void rl_domain_unload(struct module *mod);

/* A start or a stop has taken start_ms. From d->overdue. */
void rl_domain_overdue(struct work_struct *w);

/* State changes; d->lock held. */
void rl_domain_set_state(struct rl_domain *d, enum rl_state s);
const char *rl_state_name(enum rl_state s);

void rl_domain_get(struct rl_domain *d);
void rl_domain_put(struct rl_domain *d);

/*
 * Enter the domain from the core with a function of its own (init, interrupt,
 * timer, thread). Same gate as the proxies. Context: the callee's contract.
 */
struct rl_ret rl_domain_call(struct rl_domain *d, const void *fn, u64 a0, u64 a1);

/* True when @p is a function address inside the domain's code. */
bool rl_domain_text(const struct rl_domain *d, unsigned long p);
/* True when [p, p+size) is inside the private window. */
static inline bool rl_in_window(const struct rl_domain *d, const void *p, size_t size)
{
	unsigned long o = (unsigned long)p - (unsigned long)d->gate.window;

	return o < d->window_size && size <= d->window_size - o;
}

/* True when [p, p+size) is inside the read-only data of its .ko. */
static inline bool rl_in_rodata(const struct rl_domain *d, const void *p, size_t size)
{
	unsigned long o = (unsigned long)p - d->ro;

	return o < d->ro_size && size <= d->ro_size - o;
}

#endif
