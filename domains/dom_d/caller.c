// SPDX-License-Identifier: GPL-2.0-only
/*
 * The calling side of RedLeaf's micro-benchmarks: loops of calls of dom_c, and the
 * cascade, in which each instance calls the one that was loaded before it.
 *
 * An instance that finds the next one dead answers -EREMOTEIO and lives on: nobody
 * dies of another's death. The object of one_rref is this domain's and is freed when
 * the loop ends; if dom_c dies with it, it goes with dom_c.
 */
#define DOM_D_MAIN
#include <redleaf/domain.h>
#include <redleaf/gen/dom_d.h>

/* Constant after init. */
struct dom_d {
	u32 callee;	/* capability for dom_c */
	u32 next;	/* capability for the next dom_d */
};

static s32 d_no_arg(void *self, u64 n)
{
	const struct dom_d *d = self;
	struct rl_ret r;

	for (; n; n--) {
		r = rlc_dom_c_no_arg(d->callee);
		if (r.rpc || r.err)
			return -EREMOTEIO;
	}
	return 0;
}

static s32 d_one_arg(void *self, u64 n)
{
	const struct dom_d *d = self;
	struct rl_ret r;

	for (; n; n--) {
		r = rlc_dom_c_one_arg(d->callee, n);
		if (r.rpc || r.err)
			return -EREMOTEIO;
	}
	return 0;
}

static s32 d_one_rref(void *self, u64 n)
{
	const struct dom_d *d = self;
	struct dom_word __rref *w = dom_word_alloc();
	struct rl_ret r;

	if (!w)
		return -ENOMEM;
	for (; n; n--) {
		r = rlc_dom_c_one_rref(d->callee, w);
		if (r.rpc == RL_RPC_CRASHED)
			return -EREMOTEIO;	/* @w went with it */
		if (r.rpc || r.err != -ECANCELED)
			break;
	}
	dom_word_free(w);
	return n ? -EREMOTEIO : 0;
}

static s32 d_cascade(void *self, u32 depth)
{
	const struct dom_d *d = self;
	struct rl_ret r;

	if (depth <= 1)
		return 0;
	r = rlc_dom_d_cascade(d->next, depth - 1);
	if (r.rpc == RL_RPC_NOSTACK)
		return -EOVERFLOW;
	return r.rpc ? -EREMOTEIO : r.err;
}

static s32 d_init(void *self)
{
	struct dom_d *d = self;

	d->callee = rl_iface(DOM_D_REQ_DOM_C);
	d->next = rl_iface(DOM_D_REQ_DOM_D);
	return 0;
}

static const struct dom_d_ops d_ops = {
	.no_arg = d_no_arg,
	.one_arg = d_one_arg,
	.one_rref = d_one_rref,
	.cascade = d_cascade,
};

DOM_D_DOMAIN(struct dom_d, &d_ops, d_init);
