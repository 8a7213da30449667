# SPDX-License-Identifier: GPL-2.0-only
"""Sealing: what is signed, by which key, and what is left as it is.

openssl checks the signature, so that no code of rlverify says that it is right.
"""

import hashlib
import os
import re
import shutil
import struct
import subprocess

import cases

SEAL = struct.Struct("<QII8s384s16s")
MARK = b"~Module signature appended~\n"


def run(*command, **env):
    done = subprocess.run(command, capture_output=True, check=False, env=os.environ | env)
    return done.returncode, done.stdout, done.stderr


class Sealing:
    """A key of its own, and a module to seal."""

    def __init__(self, tap, tool, tmp, here):
        self.tap, self.tool, self.tmp = tap, tool, tmp
        self.rlkey = here.parents[1] / "rlkey"
        self.key = tmp / "keys" / "seal.key"
        self.good, self.bad = tmp / "accepted.o", tmp / "refused.o"
        cases.assemble(cases.read(here / "accepted.txt")[2].assembly(), self.good)
        cases.assemble(cases.read(here / "refused.txt")[0].assembly(), self.bad)
        self.module = tmp / "module.o"

    def seal(self, source, *options, key=None, behind=b""):
        """Status and the file afterwards."""
        shutil.copy(source, self.module)
        with self.module.open("ab") as file:
            file.write(behind)
        self.module.chmod(0o640)
        status = run(self.tool, "--seal", key or self.key, *options, self.module)[0]
        return status, self.module.read_bytes()

    def signed_by(self, data, seal):
        """Does openssl find the signature right?"""
        public, signature, body = (self.tmp / n for n in ("public", "signature", "body"))
        public.write_bytes(run("openssl", "rsa", "-in", self.key, "-pubout")[1])
        signature.write_bytes(seal)
        body.write_bytes(data)
        return run("openssl", "dgst", "-sha256", "-verify", public, "-signature", signature,
                   body)[0] == 0

    def keys(self):
        status, out, _ = run(self.rlkey, "path", RL_KEY=str(self.key))
        check = self.tap.check
        check("a key is made", status == 0 and out.decode().strip() == str(self.key), out)
        check("only its owner can read it", self.key.stat().st_mode & 0o777 == 0o600)
        first = self.key.read_bytes()
        run(self.rlkey, "public", RL_KEY=str(self.key))
        check("it stays", self.key.read_bytes() == first)
        check("nothing lies beside it", list(self.key.parent.iterdir()) == [self.key])

    def good_seal(self):
        check, plain = self.tap.check, self.good.read_bytes()
        status, data = self.seal(self.good)
        check("an accepted module is sealed", status == 0 and data[:len(plain)] == plain
              and len(data) == len(plain) + SEAL.size)
        size, _, level, name, signature, magic = SEAL.unpack(data[-SEAL.size:])
        check("for its size and level", (size, level) == (len(plain), 1))
        check("with the mark", magic == b"RedLeaf seal 1\n\0")
        check("openssl finds the signature right", self.signed_by(data[:-400], signature))
        check("of nothing else", not self.signed_by(data[:-401], signature))
        check("permissions stay", self.module.stat().st_mode & 0o777 == 0o640)
        self.named(name)

    def named(self, name):
        """The header for the core is of the same key."""
        header = run(self.rlkey, "public", RL_KEY=str(self.key))[1].decode()
        key, key_name = (bytes.fromhex("".join(re.findall("0x(..)", part)))
                         for part in header.split("#define")[1:])
        self.tap.check("the core's header names that key",
                       key_name == name == hashlib.sha256(key).digest()[:8], header)

    def not_sealed(self, name, status, source, **options):
        done, data = self.seal(source, **options)
        was = source.read_bytes() + options.get("behind", b"")
        self.tap.check(f"not sealed: {name}", done == status and data == was, f"status {done}")

    def others(self):
        self.not_sealed("a refused module", 1, self.bad)
        _, sealed = self.seal(self.good)
        self.not_sealed("a sealed one", 2, self.good, behind=sealed[-SEAL.size:])
        self.not_sealed("one that is signed for the kernel", 2, self.good, behind=MARK)
        self.not_sealed("with a key that is not there", 2, self.good, key=self.tmp / "none")
        self.not_sealed("with something else", 2, self.good, key=self.good)
        short = self.tmp / "short.key"
        run("openssl", "genrsa", "-out", short, "2048")
        self.not_sealed("with a short key", 2, self.good, key=short)
        self.tap.check("nothing lies beside the module",
                       [p.name for p in self.tmp.glob("module.o*")] == ["module.o"])

    def all(self):
        self.keys()
        self.good_seal()
        self.others()
