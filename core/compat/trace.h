/* SPDX-License-Identifier: GPL-2.0-only */
/* __assign_str() lost its second argument. */
#ifndef RL_COMPAT_TRACE_H
#define RL_COMPAT_TRACE_H

#ifdef RL_HAVE_ASSIGN_STR_ONE_ARG
#define rl_trace_assign_name(dst, src) __assign_str(dst)
#else
#define rl_trace_assign_name(dst, src) __assign_str(dst, src)
#endif

#endif
