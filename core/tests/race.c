// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two CPUs that want the same object (xheap_race_kunit.h), as a process: the core's sources
 * on the core's arena, round after round of each race.
 *
 * A batch of rounds is set up, gone through (race_threads.c or race_steps.c), and judged.
 * The ledger has to be whole when a race is over, and empty when all is freed.
 *
 * Usage: race SEED ROUNDS. Prints how often each side won, and in how many rounds both were
 * seen at work at once.
 */
#include <stdio.h>
#include "domain.h"
#include "race.h"
#include "xheap_race_kunit.h"

#define HEAP		(16u << 20)
#define BATCH		5000u
#define OWNERS		200u	/* a batch of vecs: each has another owner */

__thread long shim_cpu;

#define RACE(n) RACE_KIND(n),

static const struct race_kind kinds[] = { RACES(RACE) };
static struct race races[BATCH];
static const struct race_kind *kind;
static unsigned long rounds;	/* of each race */
static unsigned long seed;
static unsigned long wins[2];	/* each side's own */

void rl_xreport_init(void)
{
}

void rl_xreport_exit(void)
{
}

void rl_domain_kill_why(struct rl_domain *d, enum rl_reason r, const char *text)
{
}

static void fail(const char *what, u32 round)
{
	printf("%s: %s, round %u, seed %lu\n", kind->name, what, round, seed);
	exit(1);
}

u32 race_pick(u32 who, u32 n)
{
	static struct {
		u64 state ____cacheline_aligned_in_smp;
	} sides[2];
	u64 *state = &sides[who].state;

	if (!*state)
		*state = seed * 2 + who;
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return (*state >> 33) % n;
}

void race_act(u32 i, u32 who)
{
	struct race *r = &races[i];

	r->won[who] = kind->act(r, who);
	wins[who] += r->won[who];
}

static void all_rounds(u32 size)
{
	unsigned long begun = 0;
	u32 i, nr;

	while (begun < rounds) {
		nr = min(rounds - begun, (unsigned long)size);
		for (i = 0; i < nr; i++)
			races[i].round = ++begun;
		race_batch(nr);
		for (i = 0; i < nr; i++)
			if (!kind->judge(&races[i]))
				fail("not one winner, or not what it won", races[i].round);
	}
}

static void set_up(u32 size, bool vecs)
{
	u32 i;

	memset(races, 0, sizeof(races));
	memset(wins, 0, sizeof(wins));
	if (races_begin())
		fail("no types", 0);
	for (i = 0; i < size; i++) {
		races[i].owner = vecs ? RL_OWNER_FIRST + i : A;
		kind->set(&races[i]);
	}
}

static void run_race(bool vecs)
{
	u32 size = vecs ? OWNERS : BATCH, owner;
	unsigned long objects = 0, met;
	struct rl_xmeta *m = NULL;

	set_up(size, vecs);
	while ((m = rl_xnext(m)))
		objects++;
	race_begin();
	all_rounds(size);
	met = race_end();
	printf("%s: %lu rounds, met in %lu, won %lu : %lu\n", kind->name, rounds, met, wins[0],
	       wins[1]);
	if (!wins[0] || !wins[1])
		fail("one side never won", 0);
	if (!races_whole(objects))
		fail("the ledger is not whole", 0);
	for (owner = RL_OWNER_FIRST; owner < RL_XOWNER_LOST; owner++)
		rl_xheap_drop_owner(owner);
	if (!races_whole(0))
		fail("something is left", 0);
	races_end();
}

int main(int argc, char **argv)
{
	u32 i;

	seed = argc > 1 ? strtoul(argv[1], NULL, 0) : 1;
	rounds = argc > 2 ? strtoul(argv[2], NULL, 0) : 1000000;
	if (rl_xheap_init(HEAP))
		return 1;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		kind = &kinds[i];
		run_race(kind->set == set_grow);
	}
	rl_xheap_exit();
	return 0;
}
