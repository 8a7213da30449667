// SPDX-License-Identifier: GPL-2.0-only
/*
 * A domain at guard level full that reads what is not its own. The guard must end the
 * generation before anything is loaded; what is its own it must be able to read, and
 * finds there what it wrote. rl_rltest.ko starts the attempts and looks.
 */
#define READER_MAIN
#include <redleaf/gen/reader.h>
#include "../nothing.h"
#include "reads.h"
#include "reader.h"

static s32 do_crash(void *self, u32 what, u64 arg)
{
	s32 err = reader_load(what, arg);

	if (err == -ENOENT)
		err = reader_copy(self, what, arg);
	if (err == -ENOENT)
		err = reader_object(self, what);
	if (err == -ENOENT)
		err = reader_own(self, what, arg);
	return err;
}

static s32 do_lent(void *self, u32 what, const struct rltest_item __rref *it)
{
	const volatile struct rltest_item *item = rl_deref(it);

	return item->value == item->value ? 0 : -EIO;
}

static const struct rltest_ops ops = {
	RLTEST_NOTHING,
	.crash = do_crash,
	.crash_sleep = nothing_crash,
	.lent = do_lent,
};

static s32 init(void *self)
{
	struct reader *r = self;

	r->host = rl_iface(READER_REQ_RLTEST_HOST);
	return 0;
}

READER_DOMAIN(struct reader, &ops, init);
