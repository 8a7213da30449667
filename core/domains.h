/* SPDX-License-Identifier: GPL-2.0-only */
/* The set of domains: used by loader, reaper and control, nobody else. */
#ifndef RL_DOMAINS_H
#define RL_DOMAINS_H

#include <linux/list.h>
#include <linux/mutex.h>

struct rl_domain;

extern struct mutex rl_domains_lock;
extern struct list_head rl_domains;		/* by load order; under rl_domains_lock */

struct rl_domain *rl_domain_create(const char *name);
void rl_domain_retire(struct rl_domain *d);

#endif
