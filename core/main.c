// SPDX-License-Identifier: GPL-2.0-only
/*
 * redleaf.ko: arms what containment rests on, in dependency order, and takes it
 * down in reverse. insmod fails, with a line that names the mechanism, when one
 * of them cannot be armed: a core that contains only some faults would promise
 * what it does not keep.
 *
 * Every domain's .ko depends on this module's symbols, so it cannot be unloaded
 * while one of them is loaded.
 */
#include <linux/module.h>
#include "admit.h"
#include "core.h"
#include "heap.h"
#include "limits.h"
#include "pci.h"
#include "xheap_lend.h"

static unsigned int xheap_mib = RL_XHEAP_DEFAULT / SZ_1M;
module_param(xheap_mib, uint, 0444);
MODULE_PARM_DESC(xheap_mib, "size of the exchange heap, MiB (default 32)");

static int xheap_start(void)
{
	if (!xheap_mib || xheap_mib > 1024) {
		pr_err("redleaf: xheap_mib=%u: want 1 to 1024\n", xheap_mib);
		return -EINVAL;
	}
	return rl_xheap_init((size_t)xheap_mib * SZ_1M);
}

static void xheap_stop(void)
{
	rl_xlend_exit();
	rl_xheap_exit();
}

static const struct step {
	const char *name;
	int (*start)(void);
	void (*stop)(void);
} steps[] = {
	{ "domain objects", rl_domains_init, rl_domains_exit },
	{ "exchange heap", xheap_start, xheap_stop },
	{ "sysfs", rl_control_init, rl_control_exit },
	{ "quiesce", rl_quiesce_init, rl_quiesce_exit },
	{ "hang watchdog", rl_watchdog_init, rl_watchdog_exit },
	{ "fault hooks", rl_fault_arm, rl_fault_disarm },
	{ "reaper", rl_reaper_init, rl_reaper_exit },
	{ "seals", rl_admit_init, rl_admit_exit },
	{ "IOMMU watch", rl_iommu_init, rl_iommu_exit },
	{ "PCI driver", rl_pci_init, rl_pci_exit },
};

static void stop_from(int i)
{
	while (i-- > 0)
		steps[i].stop();
}

static int __init redleaf_init(void)
{
	int i, err;

	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		err = steps[i].start();
		if (err) {
			pr_err("redleaf: not loaded: %s could not be started (%d)\n",
			       steps[i].name, err);
			stop_from(i);
			return err;
		}
	}
	return 0;
}

static void __exit redleaf_exit(void)
{
	stop_from(ARRAY_SIZE(steps));
}

module_init(redleaf_init);
module_exit(redleaf_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("RedLeaf: restartable domains for drivers on stock kernels");
