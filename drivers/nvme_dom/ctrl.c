// SPDX-License-Identifier: GPL-2.0-only
/*
 * The controller as a whole: capabilities, reset, enable, shutdown (NVMe 1.4,
 * 3.1 and 7.6).
 *
 * Every wait here has a bound: CAP.TO for a change of CSTS.RDY, the admin
 * timeout or RTD3E for a shutdown. Waits spin first: a virtual controller and a
 * good one answer within microseconds, and the way from a fault to the first
 * I/O leads through here.
 */
#include "nvme.h"
#include <redleaf/log.h>
#include <redleaf/time.h>

#define NVME_SLEEP_US	5000	/* longest step */

/**
 * nvme_backoff() - wait one step
 * @us: step; 1 at first
 *
 * Process context, may sleep. Returns the next step, a quarter longer.
 */
u32 nvme_backoff(u32 us)
{
	if (us <= NVME_SPIN_US)
		rl_udelay(us);
	else
		rl_sleep_us(us);
	return min(us + us / 4 + 1, NVME_SLEEP_US);
}

/**
 * nvme_ctrl_check() - is there still a working controller?
 *
 * Any context. Returns 0, -ENODEV when its registers do not answer, -EIO when it
 * reports a fatal error (3.1.6, CFS).
 */
s32 nvme_ctrl_check(void)
{
	u32 csts = rl_read32(NVME_BAR, NVME_REG_CSTS);

	if (csts == NVME_ALL_ONES || rl_pci_gone())
		return -ENODEV;
	return csts & NVME_CSTS_CFS ? -EIO : 0;
}

static s32 nvme_ctrl_wait(u32 mask, u32 want, u32 limit_ms)
{
	u64 until = rl_now_ns() + limit_ms * 1000000ull;
	u32 us = 1;

	for (;;) {
		bool late = rl_now_ns() > until;	/* before the look, not after */
		u32 csts = rl_read32(NVME_BAR, NVME_REG_CSTS);

		if (csts == NVME_ALL_ONES)
			return -ENODEV;
		if ((csts & mask) == want)
			return 0;
		/* A reset clears CFS; only one that is to come up must not show it. */
		if (want == NVME_CSTS_RDY && csts & NVME_CSTS_CFS)
			return -EIO;
		if (late)
			return -ETIMEDOUT;
		us = nvme_backoff(us);
	}
}

/* 3.1.1: CAP.TO bounds both directions of CSTS.RDY; 0 is taken for its unit. */
static u32 nvme_ctrl_to_ms(const struct nvme *n)
{
	return max(NVME_CAP_TO(n->cap), 1u) * 500;
}

/**
 * nvme_ctrl_probe() - read and check the capabilities
 * @n: controller; sets cap, vs
 *
 * Process context. Returns 0 or -Exxx, with a line in the log.
 */
s32 nvme_ctrl_probe(struct nvme *n)
{
	const char *reason;

	n->cap = rl_read64(NVME_BAR, NVME_REG_CAP);
	n->vs = rl_read32(NVME_BAR, NVME_REG_VS);
	reason = nvme_ident_cap(n->cap);
	/* Two I/O queues' worth of doorbells: the admin pair and one more. */
	if (!reason && n->info.bar_size[NVME_BAR] <
	    NVME_REG_DOORBELLS + (16ull << NVME_CAP_DSTRD(n->cap)))
		reason = "register space too small";
	if (!reason)
		return 0;
	rl_err("controller refused: %s (CAP %llx)", reason, n->cap);
	return -ENODEV;
}

/**
 * nvme_ctrl_disable() - bring the controller to reset (3.1.5, CC.EN = 0)
 * @n: controller
 *
 * Process context, may sleep. Returns 0 or -Exxx, with a line in the log.
 */
s32 nvme_ctrl_disable(struct nvme *n)
{
	u32 cc = rl_read32(NVME_BAR, NVME_REG_CC);
	u32 csts = rl_read32(NVME_BAR, NVME_REG_CSTS);
	s32 err;

	/* EN must not fall before RDY has risen; a controller that never rises is
	 * reset all the same.
	 */
	if (cc & NVME_CC_EN && !(csts & (NVME_CSTS_RDY | NVME_CSTS_CFS)))
		nvme_ctrl_wait(NVME_CSTS_RDY, NVME_CSTS_RDY, nvme_ctrl_to_ms(n));
	if (cc & NVME_CC_EN)
		rl_write32(NVME_BAR, NVME_REG_CC, cc & ~(NVME_CC_EN | NVME_CC_SHN_MASK));
	err = nvme_ctrl_wait(NVME_CSTS_RDY, 0, nvme_ctrl_to_ms(n));
	if (err)
		rl_err("controller does not reset: %d", err);
	return err;
}

/**
 * nvme_ctrl_enable() - set the admin queue and start the controller (7.6.1)
 * @n: controller, disabled; queue 0 is allocated
 *
 * Process context, may sleep. Returns 0 or -Exxx, with a line in the log.
 */
s32 nvme_ctrl_enable(struct nvme *n)
{
	const struct nvme_queue *q = n->queues[0];
	u32 size = q->entries - 1;
	s32 err;

	rl_write32(NVME_BAR, NVME_REG_AQA, size << 16 | size);
	rl_write64(NVME_BAR, NVME_REG_ASQ, q->sq_dma);
	rl_write64(NVME_BAR, NVME_REG_ACQ, q->cq_dma);
	/* 3.1.5: NVM command set, 4 KiB pages, round robin are all 0. */
	rl_write32(NVME_BAR, NVME_REG_CC, NVME_CC_IOCQES | NVME_CC_IOSQES | NVME_CC_EN);
	err = nvme_ctrl_wait(NVME_CSTS_RDY, NVME_CSTS_RDY, nvme_ctrl_to_ms(n));
	if (err)
		rl_err("controller does not become ready: %d", err);
	return err;
}

/**
 * nvme_ctrl_shutdown() - orderly stop (3.1.5, CC.SHN; 7.6.2)
 * @n: controller, its I/O queues deleted
 *
 * Process context, may sleep. A controller that does not finish in time is left
 * as it is: the reset that follows is the core's.
 */
void nvme_ctrl_shutdown(struct nvme *n)
{
	u32 cc = rl_read32(NVME_BAR, NVME_REG_CC);
	s32 err;

	if (cc == NVME_ALL_ONES)
		return;
	rl_write32(NVME_BAR, NVME_REG_CC, (cc & ~NVME_CC_SHN_MASK) | NVME_CC_SHN_NORMAL);
	err = nvme_ctrl_wait(NVME_CSTS_SHST_MASK, NVME_CSTS_SHST_DONE,
			     max(n->admin_ms, n->lim.shutdown_ms));
	if (err)
		rl_err("shutdown not finished: %d", err);
}
