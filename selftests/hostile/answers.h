/* SPDX-License-Identifier: GPL-2.0-only */
/* What the rows of arguments.h and device.h are made of: 0 if the core answered well. */
#ifndef HOSTILE_ANSWERS_H
#define HOSTILE_ANSWERS_H

#include <redleaf/domain.h>

/* The value as an address, whatever the prototype wants; as one of an exchange object. */
#define P ((void *)v)
#define R ((void __force __rref *)v)

#define done(call)	({ call; 0; })

/* What an attack that has done its work dies of, so that nothing of it stays behind. */
#define HOSTILE_DONE()	rl_die("this attack has done its work")

static inline s32 zero(u64 answer)
{
	return answer ? -EIO : 0;
}

/* A pointer to whatever memory. */
#define null(answer)	zero((__force u64)(answer))

static inline s32 error(s32 answer)
{
	return answer < 0 ? 0 : -EIO;
}

/* It was done, or refused with an error: both go with the generation. */
static inline s32 left(s32 answer)
{
	HOSTILE_DONE();
}

#endif
