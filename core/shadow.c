// SPDX-License-Identifier: GPL-2.0-only
/*
 * The loop of a retry shadow: is the result final, or is there another try?
 *
 * A retry waits for the restart, so it runs where sleeping is allowed, and never
 * from an adapter's up or down callback: the reaper would wait for itself. Tries
 * and time are bounded: a domain that dies of every call, or whose restarts are
 * used up, gives its caller an error in the end. Nothing is held while waiting.
 */
#include <linux/export.h>
#include "proxy.h"

/**
 * rl_shadow_again() - wait for the next generation, if that can help
 * @ref: whose method was called
 * @ret: its result; becomes RL_RPC_DEAD when the domain will not come back
 * @tries: how often the call was issued again
 *
 * Context: process, sleeps up to RL_RETRY_WAIT_MS.
 * Return: true when the call is to be issued again; false: @ret is final.
 */
bool rl_shadow_again(struct rl_iref *ref, struct rl_ret *ret, unsigned int tries)
{
	int err = -ELOOP;

	if (likely(ret->rpc != RL_RPC_CRASHED && ret->rpc != RL_RPC_RESTARTING))
		return false;
	if (tries < RL_RETRY_MAX)
		err = rl_gate_wait_running(ref->gate, RL_RETRY_WAIT_MS);
	if (err == -ENODEV)
		ret->rpc = RL_RPC_DEAD;
	atomic_long_inc(err ? &ref->shadow.gave_up : &ref->shadow.retried);
	return !err;
}
EXPORT_SYMBOL_GPL(rl_shadow_again);
