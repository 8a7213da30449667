/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Options that a kernel has to be built with. Forced in front of every trusted file by
 * base.h, so that a kernel without one of them is refused by name, before the first
 * declaration that is missing there. README.md has the same list.
 */
#ifndef RL_COMPAT_CONFIG_H
#define RL_COMPAT_CONFIG_H

#ifndef CONFIG_SMP
#error "RedLeaf needs CONFIG_SMP: threads are brought out of domains by interrupts"
#endif
#ifndef CONFIG_PREEMPT_RCU
#error "RedLeaf needs CONFIG_PREEMPT_RCU: its counts say what a call may do (PREEMPT_DYNAMIC)"
#endif
#ifndef CONFIG_KALLSYMS
#error "RedLeaf needs CONFIG_KALLSYMS: symbols of domains are checked at load"
#endif
#ifndef CONFIG_DYNAMIC_FTRACE_WITH_REGS
#error "RedLeaf needs CONFIG_DYNAMIC_FTRACE_WITH_REGS: page_fault_oops() is hooked"
#endif
#ifndef CONFIG_SECURITY
#error "RedLeaf needs CONFIG_SECURITY: seals are checked where security modules look"
#endif
#if !defined(CONFIG_ASYMMETRIC_PUBLIC_KEY_SUBTYPE) && \
	!defined(CONFIG_ASYMMETRIC_PUBLIC_KEY_SUBTYPE_MODULE)
#error "RedLeaf needs CONFIG_ASYMMETRIC_PUBLIC_KEY_SUBTYPE: seals are signatures"
#endif
#if !defined(CONFIG_CRYPTO_RSA) && !defined(CONFIG_CRYPTO_RSA_MODULE)
#error "RedLeaf needs CONFIG_CRYPTO_RSA: seals are signed with RSA keys"
#endif

#endif
