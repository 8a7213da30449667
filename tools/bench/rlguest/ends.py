# SPDX-License-Identifier: GPL-2.0-only
"""Ports of the 82599 at the ends of cables, made equal, and programs at them.

Both drivers get one queue, its interrupts on the first CPU, and programs that send
are kept on the last: which queue a flow falls on would otherwise be chance, and on an
emulated machine that chance is worth more than any driver.
"""

import os
import time
from pathlib import Path

from rldemo.flows import output_of, start_in
from rldemo.port import Port, await_carriers
from rldemo.stage import Failed, command, pci_functions

DATAGRAMS = str(Path(__file__).resolve().parents[1] / "datagrams")
SINK_PORT = "9"
INTERRUPTS_CPU = "0"
SENDERS_CPU = str(os.cpu_count() - 1)
KERNEL_DRIVER = "ixgbe"
INSTANCES = Path("/sys/kernel/redleaf")


def progress(text):
    print(f"# {text}", flush=True)


def load_domains(modules, functions, *parameters):
    """The domain takes its functions before a driver of the kernel sees any."""
    command("insmod", f"{modules}/redleaf.ko", "max_restarts=0", *parameters)
    command("insmod", f"{modules}/rl_net.ko")
    command("insmod", f"{modules}/ixgbe_dom.ko", "pci=" + ",".join(functions))


def nic_functions(number):
    functions = pci_functions(vendor="0x8086", device="0x10fb")
    if len(functions) != number:
        raise Failed(f"{len(functions)} 82599 ports; this needs {number}")
    return functions


def interrupts_to(function, cpu):
    """Of a driver of the kernel. The core spreads a domain's vectors itself, and that of
    its queue 0 is on the first CPU."""
    device = Path("/sys/bus/pci/devices", function)
    if (device / "driver").resolve().name == KERNEL_DRIVER:
        for vector in (device / "msi_irqs").iterdir():
            Path(f"/proc/irq/{vector.name}/smp_affinity_list").write_text(cpu)


def one_queue(port, function):
    command("ip", "netns", "exec", port.namespace, "ethtool", "-L", port.name, "combined", "1")
    interrupts_to(function, INTERRUPTS_CPU)


def know(port, peer):
    """No address resolution in the middle of a slice."""
    mac = peer.settings()["mac"]
    command("ip", "-n", port.namespace, "neigh", "replace", peer.address, "lladdr", mac,
            "dev", port.name, "nud", "permanent")


def bring_up(functions):
    """Ports with a carrier, equal in all that a driver does not decide."""
    ports = [Port(number, function) for number, function in enumerate(functions)]
    for port, function in zip(ports, functions, strict=True):
        port.up()
        one_queue(port, function)
    await_carriers(ports)
    for one, other in zip(ports[::2], ports[1::2], strict=True):
        know(one, other)
        know(other, one)
    return ports


def crashes_of(instance):
    return int((INSTANCES / instance / "crashes").read_text())


def packets(port, what):
    return int(port.read(f"statistics/{what}_packets"))


def listen(port, command_name):
    """The receiving end of datagrams, once it is there."""
    process = start_in(port, DATAGRAMS, command_name, SINK_PORT)
    said = process.stdout.readline()
    if not said.startswith("bound "):
        raise Failed(f"datagrams {command_name}: {said}{output_of(process)}")
    return process


def start_sending(port, peer, seconds, rate=0):
    return start_in(port, "taskset", "-c", SENDERS_CPU, DATAGRAMS, "send", peer.address,
                    SINK_PORT, str(seconds), str(rate))


def number_from(process, end=None):
    """The number that a program prints at its end."""
    text = output_of(process, end)
    try:
        return int(text.split()[-1])
    except (IndexError, ValueError):
        raise Failed(f"datagrams: {text.strip()[-300:] or 'nothing said'}") from None


def rate_of(read, seconds):
    """What is counted a second, over that time."""
    begun, count = time.monotonic(), read()
    time.sleep(seconds)
    return (read() - count) / (time.monotonic() - begun)
