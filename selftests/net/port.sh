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

# What the model thought of the domain: nothing.
model_is_content() {
	local name
	for name in guest-errors advice unknown-accesses dma-errors; do
		check "the model counts no $name" counter_is 1 "$name" 0
	done
}
