# SPDX-License-Identifier: GPL-2.0-only
"""DPDK's testpmd, told what to do over its prompt: one core forwards, another listens."""

import re
import subprocess
import time
from pathlib import Path

from rldemo.stage import Failed, command

TOP = Path(__file__).resolve().parents[3]
PROMPT = b"testpmd> "
RINGS = "512"
SEED_BURSTS = 8	# of 32: as many frames go round as in rl_netbench.ko
RAMP = 0.5
FORWARDING_CPU, LISTENING_CPU = "1", "0"


def take_ports(functions):
    """They leave the kernel; huge pages and the driver's libraries are there."""
    command("modprobe", "uio_pci_generic")
    command("bash", "-c", f". {TOP}/selftests/nic82599/dpdk.sh && only_ixgbe && "
            f"huge_pages 64 && to_user_space {' '.join(functions)}")


class Testpmd:
    """Ports 0 and 1 of it are the ends of a cable. Chained: what comes in by one goes out by
    the next, which is itself when it is alone."""

    def __init__(self, functions, frame):
        allowed = [word for function in functions for word in ("-a", function)]
        self._process = subprocess.Popen(
            ["stdbuf", "-o0", "dpdk-testpmd", "-l", f"{LISTENING_CPU},{FORWARDING_CPU}",
             "--main-lcore", LISTENING_CPU, "-n", "1", "--in-memory", "-m", "96", *allowed, "--",
             "-i", "--nb-cores=1", "--port-topology=chained", "--total-num-mbufs=4096", f"--rxd={RINGS}", f"--txd={RINGS}",
             "--no-lsc-interrupt"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self._answer()
        self.tell(f"set txpkts {frame}")

    def _answer(self):
        text = b""
        while not text.endswith(PROMPT):
            some = self._process.stdout.read1(1 << 16)
            if not some:
                raise Failed(f"testpmd ended: {text.decode(errors='replace')[-300:]}")
            text += some
        return text.decode(errors="replace")

    def tell(self, *commands):
        """Each is answered before the next; the last one's answer."""
        answer = ""
        for words in commands:
            self._process.stdin.write(words.encode() + b"\n")
            self._process.stdin.flush()
            answer = self._answer()
        return answer

    def _packets(self, ports, what):
        return sum(int(re.search(rf"{what}-packets: +(\d+)", self.tell(
            f"show port stats {port}"))[1]) for port in ports)

    def _rate(self, ports, what, seconds, said):
        """Packets a second by the ports' own counters; `said` is the answer to start."""
        time.sleep(RAMP)
        begun, before = time.monotonic(), self._packets(ports, what)
        time.sleep(seconds)
        after, ended = self._packets(ports, what), time.monotonic()
        if after == before:
            raise Failed(f"testpmd moves no packets: {said.strip()[-300:]}")
        return (after - before) / (ended - begun)

    def send(self, batch, seconds):
        """Frames a second that port 0 sends; port 1 does not want them."""
        said = self.tell("set promisc all off", f"set burst {batch}", "set fwd txonly",
                         "set portlist 0", "start")
        rate = self._rate((0,), "TX", seconds, said)
        self.tell("stop", "set portlist 0,1", "set promisc all on")
        return rate

    def macswap(self, batch, seconds):
        """Frames a second that come in on both ports and go out by the other."""
        said = self.tell(f"set burst {batch}", "set fwd macswap", f"start tx_first {SEED_BURSTS}")
        rate = self._rate((0, 1), "RX", seconds, said)
        self.tell("stop")
        return rate

    def end(self):
        self._process.stdin.write(b"quit\n")
        self._process.stdin.close()
        self._process.stdout.read()
        if self._process.wait():
            raise Failed(f"testpmd: status {self._process.returncode}")
