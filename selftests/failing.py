# SPDX-License-Identifier: GPL-2.0-only
"""Make each allocation of the modules fail, in turn.

A sweep repeats one operation and lets its first, second, third, ... allocation
fail until it has fewer. Only allocations with code of a module on the stack
count. Each task counts for itself, so a sweep says whose are meant: this
program's (insmod, I/O), the reaper's (restarts), or those of the kernel's workers
(disks, interfaces, crash dumps). After every failure the operation has either succeeded
all the same, since a start is tried again, or answered ENOMEM and left nothing
behind. Prints TAP. With RL_STRIDE=N it is the first and then about every Nth of a
sweep, at random.

What is allocated in interrupts is no task's: there it fails at random (every_one()).
"""

import ctypes
import errno
import glob
import os
import random
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True

STRIDE = int(os.environ.get("RL_STRIDE", "1"))
KO = Path(os.environ["RL_KO"])
DEBUG = Path("/sys/kernel/debug")
SYS = Path("/sys/kernel/redleaf")
KINDS = ("failslab", "fail_page_alloc")
MODULE_AREA = (0xFFFFFFFFA0000000, 0xFFFFFFFFFF000000)
# what the PCI core makes of it for interrupt vectors and for BARs
NO_MEMORY = (errno.ENOMEM, errno.ENOSPC, errno.EBUSY)
CORE = "max_restarts=0 guard_level=none backoff_ms=1 hang_ms=1000"
MAX_SWEEP = 2000
MAX_FAILED = 1 << 30
libc = ctypes.CDLL(None, use_errno=True)
points = []
probes = {}	# what a test adds to the footprint: names and functions


def point(good, name):
    """One TAP line; whether it is a good one."""
    points.append(good)
    print(f"{'ok' if good else 'not ok'} {len(points)} - {name}", flush=True)
    return good


def wait_for(condition, seconds=30):
    """Whether the condition comes true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


def text_of(*prefixes):
    """Range of the kernel functions whose names begin so; they lie together."""
    found = [int(address, 16) for address, kind, name, *module in
             map(str.split, open("/proc/kallsyms", encoding="ascii"))
             if kind in "tT" and name.startswith(prefixes) and not module
             and not name.endswith(".cold")]
    return min(found), max(found) + 4096


def spare(start, end):
    """No allocation below kernel text from `start` to `end` fails."""
    for kind in KINDS:
        (DEBUG / kind / "reject-start").write_text(hex(start))
        (DEBUG / kind / "reject-end").write_text(hex(end))


def setup():
    """All kinds of allocations for modules, also those that may sleep.

    But for three that this kernel itself does not stand: the ACPI interpreter's,
    which loses objects; entries of /proc/irq, which are removed although they do not
    exist (their cache is not named in slub_debug=, see failslab.test); and those of
    dev_coredumpm(), which then frees the dump twice.
    """
    for limit in DEBUG.glob("*/require-end"):
        limit.with_name("require-start").write_text("0")
        limit.write_text("0")
    spare(*text_of("acpi_ds_", "acpi_ex_", "acpi_ns_", "acpi_ps_", "acpi_ut_"))
    for kind in KINDS:
        settings = {"ignore-gfp-wait": "N", "ignore-gfp-highmem": "N", "min-order": "0",
                    "cache-filter": "Y", "verbose": "0", "probability": "0",
                    "stacktrace-depth": "32",
                    "require-start": hex(MODULE_AREA[0]), "require-end": hex(MODULE_AREA[1])}
        for name, value in settings.items():
            file = DEBUG / kind / name
            if file.exists():
                file.write_text(value)


class Log:
    """The kernel's log from now on."""

    def __init__(self):
        self.fd = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
        os.lseek(self.fd, 0, os.SEEK_END)
        self.text = ""

    def has(self, *words):
        """Whether any of the words has come."""
        while True:
            try:
                self.text += os.read(self.fd, 8192).decode(errors="replace")
            except BlockingIOError:
                return any(word in self.text for word in words)
            except BrokenPipeError:
                continue  # it was faster than we are


def insmod(name, options=""):
    """0 or the errno."""
    with open(KO / f"{name}.ko", "rb") as ko:
        failed = libc.syscall(313, ko.fileno(), options.encode(), 0)
    return ctypes.get_errno() if failed else 0


def rmmod(name):
    """0 or the errno; a disk may still be looked at."""
    return 0 if wait_for(lambda: not libc.syscall(176, name.encode(), 0), 20) \
        else ctypes.get_errno()


def load(name, options=""):
    """insmod that must work."""
    if error := insmod(name, options):
        point(False, f"{name}.ko loads: {os.strerror(error)}")
        sys.exit(1)


def value(instance, name):
    """One attribute of a domain, without the line's end; "" when it is gone."""
    try:
        return (SYS / instance / name).read_text().strip()
    except OSError:
        return ""


def footprint():
    """What a failed operation must leave as it was."""
    def lines(path, *words):
        return [l for l in Path(path).read_text().splitlines() if any(w in l for w in words)]
    ours = {ko.stem for ko in KO.glob("*.ko")}
    tree = [os.path.join(folder, name) for folder, names, files in os.walk(SYS)
            for name in names + files]
    return {
        "modules": [" ".join(l.split()[:3]) for l in lines("/proc/modules", "")
                    if l.split()[0] in ours],
        "interrupts": len(Path("/proc/interrupts").read_text().splitlines()),
        "mappings": [l for l in lines("/proc/vmallocinfo", "redleaf", "rl_bdev", "rl_net")
                     if "rl_crash_report_fn" not in l],
        "sysfs": sorted(tree),
        "disks": glob.glob("/sys/block/rl*"),
        "interfaces": glob.glob("/sys/class/net/rl*"),
        "threads": [c for c in map(comm, glob.glob("/proc/[0-9]*/comm")) if c[:2] == "rl"],
        **{name: probe() for name, probe in probes.items()},
    }


def device(pci):
    """Probes for a device: who has it."""
    path = Path(f"/sys/bus/pci/devices/{pci}")
    probes["bound"] = lambda: (path / "driver").exists() or (path / "msi_irqs").exists()
    probes["override"] = (path / "driver_override").read_text


def comm(path):
    """A task's name; "" when it has ended."""
    try:
        return Path(path).read_text().strip()
    except OSError:
        return ""


class Tasks:
    """The tasks of which an allocation is to fail."""

    def __init__(self, who):
        self.files = [Path("/proc/thread-self/fail-nth")]
        if who != "own":
            prefix = {"reaper": "rl_reaper", "workers": "kworker"}[who]
            self.files = [Path(p).with_name("fail-nth") for p in glob.glob("/proc/[0-9]*/comm")
                          if comm(p).startswith(prefix)]

    def arm(self, nth):
        """The nth allocation of each fails, from now on."""
        for file in self.files:
            self.write(file, nth)

    def disarm(self):
        """Stop; how many had one that failed."""
        counts = [comm(file) for file in self.files]
        for file in self.files:
            self.write(file, 0)
        return counts.count("0")

    @staticmethod
    def write(file, number):
        """A worker may have ended."""
        try:
            file.write_text(str(number))
        except (FileNotFoundError, ProcessLookupError):
            pass


def steps():
    """Which allocations fail."""
    nth = 1
    while nth < MAX_SWEEP:
        yield nth
        nth += random.randint(1, 2 * STRIDE - 1)


def sweep(name, who, operation, undo=None, settled=None, works=None):
    """Let allocation after allocation of an operation fail; returns how many did.

    operation() returns an errno; settled() says whether others are done with it
    when it succeeded; works() whether all works after it, when nothing fails any more;
    undo() takes it back.
    """
    failed, refused, wrong = 0, 0, []
    before, begun = footprint(), time.monotonic()
    for nth in steps():
        tasks = Tasks(who)
        tasks.arm(nth)
        error = operation()
        if settled and not error and not wait_for(settled):
            wrong.append(f"{nth}: does not settle")
        hit = tasks.disarm()
        failed += bool(hit)
        refused += bool(error)
        if error not in (0, *NO_MEMORY) or (error and not hit):
            wrong.append(f"{nth}: {os.strerror(error)}")
        if works and not works():
            wrong.append(f"{nth}: does not work any more")
        if not error and undo and (error := undo()):
            wrong.append(f"{nth}: cannot be undone: {os.strerror(error)}")
        if (after := footprint()) != before:
            wrong.append(f"{nth}: left behind: {difference(before, after)}")
            before = after
        if not hit or len(wrong) > 9:
            break
    for line in wrong:
        print(f"# {line}")
    point(not wrong and not hit,
          f"{name}: {failed} allocations failed, {refused} times the operation with it")
    print(f"# {time.monotonic() - begun:.0f} s")
    return failed


def difference(before, after):
    """The parts of two footprints that differ."""
    return {key: (before[key], after[key]) for key in before if before[key] != after[key]}


def free_dumps():
    """A device keeps one crash dump until it is read."""
    for data in glob.glob("/sys/class/devcoredump/devcd*/data"):
        Path(data).write_text("1")


def restart(instance):
    """Kill it and wait for the next generation."""
    crashes = int(value(instance, "crashes"))
    free_dumps()
    (SYS / instance / "kill").write_text("1")
    again = wait_for(lambda: int(value(instance, "crashes")) > crashes
                     and value(instance, "state") == "running")
    return 0 if again else errno.ETIMEDOUT


def every_one(percent=100, of=None):
    """From now on `percent` of all allocations fail, of one task or of everybody."""
    if of:
        task = next(p for p in glob.glob("/proc/[0-9]*/comm") if comm(p) == of)
        Path(task).with_name("make-it-fail").write_text("1")
    for kind in KINDS:
        (DEBUG / kind / "task-filter").write_text("Y" if of else "N")
        (DEBUG / kind / "times").write_text(str(MAX_FAILED))
        (DEBUG / kind / "probability").write_text(str(percent))


def none():
    """No more of that; how many have failed."""
    for kind in KINDS:
        (DEBUG / kind / "probability").write_text("0")
    return sum(MAX_FAILED - int((DEBUG / kind / "times").read_text()) for kind in KINDS)


def done():
    """The plan; ends the program."""
    print(f"1..{len(points)}")
    sys.exit(0 if all(points) else 1)
