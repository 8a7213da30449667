// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sums of the Internet checksum (RFC 1071), of 16 bits, as they lie in memory: the order
 * of a sum's bytes follows that of its words, so nothing is swapped but a part that begins
 * at an odd place.
 */
#include "vnet.h"

typedef u32 __aligned(1) any_u32;	/* wherever it lies */

static u32 checksum_fold(u64 sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/**
 * vnet_checksum_part() - sum of some bytes
 * @p: first
 * @len: bytes
 *
 * Any context. Returns 16 bits.
 */
u32 vnet_checksum_part(const u8 *p, u32 len)
{
	u64 sum = 0;

	for (; len >= 4; len -= 4, p += 4)
		sum += *(const any_u32 *)p;
	if (len >= 2)
		sum += p[0] | p[1] << 8;
	if (len & 1)
		sum += p[len - 1];
	return checksum_fold(sum);
}

/* The sum of two. Any context. */
u32 vnet_checksum_add(u32 sum, u32 more)
{
	return checksum_fold((u64)sum + more);
}

/* A sum, or a number of 16 bits, with its bytes exchanged. Any context. */
u32 vnet_checksum_swap(u32 sum)
{
	return (sum >> 8 & 0xff) | (sum & 0xff) << 8;
}
