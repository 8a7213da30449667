// SPDX-License-Identifier: GPL-2.0-only
/*
 * Glue: the trusted part of every domain's .ko, the only one that sees kernel
 * headers. It hands the descriptor to the core at load, takes it back at
 * unload, and turns what the compiler calls on its own (stack protector) into
 * the domain's own death. The domain's objects are linked beside it.
 */
#include <linux/module.h>
#include "core/domain.h"

/*
 * A compiler-made call; the definition in the module wins over the kernel's. A
 * trap and no call: objtool takes a function of this name for one that may run
 * with user access on, from where nothing may be called.
 */
void __stack_chk_fail(void);
void __stack_chk_fail(void)
{
	asm volatile("ud2");
	__builtin_unreachable();
}

static char *rl_glue_pci = "";
module_param_named(pci, rl_glue_pci, charp, 0444);
MODULE_PARM_DESC(pci, "PCI functions to drive: 0000:00:04.0,...");

static char *rl_glue_params = "";
module_param_named(params, rl_glue_params, charp, 0444);
MODULE_PARM_DESC(params, "domain parameters: name=value,...");

static unsigned int rl_glue_instances = 1;
module_param_named(instances, rl_glue_instances, uint, 0444);
MODULE_PARM_DESC(instances, "instances of a domain without a device (default 1)");

static int __init rl_glue_init(void)
{
	const struct rl_load_args args = {
		.pci = rl_glue_pci,
		.params = rl_glue_params,
		.instances = rl_glue_instances,
		.inject = rl_inject_table,
		.level = __PASTE(RL_GUARD_, RL_GUARD),
	};

	return rl_domain_load(&rl_this_domain, THIS_MODULE, &args);
}

static void __exit rl_glue_exit(void)
{
	rl_domain_unload(THIS_MODULE);
}

module_init(rl_glue_init);
module_exit(rl_glue_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("RedLeaf domain");
MODULE_INFO(rl_guard, __stringify(RL_GUARD));
