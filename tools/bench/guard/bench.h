/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between main.c, which has the core's headers, and what is measured, which has those of
 * domains: whoever includes this has types like u32 from its own side.
 */
#ifndef BENCH_GUARD_BENCH_H
#define BENCH_GUARD_BENCH_H

/* The same code: without the guard, with it as kbuild builds domains, and at level full. */
enum variant { PLAIN, GUARDED, FULL, NR_VARIANTS };

/**
 * struct subject - what is measured
 * @set_up:	make it ready; called once, in the domain like all of them
 * @turn:	let @variant do its work, always as much of it, on what all variants share;
 *		ends the process unless all of the work was done. Returns TSC cycles that the
 *		variant took for each unit of it, in hundredths; what the device does
 *		meanwhile is not among them
 * @trespass:	let the guarded variant store to an object of another owner; does not
 *		return if the guard is there. NULL: stores to its window alone
 */
struct subject {
	void (*set_up)(void);
	u64 (*turn)(enum variant variant);
	void (*trespass)(void);
};

extern const struct subject nic, nic_alone, nvme_io, copy4k;

/* copy.c, in its variants: @n copies of a page, to and from two pages in turn */
void copy(u8 *to, const u8 *from, u32 n);
void plain_copy(u8 *to, const u8 *from, u32 n);
void guarded_copy(u8 *to, const u8 *from, u32 n);
void full_copy(u8 *to, const u8 *from, u32 n);

/* main.c */
void die(const char *what) __noreturn;
void check(bool good, const char *what);	/* or die */
void *window_take(unsigned long size);		/* zeroed, as the core's allocators give it */
void give_away(void *object);			/* to another owner, that is */

/* The clock, behind all that was begun. */
static inline u64 now(void)
{
	u64 t;

	__builtin_ia32_lfence();
	t = __builtin_ia32_rdtsc();
	__builtin_ia32_lfence();
	return t;
}

#endif
