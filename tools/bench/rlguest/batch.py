# SPDX-License-Identifier: GPL-2.0-only
"""A loop on one core that sends, or sends back, frames of 64 bytes in batches.

Six ports and three cables. ixgbe_dom has the first cable: rl_netbench.ko calls it, also
through a domain that passes calls on to the second of its ports (rl2). DPDK has the second
(testpmd), the in-tree ixgbe the third (pktgen). Where one port only sends, the other end
of its cable is up, and its filter lets none of the frames in. The kinds follow each other
in each round, every second round from the last to the first.
"""

import re
import subprocess
import time
from pathlib import Path

from rldemo.stage import Failed, command
from rlguest.ends import interrupts_to, load_domains, nic_functions, progress, rate_of
from rlguest.testpmd import FORWARDING_CPU, RAMP, Testpmd, take_ports

FRAME = 60	# with its check sequence 64
PKTGEN = Path("/proc/net/pktgen")
LINK_PATIENCE = 60


class Domain:
    """rl_netbench.ko measures when it is loaded."""

    def __init__(self, modules, work, batch, held=0, devices="rl0,rl1"):
        self._words = ["taskset", "-c", FORWARDING_CPU, "insmod", f"{modules}/rl_netbench.ko",
                       f"work={work}", f"batch={batch}", f"held={held}", f"devs={devices}"]

    def measure(self, seconds):
        command(*self._words, f"ms={int(seconds * 1000)}")
        command("rmmod", "rl_netbench")
        found = re.findall(r"rl_netbench: frames=(\d+) ns=(\d+)", command("dmesg"))
        return int(found[-1][0]) * 1e9 / int(found[-1][1])


class Dpdk:
    def __init__(self, testpmd, work, batch):
        self._work, self._batch = getattr(testpmd, work), batch

    def measure(self, seconds):
        return self._work(self._batch, seconds)


class Pktgen:
    """The kernel's own generator, in its thread of the CPU that the others use too."""

    def __init__(self, functions, batch):
        self._devices = [next(Path(f"/sys/bus/pci/devices/{function}/net").iterdir()).name
                         for function in functions]
        self._device, self._batch = self._devices[0], batch
        for device in self._devices:
            command("ip", "link", "set", device, "up")
        interrupts_to(functions[0], FORWARDING_CPU)
        end = time.monotonic() + LINK_PATIENCE
        while not all(self._read(device, "carrier") for device in self._devices):
            if time.monotonic() > end:
                raise Failed(f"{' or '.join(self._devices)}: no carrier")
            time.sleep(0.1)

    def _read(self, device, name):
        return int(Path(f"/sys/class/net/{device}/{name}").read_text())

    def measure(self, seconds):
        (PKTGEN / f"kpktgend_{FORWARDING_CPU}").write_text("rem_device_all\n")
        (PKTGEN / f"kpktgend_{FORWARDING_CPU}").write_text(f"add_device {self._device}\n")
        for words in ("count 0", f"pkt_size {FRAME}", "delay 0", f"burst {self._batch}",
                      "dst_mac 02:00:00:00:00:01", "dst 192.0.2.1"):
            (PKTGEN / self._device).write_text(words + "\n")
        running = subprocess.Popen(["sh", "-c", f"echo start > {PKTGEN}/pgctrl"])
        time.sleep(RAMP)
        rate = rate_of(lambda: self._read(self._device, "statistics/tx_packets"), seconds)
        (PKTGEN / "pgctrl").write_text("stop\n")
        running.wait()
        return rate


def kinds_of(modules, testpmd, pktgen):
    """{"work_bN/who": what measures it, ...}"""
    kinds = {}
    for batch in (32, 1):
        kinds[f"send_b{batch}/domain"] = Domain(modules, "send", batch)
        kinds[f"send_b{batch}/dpdk"] = Dpdk(testpmd, "send", batch)
        kinds[f"send_b{batch}/driver"] = Domain(modules, "send", batch, held=1)
        kinds[f"send_b{batch}/shadow"] = Domain(modules, "send", batch, devices="rl2,rl0")
    kinds["send_b32/kernel"] = pktgen
    kinds["macswap_b32/domain"] = Domain(modules, "macswap", 32)
    kinds["macswap_b32/dpdk"] = Dpdk(testpmd, "macswap", 32)
    return kinds


def crashes():
    return sum(int(path.read_text()) for path in Path("/sys/kernel/redleaf").glob("*/crashes"))


def measure(modules, seconds, rounds):
    functions = nic_functions(6)
    load_domains(modules, functions[:2], "hang_ms=500")
    command("insmod", f"{modules}/forward.ko")
    take_ports(functions[2:4])
    command("modprobe", "ixgbe")
    command("modprobe", "pktgen")
    testpmd = Testpmd(functions[2:4], FRAME)
    kinds = kinds_of(modules, testpmd, Pktgen(functions[4:], 32))
    progress("batch: testpmd runs, all ports are there; frames/s")
    result = {"rounds": []}
    order = list(kinds)
    for turn in range(rounds):
        measured = {kind: kinds[kind].measure(seconds) for kind in order}
        order.reverse()
        result["rounds"].append(measured)
        progress("batch: {}/{}: {}".format(turn + 1, rounds, ", ".join(
            f"{kind} {measured[kind]:.0f}" for kind in kinds)))
    testpmd.end()
    result["crashes"] = crashes()
    return result
