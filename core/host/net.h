/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The network adapter: a net_device on one side, a driver domain that implements
 * "net" on the other. Its files:
 *
 *   net.c          module, the life of one adapter (attach ... detach)
 *   net_queue.c    what a queue pair has, and what a death does to it
 *   net_tx.c       a frame's way out
 *   net_rx.c       its way in, and the poll loop
 *   net_xdp.c      the program that may look at it first
 *   net_dev.c      the net_device: open, stop, link, watchdog
 *   net_info.c     what to believe of a driver's answers
 *   net_config.c   configuration, through the generated shadows
 *   net_stats.c    counters that outlive generations
 *   net_health.c   crashes, for devlink
 *   net_ethtool.c, net_ethtool_set.c
 *
 * One adapter and one net_device per domain instance; queue pair q of the driver is
 * queue q of the device. A queue has two batches, deques of the exchange heap, which
 * go into the domain and come back with every call: @tx with frames to send, @rx with
 * empty packets.
 *
 * A frame to be sent is mapped for the driver's device, which reads it where it is, or
 * copied where that is cheaper (net_tx.c). Of a frame that was received the stack gets the
 * packets' pages, and headers in memory of its own. A driver can never see or change memory
 * of the network stack, and headers cannot change after they were looked at.
 *
 * A sent frame's sk_buff is kept until the driver says that it is off the device.
 * What a dead generation had is sent again by the next one, in the order it had: the
 * peer may see a frame twice, as on any network.
 *
 * Locks, outermost first: RTNL; n->lock (mutex), configuration and open or closed; a
 * queue's lock (spinlock, softirqs off), which is held over a call of the driver.
 * d->lock is held around the callbacks, which take n->lock but never RTNL, except
 * when the domain is dead. Who holds n->lock never waits for a restart; who waits for
 * one (retry shadows) holds RTNL at most.
 */
#ifndef RL_HOST_NET_H
#define RL_HOST_NET_H

#include <linux/dma-mapping.h>
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/u64_stats_sync.h>
#include <linux/workqueue.h>
#include <net/xdp.h>
#include <redleaf/gen/net.h>
#include "net_proxy.h"
#include "../domain.h"
#include "../xheap_lend.h"

#define RL_NET_STATS	(sizeof(struct net_stats) / sizeof(u64))
#define RL_NET_WATCHDOG	(5 * HZ)
#define RL_NET_REFRESH	HZ		/* device counters, while open */
#define RL_NET_LINK_WAIT	(5 * HZ)	/* a new generation's link may take that long */
#define RL_NET_MAX_RING	4096
#define RL_NET_MAX_EXPIRED	3	/* watchdog, then the domain is killed */

/**
 * struct rl_net_slot - what carries one packet to be sent
 * @obj:	its exchange object; NULL until first used and after it died
 * @skb:	the frame that it carries some of; NULL: not busy
 * @bus:	where the device has these bytes; 0: they were copied
 * @len:	of the mapping
 * @busy:	on its way: in @fresh, in @tx or in the domain
 *
 * All under the queue's lock.
 */
struct rl_net_slot {
	struct net_packet __rref *obj;
	struct sk_buff *skb;
	dma_addr_t bus;
	u16 len;
	bool busy;
};

/* What one packet is to carry: @len bytes that are mapped at @bus, or 0: to be copied. */
struct rl_net_piece {
	dma_addr_t bus;
	u32 len;
};

/* Written by who moves frames, under the queue's lock. */
struct rl_net_counts {
	struct u64_stats_sync sync;
	u64_stats_t rx_packets, rx_bytes, rx_dropped, rx_errors;
	u64_stats_t tx_packets, tx_bytes, tx_dropped, tx_errors;
	u64_stats_t tx_mapped, tx_copied;	/* frames handed over */
	u64_stats_t resent;	/* frames a dead generation may have sent already */
	u64_stats_t calls;	/* of submit_and_poll */
	u64_stats_t rx_copied, rx_lent, rx_recycled;	/* packets */
	u64_stats_t xdp_pass, xdp_drop, xdp_tx, xdp_redirect;	/* frames, as a program decided */
	u64_stats_t xdp_aborted;	/* it failed, or said what makes no sense */
	u64_stats_t xdp_tx_errors;	/* it was to be sent back and could not */
};

/* What a packet says, read once. */
struct rl_net_meta {
	u32 flags;
	u32 hash;
	u16 offset;
	u16 len;
	u16 vlan_tci;
	u16 mss;
};

/* A frame that is being put together; its poller's. */
struct rl_net_frame {
	struct rl_net_meta first;
	struct net_packet __rref *part[NET_MAX_FRAGS];	/* NULL once it was lent */
	u16 offset[NET_MAX_FRAGS];
	u16 len[NET_MAX_FRAGS];
	u32 n;
	u32 total;
	bool bad;	/* does not fit, or its packets make no sense */
	u32 done;	/* frames since this poll began */
	struct bpf_prog *prog;	/* sees all frames of this poll before the stack does; or NULL */
};

/**
 * struct rl_net_queue - a queue pair
 * @net:	adapter
 * @index:	number
 * @napi:	polls it
 * @lock:	all below
 * @tx:		frames the driver has not taken yet; NULL: no generation to give it to
 * @rx:		empty packets; NULL with @tx
 * @none:	lent in place of @rx by a sender, who has no use for frames; NULL with @tx
 * @slots:	@nr_slots of them while open, else NULL
 * @free:	numbers of those that are not busy, @nr_free of them
 * @inflight:	sk_buffs of busy slots, in the order they were sent in
 * @resend:	what a dead generation left
 * @pieces:	of the frame that is being put into packets, @nr_pieces of them
 * @fresh:	packets of frames that are not in @tx yet, in order, @nr_fresh of them
 * @done:	packets that came out of a batch, while they are looked at
 * @spare:	empty packets that are about to go into @rx, @nr_spare of them; none between
 *		two exchanges
 * @mapped:	mappings for the device
 * @rx_out:	empty packets the driver has kept
 * @rx_limit:	so many are all it can use
 * @lend:	packets that the stack reads while open, else NULL
 * @xdp_rxq:	what a program is told of where a frame comes from; registered while open
 * @xdp_page:	for the next frame that a program sees; NULL: there is none yet
 * @answers:	frames that a program sends back; none between two exchanges
 * @expired:	times the watchdog came since a frame was sent; written without a
 *		lock, a count more or less does not matter
 * @counts:	since the adapter exists
 */
struct rl_net_queue {
	struct rl_net *net;
	u16 index;
	struct napi_struct napi;
	spinlock_t lock;	/* batches, slots and counters; one call at a time */
	struct net_packet_deque32 __rref *tx;
	struct net_packet_deque32 __rref *rx;
	struct net_packet_deque32 __rref *none;
	struct rl_net_slot *slots;
	u32 *free;
	u32 nr_slots;
	u32 nr_free;
	struct sk_buff_head inflight;
	struct sk_buff_head resend;
	struct rl_net_piece pieces[NET_MAX_FRAGS];
	u32 nr_pieces;
	void __rref *fresh[NET_BATCH];
	u32 nr_fresh;
	struct rl_xmarked done[NET_BATCH];
	void __rref *spare[NET_BATCH];
	u32 nr_spare;
	u32 mapped;
	u32 rx_out;
	u32 rx_limit;
	struct rl_xlend *lend;
	struct xdp_rxq_info xdp_rxq;
	struct page *xdp_page;
	struct sk_buff_head answers;
	u32 expired;
	struct rl_net_counts counts;
};

/**
 * struct rl_net_device_stats - the device's counters over all generations
 * @past:	of generations that ended
 * @now:	of this one, when last asked
 * @own_past:	the same for the driver's own counters
 * @own_now:	...
 * @epoch:	generations that ended
 * @names:	of the driver's own counters; constant once registered
 */
struct rl_net_device_stats {
	u64 past[RL_NET_STATS];
	u64 now[RL_NET_STATS];
	u64 own_past[NET_MAX_STATS];
	u64 own_now[NET_MAX_STATS];
	u32 epoch;
	struct net_text names[NET_MAX_STATS];
};

/**
 * struct rl_net - the adapter of one domain instance
 * @dom:	the domain; outlives the adapter
 * @dma:	its device, which frames are mapped for; NULL: none. Constant, like @dev
 * @dev:	the net_device; made by the first up(), NULL before
 * @queues:	@info's, constant once @dev is there
 * @info:	of the first generation
 * @lock:	@log, @rings, @vlans, @coalesce, @pause, @open
 * @log:	configuration, for the replay
 * @rings:	queues and ring sizes in use
 * @vlans:	VLAN filter
 * @coalesce:	as last accepted; the driver's default before
 * @pause:	the same
 * @xdp:	program that sees received frames first, or NULL; written under RTNL, read once
 *		by each poll, freed when all polls that began before have ended
 * @open:	the net_device is up
 * @registered:	by the worker, then for the life of @dev
 * @dead:	no generation will come; written by the callbacks, never cleared
 * @first_io:	the next frame is the first of this generation
 * @up_at:	jiffies when this generation came up; by up()
 * @hangs:	queues whose frames are stuck, for @hang_work; atomic bits
 * @stats_lock:	@stats
 * @stats_seq:	changes while counts go from one generation's to the past, so that who
 *		reads without the lock meets none of them twice or not at all
 * @stats:	counters of the device
 * @setup_work:	registers @dev: takes RTNL, so not a callback's job
 * @link_work:	asks for the link; again by itself while it is awaited
 * @mode_work:	sends the receive filter, which the stack sets in atomic context
 * @hang_work:	has stuck queues seen to
 * @stats_work:	asks for counters every second while open
 * @devlink:	by @setup_work, then for the life of @dev; NULL without a device
 * @health:	its reporter, with it
 * @reported:	crashes that it knows of; @health_work's
 * @health_work: reports those that it does not
 */
struct rl_net {
	struct rl_domain *dom;
	struct device *dma;
	struct net_device *dev;
	struct rl_net_queue *queues;
	struct net_info info;
	struct mutex lock;	/* configuration */
	struct net_log log;
	struct net_rings rings;
	struct net_vlans vlans;
	struct net_coalesce coalesce;
	struct net_pause pause;
	struct bpf_prog *xdp;
	bool open;
	bool registered;
	bool dead;
	bool first_io;
	unsigned long up_at;
	unsigned long hangs;
	struct mutex stats_lock;	/* counters of the device */
	seqcount_mutex_t stats_seq;
	struct rl_net_device_stats stats;
	struct work_struct setup_work;
	struct delayed_work link_work;
	struct work_struct mode_work;
	struct work_struct hang_work;
	struct delayed_work stats_work;
	struct devlink *devlink;
	struct devlink_health_reporter *health;
	u64 reported;
	struct work_struct health_work;
};

/* What a net_device's private memory holds. */
struct rl_net_priv {
	struct rl_net *net;
};

static inline struct rl_net *rl_net_of(const struct net_device *dev)
{
	return ((struct rl_net_priv *)netdev_priv(dev))->net;
}

static inline struct rl_iref *rl_net_ref(const struct rl_net *n)
{
	return &n->dom->provided;
}

static inline struct netdev_queue *rl_net_txq(const struct rl_net_queue *q)
{
	return netdev_get_tx_queue(q->net->dev, q->index);
}

/* Packets that @len bytes of a frame take. */
static inline u32 rl_net_packets(u32 len)
{
	return DIV_ROUND_UP(len, NET_DATA);
}

/* What part @i of a frame has of it. */
static inline const u8 *rl_net_bytes(const struct rl_net_frame *f, u32 i)
{
	return rl_deref(f->part[i])->data + f->offset[i];
}

/* @what is one of @q's counts; the queue's lock is held, or nobody else is there. */
static inline void rl_net_count(struct rl_net_queue *q, u64_stats_t *what, u64 n)
{
	u64_stats_update_begin(&q->counts.sync);
	u64_stats_add(what, n);
	u64_stats_update_end(&q->counts.sync);
}

/* What a call for information answered, as an errno. */
static inline int rl_net_errno(struct rl_ret ret)
{
	if (ret.rpc == RL_RPC_OK)
		return ret.err;
	return ret.rpc == RL_RPC_REFUSED ? ret.err : -ENODEV;
}

/* net_queue.c */
int rl_net_queues_open(struct rl_net *n);
void rl_net_queues_close(struct rl_net *n);
void rl_net_queues_down(struct rl_net *n);
int rl_net_queues_up(struct rl_net *n);
void rl_net_queues_poll(struct rl_net *n);
bool rl_net_call(struct rl_net_queue *q, struct net_packet_deque32 __rref *rx);
void rl_net_spoilt(struct rl_net_queue *q, const char *what);
void rl_net_free_packet(void __rref *obj);

/* net_tx.c */
netdev_tx_t rl_net_xmit(struct sk_buff *skb, struct net_device *dev);
u32 rl_net_bytes_done(struct sk_buff *skb);
void rl_net_tx_unmap(struct rl_net_queue *q, struct rl_net_slot *slot);
void rl_net_tx_done(struct rl_net_queue *q, int budget);
void rl_net_tx_resend(struct rl_net_queue *q);
void rl_net_tx_wake(struct rl_net_queue *q);
bool rl_net_tx_push(struct rl_net_queue *q);
void rl_net_tx_answers(struct rl_net_queue *q, struct bpf_prog *prog);
u32 rl_net_pop_done(struct net_packet_deque32 __rref *dq, struct rl_xmarked *done, u32 owner);

/* net_rx.c */
int rl_net_poll(struct napi_struct *napi, int budget);

/* net_xdp.c */
int rl_net_xdp_begin(struct rl_net_queue *q);
void rl_net_xdp_end(struct rl_net_queue *q);
struct sk_buff *rl_net_xdp(struct rl_net_queue *q, struct rl_net_frame *f);
int rl_net_bpf(struct net_device *dev, struct netdev_bpf *bpf);

/* net_dev.c */
int rl_net_make_dev(struct rl_net *n);
void rl_net_setup(struct work_struct *work);
void rl_net_link_work(struct work_struct *work);
void rl_net_hang_work(struct work_struct *work);
void rl_net_remove_dev(struct rl_net *n);
int rl_net_open_again(struct rl_net *n);
int rl_net_reopen(struct rl_net *n, const struct net_rings *rings);

/* net_info.c */
int rl_net_read_info(struct rl_net *n);
netdev_features_t rl_net_features(u32 f);
u32 rl_net_wishes(netdev_features_t features);

/* net_config.c */
int rl_net_kept(const struct rl_net *n, struct rl_ret ret);
int rl_net_send_config(struct rl_net *n);
int rl_net_set_mac(struct net_device *dev, void *addr);
int rl_net_set_mtu(struct net_device *dev, int mtu);
netdev_features_t rl_net_fix_features(struct net_device *dev, netdev_features_t features);
int rl_net_set_features(struct net_device *dev, netdev_features_t features);
int rl_net_vlan_add(struct net_device *dev, __be16 proto, u16 vid);
int rl_net_vlan_del(struct net_device *dev, __be16 proto, u16 vid);
void rl_net_rx_mode(struct net_device *dev);
void rl_net_mode_work(struct work_struct *work);

/* net_stats.c */
void rl_net_stats_work(struct work_struct *work);
void rl_net_stats_ask(struct rl_net *n);
void rl_net_stats_end(struct rl_net *n);
void rl_net_get_stats64(struct net_device *dev, struct rtnl_link_stats64 *s);
int rl_net_stats_count(const struct rl_net *n);
void rl_net_stats_names(const struct rl_net *n, u8 *data);
void rl_net_stats_values(struct rl_net *n, u64 *data);
void rl_net_own_names(struct rl_net *n);

/* net_health.c; kernels without devlink do without */
#if IS_ENABLED(CONFIG_NET_DEVLINK)
void rl_net_health_begin(struct rl_net *n);
void rl_net_health_work(struct work_struct *work);
void rl_net_health_end(struct rl_net *n);
#else
static inline void rl_net_health_begin(struct rl_net *n)
{
}

static inline void rl_net_health_work(struct work_struct *work)
{
}

static inline void rl_net_health_end(struct rl_net *n)
{
}
#endif

/* net_ethtool.c, net_ethtool_set.c */
extern const struct ethtool_ops rl_net_ethtool_ops;
void rl_net_get_ring(struct net_device *dev, struct ethtool_ringparam *ring,
		     struct kernel_ethtool_ringparam *kring, struct netlink_ext_ack *ack);
int rl_net_set_ring(struct net_device *dev, struct ethtool_ringparam *ring,
		    struct kernel_ethtool_ringparam *kring, struct netlink_ext_ack *ack);
void rl_net_get_channels(struct net_device *dev, struct ethtool_channels *ch);
int rl_net_set_channels(struct net_device *dev, struct ethtool_channels *ch);
int rl_net_get_coalesce(struct net_device *dev, struct ethtool_coalesce *ec,
			struct kernel_ethtool_coalesce *kec, struct netlink_ext_ack *ack);
int rl_net_set_coalesce(struct net_device *dev, struct ethtool_coalesce *ec,
			struct kernel_ethtool_coalesce *kec, struct netlink_ext_ack *ack);
void rl_net_get_pause(struct net_device *dev, struct ethtool_pauseparam *p);
int rl_net_set_pause(struct net_device *dev, struct ethtool_pauseparam *p);

#endif
