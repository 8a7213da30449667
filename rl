#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# rl: the front door. Installs what is missing, then runs the make target
#
# Ctrl-C ends the make that it started, and through it every build and guest.
set -eu

usage() {
	cat <<'END'
usage: ./rl COMMAND [VARIABLE=value ...]

  demo         crash a disk's driver under load and watch it come back
  demo-net     the same with a network driver
  build        build the modules for the stock kernels 6.1 and 6.12
  test         run all tests in virtual machines   (ONLY=name K=6.1 choose)
  test-debug   run them on a kernel with KASAN, lockdep and kmemleak
  test-debug-long  the long ones there; every allocation fails in turn
  soak         run the long tests
  bench        measure
  bench-net    measure the network driver beside the in-tree one and DPDK
  campaign     make faults in domains, one at a time    (N=100 SEED=1 K=6.1 choose;
               TRANSIENT=1: each is gone after a restart, BINARY=1: in code;
               ANY_CORE=1: go on though redleaf.ko has changed;
               FIRST=k: leave out the cases before it;
               IOMMU=1: devices are behind one)
  clean        remove everything that was built
  help         this text

Missing Debian packages are installed first (as root, or through sudo).
Exit status: 0 done; 1 something failed; 2 wrong usage; 3 packages could not be
installed; 130 interrupted.
END
}

top=$(cd "$(dirname "$0")" && pwd)
command=${1:-help}
[ $# -eq 0 ] || shift

case $command in
help | -h | --help) usage && exit 0 ;;
demo | demo-net | build | test | test-debug | test-debug-long | soak | bench | bench-net | campaign) ;;
clean) exec make --no-print-directory -C "$top" clean ;;
*)
	echo "rl: unknown command '$command'; try: ./rl help" >&2
	exit 2
	;;
esac

"$top/tools/setup.sh" "$command" || {
	echo "rl: packages are missing; see the message above" >&2
	exit 3
}

# A process group of its own: one signal reaches all that make has started, and
# in the background the traps here run at once.
setsid make --no-print-directory -C "$top" "$command" "$@" &
make_pid=$!
stop() {
	kill -TERM "-$make_pid" || true
	wait "$make_pid" || true
	exit "$1"
}
trap 'stop 130' INT
trap 'stop 143' TERM HUP
status=0
wait "$make_pid" || status=$?
[ "$status" -eq 0 ] || exit 1
