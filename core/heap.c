// SPDX-License-Identifier: GPL-2.0-only
/*
 * The private window: all memory one generation of a domain may write.
 *
 * One naturally aligned power-of-two block of the direct map, so that a guard
 * confines a store by masking its address and a device reaches it by DMA. An
 * arena over it keeps the first and last granule out of use. The block is got
 * when the domain is loaded and kept over its restarts: a large block may not
 * be there when it is needed most. Starting a new generation clears the arena's
 * metadata and the state structure; memory is zeroed when it is handed out.
 *
 * d->gate.window, d->window_size, d->heap and d->self are written here alone, by
 * the loader or the reaper while the gate is not alive and no thread is inside.
 * Nothing here can fault: the arena never looks into the window, and what is
 * zeroed was just allocated.
 */
#include <linux/gfp.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/string.h>
#include "domain.h"
#include "heap_internal.h"

static int window_start(struct rl_domain *d)
{
	d->self = rl_arena_alloc(d->heap, d->desc.state_size);
	if (!d->self)
		return -ENOMEM;
	rl_arena_zero(d->self, d->desc.state_size);
	return 0;
}

/**
 * rl_window_create() - make the private window of a domain
 * @d: domain with a valid copy of its descriptor and no window
 *
 * Context: process, sleeps.
 * Return: 0; -ENOMEM: no block of that size, or it does not hold the state.
 */
int rl_window_create(struct rl_domain *d)
{
	size_t size;

	if (d->desc.heap_size > RL_WINDOW_MAX)
		return -ENOMEM;
	size = roundup_pow_of_two(max_t(size_t, d->desc.heap_size, RL_WINDOW_MIN));
	d->gate.window = (void *)__get_free_pages(GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN,
						  get_order(size));
	if (!d->gate.window)
		return -ENOMEM;
	d->window_size = size;
	d->gate.span = size - RL_GRANULE;
	d->heap = rl_arena_create(d->gate.window, size);
	if (!d->heap || window_start(d)) {
		rl_window_destroy(d);
		return -ENOMEM;
	}
	return 0;
}
EXPORT_SYMBOL_NS_GPL(rl_window_create, RL_TEST);

/**
 * rl_window_destroy() - free the private window, if there is one
 * @d: domain; its gate is not alive, no thread inside, no device writing
 *
 * Context: process, may sleep.
 */
void rl_window_destroy(struct rl_domain *d)
{
	rl_arena_destroy(d->heap);
	free_pages((unsigned long)d->gate.window, get_order(d->window_size));
	d->heap = NULL;
	d->self = NULL;
	d->gate.window = NULL;
	d->gate.span = 0;
	d->window_size = 0;
}
EXPORT_SYMBOL_NS_GPL(rl_window_destroy, RL_TEST);

/**
 * rl_window_reset() - empty the window for the next generation
 * @d: as for rl_window_destroy(), with a window
 *
 * Context: any.
 * Return: 0; -ENOMEM: the state does not fit.
 */
int rl_window_reset(struct rl_domain *d)
{
	rl_arena_reset(d->heap);
	return window_start(d);
}
EXPORT_SYMBOL_NS_GPL(rl_window_reset, RL_TEST);

void *rl_do_alloc(struct rl_domain *d, size_t size)
{
	void *p = rl_arena_alloc(d->heap, size);

	return p ? rl_arena_zero(p, size) : NULL;
}
EXPORT_SYMBOL_NS_GPL(rl_do_alloc, RL_TEST);

void rl_do_free(struct rl_domain *d, void *p)
{
	if (!p)
		return;
	/* The state came from the arena but not from rl_alloc(). */
	if (p == d->self || rl_arena_free(d->heap, p))
		rl_domain_kill_why(d, RL_R_VIOLATION, "rl_free: not an allocation");
}
EXPORT_SYMBOL_NS_GPL(rl_do_free, RL_TEST);

/**
 * rl_arg_alloc() - scratch for an out structure in the callee's window
 * @g: callee, entered
 * @size: bytes
 *
 * Zeroed: what the callee leaves unwritten tells the caller nothing.
 *
 * Context: any but NMI, between enter and exit.
 * Return: NULL when the window is full.
 */
void *rl_arg_alloc(struct rl_gate *g, size_t size)
{
	return rl_do_alloc(rl_gate_domain(g), size);
}
EXPORT_SYMBOL_GPL(rl_arg_alloc);

/**
 * rl_arg_free() - give scratch back
 * @g: callee, entered
 * @p: from rl_arg_alloc(), or NULL; a callee that has freed it dies
 *
 * Context: as rl_arg_alloc().
 */
void rl_arg_free(struct rl_gate *g, void *p)
{
	rl_do_free(rl_gate_domain(g), p);
}
EXPORT_SYMBOL_GPL(rl_arg_free);
