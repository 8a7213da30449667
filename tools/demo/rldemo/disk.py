# SPDX-License-Identifier: GPL-2.0-only
"""A disk seen from outside: completed I/Os, and one read that passes the cache."""

import mmap
import os
import re
import time
from pathlib import Path

from rldemo.crasher import attribute


class Disk:
    """One disk of one instance of a driver; it can be crashed (see crasher.py)."""

    method = "submit"
    answer = "I/O"

    def __init__(self, name, instance):
        self.device = f"/dev/{name}"
        self.instances = [instance]
        self._stat = Path(f"/sys/block/{name}/stat")
        self._last = time.monotonic(), self.ios()

    def ios(self):
        """Reads, writes, discards and flushes completed so far."""
        try:
            fields = [int(word) for word in self._stat.read_text().split()]
        except FileNotFoundError:
            raise OSError(f"{self.device} is gone (see dmesg.log)") from None
        return fields[0] + fields[4] + sum(fields[11:12]) + sum(fields[15:16])

    def rate(self):
        """I/Os a second since the last call."""
        before, ios = self._last
        self._last = time.monotonic(), self.ios()
        return (self._last[1] - ios) / (self._last[0] - before)

    def watch(self, trace):
        """The core itself notes the first I/O."""

    def answer_ns(self, instance, trace):
        return int(re.search(r"first_io (\d+)", attribute(instance, "recovery_ns"))[1])

    def provoke(self):
        """One direct read; the driver is called whatever the caches hold."""
        descriptor = os.open(self.device, os.O_RDONLY | os.O_DIRECT)
        try:
            os.readv(descriptor, [mmap.mmap(-1, 4096)])
        finally:
            os.close(descriptor)
