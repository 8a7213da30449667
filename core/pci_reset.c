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
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/virtio_pci.h>
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
#define IXGBE_SLACK_US		10	/* frames are lost meanwhile */
#define IXGBE_RESET_MS		100	/* far beyond what it takes */

/* VIRTIO 1.2, 4.1.2: ids of transitional and of other devices */
#define VIRTIO_IDS		0x1000
#define VIRTIO_IDS_MASK		0xff80
#define VIRTIO_CAPS_MAX		((256 - 64) / 16)	/* of 16 bytes behind the header */
#define VIRTIO_RESET_MS		5000	/* it may finish its I/O first */

#define POLL_MIN_US		20
#define POLL_MAX_US		10000
#define LOCK_TRIES		100

/* Until @state answers anything but -EAGAIN. */
static int poll(int (*state)(void __iomem *regs), void __iomem *regs, u32 timeout_ms)
{
	unsigned long end = jiffies + msecs_to_jiffies(timeout_ms) + 1;
	unsigned int us = POLL_MIN_US;
	bool late = false;

	for (;;) {
		int err = state(regs);

		if (err != -EAGAIN)
			return err;
		if (late)
			return -ETIMEDOUT;
		late = time_after(jiffies, end);
		usleep_range(us, us + us / 2);
		us = min_t(unsigned int, us * 2, POLL_MAX_US);
	}
}

/*
 * Not ready means idle: "the controller shall not process commands nor post
 * completion queue entries" (3.1.5, EN). All ones is no controller at all.
 */
static int nvme_state(void __iomem *regs)
{
	u32 csts = readl(regs + NVME_CSTS);

	if (csts == ~0u)
		return -ENODEV;
	return csts & NVME_CSTS_RDY ? -EAGAIN : 0;
}

static int nvme_reset(void __iomem *regs)
{
	u64 cap = readq(regs + NVME_CAP);
	u32 cc = readl(regs + NVME_CC);

	if (cc == ~0u)
		return -ENODEV;
	if (cc & NVME_CC_EN)
		writel(cc & ~NVME_CC_EN, regs + NVME_CC);
	return poll(nvme_state, regs, NVME_CAP_TO(cap) * 500);
}

static int ixgbe_state(void __iomem *regs)
{
	u32 ctrl = readl(regs + IXGBE_CTRL);

	if (ctrl == ~0u)
		return -ENODEV;
	return ctrl & IXGBE_CTRL_RST ? -EAGAIN : 0;
}

/*
 * Software reset (4.2.1.6.1): all queues stop and forget their rings, the link stays
 * up. The master disable that comes before it (5.2.5.3.2) is for transactions under
 * way; with bus mastering off there are none.
 */
static int ixgbe_reset(void __iomem *regs)
{
	u32 ctrl = readl(regs + IXGBE_CTRL);

	if (ctrl == ~0u && readl(regs + IXGBE_STATUS) == ~0u)
		return -ENODEV;
	writel(~0u, regs + IXGBE_EIMC);
	writel(ctrl | IXGBE_CTRL_RST, regs + IXGBE_CTRL);
	usleep_range(IXGBE_QUIET_US, IXGBE_QUIET_US + IXGBE_SLACK_US);
	return poll(ixgbe_state, regs, IXGBE_RESET_MS);
}

static int virtio_state(void __iomem *common)
{
	u8 status = readb(common + VIRTIO_PCI_COMMON_STATUS);

	if (status == 0xff)
		return -ENODEV;
	return status ? -EAGAIN : 0;
}

/*
 * VIRTIO 1.2, 4.1.4.3.1: writing 0 to device_status resets the device, which then uses
 * no queue and sends no interrupt (2.4.1); the field reads as 0 once that is so.
 */
static int virtio_reset(void __iomem *common)
{
	writeb(0, common + VIRTIO_PCI_COMMON_STATUS);
	return poll(virtio_state, common, VIRTIO_RESET_MS);
}

static bool fits_bar(const struct pci_dev *pdev, u32 bar, u32 off, u32 size)
{
	return bar < RL_PCI_BARS && pci_resource_flags(pdev, bar) & IORESOURCE_MEM &&
	       (u64)off + size <= pci_resource_len(pdev, bar);
}

/*
 * VIRTIO 1.2, 4.1.4: the common configuration is where a vendor capability says that
 * has cfg_type 1; the first one that can be used counts.
 */
static bool virtio_find(struct rl_pci *p)
{
	struct pci_dev *pdev = p->pdev;
	u8 at = pci_find_capability(pdev, PCI_CAP_ID_VNDR);
	u8 type, bar;
	u32 off, size;
	int n;

	/* the list is the device's and may be a circle */
	for (n = 0; at && n < VIRTIO_CAPS_MAX;
	     n++, at = pci_find_next_capability(pdev, at, PCI_CAP_ID_VNDR)) {
		pci_read_config_byte(pdev, at + VIRTIO_PCI_CAP_CFG_TYPE, &type);
		pci_read_config_byte(pdev, at + VIRTIO_PCI_CAP_BAR, &bar);
		pci_read_config_dword(pdev, at + VIRTIO_PCI_CAP_OFFSET, &off);
		pci_read_config_dword(pdev, at + VIRTIO_PCI_CAP_LENGTH, &size);
		if (type != VIRTIO_PCI_CAP_COMMON_CFG || size <= VIRTIO_PCI_COMMON_STATUS ||
		    !fits_bar(pdev, bar, off, size))
			continue;
		p->reset_bar = bar;
		p->reset_off = off;
		return true;
	}
	return false;
}

/* NVMe controllers and the 82599 have their registers at the beginning of BAR 0. */
static bool nvme_find(struct rl_pci *p)
{
	return fits_bar(p->pdev, 0, 0, SZ_4K);
}

static bool ixgbe_find(struct rl_pci *p)
{
	return fits_bar(p->pdev, 0, 0, SZ_128K);
}

/**
 * struct rl_reset - a method, for a class of devices or for those of a vendor
 * @class:	of the device; 0: any
 * @vendor:	PCI_ANY_ID as 16 bits: any, like @device
 * @device:	id
 * @mask:	bits of the id that count
 * @find:	where the registers are, into reset_bar and reset_off; false: not there
 * @reset:	0, -ENODEV (gone), -ETIMEDOUT; given the registers
 */
struct rl_reset {
	u32 class;
	u16 vendor, device, mask;
	bool (*find)(struct rl_pci *p);
	int (*reset)(void __iomem *regs);
};

static const struct rl_reset methods[] = {
	{ PCI_CLASS_STORAGE_EXPRESS, 0xffff, 0, 0, nvme_find, nvme_reset },
	{ PCI_CLASS_NETWORK_ETHERNET << 8, PCI_VENDOR_ID_INTEL, 0x10fb, 0xffff, ixgbe_find,
	  ixgbe_reset },
	{ 0, PCI_VENDOR_ID_REDHAT_QUMRANET, VIRTIO_IDS, VIRTIO_IDS_MASK, virtio_find,
	  virtio_reset },
};

static bool fits(const struct rl_reset *m, const struct pci_dev *pdev)
{
	return (!m->class || m->class == pdev->class) &&
	       (m->vendor == 0xffff || m->vendor == pdev->vendor) &&
	       (pdev->device & m->mask) == m->device;
}

/**
 * rl_pci_find_reset() - how is the device reset, and where are the registers for that?
 * @p: its claim; gets reset, reset_bar and reset_off
 *
 * Context: probe().
 */
void rl_pci_find_reset(struct rl_pci *p)
{
	int i;

	p->reset = NULL;
	for (i = 0; i < ARRAY_SIZE(methods) && !p->reset; i++)
		if (fits(&methods[i], p->pdev) && methods[i].find(p))
			p->reset = &methods[i];
}
EXPORT_SYMBOL_NS_GPL(rl_pci_find_reset, RL_TEST);

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

static int try_reset(struct rl_pci *p)
{
	const struct rl_reset *m = p->reset;
	int err = m ? m->reset(p->bar[p->reset_bar].io + p->reset_off) : -ENOTTY;

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

/**
 * rl_pci_reset() - reset a device whose vectors are masked and that cannot
 * master the bus
 * @p: its claim; marked as gone if the device does not answer; gets reset_ns
 *
 * Context: the reaper or probe(), sleeps. Return: 0, -ENODEV (gone), -ETIMEDOUT,
 * or what function level reset answers.
 */
int rl_pci_reset(struct rl_pci *p)
{
	int err = try_reset(p);

	p->reset_ns = ktime_get_ns();
	return err;
}
EXPORT_SYMBOL_NS_GPL(rl_pci_reset, RL_TEST);
