/* SPDX-License-Identifier: GPL-2.0-only */
/* Per-CPU and exception plumbing whose names differ between kernels. */
#ifndef RL_COMPAT_CPU_H
#define RL_COMPAT_CPU_H

#include <linux/context_tracking_state.h>
#include <asm/apic.h>

/*
 * Undo ct_nmi_enter() of an exception that was entered the NMI way and is left
 * by a jump instead of irqentry_nmi_exit().
 */
static __always_inline void rl_compat_ct_nmi_leave(void)
{
	struct context_tracking *ct = this_cpu_ptr(&context_tracking);

#ifdef RL_HAVE_DYNTICKS_NMI_NESTING
	ct->dynticks_nmi_nesting -= 2;
#else
	ct->nmi_nesting -= 2;
#endif
}

static inline void rl_compat_send_nmi(int cpu)
{
#ifdef RL_HAVE_APIC_SEND_IPI_MASK
	__apic_send_IPI_mask(cpumask_of(cpu), NMI_VECTOR);
#else
	apic->send_IPI_mask(cpumask_of(cpu), NMI_VECTOR);
#endif
}

#endif
