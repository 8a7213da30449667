/* SPDX-License-Identifier: GPL-2.0-only */
/* What the driver's cases share: rig.c. */
#ifndef VNET_RIG_H
#define VNET_RIG_H

#include "fake.h"
#include "tap.h"

/* The batches of the next call, and what frames are made of. */
extern struct net_packet_deque32 tx, rx;
extern u8 noise[NIC_MAX];

const struct net_ops *ops(void);
void forget(void);
void fresh(void);
void start(void);
s32 poll(u16 queue);
/* The device has as many packets as it takes. */
void supply(u16 queue);
void open_it(void);
void close_it(void);
/* A frame of @len bytes in the send batch. Returns its first packet. */
struct net_packet *frame(u32 len, u32 flags);
/* The packet at the batch's front; there is one. */
struct net_packet *first_of(struct net_packet_deque32 *dq);
/* How many packets at the batch's front are done; they are freed. */
u32 taken_back(struct net_packet_deque32 *dq, u32 marks);
/* Takes one frame of @nr packets out of the receive batch and compares it. */
void got(u32 len, u32 nr, u32 flags);

/* A device that is wrong in a way that @spoil makes is refused with @err. */
#define REFUSED(err, spoil) do {	\
	fresh();			\
	spoil;				\
	CHECK_EQ(fake_init(), err);	\
} while (0)

/* The same, where it shows when the interface is opened. */
#define NOT_OPEN(err, spoil) do {				\
	start();						\
	spoil;							\
	CHECK_EQ(ops()->set_open(vnet(), true), err);		\
	CHECK(!vnet()->open && !vnet()->nr_queues);		\
} while (0)

/* Cases of frames.c. */
void send_plain(void);
void send_offset(void);
void send_bus(void);
void send_bus_full(void);
void send_refused(void);
void send_offloads(void);
void send_full(void);
void send_wraps(void);
void receive_sizes(void);
void receive_many(void);
void receive_checksums(void);
void bogus_used(void);
void bogus_tx(void);
void needs_reset(void);

#endif
