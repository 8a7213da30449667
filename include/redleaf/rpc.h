/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Result of a proxied call. @rpc is written by the proxy alone and says
 * whether the call took place; @err is the callee's own answer and means
 * nothing unless @rpc is RL_RPC_OK. A domain can therefore never fake the
 * crash of another one, nor hide its own.
 */
#ifndef REDLEAF_RPC_H
#define REDLEAF_RPC_H

#include <redleaf/types.h>

enum rl_rpc {
	RL_RPC_OK = 0,		/* the callee ran and answered */
	RL_RPC_CRASHED = 1,	/* the callee died while this call was inside */
	RL_RPC_DEAD = 2,	/* restarts exhausted or unloaded: will not come back */
	RL_RPC_RESTARTING = 3,	/* not running now, a restart is under way */
	RL_RPC_REFUSED = 4,	/* an argument failed its check; nothing was changed */
	RL_RPC_NOSTACK = 5,	/* too little stack left to enter the callee, or 16 domains deep */
	RL_RPC_REVOKED = 6,	/* the capability does not stand: taken back, given up, none */
};

struct rl_ret {
	s32 rpc;		/* enum rl_rpc */
	s32 err;		/* 0 or -Exxx from the callee; -Exxx of the check if refused */
};

static_assert(sizeof(struct rl_ret) == 8);

#endif
