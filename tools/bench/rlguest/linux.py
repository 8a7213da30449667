# SPDX-License-Identifier: GPL-2.0-only
"""The Linux path: an interface of ixgbe_dom against one of the in-tree ixgbe.

Four ports and two cables. The domain drives port 0, the in-tree driver the others; so
either driver is measured with the in-tree one at the far end. Both send and receive in
each round, which begins with the side that the last one ended with.
"""

import signal
import time

from rldemo.flows import IPERF_SERVER, Iperf, Servers
from rldemo.stage import Failed, command
from rlguest.ends import (INTERRUPTS_CPU, SENDERS_CPU, bring_up, crashes_of, listen,
                          load_domains, nic_functions, number_from, packets, progress,
                          rate_of, start_sending)

RAMP = 1	# seconds of a slice before it counts
DIRECTIONS = ("tx", "rx")
# A processor of the guest that waits for its turn on the host is no hang.
HANG_MS = "hang_ms=500"


def tcp(ports, direction, seconds):
    """Mbit/s that the receiver got."""
    reverse = ["-R"] if direction == "rx" else []
    iperf = Iperf(ports, seconds, "-O", str(RAMP), "-A", f"{SENDERS_CPU},{INTERRUPTS_CPU}",
                  *reverse)
    iperf.start()
    answer = iperf.finish()
    if "error" in answer:
        raise Failed(answer["error"])
    return answer["rate"]


def udp64(ports, direction, seconds, ramp=RAMP):
    """Frames of 64 bytes a second that reached the stack at the other end."""
    sender, receiver = ports if direction == "tx" else reversed(ports)
    hole = listen(receiver, "hole")
    before = packets(receiver, "rx")
    sending = start_sending(sender, receiver, seconds + 2 * ramp)
    while packets(receiver, "rx") == before and sending.poll() is None:
        time.sleep(0.05)
    time.sleep(ramp)
    rate = rate_of(lambda: packets(receiver, "rx"), seconds)
    number_from(sending)
    hole.send_signal(signal.SIGTERM)
    hole.communicate()
    return rate


WORKS = {"tcp": tcp, "udp64": udp64}


def one_round(sides, seconds):
    """{"tcp": {"domain": {"tx": rate, "rx": rate}, "kernel": ...}, "udp64": ...}"""
    return {name: {side: {direction: work(ports, direction, seconds) for direction in DIRECTIONS}
                   for side, ports in sides}
            for name, work in WORKS.items()}


def told(measured):
    return ", ".join(
        f"{work} {side} {rates['tx']:.0f}/{rates['rx']:.0f}"
        for work, by_side in measured.items() for side, rates in sorted(by_side.items()))


def both_sides(modules):
    """[("domain", (port, peer)), ("kernel", (port, peer))]"""
    functions = nic_functions(4)
    load_domains(modules, functions[:1], HANG_MS)
    command("modprobe", "ixgbe")
    ports = bring_up(functions)
    return [("domain", ports[:2]), ("kernel", ports[2:])]


def measure(modules, seconds, rounds):
    sides = both_sides(modules)
    ports = [port for _, pair in sides for port in pair]
    servers = [Servers(ports[1], IPERF_SERVER), Servers(ports[3], IPERF_SERVER)]
    result = {"rounds": []}
    one_round(sides, 1)  # everything has been translated once
    progress("linux: warm; Mbit/s of TCP and frames/s of UDP, sent/received")
    for turn in range(rounds):
        measured = one_round(sides, seconds)
        sides.reverse()
        result["rounds"].append(measured)
        progress(f"linux: {turn + 1}/{rounds}: {told(measured)}")
    for server in servers:
        server.stop()
    result["crashes"] = crashes_of(ports[0].instance)
    return result
