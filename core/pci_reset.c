// SPDX-License-Identifier: GPL-2.0-only
/*
 * Making a device forget what a dead driver told it.
 *
 * Bus mastering is off already; a reset makes sure the device does not resume
 * where it was when it is turned on again. The device's class has the fastest
 * method; function level reset is the fallback, because it sleeps for 100 ms
 * (PCI Express Base 4.0, 6.6.2).
 *
 * Runs at claim and in the reaper. The reaper must not wait for the device lock:
 * remove() may hold it and wait for the reaper.
 */
#include <linux/delay.h>
#include <linux/io.h>
#include <linux/jiffies.h>
#include "core.h"
#include "pci.h"

/* NVM Express 1.4: 3.1.1 CAP, 3.1.5 CC, 3.1.6 CSTS */
#define NVME_CAP		0x00
#define NVME_CAP_TO(cap)	(((cap) >> 24) & 0xff)	/* 500 ms units */
#define NVME_CC			0x14
#define NVME_CC_EN		BIT(0)
#define NVME_CSTS		0x1c
#define NVME_CSTS_RDY		BIT(0)

/* Intel 82599 datasheet: 8.2.3.1.1 CTRL, 8.2.3.1.2 STATUS, 8.2.3.5.4 EIMC */
#define IXGBE_CTRL		0x00000
#define IXGBE_CTRL_RST		BIT(26)
#define IXGBE_STATUS		0x00008
#define IXGBE_EIMC		0x00888
#define IXGBE_QUIET_US		1000	/* nothing else may be touched for so long */
#define IXGBE_RESET_MS		100	/* far beyond what it takes */

#define POLL_MIN_US		20
#define POLL_MAX_US		10000
#define LOCK_TRIES		100

/*
 * Not ready means idle: "the controller shall not process commands nor post
 * completion queue entries" (3.1.5, EN). All ones is no controller at all.
 */
static int nvme_wait_idle(void __iomem *regs, u32 timeout_ms)
{
	unsigned long end = jiffies + msecs_to_jiffies(timeout_ms) + 1;
	unsigned int us = POLL_MIN_US;
	bool late = false;

	for (;;) {
		u32 csts = readl(regs + NVME_CSTS);

		if (csts == ~0u)
			return -ENODEV;
		if (!(csts & NVME_CSTS_RDY))
			return 0;
		if (late)
			return -ETIMEDOUT;
		late = time_after(jiffies, end);
		usleep_range(us, us + us / 2);
		us = min_t(unsigned int, us * 2, POLL_MAX_US);
	}
}

static int nvme_reset(void __iomem *regs)
{
	u64 cap = readq(regs + NVME_CAP);
	u32 cc = readl(regs + NVME_CC);

	if (cc == ~0u)
		return -ENODEV;
	if (cc & NVME_CC_EN)
		writel(cc & ~NVME_CC_EN, regs + NVME_CC);
	return nvme_wait_idle(regs, NVME_CAP_TO(cap) * 500);
}

/*
 * Software reset (4.2.1.6.1): all queues stop and forget their rings, the link stays
 * up. The master disable that comes before it (5.2.5.3.2) is for transactions under
 * way; with bus mastering off there are none.
 */
static int ixgbe_reset(void __iomem *regs)
{
	unsigned long end = jiffies + msecs_to_jiffies(IXGBE_RESET_MS) + 1;
	u32 ctrl = readl(regs + IXGBE_CTRL);
	bool late = false;

	if (ctrl == ~0u && readl(regs + IXGBE_STATUS) == ~0u)
		return -ENODEV;
	writel(~0u, regs + IXGBE_EIMC);
	writel(ctrl | IXGBE_CTRL_RST, regs + IXGBE_CTRL);
	for (;;) {
		usleep_range(IXGBE_QUIET_US, IXGBE_QUIET_US + IXGBE_QUIET_US / 4);
		ctrl = readl(regs + IXGBE_CTRL);
		if (ctrl == ~0u)
			return -ENODEV;
		if (!(ctrl & IXGBE_CTRL_RST))
			return 0;
		if (late)
			return -ETIMEDOUT;
		late = time_after(jiffies, end);
	}
}

/*
 * Methods by class, for devices that only a vendor's driver knows by their name too;
 * all of them work on BAR 0, which the core maps at claim.
 */
static const struct method {
	u32 class;
	u16 vendor, device;	/* PCI_ANY_ID as 16 bits: any */
	u32 bar0_min;
	int (*reset)(void __iomem *bar0);
} methods[] = {
	{ PCI_CLASS_STORAGE_EXPRESS, 0xffff, 0xffff, SZ_4K, nvme_reset },
	{ PCI_CLASS_NETWORK_ETHERNET << 8, PCI_VENDOR_ID_INTEL, 0x10fb, SZ_128K, ixgbe_reset },
};

static bool fits(const struct method *m, const struct pci_dev *pdev)
{
	return m->class == pdev->class && (m->vendor == 0xffff || m->vendor == pdev->vendor) &&
	       (m->device == 0xffff || m->device == pdev->device) &&
	       pci_resource_len(pdev, 0) >= m->bar0_min;
}

static const struct method *method_of(const struct pci_dev *pdev)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(methods); i++)
		if (fits(&methods[i], pdev))
			return &methods[i];
	return NULL;
}

/* Does resetting the device take BAR 0? */
bool rl_pci_reset_bar0(const struct pci_dev *pdev)
{
	return method_of(pdev);
}

/*
 * Both variants save and restore configuration space and vectors. In probe() the
 * device lock is ours, and remove() holds it on our behalf while it waits for
 * us. Somebody else who holds it is in the sysfs files of the device and will be
 * gone soon, or is on the way to remove().
 */
static int function_reset(struct rl_pci *p)
{
	int try, err = -EAGAIN;

	for (try = 0; try < LOCK_TRIES && err == -EAGAIN; try++) {
		if (READ_ONCE(p->leaving) || !READ_ONCE(p->bound))
			return pci_reset_function_locked(p->pdev);
		err = pci_try_reset_function(p->pdev);
		if (err == -EAGAIN)
			msleep(20);
	}
	return err;
}

/**
 * rl_pci_reset() - reset a device whose vectors are masked and that cannot
 * master the bus
 * @p: its claim; marked as gone if the device does not answer
 *
 * Context: the reaper or probe(), sleeps. Return: 0, -ENODEV (gone), -ETIMEDOUT,
 * or what function level reset answers.
 */
int rl_pci_reset(struct rl_pci *p)
{
	const struct method *m = method_of(p->pdev);
	int err = m ? m->reset(p->bar[0].io) : -ENOTTY;

	if (!err)
		return 0;
	if (!pci_device_is_present(p->pdev)) {
		rl_pci_set_gone(p);
		return -ENODEV;
	}
	if (m)
		pr_warn("redleaf: %s: device %s did not stop (%d): function level reset\n",
			p->dom->name, pci_name(p->pdev), err);
	return function_reset(p);
}
