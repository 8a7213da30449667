// SPDX-License-Identifier: GPL-2.0-only
/*
 * A process as one CPU of a kernel, for core sources that run in it: %gs, a task whose
 * stack is this one, and arenas. One thread.
 */
#include <sched.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "machine.h"

#define ARCH_SET_GS	0x1001	/* asm/prctl.h, whose name the shim has taken */

struct bench_cpu bench_cpu;
__thread long shim_cpu;
struct static_key_false rl_trace_calls;

static struct task_struct task;

/* Nothing is given back to an arena. */
struct rl_arena {
	unsigned long next, end;
};

struct rl_arena *rl_arena_create(void *base, size_t size)
{
	struct rl_arena *a = malloc(sizeof(*a));

	if (!a)
		return NULL;
	a->next = (unsigned long)base + PAGE_SIZE;
	a->end = (unsigned long)base + size - RL_GRANULE;
	return a;
}

void *rl_arena_alloc(struct rl_arena *a, size_t size)
{
	unsigned long p = round_up(a->next, size < PAGE_SIZE ? RL_GRANULE : PAGE_SIZE);

	a->next = p + size;
	return a->next <= a->end ? (void *)p : NULL;
}

void rl_xreport_init(void)
{
}

void die(const char *what)
{
	fflush(stdout);
	fprintf(stderr, "bench: %s\n", what);
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

/**
 * make_machine() - from now on core sources and gates can run
 *
 * The caller's stack frame is at the top of the task's stack.
 */
void make_machine(void)
{
	pin();
	task.stack = (void *)(((unsigned long)__builtin_frame_address(0) & -THREAD_SIZE) -
			      THREAD_SIZE);
	bench_cpu.task = &task;
	bench_cpu.preempt_count = 0x80000000;
	if (syscall(SYS_arch_prctl, ARCH_SET_GS, &bench_cpu))
		die("cannot set %gs");
}
