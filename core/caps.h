/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Capabilities a generation can hold beside memory: timers, events, threads,
 * DMA memory and the PCI device (pci.h). Each is one struct rl_res in the
 * domain's ledger; the reaper makes it quiet and releases it. What domains call
 * for them is in *_entry.c; the functions here do the work.
 *
 * A function that takes a frame runs on the domain's own thread, inside the
 * core. One that finds the domain breaking the API's contract kills it and
 * answers an error nobody sees: the entry's end leaves the domain.
 */
#ifndef RL_CAPS_H
#define RL_CAPS_H

#include <linux/types.h>
#include <linux/wait.h>

struct rl_domain;
struct rl_frame;
struct rl_res;
struct rl_res_ops;

/* caps.c: handles are indices into the domain's tables of capabilities */
int rl_handle_add(struct rl_domain *d, struct rl_res **table, u32 size, struct rl_res *r,
		  const struct rl_res_ops *ops);
void rl_handle_del(struct rl_domain *d, struct rl_res **table, u32 slot);
struct rl_res *rl_handle_find(struct rl_res **table, u32 size, u32 slot);
bool rl_text_ok(struct rl_domain *d, const void *fn);
size_t rl_copy_text(struct rl_domain *d, char *dst, size_t size, const char *src);

/* sleep.c */
bool rl_may_sleep(struct rl_frame *f);
s32 rl_wait(struct rl_frame *f, struct wait_queue_head *wq, bool (*done)(void *arg), void *arg,
	    u64 timeout_ns);
void rl_do_sleep_us(struct rl_frame *f, u32 us);
void rl_do_udelay(struct rl_frame *f, u32 us);

/* timer.c */
s32 rl_timer_new(struct rl_domain *d, const void *fn, u64 arg);
s32 rl_timer_arm(struct rl_domain *d, u32 timer, u64 delay_ns);
s32 rl_timer_disarm(struct rl_domain *d, u32 timer);

/* event.c */
s32 rl_event_new(struct rl_domain *d);
s32 rl_event_take(struct rl_frame *f, u32 event, u64 timeout_ns);
s32 rl_event_post(struct rl_domain *d, u32 event);

/* thread.c */
s32 rl_thread_new(struct rl_domain *d, const void *fn, u64 arg, const char *name);

/* dma.c */
void *rl_dma_get(struct rl_domain *d, size_t size, u64 *dma, bool zero);
void rl_dma_put(struct rl_domain *d, void *p);

/* log.c: @text is core memory */
bool rl_log_heard(const struct rl_domain *d, u32 level);
void rl_log_line(struct rl_domain *d, u32 level, const char *text, size_t len);

#endif
