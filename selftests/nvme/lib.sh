# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the NVMe tests share: the stack on every NVMe function of the guest, a
# background that crashes it, the file system on it
# shellcheck source=selftests/lib.sh
. "$RL_TOP/selftests/lib.sh"

# load_nvme [nvme_dom.ko parameters]: all NVMe functions, or those of pci=
load_nvme() {
	local i=0 list='' bdf
	case "$*" in
	*pci=*) ;;
	*)
		while bdf=$(nvme_bdf $i) && [ -n "$bdf" ]; do
			list="$list,$bdf" i=$((i + 1))
		done
		set -- "pci=${list#,}" "$@"
		;;
	esac
	load_core && load rl_bdev && insmod "$RL_KO/nvme_dom.ko" "$@" &&
		wait_for 20 test -b /dev/rlnvme0n1
}

# crash_while PID INSTANCE SECONDS: all kinds of faults in turn until PID ends; in
# a variable of its own, how many
crash_while() {
	local kinds=(null_write wild_jump bug divide loop stack_overflow)
	crashed=0
	while kill -0 "$1" 2>/dev/null; do
		sleep "$3"
		inject "$2" "${kinds[crashed % 6]}" submit && crashed=$((crashed + 1))
	done
}

make_fs() {
	mkfs.ext4 -q "$1" && mkdir -p /tmp/mnt && mount "$1" /tmp/mnt
}

end_fs() {
	umount /tmp/mnt && e2fsck -fn "$1"
}

no_io_errors() {
	! log_since | grep -E 'I/O error|EXT4-fs (error|warning)|Buffer I/O|JBD2.*error'
}
