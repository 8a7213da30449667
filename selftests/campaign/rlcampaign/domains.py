# SPDX-License-Identifier: GPL-2.0-only
"""The domains that faults are made in: drivers, and domains of the tests."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Domain:
    """One of them; `folder` is in the built tree."""

    name: str               # of the module
    instance: str
    folder: Path
    work: str               # what the guest has it do: disk, caps, cascade
    disk: str = ""
    volatile: bool = False  # what was written is gone after a restart
    parameters: tuple = ()  # @nvme, @virtio: the address of the guest's device
    libs: tuple = ()        # rl-libs of its Kbuild, below `lib`
    lib: Path = Path()

    def units(self):
        """Its sources, but for what every domain is linked with: (file, object)."""
        for path in sorted(self.folder.glob("*.c")):
            if not path.name.startswith("rl_") and not path.name.endswith(".mod.c"):
                yield path, path.with_suffix(".o")
        for name in self.libs:
            for path in sorted((self.lib / name).glob("*.c")):
                if path.stem != name:   # it includes the others
                    yield path, self.folder / f"rl_lib_{name}.o"


def known(tree):
    """All of them, in a tree that was built."""
    return [
        Domain("membdev", "membdev.0", tree / "domains/membdev", "disk", "rlmembdev0n1",
               volatile=True),
        Domain("nvme_dom", "nvme.0", tree / "drivers/nvme_dom", "disk", "rlnvme0n1",
               parameters=("@nvme",)),
        Domain("virtio_blk_dom", "virtio_blk.0", tree / "domains/virtio_blk", "disk",
               "rlvirtio_blk0n1", parameters=("@virtio",), libs=("virtio",),
               lib=tree / "domains/lib"),
        Domain("caps_dom", "caps.0", tree / "selftests/caps_dom", "caps",
               parameters=("instances=3",)),
        Domain("dom_d", "dom_d.0", tree / "domains/dom_d", "cascade",
               parameters=("instances=5",)),
    ]


NAMES = tuple(domain.name for domain in known(Path()))
