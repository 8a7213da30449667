# SPDX-License-Identifier: GPL-2.0-only
"""Two network interfaces at the ends of a cable, each in a namespace of its own."""

import json
import re
import time
from pathlib import Path

from rldemo.crasher import phase
from rldemo.stage import Failed, command

COUNTERS = ("rx_packets", "rx_bytes", "tx_packets", "tx_bytes", "rx_dropped", "tx_dropped",
            "rx_errors", "tx_errors", "multicast")
CARRIER_PATIENCE = 120


class Port:
    """Port N is in namespace nN, with 192.0.2.(N+1). A sysfs of that namespace is
    mounted aside, so that it can be read without entering it."""

    def __init__(self, number, function):
        self.instance = f"ixgbe.{number}"
        self.namespace = f"n{number}"
        self.address = f"192.0.2.{number + 1}"
        names = list(Path(f"/sys/bus/pci/devices/{function}/net").glob("*"))
        if not names:
            raise Failed(f"the driver is loaded but {function} has no network interface")
        self.name = names[0].name
        self._sys = Path(f"/tmp/demo-{self.namespace}")
        self._last = {}

    def up(self):
        space, name = self.namespace, self.name
        command("ip", "netns", "add", space)
        command("ip", "link", "set", name, "netns", space)
        command("ip", "-n", space, "addr", "add", f"{self.address}/24", "dev", name)
        command("ip", "-n", space, "link", "set", "lo", "up")
        command("ip", "-n", space, "link", "set", name, "up")
        self._sys.mkdir(exist_ok=True)
        command("nsenter", f"--net=/run/netns/{space}", "mount", "-t", "sysfs", "none",
                str(self._sys))

    def read(self, name):
        try:
            return (self._sys / "class/net" / self.name / name).read_text().strip()
        except FileNotFoundError:
            raise OSError(f"the interface {self.name} is gone (see dmesg.log)") from None

    def settings(self):
        """What `ip` says that a crash must not change."""
        shown = json.loads(command("ip", "-j", "-n", self.namespace, "addr", "show", self.name))[0]
        return {"mac": shown["address"], "mtu": shown["mtu"],
                "addresses": [a["local"] for a in shown["addr_info"] if a["family"] == "inet"]}

    def went_back(self):
        """Counters that are less than at the last call."""
        now = {name: int(self.read(f"statistics/{name}")) for name in COUNTERS}
        back = [f"{self.name}: {name} went from {self._last[name]} to {now[name]}"
                for name in self._last if now[name] < self._last[name]]
        self._last = now
        return back


def await_carriers(ports):
    end = time.monotonic() + CARRIER_PATIENCE
    while not all(port.read("carrier") == "1" for port in ports):
        if time.monotonic() > end:
            raise Failed(f"no carrier within {CARRIER_PATIENCE} s")
        time.sleep(0.1)


class Cable:
    """Both ports, driven by instances of one domain that can be crashed (see crasher.py)."""

    method = "submit_and_poll"
    answer = "packet"

    def __init__(self, functions):
        self.ports = [Port(number, function) for number, function in enumerate(functions)]
        self.instances = [port.instance for port in self.ports]
        self.counters_back = []
        self._last = None

    def up(self):
        for port in self.ports:
            port.up()
        await_carriers(self.ports)
        self._settings = [port.settings() for port in self.ports]
        self._downs = self._carrier_downs()
        self._last = time.monotonic(), self.mbit()

    def _carrier_downs(self):
        return sum(int(port.read("carrier_down_count")) for port in self.ports)

    def mbit(self):
        """What the second port has received so far, in 10^6 bits."""
        return int(self.ports[1].read("statistics/rx_bytes")) * 8 / 1e6

    def rate(self):
        """Mbit a second since the last call; all counters are looked at as well."""
        for port in self.ports:
            self.counters_back += port.went_back()
        before, mbit = self._last
        self._last = time.monotonic(), self.mbit()
        return (self._last[1] - mbit) / (self._last[0] - before)

    def kept(self):
        """What became of that which a crash must not change."""
        return {"carrier_downs": self._carrier_downs() - self._downs,
                "settings_kept": [port.settings() for port in self.ports] == self._settings,
                "counters_back": self.counters_back}

    def watch(self, trace):
        event = trace / "events/net/netif_receive_skb"
        (event / "filter").write_text('name ~ "rl*"')
        (event / "enable").write_text("1")

    def answer_ns(self, instance, trace):
        """Fault to the first packet that the stack got from the new generation."""
        name = self.ports[self.instances.index(instance)].name
        inited = phase(instance, "inited", trace)
        found = inited and re.compile(rf" (\d+\.\d+): netif_receive_skb: dev={name} ").search(
            trace, inited[2])
        return inited[1] + int((float(found[1]) - inited[0]) * 1e9) if found else 0

    def provoke(self):
        """Nothing to do: a ping comes every 10 ms."""
