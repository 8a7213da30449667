# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the judges of the 82599 model share: two ports of the in-tree ixgbe at the ends
# of a cable, each in a network namespace, a program that talks over it, and what the
# model thought of the driver
#
# Sourced by *.test files after RL_TOP is set. Port N is interface pN in namespace nN,
# 192.0.2.(N+1) and 2001:db8::(N+1); its device in QEMU is nicN.
# shellcheck source=selftests/lib.sh
. "$RL_TOP/selftests/lib.sh"

traffic=$RL_KO/traffic
server=''

# Address of the Nth (from 0) 82599 function.
nic_bdf() {
	local device found=()
	for device in /sys/bus/pci/devices/*; do
		[ "$(cat "$device/vendor" "$device/device")" != $'0x8086\n0x10fb' ] ||
			found+=("${device##*/}")
	done
	echo "${found[$1]:-}"
}

# ns N COMMAND...: in the namespace of port N
ns() {
	local n=$1
	shift
	ip netns exec "n$n" "$@"
}

# ns_start N COMMAND...: the same in the background; $started is the process of COMMAND
ns_start() {
	ip netns exec "n$1" "${@:2}" &
	started=$!
}

# connected N: a connection with port N's namespace is there
connected() {
	ns "$1" ss -Htn state established | grep .
}

# qom COMMAND N NAME [VALUE]: a property of the model's object for port N
qom() {
	"$RL_TOP/tools/vm/hmp" "$1" "/machine/peripheral/nic$2" "${@:3}"
}

counter() {
	qom qom-get "$1" "$2"
}

counter_is() {
	local have
	have=$(counter "$1" "$2")
	echo "$2 of port $1: $have, want $3"
	[ "$have" = "$3" ]
}

# What must not grow while a driver keeps the rules, of both ports. Tests share guests,
# and some break rules: what counts is the difference.
errors() {
	local n name
	for n in 0 1; do
		for name in guest-errors unknown-accesses dma-errors; do
			echo "nic$n $name $(counter $n $name)"
		done
	done
}

# same_errors BEFORE
same_errors() {
	local have
	have=$(errors)
	printf '%s\n' "before:" "$1" "now:" "$have"
	[ "$have" = "$1" ]
}

# counter_grew N NAME BEFORE
counter_grew() {
	local have
	have=$(counter "$1" "$2")
	echo "$2 of port $1: $have, before: $3"
	[ "$have" -gt "$3" ]
}

# The model's complaints so far; complaints_since COUNT prints the later ones.
complaints() {
	grep -Ec 'guest error|unknown register|DMA' "$VM_OUT/nic.log"
}

complaints_since() {
	grep -E 'guest error|unknown register|DMA' "$VM_OUT/nic.log" | tail -n "+$(($1 + 1))"
}

# no_complaints COUNT [REGEX]: nothing since then but what REGEX takes
no_complaints() {
	! complaints_since "$1" | grep -Ev "${2:-^$}"
}

link_is() {
	[ "$(ns "$1" cat "/sys/class/net/p$1/carrier")" = "$2" ]
}

link_up() {
	wait_for 60 link_is "$1" 1
}

links_up() {
	link_up 0 && link_up 1
}

# The name of function N's interface; fails while there is none.
interface_of() {
	ls "/sys/bus/pci/devices/$(nic_bdf "$1")/net/"
}

# port_up N: the interface of function N, wherever it appeared
port_up() {
	local n=$1
	wait_for 60 interface_of "$n" || return
	ip netns add "n$n" 2>/dev/null
	ip link set "$(interface_of "$n")" name "p$n" netns "n$n" &&
		ip -n "n$n" addr add "192.0.2.$((n + 1))/24" dev "p$n" &&
		ip -n "n$n" addr add "2001:db8::$((n + 1))/64" dev "p$n" nodad &&
		ip -n "n$n" link set lo up && ip -n "n$n" link set "p$n" up
}

start_server() {
	ns_start 1 "$traffic" serve 7 >/dev/null 2>&1
	server=$started
}

# Both ports with their driver and the server on port 1. What the tests before left
# of the driver goes first, so each begins with a reset device.
ports_up() {
	! loaded ixgbe || rmmod ixgbe
	modprobe ixgbe && port_up 0 && port_up 1 && links_up && start_server &&
		wait_for 120 ns 0 "$traffic" stream 192.0.2.2 7 0
}

ports_down() {
	[ -z "$server" ] || { kill "$server" && wait "$server"; }
	server=''
	ip netns del n0 && ip netns del n1 && rmmod ixgbe
}

# set_mtu N BYTES
set_mtu() {
	ip -n "n$1" link set "p$1" mtu "$2"
}

# stream KIB [ADDRESS]: that much both ways at once over TCP, every byte compared
stream() {
	ns 0 timeout 300 "$traffic" stream "${2:-192.0.2.2}" 7 "$1"
}

# sizes FIRST LAST STEP [ADDRESS]: echoes of frames of all these sizes without FCS
sizes() {
	ns 0 timeout 300 "$traffic" sizes "${4:-192.0.2.2}" 7 "$1" "$2" "$3"
}

# proto_errors N: segments and datagrams that software found a wrong checksum in
proto_errors() {
	# shellcheck disable=SC2016 # awk's own
	ns "$1" awk '$1 == "Tcp:" || $1 == "Udp:" {
		if (!($1 in name)) { name[$1] = $0; next }
		n = split(name[$1], f)
		for (i = 2; i <= n; i++) if (f[i] == "InCsumErrors") sum += $i
	} END { print sum + 0 }' /proc/net/snmp
}

# stat N NAME: one line of ethtool -S
stat() {
	ns "$1" ethtool -S "p$1" | awk -v name="$2:" '$1 == name { print $2 }'
}

# queues_sum NAME: of port 1, what its queues have counted
queues_sum() {
	ns 1 ethtool -S p1 | awk -v name="^queue[0-9]+_$1:" '$1 ~ name { sum += $2 } END { print sum + 0 }'
}

# long_frames_mapped BYTES: 20 echoes of that many are sent by port 1 without copying them
long_frames_mapped() {
	local mapped copied
	mapped=$(queues_sum tx_mapped) copied=$(queues_sum tx_copied)
	ns 1 busybox ping -c 20 -i 0.05 -s "$1" 192.0.2.1 | grep " 0% packet loss" || return
	mapped=$(($(queues_sum tx_mapped) - mapped)) copied=$(($(queues_sum tx_copied) - copied))
	echo "$mapped frames mapped, $copied copied"
	[ "$mapped" -ge 20 ] && [ "$copied" -lt 10 ]
}

# Port 1 has sent all there was, and the device can read none of it any more.
nothing_mapped() {
	[ "$(queues_sum tx_mappings)" = 0 ]
}

# A program (XDP) at port 1 sends back what comes from port 0 for others, of one packet or
# two, and lets the rest pass. So few at once fit into one batch on any machine.
program_works() {
	local pins=/tmp/bpf size back
	mkdir -p $pins && mount -t bpf bpf $pins && "$RL_KO/xdp" load hops $pins/hops &&
		set_mtu 0 3400 && set_mtu 1 3400 && links_up &&
		ip -n n1 link set p1 promisc on xdpdrv pinned $pins/hops || return
	for size in 60 1000 1514 3400; do
		back=$(ns 0 "$RL_KO/xdp" frames p0 10 $size 1 0 0) || return
		echo "$back frames of 10 and $size bytes came back"
		[ "$back" = 10 ] || return
	done
	[ "$(queues_sum xdp_tx)" = 40 ] && sizes 60 3414 311 && stream 64 &&
		ip -n n1 link set p1 promisc off xdpdrv off && umount $pins
}

# interrupts_of N: all that port N had, on two CPUs
interrupts_of() {
	# shellcheck disable=SC2016 # awk's own
	awk -v port="p$1" '$NF ~ "^" port "(-TxRx-[0-9]+)?$" { sum += $2 + $3 } END { print sum + 0 }' \
		/proc/interrupts
}

# self_test N online|offline: passed, and no part of it failed
self_test() {
	local output
	output=$(ns "$1" ethtool -t "p$1" "$2")
	echo "$output"
	[[ $output == *"The test result is PASS"* ]] && ! grep -E '\s[1-9][0-9]*$' <<<"$output"
}

# Who sends asks soon whether it has to send again: by default it waits for 200 ms at least,
# and that is most of the time that a crash takes.
ask_soon() {
	local n
	for n in 0 1; do
		ip -n n$n route change 192.0.2.0/24 dev p$n proto kernel scope link \
			src 192.0.2.$((n + 1)) rto_min 5ms || return
	done
}

# $packets: what port 0 has received, in whose namespace process $1 is. Starting a process
# to find out takes a guest longer than it takes the driver to come back.
count_received() {
	local name numbers=
	while read -r name numbers; do
		[ "$name" != p0: ] || break
	done <"/proc/$1/net/dev" || return
	read -r _ packets _ <<<"$numbers"
}

# crash_is_over PID INSTANCE CRASHES PACKETS: there were more of both
crash_is_over() {
	local crashes
	read -r crashes <"$rl_sys/$2/crashes"
	count_received "$1" || return
	[ "$crashes" -gt "$3" ] && [ "$packets" -gt $(($4 + 200)) ]
}

# crash_under PID INSTANCE NUMBER: so many faults in the domain at port 1, of all kinds in
# turn, unless PID ends, whose connection goes through there. Each fault takes the frame with it
# that it waited for. Were that again and again the one that the sender tries once more, it
# would wait longer each time and in the end too long: so the connection has to move on first,
# by more than a batch that was on its way and what the sender tries once more.
crash_under() {
	local kinds=(null_write wild_jump bug divide loop stack_overflow) i packets
	for ((i = 0; i < $3; i++)); do
		kill -0 "$1" 2>/dev/null || return
		inject "$2" "${kinds[i % 6]}" submit_and_poll
		count_received "$1" || return
		wait_for 40 crash_is_over "$1" "$2" $i "$packets" || return
		((i % 1000 < 999)) || echo "# $((i + 1)) crashes"
	done
}
