# SPDX-License-Identifier: GPL-2.0-only
"""Crashes under a constant stream: how long until a packet is received, how many are lost.

Two ports and their cable. The in-tree driver sends so many datagrams a second, the
domain at the other end receives them, and is crashed once a second in every second
slice.
"""

import signal
import time

from rldemo.crasher import Crasher, attribute
from rldemo.port import Cable
from rldemo.stage import command
from rlguest.ends import (bring_up, listen, load_domains, nic_functions, number_from, progress,
                          start_sending)

RATE = 500	# datagrams a second
TICK = 0.05
SETTLE = 1.5	# seconds of stream after the last crash of a slice
ARRIVE = 1.0	# until what is under way has come


class Receiver(Cable):
    """A cable whose first end alone is crashed (rldemo/crasher.py)."""

    def __init__(self, ports):
        self.ports = ports
        self.instances = [ports[0].instance]


def watch_crashes(crasher, sending, until):
    """Where the time of each recovery went is noted before the next one."""
    known = len(crasher.crashes)
    while sending.poll() is None and time.monotonic() < until:
        crasher.tick(time.monotonic())
        if len(crasher.crashes) > known:
            known = len(crasher.crashes)
            crasher.crashes[-1]["phases"] = phases(crasher.crashes[-1]["instance"])
        time.sleep(TICK)
    crasher.settle()


def phases(instance):
    """{"drained": nanoseconds after the fault, ...}"""
    return {name: int(ns) for name, ns in
            (line.split() for line in attribute(instance, "recovery_ns").splitlines())}


def one_slice(ports, seconds, crasher=None):
    """{"sent": number, "received": number}; without a crasher nothing crashes."""
    counting = listen(ports[0], "count")
    sending = start_sending(ports[1], ports[0], seconds, RATE)
    if crasher:
        watch_crashes(crasher, sending, time.monotonic() + seconds - SETTLE)
    sent = number_from(sending)
    time.sleep(ARRIVE)
    return {"sent": sent, "received": number_from(counting, signal.SIGTERM)}


def measure(modules, seconds, rounds):
    functions = nic_functions(2)
    load_domains(modules, functions[:1], "allow_inject=1")
    command("modprobe", "ixgbe")
    ports = bring_up(functions)
    crasher = Crasher(Receiver(ports))
    result = {"rate": RATE, "rounds": []}
    one_slice(ports, 2)
    for turn in range(rounds):
        before = len(crasher.crashes)
        measured = {"calm": one_slice(ports, seconds),
                    "crashing": one_slice(ports, seconds, crasher)}
        measured["crashing"]["crashes"] = len(crasher.crashes) - before
        result["rounds"].append(measured)
        progress("recovery: {}/{}: {received} of {sent} received with {crashes} crashes".format(
            turn + 1, rounds, **measured["crashing"]))
    result.update(crasher.totals())
    return result
