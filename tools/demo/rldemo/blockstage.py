# SPDX-License-Identifier: GPL-2.0-only
"""The demo with a disk: file system, fio, crashes, checks."""

import os
import subprocess
from pathlib import Path

from rldemo.disk import Disk
from rldemo.fio import Fio
from rldemo.stage import OUT, SLICE_SECONDS, Failed, Stage, command, pci_functions, say

MOUNT = Path("/tmp/demo")
DEVICE = "rlnvme0n1"
NVME_CLASS = "0x010802"


class BlockStage(Stage):
    def __init__(self, modules, wanted):
        super().__init__(modules, wanted, f"/dev/{DEVICE}")
        self.result["filesystem"] = "ext4"
        self.disk = None
        self.fio = Fio(MOUNT / "data", Path("/tmp"), OUT / "fio-errors.log")

    def own_results(self):
        return {"ios": self.fio.ios, "io_errors": self.fio.io_errors,
                "verify_errors": self.fio.verify_errors}

    def count(self):
        return self.disk.ios()

    def rate_words(self):
        return f"{self.disk.rate():7.0f} IOPS"

    def load(self):
        address = pci_functions(**{"class": NVME_CLASS})[0]
        self.load_modules("rl_bdev", "nvme_dom", [address])
        if not os.path.exists(f"/dev/{DEVICE}"):
            raise Failed(f"the driver is loaded but there is no /dev/{DEVICE}")
        self.disk = Disk(DEVICE, "nvme.0")
        self.begin(self.disk)
        say(f"  redleaf.ko, rl_bdev.ko, nvme_dom.ko loaded; {address} is /dev/{DEVICE}")

    def make_filesystem(self):
        # Nothing may be left to write in the background while rates are measured.
        command("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0",
                f"/dev/{DEVICE}")
        MOUNT.mkdir(exist_ok=True)
        command("mount", f"/dev/{DEVICE}", str(MOUNT))
        self.fio.fill()
        rate = self.fio.warm_up()
        say(f"  ext4 made and mounted; {self.wanted} crashes to come, one a second in every "
            "second slice")
        return rate

    def all_slices(self, rate):
        self.start_clock()
        while self.crasher.asked < self.wanted:
            # The work stays the same within a pair and follows the machine's speed.
            self.fio.size_slices(rate * SLICE_SECONDS)
            rate = self.slice(False, self.fio)["rate"]
            self.slice(True, self.fio)

    def check_filesystem(self):
        command("umount", str(MOUNT))
        check = subprocess.run(["e2fsck", "-fn", f"/dev/{DEVICE}"], capture_output=True, text=True)
        (OUT / "e2fsck.log").write_text(check.stdout + check.stderr)
        self.result["fsck_clean"] = check.returncode == 0
        say("  unmounted, e2fsck -fn: " + ("clean" if check.returncode == 0 else "NOT CLEAN"))
        command("mount", f"/dev/{DEVICE}", str(MOUNT))
        self.fio.verify_again()
        command("umount", str(MOUNT))
        say("  mounted again, every block read and compared once more")

    def steps(self):
        self.load()
        self.save()
        self.all_slices(self.make_filesystem())
        self.check_filesystem()
