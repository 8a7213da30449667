// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory helpers of a domain. They are the domain's own code: a bad pointer
 * faults inside the domain, and no kernel function runs on its behalf. Words
 * first, then the rest: emulators execute one step of a string operation at a
 * time, whatever its width.
 */
#include <redleaf/string.h>

void *memcpy(void *d, const void *s, size_t n)
{
	void *ret = d;
	size_t words = n / 8;

	n %= 8;
	asm volatile("rep movsq" : "+D" (d), "+S" (s), "+c" (words) : : "memory");
	asm volatile("rep movsb" : "+D" (d), "+S" (s), "+c" (n) : : "memory");
	return ret;
}

void *memset(void *d, int c, size_t n)
{
	u64 word = (u8)c * 0x0101010101010101ULL;
	void *ret = d;
	size_t words = n / 8;

	n %= 8;
	asm volatile("rep stosq" : "+D" (d), "+c" (words) : "a" (word) : "memory");
	asm volatile("rep stosb" : "+D" (d), "+c" (n) : "a" (word) : "memory");
	return ret;
}

void *memmove(void *d, const void *s, size_t n)
{
	char *to = d;
	const char *from = s;

	if (to <= from || to >= from + n)
		return memcpy(d, s, n);
	while (n--)
		to[n] = from[n];
	return d;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *x = a, *y = b;

	for (; n--; x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}
