/* SPDX-License-Identifier: GPL-2.0-only */
/* Empty: mock/linux/tracepoint.h makes a whole event in one reading. */
