/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of QEMU's generated config-host.h that its device headers look at. */
#define CONFIG_POSIX 1
#define CONFIG_LINUX 1
#define CONFIG_IOVEC 1
#define CONFIG_TCG 1
#define CONFIG_INT128 1
#define CONFIG_ATOMIC64 1
#define CONFIG_MADVISE 1
#define CONFIG_MEMFD 1
#define CONFIG_CPUID_H 1
#define CONFIG_BYTESWAP_H 1
#define HAVE_STRCHRNUL 1
#define HAVE_SYSTEM_FUNCTION 1
#define HOST_X86_64 1
#define CONFIG_QEMU_MODDIR "/usr/lib/x86_64-linux-gnu/qemu"
