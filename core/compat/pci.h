/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the kernel keeps the name of the only driver a device may have: in
 * struct pci_dev, or, where probe.mk finds device_set_driver_override(), in
 * struct device.
 */
#ifndef RL_COMPAT_PCI_H
#define RL_COMPAT_PCI_H

#include <linux/device.h>
#include <linux/pci.h>
#include <linux/string.h>

/* Is @pdev reserved for another driver than @drv? Device lock held. */
static inline bool rl_compat_pci_reserved(struct pci_dev *pdev, const struct device_driver *drv)
{
#ifdef RL_HAVE_DEVICE_OVERRIDE
	int match = device_match_driver_override(&pdev->dev, drv);

	/* sparse does not see where a guard ends */
	__release(&pdev->dev.driver_override.lock);
	return !match;
#else
	return pdev->driver_override && strcmp(pdev->driver_override, drv->name);
#endif
}

/* "" takes the override away. Sleeps, takes the device lock. 0 or -ENOMEM. */
static inline int rl_compat_pci_set_override(struct pci_dev *pdev, const char *name)
{
#ifdef RL_HAVE_DEVICE_OVERRIDE
	return device_set_driver_override(&pdev->dev, name);
#else
	return driver_set_override(&pdev->dev, &pdev->driver_override, name, strlen(name));
#endif
}

#endif
