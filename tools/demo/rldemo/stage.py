# SPDX-License-Identifier: GPL-2.0-only
"""What the guest's part of every demo does: slices of load, crashes, samples.

Slices of the same work follow each other, every second one with a crash a second,
so that both rates are measured under the same conditions. Everything seen goes to
$VM_OUT/result.json, after each step, so that a dead guest leaves what it had; what
it means is decided on the host (../report).

A demo is a Stage with these: steps() does it all, count() is what the load has
moved so far and what the timeline shows, rate_words() are for the progress lines,
own_results() goes into the result.
"""

import glob
import json
import os
import subprocess
import time
from pathlib import Path

from rldemo.crasher import Crasher, Stuck

OUT = Path(os.environ.get("VM_OUT", ""))
SLICE_SECONDS = 6
TICK = 0.05
SAMPLE = 0.1


class Failed(Exception):
    """A step that everything after it needs did not work."""


def say(text):
    print(text, flush=True)


def command(*words):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise Failed(f"{' '.join(words)}: status {done.returncode}: {done.stdout.strip()[-300:]}")
    return done.stdout


def taint():
    return int(Path("/proc/sys/kernel/tainted").read_text())


def pci_functions(**wanted):
    """Addresses of the functions whose attributes are these, in the bus's order."""
    found = [os.path.basename(path) for path in sorted(glob.glob("/sys/bus/pci/devices/*"))
             if all(Path(path, name).read_text().strip() == value
                    for name, value in wanted.items())]
    if not found:
        raise Failed(f"no device on the PCI bus has {wanted}")
    return found


class Stage:
    def __init__(self, modules, wanted, device):
        self.modules = modules
        self.wanted = wanted
        self.crasher = None
        self.begun = None
        self.result = {
            "kernel": os.uname().release, "device": device, "wanted": wanted, "slices": [],
            "samples": [], "crashes": [], "problem": None, "finished": False,
        }

    def save(self):
        result = self.result
        result["taint_after"] = taint()
        result.update(self.own_results())
        if self.crasher:
            result.update(self.crasher.totals())
        temporary = OUT / "result.json.new"
        temporary.write_text(json.dumps(result))
        temporary.rename(OUT / "result.json")

    def load_modules(self, adapter, driver, functions, *parameters):
        """`parameters` are more of redleaf.ko's."""
        command("insmod", f"{self.modules}/redleaf.ko", "max_restarts=0", "allow_inject=1",
                *parameters)
        command("insmod", f"{self.modules}/{adapter}.ko")
        command("insmod", f"{self.modules}/{driver}.ko", "pci=" + ",".join(functions))
        self.result["taint_before"] = taint()

    def begin(self, target):
        """The driver runs: from here on it can be crashed."""
        self.crasher = Crasher(target)

    def progress(self, crashing):
        words = self.crasher.news() if crashing else "no crashes"
        say(f"  {time.monotonic() - self.begun:5.0f} s {self.rate_words()}   {words}")

    def slice(self, crashing, work):
        """work, to its end, with crashes while it moves something; what came of it."""
        work.start()
        start, next_line, next_sample = time.monotonic(), time.monotonic() + 1, 0
        moved = self.count()
        while work.runs():
            now = time.monotonic()
            if crashing and self.count() > moved:
                self.crasher.tick(now)
            if now >= next_sample:
                self.result["samples"].append([now - self.begun, self.count()])
                next_sample = now + SAMPLE
            if now >= next_line:
                self.progress(crashing)
                next_line += 1
            time.sleep(TICK)
        self.crasher.settle()
        done = work.finish()
        self.result["slices"].append({
            "crashing": crashing, "from": start - self.begun,
            "to": time.monotonic() - self.begun, **done})
        self.result["seconds"] = time.monotonic() - self.begun
        self.save()
        return done

    def start_clock(self):
        self.begun = self.crasher.begun = time.monotonic()

    def run(self):
        try:
            self.steps()
            self.result["finished"] = True
        except (Failed, Stuck, OSError) as error:
            self.result["problem"] = str(error)
            say(f"  {error}")
        self.save()
        with open(OUT / "dmesg.log", "w") as log:
            subprocess.run(["dmesg"], stdout=log, check=False)
