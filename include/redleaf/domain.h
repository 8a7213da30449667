/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a domain is, seen from inside.
 *
 * A domain has no writable globals. Its state is one structure, allocated and
 * zeroed by the core at the start of every generation and handed to every entry
 * point as @self. A micro-reboot is therefore: throw the private window away,
 * get a fresh one, call @init again. Nothing of the dead generation survives.
 *
 * Entry points run on the caller's thread, in the caller's context; a domain
 * must not assume that two of them do not run at the same time.
 */
#ifndef REDLEAF_DOMAIN_H
#define REDLEAF_DOMAIN_H

#include <redleaf/types.h>
#include <redleaf/errno.h>
#include <redleaf/rpc.h>

#define RL_DOMAIN_MAGIC		0x464c4452u	/* "RDLF" */
#define RL_ABI_VERSION		1u
#define RL_NAME_MAX		24
#define RL_MAX_PARAMS		16
#define RL_MAX_REQUIRES		8

/* A numeric domain parameter: "name=value" in the module parameter `params`. */
struct rl_param_desc {
	const char *name;
	u64 def, min, max;
	const char *help;
};

/* PCI class or vendor/device a domain can drive; 0xffff/0 mean "any". */
struct rl_pci_match {
	u16 vendor, device;	/* 0xffff: any */
	u32 class, class_mask;	/* class code (24 bits) and mask */
};

/* An interface a domain calls; the core binds it before @init. */
struct rl_require {
	const char *iface;	/* "bdev_host" */
	u64 fingerprint;	/* generated constant */
	bool host;		/* implemented by the trusted side, not by a domain */
	bool optional;		/* load without it; calls are refused */
	bool shadow;		/* the core sees to it that restarts are not noticed */
};

/* What a domain declares it needs at most; the core holds it to that. */
struct rl_domain_limits {
	u32 restarts;		/* in window_ms, then dead; 0: no limit; ~0: the core's */
	u32 window_ms;		/* 0: the core's */
	u32 timers;
	u32 threads;
	u32 irqs;		/* vectors */
	u32 dma;		/* bytes of DMA memory at a time */
};

/**
 * struct rl_domain_desc - what a domain's .ko says of itself
 *
 * Lives in the domain's read-only data. The core copies it once at load and
 * validates every field; a domain cannot change it afterwards.
 */
struct rl_domain_desc {
	u32 magic;			/* RL_DOMAIN_MAGIC */
	u32 abi;			/* RL_ABI_VERSION */
	const char *name;		/* [a-z0-9_], unique among loaded domains */
	const char *provides;		/* interface name, or NULL */
	u64 provides_fp;		/* its fingerprint (generated) */
	const void *ops;		/* table of function pointers (generated type) */
	u32 nr_ops;
	u32 state_size;			/* bytes of @self */
	u32 heap_size;			/* private window, bytes; rounded up to 2^n */
	u32 stack_bound;		/* bytes one call may use; 0: default */
	s32 (*init)(void *self);	/* process context; may sleep; 0 or -Exxx */
	void (*exit)(void *self);	/* orderly stop, may sleep; wakes its threads; or NULL */
	const struct rl_pci_match *pci;	/* ends with vendor 0; NULL: no device */
	const struct rl_param_desc *params;
	u32 nr_params;
	const struct rl_require *requires;
	u32 nr_requires;
	const struct rl_domain_limits *limits;	/* NULL: the core's own bounds alone */
};

/* The one definition of a domain's descriptor; the glue object refers to it. */
extern const struct rl_domain_desc rl_this_domain;
#define RL_DOMAIN const struct rl_domain_desc rl_this_domain

/* Value of parameter @idx (order of desc.params). Any context. */
u64 rl_param(u32 idx);

/* Capability for required interface @idx (order of desc.requires). Any context. */
u32 rl_iface(u32 idx);

/*
 * rl_die() - end this generation: the caller's thread leaves the domain at once
 * and the restart policy applies. @why is copied (63 characters). Any context.
 */
void rl_die_now(const char *why);	/* does not return; rl_die() says so to the compiler */

/* Always inline: a function that ends in a call has no end for the store guard. */
static inline __attribute__((always_inline)) void __noreturn rl_die(const char *why)
{
	rl_die_now(why);
	__builtin_trap();
}

/* Called by generated or compiler-made checks. Any context. */
#define RL_BUG_ON(c) do { if (unlikely(c)) rl_die("BUG_ON: " #c); } while (0)
#define RL_BUG() rl_die("BUG")

#ifndef RL_CORE
#include <redleaf/log.h>

/*
 * Kernel spellings, redefined: a domain's BUG is its own death, nobody's oops; a warning
 * is a line, and answers whether it was due. A domain has no globals to remember in
 * what it said once: the core's limit of lines has to do.
 */
#define BUG_ON(c) RL_BUG_ON(c)
#define BUG() RL_BUG()
#define WARN_ON(c) ({							\
	bool rl_w = !!(c);						\
	if (unlikely(rl_w))						\
		rl_warn(#c);						\
	unlikely(rl_w); })
#define WARN(c, ...) ({							\
	bool rl_w = !!(c);						\
	if (unlikely(rl_w))						\
		rl_log(RL_LOG_WARN, __VA_ARGS__);			\
	unlikely(rl_w); })
#define WARN_ON_ONCE(c) WARN_ON(c)
#define WARN_ONCE(c, ...) WARN(c, __VA_ARGS__)
#endif

/* Rate-limited line in the kernel log, no trace, no taint. Any context. */
void rl_warn(const char *what);

#endif
