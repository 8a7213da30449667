// SPDX-License-Identifier: GPL-2.0-only
/*
 * The gate's cost in TSC cycles: real core sources, run as a process.
 *
 * Direct and proxied calls alternate window by window, so that both see the same
 * frequency and the same neighbours. A window is short (some microseconds), so
 * most are not disturbed; the median of many is what is reported. Objects move
 * to the domain and back.
 *
 * Prints "name min median" per line, cycles per call.
 */
#include <sched.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <x86intrin.h>
#include "native.h"

#define ARCH_SET_GS	0x1001	/* asm/prctl.h, whose name the shim has taken */
#define ROUNDS		2000

static struct bench_cpu cpu;
static struct task_struct task;
static struct rl_domain domain;
static struct bench bench;
static char self[64];
static char heap_page[PAGE_SIZE];
struct static_key_false rl_trace_calls;

extern const struct rl_domain_desc rl_this_domain;

/* The exchange heap's arena: nothing here frees more than it took. */
static unsigned long arena_next, arena_end;
struct rl_arena *rl_arena_create(void *base, size_t size)
{
	arena_next = (unsigned long)base + PAGE_SIZE;
	arena_end = (unsigned long)base + size;
	return (struct rl_arena *)heap_page;
}

void *rl_arena_alloc(struct rl_arena *a, size_t size)
{
	unsigned long p = arena_next;

	arena_next += size;
	return arena_next <= arena_end ? (void *)p : NULL;
}

void rl_xreport_init(void)
{
}

enum { DIRECT, NULL_CALL, OBJECT, DEQUE, NR_LOOPS };

static const struct loop {
	const char *name;
	u64 (*run)(struct bench *b, u32 n);
	u64 (*fenced)(struct bench *b, u32 n);
} loops[NR_LOOPS] = {
	[DIRECT] = { "direct", loop_direct, fenced_direct },
	[NULL_CALL] = { "null", loop_null, fenced_null },
	[OBJECT] = { "object", loop_object, fenced_object },
	[DEQUE] = { "deque", loop_deque, fenced_deque },
};

static double took[2][NR_LOOPS][ROUNDS];

static void die(const char *what)
{
	fprintf(stderr, "native: %s\n", what);
	exit(1);
}

/* One CPU for the whole run, the one this process happens to be on. */
static void pin(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("cannot pin this process to a CPU");
}

static void make_machine(void)
{
	task.stack = (void *)(((unsigned long)__builtin_frame_address(0) & -THREAD_SIZE) -
			      THREAD_SIZE);
	cpu.task = &task;
	cpu.preempt_count = 0x80000000;
	if (syscall(SYS_arch_prctl, ARCH_SET_GS, &cpu))
		die("cannot set %gs");
}

static void make_domain(void)
{
	domain.gate = (struct rl_gate){
		.alive = RL_GATE_OPEN,
		.stack = RL_STACK_DEFAULT + RL_STACK_RESERVE,
		.cnt = (void *)offsetof(struct bench_cpu, counters),
		.window = heap_page,
		.id = DOMAIN,
		.gen = 1,
	};
	memcpy(domain.ops_copy, rl_this_domain.ops, rl_this_domain.nr_ops * sizeof(void *));
	bench.ref = (struct rl_iref){
		.gate = &domain.gate, .ops = domain.ops_copy, .self = self,
		.desc = &rltest_iface_desc,
	};
}

static struct rltest_item __rref *new_item(void)
{
	void __rref *p = rl_xheap_alloc(RLTEST_ITEM_TYPE, RL_OWNER_HOST);

	if (!p)
		die("exchange heap exhausted");
	return p;
}

static void make_objects(void)
{
	u32 i;

	if (rl_xheap_init(RL_XHEAP_DEFAULT))
		die("no memory");
	for (i = 0; i < RLTEST_NR_TYPES; i++)
		if (rl_xheap_add_type(&rltest_types[i]))
			die("a type was refused");
	bench.object = new_item();
	bench.deque = rl_xheap_alloc(RLTEST_ITEM_DEQUE32_TYPE, RL_OWNER_HOST);
	if (!bench.deque)
		die("exchange heap exhausted");
	for (i = 0; i < 32; i++)
		if (rl_xheap_push(bench.deque, new_item(), RL_OWNER_HOST, false))
			die("an object was refused");
}

static void window(bool fenced, u32 loop, u32 round)
{
	const struct loop *l = &loops[loop];
	u64 begun, ended, bad;

	_mm_lfence();
	begun = __rdtsc();
	_mm_lfence();
	bad = (fenced ? l->fenced : l->run)(&bench, WINDOW);
	_mm_lfence();
	ended = __rdtsc();
	if (bad)
		die("a call failed");
	took[fenced][loop][round] = (double)(ended - begun) / WINDOW;
}

static void check_counts(void)
{
	u64 calls = 2ull * ROUNDS * 3 * WINDOW;

	if (cpu.counters[0] != calls || cpu.counters[1] != calls)
		die("the gate's in-flight counters are wrong");
}

static int ascending(const void *a, const void *b)
{
	double d = *(const double *)a - *(const double *)b;

	return d < 0 ? -1 : d > 0;
}

static void print_sorted(const char *name, double *v)
{
	qsort(v, ROUNDS, sizeof(*v), ascending);
	printf("%s %.3f %.3f\n", name, v[0], v[ROUNDS / 2]);
}

/* What a loop's call costs more than that of @base in the same round. */
static void print_more(const char *what, bool fenced, u32 loop, u32 base)
{
	double extra[ROUNDS];
	char name[32];
	u32 i;

	for (i = 0; i < ROUNDS; i++)
		extra[i] = took[fenced][loop][i] - took[fenced][base][i];
	snprintf(name, sizeof(name), "%s_%s_%s", loops[loop].name,
		 fenced ? "ser" : "b2b", what);
	print_sorted(name, extra);
}

int main(void)
{
	u32 round, loop, fenced;

	pin();
	make_machine();
	make_domain();
	make_objects();
	for (round = 0; round < ROUNDS; round++)
		for (fenced = 0; fenced < 2; fenced++)
			for (loop = 0; loop < NR_LOOPS; loop++)
				window(fenced, loop, round);
	check_counts();
	for (fenced = 0; fenced < 2; fenced++) {
		for (loop = 1; loop < NR_LOOPS; loop++)
			print_more("extra", fenced, loop, DIRECT);
		print_more("delta", fenced, OBJECT, NULL_CALL);
		print_more("delta", fenced, DEQUE, NULL_CALL);
		for (loop = 0; loop < NR_LOOPS; loop++) {
			char name[32];

			snprintf(name, sizeof(name), "%s_%s", loops[loop].name,
				 fenced ? "ser" : "b2b");
			print_sorted(name, took[fenced][loop]);
		}
	}
	printf("scaling_2cpu 0 %.3f\n", scaling());
	return 0;
}
