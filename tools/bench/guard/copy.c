// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copies of a page, by the memcpy() of domains. No driver has such a loop; build compiles
 * this file and domains/lib/string.c as it compiles the drivers.
 */
#include <redleaf/string.h>
#include "bench.h"

void copy(u8 *to, const u8 *from, u32 n)
{
	while (n--)
		memcpy(to + (n & 1) * 4096, from + (n & 1) * 4096, 4096);
}
