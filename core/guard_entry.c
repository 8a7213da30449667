// SPDX-License-Identifier: GPL-2.0-only
/*
 * What guard_asm.S asks for: may a guarded domain store here, and memory for locals
 * whose address it takes.
 *
 * All run on the domain's thread with its registers saved by guard_asm.S. They
 * look at addresses and core metadata, never at what an address points to. When
 * the answer is no the generation ends and rl_entry_end() does not return, so no
 * store is done.
 */
#include <linux/module.h>
#include <linux/overflow.h>
#include "domain.h"
#include "entry.h"
#include "guard_entry.h"
#include "heap_internal.h"

static void violation(struct rl_frame *f, const char *what, unsigned long addr, unsigned long ip)
{
	struct rl_crash c = {
		.reason = RL_R_VIOLATION,
		.trap = -1,
		.ip = ip,
		.addr = addr,
		.method = rl_frame_method(f),
	};

	strscpy(c.text, what, sizeof(c.text));
	rl_domain_kill(rl_gate_domain(f->gate), &c);
}

static bool owns(const struct rl_frame *f, unsigned long addr, size_t size)
{
	return rl_xheap_owner_of((void __rref __force *)addr, size) == f->gate->id;
}

/*
 * @addr is neither in the window nor one the CPU refuses. A granule of an object that
 * is the domain's, and then at most the unowned one behind it.
 */
void rl_guard_slow_store(unsigned long addr, unsigned long ip)
{
	struct rl_frame *f = rl_entry_begin();

	if (!owns(f, addr, 1))
		violation(f, "store to memory it does not own", addr, ip);
	rl_entry_end(f);
}

/* @count elements of @size bytes from @addr on. */
void rl_guard_slow_string(unsigned long addr, unsigned long count, u32 size, unsigned long ip)
{
	struct rl_frame *f = rl_entry_begin();
	size_t len;

	/* the first byte faults */
	if (count && (long)addr < 0 &&
	    (check_mul_overflow(count, (unsigned long)size, &len) ||
	     (!rl_in_window(rl_gate_domain(f->gate), (void *)addr, len) && !owns(f, addr, len))))
		violation(f, "string store to memory it does not own", addr, ip);
	rl_entry_end(f);
}

void rl_guard_bad_call(unsigned long target, unsigned long ip)
{
	struct rl_frame *f = rl_entry_begin();

	violation(f, "indirect call of what is no function of it", target, ip);
	rl_entry_end(f);
}

void *rl_guard_get_locals(u32 size, unsigned long ip)
{
	struct rl_frame *f = rl_entry_begin();
	void *p = rl_arena_alloc(rl_gate_domain(f->gate)->heap, size);

	if (!p)
		violation(f, "window is full: no memory for locals", size, ip);
	rl_entry_end(f);
	return p;
}

void rl_guard_put_locals(void *p)
{
	struct rl_frame *f = rl_entry_begin();

	rl_do_free(rl_gate_domain(f->gate), p);
	rl_entry_end(f);
}

EXPORT_SYMBOL_GPL(rl_guard_store);
EXPORT_SYMBOL_GPL(rl_guard_string);
EXPORT_SYMBOL_GPL(rl_guard_locals);
EXPORT_SYMBOL_GPL(rl_guard_unlocals);
#define RL_ICALL(reg) EXPORT_SYMBOL_GPL(rl_icall_##reg)
RL_ICALL(rax);
RL_ICALL(rbx);
RL_ICALL(rcx);
RL_ICALL(rdx);
RL_ICALL(rsi);
RL_ICALL(rdi);
RL_ICALL(rbp);
RL_ICALL(r8);
RL_ICALL(r9);
RL_ICALL(r12);
RL_ICALL(r13);
RL_ICALL(r14);
