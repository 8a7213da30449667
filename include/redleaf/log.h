/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Logging. The line is formatted by code linked into the domain (domains/lib),
 * so that a bad format argument faults inside the domain; the core receives
 * bytes, drops what is not printable and limits the rate.
 */
#ifndef REDLEAF_LOG_H
#define REDLEAF_LOG_H

#include <redleaf/types.h>

enum rl_log_level { RL_LOG_ERR = 3, RL_LOG_WARN = 4, RL_LOG_INFO = 6, RL_LOG_DEBUG = 7 };
#define RL_LOG_MAX 160

/* rl_log_write() - one line of at most RL_LOG_MAX bytes; information from init is
 * printed in the first generation only. Any context but NMI.
 */
void rl_log_write(u32 level, const char *buf, u32 len);

/**
 * rl_log_wanted() - would rl_log_write() keep a line of this level now?
 * @level: enum rl_log_level
 *
 * rl_log() asks before it formats. Context: any but NMI. Return: false for information
 * while the init of a restart runs; the first start has said it.
 */
bool rl_log_wanted(u32 level);

/* Formats %d %u %x %s %c %% with l/ll/z, width and 0 flag; from domains/lib. */
__printf(3, 4) int rl_snprintf(char *buf, size_t size, const char *fmt, ...);
__printf(2, 3) void rl_log(u32 level, const char *fmt, ...);

#define rl_err(...) rl_log(RL_LOG_ERR, __VA_ARGS__)
#define rl_info(...) rl_log(RL_LOG_INFO, __VA_ARGS__)

#endif
