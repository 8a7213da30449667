#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# setup.sh COMMAND: install what `./rl COMMAND` needs and this machine lacks
#
# Looks first: when nothing is missing it prints nothing and needs no network.
# Packages come from the machine's own apt sources, named in tools/packages;
# kernels are the newest of Debian 12's archive. Removes nothing.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
command=${1%-long}	# the long variant of a command needs what the short one does

installed() {
	# shellcheck disable=SC2016 # dpkg's own variable
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

wanted_packages() {
	awk -v command="$command" '
		/^#/ || NF == 0 { next }
		NF == 1 { print $1; next }
		{ for (i = 2; i <= NF; i++) if ($i == command) print $1 }
	' "$here/packages"
}

missing_packages() {
	for package in $(wanted_packages); do
		installed "$package" || echo "$package"
	done
}

# 6.1 has metapackages; of 6.12 the archive keeps several, we take the newest
# that has both image and headers.
kernel_packages() {
	case $1 in
	6.1) echo linux-image-amd64 linux-headers-amd64 ;;
	6.12)
		release=$(apt-cache pkgnames linux-image-6.12. |
			sed -n 's/^linux-image-\(6\.12\.[0-9]*+deb12-amd64\)$/\1/p' |
			sort -V | tail -n 1)
		[ -n "$release" ] || {
			echo "setup: no 6.12 kernel in your apt sources; add bookworm-security" >&2
			exit 1
		}
		echo "linux-image-$release linux-headers-$release"
		;;
	esac
}

missing_kernels() {
	for series in 6.1 6.12; do
		"$here/vm/kernels" "$series" >/dev/null || echo "$series"
	done
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

packages=$(missing_packages)
kernels=$(missing_kernels)
[ -n "$packages$kernels" ] || exit 0

[ -x /usr/bin/apt-get ] || {
	echo "setup: not a Debian system; install these yourself: $packages" >&2
	exit 1
}
echo "setup: updating package lists"
as_root apt-get -q update
for series in $kernels; do
	found=$(kernel_packages "$series")
	packages="$packages $found"
done
# shellcheck disable=SC2086 # a list of names
set -- $packages
echo "setup: installing $*"
as_root env DEBIAN_FRONTEND=noninteractive \
	apt-get -qy --no-install-recommends install "$@"
