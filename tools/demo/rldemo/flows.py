# SPDX-License-Identifier: GPL-2.0-only
"""What runs over the cable: ping, iperf3, a session, a transfer whose bytes are checked.

Each is a program in a namespace; those of the slices have start(), runs(), finish().
A TCP connection that ends otherwise than its two ends wanted is a broken one.
"""

import json
import re
import signal
import subprocess
import time
from pathlib import Path

from rldemo.stage import Failed, command

TOP = Path(__file__).resolve().parents[3]
FLOW = str(TOP / "tools/demo/flow")
ECHO_PORT, TRANSFER_PORT, IPERF_PORT = "7", "9", "5201"
PING_SECONDS = "0.01"
SERVERS_PATIENCE = 120
STOP_PATIENCE = 120


def start_in(port, *words):
    return subprocess.Popen(["ip", "netns", "exec", port.namespace, *words], text=True,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT)


def output_of(process, end=None):
    """All that it printed, once it has ended; `end` is the signal that makes it."""
    if end:
        process.send_signal(end)
    try:
        return process.communicate(timeout=STOP_PATIENCE)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()[0]


def answer_of(text):
    """The JSON object at the end of a program's output; without one, its complaint."""
    try:
        return json.loads(text[text.index("{"):])
    except ValueError:
        return {"error": text.strip()[-200:] or "no report"}


IPERF_SERVER = {IPERF_PORT: ["iperf3", "-s"]}


def servers(modules):
    """`modules` is the folder of the build, with the programs for guests."""
    return {**IPERF_SERVER, ECHO_PORT: [f"{modules}/traffic", "serve", ECHO_PORT]}


class Servers:
    """Programs that listen, by their TCP port, at one end of the cable."""

    def __init__(self, port, servers):
        space = ["ip", "netns", "exec", port.namespace]
        self._all = [subprocess.Popen([*space, *words], stdin=subprocess.DEVNULL,
                                      stdout=subprocess.DEVNULL)
                     for words in servers.values()]
        end = time.monotonic() + SERVERS_PATIENCE
        while not all(f":{number} " in command(*space, "ss", "-Hltn") for number in servers):
            if time.monotonic() > end:
                raise Failed(f"no server listens within {SERVERS_PATIENCE} s")
            time.sleep(0.1)

    def stop(self):
        for server in self._all:
            server.kill()
            server.wait()


class Ping:
    def __init__(self, ports):
        self._process = start_in(ports[0], "busybox", "ping", "-q", "-i", PING_SECONDS,
                                 ports[1].address)

    def finish(self):
        text = output_of(self._process, signal.SIGINT)
        found = re.search(r"(\d+) packets transmitted, (\d+) packets received", text)
        if not found:
            raise Failed(f"ping: {text.strip()[-200:]}")
        return {"pings_sent": int(found[1]), "pings_lost": int(found[1]) - int(found[2])}


class Session:
    """One connection for the whole time, a line and its echo now and then, like ssh."""

    def __init__(self, ports):
        self._process = start_in(ports[0], FLOW, "session", ports[1].address, ECHO_PORT)

    def finish(self):
        return answer_of(output_of(self._process, signal.SIGTERM))


class Iperf:
    """From the first port to the second, if `options` do not say otherwise."""

    def __init__(self, ports, seconds, *options):
        self._ports = ports
        self._words = ["-t", str(seconds), *options]

    def start(self):
        self._running = start_in(self._ports[0], "iperf3", "-c", self._ports[1].address, "-J",
                                 *self._words)

    def runs(self):
        return self._running.poll() is None

    def finish(self):
        answer = answer_of(output_of(self._running))
        if "error" in answer:
            return {"error": f"iperf3: {answer['error']}"}
        return {"rate": answer["end"]["sum_received"]["bits_per_second"] / 1e6}


class Transfer:
    """So many MiB from the first port to the second, each end with a checksum."""

    def __init__(self, ports, mib):
        self._ports, self._mib = ports, mib

    def start(self):
        receiver = start_in(self._ports[1], FLOW, "receive", TRANSFER_PORT)
        receiver.stdout.readline()  # it listens
        self._receiver = receiver
        self._sender = start_in(self._ports[0], FLOW, "send", self._ports[1].address,
                                TRANSFER_PORT, str(self._mib))

    def runs(self):
        return self._sender.poll() is None

    def finish(self):
        sent = answer_of(output_of(self._sender))
        received = answer_of(output_of(self._receiver, signal.SIGTERM))
        for end, answer in ("sender", sent), ("receiver", received):
            if "error" in answer:
                return {"error": f"transfer, {end}: {answer['error']}"}
        return {"bytes": received["bytes"], "same": sent == received}
