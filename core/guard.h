/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the core knows of a domain's code, and the slow side of its guard. The
 * contract with guarded code is Documentation/guard.rst.
 */
#ifndef RL_GUARD_H
#define RL_GUARD_H

#include <linux/types.h>

struct module;

#define RL_CODE_SHIFT	4	/* functions begin at multiples of 16 */

/**
 * struct rl_code - where functions of a .ko begin
 * @text:	its code
 * @size:	bytes of it
 * @entry:	one byte for each 16 of them: 1 when a function begins there that an
 *		indirect call may reach
 *
 * Made by the loader, constant from then on, freed with the instance. guard_asm.S
 * reads it on every indirect call of a guarded domain.
 */
struct rl_code {
	unsigned long text;
	unsigned long size;
	u8 entry[];
};

/* Bytes the table of @text_size bytes of code takes. */
static inline size_t rl_code_cost(unsigned long text_size)
{
	return sizeof(struct rl_code) + (text_size >> RL_CODE_SHIFT) + 1;
}

/* Sleeps. NULL: no memory. */
struct rl_code *rl_code_make(const struct module *mod);

/* Does a function begin at @p? Any context. */
static inline bool rl_code_has(const struct rl_code *c, unsigned long p)
{
	unsigned long off = p - c->text;

	return off < c->size && !(off & ((1UL << RL_CODE_SHIFT) - 1)) &&
	       c->entry[off >> RL_CODE_SHIFT];
}

#endif
