// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cost of the guard in a process: the same driver without it, with it and at level full
 * takes turns on the same state, a pair of turns in random order. All of it happens inside
 * a domain of the core's own gate, with a window and objects of the core's own exchange
 * heap, so what guarded code calls is the core's slow path of a check.
 *
 * The guard refuses nothing here, or the process ends; in the end it has to refuse once,
 * or what was measured had none.
 *
 * Prints "name ratio fastest plain guarded" a line: the median of the ratios of pairs,
 * the ratio of the fastest turns, and median TSC cycles of one unit.
 */
#include <setjmp.h>
#include <stdio.h>
#include "machine.h"
#include "bdev_proxy.h"
#include "net_proxy.h"
#include "bench.h"

#define PAIRS	400
#define WINDOW	(4u << 20)
#define DOMAIN	RL_OWNER_FIRST

static const struct {
	const char *name;
	const struct subject *subject;
} subjects[] = {
	{ "nic", &nic }, { "nic_alone", &nic_alone }, { "nvme", &nvme_io },
	{ "copy4k", &copy4k },
};

static struct rl_domain domain;
static jmp_buf refused;
static bool refusal_due;

void check(bool good, const char *what)
{
	if (!good)
		die(what);
}

void *window_take(unsigned long size)
{
	void *p = rl_arena_alloc(domain.heap, size);

	check(p, "the window is full");
	return p;
}

void give_away(void *object)
{
	struct rl_xmeta *m = rl_xmeta_at(object);

	check(m && rl_xowner(m->word) == DOMAIN, "it is not the domain's");
	rl_xsettle(m, DOMAIN + 1);
}

/* Locals of a guarded function; none of those that are measured. */
void rl_do_free(struct rl_domain *d, void *p)
{
}

void rl_domain_kill(struct rl_domain *d, const struct rl_crash *c)
{
	if (!refusal_due)
		die(c->text);
	longjmp(refused, 1);
}

static void add_types(const struct rl_type_desc *types, u32 n)
{
	while (n--)
		check(!rl_xheap_add_type(types++), "a type was refused");
}

static void make_domain(void)
{
	extern char etext, edata;
	void *window = aligned_alloc(WINDOW, WINDOW);

	check(window && !rl_xheap_init(RL_XHEAP_DEFAULT), "no memory");
	add_types(net_types, NET_NR_TYPES);
	add_types(bdev_types, BDEV_NR_TYPES);
	memset(window, 0, WINDOW);
	domain.heap = rl_arena_create(window, WINDOW);
	domain.window_size = WINDOW;
	domain.ro = (unsigned long)&etext;
	domain.ro_size = &edata - &etext;
	domain.gate = (struct rl_gate){
		.alive = RL_GATE_OPEN,
		.stack = RL_STACK_DEFAULT + RL_STACK_RESERVE,
		.cnt = (void *)offsetof(struct bench_cpu, counters),
		.window = window,
		.span = WINDOW - RL_GRANULE,
		.id = DOMAIN,
		.gen = 1,
	};
}

/* @fn in the domain, which is what %r15 says while it runs. */
static u64 inside(const void *fn, enum variant variant)
{
	struct rl_frame f;
	u64 answer;

	check(!rl_gate_enter(&f, &domain.gate, NULL, 0), "the domain is closed");
	answer = RL_GATE_CALL(&f, fn, variant, RL_GATE_UNUSED, RL_GATE_UNUSED, RL_GATE_UNUSED,
			      RL_GATE_UNUSED, RL_GATE_UNUSED);
	rl_gate_exit(&f);
	return answer;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Also sorts it. */
static double median(double *v)
{
	qsort(v, PAIRS, sizeof(*v), compare);
	return v[PAIRS / 2];
}

static void measure(const char *level, u32 subject, enum variant guarded)
{
	const struct subject *s = subjects[subject].subject;

	static double cost[2][PAIRS], ratio[PAIRS];
	double plain, with;
	int i, first;

	for (i = 0; i < PAIRS; i++) {
		first = random() & 1;
		cost[first][i] = inside(s->turn, first ? guarded : PLAIN) / 100.0;
		cost[!first][i] = inside(s->turn, first ? PLAIN : guarded) / 100.0;
		ratio[i] = cost[1][i] / cost[0][i];
	}
	plain = median(cost[0]);
	with = median(cost[1]);
	printf("%s%s %.4f %.4f %.2f %.2f\n", level, subjects[subject].name, median(ratio),
	       cost[1][0] / cost[0][0], plain, with);
}

/* Is there a guard in what was measured? */
static void trespass(const struct subject *s)
{
	refusal_due = true;
	if (!setjmp(refused)) {
		inside(s->trespass, GUARDED);
		die("a store to the object of another owner was not refused");
	}
	refusal_due = false;
}

int main(void)
{
	u32 i;

	make_machine();
	make_domain();
	for (i = 0; i < ARRAY_SIZE(subjects); i++) {
		inside(subjects[i].subject->set_up, PLAIN);
		measure("", i, GUARDED);
		measure("full_", i, FULL);
	}
	for (i = 0; i < ARRAY_SIZE(subjects); i++)
		if (subjects[i].subject->trespass)
			trespass(subjects[i].subject);
	return 0;
}
