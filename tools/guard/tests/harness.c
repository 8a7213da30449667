// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs corner.c, plain and guarded, and compares. Then again with a window that ends
 * earlier: every store beyond it must ask, and with an argument (level full) every load.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIZE (1 << 16)

typedef unsigned long long u64;

extern u64 refused, loads, locals, icalls, top;
u64 with_frame(void *frame, void *fn, void *a, u64 b);
u64 corner_run(char *mem, unsigned long size);
u64 plain_corner_run(char *mem, unsigned long size);

static int failed, n;

/* What fmt.c could call, but is not asked to. */
void *rl_alloc(unsigned long size);
void rl_free(void *p);
void rl_log_write(unsigned int level, const char *buf, unsigned int len);
_Bool rl_log_wanted(unsigned int level);
void *rl_alloc(unsigned long size) { abort(); }
void rl_free(void *p) { abort(); }
void rl_log_write(unsigned int level, const char *buf, unsigned int len) { abort(); }
_Bool rl_log_wanted(unsigned int level) { abort(); }

static void check(int good, const char *what)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++n, what);
	failed |= !good;
}

int main(int argc, char **argv)
{
	static u64 frame[12];
	char *mem = aligned_alloc(SIZE, SIZE), *two = aligned_alloc(SIZE, SIZE);
	u64 plain, guarded, plain_loads;
	bool full = argc > 1;

	memset(mem, 0, SIZE);
	memset(two, 0, SIZE);
	frame[8] = (u64)two;
	frame[9] = SIZE - 64;
	frame[11] = (u64)two + SIZE / 2;	/* where locals go: runtime.S */
	plain = with_frame(frame, plain_corner_run, mem, SIZE / 2);
	check(!refused && !loads && !locals && !icalls, "unguarded code asks nobody");
	guarded = with_frame(frame, corner_run, two, SIZE / 2);
	check(plain == guarded, "guarded code computes the same");
	check(!memcmp(mem, two, SIZE / 2), "and leaves the same memory");
	check(!refused, "and stores only where it may");
	plain_loads = loads;
	check(!locals && !top, "and gives all its locals back");
	check(icalls == 20, "and its indirect calls are checked");
	frame[9] = 4096;
	memset(two, 0, SIZE);
	guarded = with_frame(frame, corner_run, two, SIZE / 2);
	printf("# %llu stores beyond the window asked\n", refused);
	check(refused > 500, "stores beyond the window ask");
	printf("# %llu loads asked, then %llu\n", plain_loads, loads - plain_loads);
	check(full ? loads > 2 * plain_loads + 500 : !loads,
	      full ? "and so do loads" : "loads do not ask");
	check(plain == guarded, "and are themselves when they may");
	return failed;
}
