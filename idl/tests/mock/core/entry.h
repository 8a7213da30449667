/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stands in for core/entry.h: one calling domain, whose capability 1 is a domain
 * and whose capability 2 is the trusted side. Any pointer but NULL can be
 * copied.
 */
#ifndef MOCK_CORE_ENTRY_H
#define MOCK_CORE_ENTRY_H

#include "proxy.h"

static struct rl_frame mock_caller = { .call = RL_METHOD_SLEEPS };
static struct rl_iref *mock_iface;
static struct rl_host_iref mock_host;

static inline struct rl_frame *rl_entry_begin(void)
{
	mock_event("begin");
	return &mock_caller;
}

static inline void rl_entry_end(void)
{
	mock_event("end");
}

static inline struct rl_iref *rl_entry_iface(struct rl_frame *f, rl_cap_t cap,
					     const struct rl_iface_desc *desc)
{
	(void)f;
	return cap == 1 && !desc->host ? mock_iface : NULL;
}

/* Numbers from MOCK_CAP on are those of references that were passed once. */
static inline struct rl_ret rl_entry_refusal(struct rl_frame *f, rl_cap_t cap)
{
	(void)f;
	if (cap < MOCK_CAP)
		return rl_refused(-ENOENT);
	return (struct rl_ret){ .rpc = RL_RPC_REVOKED };
}

static inline const struct rl_host_iref *rl_entry_host(struct rl_frame *f, rl_cap_t cap,
						       const struct rl_iface_desc *desc)
{
	(void)f;
	return cap == 2 && desc->host ? &mock_host : NULL;
}

/* The calling domain's shadow and its one log. */
static bool mock_shadowed;
static bool mock_restarts;	/* the generation ends when it has answered */

static struct rl_history {
	u64 args[4096];
	bool turn, written;
} mock_log;

static inline bool rl_shadowed(struct rl_frame *f, struct rl_iref *ref)
{
	(void)f;
	(void)ref;
	return mock_shadowed;
}

static inline bool rl_entry_again(struct rl_frame *f, rl_cap_t cap, struct rl_iref *ref,
				  struct rl_ret *ret, unsigned int tries)
{
	(void)cap;
	return mock_shadowed && rl_shadow_again(ref, f, ret, tries);
}

static inline struct rl_history *rl_history_begin(struct rl_frame *f, struct rl_iref *ref,
						  struct rl_ret *ret)
{
	(void)f;
	(void)ref;
	mock_event(mock_log.turn ? "bad turn" : "turn");
	if (mock_no_scratch) {
		*ret = rl_refused(-ENOMEM);
		return NULL;
	}
	mock_log.turn = true;
	return &mock_log;
}

static inline void *rl_history_args(struct rl_history *log)
{
	return log->args;
}

static inline void rl_history_ask(struct rl_history *log)
{
	log->written = false;
	mock_event("ask");
}

static inline void rl_history_write(struct rl_history *log)
{
	log->written = true;
	mock_event("write");
}

static inline s32 rl_history_written(struct rl_history *log)
{
	bool missed = mock_restarts;

	mock_event(log->written ? "written" : "bad written");
	mock_restarts = false;
	return missed ? RL_RPC_RESTARTING : 0;
}

static inline void rl_history_end(struct rl_history *log)
{
	mock_event(log->turn ? "over" : "bad over");
	log->turn = false;
}

static inline struct rl_ret rl_history_full(struct rl_history *log)
{
	mock_iface->shadow.full++;
	rl_history_end(log);
	return rl_refused(-ENOSPC);
}

static inline s32 rl_entry_in(struct rl_frame *f, void *dst, const void *p, size_t size)
{
	(void)f;
	mock_event("in");
	if (!p)
		return -EFAULT;
	memcpy(dst, p, size);
	return 0;
}

static inline s32 rl_entry_out(struct rl_frame *f, void *p, const void *src, size_t size)
{
	(void)f;
	mock_event("out");
	if (!p)
		return -EFAULT;
	memcpy(p, src, size);
	return 0;
}

#endif
