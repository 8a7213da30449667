# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the host tests of drivers share: a driver, the domain API and device of its
# fake.c, and the cases of its tests become one program
#
# Sourced by a tests/run beside the driver's sources. Everything runs under ASan and
# UBSan, in a temporary folder that is gone afterwards.
set -eu

tests=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$tests/../../.." && pwd)
idl=$root/idl
tap=$root/selftests/host
libs='' also=''
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

build_rlidl() {
	bison -l -o "$tmp/parse.tab.c" --defines="$tmp/parse.tab.h" "$idl/parse.y"
	flex -o"$tmp/lex.lex.c" -L "$idl/lex.l"
	gcc -O1 -w -I"$tmp" -I"$idl" -o "$tmp/rlidl" "$tmp"/*.c "$idl"/*.c
}

# The sources beside the tests, but not what kbuild adds (rl_*.c, *.mod.c), and those that
# the driver shares with others ($libs, $also).
build_tests() {
	local sources shared=() name
	mapfile -t sources < <(find "$tests"/.. -maxdepth 1 -name '*.c' ! -name 'rl_*' ! -name '*.mod.c')
	for name in $libs; do
		shared+=("$root/domains/lib/$name/$name.c")
		[ ! -d "$root/domains/lib/$name/tests" ] || shared+=("$root/domains/lib/$name/tests"/*.c)
	done
	gcc -g -O1 -Wall -Wextra -Werror -Wno-unused-parameter \
		-fsanitize=address,undefined -fno-sanitize-recover=all \
		-I"$root/include" -I"$tmp/gen" -I"$tap" -o "$tmp/test" \
		"$tests"/*.c "$tap/tap.c" "${sources[@]}" \
		"${shared[@]}" ${also:+"$tap/$also"/*.c}
}

# test_driver INTERFACE...: generate these, build, run; a driver that shares code with
# others (domains/lib/NAME, rl-libs of its Kbuild) sets libs=NAMES before, and the fake
# device may be theirs too; also=NAME brings in selftests/host/NAME
test_driver() {
	local name
	build_rlidl >&2
	for name in "$@"; do
		"$tmp/rlidl" -o "$tmp/gen" "$idl/$name.idl" >&2
	done
	build_tests >&2
	"$tmp/test"
}
