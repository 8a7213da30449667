// SPDX-License-Identifier: GPL-2.0-only
/*
 * BUG and WARN in all spellings, as a domain sees them: who dies, what is said, and what
 * the expression is worth. The core's side is here, and writes down what it was asked.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <redleaf/domain.h>

static char said[256];

void rl_die_now(const char *why)
{
	printf("%s\n", why);
	exit(0);
}

void rl_warn(const char *what)
{
	snprintf(said, sizeof(said), "%s", what);
}

void rl_log(u32 level, const char *fmt, ...)
{
	va_list args;

	if (level != RL_LOG_WARN)
		return;
	va_start(args, fmt);
	vsnprintf(said, sizeof(said), fmt, args);
	va_end(args);
}

static int failed;

static void expect(const char *what, bool answer, bool due, const char *text)
{
	if (answer != due || strcmp(said, text)) {
		printf("%s: answered %d, said '%s'\n", what, answer, said);
		failed = 1;
	}
	said[0] = 0;
}

int main(int argc, char **argv)
{
	int n = 2, evaluated = 0;

	expect("WARN_ON", WARN_ON(n == 2), true, "n == 2");
	expect("WARN_ON, not due", WARN_ON(n == 3), false, "");
	expect("WARN", WARN(n & 2, "n is %d", n), true, "n is 2");
	expect("WARN, not due", WARN(n == 3, "n is %d", n), false, "");
	expect("WARN_ON_ONCE", WARN_ON_ONCE(n == 2), true, "n == 2");
	expect("WARN_ONCE", WARN_ONCE(n == 2, "once"), true, "once");
	expect("evaluated once", WARN(++evaluated == 1, "x"), true, "x");
	BUG_ON(failed);
	BUG_ON(n == 3);
	if (argc > 1)
		BUG();
	BUG_ON(n == 2 && argv[0]);
	return 1;
}
