// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts (7.3, 8.2.3.5): one MSI-X vector for each queue pair, as far as there are
 * CPUs, and vector 0 for all else.
 *
 * A queue's vector is off (EIMS) until the trusted side arms the queue; its message turns
 * it off again by itself (EIAM with GPIE.EIAME) and clears its cause (EIAC). Arming looks
 * at the rings after the vector was turned on, so what was completed before is not waited
 * for. Whoever finds something exchanges @armed and calls host.work: exactly one does.
 *
 * Specification update, erratum 1: with EIAC alone a cause forced through EICS can stay;
 * EIAM and PBA support avoid it. The other causes are read from EICS, which clears
 * nothing, and cleared by a write of just these bits to EICR; it is never read.
 */
#include "ixgbe.h"
#include <redleaf/log.h>

#define IX_VECTOR_BIT(v)	IX_BIT(v)	/* 8.2.3.5.1: MSI-X, vectors 0 to 15 */

/* The answer to arm, once. */
static void ix_irq_work(struct ix_queue *q)
{
	if (__atomic_exchange_n(&q->armed, 0, __ATOMIC_ACQ_REL))
		rlc_net_host_work(q->ix->host, q->index);
}

static void ix_irq_others(struct ix *n)
{
	u32 causes;

	/* a message that left before its cause was masked: a reset may be under way */
	if (!READ_ONCE(n->irq_on))
		return;
	causes = ix_rd(IX_EICS) & ~IX_EI_QUEUES;
	if (rl_pci_gone())
		return;
	ix_wr(IX_EICR, causes);
	WRITE_ONCE(n->others, n->others + 1);
	if (causes & (IX_EI_ECC | IX_EI_PCI))
		rl_die("device reports a fatal error");
	if (causes & IX_EI_LSC)
		rl_event_signal(n->wake);
}

/* MSI-X handler; @arg is the vector. Hardirq context. */
static void ix_irq(void *self, u64 arg)
{
	struct ix *n = self;
	u32 step = n->nr_vectors - 1, i;

	n->interrupts++;
	if (!arg) {
		ix_irq_others(n);
		return;
	}
	for (i = arg - 1; i < n->nr_pairs; i += step)
		ix_irq_work(n->queues[i]);
}

/**
 * ix_irq_setup() - vectors and who handles them
 * @n: port; sets nr_vectors and the queues' bits
 *
 * Process context, may sleep. Returns 0 or -Exxx, with a line in the log.
 */
s32 ix_irq_setup(struct ix *n)
{
	s32 got = rl_irq_setup(n->nr_pairs + 1), err;
	u32 i;

	if (got < 2) {
		rl_err("too few interrupt vectors: %d", got);
		return got < 0 ? got : -ENODEV;
	}
	n->nr_vectors = min((u32)got, n->nr_pairs + 1);
	for (i = 0; i < n->nr_pairs; i++)
		n->queues[i]->vector_bit = IX_VECTOR_BIT(1 + i % (n->nr_vectors - 1));
	for (i = 0; i < n->nr_vectors; i++) {
		err = rl_irq_bind(i, ix_irq, i);
		if (err) {
			rl_err("vector %u: cannot bind: %d", i, err);
			return err;
		}
	}
	return 0;
}

/* 8.2.3.5.16: a register has two queues, receive and transmit of each. */
static void ix_irq_route(const struct ix *n)
{
	u32 i, entry, ivar = 0;

	for (i = 0; i < n->nr_pairs; i++) {
		entry = IX_IVAR_VALID | (1 + i % (n->nr_vectors - 1));
		entry |= entry << 8;
		ivar = i & 1 ? ivar | entry << 16 : entry;
		ix_wr(IX_IVAR(i / 2), ivar);
	}
	ix_wr(IX_IVAR_MISC, IX_IVAR_VALID << 8);	/* vector 0 */
}

/**
 * ix_irq_coalesce() - moderation as set (8.2.3.5.12)
 * @n: port; may run
 *
 * A vector serves both directions of its queues: the shorter time counts. Process context.
 */
void ix_irq_coalesce(const struct ix *n)
{
	u32 us = min(n->set.coalesce.rx_us, n->set.coalesce.tx_us), v;

	for (v = 1; v < n->nr_vectors; v++)
		ix_wr(IX_EITR(v), IX_EITR_US(us) | IX_EITR_WDIS);
}

/**
 * ix_irq_program() - modes, routes and moderation (4.6.6.2)
 * @n: port, out of a reset
 *
 * Process context.
 */
void ix_irq_program(const struct ix *n)
{
	ix_wr(IX_GPIE, IX_GPIE_MSIX | IX_GPIE_OCD | IX_GPIE_EIAME | IX_GPIE_PBA);
	ix_wr(IX_EIAC, IX_EI_QUEUES);
	ix_wr(IX_EIAM, IX_EI_QUEUES);
	ix_irq_route(n);
	ix_wr(IX_EITR(0), 0);
	ix_irq_coalesce(n);
}

/* ix_irq_on() - the other causes; the queues' wait to be armed. Process context. */
void ix_irq_on(struct ix *n)
{
	WRITE_ONCE(n->irq_on, true);
	ix_wr(IX_EICR, IX_EI_ALL);
	ix_wr(IX_EIMS, IX_EI_OTHERS);
}

/* ix_irq_off() - all of them (8.2.3.5.4). Process context. */
void ix_irq_off(struct ix *n)
{
	WRITE_ONCE(n->irq_on, false);
	ix_wr(IX_EIMC, IX_EI_ALL);
	ix_wr(IX_EIMC_EX(0), IX_ALL_ONES);
	ix_wr(IX_EIMC_EX(1), IX_ALL_ONES);
}

/**
 * ix_irq_arm() - net.arm
 * @q: queue
 *
 * A queue that does not run stays armed; the restart that brings it back arms it again.
 *
 * Any context but NMI.
 */
void ix_irq_arm(struct ix_queue *q)
{
	bool now = false;
	u64 token;

	WRITE_ONCE(q->armed, 1);
	token = rl_lock_irq(&q->lock);
	if (q->running) {
		ix_wr(IX_EIMS, q->vector_bit);
		now = ix_rx_pending(q) || ix_tx_pending(q);
	}
	rl_unlock_irq(&q->lock, token);
	if (now)
		ix_irq_work(q);
}
