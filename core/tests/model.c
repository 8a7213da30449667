// SPDX-License-Identifier: GPL-2.0-only
/*
 * The exchange heap against its reference model (xheap_model_kunit.h), as a process: the
 * core's sources, with ASan and UBSan, on an arena of the simplest kind.
 *
 * Usage: model SEED STEPS poisoned|plain. With poison and red zones, which are tried at
 * the end; or without, as objects are made and freed fastest. Prints the step it failed
 * at; the same arguments fail there again.
 */
#include <stdio.h>
#include "domain.h"
#include "xheap_model_kunit.h"

#define HEAP	(32u << 20)

__thread long shim_cpu;

/* The arena: chunks of a size are kept for the next of that size. */
static unsigned long arena_next, arena_end;
static void *kept[HEAP / PAGE_SIZE + 1];
static u32 sizes[HEAP / 128];

struct rl_arena *rl_arena_create(void *base, size_t size)
{
	arena_next = (unsigned long)base + PAGE_SIZE;
	arena_end = (unsigned long)base + size;
	return (struct rl_arena *)kept;
}

void *rl_arena_alloc(struct rl_arena *a, size_t size)
{
	void **list = &kept[size / PAGE_SIZE], **p = *list;

	if (size >= PAGE_SIZE && p) {
		*list = *p;
	} else {
		p = (void *)round_up(arena_next, (unsigned long)max_t(size_t, size, 128));
		if ((unsigned long)p + size > arena_end)
			return NULL;
		arena_next = (unsigned long)p + size;
	}
	sizes[((unsigned long)p - rl_xheap.base) / 128] = size;
	return p;
}

int rl_arena_free(struct rl_arena *a, void *p)
{
	u32 *size = &sizes[((unsigned long)p - rl_xheap.base) / 128];

	same("arena: chunks freed twice", !*size, 0);
	if (*size >= PAGE_SIZE) {
		*(void **)p = kept[*size / PAGE_SIZE];
		kept[*size / PAGE_SIZE] = p;
	}
	*size = 0;
	return 0;
}

void rl_arena_destroy(struct rl_arena *a)
{
}

size_t rl_arena_next_page(const struct rl_arena *a, size_t page)
{
	return page;
}

void rl_xreport_init(void)
{
}

void rl_xreport_exit(void)
{
}

void rl_domain_kill_why(struct rl_domain *d, enum rl_reason r, const char *text)
{
}

/* A write behind an object, and one after its end, are found; and nothing else was. */
static void stray_writes(void)
{
	u8 *at;

	same("type", rl_xheap_add_type(&types[LEAF]), 0);
	at = rl_xheap_alloc(ID(LEAF), FIRST);
	same("damaged", rl_xheap_damaged(), 0);
	at[RL_GRANULE] = 1;
	same("free", rl_xheap_free(at, FIRST), 0);
	same("found behind", rl_xheap_damaged(), 1);
	at[3] = 1;
	same("same place", number(rl_xheap_alloc(ID(LEAF), FIRST)), number(at));
	same("found after", rl_xheap_damaged(), 2);
	same("free", rl_xheap_free(at, FIRST), 0);
}

int main(int argc, char **argv)
{
	bool poisoned = argc < 4 || strcmp(argv[3], "plain");
	u32 i;

	same("init", rl_xheap_init(HEAP), 0);
	if (poisoned)
		static_branch_enable(&rl_xheap_debug);
	same("types", model_begin(argc > 1 ? strtoul(argv[1], NULL, 0) : 1), 0);
	model_run(argc > 2 ? strtoul(argv[2], NULL, 0) : 1000000);
	model_end();
	if (poisoned)
		stray_writes();
	if (differs.what) {
		printf("step %lu: %s: %ld, model: %ld\n", differs.step, differs.what, differs.got,
		       differs.want);
		return 1;
	}
	printf("did (succeeded/all):");
	for (i = 0; i < ARRAY_SIZE(steps); i++)
		printf(" %lu/%lu", fine[i], done[i]);
	printf("\n");
	rl_xheap_exit();
	return 0;
}
