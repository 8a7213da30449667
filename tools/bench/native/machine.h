/* SPDX-License-Identifier: GPL-2.0-only */
/* A process as one CPU of a kernel: what the native benchmarks have in common. */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include "domain.h"
#include "heap_internal.h"
#include "xheap_chunk.h"

extern struct bench_cpu bench_cpu;	/* what %gs leads to */

void die(const char *what) __noreturn;
void make_machine(void);

#endif
