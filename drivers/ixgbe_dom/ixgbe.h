/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * State of one 82599 port, one generation long.
 *
 * struct ix is @self: the core allocates it zeroed, and everything else hangs off it
 * in the private window. Death of the domain is a reset of the function: nothing here
 * is repaired in place, and nothing is freed by hand but on the orderly way out.
 *
 * Who runs what: the methods of a queue (submit_and_poll, arm) run with preemption off
 * under the queue's lock and touch rings and doorbells alone. Everything else about the
 * device is configuration: it runs in process context under @config, a mutex. To take
 * the rings away, configuration clears ix_queue.running under the queue's lock; from
 * then on the fast path answers -EAGAIN. Interrupt handlers take no lock.
 *
 * Lock order: config, then one queue's lock. A queue's lock is taken with interrupts off
 * by configuration, since the fast path may run in a softirq of the same CPU.
 *
 * No object on the stack has its address taken: what a function answers beyond its
 * return value is written to a structure that lives in the window.
 */
#ifndef IXGBE_H
#define IXGBE_H

#include <redleaf/domain.h>
#include <redleaf/gen/ixgbe.h>
#include <redleaf/pci.h>
#include <redleaf/rref.h>
#include <redleaf/sync.h>
#include "../../domains/lib/net/net.h"
#include "regs.h"

#define IX_MAX_QUEUES		15u	/* pairs; each has a bit of EIMS, bit 0 is the others' */
#define IX_RING_MIN		64u
#define IX_RING_DEFAULT		512u
#define IX_TX_BACK		NET_BATCH	/* see tx.c */
#define IX_RX_BUFFER_KB		3u
#define IX_RX_BUFFER		(IX_RX_BUFFER_KB * 1024u)
#define IX_RX_TELL		16u	/* new receive descriptors worth a register write */
#define IX_MTU_MIN		68u
#define IX_MTU_MAX		9710u
#define IX_L2_OVERHEAD		18u	/* MAC header and FCS; tags come on top */
#define IX_NR_RAR		128u
#define IX_TABLE_WORDS		128u	/* of MTA, VFTA and PFUTA */
#define IX_EEPROM_WORDS		0x2000u	/* 16 KB */
#define IX_SERVICE_NS		1000000000ull
#define IX_COALESCE_US		20u

static_assert(IX_RX_BUFFER == NET_RX_BYTES);
static_assert(offsetof(struct net_packet, data) % 2 == 0);

#define IX_FEATURES	(NET_F_RX_CSUM | NET_F_TX_CSUM | NET_F_SCTP_CSUM | NET_F_TSO | \
			 NET_F_RX_VLAN | NET_F_TX_VLAN | NET_F_VLAN_FILTER | NET_F_RX_HASH)
#define IX_ABILITIES	(IX_FEATURES | NET_C_COALESCE | NET_C_RING | NET_C_PAUSE | NET_C_RSS | \
			 NET_C_EEPROM | NET_C_REGS | NET_C_SELFTEST | NET_C_IDENTIFY)

/*
 * Receive half of a queue, under its lock while it runs. Descriptors from @head on, @posted
 * of them, are the device's; one more would make head and tail meet, which means none.
 */
struct ix_rx {
	struct ix_desc *descs;
	struct net_packet __rref **bufs;	/* one for each descriptor; NULL: none */
	u64 dma;		/* of @descs; constant */
	u32 size;		/* descriptors; constant */
	u32 head;		/* next to be completed */
	u32 posted;
	u32 untold;		/* of those posted, not yet told of by RDT */
	struct net_packet __rref *ready[NET_BATCH];	/* on their way into a batch */
	struct net_packet __rref *fresh[NET_BATCH];	/* out of one, and into the ring */
	u64 csum_errors;
	u64 bad;		/* frames that made no sense */
};

/* A descriptor of the transmit ring; all under the queue's lock. */
struct ix_tx_slot {
	struct net_packet __rref *pkt;	/* NULL: a context, or nothing */
	u32 last;		/* first descriptor of a frame: its last one */
	u32 report;		/* first descriptor of a group: the one that is reported */
};

/* Transmit half. Descriptors from @head up to @tail are the device's. */
struct ix_tx {
	struct ix_desc *descs;
	struct ix_tx_slot *slots;
	u64 dma;
	u32 size;
	u32 head;		/* first that is not known to be done */
	u32 tail;		/* next to be written */
	u32 rung;		/* tail the device was told of */
	u32 group;		/* descriptors from here up to @tail have no report yet */
	u32 reported;		/* descriptors from @head up to it have been sent */
	struct net_packet __rref *taken[NET_BATCH];	/* out of a batch, and into the ring */
	struct net_back back;
	u64 context[2];		/* the one the device has in slot 0 */
	bool context_valid;
	u64 errors;		/* frames that could not be sent as they were */
	u64 done;		/* frames; the service thread reads it to find hangs */
};

/* A queue pair. */
struct ix_queue {
	struct rl_lock lock;
	bool running;		/* rings are the device's and the fast path's; under @lock */
	u16 index;		/* constant, like @ix and @vector_bit */
	u32 vector_bit;		/* in EIMS and EICS */
	struct ix *ix;
	struct ix_rx rx;
	struct ix_tx tx;
	u32 armed;		/* host.work is owed; exchanged by who pays it */
	u64 seen_done;		/* the service thread's, like those below */
	u32 seen_head;
	u32 stuck;
};

/* Numbers of the counters that are added up (stats.c). */
enum {
	IX_S_CRC, IX_S_ILL, IX_S_ERRB, IX_S_RLE, IX_S_XON_TX, IX_S_XOFF_TX, IX_S_XON_RX,
	IX_S_XOFF_RX, IX_S_PR64, IX_S_PR127, IX_S_PR255, IX_S_PR511, IX_S_PR1023, IX_S_PR1522,
	IX_S_RX_PACKETS, IX_S_RX_BROADCAST, IX_S_RX_MULTICAST, IX_S_TX_PACKETS, IX_S_MISSED,
	IX_S_UNDERSIZE, IX_S_FRAGMENT, IX_S_OVERSIZE, IX_S_JABBER, IX_S_PT64, IX_S_PT127,
	IX_S_PT255, IX_S_PT511, IX_S_PT1023, IX_S_PT1522, IX_S_TX_MULTICAST, IX_S_TX_BROADCAST,
	IX_S_NO_BUFFER, IX_S_RX_BYTES, IX_S_TX_BYTES, IX_S_RESETS, IX_S_HANGS, IX_NR_STATS
};

static_assert(IX_NR_STATS <= NET_MAX_STATS);

/* What the trusted side wants; under @config. */
struct ix_settings {
	struct net_mac mac;
	u32 mtu;
	u32 features;
	struct net_rings rings;
	struct net_rx_mode rx_mode;
	struct net_vlans vlans;
	struct net_coalesce coalesce;
	struct net_pause pause;
	struct net_rss rss;
};

struct ix {
	/* constant after init */
	rl_cap_t host;		/* capability: net_host */
	u32 config;		/* event handle; count 1: free */
	u32 wake;		/* event handle: the service thread has work */
	u32 nr_vectors;
	u32 nr_pairs;		/* at most */
	u32 lan;		/* which port of the chip */
	struct net_mac permanent;
	struct rl_pci_info info;

	/* under @config */
	struct ix_settings set;
	bool open;		/* rings are made and the device runs */
	bool broken;		/* a reset failed: nothing but another one is tried */
	u32 nr_queues;		/* of the last open */
	u64 stats[IX_NR_STATS];

	struct ix_queue *queues[IX_MAX_QUEUES];	/* made by init */
	bool link_up;		/* as last told; the service thread's, like @seen_xoff */
	u64 seen_xoff;
	u32 ledctl;		/* before identify; under @config */
	bool blinking;		/* under @config */
	bool eeprom_looked;	/* the service thread's */
	u64 interrupts;		/* racy count, only ever grows */
	u32 others;		/* interrupts of vector 0; by its handler */
	bool irq_on;		/* its handler may touch the device; under @config */
};

static inline u32 ix_rd(u32 off)
{
	return rl_read32(IX_BAR, off);
}

static inline void ix_wr(u32 off, u32 value)
{
	rl_write32(IX_BAR, off, value);
}

static inline void ix_set(u32 off, u32 bits)
{
	ix_wr(off, ix_rd(off) | bits);
}

static inline void ix_clear(u32 off, u32 bits)
{
	ix_wr(off, ix_rd(off) & ~bits);
}

/* wait.c */
s32 ix_wait(u32 off, u32 mask, u32 want, u32 limit_us);

/* reset.c */
s32 ix_reset(struct ix *n);
s32 ix_reset_done(struct ix *n);
void ix_rx_pause(void);
void ix_rx_resume(void);

/* sem.c */
s32 ix_sem_take(u32 bits);
void ix_sem_give(u32 bits);

/* eeprom.c */
s32 ix_eeprom_word(struct ix *n, u32 word);
s32 ix_eeprom_check(struct ix *n);
s32 ix_eeprom_dump(struct ix *n, u32 first, struct net_words *words);

/* link.c */
s32 ix_link_setup(void);
s32 ix_link_restart(void);
bool ix_link_is_up(void);
s32 ix_link_state(struct ix *n, struct net_link *link);

/* flow.c */
void ix_flow_apply(const struct ix *n);

/* filter.c */
void ix_filter_mac(const struct ix *n);
void ix_filter_rx_mode(const struct ix *n);
void ix_filter_vlans(const struct ix *n);

/* rss.c */
void ix_rss_default(struct ix *n);
s32 ix_rss_check(const struct ix *n, const struct net_rss *rss);
void ix_rss_apply(const struct ix *n);

/* buffers.c */
void ix_buffers_apply(void);

/* ring.c */
s32 ix_ring_alloc(struct ix *n);
void ix_ring_free(struct ix *n);
void ix_ring_halt(struct ix *n);
s32 ix_ring_start(struct ix *n);
void ix_ring_strip(const struct ix *n);

/* rx.c */
void ix_rx_program(const struct ix *n, const struct ix_queue *q);
s32 ix_rx_enable(const struct ix *n, struct ix_queue *q);
void ix_rx_repost(struct ix_queue *q);
void ix_rx_drop(struct ix_queue *q);
void ix_rx_run(struct ix_queue *q, struct net_packet_deque32 __rref *batch);
bool ix_rx_pending(const struct ix_queue *q);
bool ix_rx_lost(const struct ix_queue *q);

/* tx.c */
void ix_tx_program(const struct ix_queue *q);
s32 ix_tx_enable(struct ix_queue *q);
void ix_tx_drop(struct ix_queue *q);
void ix_tx_lose(struct ix_queue *q);
void ix_tx_run(struct ix_queue *q, struct net_packet_deque32 __rref *batch, bool reap);
bool ix_tx_pending(const struct ix_queue *q);
bool ix_tx_idle(const struct ix_queue *q);

/* offload.c */
bool ix_offload_check(const struct net_packet *p);
u64 ix_offload_context0(const struct net_packet *p);
u64 ix_offload_context1(const struct net_packet *p);
u64 ix_offload_data(const struct net_packet *p);

/* irq.c */
s32 ix_irq_setup(struct ix *n);
void ix_irq_program(const struct ix *n);
void ix_irq_coalesce(const struct ix *n);
void ix_irq_on(struct ix *n);
void ix_irq_off(struct ix *n);
void ix_irq_arm(struct ix_queue *q);

/* stats.c */
void ix_stats_collect(struct ix *n);
void ix_stats_report(struct ix *n, struct net_stats *out);
s32 ix_stats_own(struct ix *n, u32 step, struct net_own_stats *out);
s32 ix_stats_name(u32 index, struct net_text *name);

/* device.c */
s32 ix_device_start(struct ix *n);
s32 ix_device_restart(struct ix *n);
s32 ix_device_stop(struct ix *n);
void ix_device_frame_size(const struct ix *n);

/* service.c */
s32 ix_service(void *self, u64 arg);

/* config.c */
s32 ix_lock(struct ix *n);
void ix_unlock(struct ix *n);

/* dump.c */
u32 ix_dump_words(void);
s32 ix_dump(u32 first, struct net_words *words);

/* selftest.c */
#define IX_NR_TESTS	4u
s32 ix_selftest(struct ix *n, u32 index, bool offline);
s32 ix_selftest_name(u32 index, struct net_text *name);

#endif
