/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether a module may be a domain at all. */
#ifndef RL_ADMIT_H
#define RL_ADMIT_H

#include "guard_level.h"

struct module;

int rl_admit(const struct module *mod, enum rl_guard_level built);
int rl_admit_init(void);
void rl_admit_exit(void);

#endif
