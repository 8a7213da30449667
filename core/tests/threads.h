/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The core's heap sources for two CPUs: what tools/bench/native/shim.h has for one
 *
 * A CPU is a thread, or with SHIM_STEPS a side of race_steps.c, which may have to stop before
 * each access that others may see. With ThreadSanitizer atomic operations are the compiler's,
 * of the same order, since it cannot look into an asm. The arena is the core's own, so here
 * is what it needs: a lock, bitmaps, lists.
 */
#ifndef CORE_TESTS_THREADS_H
#define CORE_TESTS_THREADS_H

#include "../../tools/bench/native/shim.h"
#include <pthread.h>

#undef atomic_long_add_return
#undef atomic_long_read
#undef atomic_long_inc
#undef atomic_long_sub
#define atomic_long_add_return(n, a) __atomic_add_fetch(&(a)->counter, n, __ATOMIC_SEQ_CST)
#define atomic_long_read(a)	__atomic_load_n(&(a)->counter, __ATOMIC_RELAXED)
#define atomic_long_inc(a)	((void)atomic_long_add_return(1, a))
#define atomic_long_sub(n, a)	((void)atomic_long_add_return(-(long)(n), a))

/* What comes before an access that another CPU may see or make, and around a lock. */
#ifdef SHIM_STEPS
void steps_point(void);
void steps_lock(int more);
#else
#define steps_point()		((void)0)
#endif

#undef READ_ONCE
#undef WRITE_ONCE
#undef smp_load_acquire
#undef smp_store_release
#undef try_cmpxchg

#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>

#define READ_ONCE(x)		__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v)	__atomic_store_n(&(x), v, __ATOMIC_RELAXED)
#define smp_load_acquire(p)	__atomic_load_n(p, __ATOMIC_ACQUIRE)
#define smp_store_release(p, v)	__atomic_store_n(p, v, __ATOMIC_RELEASE)
#define before_cmpxchg(p)	(READ_ONCE(*(p)), __tsan_release(p))
#define after_cmpxchg(p)	__tsan_acquire(p)
#else
#define READ_ONCE(x)		(steps_point(), *(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, v)							\
	do { typeof(x) n_ = (v); steps_point(); *(volatile typeof(x) *)&(x) = n_; } while (0)
#define smp_load_acquire(p)	({ typeof(*(p)) v_ = READ_ONCE(*(p)); barrier(); v_; })
#define smp_store_release(p, v)	do { barrier(); WRITE_ONCE(*(p), v); } while (0)
#define before_cmpxchg(p)	steps_point()
#define after_cmpxchg(p)	((void)0)
#endif

/*
 * The compiler's own would be a write even where it fails, and then anybody who tries a claimed
 * object would race with who has claimed it.
 */
static inline __attribute__((no_sanitize_thread)) bool shim_cmpxchg(u64 *p, u64 *old, u64 new)
{
	u64 was = *old;
	bool done;

	asm volatile("lock; cmpxchgq %[val], %[mem]"
		     : "=@ccz" (done), [mem] "+m" (*p), "+a" (was)
		     : [val] "r" (new) : "memory");
	if (!done)
		*old = was;
	return done;
}

#define try_cmpxchg(p, old, new) ({						\
	bool done_;								\
	before_cmpxchg(p);								\
	done_ = shim_cmpxchg(p, old, new);					\
	after_cmpxchg(p);								\
	done_; })

/* locks */
#ifdef SHIM_STEPS
typedef struct { int unused; } raw_spinlock_t;

#define raw_spin_lock_init(l)			((void)(l))
#define raw_spin_lock_irqsave(l, flags)		((void)(flags), steps_lock(1))
#define raw_spin_unlock_irqrestore(l, flags)	((void)(flags), steps_lock(-1))
#else
typedef pthread_mutex_t raw_spinlock_t;

#define raw_spin_lock_init(l)			pthread_mutex_init(l, NULL)
#define raw_spin_lock_irqsave(l, flags)		((void)(flags), pthread_mutex_lock(l))
#define raw_spin_unlock_irqrestore(l, flags)	((void)(flags), pthread_mutex_unlock(l))
#endif
#define lockdep_assert_held(l)	((void)(l))

/* numbers */
#define PAGE_SHIFT		12
#define U32_MAX			(~0u)
#define BITS_PER_TYPE(t)	(sizeof(t) * 8)
#define BITS_TO_LONGS(n)	DIV_ROUND_UP(n, 64)
#define struct_size(p, last, n)	(sizeof(*(p)) + (n) * sizeof((p)->last[0]))
#define offset_in_page(n)	((n) & (PAGE_SIZE - 1))
#define PAGE_ALIGNED(n)		(!offset_in_page((unsigned long)(n)))
#define __ffs64(n)		__builtin_ctzl(n)
#define fls_long(n)		((n) ? 64 - __builtin_clzl(n) : 0)

/* memory */
#define kvzalloc(n, gfp)	calloc(1, n)
#define kvcalloc(n, size, gfp)	calloc(n, size)
#define kvfree(p)		free(p)

/* lists */
static inline void INIT_LIST_HEAD(struct list_head *head)
{
	head->next = head;
	head->prev = head;
}

static inline void list_add(struct list_head *node, struct list_head *head)
{
	node->next = head->next;
	node->prev = head;
	head->next->prev = node;
	head->next = node;
}

static inline void list_del(struct list_head *node)
{
	node->next->prev = node->prev;
	node->prev->next = node->next;
}

#define list_first_entry_or_null(head, type, member)				\
	((head)->next == (head) ? NULL : container_of((head)->next, type, member))

/* bitmaps */
static inline bool test_bit(size_t i, const unsigned long *map)
{
	return map[i / 64] >> i % 64 & 1;
}

static inline void __set_bit(size_t i, unsigned long *map)
{
	map[i / 64] |= BIT(i % 64);
}

static inline void __clear_bit(size_t i, unsigned long *map)
{
	map[i / 64] &= ~BIT(i % 64);
}

/* The first bit from @i on that is @set, or @end. */
static inline size_t shim_find(const unsigned long *map, size_t end, size_t i, bool set)
{
	while (i < end && test_bit(i, map) != set)
		i++;
	return i;
}

#define find_first_zero_bit(map, end)	shim_find(map, end, 0, false)
#define find_next_bit(map, end, i)	shim_find(map, end, i, true)
#define bitmap_zero(map, n)		memset(map, 0, BITS_TO_LONGS(n) * 8)

static inline void bitmap_set(unsigned long *map, size_t i, size_t n)
{
	while (n--)
		__set_bit(i++, map);
}

static inline void bitmap_clear(unsigned long *map, size_t i, size_t n)
{
	while (n--)
		__clear_bit(i++, map);
}

static inline size_t bitmap_find_next_zero_area(const unsigned long *map, size_t end, size_t i,
						size_t n, unsigned long align_mask)
{
	while (i + n <= end && shim_find(map, i + n, i, true) < i + n)
		i++;
	return i + n <= end ? i : end;
}

#endif
