/* SPDX-License-Identifier: GPL-2.0-only */
/* Nothing is needed of this header in user space; ../core/proxy.h has it all. */
