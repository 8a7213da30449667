# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # run, which reads this, sets them
#
# tools/domain.mk: with which compilers and flags a domain is built. Sourced by run; make
# reads it as kbuild would, and builds nothing.

# A domain's Kbuild; lines in front of domain.mk, settings of make
domain_mk() {
	local lines=$1
	shift
	printf '%s\n' 'rl-domain := some' 'some-objs-y := a.o b.o' "$lines" \
		"include $root/tools/domain.mk" 'nothing: ;' 'FORCE:' >"$tmp/Kbuild"
	make -s -f "$tmp/Kbuild" RL_TOP="$root" obj="$tmp" CC=gcc "$@" nothing >"$tmp/log" 2>&1
}

builds() {	# name, what is said, arguments of domain_mk
	local what=$1 text=$2
	shift 2
	domain_mk "$@" && [ "$(cat "$tmp/log")" = "$text" ]
	result $? "domain.mk builds $what"
}

builds_not() {	# name, message, arguments of domain_mk
	local what=$1 text=$2
	shift 2
	! domain_mk "$@" && grep -qF "some: $text.  Stop." "$tmp/log"
	result $? "domain.mk refuses $what"
}

builds "with flags that are fine" "" \
	'ccflags-y := -O3 -fno-pic' KBUILD_CFLAGS='-O2 -fno-lto -fno-PIE'
printf '#!/bin/sh\necho "Debian clang version 14.0.6"\n' >"$tmp/clang"
chmod +x "$tmp/clang"
builds_not "clang" \
	"clang cannot be guarded: it assembles by itself; build with gcc, or set rl-guard := none" \
	'' CC="$tmp/clang"
for flag in -fsanitize=kernel-address -fsanitize-coverage=trace-pc -flto -flto=auto -fsplit-stack \
	-finstrument-functions -fprofile-arcs -fprofile-generate -pipe -fplugin=some.so \
	-fpic -fPIC -fpie -fPIE -m32 -mx32 -masm=intel; do
	builds_not "$flag" "cannot be guarded with $flag" "ccflags-y := -O2 $flag"
done
for place in KBUILD_CFLAGS CFLAGS_MODULE subdir-ccflags-y CFLAGS_b.o CFLAGS_rl_lib.o; do
	builds_not "a flag of $place" "cannot be guarded with -fpic" "$place := -O2 -fpic"
done
builds_not "a level that is none" \
	'rl-guard := some: there are "stores", "full" and "none"' 'rl-guard := some'
alone="rl-guard := none: not built without the store guard, unless by make RL_INSECURE=some"
builds_not "what is not guarded" "$alone" 'rl-guard := none'
builds_not "what is not guarded and not named" "$alone" \
	'rl-guard := none' RL_INSECURE='other some_dom'
said="insecure: some is built without the store guard: it can damage anything"
builds "what is named" "$said" 'rl-guard := none' RL_INSECURE='other some'
builds "that with any flag" "$said" $'rl-guard := none\nccflags-y := -fpic' RL_INSECURE=some
