# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What it takes to run DPDK's testpmd on ports of the 82599: huge pages, uio, and ports
# without a driver of the kernel
#
# Sourced by dpdk.test and by tools/bench.
pmds=/usr/lib/x86_64-linux-gnu/dpdk/pmds-23.0

# The hundred drivers beside this one take their time to load; testpmd is linked with
# some of them.
only_ixgbe() {
	local lib
	mkdir -p /tmp/pmds
	cp -a $pmds/librte_{bus_pci,bus_vdev,mempool_ring,net_ixgbe}.so* /tmp/pmds || return
	ldd "$(command -v dpdk-testpmd)" | sed -n 's/.* => \([^ ]*librte_[^ ]*\) .*/\1/p' |
		xargs realpath | grep "^$pmds/" |
		while read -r lib; do cp -a "${lib%.so*}".so* /tmp/pmds; done
	mount --bind /tmp/pmds $pmds
}

# to_user_space FUNCTION...: of the PCI bus, without a driver
to_user_space() {
	local bdf
	for bdf in "$@"; do
		echo uio_pci_generic >"/sys/bus/pci/devices/$bdf/driver_override"
		echo "$bdf" >/sys/bus/pci/drivers/uio_pci_generic/bind || return
	done
}

# Memory that stays where it is, for DMA.
huge_pages() {
	echo "$1" >/proc/sys/vm/nr_hugepages
	[ "$(cat /proc/sys/vm/nr_hugepages)" -eq "$1" ]
}
