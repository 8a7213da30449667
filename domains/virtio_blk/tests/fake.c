// SPDX-License-Identifier: GPL-2.0-only
/* The disk of fake.h: it takes chains apart, and answers them or not. */
#include <stdlib.h>
#include <string.h>
#include "fake.h"

struct disk disk;

/* Header, data, status. */
static void disk_follow(void)
{
	struct disk_chain *c = &disk.chain;
	struct vring_desc all[FAKE_DESCS];
	const struct vring_desc *table = fake_ptr(fake.q[c->queue].desc), *last;
	u32 nr = fake_chain(c->queue, c->head, all);

	c->indirect = table[c->head].flags & VDESC_INDIRECT;
	last = &all[nr - 1];
	if (nr < 2 || all[0].len != sizeof(c->header) || all[0].flags != VDESC_NEXT)
		fake_wrong("no header");
	if (last->flags != VDESC_WRITE || last->len != 1)
		fake_wrong("no status byte");
	memcpy(&c->header, fake_ptr(all[0].addr), sizeof(c->header));
	c->nr = nr - 2;
	memcpy(c->data, &all[1], c->nr * sizeof(all[0]));
	c->status = fake_ptr(last->addr);
}

static u32 disk_room(void)
{
	u32 i, room = 0;

	for (i = 0; i < disk.chain.nr; i++)
		room += disk.chain.data[i].flags & VDESC_WRITE ? disk.chain.data[i].len : 0;
	return room;
}

static void disk_answer(void)
{
	struct disk_chain *c = &disk.chain;
	u32 len = disk_room() + 1;
	u8 status = disk.answer;

	if (c->header.type == VBLK_T_GET_ID) {
		status = disk.no_id ? VBLK_S_UNSUPP : VBLK_S_OK;
		if (!disk.no_id)
			strncpy(fake_ptr(c->data[0].addr), disk.id, c->data[0].len);
	}
	if (status != VBLK_S_NONE)
		*c->status = status;
	fake_used(c->queue, c->head, len + disk.len_more - disk.len_less, 0);
}

void fake_device_take(u16 queue)
{
	u16 first;

	while (fake_next(queue, &first)) {
		disk.chain.head = first;
		disk.chain.queue = queue;
		disk_follow();
		disk.nr_chains++;
		if (!disk.hold)
			disk_answer();
	}
}

void fake_device_reset(void)
{
}

void fake_device_defaults(void)
{
	memset(&disk, 0, sizeof(disk));
	fake.features = VF_SEG_MAX | VF_BLK_SIZE | VF_FLUSH | VF_MQ | VF_DISCARD |
			VF_WRITE_ZEROES | VF_INDIRECT_DESC | VF_VERSION_1 | BIT(34);
	fake.vqs = 2;
	fake_config32(VCFG_CAPACITY, 100000);
	fake_config32(VCFG_SEG_MAX, 254);
	fake_config32(VCFG_BLK_SIZE, 512);
	fake.config[VCFG_NUM_QUEUES] = 2;
	fake_config32(VCFG_MAX_DISCARD, 8192);
	fake_config32(VCFG_MAX_DISCARD_SEG, 1);
	fake_config32(VCFG_DISCARD_ALIGN, 8);
	fake_config32(VCFG_MAX_ZEROES, 4096);
	fake_config32(VCFG_MAX_ZEROES_SEG, 1);
	fake.config[VCFG_ZEROES_MAY_UNMAP] = 1;
	disk.id = "serial";
}

struct rl_ret rlc_bdev_host_complete(rl_cap_t cap, struct bdev_request *req, s32 status)
{
	if (cap != 77)
		abort();
	disk.done[disk.nr_done % DISK_DONE] = req;
	disk.done_status[disk.nr_done++ % DISK_DONE] = status;
	return (struct rl_ret){ 0 };
}
