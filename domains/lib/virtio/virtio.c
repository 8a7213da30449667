// SPDX-License-Identifier: GPL-2.0-only
/* All of it as one object, for domains that say rl-libs := virtio (tools/domain.mk). */
#include "caps.c"
#include "device.c"
#include "queue.c"
