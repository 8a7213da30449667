/* SPDX-License-Identifier: GPL-2.0-only */
/* Seals of domains: is a module's file what tools/rlverify has accepted? */
#ifndef RL_SEAL_H
#define RL_SEAL_H

#include <linux/types.h>
#include "guard_level.h"
#include "seal_format.h"

int rl_seal_find(const u8 *file, size_t size, struct rl_seal *seal);
int rl_seal_check(const u8 *file, size_t size, const char *who, u32 *level);
int rl_seal_probe(void);

#endif
