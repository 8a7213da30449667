/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory helpers; from domains/lib, so that their faults are the domain's own. */
#ifndef REDLEAF_STRING_H
#define REDLEAF_STRING_H

#include <redleaf/types.h>

void *memcpy(void *d, const void *s, size_t n);
void *memset(void *d, int c, size_t n);
void *memmove(void *d, const void *s, size_t n);
int memcmp(const void *a, const void *b, size_t n);

#endif
