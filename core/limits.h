/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every bound of the core, in one place. Nothing in core/ allocates, loops or
 * waits in proportion to something a domain says without a bound from here.
 */
#ifndef RL_LIMITS_H
#define RL_LIMITS_H

#include <linux/sizes.h>

#define RL_MAX_DOMAINS		128	/* live instances; owner ids are bytes */
#define RL_OWNER_FREE		0	/* granule belongs to nobody */
#define RL_OWNER_HOST		1	/* ... to the trusted side */
#define RL_OWNER_FIRST		2	/* first domain id */

#define RL_GRANULE		64	/* bytes an ownership byte stands for */
#define RL_WINDOW_MIN		SZ_64K	/* private window */
#define RL_WINDOW_MAX		SZ_4M	/* one order-10 block of the direct map */
#define RL_XHEAP_DEFAULT	SZ_32M	/* exchange heap */
#define RL_XHEAP_QUOTA		SZ_8M	/* of it, what one domain may hold of its own making */

#define RL_XDEPTH		4	/* objects inside objects, the outermost included */

#define RL_STACK_DEFAULT	3072	/* bytes of stack one call may use */
#define RL_STACK_MAX		6144
#define RL_STACK_RESERVE	2048	/* left below: rl_wait(), an interrupt, the abort */

#define RL_MAX_OPS		32	/* methods of one interface */
#define RL_MAX_CALL_DEPTH	16	/* nested domain calls on one thread */
#define RL_STATE_MAX		SZ_64K
#define RL_MAX_MATCHES		64	/* entries of a domain's PCI table that are looked at */
#define RL_MAX_RESTARTS		64	/* the policy can count in its window */

#define RL_DRAIN_TIMEOUT_MS	5000	/* then the domain is wedged: DEAD, memory kept */
#define RL_NMI_AFTER_US		200	/* IPI unanswered: interrupts are off there */
#define RL_REKICK_US		50

#define RL_UDELAY_MAX_US	10000

#endif
