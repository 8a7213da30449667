// SPDX-License-Identifier: GPL-2.0-only
/*
 * What guard_asm.S asks for: may a guarded domain store here or, at level full, load,
 * and memory for locals whose address it takes.
 *
 * All run on the domain's thread with its registers saved by guard_asm.S. They
 * look at addresses and core metadata, never at what an address points to. When
 * the answer is no the generation ends and rl_entry_end() does not return, so
 * nothing is stored or loaded.
 */
#include <linux/module.h>
#include <linux/overflow.h>
#include "domain.h"
#include "entry.h"
#include "guard_entry.h"
#include "xheap_internal.h"

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

static __always_inline bool owns(const struct rl_frame *f, unsigned long addr, size_t size)
{
	const struct rl_xmeta *root = rl_xroot_of((void __rref __force *)addr, size);

	return root && rl_xowner(READ_ONCE(root->word)) == f->gate->id;
}

/*
 * @addr is neither in the window nor one the CPU refuses. A granule of an object that
 * is the domain's, and then at most the unowned one behind it.
 */
void rl_guard_slow_store(unsigned long addr, unsigned long ip)
{
	struct rl_frame *f = rl_entry_begin();

	if (unlikely(!owns(f, addr, 1)))
		violation(f, "store to memory it does not own", addr, ip);
	rl_entry_end();
}

/* Between here and the gate's frame lies what this call of the domain has on the stack. */
static __always_inline bool on_stack(const struct rl_frame *f, unsigned long addr, size_t size)
{
	unsigned long low = (unsigned long)__builtin_frame_address(0), high = (unsigned long)f;

	return addr >= low && addr < high && size <= high - addr;
}

/* Outside of its window: its own objects, those that are lent out, constants, its stack. */
static bool may_load(const struct rl_frame *f, unsigned long addr, size_t size)
{
	return on_stack(f, addr, size) ||
	       rl_in_rodata(rl_gate_domain(f->gate), (void *)addr, size) ||
	       rl_xheap_readable((void __rref __force *)addr, size, f->gate->id);
}

/* As rl_guard_slow_store(), of the bytes that one check covers. */
void rl_guard_slow_load(unsigned long addr, unsigned long ip)
{
	struct rl_frame *f = rl_entry_begin();

	if (!may_load(f, addr, 1))
		violation(f, "load from memory that is not its", addr, ip);
	rl_entry_end();
}

/*
 * @count elements of @size bytes from @addr on, outside of the window or across its
 * end; with no element nothing is touched, and of user space the first byte faults.
 */
static bool is_range(const struct rl_frame *f, unsigned long addr, unsigned long count, u32 size,
		     bool (*may)(const struct rl_frame *f, unsigned long addr, size_t size))
{
	size_t len;

	if (!count || (long)addr >= 0)
		return true;
	return !check_mul_overflow(count, (unsigned long)size, &len) &&
	       (rl_in_window(rl_gate_domain(f->gate), (void *)addr, len) || may(f, addr, len));
}

void rl_guard_slow_string(unsigned long addr, unsigned long count, u32 size, unsigned long ip)
{
	struct rl_frame *f = rl_entry_begin();

	if (!is_range(f, addr, count, size, owns))
		violation(f, "string store to memory it does not own", addr, ip);
	rl_entry_end();
}

void rl_guard_slow_source(unsigned long addr, unsigned long count, u32 size, unsigned long ip)
{
	struct rl_frame *f = rl_entry_begin();

	if (!is_range(f, addr, count, size, may_load))
		violation(f, "string load from memory that is not its", addr, ip);
	rl_entry_end();
}

void rl_guard_bad_call(unsigned long target, unsigned long ip)
{
	struct rl_frame *f = rl_entry_begin();

	violation(f, "indirect call of what is no function of it", target, ip);
	rl_entry_end();
}

void *rl_guard_get_locals(u32 size, unsigned long ip)
{
	struct rl_frame *f = rl_entry_begin();
	void *p = rl_arena_alloc(rl_gate_domain(f->gate)->heap, size);

	if (!p)
		violation(f, "window is full: no memory for locals", size, ip);
	rl_entry_end();
	return p;
}

void rl_guard_put_locals(void *p)
{
	struct rl_frame *f = rl_entry_begin();

	rl_do_free(rl_gate_domain(f->gate), p);
	rl_entry_end();
}

EXPORT_SYMBOL_GPL(rl_guard_store);
EXPORT_SYMBOL_GPL(rl_guard_string);
EXPORT_SYMBOL_GPL(rl_guard_load);
EXPORT_SYMBOL_GPL(rl_guard_source);
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
