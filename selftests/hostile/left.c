// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a call may leave behind it: locks, interrupts that are off, registers. Flags that
 * matter, the FPU and the control registers are none of it: no guarded domain can be
 * built with an instruction that changes them.
 */
#include <redleaf/time.h>
#include "attacks.h"
#include "hostile.h"

#define BAD	0xbad0bad0bad0bad0ULL
#define MANY	300	/* more than the 8 bits of the kernel's preempt count */

/* A method of its own: no caller in the domain needs what it spoils. */
s32 hostile_clobber(void *self, u64 a)
{
	asm volatile("movq %0, %%rbx\n\t"
		     "movq %0, %%rbp\n\t"
		     "movq %0, %%r12\n\t"
		     "movq %0, %%r13\n\t"
		     "movq %0, %%r14" : : "a" (BAD));
	return 0;
}

/* The word says that it is free, the thread's count that it is not. */
static void lock_many(struct rl_lock *l)
{
	u32 i;

	for (i = 0; i < MANY; i++) {
		rl_lock(l);
		rl_spin_unlock(l);
	}
}

static s32 mix_tokens(struct hostile *h)
{
	struct rl_lock *other = (struct rl_lock *)h->scratch;
	u64 first = rl_lock_irq(&h->lock);

	rl_lock_irq(other);
	rl_unlock_irq(other, first);
	rl_unlock_irq(&h->lock, 0);
	rl_lock(&h->lock);
	rl_unlock_irq(&h->lock, ~0ULL);
	return 0;
}

static s32 interrupts(struct hostile *h, u32 attack)
{
	rl_lock_irq(&h->lock);
	if (attack == HOSTILE_left_half)
		rl_unlock(&h->lock);
	if (attack == HOSTILE_left_word)
		rl_spin_unlock(&h->lock);
	return 0;
}

s32 hostile_left(struct hostile *h, u32 attack)
{
	switch (attack) {
	case HOSTILE_left_lock_irq:
	case HOSTILE_left_half:
	case HOSTILE_left_word:
		return interrupts(h, attack);
	case HOSTILE_left_many:
		lock_many(&h->lock);
		return 0;
	case HOSTILE_left_many_fault:
		lock_many(&h->lock);
		*(volatile u64 *)8 = 0;
		return 0;
	case HOSTILE_left_unlock:
		rl_lock(&h->lock);
		rl_unlock(&h->lock);
		WRITE_ONCE(h->lock.word, 1);
		rl_unlock(&h->lock);
		return 0;
	case HOSTILE_left_token:
		return mix_tokens(h);
	case HOSTILE_left_sleep:
		rl_lock(&h->lock);
		rl_sleep_us(1);
		return 0;
	default:
		return -ENOENT;
	}
}
