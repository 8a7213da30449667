/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stands in for the kernel's headers when core sources become a process: the
 * native benchmark compiles core/gate.h, core/xheap*.c, core/gate_asm.S and the
 * generated proxies unchanged against it (see build).
 *
 * On the measured path everything is the kernel's own instruction: per-CPU
 * counters, the preempt count and current are reached through %gs, whose base
 * points at a page of this process; cmpxchg has its lock prefix; a static branch
 * is a no-op. Off that path (allocation, locks) things only have to work: one
 * thread, nothing concurrent. Functions without a body abort when called.
 */
#ifndef BENCH_SHIM_H
#define BENCH_SHIM_H

/* What a kernel with eIBRS patches the thunk's call to. */
#define RL_CALL_RAX	"call *%%rax\n\t"

#ifdef __ASSEMBLER__
#define SYM_START(name)		.globl name; .type name, @function; name:
#define SYM_CODE_START(name)	.balign 16; SYM_START(name)
#define SYM_CODE_END(name)	.size name, . - name
#define SYM_FUNC_START(name)	SYM_CODE_START(name)
#define SYM_FUNC_END(name)	SYM_CODE_END(name)
#define SYM_FUNC_START_LOCAL(name) .balign 16; name:
#define UNWIND_HINT_FUNC
#define ENDBR
#define RET			ret; int3
.macro JMP_NOSPEC reg
	jmp	*%\reg
.endm
#else

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;
typedef unsigned int gfp_t;

/* compiler */
#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
#define noinline		__attribute__((noinline))
#undef __always_inline
#define __always_inline		inline __attribute__((always_inline))
#define __noreturn		__attribute__((noreturn))
#define __cold			__attribute__((cold))
#define __printf(a, b)		__attribute__((format(printf, a, b)))
#define __aligned(n)		__attribute__((aligned(n)))
#define ____cacheline_aligned_in_smp __aligned(64)
#define __read_mostly
#define __force
#define __user
#define __percpu
#define static_assert(e, ...)	_Static_assert(e, #e)
#define barrier()		asm volatile("" : : : "memory")
#define READ_ONCE(x)		(*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, v)	(*(volatile typeof(x) *)&(x) = (v))
#define smp_load_acquire(p)	({ typeof(*(p)) v_ = READ_ONCE(*(p)); barrier(); v_; })
#define smp_store_release(p, v)	do { barrier(); WRITE_ONCE(*(p), v); } while (0)
#define smp_mb()		asm volatile("lock; addl $0,-4(%%rsp)" : : : "memory", "cc")
#define container_of(p, t, m)	((t *)((char *)(p) - offsetof(t, m)))
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define sizeof_field(t, m)	sizeof(((t *)0)->m)
#define BUG()			abort()
#define WARN_ON(c)		({ bool w_ = !!(c); if (w_) abort(); w_; })
#define ANNOTATE_NOENDBR
#define EXPORT_SYMBOL_GPL(x)
#define EXPORT_SYMBOL_NS_GPL(x, ns)
#define WARN_ONCE(c, ...)	WARN_ON(c)
#define module_param(...)
#define MODULE_PARM_DESC(...)
#define pr_warn_ratelimited(...) do { } while (0)
#define pr_err_ratelimited(...)	do { } while (0)
#define jiffies			0
#define _RET_IP_		((unsigned long)__builtin_return_address(0))
#define might_sleep()		do { } while (0)
#define preemptible()		true
#define rcu_preempt_depth()	0
#define OPTIMIZER_HIDE_VAR(v)	asm("" : "+r" (v))
#define cond_resched()		do { } while (0)
#define MAX_ERRNO		4095
#define ERR_PTR(e)		((void *)(long)(e))
#define PTR_ERR_OR_ZERO(p)	(IS_ERR(p) ? PTR_ERR(p) : 0)
#define PTR_ERR(p)		((long)(p))
#define IS_ERR(p)		unlikely((unsigned long)(p) >= (unsigned long)-MAX_ERRNO)

/* numbers */
#define SZ_1K			0x400
#define SZ_2K			0x800
#define SZ_64K			0x10000
#define SZ_4M			0x400000
#define SZ_8M			0x800000
#define SZ_32M			0x2000000
#define PAGE_SIZE		4096UL
#define THREAD_SIZE		16384UL
#define BIT(n)			(1UL << (n))
#define BIT_ULL(n)		(1ULL << (n))
#define GENMASK_ULL(h, l)	((~0ULL >> (63 - (h))) & (~0ULL << (l)))
#define DIV_ROUND_UP(a, b)	(((a) + (b) - 1) / (b))
#define round_up(n, a)		(((n) + (a) - 1) & ~((typeof(n))(a) - 1))
#define min(a, b)		({ typeof(a) a_ = (a); typeof(b) b_ = (b); a_ < b_ ? a_ : b_; })
#define max(a, b)		({ typeof(a) a_ = (a); typeof(b) b_ = (b); a_ > b_ ? a_ : b_; })
#define min3(a, b, c)		min_t(u32, a, min_t(u32, b, c))
#define min_t(t, a, b)		((t)(a) < (t)(b) ? (t)(a) : (t)(b))
#define max_t(t, a, b)		((t)(a) > (t)(b) ? (t)(a) : (t)(b))
#define clamp_t(t, v, lo, hi)	min_t(t, max_t(t, v, lo), hi)
#define U32_MAX			0xffffffffu
#define check_mul_overflow(a, b, d) __builtin_mul_overflow(a, b, d)
#define ror64(n, by)		((n) >> (by) | (n) << (64 - (by)))
#define ilog2(n)		(63 - __builtin_clzl(n))
#define PAGE_ALIGN(n)		(((n) + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1))
#define roundup_pow_of_two(n)	(1UL << (64 - __builtin_clzl((n) - 1)))

/* %gs: this CPU */
struct task_struct {
	void *stack;
	int rcu_read_lock_nesting;
};

struct bench_cpu {
	u32 preempt_count;
	struct task_struct *task;
	void *entered;
	unsigned long counters[8];
};

static inline struct task_struct *get_current(void)
{
	struct task_struct *t;

	asm("movq %%gs:%c1, %0" : "=r" (t) : "i" (offsetof(struct bench_cpu, task)));
	return t;
}

static __always_inline int preempt_count(void)
{
	u32 n;

	/* the kernel names a variable here, which the compiler reads again */
	asm("movl %%gs:%1, %0" : "=r" (n)
	    : "m" (*(u32 *)offsetof(struct bench_cpu, preempt_count)));
	return n & 0x7fffffff;
}

#define preemptible()		(!preempt_count())
#define rcu_preempt_depth()	(current->rcu_read_lock_nesting)
#define irqs_disabled()		(!(__builtin_ia32_readeflags_u64() & 0x200))
#define lockdep_assert_irqs_enabled() do { } while (0)
#define current			get_current()
#define task_stack_page(t)	((t)->stack)
#define this_cpu_inc(x)		asm volatile("incq %%gs:%0" : "+m" (x))

/* of rl_entered alone */
#define this_cpu_write(x, v)	asm volatile("movq %1, %%gs:%0"		\
	: "=m" (*(void **)offsetof(struct bench_cpu, entered)) : "r" (v))

/* The heap's per-CPU data: two copies, each thread has one. */
extern __thread long shim_cpu;	/* bytes from the first copy to this thread's */
#define SHIM_MINE(x)		(*(typeof(x) *)((char *)&(x) + shim_cpu))
#define num_possible_cpus()	2u
#define nr_cpu_ids		2u
#define alloc_percpu(t)		((t *)calloc(nr_cpu_ids, sizeof(t)))
#define free_percpu(p)		free(p)
#define DECLARE_PER_CPU(t, name)	extern t name
#define per_cpu_ptr(p, cpu)	(&(p)[cpu])
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < nr_cpu_ids; (cpu)++)
#define this_cpu_read(x)	READ_ONCE(SHIM_MINE(x))
#define this_cpu_add(x, n)	((void)(SHIM_MINE(x) += (n)))
#define this_cpu_sub(x, n)	((void)(SHIM_MINE(x) -= (n)))
#define this_cpu_add_return(x, n) (SHIM_MINE(x) += (n))
#define this_cpu_sub_return(x, n) (SHIM_MINE(x) -= (n))
#define this_cpu_cmpxchg(x, old, new) ({					\
	u64 was_ = (old);							\
	asm volatile("cmpxchgq %[val], %[mem]" : [mem] "+m" (SHIM_MINE(x)), "+a" (was_)	\
		     : [val] "r" (new) : "memory");				\
	was_; })

/* tracepoints that nobody looks at */
#define TP_PROTO(...)		__VA_ARGS__
#define TRACE_EVENT(name, proto, ...) static inline void trace_##name(proto) { }
#define DECLARE_EVENT_CLASS(...)
#define DEFINE_EVENT(class, name, proto, args)				\
	static inline void trace_##name(proto) { }			\
	static inline bool trace_##name##_enabled(void) { return bench_branch_off(); }

/* static keys: off is a no-op, but for those who want to switch them */
struct static_key_false {
	int unused;
};

#define DECLARE_STATIC_KEY_FALSE(name) extern struct static_key_false name
#define DEFINE_STATIC_KEY_FALSE(name) struct static_key_false name
#define static_branch_enable(k)	((void)((k)->unused = 1))

static __always_inline bool bench_branch_off(void)
{
	asm goto(".byte 0x0f,0x1f,0x44,0x00,0x00" : : : : yes);
	return false;
yes:
	return true;
}

#ifdef SHIM_KEYS
#define static_branch_unlikely(k) unlikely((k)->unused)
#else
#define static_branch_unlikely(k) bench_branch_off()
#endif
#define DEFINE_STATIC_KEY_FALSE(name) struct static_key_false name
#define static_branch_inc(k) ((void)(k))
#define static_branch_dec(k) ((void)(k))

/* tracepoints: never on */
#define TP_PROTO(...) __VA_ARGS__
#define TRACE_EVENT_FN(name, proto, ...) static inline void trace_##name(proto) { }

/* atomics */
typedef struct { long counter; } atomic_long_t;

#define try_cmpxchg(p, old, new)	({					\
	typeof(p) p_ = (p);							\
	typeof(old) o_ = (old);							\
	typeof(*p_) was_ = *o_, new_ = (new);					\
	bool done_;								\
	asm volatile("lock; cmpxchgq %[val], %[mem]"				\
		     : "=@ccz" (done_), [mem] "+m" (*p_), "+a" (was_)		\
		     : [val] "r" (new_) : "memory");				\
	if (unlikely(!done_))							\
		*o_ = was_;							\
	likely(done_); })

#define atomic_long_add_return(n, a)	((a)->counter += (n))
#define atomic_long_read(a)	((a)->counter)
#define atomic_long_inc(a)	((void)(a)->counter++)
#define atomic_long_sub(n, a)		((void)((a)->counter -= (n)))

/* What core/domain.h is made of; only struct rl_gate at its head is used. */
struct kobject { int unused; };
struct work_struct { long unused; };
struct delayed_work { struct work_struct work; };
struct kref { int unused; };
struct mutex { int unused; };
struct rcu_head { void *next, *func; };
struct list_head { struct list_head *next, *prev; };
typedef struct { int unused; } spinlock_t;
typedef struct { int unused; } wait_queue_head_t;

#define DEFINE_MUTEX(name)	struct mutex name
#define mutex_lock(m)		((void)(m))
#define mutex_unlock(m)		((void)(m))

/* memory */
#define GFP_KERNEL		0
#define __GFP_ZERO		0
#define __GFP_NOWARN		0
#define kstrdup(s, gfp)		strdup(s)
#define strscpy(d, s, n)	((void)strncat(strcpy(d, ""), s, (n) - 1))
static inline void *memchr_inv(const void *p, int c, size_t n)
{
	const u8 *b = p;

	for (; n; n--, b++)
		if (*b != (u8)c)
			return (void *)b;
	return NULL;
}

#define memset64(p, v, n)	memset(p, v, (n) * sizeof(u64))
#define kmemdup(p, n, gfp)	memcpy(malloc((n) + 1), p ? (const void *)(p) : "", n)
#define kfree(p)		free(p)
#define vzalloc(n)		calloc(1, n)
#define vfree(p)		free((void *)(p))

static inline void *vmalloc_huge(size_t size, gfp_t flags)
{
	void *p = aligned_alloc(1 << 21, size);

	(void)flags;
	if (p)
		madvise(p, size, MADV_HUGEPAGE);
	return p ? memset(p, 0, size) : NULL;
}

#endif
#endif
