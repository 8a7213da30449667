/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Capabilities: numbers that name references to interfaces.
 *
 * A domain calls others through capabilities: those of the interfaces it requires
 * (rl_iface()), and those it was passed, as a cap<...> parameter or result of a call. A
 * number means something in the table of the domain that was given it, and nothing
 * anywhere else; it is never used again when the reference is gone. Calls through a
 * number that does not stand (made up, somebody else's, released, revoked) answer
 * RL_RPC_REVOKED.
 *
 * Who passes a reference keeps its own, and can take the other one back: what is
 * passed or cloned is derived from the one it was made of. A generation that ends
 * releases all it was passed; what it passed on stands. A reference leads to an
 * instance, not to a generation: while its domain restarts, calls answer
 * RL_RPC_RESTARTING, and then the next generation answers.
 */
#ifndef REDLEAF_CAP_H
#define REDLEAF_CAP_H

#include <redleaf/types.h>

typedef u64 rl_cap_t;

#define RL_CAP_NONE	(~(rl_cap_t)0)	/* no reference; what a result is when a call fails */
#define RL_CAP_SELF	((rl_cap_t)0xfff)	/* the caller's own interface, to be passed */

/* How many references a generation can hold beside those it requires. */
#define RL_MAX_HOLDS	64

/*
 * rl_cap_clone() - a second reference, derived from @cap. RL_CAP_NONE: @cap does not
 * stand, or the table is full. Any context but NMI.
 */
rl_cap_t rl_cap_clone(rl_cap_t cap);

/*
 * rl_cap_release() - give up a reference that was passed or cloned, revoked or not. What
 * was derived from it stands, and is from then on derived from what @cap was. 0, or
 * -ENOENT: there is none. Any context but NMI.
 */
s32 rl_cap_release(rl_cap_t cap);

/*
 * rl_cap_revoke() - take back all that was derived from @cap, whoever has it, and
 * however far it was passed on. @cap itself stands. Calls that are inside go on. 0,
 * or -ENOENT: there is none. Any context but NMI.
 */
s32 rl_cap_revoke(rl_cap_t cap);

#endif
