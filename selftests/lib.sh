# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the system tests of the framework share: domains in, commands to the
# gate's tests, faults, and the question whether all is as it was
#
# Sourced by *.test files after RL_TOP is set; brings in run-lib.sh.
set -u
# shellcheck source=selftests/run-lib.sh
. "$RL_TOP/selftests/run-lib.sh"

rl_sys=/sys/kernel/redleaf
rltest_dir=/sys/kernel/debug/rltest

# Names of all instances of domains
instances() {
	find "$rl_sys" -mindepth 1 -maxdepth 1 -type d -printf '%f\n'
}

# State attribute of an instance: value crash.0 state
value() {
	cat "$rl_sys/$1/$2"
}

is() {
	[ "$(value "$1" "$2")" = "$3" ]
}

# The core's parameters; a test may set others before it loads anything.
# The hang limit is for machines that do not run their virtual CPUs all the time.
core_options=(max_restarts=0 allow_inject=1 guard_level=none hang_ms=300)

load_core() {
	load redleaf "${core_options[@]}"
}

# load_crash INSTANCES [more crash_dom.ko parameters]: with the gate's tests
load_crash() {
	local instances=$1
	shift
	load_core && load rl_rltest && load crash_dom "instances=$instances" "$@"
}

# rltest "command a b n": one command; its TAP lines become points
rltest() {
	local line
	if ! echo "$1" >"$rltest_dir/run"; then
		not_ok "$1: refused"
		return
	fi
	while IFS= read -r line; do
		case $line in
		"ok - "*) ok "${line#ok - }" ;;
		"not ok - "*) not_ok "${line#not ok - }" ;;
		*) echo "# $line" ;;
		esac
	done <"$rltest_dir/result"
}

# Lines of the kernel's log since log_mark: all there are when the mark is no longer there.
log_mark() {
	log_mark="rl-test: mark $RANDOM$RANDOM"
	echo "<6>$log_mark" >/dev/kmsg
}

log_since() {
	dmesg | awk -v mark="$log_mark" '
		index($0, mark) { n = 0; next }
		{ line[n++] = $0 }
		END { for (i = 0; i < n; i++) print line[i] }'
}

log_has() {
	log_since | grep -Eq -- "$1"
}

# Nothing that tells of a kernel in trouble since log_mark.
log_clean() {
	! log_since | grep -E 'BUG:|WARNING:|Call Trace|Oops|rcu:.*stall|NMI received for'
}

# Checksum of the kernel's own text. It changes when something is traced, and with
# redleaf.ko, which hooks functions: load that first.
kernel_text() {
	[ ! -e /proc/kcore ] || "$RL_TOP/selftests/text-sum"
}

kernel_text_is() {
	[ -n "$1" ] && [ "$(kernel_text)" = "$1" ]
}

# check_kernel_text SUM: the debug kernel has no file to read its memory from
check_kernel_text() {
	if [ -e /proc/kcore ]; then
		check "the kernel's text is what it was" kernel_text_is "$1"
	else
		skip "the kernel's text is what it was" "this kernel has no /proc/kcore"
	fi
}

taint() {
	cat /proc/sys/kernel/tainted
}

# refused NAME REGEX COMMAND...: it must fail and the log must say why (an empty
# REGEX: the refusal is the kernel's own, which says nothing)
refused() {
	local name=$1 why=$2 output
	shift 2
	log_mark
	if output=$("$@" 2>&1); then
		not_ok "$name: was accepted"
		return
	fi
	if [ -z "$why" ] || log_has "$why"; then
		ok "$name"
	else
		not_ok "$name: no line like '$why'"
		printf '%s\n' "$output" "$(log_since)" | sed 's/^/# /'
	fi
}

# Address of the Nth (from 0) NVMe function.
nvme_bdf() {
	local device found=()
	for device in /sys/bus/pci/devices/*; do
		[ "$(cat "$device/class")" != 0x010802 ] || found+=("${device##*/}")
	done
	echo "${found[${1:-0}]:-}"
}

# Does this kernel take programs?
can_bpf() {
	grep -qw bpf /proc/filesystems
}

# crashed_more INSTANCE NUMBER: it has died more often
crashed_more() {
	[ "$(value "$1" crashes)" -gt "$2" ]
}

# only_lent NUMBER: network interfaces have so many packets at least, and the stack all of
# them: a closed one has no others
only_lent() {
	local packets lent
	packets=$(awk '/type=net_packet / { sub(/.*objects=/, ""); n += $1 } END { print n + 0 }' \
		/sys/kernel/debug/redleaf/objects)
	lent=$(sed -n 's/^lent //p' /sys/kernel/redleaf/xheap)
	echo "$packets packets, $lent lent, want $1"
	[ "$packets" = "$lent" ] && [ "$packets" -ge "$1" ]
}

# inject INSTANCE FAULT METHOD, as often as it takes to hit a running generation
inject() {
	local i
	for i in {1..200}; do
		[ "$i" -lt 2 ] || sleep 0.05
		echo "$2 $3" 2>/dev/null >"$rl_sys/$1/inject" && return 0
	done
	return 1
}
