// SPDX-License-Identifier: GPL-2.0-only
/*
 * Both sides of a race as threads, which go through a batch of rounds side by side.
 *
 * Only at the ends of a batch one thread has to wait for the other, so a machine with other
 * work does not stop them. Within, each looks for the other for a moment in each round, and
 * starts a little late now and then so that both come first sometimes; a partner that does
 * not come (it has no CPU just now) is not waited for again until it is back.
 */
#include <sched.h>
#include "race.h"

#define PATIENCE	20000u	/* looks at the other side */

static pthread_t follower;
static u32 batches, rounds;	/* since the beginning; in this one. The leader writes both */
static unsigned long met[2];	/* each side's own */

/* A word each that the other side looks at. */
static struct {
	u32 word ____cacheline_aligned_in_smp;
} at[2],		/* rounds begun in this batch; no order, or races would be hidden */
	batch[2];	/* batches begun by the leader, done by the follower */

/* Round @n begins here. Is the other side there too, or ahead? */
static bool meet(u32 who, u32 n, bool hopeful)
{
	u32 left = hopeful ? PATIENCE : 1, there;

	WRITE_ONCE(at[who].word, n);
	do {
		there = READ_ONCE(at[!who].word);
	} while (there < n && --left);
	met[who] += there == n;
	return there >= n;
}

static void go_through(u32 who)
{
	bool there = true;
	u32 i, late;

	for (i = 0; i < rounds; i++) {
		there = meet(who, i + 1, there);
		for (late = race_pick(who, 64); late > 32; late--)
			barrier();
		race_act(i, who);
	}
}

/* The other side is soon there, or has no CPU. */
static void wait_for(u32 *word, u32 n)
{
	u32 left = PATIENCE;

	/* what was done before the word was set is seen after */
	while (smp_load_acquire(word) < n)
		if (!left || !--left)
			sched_yield();
}

static void *follow(void *arg)
{
	u32 n = 1;

	shim_cpu = sizeof(struct rl_xcpu);
	for (;; n++) {
		wait_for(&batch[0].word, n);
		if (!rounds)
			return NULL;
		go_through(1);
		/* the leader sees all of it */
		smp_store_release(&batch[1].word, n);
	}
}

static void open_batch(u32 nr)
{
	rounds = nr;
	at[0].word = 0;
	at[1].word = 0;
	/* the follower sees the races, and how many */
	smp_store_release(&batch[0].word, ++batches);
}

/* The follower is there from the first round of every second batch on. */
void race_batch(u32 nr)
{
	open_batch(nr);
	if (batches % 2)
		wait_for(&at[1].word, 1);
	go_through(0);
	wait_for(&batch[1].word, batches);
}

void race_begin(void)
{
	batches = 0;
	memset(batch, 0, sizeof(batch));
	memset(met, 0, sizeof(met));
	pthread_create(&follower, NULL, follow, NULL);
}

unsigned long race_end(void)
{
	open_batch(0);
	pthread_join(follower, NULL);
	return min(met[0], met[1]);
}
