// SPDX-License-Identifier: GPL-2.0-only
/*
 * The called side of RedLeaf's micro-benchmarks: methods that answer at once, so that a
 * call costs the way there and back and nothing else. It keeps no state and owns no
 * object: what one_rref moves in is handed back by its answer.
 */
#define DOM_C_MAIN
#include <redleaf/domain.h>
#include <redleaf/gen/dom_c.h>

static s32 c_no_arg(void *self)
{
	return 0;
}

static s32 c_one_arg(void *self, u64 a)
{
	return 0;
}

static s32 c_one_rref(void *self, struct dom_word __rref *w)
{
	return -ECANCELED;
}

static s32 c_init(void *self)
{
	return 0;
}

static const struct dom_c_ops c_ops = {
	.no_arg = c_no_arg,
	.one_arg = c_one_arg,
	.one_rref = c_one_rref,
	.no_arg_retry = c_no_arg,
};

/* The state is not used, but there has to be one. */
DOM_C_DOMAIN(u64, &c_ops, c_init);
