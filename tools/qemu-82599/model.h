/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One Intel 82599 port as a QEMU device: its state, and what the files of the
 * model call of each other.
 *
 * Everything runs under QEMU's global lock, which the vCPUs take for a register
 * access and the main loop for timers, bottom halves and frames; so no field has
 * a lock of its own. Guest memory changes at any time: what is read from it is
 * read once. Nothing the guest does may end QEMU: rings, lengths and addresses
 * are checked where they are used, and what breaks a rule of the datasheet is
 * counted (guest_error()) and then handled as the hardware would.
 */
#ifndef MODEL_H
#define MODEL_H

#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/timer.h"
#include "hw/pci/pci.h"
#include "net/net.h"
#include "frame.h"
#include "regs.h"

#define TYPE_NIC	"82599"
#define QUEUES		128
#define VECTORS		64
#define POOL_STATS	16		/* statistics sets of queues */
#define EEPROM_WORDS	4096
#define TX_FETCH	64		/* descriptors fetched in one go */
#define RX_FETCH	32
#define TX_PACKET_MAX	(256 * 1024 + 256)	/* TSO: 2^18 - 1 bytes and a header */
#define FDIR_FILTERS	8192

/* A descriptor in host byte order. */
struct desc {
	u64 q0, q1;
};

/* Descriptors from the head on that were fetched ahead: [pos, n) are valid. */
struct desc_cache {
	struct desc d[TX_FETCH];
	unsigned int n, pos;
};

struct tx_queue {
	struct desc_cache cache;
	u64 context[2][2];
	u32 tail;		/* the doorbell; the register may show another value */
	unsigned int unreported;	/* descriptors done that WTHRESH holds back */
	unsigned int silent;	/* descriptors since the last RS */
	s64 ready_ns;		/* TXDCTL.ENABLE reads 1 from then on */
	bool stopped;		/* malformed chain or failed read; until disabled */
	bool advised;		/* of RS with WTHRESH, once is enough */
};

struct rx_queue {
	struct desc_cache cache;
	u32 tail;
	s64 ready_ns;		/* RXDCTL.ENABLE follows the written bit from then on */
	bool stopped;
	bool drop;		/* PFQDE */
	bool ended;		/* was disabled, and its ring has not been set up again */
};

struct nic;

/* Throttling of one interrupt vector (EITR, 8.2.3.5.12). */
struct vector {
	QEMUTimer timer;
	struct nic *nic;
	s64 next_ns;		/* no message before */
};

/* Interrupt causes; bit i of queues is queue vector i, others are EICR bits 30:16. */
struct causes {
	u64 queues;
	u32 others;
};

/* SFP+ module at the other end of two bit-banged wires. */
struct i2c {
	u8 memory[2][256];	/* devices A0h and A2h */
	bool scl, sda, drive_low;
	enum { I2C_IDLE, I2C_ADDRESS, I2C_OFFSET, I2C_WRITE, I2C_READ } state;
	unsigned int bit;
	u8 shift, device, offset;
};

/* The EEPROM's serial port, for software that drives its pins itself. */
struct spi {
	bool clock, write_enabled;
	unsigned int bits;	/* since chip select */
	u8 shift, opcode, out;
	u16 address;
};

struct fdir_filter {
	bool drop;
	u8 flow, queue;		/* flow: L4 type, bit 2 for IPv6 */
	u16 id, hash;		/* software index; bucket */
	u32 source, dest, ports, vlan_flex;
};

/* What a test does to the device (inject.c); written through properties only. */
struct faults {
	u32 drop_completions;	/* that many are not written back */
	u32 corrupt_descriptors;	/* that many are written back with rubbish */
	u64 hang_rx, hang_tx;	/* queues 0..63 that stand still */
	u32 storm_us;		/* all vectors fire at that interval, asked or not */
	bool removed;		/* the slot is empty */
	bool master_stuck;	/* master disable does not finish (SU clarification 9) */
};

struct counters {
	u64 guest_errors, advice, dma_errors, unknown;
	u64 rx_frames, rx_no_descriptor, rx_filtered, tx_frames, tx_lost, tso_packets;
	u64 irqs, resets;
};

struct nic {
	PCIDevice pci;
	MemoryRegion bar_csr, bar_io, bar_msix;
	NICState *port;
	NICConf conf;
	Notifier exit_notifier;

	/* properties, fixed once realized */
	char *sfp;		/* "da", "sr", "lr", "none" */
	u32 link_delay_ms, enable_delay_us;
	u8 lan_id;
	bool rx_drop, tx_sync, erratum_udp0;
	bool has_msix, has_msi;

	u32 regs[REG_COUNT];
	u32 io_address;
	u16 eeprom[EEPROM_WORDS];
	struct i2c i2c;
	struct spi spi;

	struct causes cause, mask, automask;
	u64 pending;		/* vectors with a message to send */
	struct vector vector[VECTORS];
	bool intx_level;

	QEMUTimer link_timer;
	bool link_up;
	s64 reset_ns;		/* when the last software reset began */
	bool in_reset;		/* its window may still be open */
	unsigned int stuck_resets;	/* still needed to free a stuck master */
	s64 systim_base_ns;
	u64 systim_base;

	struct tx_queue tx[QUEUES];
	u64 tx_todo[QUEUES / 64];	/* queues with work for the bottom half */
	QEMUBH *tx_bh;
	QEMUTimer tx_patience;	/* how long the other end may block us */
	QEMUTimer tx_resume;	/* end of a pause that the partner asked for */
	s64 tx_paused_ns;
	bool tx_blocked, tx_lossy;
	u8 tx_packet[TX_PACKET_MAX], tx_segment[FRAME_MAX + 64];

	struct rx_queue rx[QUEUES];
	GQueue rx_fifo;		/* of struct fifo_frame: the packet buffer */
	size_t rx_fifo_bytes;
	bool rx_xoff;		/* the partner was told to pause */
	QEMUTimer rx_xoff_again;
	u8 rx_frame[FRAME_MAX + 64];

	struct fdir_filter fdir[FDIR_FILTERS];
	unsigned int fdir_count;
	unsigned int fdir_clear;	/* how far clearing the tables has come */
	bool fdir_started;

	struct faults faults;
	QEMUTimer storm_timer;
	struct counters count;
};

static inline struct nic *to_nic(void *object)
{
	return OBJECT_CHECK(struct nic, object, TYPE_NIC);
}

#define REG(s, a)	((s)->regs[(a) / 4])

static inline s64 now_ns(void)
{
	return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

/*
 * csr.c: the register space. Each file describes its registers in groups: count
 * registers from addr on at a distance of stride, the bits software can write, the
 * reset value, and what happens beyond storing. read() returns what software sees;
 * write() runs after the writable bits were stored and gets the address, what was
 * written and what was stored before. REG_RC: a read clears.
 */
enum { REG_RC = 1 };

struct reg_group {
	u32 addr, count, stride, writable, reset, flags;
	u32 (*read)(struct nic *s, u32 addr);
	void (*write)(struct nic *s, u32 addr, u32 value, u32 old);
};

extern const struct reg_group reset_regs[], irq_regs[], rx_regs[], filter_regs[], fdir_regs[];
extern const struct reg_group tx_regs[], stats_regs[], link_regs[], sfp_regs[], eeprom_regs[];
extern const struct reg_group flow_regs[], time_regs[], dma_regs[], storage_regs[];

void csr_init(void);
void csr_reset(struct nic *s);
extern const MemoryRegionOps csr_ops, csr_io_ops;

void guest_error(struct nic *s, const char *format, ...) G_GNUC_PRINTF(2, 3);
void advise(struct nic *s, const char *format, ...) G_GNUC_PRINTF(2, 3);
void note(struct nic *s, int mask, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* irq.c */
void irq_init(struct nic *s);
void irq_exit(struct nic *s);
void irq_reset(struct nic *s);
void irq_raise(struct nic *s, u64 queues, u32 others);
void irq_queue(struct nic *s, unsigned int queue, bool tx);
bool irq_interval_open(struct nic *s, unsigned int tx_queue);
void irq_retry(struct nic *s);

/* dma.c */
bool bus_master(struct nic *s);
bool dma_allowed(struct nic *s);
bool dma_get(struct nic *s, u64 addr, void *buf, size_t len);
void dma_put(struct nic *s, u64 addr, const void *buf, size_t len);
bool dma_fetch(struct nic *s, u64 ring, unsigned int size, unsigned int head,
	       struct desc_cache *cache, unsigned int n);
void dma_put_desc(struct nic *s, u64 addr, u64 q0, u64 q1);

/* rx.c */
void rx_init(struct nic *s);
void rx_reset(struct nic *s);
void rx_kick(struct nic *s);
bool rx_has_room(struct nic *s);
void rx_accept(struct nic *s, const u8 *frame, size_t len, const struct frame_info *info,
	       bool loop);

/* mac.c: between the wire and the packet buffer */
extern NetClientInfo mac_client;
void mac_loop(struct nic *s, const u8 *frame, size_t len);
void mac_flush(struct nic *s);
void mac_send(struct nic *s, const u8 *frame, size_t len);
void mac_send_control(struct nic *s, const u8 *frame, size_t len);
void mac_init(struct nic *s);
void mac_exit(struct nic *s);

/* flow.c */
bool flow_control_frame(struct nic *s, const u8 *frame, const struct frame_info *info);
void flow_level(struct nic *s);
bool flow_tx_paused(struct nic *s);
void flow_init(struct nic *s);
void flow_reset(struct nic *s);
void flow_exit(struct nic *s);

/* filters.c, fdir.c: who gets a frame */
struct rx_choice {
	unsigned int queue;
	unsigned int rss_type, etype_filter;	/* etype_filter: number + 1, or 0 */
	u32 hash;
	bool fdir_match, drop;
	u16 fdir_id, fdir_hash;
};

bool filter_exact(struct nic *s, const u8 *frame);
bool filter_pass(struct nic *s, const u8 *frame, const struct frame_info *info);
void filter_choose(struct nic *s, const u8 *frame, const struct frame_info *info,
		   struct rx_choice *choice);
void fdir_choose(struct nic *s, const u8 *frame, const struct frame_info *info,
		 struct rx_choice *choice);
void fdir_reset(struct nic *s);

/* tx.c, offload.c */
void tx_init(struct nic *s);
void tx_exit(struct nic *s);
void tx_reset(struct nic *s);
void tx_kick_all(struct nic *s);
void tx_flush_reports(struct nic *s);
void tx_frame(struct nic *s, unsigned int q, const u8 *frame, size_t len, bool insert_fcs);
void tx_packet(struct nic *s, unsigned int q, const struct desc *d, unsigned int n, size_t len);

/* stats.c */
void stat_count(struct nic *s, u32 addr);
void stat_rx(struct nic *s, unsigned int queue, const u8 *frame, size_t wire);
void stat_rx_total(struct nic *s, size_t wire);
void stat_rx_queue_drop(struct nic *s, unsigned int queue);
void stat_tx(struct nic *s, unsigned int queue, const u8 *frame, size_t wire);

/* link.c, sfp.c, eeprom.c */
void link_init(struct nic *s);
void link_exit(struct nic *s);
void link_eval(struct nic *s);
void link_restart(struct nic *s);
bool sfp_init(struct nic *s);
bool sfp_present(struct nic *s);
void sfp_reset(struct nic *s);
void eeprom_init(struct nic *s);

/* reset.c */
enum reset_kind { RESET_SOFTWARE, RESET_LINK, RESET_DEVICE };

void nic_reset(struct nic *s, enum reset_kind kind);
bool reset_window(struct nic *s, u32 addr);
void kick_all(struct nic *s);

/* inject.c */
void inject_add_properties(Object *object);
void inject_init(struct nic *s);
void inject_exit(struct nic *s);
bool inject_completion(struct nic *s, u64 *q0, u64 *q1);

static inline bool inject_hangs(u64 queues, unsigned int queue)
{
	return queue < 64 && (queues >> queue & 1);
}

#endif
