// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines a domain writes to the kernel log: printable bytes only, marked with
 * the domain's name, limited in rate. No format string of a domain is ever
 * interpreted here.
 */
#include <linux/ctype.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <redleaf/log.h>
#include "caps.h"
#include "domain.h"

#define LINES		40
#define INTERVAL	(5 * HZ)

/* By owner id. A new owner of an id inherits what its predecessor used up. */
static struct ratelimit_state limits[RL_OWNER_FIRST + RL_MAX_DOMAINS] = {
	[0 ... RL_OWNER_FIRST + RL_MAX_DOMAINS - 1] =
		RATELIMIT_STATE_INIT_FLAGS(limits[0], INTERVAL, LINES, 0),
};

static void clean(char *dst, const char *src, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		dst[i] = isascii(src[i]) && isprint(src[i]) ? src[i] : '?';
	while (len && isspace(dst[len - 1]))
		len--;
	dst[len] = 0;
}

/**
 * rl_log_heard() - does anybody want to hear this of @d now?
 * @d: domain
 * @level: enum rl_log_level
 *
 * What init has to tell it told the first time; a restart is in a hurry.
 *
 * Context: any.
 */
bool rl_log_heard(const struct rl_domain *d, u32 level)
{
	return level != RL_LOG_INFO || d->gate.gen <= 1 ||
	       READ_ONCE(d->gate.alive) != RL_GATE_INIT;
}

/**
 * rl_log_line() - one line of the kernel log for @d
 * @d: domain
 * @level: enum rl_log_level; anything unknown is information
 * @text: core memory
 * @len: bytes of @text; more than RL_LOG_MAX are cut off
 *
 * Information from the init of a restart is dropped.
 *
 * Context: any but NMI.
 */
void rl_log_line(struct rl_domain *d, u32 level, const char *text, size_t len)
{
	char line[RL_LOG_MAX + 1];

	if (!rl_log_heard(d, level))
		return;
	if (!___ratelimit(&limits[d->gate.id % ARRAY_SIZE(limits)], d->name))
		return;
	if (len && text[len - 1] == '\n')
		len--;
	clean(line, text, min_t(size_t, len, RL_LOG_MAX));
	switch (level) {
	case RL_LOG_ERR:
		pr_err("redleaf: %s: %s\n", d->name, line);
		break;
	case RL_LOG_WARN:
		pr_warn("redleaf: %s: %s\n", d->name, line);
		break;
	case RL_LOG_DEBUG:
		pr_debug("redleaf: %s: %s\n", d->name, line);
		break;
	default:
		pr_info("redleaf: %s: %s\n", d->name, line);
	}
}
