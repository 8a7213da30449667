/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What VIRTIO 1.2 (OASIS, 2022) says of network devices, as far as this driver uses it.
 * What all virtio devices have is in domains/lib/virtio/regs.h.
 */
#ifndef VNET_REGS_H
#define VNET_REGS_H

#include <redleaf/types.h>

/* 5.1.3: feature bits */
#define VF_CSUM			BIT(0)
#define VF_GUEST_CSUM		BIT(1)
#define VF_MTU			BIT(3)
#define VF_MAC			BIT(5)
#define VF_HOST_TSO4		BIT(11)
#define VF_HOST_TSO6		BIT(12)
#define VF_MRG_RXBUF		BIT(15)
#define VF_STATUS		BIT(16)
#define VF_CTRL_VQ		BIT(17)
#define VF_CTRL_RX		BIT(18)
#define VF_CTRL_VLAN		BIT(19)
#define VF_CTRL_RX_EXTRA	BIT(20)
#define VF_MQ			BIT(22)
#define VF_CTRL_MAC_ADDR	BIT(23)
#define VF_NOTF_COAL		BIT(53)
#define VF_SPEED_DUPLEX		BIT(63)

/* 5.1.4: struct virtio_net_config; 16 bits, like all without a note */
#define VCFG_MAC		0x00		/* 6 bytes */
#define VCFG_STATUS		0x06
#define VCFG_MAX_PAIRS		0x08
#define VCFG_MTU		0x0a
#define VCFG_SPEED		0x0c		/* 32 bits, Mbit/s */
#define VCFG_DUPLEX		0x10		/* 8 bits */

#define VSTATUS_LINK_UP		1
#define VSPEED_MAX		0x7fffffffu
#define VDUPLEX_HALF		0
#define VDUPLEX_FULL		1

/* 5.1.4.1 */
#define VPAIRS_MAX		0x8000u
#define VMTU_MIN		68u

/* 5.1.6: struct virtio_net_hdr, in front of each frame; at any address. */
struct vnet_header {
	u8 flags;
	u8 gso_type;
	u16 hdr_len;
	u16 gso_size;
	u16 csum_start;
	u16 csum_offset;
	u16 num_buffers;
} __packed;

static_assert(sizeof(struct vnet_header) == 12);

#define VHDR_NEEDS_CSUM		1
#define VHDR_DATA_VALID		2
#define VHDR_GSO_NONE		0
#define VHDR_GSO_TCPV4		1
#define VHDR_GSO_TCPV6		4

/* 5.1.6.5: commands. Class, command, data; then the device's answer. */
#define VCTL_RX			0		/* 5.1.6.5.1 */
#define VCTL_RX_PROMISC		0
#define VCTL_RX_ALLMULTI	1
#define VCTL_RX_NOBCAST		5
#define VCTL_MAC		1		/* 5.1.6.5.2 */
#define VCTL_MAC_TABLE_SET	0
#define VCTL_MAC_ADDR_SET	1
#define VCTL_VLAN		2		/* 5.1.6.5.3 */
#define VCTL_VLAN_ADD		0
#define VCTL_VLAN_DEL		1
#define VCTL_MQ			4		/* 5.1.6.5.5 */
#define VCTL_MQ_PAIRS_SET	0
#define VCTL_COAL		6		/* 5.1.6.5.7 */
#define VCTL_COAL_TX_SET	0
#define VCTL_COAL_RX_SET	1

#define VCTL_OK			0

/* Longest data: a table of addresses, two counted lists. */
#define VCTL_DATA_MAX		440u

struct vnet_command {
	u8 class;
	u8 command;
	u8 data[VCTL_DATA_MAX];
	u8 ack;			/* the device's to write */
} __packed;

#endif
