/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What VIRTIO 1.2 (OASIS, 2022) says of block devices, as far as this driver uses it. What
 * all virtio devices have is in domains/lib/virtio/regs.h.
 */
#ifndef VBLK_REGS_H
#define VBLK_REGS_H

#include <redleaf/types.h>

/* 5.2.3: feature bits */
#define VF_SIZE_MAX		BIT(1)
#define VF_SEG_MAX		BIT(2)
#define VF_RO			BIT(5)
#define VF_BLK_SIZE		BIT(6)
#define VF_FLUSH		BIT(9)
#define VF_MQ			BIT(12)
#define VF_DISCARD		BIT(13)
#define VF_WRITE_ZEROES		BIT(14)

/* 5.2.4: struct virtio_blk_config */
#define VCFG_CAPACITY		0x00		/* 64 bits, sectors of 512 bytes */
#define VCFG_SIZE_MAX		0x08
#define VCFG_SEG_MAX		0x0c
#define VCFG_BLK_SIZE		0x14
#define VCFG_NUM_QUEUES		0x22		/* 16 bits */
#define VCFG_MAX_DISCARD	0x24		/* sectors */
#define VCFG_MAX_DISCARD_SEG	0x28
#define VCFG_DISCARD_ALIGN	0x2c		/* sectors */
#define VCFG_MAX_ZEROES		0x30
#define VCFG_MAX_ZEROES_SEG	0x34
#define VCFG_ZEROES_MAY_UNMAP	0x38		/* 8 bits */

#define VBLK_SECTOR_SHIFT	9

/* 5.2.6: requests */
#define VBLK_T_IN		0
#define VBLK_T_OUT		1
#define VBLK_T_FLUSH		4
#define VBLK_T_GET_ID		8
#define VBLK_T_DISCARD		11
#define VBLK_T_WRITE_ZEROES	13

#define VBLK_S_OK		0
#define VBLK_S_IOERR		1
#define VBLK_S_UNSUPP		2

#define VBLK_ID_BYTES		20

struct vblk_header {
	u32 type;
	u32 reserved;
	u64 sector;
};

static_assert(sizeof(struct vblk_header) == 16);

/* One range of a discard or write zeroes (5.2.6). */
struct vblk_range {
	u64 sector;
	u32 sectors;
	u32 flags;
};

static_assert(sizeof(struct vblk_range) == 16);

#define VBLK_RANGE_UNMAP	1

#endif
