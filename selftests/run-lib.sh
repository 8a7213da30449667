# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What a system test needs: TAP lines, modules in and out
#
# A test starts with `. "$RL_TOP/selftests/run-lib.sh"`, which prints the version of
# TAP, calls check or ok/not_ok for every point and ends with tap_done, which prints the plan and exits with
# kselftest's status (0 passed, 1 failed, 4 skipped).
RL_KO=${RL_KO:-}
tap_count=0 tap_failed=0
echo "TAP version 13"

ok() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $*"
}

not_ok() {
	tap_count=$((tap_count + 1))
	tap_failed=$((tap_failed + 1))
	echo "not ok $tap_count - $*"
}

# check NAME COMMAND...: one point, passed when the command succeeds; its output
# is shown when it fails.
check() {
	local name=$1 output
	shift
	if output=$("$@" 2>&1); then
		ok "$name"
	else
		not_ok "$name"
		printf '%s\n' "failed: $*" "$output" | sed 's/^/# /'
	fi
}

skip() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

skip_all() {
	echo "1..0 # SKIP $*"
	exit 4
}

tap_done() {
	echo "1..$tap_count"
	[ "$tap_failed" -eq 0 ]
	exit
}

# wait_for SECONDS COMMAND...: until it succeeds; asked often at first, and then ten times a
# second. A pipe that nobody writes to is slept on: to start a process for it takes a guest
# longer than many a thing that is waited for.
exec {silent}<> <(:)
wait_for() {
	local end=$((SECONDS + $1)) ms=010
	shift
	until "$@" 2>/dev/null; do
		[ $SECONDS -lt $end ] || return 1
		read -rt "0.$ms" -u "$silent"
		printf -v ms %03d $((10#$ms < 80 ? 10#$ms * 2 : 100))
	done
}

loaded() {
	grep -q "^$1 " /proc/modules
}

# load NAME [parameters]: the project's module, or a stock one, with all it uses
load() {
	local name=$1 needed
	loaded "${name//-/_}" && return 0
	shift
	if [ ! -e "$RL_KO/$name.ko" ]; then
		modprobe "$name" "$@"
		return
	fi
	for needed in $(modinfo -F depends "$RL_KO/$name.ko" | tr , ' '); do
		load "$needed" || return
	done
	insmod "$RL_KO/$name.ko" "$@"
}

unload() {
	local name
	for name in "$@"; do
		rmmod "$name" || return
	done
}
