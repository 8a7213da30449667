/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rl_netbench.ko: what its files share.
 *
 *   main.c   parameters, windows of calls, the line with the result
 *   port.c   the domain behind an interface that is down, opened past the adapter
 *   work.c   what is done with frames: send, send back, count instructions
 */
#ifndef RL_NETBENCH_H
#define RL_NETBENCH_H

#include "core/host/net.h"

#define BENCH_FRAME	60	/* bytes of a frame; with its check sequence 64 */
#define BENCH_POOL	2048	/* packets outside of drivers, at most */
#define BENCH_SEEDS	256	/* frames that each port begins with, when they go round */
#define BENCH_CALLS	64	/* of one window */
#define BENCH_PORTS	2

/**
 * struct bench_port - one port of a domain that the module has for itself
 * @net:	its adapter, whose interface is down and stays down: we hold RTNL's
 *		device reference, and the adapter leaves a closed driver alone
 * @dev:	the interface
 * @tx:		frames to send; @owner's, as all below
 * @rx:		empty packets
 * @none:	lent in place of @rx
 * @owner:	RL_OWNER_HOST, or the domain when the gate is held open
 */
struct bench_port {
	struct rl_net *net;
	struct net_device *dev;
	struct net_packet_deque32 __rref *tx, *rx, *none;
	u32 owner;
};

/**
 * struct bench - one measurement; used by the thread that loads the module alone
 * @ports:	@nr_ports of them
 * @nr_ports:	1 or 2
 * @batch:	frames of a call, at most
 * @frame:	of the gate, while it is held open, else NULL
 * @pool:	packets that are nowhere else; ports[0].owner's
 * @nr_pool:	so many
 * @done:	packets that came out of a batch, while they are looked at
 * @frames:	done so far
 */
struct bench {
	struct bench_port ports[BENCH_PORTS];
	u32 nr_ports;
	u32 batch;
	struct rl_frame *frame;
	struct net_packet __rref *pool[BENCH_POOL];
	u32 nr_pool;
	struct rl_xmarked done[NET_BATCH];
	u64 frames;
};

/**
 * struct bench_work - what is done with frames
 * @name:	of the parameter
 * @ports:	it needs; others are open, and take no frame that is not for them
 * @promisc:	they take every frame
 * @begin:	called once, all ports are open; 0 or -errno
 * @step:	at most one call of each port. Preemption is off
 */
struct bench_work {
	const char *name;
	u32 ports;
	bool promisc;
	int (*begin)(struct bench *b);
	int (*step)(struct bench *b);
};

/* port.c. Process context, may sleep. */
int bench_port_open(struct bench_port *p, const char *name, bool held, bool promisc);
void bench_port_close(struct bench_port *p);

/* work.c */
extern const struct bench_work bench_works[];
int bench_call(struct bench *b, struct bench_port *p, struct net_packet_deque32 __rref *rx);
void bench_empty_pool(struct bench *b);

#endif
