// SPDX-License-Identifier: GPL-2.0-only
/* The device of fake.h. */
#include <stdlib.h>
#include <string.h>
#include "fake.h"

struct nic nic;

static u32 nic_control(void)
{
	return 2 * (fake.features & VF_MQ ? fake.config[VCFG_MAX_PAIRS] : 1);
}

/* 5.1.6.2: header and frame, in any descriptors; nothing to write. */
static void nic_send(u16 queue, u16 first)
{
	struct nic_frame *f = &nic.frame;
	struct vring_desc all[FAKE_DESCS];
	u32 i, len = 0;
	static u8 all_bytes[NIC_MAX + sizeof(struct vnet_header)];

	f->descs = fake_chain(queue, first, all);
	f->queue = queue;
	f->first = first;
	for (i = 0; i < f->descs; i++) {
		if (all[i].flags & VDESC_WRITE)
			fake_wrong("a frame to send that the device is to write");
		if (!all[i].len || len + all[i].len > sizeof(all_bytes))
			fake_wrong("a descriptor of no length, or of too much");
		memcpy(all_bytes + len, fake_ptr(all[i].addr), all[i].len);
		len += all[i].len;
	}
	if (len <= sizeof(f->header))
		fake_wrong("no frame behind the header");
	memcpy(&f->header, all_bytes, sizeof(f->header));
	f->len = len - sizeof(f->header);
	memcpy(f->bytes, all_bytes + sizeof(f->header), f->len);
	if (f->header.flags & VHDR_NEEDS_CSUM && !(fake.accepted & VF_CSUM))
		fake_wrong("a checksum that was not negotiated");
	if (f->header.gso_type && !(f->header.flags & VHDR_NEEDS_CSUM))
		fake_wrong("segments without a checksum");
	nic.firsts[nic.nr_frames++ % NIC_FRAMES] = first;
	if (!nic.hold)
		fake_used(queue, first, nic.len_more, 0);
}

static void nic_rx_command(u8 command, u8 on)
{
	switch (command) {
	case VCTL_RX_PROMISC:
		nic.promisc = on;
		return;
	case VCTL_RX_ALLMULTI:
		nic.allmulti = on;
		return;
	case VCTL_RX_NOBCAST:
		nic.nobcast = on;
		return;
	}
	fake_wrong("an unknown receive command");
}

static void nic_mac_command(u8 command, const u8 *data, u32 len)
{
	if (command == VCTL_MAC_ADDR_SET) {
		if (len != 6)
			fake_wrong("an address that is none");
		memcpy(nic.mac, data, 6);
		return;
	}
	memcpy(&nic.nr_unicast, data, 4);
	memcpy(&nic.nr_multicast, data + 4 + 6 * nic.nr_unicast, 4);
	if (len != 8 + 6 * (nic.nr_unicast + nic.nr_multicast))
		fake_wrong("a table of another length");
	memcpy(nic.table, data, len);
}

static void nic_obey(const u8 *out, u32 len)
{
	u16 value = len >= 4 ? out[2] | out[3] << 8 : 0;

	switch (out[0]) {
	case VCTL_RX:
		nic_rx_command(out[1], out[2]);
		return;
	case VCTL_MAC:
		nic_mac_command(out[1], out + 2, len - 2);
		return;
	case VCTL_VLAN:
		if (out[1] == VCTL_VLAN_ADD)
			nic.vlans[value / 64] |= 1ull << value % 64;
		else
			nic.vlans[value / 64] &= ~(1ull << value % 64);
		return;
	case VCTL_MQ:
		nic.pairs = value;
		return;
	case VCTL_COAL:
		memcpy(out[1] == VCTL_COAL_RX_SET ? &nic.rx_us : &nic.tx_us, out + 6, 4);
		return;
	}
	fake_wrong("an unknown class of commands");
}

static void nic_command(u16 queue, u16 first)
{
	struct vring_desc all[FAKE_DESCS];

	if (fake_chain(queue, first, all) != 2 || all[0].flags != VDESC_NEXT ||
	    all[1].flags != VDESC_WRITE || all[1].len != 1 || all[0].len < 3)
		fake_wrong("a command that is none");
	nic.commands++;
	if (!nic.refuse)
		nic_obey(fake_ptr(all[0].addr), all[0].len);
	*(u8 *)fake_ptr(all[1].addr) = nic.refuse;
	fake_used(queue, nic.bogus_ack ? first + 1 : first, 1, 0);
}

void fake_device_take(u16 queue)
{
	u16 first;

	if (queue != nic_control() && !(queue & 1))
		return;		/* empty buffers are taken when there is a frame for them */
	while (fake_next(queue, &first)) {
		if (queue == nic_control())
			nic_command(queue, first);
		else
			nic_send(queue, first);
	}
}

/* One buffer: @head bytes of header in front of a part of the frame. Returns its bytes. */
static u32 nic_buffer(u16 queue, u16 *first, const void *head, u32 head_len, const u8 *bytes,
		      u32 len)
{
	struct vring_desc d[FAKE_DESCS];
	u32 some;

	if (!fake_next(queue, first))
		return 0;
	if (fake_chain(queue, *first, d) != 1 || d[0].flags != VDESC_WRITE || d[0].len <= head_len)
		fake_wrong("a buffer that is none");
	some = min(len, d[0].len - head_len);
	memcpy(fake_ptr(d[0].addr), head, head_len);
	memcpy((u8 *)fake_ptr(d[0].addr) + head_len, bytes, some);
	return some;
}

bool nic_receive(u32 pair, const struct vnet_header *header, const void *bytes, u32 len)
{
	static const struct vnet_header none;
	struct vnet_header h = header ? *header : none;
	u16 queue = 2 * pair, first[64];
	u32 nr = 0, at = 0, some, used[64], i;

	h.num_buffers = nic.num_buffers ? nic.num_buffers :
			len + sizeof(h) <= NET_RX_BYTES ? 1 :
			(len + sizeof(h) + NET_RX_BYTES - 1) / NET_RX_BYTES;
	do {
		some = nic_buffer(queue, &first[nr], &h, nr ? 0 : sizeof(h),
				  (const u8 *)bytes + at, len - at);
		if (!some)
			return false;
		at += some;
		used[nr] = some + (nr ? 0 : sizeof(h));
		nr++;
	} while (at < len && fake.accepted & VF_MRG_RXBUF);
	for (i = 0; i < nr; i++)
		fake_used(queue, first[i], used[i], 0);
	return true;
}

void fake_device_reset(void)
{
	memset(nic.vlans, 0, sizeof(nic.vlans));
	memset(nic.mac, 0, sizeof(nic.mac));
	nic.promisc = true;
	nic.nr_unicast = 0;
	nic.nr_multicast = 0;
	nic.pairs = 0;
}

void fake_device_defaults(void)
{
	static const u8 mac[6] = { 0x52, 0x54, 0, 1, 2, 3 };

	packets_reset();
	memset(&nic, 0, sizeof(nic));
	fake.features = VF_CSUM | VF_GUEST_CSUM | VF_MTU | VF_MAC | VF_HOST_TSO4 | VF_HOST_TSO6 |
			VF_MRG_RXBUF | VF_STATUS | VF_CTRL_VQ | VF_CTRL_RX | VF_CTRL_VLAN |
			VF_CTRL_RX_EXTRA | VF_MQ | VF_CTRL_MAC_ADDR | VF_NOTF_COAL |
			VF_SPEED_DUPLEX | VF_INDIRECT_DESC | VF_VERSION_1 | BIT(21) | BIT(34);
	fake.vqs = 5;
	memcpy(&fake.config[VCFG_MAC], mac, sizeof(mac));
	fake_config16(VCFG_STATUS, VSTATUS_LINK_UP);
	fake_config16(VCFG_MAX_PAIRS, 2);
	fake_config16(VCFG_MTU, 9000);
	fake_config32(VCFG_SPEED, 25000);
	fake.config[VCFG_DUPLEX] = VDUPLEX_FULL;
}

struct rl_ret rlc_net_host_work(rl_cap_t cap, u16 queue)
{
	if (cap != 77)
		abort();
	nic.work[queue]++;
	return (struct rl_ret){ 0 };
}

struct rl_ret rlc_net_host_link_changed(rl_cap_t cap)
{
	if (cap != 77)
		abort();
	nic.link_changes++;
	return (struct rl_ret){ 0 };
}
