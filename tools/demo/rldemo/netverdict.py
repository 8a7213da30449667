# SPDX-License-Identifier: GPL-2.0-only
"""What the demo with a network promises (see verdict.py)."""

from rldemo import verdict

EMPTY = {"tcp_connections": 0, "broken": [], "bytes_wanted": 0, "bytes_checked": 0,
         "checksum_ok": False, "settings_kept": False, "counters_back": []}
AXIS = "Mbit received per second"
ANSWER = "packet received"


def report(run):
    return {
        "tcp_connections": run["tcp_connections"],
        "tcp_connections_broken": len(run["broken"]),
        "bytes_checked": run["bytes_checked"], "checksum_ok": run["checksum_ok"],
        "carrier_downs": run.get("carrier_downs"), "settings_kept": run["settings_kept"],
        "counters_went_back": len(run["counters_back"]),
        "model_complaints": run.get("model_complaints"),
        "pings_sent": run.get("pings_sent"), "pings_lost": run.get("pings_lost"),
        "session": run.get("session"),
        **verdict.rates(run, "mbit"),
    }


def promises(run, result):
    broken, back = run["broken"], run["counters_back"]
    promised = [
        (not broken, f"{len(broken)} TCP connections broken, the first: {(broken or [''])[0]}"),
        (run["tcp_connections"] > 0, "no TCP connection came to its end"),
        (run["checksum_ok"] and 0 < run["bytes_wanted"] == run["bytes_checked"],
         f"{run['bytes_checked']} bytes of {run['bytes_wanted']} arrived, checksum "
         f"{'right' if run['checksum_ok'] else 'WRONG'}"),
    ]
    # What is looked at in the end is not known of a run that did not come there.
    return promised + [
        (result["carrier_downs"] == 0, f"the carrier dropped {result['carrier_downs']} times"),
        (run["settings_kept"], "address or MTU of an interface changed"),
        (not back, f"{len(back)} times a counter went back, the first: {(back or [''])[0]}"),
        ((result["pings_sent"] or 0) > 0, "no ping was sent"),
        (result["model_complaints"] == 0,
         f"the device found fault {result['model_complaints']} times (see nic.log)"),
    ] if run["finished"] else promised


def words(run, result):
    broken, session = result["tcp_connections_broken"], result["session"] or {}
    mib = result["bytes_checked"] >> 20
    back, lost = result["counters_went_back"], result["pings_lost"]
    carrier = "never dropped" if result["carrier_downs"] == 0 else "DROPPED OR UNKNOWN"
    return [
        f"  TCP          {f'{broken} BROKEN' if broken else 'none broken'} of "
        f"{result['tcp_connections']}; the session had {session.get('lines')} lines, "
        f"longest wait {session.get('longest_wait_ms')} ms",
        f"  transfer     {mib} MiB, sha256 {'equal' if result['checksum_ok'] else 'NOT EQUAL'} at "
        f"both ends{'' if mib >= 1024 else ' (MIB=1024: as much as that, whatever it takes)'}",
        f"  interfaces   carrier {carrier}; addresses "
        f"{'stayed' if result['settings_kept'] else 'CHANGED OR UNKNOWN'}; "
        f"{f'{back} COUNTERS WENT BACK' if back else 'no counter went back'}; "
        f"{lost} of {result['pings_sent']} pings lost",
    ]


def rates(result):
    return (f"iperf3 {result['mbit_without_crashes']} Mbit/s, with a crash a second "
            f"{result['mbit_with_crashes']}: loss {result['loss_percent']} %")


def setting(run):
    return f"ixgbe_dom drives {run['device']}"
