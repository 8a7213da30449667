# SPDX-License-Identifier: GPL-2.0-only
"""Find the tests and read what they ask for.

A system test is an executable selftests/<area>/<name>.test whose first comment
lines may say what guest it wants:

    # vm: smp=2 mem=1024 cmdline="a=b" nvme=2 virtio=1 nic=2 vnet=2 \
timeout=120 kernels="6.1 6.12" suite=test,debug
    # debug: timeout=240 RL_REPEAT=2
    # console: regular expression of kernel warnings that belong to the test

A line that begins with the name of a suite says what is different there: other
settings, and in capitals what the test finds in its environment.
"""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

DEFAULT_TIMEOUT = 60
KUNIT_TIMEOUT = 300
HEADER_LINES = 30


def specs(setting, default):
    """A number means so many default devices; anything else is a list of specs."""
    return [default] * int(setting) if setting.isdigit() else setting.split()


@dataclass(frozen=True)
class Guest:
    """What a guest is made of; tests with equal ones may share a boot."""

    smp: str = "2"
    mem: str = "1024"
    cmdline: str = ""
    nvme: str = "0"
    virtio: str = "0"
    nic: str = "0"
    vnet: str = "0"
    qemu: str = ""
    icount: str = ""

    def nvme_specs(self):
        """nvme=2 means two default drives."""
        return specs(self.nvme, "size=256M")

    def virtio_specs(self):
        """virtio=2 means two default virtio disks."""
        return specs(self.virtio, "size=256M")

    def nic_specs(self):
        """nic=2 means two default 82599 ports."""
        return specs(self.nic, "")

    def vnet_specs(self):
        """vnet=2 means two default virtio network devices."""
        return specs(self.vnet, "")


@dataclass(frozen=True)
class Test:
    """One system test or KUnit suite; `command` is shell text for the guest."""

    name: str
    command: str
    guest: Guest = Guest()
    timeout: int = DEFAULT_TIMEOUT
    kernels: tuple = ("6.1", "6.12")
    suites: tuple = ("test",)
    console: str = ""


def header(path, suite):
    """The settings of a test file in a suite, and its `# console:` expression."""
    general, special, console = {}, {}, ""
    for line in path.read_text().splitlines()[:HEADER_LINES]:
        if match := re.match(rf"# (vm|{suite}):\s*(.*)", line):
            settings = general if match[1] == "vm" else special
            settings.update(word.split("=", 1) for word in shlex.split(match[2]))
        elif match := re.match(r"# console:\s*(.*)", line):
            console = match[1]
    return general | special, console


def system_test(path, selftests, suite="test"):
    """The Test that a .test file describes."""
    settings, console = header(path, suite)
    variables = [f"{name}={settings.pop(name)} " for name in list(settings) if name.isupper()]
    common = {
        "timeout": int(settings.pop("timeout", DEFAULT_TIMEOUT)),
        "kernels": tuple(settings.pop("kernels", "6.1 6.12").split()),
        "suites": tuple(settings.pop("suite", "test").split(",")),
    }
    try:
        guest = Guest(**settings)
    except TypeError as error:
        raise SystemExit(f"{path}: bad '# vm:' line: {error}") from error
    name = str(path.relative_to(selftests).with_suffix(""))
    command = "".join(variables) + shlex.quote(str(path))
    return Test(name, command, guest, console=console, **common)


def system_tests(top, suite):
    """Every .test file that belongs to the suite."""
    selftests = top / "selftests"
    found = (system_test(p, selftests, suite) for p in sorted(selftests.rglob("*.test")))
    return [test for test in found if suite in test.suites]


def kunit_tests(top, ko_folder):
    """One Test for every suite module that the build made."""
    runner = top / "selftests/kunit/run-suite"
    names = sorted(p.stem.removeprefix("rlkunit_") for p in ko_folder.glob("rlkunit_*.ko"))
    return [Test(f"kunit/{n}", f"{runner} {n}", timeout=KUNIT_TIMEOUT) for n in names]


def host_tests(top):
    """Executables that need no guest: */tests/run, two folders deep at most."""
    paths = [*top.glob("*/tests/run"), *top.glob("*/*/tests/run")]
    return sorted(Path(p) for p in paths if "out" not in p.relative_to(top).parts)
