# SPDX-License-Identifier: GPL-2.0-only
"""What became of a case, told from what its guest saw.

One outcome a case, the worst that holds:

  host died          the guest's kernel ended, or printed an oops or a warning
  corruption outside memory that is not the domain's has changed, or its stray writes
                     damaged the exchange heap
  wedged             the module cannot be unloaded, or the clean domain cannot
                     drive the device afterwards
  wrong data         the disk answered with other data than was written to it, and no
                     error, while the domain never died
  visible error      an I/O error, or the domain could not be loaded
  recovered          the domain died at least once; all I/O succeeded
  unharmed           nothing to be seen
  refused            the build made no module of it

"Activated" is a case whose changed place was reached. Recovered, in the table's last
column, are the activated ones after which the host was whole and the clean domain
drove the device.
"""

OUTCOMES = ("unharmed", "recovered", "visible error", "wrong data", "wedged",
            "corruption outside", "host died", "refused")
FATAL = ("host died", "corruption outside")
OWN_TAINT = 4096 | 8192 | 64  # out of tree, unsigned, unsealed


def host_died(seen, console):
    return {**seen, "outcome": "host died", "console": console}


def data_lost(seen, volatile):
    """Other data: expected of a disk that is memory and has been restarted."""
    return seen.get("work") == 2 and not (volatile and seen["crashes"])


def judge(seen, volatile, taint_before):
    """The outcome of a finished case; `volatile`: the disk is memory."""
    if seen["log"] or (seen["taint"] & ~OWN_TAINT) != (taint_before & ~OWN_TAINT):
        return "host died"
    if not seen["canary"] or seen["damaged"]:
        return "corruption outside"
    if seen.get("unload", 0) != 0 or not seen.get("clean"):
        return "wedged"
    if data_lost(seen, volatile):
        return "wrong data"
    if seen["load"] != 0 or seen.get("work", 1) not in (0, 2):
        return "visible error"
    return "recovered" if seen["crashes"] else "unharmed"


def detection(seen):
    """What noticed first."""
    if seen.get("crashes"):
        return seen["crashes"][0]
    if seen.get("load") not in (0, None):
        return "init failed"
    return "timeout" if seen.get("work", 0) is None else "none"
