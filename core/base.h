/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What trusted code has where <redleaf/types.h> and <redleaf/errno.h> define types
 * and error numbers for domains: the kernel's own, so that both sides agree on every
 * layout. Forced in front of every trusted file, so that no domain-facing header
 * knows of a kernel header. A kernel without what the core needs ends here.
 */
#ifndef RL_CORE
#define RL_CORE

#include "compat/config.h"
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/types.h>

#endif
