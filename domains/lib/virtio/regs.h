/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registers and shared structures of VIRTIO 1.2 (OASIS, 2022) that all virtio devices on
 * PCI have. What a kind of device adds is in its driver's regs.h. Section numbers are of
 * that edition; 1.1 numbers chapter 2 one lower from 2.6 on and says the same. Everything
 * is little-endian (1.4).
 */
#ifndef VIRTIO_REGS_H
#define VIRTIO_REGS_H

#include <redleaf/types.h>

/* PCI 3.0, 6.1 and 6.7: what leads to the capabilities */
#define PCI_COMMAND_STATUS	0x04
#define PCI_HAS_CAPS		BIT(20)		/* bit 4 of the status register */
#define PCI_CAP_POINTER		0x34
#define PCI_CAP_FIRST		0x40		/* none lies in the header */
#define PCI_CAP_END		0x100
#define PCI_CAP_VENDOR		0x09

/* 4.1.4: struct virtio_pci_cap, as dwords: */
#define VPCI_CAP_ID(d)		((d) & 0xff)
#define VPCI_CAP_NEXT(d)	((d) >> 8 & 0xfc)
#define VPCI_CAP_LEN(d)		((d) >> 16 & 0xff)
#define VPCI_CAP_TYPE(d)	((d) >> 24)
#define VPCI_CAP_BAR		0x04		/* low byte */
#define VPCI_CAP_OFFSET		0x08
#define VPCI_CAP_LENGTH		0x0c
#define VPCI_CAP_BYTES		16
#define VPCI_CAP_MULTIPLIER	0x10		/* 4.1.4.4, notify only */

#define VPCI_COMMON		1		/* cfg_type */
#define VPCI_NOTIFY		2
#define VPCI_DEVICE		4

/* 4.1.4.3: struct virtio_pci_common_cfg */
#define VCOM_DEVICE_FEATURE_SELECT	0x00
#define VCOM_DEVICE_FEATURE		0x04
#define VCOM_DRIVER_FEATURE_SELECT	0x08
#define VCOM_DRIVER_FEATURE		0x0c
#define VCOM_CONFIG_MSIX_VECTOR		0x10	/* 16 bits, like all without a note */
#define VCOM_NUM_QUEUES			0x12
#define VCOM_DEVICE_STATUS		0x14	/* 8 bits */
#define VCOM_CONFIG_GENERATION		0x15	/* 8 bits */
#define VCOM_QUEUE_SELECT		0x16
#define VCOM_QUEUE_SIZE			0x18
#define VCOM_QUEUE_MSIX_VECTOR		0x1a
#define VCOM_QUEUE_ENABLE		0x1c
#define VCOM_QUEUE_NOTIFY_OFF		0x1e
#define VCOM_QUEUE_DESC			0x20	/* 64 bits, written as two halves */
#define VCOM_QUEUE_DRIVER		0x28
#define VCOM_QUEUE_DEVICE		0x30
#define VCOM_BYTES			0x38

#define VCOM_NO_VECTOR		0xffff		/* 4.1.5.1.2 */

/* 2.1: device status */
#define VSTATUS_ACKNOWLEDGE	1
#define VSTATUS_DRIVER		2
#define VSTATUS_DRIVER_OK	4
#define VSTATUS_FEATURES_OK	8
#define VSTATUS_NEEDS_RESET	64
#define VSTATUS_FAILED		128
#define VSTATUS_GONE		0xff		/* no device answers */

/* 6: feature bits of every device */
#define VF_INDIRECT_DESC	BIT(28)
#define VF_VERSION_1		BIT(32)
#define VF_ACCESS_PLATFORM	BIT(33)
#define VF_ORDER_PLATFORM	BIT(36)

/* 2.7.5: the descriptor table */
struct vring_desc {
	u64 addr;
	u32 len;
	u16 flags;
	u16 next;
};

static_assert(sizeof(struct vring_desc) == 16);

#define VDESC_NEXT		1
#define VDESC_WRITE		2
#define VDESC_INDIRECT		4

/* 2.7.6: the available ring */
struct vring_avail {
	u16 flags;
	u16 idx;
	u16 ring[];
};

static_assert(offsetof(struct vring_avail, ring) == 4);

/* 2.7.8: the used ring */
struct vring_used_elem {
	u32 id;
	u32 len;
};

struct vring_used {
	u16 flags;
	u16 idx;
	struct vring_used_elem ring[];
};

static_assert(offsetof(struct vring_used, ring) == 4);

#define VAVAIL_NO_INTERRUPT	1
#define VUSED_NO_NOTIFY		1

#define VRING_MAX		32768		/* 2.7 */

#endif
