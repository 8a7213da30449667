// SPDX-License-Identifier: GPL-2.0-only
/*
 * A port for the benchmark alone: the domain behind an interface that is down.
 *
 * The adapter does not call the fast path of a driver that it has closed, and it closes
 * it before the interface is down. Whoever opens the driver in between has it for himself;
 * rings and the open state are put back as the adapter left them. The receive filter is
 * not: the adapter sends it when it opens.
 *
 * The caller keeps the interface from being opened: the script that loads this module
 * does nothing else meanwhile.
 */
#include <linux/delay.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>
#include "netbench.h"

#define LINK_WAIT_MS	20000
#define LINK_STEP_MS	20

static int bench_answer(struct rl_ret ret)
{
	return ret.rpc ? -EIO : ret.err;
}

/* The interface is one of rl_net.ko, and closed. */
static int bench_find(struct bench_port *p, const char *name)
{
	int err = 0;

	p->dev = dev_get_by_name(&init_net, name);
	if (!p->dev)
		return -ENODEV;
	rtnl_lock();
	if (p->dev->ethtool_ops != &rl_net_ethtool_ops || netif_running(p->dev))
		err = -EBUSY;
	rtnl_unlock();
	if (err)
		return err;
	p->net = rl_net_of(p->dev);
	return 0;
}

static struct net_packet_deque32 __rref *bench_batch(u32 owner)
{
	return (struct net_packet_deque32 __rref *)rl_xheap_alloc(NET_PACKET_DEQUE32_TYPE, owner);
}

static int bench_alloc(struct bench_port *p)
{
	p->tx = bench_batch(p->owner);
	p->rx = bench_batch(p->owner);
	p->none = bench_batch(p->owner);
	return p->tx && p->rx && p->none ? 0 : -ENOMEM;
}

static int bench_await_link(struct bench_port *p)
{
	struct net_link link;
	u32 ms;
	int err;

	for (ms = 0; ms < LINK_WAIT_MS; ms += LINK_STEP_MS) {
		err = bench_answer(net_link(rl_net_ref(p->net), &link));
		if (err || link.up)
			return err;
		msleep(LINK_STEP_MS);
	}
	return -ENOLINK;
}

static int bench_start(struct bench_port *p, bool promisc)
{
	struct net_rings rings = p->net->rings;
	struct net_rx_mode mode = { .flags = promisc ? NET_RX_PROMISC : 0 };
	struct rl_iref *ref = rl_net_ref(p->net);
	int err;

	rings.rx_queues = 1;
	rings.tx_queues = 1;
	err = bench_answer(net_set_rings(ref, &rings));
	if (!err)
		err = bench_answer(net_set_rx_mode(ref, &mode));
	if (!err)
		err = bench_answer(net_set_open(ref, true));
	return err ?: bench_await_link(p);
}

/**
 * bench_port_open() - take a port away from its adapter
 * @p: zeroed
 * @name: of an interface of rl_net.ko that is down
 * @held: objects will be the domain's, since the gate is held open
 * @promisc: take every frame
 *
 * Context: process. Return: 0, or -errno with a line in the log; bench_port_close() follows
 * in both cases.
 */
int bench_port_open(struct bench_port *p, const char *name, bool held, bool promisc)
{
	int err = bench_find(p, name);

	if (!err) {
		p->owner = held ? rl_net_ref(p->net)->gate->id : RL_OWNER_HOST;
		err = bench_alloc(p) ?: bench_start(p, promisc);
	}
	if (err)
		pr_err("rl_netbench: %s: %d: this needs an interface of rl_net.ko that is down, with a link\n",
		       name, err);
	return err;
}

static void bench_free(struct net_packet_deque32 __rref *dq, u32 owner)
{
	if (dq)
		rl_xheap_free(dq, owner);
}

/**
 * bench_port_close() - give it back
 * @p: port, also one that could not be opened
 *
 * Packets inside are the driver's to free. Context: process.
 */
void bench_port_close(struct bench_port *p)
{
	if (p->net) {
		net_set_open(rl_net_ref(p->net), false);
		net_set_rings(rl_net_ref(p->net), &p->net->rings);
		bench_free(p->tx, p->owner);
		bench_free(p->rx, p->owner);
		bench_free(p->none, p->owner);
	}
	if (p->dev)
		dev_put(p->dev);
	*p = (struct bench_port){};
}
