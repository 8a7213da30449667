/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Freestanding base types of the domain-facing API.
 *
 * A domain never sees a kernel header: what it knows about the machine is
 * here. When core/ includes the same files, the kernel's own definitions of
 * these names are used instead (core/base.h), so that both sides agree on every
 * layout.
 */
#ifndef REDLEAF_TYPES_H
#define REDLEAF_TYPES_H

#ifndef RL_CORE
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;
typedef unsigned long size_t;
typedef long ssize_t;
typedef unsigned long uintptr_t;
typedef _Bool bool;

#define true 1
#define false 0
#define NULL ((void *)0)

#define offsetof(t, m) __builtin_offsetof(t, m)
#define container_of(p, t, m) ((t *)((char *)(p) - offsetof(t, m)))
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile __typeof__(x) *)&(x) = (v))
#define barrier() __asm__ __volatile__("" ::: "memory")
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define static_assert(e) _Static_assert(e, #e)
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define BIT(n) (1UL << (n))
#define __packed __attribute__((packed))
#define __aligned(n) __attribute__((aligned(n)))
#define __printf(a, b) __attribute__((format(printf, a, b)))
#define __noreturn __attribute__((noreturn))
#define noinline __attribute__((noinline))
#ifdef __CHECKER__
#define __force __attribute__((force))
#else
#define __force
#endif
#endif

/*
 * __rref marks a pointer into the exchange heap. Like __iomem it is an address
 * space of its own to sparse: no plain mixing with private pointers.
 */
#ifdef __CHECKER__
#define __rref __attribute__((noderef, address_space(__rref)))
#else
#define __rref
#endif

#endif
