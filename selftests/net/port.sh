# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the tests of network drivers share: the in-tree ixgbe at one end of a cable, as
# port 0, and an 82599 driven by a domain at the other, as port 1
#
# Ports, namespaces, addresses and traffic are those of selftests/nic82599/lib.sh.
# shellcheck source=selftests/nic82599/lib.sh
. "$RL_TOP/selftests/nic82599/lib.sh"

# The domain takes its function before ixgbe is there to take both.
# load_ixgbe_dom [ixgbe_dom.ko parameters]
load_ixgbe_dom() {
	! loaded ixgbe || rmmod ixgbe
	load_core && load rl_net && insmod "$RL_KO/ixgbe_dom.ko" "pci=$(nic_bdf 1)" "$@"
}

# Both ports and the server on port 1.
domain_port_up() {
	load_ixgbe_dom "$@" && modprobe ixgbe && port_up 0 && port_up 1 && links_up &&
		start_server && wait_for 20 ns 0 "$traffic" stream 192.0.2.2 7 0
}

# Everything out again; interfaces of a namespace that ends go with their drivers.
domain_port_down() {
	ports_down && unload ixgbe_dom rl_net redleaf
}

# register ADDRESS: its value, out of the dump of port 1's domain
register() {
	ns 1 ethtool -d p1 raw on | od -An -v -tx4 -w8 |
		awk -v want="$(printf %08x "$1")" '$1 == want { print $2 }'
}

# register_is ADDRESS REGEX
register_is() {
	local have
	have=$(register "$1")
	echo "register $1: $have, want $2"
	[[ $have =~ ^$2$ ]]
}

# ethtool_has REGEX OPTIONS...: of ethtool about port 1
ethtool_has() {
	local want=$1 output
	shift
	output=$(ns 1 ethtool "$@") || return
	echo "$output"
	grep -Ezq "$want" <<<"$output"
}

# reaches DEST COUNT [VLAN]: that many of 20 frames
reaches() {
	local dest=$1 want=$2 have
	shift 2
	have=$("$traffic" reach "$dest" 20 "$@")
	echo "$have frames of 20, want $want"
	[ "$have" = "$want" ]
}

# vlan_add N: VLAN 100 of port N
vlan_add() {
	ip -n "n$1" link add link "p$1" name "v$1" type vlan id 100 &&
		ip -n "n$1" addr add "198.51.100.$(($1 + 1))/24" dev "v$1" &&
		ip -n "n$1" link set "v$1" up
}

# What the model thought of the domain: nothing.
model_is_content() {
	local name
	for name in guest-errors advice unknown-accesses dma-errors; do
		check "the model counts no $name" counter_is 1 "$name" 0
	done
}
