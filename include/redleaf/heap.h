/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The private heap: memory of this generation of this domain alone, inside its
 * window. Freed as a whole when the generation ends; no destructor runs.
 */
#ifndef REDLEAF_HEAP_H
#define REDLEAF_HEAP_H

#include <redleaf/types.h>

/*
 * rl_alloc() - @size bytes, zeroed, 64-byte aligned; page aligned from 4096 on.
 * NULL when the window is full. Any context but NMI.
 */
void *rl_alloc(size_t size);

/* rl_free() - give back what rl_alloc() returned; NULL is fine; a pointer that
 * rl_alloc() did not return is the domain's bug and ends the generation.
 */
void rl_free(void *p);

#endif
