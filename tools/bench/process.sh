# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What builds sources of a built $tree as a process, in $out; sourced by */build
#
# Sources are those of the tree; the kernel's headers are replaced by native/shim.h under
# every name they include. Code generation flags are the ones kbuild used for the same
# file (from its .cmd files), but for those that need a kernel around the code: its code
# model, and the thunks for indirect calls and returns, which kernels patch away on CPUs
# that do not need them.
set -euo pipefail

shim=$(cd "$(dirname "${BASH_SOURCE[0]}")/native" && pwd)/shim.h
# shellcheck disable=SC2154
include=$out/include
rm -rf "$out"
mkdir -p "$include"
# shellcheck disable=SC2154,SC2034
core=(-g -w -Werror=implicit -DRL_CORE -I"$include" -include "$shim" -I"$tree/include" -I"$tree/core"
	-I"$tree" -I"$tree/idl/gen" -I"$(dirname "$shim")")
# What is not the kernel's. Code that is aligns its stack to 8, the C library wants 16:
# who stands between both aligns it.
# shellcheck disable=SC2034
host=(-O2 -std=gnu11 -D_GNU_SOURCE) between=-mincoming-stack-boundary=3

# options FILE: one per line, all that kbuild gave to the compiler of this source
options() {
	head -n 1 "$(dirname "$tree/$1")/.$(basename "$1" .c).o.cmd" | tr ' ' '\n'
}

# flags FILE: how kbuild generated code for this source
flags() {
	options "$1" | grep -E '^-(O|f|m|pg|std=)' |
		grep -vE '^-f?m(acro|cmodel|indirect-branch|function-return|harden-sls)|^-fmacro'
}

# headers FILE...: of the kernel, that sources include; shim.h has what is in them
headers() {
	local name
	sed -n 's,^#[[:space:]]*include <\(\(linux\|asm\|trace\)/[^>]*\)>.*,\1,p' "$@" | sort -u |
		while read -r name; do
			mkdir -p "$include/$(dirname "$name")"
			echo '/* shim.h has it all */' >"$include/$name"
		done
	echo '#include_next <linux/errno.h>' >"$include/linux/errno.h"
}

compile() {	# source, object, flags...
	local source=$1 object=$2
	shift 2
	gcc -c "$@" -fno-pie -o "$out/$object" "$source"
}
