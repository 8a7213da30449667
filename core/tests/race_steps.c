// SPDX-License-Identifier: GPL-2.0-only
/*
 * Both sides of a race in turns: before any access that another CPU may see or make (threads.h)
 * the one may have to stop and the other goes on.
 *
 * The seed says where. So both meet in every round, in the middle of what they do, on any
 * machine whatever else it does; and the same seed fails in the same round again.
 */
#include "race.h"

static char stack[65536] __aligned(16);
static void *saved[2];		/* stack pointers of both sides; the present one's is old */
static u32 side;		/* who is at work */
static u32 now;			/* the round since the beginning */
static u32 place;		/* in its batch */
static bool done[2];
static u32 locks;		/* held by who is at work, who then stays */
static bool racing;
static u32 turns;		/* in this round */
static unsigned long met;

void steps_switch(void **from, void *to);

asm(".text\n"
	"steps_switch:\n\t"
	"push %rbp\n\tpush %rbx\n\tpush %r12\n\tpush %r13\n\tpush %r14\n\tpush %r15\n\t"
	"mov %rsp, (%rdi)\n\t"
	"mov %rsi, %rsp\n\t"
	"pop %r15\n\tpop %r14\n\tpop %r13\n\tpop %r12\n\tpop %rbx\n\tpop %rbp\n\t"
	"ret\n");

static void other_side(void)
{
	u32 was = side;

	turns++;
	side = !was;
	shim_cpu = side * sizeof(struct rl_xcpu);
	steps_switch(&saved[was], saved[side]);
}

void steps_point(void)
{
	if (racing && !locks && !done[!side] && !race_pick(0, 4))
		other_side();
}

void steps_lock(int more)
{
	locks += more;
}

static void act(u32 who)
{
	race_act(place, who);
	done[who] = true;
}

/* The other side's stack: round after round. */
static void follow(void)
{
	for (;;) {
		u32 round = now;

		act(1);
		while (now == round)
			other_side();
	}
}

void race_batch(u32 nr)
{
	for (place = 0; place < nr; place++) {
		memset(done, 0, sizeof(done));
		now++;
		turns = 0;
		racing = true;
		if (race_pick(0, 2))
			other_side();
		act(0);
		while (!done[1])
			other_side();
		racing = false;
		met += turns > 2;
	}
}

void race_begin(void)
{
	void **top = (void **)(stack + sizeof(stack)) - 2;

	met = 0;
	now = 0;
	*top = follow;
	saved[1] = top - 6;
}

unsigned long race_end(void)
{
	return met;
}
