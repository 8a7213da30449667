/* SPDX-License-Identifier: GPL-2.0-only */
/* Hooks on functions of the kernel. */
#ifndef RL_HOOK_H
#define RL_HOOK_H

struct ftrace_ops;

int rl_hook_install(struct ftrace_ops *ops, const char *function, const char *what);
void rl_hook_remove(struct ftrace_ops *ops);

#endif
