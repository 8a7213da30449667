/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef READER_H
#define READER_H

#include <redleaf/domain.h>
#include <redleaf/gen/rltest.h>

struct reader {
	rl_cap_t host;	/* capability for rltest_host */
	u64 read;	/* what was, so that it has to be */
};

/* 0: it survived; -EIO: what it read is wrong; -ENOENT: not this function's attempt. */
s32 reader_load(u32 what, u64 arg);
s32 reader_copy(struct reader *r, u32 what, u64 arg);
s32 reader_object(struct reader *r, u32 what);
s32 reader_own(struct reader *r, u32 what, u64 arg);

#endif
