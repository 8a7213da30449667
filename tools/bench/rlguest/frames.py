# SPDX-License-Identifier: GPL-2.0-only
"""Instructions of the Linux path: datagrams where a nanosecond is an instruction.

The guest has one processor, which is never idle while datagrams are sent: so many a
second are so many nanoseconds each, and those are instructions of the sending program,
both network stacks and both drivers.
"""

from rlguest.linux import DIRECTIONS, both_sides, udp64

RAMP = 0.2


def measure(modules, seconds, rounds):
    sides = both_sides(modules)
    return {"rounds": [
        {side: {direction: 1e9 / udp64(ports, direction, seconds, RAMP)
                for direction in DIRECTIONS} for side, ports in sides}
        for _ in range(rounds)]}
