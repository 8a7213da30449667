/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * State of one virtio network device, one generation long.
 *
 * struct vnet is @self: the core allocates it zeroed, and everything else hangs off it in
 * the private window. Death of the domain is the reset of the device: nothing here is
 * repaired in place, and nothing is freed by hand but on the orderly way out.
 *
 * Virtqueues cannot be stopped one by one, so the device runs while the interface is open
 * and is reset when it is closed. In between it has its features negotiated, since its
 * configuration (the link) may be read then only (VIRTIO 1.2, 2.2).
 *
 * Who runs what: the methods of a queue (submit_and_poll, arm) run with preemption off
 * under the queue's lock and touch rings and notifications alone. Everything else about
 * the device is configuration: it runs in process context under @config, a mutex. To take
 * the rings away, configuration clears vnet_queue.running under the queue's lock; from
 * then on the fast path answers -EAGAIN. Interrupt handlers take no lock and touch no
 * ring.
 *
 * Lock order: config, then one queue's lock. A queue's lock is taken with interrupts off
 * by configuration, since the fast path may run in a softirq of the same CPU.
 *
 * No object on the stack has its address taken: what a function answers beyond its
 * return value is written to a structure that lives in the window.
 */
#ifndef VNET_H
#define VNET_H

#include <redleaf/domain.h>
#include <redleaf/gen/virtio_net.h>
#include <redleaf/rref.h>
#include <redleaf/sync.h>
#include "../lib/net/net.h"
#include "../lib/virtio/virtio.h"
#include "regs.h"

#define VNET_RING_MIN		32u	/* room for a header and NET_MAX_FRAGS packets */
#define VNET_RING_MAX		1024u
#define VNET_RING_DEFAULT	256u
#define VNET_L2			18u	/* MAC header and a tag */
#define VNET_MTU_MAX		65535u
#define VNET_TX_BACK		(2u * NET_BATCH + NET_MAX_FRAGS)	/* see tx.c */
#define VNET_HEADER		((u32)sizeof(struct vnet_header))

/* To send, the header lies right before the frame: in front when that begins at 0. */
static_assert(VNET_RING_MIN > NET_MAX_FRAGS);
static_assert(sizeof(((struct net_packet *)0)->front) >= sizeof(struct vnet_header));
static_assert(offsetof(struct net_packet, front) + sizeof(((struct net_packet *)0)->front) ==
	      offsetof(struct net_packet, data));

/* Descriptors of a ring that the device does not have; all under the queue's lock. */
struct vnet_free {
	u16 *id;		/* @nr of them */
	u32 nr;
	u32 limit;		/* so many may be in use: what set_rings asked for */
};

/* Receive half of a queue, under its lock while it runs. */
struct vnet_rx {
	struct virtio_queue ring;
	struct vnet_free free;
	struct net_packet __rref **bufs;	/* by descriptor: the device has it; or NULL */
	struct net_packet __rref *ready[NET_BATCH];	/* on their way into a batch */
	struct net_packet __rref *fresh[NET_BATCH];	/* out of one, and into the ring */
	u64 frames, bytes;
	u64 bad;		/* frames that made no sense */
	u64 filled;		/* checksums */
};

/* A descriptor of the transmit ring; all under the queue's lock. */
struct vnet_tx_slot {
	struct net_packet __rref *pkt;	/* NULL: free, or the header's has it */
	u16 nr;			/* first descriptor of a frame: how many it has; else 0 */
	u16 next;		/* the frame's next descriptor */
	u32 bytes;		/* first descriptor: of the frame */
};

/* Transmit half. */
struct vnet_tx {
	struct virtio_queue ring;
	struct vnet_free free;
	struct vnet_tx_slot *slots;		/* one for each descriptor */
	struct net_packet __rref *taken[NET_BATCH];	/* out of a batch, and into the ring */
	struct net_back back;
	u64 frames, bytes;
	u64 errors;		/* frames that could not be sent as they were */
	u64 segmented;		/* frames that the device was to cut */
};

/* A queue pair: virtqueues 2 * index and 2 * index + 1 (5.1.2). */
struct vnet_queue {
	struct rl_lock lock;
	bool running;		/* rings are the device's and the fast path's; under @lock */
	u16 index;		/* constant, like @n */
	u32 armed;		/* host.work is owed; exchanged by who pays it */
	u64 notified;
	struct vnet *n;
	struct vnet_rx rx;
	struct vnet_tx tx;
};

/* The device's configuration as it was read: not checked. Zero where a feature that a
 * field belongs to was not negotiated.
 */
struct vnet_config {
	struct net_mac mac;
	u16 status, max_pairs, mtu;
	u16 vqs;		/* of the transport */
};

/* What of it is believed (limits.c). */
struct vnet_limits {
	struct net_mac mac;
	u32 pairs;		/* the device's; the control queue follows them */
	u32 mtu;		/* largest */
};

/* The control virtqueue (5.1.6.5): one command at a time, under @config. */
struct vnet_control {
	struct virtio_queue ring;
	struct vnet_command *cmd;	/* DMA memory */
	u64 dma;
	u64 sent;
};

/* What the trusted side wants; under @config. */
struct vnet_settings {
	struct net_mac mac;
	u32 mtu;
	u32 features;
	struct net_rings rings;
	struct net_rx_mode rx_mode;
	struct net_vlans vlans;
	struct net_coalesce coalesce;
	bool coalesced;		/* it was asked for */
};

struct vnet {
	struct virtio dev;

	/* constant after init */
	rl_cap_t host;		/* capability: net_host */
	u32 config;		/* event handle; count 1: free */
	u32 nr_pairs;		/* at most */
	u32 ring_max;
	u64 able;		/* features, all that are of use */
	struct vnet_limits lim;
	struct vnet_queue *queues[VIRTIO_NET_MAX_PAIRS];

	/* under @config */
	struct vnet_config raw;
	struct vnet_settings set;
	struct vnet_control control;
	struct net_vlans vlans;	/* that the device lets in */
	bool open;		/* rings are made and the device runs */
	u32 nr_queues;		/* that have rings */
	u64 resets;		/* of an open device */

	u64 interrupts;		/* racy count, only ever grows */
};

static inline bool vnet_has(const struct vnet *n, u64 feature)
{
	return n->dev.features & feature;
}

static inline u32 vnet_in_use(const struct virtio_queue *ring, const struct vnet_free *f)
{
	return ring->entries - f->nr;
}

/* The frame's first byte. */
static inline u8 *vnet_frame(struct net_packet *p)
{
	return p->data + p->offset;
}

/* The header of a frame to send. */
static inline struct vnet_header *vnet_header(struct net_packet *p)
{
	return (struct vnet_header *)(vnet_frame(p) - VNET_HEADER);
}

/* limits.c */
s32 vnet_limits_read(struct vnet *n);
const char *vnet_limits_judge(const struct vnet_config *c, u64 features, struct vnet_limits *lim);
void vnet_limits_link(const struct vnet *n, struct net_link *link);

/* device.c */
u64 vnet_device_features(u64 offered);
s32 vnet_device_ready(struct vnet *n);
s32 vnet_device_start(struct vnet *n);
void vnet_device_stop(struct vnet *n);
void vnet_device_restart(struct vnet *n);
s32 vnet_device_unstick(struct vnet *n, struct vnet_queue *q);

/* control.c */
s32 vnet_control_alloc(struct vnet *n);
void vnet_control_free(struct vnet *n);
s32 vnet_control_send(struct vnet *n, u8 class, u8 command, u32 len);

/* filter.c */
s32 vnet_filter_mac(struct vnet *n);
s32 vnet_filter_rx_mode(struct vnet *n);
s32 vnet_filter_vlans(struct vnet *n);
s32 vnet_filter_coalesce(struct vnet *n);
s32 vnet_filter_pairs(struct vnet *n);

/* ring.c */
s32 vnet_ring_alloc(struct vnet *n);
void vnet_ring_free(struct vnet *n);
s32 vnet_ring_program(struct vnet *n);
void vnet_ring_run(struct vnet *n);
void vnet_ring_halt(struct vnet *n);
void vnet_ring_work(struct vnet_queue *q);

/* Packets there is room for. */
static inline u32 vnet_ring_room(const struct virtio_queue *ring, const struct vnet_free *f)
{
	u32 used = vnet_in_use(ring, f);

	return used < f->limit ? f->limit - used : 0;
}

/* rx.c */
void vnet_rx_repost(struct vnet_queue *q);
void vnet_rx_run(struct vnet_queue *q, struct net_packet_deque32 __rref *batch);

/* tx.c */
void vnet_tx_lose(struct vnet_queue *q);
void vnet_tx_run(struct vnet_queue *q, struct net_packet_deque32 __rref *batch);
bool vnet_tx_pending(const struct vnet_queue *q);

/* offload.c */
bool vnet_offload_check(const struct vnet *n, const struct net_packet *p);
void vnet_offload_fill(struct net_packet *p);

/* checksum.c */
u32 vnet_checksum_part(const u8 *p, u32 len);
u32 vnet_checksum_add(u32 sum, u32 more);
u32 vnet_checksum_swap(u32 sum);

/* stats.c */
#define VNET_NR_STATS	5u
void vnet_stats_report(const struct vnet *n, struct net_stats *out);
s32 vnet_stats_own(const struct vnet *n, u32 step, struct net_own_stats *out);
s32 vnet_stats_name(u32 index, struct net_text *name);

/* config.c */
s32 vnet_lock(struct vnet *n);
void vnet_unlock(struct vnet *n);

#endif
