# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034
#
# What the parts of tests/run share: TAP, building, and the variables
#   tests idl root  folders of the source;  tmp  a folder of our own
#   rlidl  the compiler with sanitizers;  gen  its outputs for all inputs
#   update  "--update" when expectations are to be rewritten

n=0 failed=0

result() {	# status, name; $tmp/log says why
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		failed=$((failed + 1))
	fi
}

skip() {	# name, reason
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

explain() { sed 's/^/# /' "$tmp/log"; }

# The same with the reason behind it.
check() {	# status, name
	result "$1" "$2"
	[ "$1" = 0 ] || explain
}

build() {	# output, flags...
	local out=$1
	shift
	gcc -g -Wall -Wextra -Werror -Wno-format-truncation "$@" -I"$tmp" -I"$idl" -o "$out" \
		"$tmp"/*.c "$idl"/*.c
}

sanitizers=("-fsanitize=address,undefined" -fno-sanitize-recover=all)
mock=(-I"$tests/mock" -I"$root/include" -I"$gen" -I"$tests")

# clang is there wherever tools/setup.sh has run; a layout needs two opinions.
clang=$(command -v clang-14 || command -v clang || true)
