// SPDX-License-Identifier: GPL-2.0-only
/*
 * The domain of the capability tests: slots for references, and deeds that pass them
 * on, ask for others' and use numbers that are not its own. What a deed leads to is
 * answered as it is; the test judges. A generation begins with empty slots.
 */
#define CAPS_MAIN
#include <redleaf/domain.h>
#include <redleaf/gen/rlcap.h>

struct caps {
	rl_cap_t slot[RLCAP_SLOTS];
	s32 fails;		/* what a method with references answers, if not 0 */
};

static rl_cap_t *at(struct caps *c, u64 i)
{
	return &c->slot[i % RLCAP_SLOTS];
}

static s32 do_who(void *self, struct rlcap_outcome *o)
{
	o->value = (unsigned long)self;
	return 0;
}

static s32 do_keep(void *self, u32 i, rl_cap_t peer)
{
	struct caps *c = self;

	*at(c, i) = peer;
	return c->fails;
}

static s32 do_keep_both(void *self, u32 i, rl_cap_t first, struct rlcap_item __rref *it,
			rl_cap_t second)
{
	struct caps *c = self;

	if (c->fails)
		return c->fails;
	*at(c, i) = first;
	*at(c, i + 1) = second;
	rlcap_item_free(it);
	return 0;
}

static s32 do_hand_out(void *self, u32 i, rl_cap_t *peer)
{
	struct caps *c = self;

	*peer = *at(c, i);
	return c->fails;
}

static s32 do_swap(void *self, u32 i, rl_cap_t peer, rl_cap_t *old)
{
	struct caps *c = self;

	*old = *at(c, i);
	*at(c, i) = peer;
	return c->fails;
}

/* Deeds that call somebody. */
static struct rl_ret call(struct caps *c, u32 deed, u32 a, u32 b, u64 arg, u64 *value)
{
	struct rlcap_outcome o = { 0 };
	struct rl_ret ret;

	switch (deed) {
	case RLCAP_DEED_PASS:
		return rlc_rlcap_keep(*at(c, a), arg, *at(c, b));
	case RLCAP_DEED_FETCH:
		return rlc_rlcap_hand_out(*at(c, a), arg, at(c, b));
	case RLCAP_DEED_ENTER:
		return rlc_rlcap_names_enter(rl_iface(CAPS_REQ_RLCAP_NAMES), arg, *at(c, a));
	case RLCAP_DEED_FIND:
		return rlc_rlcap_names_find(rl_iface(CAPS_REQ_RLCAP_NAMES), arg, at(c, b));
	default:
		ret = rlc_rlcap_who(*at(c, a), &o);
		*value = o.value;
		return ret;
	}
}

/* Deeds of its own; false: none of them. */
static bool own(struct caps *c, u32 deed, u32 a, u32 b, u64 arg, struct rlcap_outcome *o)
{
	switch (deed) {
	case RLCAP_DEED_CLONE:
		*at(c, b) = rl_cap_clone(*at(c, a));
		o->value = *at(c, b);
		return true;
	case RLCAP_DEED_RELEASE:
		o->err = rl_cap_release(*at(c, a));
		return true;
	case RLCAP_DEED_REVOKE:
		o->err = rl_cap_revoke(*at(c, a));
		return true;
	case RLCAP_DEED_WRITE:
		*at(c, a) = arg;
		return true;
	case RLCAP_DEED_READ:
		o->value = *at(c, a);
		return true;
	case RLCAP_DEED_FAIL:
		c->fails = -(s32)arg;
		return true;
	case RLCAP_DEED_DIE:
		rl_die("as it was told");
	default:
		return false;
	}
}

static s32 do_act(void *self, u32 deed, u32 a, u32 b, u64 arg, struct rlcap_outcome *o)
{
	struct rl_ret ret = { 0 };
	struct caps *c = self;
	u64 value = 0;

	*o = (struct rlcap_outcome){ 0 };
	if (own(c, deed, a, b, arg, o))
		return 0;
	ret = call(c, deed, a, b, arg, &value);
	o->rpc = ret.rpc;
	o->err = ret.err;
	o->value = value;
	return 0;
}

static s32 init(void *self)
{
	struct caps *c = self;
	u32 i;

	for (i = 0; i < RLCAP_SLOTS; i++)
		c->slot[i] = RL_CAP_NONE;
	return 0;
}

static const struct rlcap_ops ops = {
	.who = do_who,
	.keep = do_keep,
	.keep_both = do_keep_both,
	.hand_out = do_hand_out,
	.swap = do_swap,
	.act = do_act,
};

CAPS_DOMAIN(struct caps, &ops, init);
