# SPDX-License-Identifier: GPL-2.0-only
"""Start programs so that none outlives the run, also when it is interrupted."""

import contextlib
import os
import signal
import subprocess
import sys
import threading

_lock = threading.Lock()
_live = set()
_stopping = False


def start(command, **options):
    """Popen without input, in a process group of its own for _stop()."""
    with _lock:
        if _stopping:
            raise SystemExit
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, start_new_session=True, **options
        )
        _live.add(process)
    return process


def finish(process):
    """Wait for a started program; its exit status."""
    status = process.wait()
    with _lock:
        _live.discard(process)
    return status


def run(command, log, **options):
    """Run to the end with all output in `log`; the exit status."""
    with open(log, "w") as output:
        process = start(command, stdout=output, stderr=subprocess.STDOUT, **options)
        return finish(process)


def stop_on_signals():
    """SIGINT and SIGTERM end every program, then this one."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)


def _stop(number, _frame):
    """Runs between any two lines of the main thread: takes no lock, waits for
    nothing. Leaving through SystemExit waits for the threads, and each of them
    for its program."""
    global _stopping
    _stopping = True
    for other in (signal.SIGINT, signal.SIGTERM):
        signal.signal(other, signal.SIG_IGN)
    for process in list(_live):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
    sys.exit(128 + number)
