// SPDX-License-Identifier: GPL-2.0-only
/*
 * The EEPROM, read through EERD (8.2.3.2.2), and its checksum (6.3.2.4).
 *
 * The sum of words 0 to 3Eh, of the sections that pointers 3 to Eh name, and of the
 * checksum word is BABAh. Pointers and lengths are the EEPROM's claims: both are bounded
 * by its size, so nonsense gives a wrong sum and nothing else.
 */
#include "ixgbe.h"
#include <redleaf/log.h>
#include <redleaf/string.h>

#define IX_EERD_US	5000u
#define IX_EE_SUM	0xbabau
#define IX_EE_SUM_WORD	0x3fu
#define IX_EE_FIRST_POINTER	3u
#define IX_EE_LAST_POINTER	14u
#define IX_EE_EMPTY	0xffff

/**
 * ix_eeprom_word() - read a word
 * @n: port
 * @word: below IX_EEPROM_WORDS
 *
 * Process context, may sleep. Returns the word, or -Exxx.
 */
s32 ix_eeprom_word(struct ix *n, u32 word)
{
	s32 err;

	if (word >= IX_EEPROM_WORDS)
		return -ERANGE;
	ix_wr(IX_EERD, word << 2 | IX_EERD_START);
	err = ix_wait(IX_EERD, IX_EERD_DONE, IX_EERD_DONE, IX_EERD_US);
	return err ? err : (s32)(ix_rd(IX_EERD) >> 16);
}

/* Sum of @count words; an error ends it and is returned. */
static s32 ix_eeprom_sum(struct ix *n, u32 first, u32 count)
{
	u32 i, sum = 0;
	s32 word;

	for (i = 0; i < count; i++) {
		word = ix_eeprom_word(n, first + i);
		if (word < 0)
			return word;
		sum += word;
	}
	return sum & 0xffff;
}

static s32 ix_eeprom_section(struct ix *n, u32 pointer)
{
	s32 at = ix_eeprom_word(n, pointer), len;

	if (at <= 0 || at == IX_EE_EMPTY)
		return min(at, 0);
	len = ix_eeprom_word(n, at);
	if (len <= 0 || len == IX_EE_EMPTY)
		return min(len, 0);
	return ix_eeprom_sum(n, at + 1, len);
}

/**
 * ix_eeprom_check() - is the checksum right?
 * @n: port
 *
 * Process context, may sleep. Returns 0, -EBADMSG, or -Exxx of a read.
 */
s32 ix_eeprom_check(struct ix *n)
{
	s32 sum = ix_eeprom_sum(n, 0, IX_EE_SUM_WORD + 1), part;
	u32 pointer;

	for (pointer = IX_EE_FIRST_POINTER; sum >= 0 && pointer <= IX_EE_LAST_POINTER; pointer++) {
		part = ix_eeprom_section(n, pointer);
		sum = part < 0 ? part : sum + part;
	}
	if (sum < 0)
		return sum;
	return (sum & 0xffff) == IX_EE_SUM ? 0 : -EBADMSG;
}

/**
 * ix_eeprom_dump() - words of the EEPROM, two in each
 * @n: port
 * @first: in units of 32 bits
 * @words: gets NET_DUMP_WORDS of them; 0 beyond the end
 *
 * Process context, may sleep. Returns 0, -ERANGE, or -Exxx of a read.
 */
s32 ix_eeprom_dump(struct ix *n, u32 first, struct net_words *words)
{
	s32 low, high;
	u32 i;

	if (first >= IX_EEPROM_WORDS / 2)
		return -ERANGE;
	memset(words, 0, sizeof(*words));
	for (i = 0; i < NET_DUMP_WORDS && first + i < IX_EEPROM_WORDS / 2; i++) {
		low = ix_eeprom_word(n, 2 * (first + i));
		high = ix_eeprom_word(n, 2 * (first + i) + 1);
		if (low < 0 || high < 0)
			return min(low, high);
		words->value[i] = (u32)high << 16 | (u32)low;
	}
	return 0;
}
