// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stands for a livepatch of page_fault_oops(): while loaded, nobody else may
 * change where that function returns to. It changes nothing itself.
 */
#include <linux/ftrace.h>
#include <linux/module.h>
#include <linux/string.h>

static void notrace nothing(unsigned long ip, unsigned long parent, struct ftrace_ops *ops,
			    struct ftrace_regs *fregs)
{
}

static struct ftrace_ops ops = {
	.func = nothing,
	.flags = FTRACE_OPS_FL_SAVE_REGS | FTRACE_OPS_FL_IPMODIFY,
};

static int __init hook_init(void)
{
	int err = ftrace_set_filter(&ops, "page_fault_oops", strlen("page_fault_oops"), 1);

	if (!err)
		err = register_ftrace_function(&ops);
	if (err)
		ftrace_free_filter(&ops);
	return err;
}

static void __exit hook_exit(void)
{
	unregister_ftrace_function(&ops);
	ftrace_free_filter(&ops);
}

module_init(hook_init);
module_exit(hook_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("RedLeaf test: owns page_fault_oops()");
