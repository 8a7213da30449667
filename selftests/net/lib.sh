# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What tests of network interfaces share: the null network as rl0, with a peer
#
# Sourced by *.test files after RL_TOP is set; brings in selftests/lib.sh.
# shellcheck source=selftests/lib.sh
. "$RL_TOP/selftests/lib.sh"

# Read by tests.
# shellcheck disable=SC2034
dev=rl0 here=10.9.0.1 peer=10.9.0.2

# The peer answers no ARP: it is this host, seen through the reflection.
address() {	# interface, here, peer
	ip addr add "$2/24" dev "$1" && ip link set "$1" up &&
		ip neigh replace "$3" lladdr 02:00:00:00:00:02 dev "$1"
}

load_nullnet() {
	load_core && load nullnet "params=$1" && wait_for 10 test -e /sys/class/net/$dev
}

netstat_of() {	# interface counter
	cat "/sys/class/net/$1/statistics/$2"
}

carrier() {
	[ "$(cat "/sys/class/net/$1/carrier")" = 1 ]
}

# A counter of ethtool -S
counter() {
	ethtool -S "$1" | awk -v k="$2:" '$1 == k { print $2 }'
}

# sum NAME: of a counter of all queues
sum() {
	ethtool -S "$dev" | awk -v k="$1:" '$1 ~ "^queue[0-9]+_" k { n += $2 } END { print n + 0 }'
}

# Some frame, of whichever queue, was handed to a generation after its own.
resent() {
	ethtool -S "$1" | grep -q '_tx_resent: [1-9]'
}

echoes() {	# peer, bytes, number: all are answered
	busybox ping -c "$3" -s "$2" -W 5 "$1" | grep -q " 0% packet loss"
}
