// SPDX-License-Identifier: GPL-2.0-only
/* Everything linked into each domain, as one object (see tools/domain.mk). */
#include "string.c"
#include "fmt.c"
#include "inject.c"
