/* SPDX-License-Identifier: GPL-2.0-only */
/* The gate's tests from the trusted side: what their files share. */
#ifndef RLTEST_H
#define RLTEST_H

#include <linux/seq_buf.h>
#include "crash_dom/kinds.h"
#include "domain.h"
#include "rltest_proxy.h"

/* Loaded test domains in load order; written by attach() and detach(). */
#define RLTEST_MAX 8
extern struct rl_domain *rltest_domains[RLTEST_MAX];
extern int rltest_nr;

/* A user page of the process that writes the command. */
extern unsigned long rltest_user_page;

/* What host.note() was told last, and how to misbehave in it. */
extern atomic64_t rltest_notes;
extern u64 rltest_last_note;
extern bool rltest_note_faults;

/* TAP lines for the reader of result; one command at a time. */
void rltest_say(const char *fmt, ...) __printf(1, 2);

int rltest_kind(const char *name);
const char *rltest_kind_name(int kind);
const char *rltest_kind_reason(int kind);

/* Waits until @d runs again; false after 5 s. */
bool rltest_wait_running(struct rl_domain *d);

/*
 * rltest_context.c: run @fn(@arg) once in context @name;
 * false: no such context. Checks that the context is left as it was entered and
 * counts what was not into *@leaks.
 */
bool rltest_in_context(const char *name, void (*fn)(void *arg), void *arg, int *leaks);

/* Commands; each says its own ok / not ok lines. */
void rltest_matrix(const char *kind, const char *context, unsigned int n);
void rltest_chain(unsigned int dies, const char *kind, unsigned int outer_dies);
void rltest_threads(const char *mix, unsigned int n);
void rltest_trees(const char *how, unsigned int kills);
void rltest_quotas(unsigned int kib);
void rltest_outer(const char *kind, unsigned int mask);
void rltest_stuck(const char *kind);
void rltest_foreign(const char *how);
void rltest_litmus(const char *mode, unsigned int rounds);
void rltest_hostile(const char *name);
void rltest_reader(const char *name);
void rltest_arguments(const char *name);
void rltest_device(const char *name);
void rltest_watch(const char *when, const char *who);
void rltest_storm(const char *name, unsigned int limit);
void rltest_dma(const char *how, const char *whose);
void rltest_attack(const char *order, unsigned int kills);
void rltest_cascade(const char *victim, unsigned int depth);

/*
 * rltest_cascade.c: the instances of dom_c and dom_d in load order; written under
 * rl_domains_lock, valid while their modules stay.
 */
extern struct rl_domain *rltest_dom_c;
extern struct rl_domain *rltest_dom_d[];
extern int rltest_nr_dom_d;

/* Registers and unregisters their interfaces. */
int rltest_cascade_init(void);
void rltest_cascade_exit(void);

#endif
