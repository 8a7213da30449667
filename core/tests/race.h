/* SPDX-License-Identifier: GPL-2.0-only */
/* The races (race.c), and who brings both sides together: race_threads.c or race_steps.c. */
#ifndef CORE_TESTS_RACE_H
#define CORE_TESTS_RACE_H

#include "xheap_chunk.h"

/* What side @who (0 or 1) does in round @i of this batch. */
void race_act(u32 i, u32 who);

/* A number that the seed decides, another one each time; each side has its own. */
u32 race_pick(u32 who, u32 n);

void race_begin(void);
/* @nr rounds. Side 1 runs as CPU 1. */
void race_batch(u32 nr);
/* Return: rounds since race_begin() in which both sides were seen at work at once. */
unsigned long race_end(void);

#endif
