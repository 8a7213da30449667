/* SPDX-License-Identifier: GPL-2.0-only */
/* State of the measured loops; all of it lies in one window. */
#ifndef BENCH_GUARD_LOOPS_H
#define BENCH_GUARD_LOOPS_H

#include <redleaf/sync.h>

#define NIC_RING	256
#define NVME_RING	64

struct nic_desc {
	u64 addr;
	u16 len, checksum;
	u8 status, errors;
	u16 special;
};

struct nic_packet {
	struct nic_packet *next;
	u64 bus;
	u32 len, status;
};

struct nic_ring {
	struct nic_desc *desc;
	struct nic_packet *packet, *done;
	u64 bytes, packets;
	u32 next, tail;
};

struct nvme_io {
	u64 lba, bus[2];
	u32 ns, blocks;
	u16 tag;
	u8 op;
};

struct nvme_slot {
	const struct nvme_io *io;
	u64 deadline;
	u32 generation;
};

struct nvme_cqe {
	u32 result[3];
	u16 tag, status;
};

struct nvme_ring {
	struct rl_lock lock;
	u32 sq_tail, cq_head, phase, inflight, doorbell;
	u64 finished;
	u32 (*sq)[16];
	struct nvme_cqe *cq;
	struct nvme_slot *slot;
	struct nvme_io *io;
};

struct bench_state {
	struct nic_ring nic;
	struct nvme_ring nvme;
	u8 *page[4];
};

u64 loop_nic(struct bench_state *s, u32 n);
u64 loop_nvme(struct bench_state *s, u32 n);
u64 loop_copy4k(struct bench_state *s, u32 n);

#endif
