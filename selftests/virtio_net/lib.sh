# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the tests of virtio network devices share: the kernel's virtio_net at one end of a
# cable, as port 0, and a device driven by a domain at the other, as port 1
#
# Ports, namespaces, addresses and traffic are those of selftests/nic82599/lib.sh; the
# device of port N in QEMU is vnetN.
# shellcheck source=selftests/nic82599/lib.sh
. "$RL_TOP/selftests/nic82599/lib.sh"

# Read by tests.
# shellcheck disable=SC2034
ko=$RL_KO/virtio_net_dom.ko instance=virtio_net.0

# Address of the function of port N, which is known by the device that it was given.
vnet_bdf() {
	local device found=()
	for device in /sys/bus/pci/devices/*; do
		case $(cat "$device/vendor")$(cat "$device/device") in
		0x1af40x1000 | 0x1af40x1041) found+=("${device##*/}") ;;
		esac
	done
	echo "${found[$1]:-}"
}

# For port_up of the 82599's library: the domain's interface is the function's, the
# kernel's driver has one of a virtio device below it.
interface_of() {
	local path
	path=$(find "/sys/bus/pci/devices/${vnet_bdfs[$1]}/" -maxdepth 3 -path '*/net/*' | head -n 1)
	[ -n "$path" ] && basename "$path"
}

unbind() {
	echo "$1" >/sys/bus/pci/drivers/virtio-pci/unbind
}

# The stock driver gives port 1 up; the domain takes it.
# load_vnet [virtio_net_dom.ko parameters]
load_vnet() {
	load_core && load rl_net && unbind "${vnet_bdfs[1]}" &&
		insmod "$ko" "pci=${vnet_bdfs[1]}" "$@"
}

# Both ports and the server on port 1.
ends_up() {
	port_up 0 && port_up 1 && links_up && start_server &&
		wait_for 20 ns 0 "$traffic" stream 192.0.2.2 7 0
}

# Everything out again; interfaces of a namespace that ends go with their drivers, but the
# kernel's device comes back to the first namespace.
ends_down() {
	[ -z "$server" ] || { kill "$server" && wait "$server"; }
	server=''
	ip netns del n0 && ip netns del n1 && unload virtio_net_dom rl_net redleaf
}

modprobe virtio_net && wait_for 20 test -n "$(vnet_bdf 1)"
vnet_bdfs=("$(vnet_bdf 0)" "$(vnet_bdf 1)")
