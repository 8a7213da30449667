/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU poisons names of its targets here; a device has no use for that. */
