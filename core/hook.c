// SPDX-License-Identifier: GPL-2.0-only
/*
 * A hook on a function of the kernel: an ftrace_ops that may change where the
 * function goes on. Whoever cannot be installed is named in the log, with what it
 * is for; there is no second try in another way.
 */
#include <linux/ftrace.h>
#include <linux/string.h>
#include "hook.h"

/**
 * rl_hook_install() - call @ops at the head of a function
 * @ops: hook; FTRACE_OPS_FL_IPMODIFY and FTRACE_OPS_FL_PERMANENT are set
 * @function: name of the function
 * @what: name of the mechanism, for the log
 *
 * Context: process, sleeps.
 * Return: 0, or -Exxx with nothing installed and the reason in the log.
 */
int rl_hook_install(struct ftrace_ops *ops, const char *function, const char *what)
{
	int err = ftrace_set_filter(ops, (unsigned char *)function, strlen(function), 1);

	if (err) {
		pr_err("redleaf: %s: %s cannot be traced (%d): kernel built without dynamic ftrace?\n",
		       what, function, err);
		return err;
	}
	err = register_ftrace_function(ops);
	if (!err)
		return 0;
	ftrace_free_filter(ops);
	/*
	 * -EINVAL: a filter without its entry, since ftrace_set_filter() hides that it found
	 * no memory. The other cause, an ftrace that saves no registers, ends the build.
	 */
	if (err == -EINVAL || err == -ENOMEM) {
		pr_err("redleaf: %s: no memory for a hook on %s (%d)\n", what, function, err);
		return -ENOMEM;
	}
	pr_err("redleaf: %s: %s is taken (%d): a livepatch or kprobe owns it, or kernel.ftrace_enabled=0\n",
	       what, function, err);
	return err;
}

/**
 * rl_hook_remove() - undo rl_hook_install()
 * @ops: hook
 *
 * No CPU runs the hook's function afterwards, and every thread has reached what it was
 * sent to. Context: process, sleeps.
 */
void rl_hook_remove(struct ftrace_ops *ops)
{
	unregister_ftrace_function(ops);
	ftrace_free_filter(ops);
}
