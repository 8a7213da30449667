# SPDX-License-Identifier: GPL-2.0-only
"""Memory of a domain that does nothing, by the core's own accounting."""

import re

from rlbench.table import Figure, Target

BOUND = 256	# KiB
HOW = ("nullblk with its disk on stock kernel {kernel}: sum of memory in its sysfs folder "
       "({parts}, bytes)")


def measure(session):
    session.say("idle: a guest with an idle domain")
    lines = session.guest("idle", 240, [], [session.top / "tools/bench/idle",
                                            session.build / "ko"])
    parts = re.findall(r"(\w+)=(\d+)", lines[-1])
    total = sum(int(size) for _, size in parts)
    how = HOW.format(kernel=session.kernel, parts=lines[-1])
    return [Figure("domain/idle_kib", "KiB", total / 1024, how, BOUND, Target(BOUND))]
