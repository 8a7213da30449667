// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every way to die that the containment tests know, on purpose. Each function
 * either does not return or returns to show that it survived what should have
 * killed it. Inline assembly keeps the compiler from being clever about
 * undefined behaviour.
 */
#include <redleaf/heap.h>
#include <redleaf/pci.h>
#include <redleaf/string.h>
#include <redleaf/time.h>
#include "crash.h"
#include "kinds.h"

#define NONCANONICAL	0x8000000000000000UL
/*
 * In the hole between the espfix stacks and the EFI mappings: canonical and free
 * with 4 and 5 levels of page tables. Holes further down are not: with 5 levels,
 * KASAN's shadow lies there and its zero page can be read.
 */
#define UNMAPPED	0xffffff9fdead0000UL

static u64 load(unsigned long a)
{
	u64 v;

	asm volatile("movq (%1), %0" : "=r" (v) : "r" (a) : "memory");
	return v;
}

static void store(unsigned long a)
{
	asm volatile("movq $1, (%0)" : : "r" (a) : "memory");
}

static void jump(unsigned long a)
{
	void (*fn)(void) = (void (*)(void))a;

	asm volatile("" : "+r" (fn));
	fn();
}

static void divide(void)
{
	u32 zero = 0;

	asm volatile("xorl %%edx, %%edx\n\tmovl $1, %%eax\n\tdivl %0"
		     : : "r" (zero) : "eax", "edx");
}

/* Overwrite the return address of this very function, which has no frame. */
static noinline void smash(void)
{
	asm volatile("movq %0, (%%rsp)" : : "r" (NONCANONICAL) : "memory");
}

static noinline void overrun(u64 n)
{
	char buf[16], *p = buf;

	asm volatile("" : "+r" (p), "+r" (n) : : "memory");
	while (n--)
		*p++ = 'x';
}

static noinline u64 recurse(u64 n)
{
	volatile u64 pad[16];

	pad[0] = n;
	return n ? recurse(n + 1) + pad[0] : 0;
}

/* Without the prologue check: only the end of the stack stops it. */
static noinline __attribute__((no_instrument_function)) u64 eat_stack(u64 n)
{
	volatile u64 pad[16];

	pad[0] = n;
	return n ? eat_stack(n + 1) + pad[0] : 0;
}

static void turn(u64 n)
{
	while (n--)
		barrier();
}

/* Calls nothing: the registers of the interrupts stay below the stack for good. */
static noinline u64 turn_deeper(u64 n)
{
	volatile u64 pad[64];

	pad[0] = n;
	turn(n);
	return pad[0];
}

/* Long enough for a few interrupts, short enough not to be a hang itself. */
static void dwell_deeper(void)
{
	u64 n = 1000, start, took;

	do {
		n *= 2;
		start = rl_now_ns();
		turn(n);
		took = rl_now_ns() - start;
	} while (took < 10 * 1000000);
	turn_deeper(n * 2);
}

static void wild_sp(void)
{
	asm volatile("movabsq %0, %%rsp\n\tmovq $0, -8(%%rsp)" : : "i" (UNMAPPED + 2048));
}

static void spin(void)
{
	for (;;)
		barrier();
}

/* All objects that the quota has room for, and then more. */
static void hoard(void)
{
	u32 n;

	for (n = 1;; n++)
		if (!rltest_item_alloc() || !(n % 256))
			rl_sleep_us(100);
}

static void lock_and(struct crash *c, bool irq, bool fault)
{
	if (irq)
		rl_lock_irq(&c->lock);
	else
		rl_lock(&c->lock);
	if (fault)
		store(0);
}

static s32 memory_fault(u32 kind, u64 user)
{
	char buf[8];

	switch (kind) {
	case CRASH_null_rd:
		return load(0);
	case CRASH_null_wr:
		store(0);
		return 0;
	case CRASH_kwild_rd:
		return load(UNMAPPED);
	case CRASH_kwild_wr:
		store(UNMAPPED);
		return 0;
	case CRASH_ro_wr:
		store((unsigned long)memory_fault);
		return 0;
	case CRASH_noncanon:
		return load(NONCANONICAL);
	case CRASH_user_rd:
		return load(user);
	case CRASH_user_wr:
		store(user);
		return 0;
	case CRASH_memcpy_null:
		memcpy(buf, (void *)8, sizeof(buf));
		return buf[0];
	case CRASH_std_fault:
		asm volatile("std");
		store(0);
		return 0;
	default:
		return -EINVAL;
	}
}

static s32 control_fault(struct crash *c, u32 kind, u64 user)
{
	switch (kind) {
	case CRASH_jmp_null:
		jump(0);
		return 0;
	case CRASH_jmp_nx:
		jump((unsigned long)c);
		return 0;
	case CRASH_jmp_noncanon:
		jump(NONCANONICAL);
		return 0;
	case CRASH_jmp_user:
		jump(user);
		return 0;
	case CRASH_ud2:
		asm volatile("ud2");
		__builtin_unreachable();
	case CRASH_div0:
		divide();
		return 0;
	case CRASH_int3:
		asm volatile("int3");
		return 0;
	case CRASH_ss:
		asm volatile("movabsq $0x8000000000000000, %%rbp\n\tmovq (%%rbp), %%rax"
			     : : : "rax", "rbp", "memory");
		return 0;
	case CRASH_smash:
		smash();
		return 0;
	default:
		return -EINVAL;
	}
}

static s32 own_fault(struct crash *c, u32 kind)
{
	switch (kind) {
	case CRASH_bug:
		BUG();
	case CRASH_stkprot:
		overrun(24);	/* the canary and no further */
		return 0;
	case CRASH_badfree:
		rl_free((char *)c + 64);
		return 0;
	case CRASH_mmio:
		return rl_read32(0, 0);
	case CRASH_lock_held:
		lock_and(c, false, false);
		return 0;
	case CRASH_lock_fault:
		lock_and(c, false, true);
		return 0;
	case CRASH_irq_fault:
		lock_and(c, true, true);
		return 0;
	case CRASH_recurse:
		return recurse(1);
	case CRASH_stack_df:
		return eat_stack(1);
	case CRASH_wildsp:
		wild_sp();
		return 0;
	default:
		return -EINVAL;
	}
}

static s32 no_return(struct crash *c, u32 kind)
{
	char buf[64];

	switch (kind) {
	case CRASH_loop_entry:
		for (;;)
			rl_now_ns();
	case CRASH_loop_memset:
		for (;;) {
			memset(buf, 0, sizeof(buf));
			barrier();
		}
	case CRASH_loop_deep:
		dwell_deeper();
		spin();
		break;
	case CRASH_loop_irqoff:
		asm volatile("cli");
		spin();
		break;
	case CRASH_lock_twice:
		rl_lock_irq(&c->lock);
		rl_lock_irq(&c->lock);
		break;
	case CRASH_spin_twice:
		asm volatile("cli");
		rl_spin_lock(&c->lock);
		rl_spin_lock(&c->lock);
		break;
	case CRASH_sleep:
		return rl_event_wait(c->event, ~0ULL);
	case CRASH_trees:
		return crash_trees(c);
	case CRASH_hoard:
		hoard();
		break;
	case CRASH_loop:
	case CRASH_spin:
		spin();
	}
	return -EINVAL;
}

/**
 * crash_now() - die in way @kind
 * @c: state
 * @kind: enum crash_kind
 * @arg: user address for the kinds that want one
 *
 * Return: 0 for CRASH_none; -EINVAL for an unknown kind; anything else means
 * that the domain survived.
 */
s32 crash_now(struct crash *c, u32 kind, u64 arg)
{
	s32 err = memory_fault(kind, arg);

	if (kind == CRASH_none)
		return 0;
	if (err == -EINVAL)
		err = control_fault(c, kind, arg);
	if (err == -EINVAL)
		err = own_fault(c, kind);
	if (err == -EINVAL)
		err = no_return(c, kind);
	return err;
}
