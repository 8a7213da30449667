# SPDX-License-Identifier: GPL-2.0-only
"""The demo with a network: two ports and their cable, connections, crashes, checks."""

from statistics import median

from rldemo.flows import TOP, Iperf, Ping, Servers, Session, Transfer, servers
from rldemo.port import Cable
from rldemo.stage import SLICE_SECONDS, Failed, Stage, command, pci_functions, say

FULL_MIB = 1024
TRANSFER_SECONDS = 120
# Crashes, checksums and an interpreter at both ends slow the transfer down.
SLOWER = 0.4
MODEL_COUNTS = ("guest-errors", "unknown-accesses", "dma-errors", "advice")


def model_complaints():
    """How often both ports of the model found fault with their driver."""
    return sum(int(command(f"{TOP}/tools/vm/hmp", "qom-get", f"/machine/peripheral/nic{n}", name))
               for n in (0, 1) for name in MODEL_COUNTS)


class NetStage(Stage):
    """`mib` is the size of the transfer; 0: 1 GiB, or what two minutes are enough for."""

    def __init__(self, modules, wanted, mib):
        super().__init__(modules, wanted, "rl0 and rl1")
        self._mib = mib
        self.cable = None
        self._connections = 0
        self._broken = []

    def own_results(self):
        return {"tcp_connections": self._connections, "broken": self._broken}

    def count(self):
        return self.cable.mbit()

    def rate_words(self):
        return f"{self.cable.rate():7.1f} Mbit/s"

    def load(self):
        functions = pci_functions(vendor="0x8086", device="0x10fb")
        if len(functions) != 2:
            raise Failed(f"{len(functions)} 82599 ports; the demo needs 2")
        # an emulated processor that waits for its turn on the host must not look like a hang
        self.load_modules("rl_net", "ixgbe_dom", functions, "hang_ms=300")
        self.cable = Cable(functions)
        self.cable.up()
        self.begin(self.cable)
        for port, function in zip(self.cable.ports, functions):
            say(f"  {port.instance} drives {function}: {port.name}, {port.address} in "
                f"namespace {port.namespace}")

    def connection(self, answer):
        """One more TCP connection has ended, or was broken."""
        self._connections += 1
        if "error" in answer:
            self._broken.append(answer["error"])
        return answer

    def pair(self):
        for crashing in False, True:
            # iperf3 has a connection for control too; both must last
            self.connection(self.slice(crashing, Iperf(self.cable.ports, SLICE_SECONDS)))

    def size(self):
        """MiB to transfer."""
        if self._mib:
            return self._mib
        rates = [s["rate"] for s in self.result["slices"] if "rate" in s]
        if not rates:
            return 1
        possible = int(median(rates) * SLOWER * TRANSFER_SECONDS * 1e6 / 8) >> 20
        return max(1, min(possible, FULL_MIB))

    def transfer(self):
        mib = self.size()
        why = "chosen with MIB" if self._mib else \
            "all of 1 GiB" if mib == FULL_MIB else "what two minutes should be enough for here"
        say(f"  transfer of {mib} MiB begins ({why})")
        done = self.connection(self.slice(True, Transfer(self.cable.ports, mib)))
        self.result["bytes_wanted"] = mib << 20
        self.result["bytes_checked"] = done.get("bytes", 0)
        self.result["checksum_ok"] = done.get("same", False)

    def all_slices(self):
        self.start_clock()
        while 2 * self.crasher.asked < self.wanted:
            self.pair()
        self.transfer()
        while self.crasher.asked < self.wanted:
            self.pair()

    def steps(self):
        self.load()
        self.save()
        ports = self.cable.ports
        listening = Servers(ports[1], servers(self.modules))
        ping, session = Ping(ports), Session(ports)
        say(f"  ping, iperf3 and a session run; {self.wanted} crashes to come, one a second")
        self.all_slices()
        self.result["session"] = self.connection(session.finish())
        self.result.update(ping.finish())
        self.result.update(self.cable.kept())
        self.result["model_complaints"] = model_complaints()
        listening.stop()
