# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034
#
# Part of tests/run: what was generated is compiled, run and fuzzed.

# Generated files against the same headers the product uses, or against mock/; the header,
# where layouts are asserted, with both compilers.
compiles() {	# name
	local compiler part cc
	local flags=(-fsyntax-only -Wall -Wextra -Werror -Wno-unused-function)

	{
		sed -n 's/^#ifdef \(.*_MAIN\)$/#define \1/p' "$gen/redleaf/gen/$1.h"
		echo "#include <redleaf/gen/$1.h>"
	} >"$tmp/include.c_"
	for compiler in gcc ${clang:+"$clang"}; do
		"$compiler" "${flags[@]}" -ffreestanding -nostdinc -Wno-unused-const-variable \
			-Wno-unused-variable -I"$root/include" -I"$gen" -x c "$tmp/include.c_" ||
			return 1
	done
	cc=(gcc "${flags[@]}")
	# methods that do nothing use none of their arguments
	"${cc[@]}" -ffreestanding -nostdinc -Wno-unused-parameter -Wno-unused-variable \
		-I"$root/include" -I"$gen" "$gen/$1_start.c" || return 1
	for part in proxy entry fuzz; do
		"${cc[@]}" -Wno-unused-variable "${mock[@]}" "$gen/$1_$part.c" || return 1
	done
}

[ -n "$clang" ] || skip "layouts are the same on clang" "clang is not installed"
for f in "$gen"/*.json; do
	name=$(basename "$f" .json)
	compiles "$name" >"$tmp/log" 2>&1
	check $? "compile $name"
	python3 "$tests/json_check.py" asserts "$f" >"$tmp/json.c_" 2>"$tmp/log" &&
		gcc -fsyntax-only -w -ffreestanding -nostdinc -I"$root/include" -I"$gen" \
			-x c "$tmp/json.c_" >"$tmp/log" 2>&1
	check $? "$name.json says what the header says"
done
python3 "$tests/json_check.py" keys "$root/Documentation/idl.rst" "$gen"/*.json >"$tmp/log" 2>&1
check $? "idl.rst has the keys of the JSON files"
if command -v groff >/dev/null; then
	groff -man -ww -z "$gen"/*.9 >"$tmp/log" 2>&1 && [ ! -s "$tmp/log" ]
	check $? "manual pages have no errors"
else
	skip "manual pages have no errors" "groff is not installed"
fi

run_c() {	# source, extra flags...
	local source=$1
	shift
	gcc -g -O1 -Wall -Wextra -Werror -Wno-unused-function -Wno-unused-variable "$@" \
		"${sanitizers[@]}" "${mock[@]}" -o "$tmp/prog" "$source" >"$tmp/log" 2>&1 &&
		"$tmp/prog" >"$tmp/log" 2>&1
}

# The skeletons pass as they are. References are to interfaces of other modules, too.
skeleton() {	# name
	local parts=("$gen/$1_test.c") import

	for import in $(sed -n 's/^\t"imports": \[\(.*\)\],$/\1/p' "$gen/$1.json" | tr -d '",'); do
		parts+=("$gen/${import}_proxy.c")
	done
	gcc -Wall -Wextra -Werror -Wno-unused-function -Wno-unused-variable "${mock[@]}" \
		-o "$tmp/prog" "${parts[@]}" && "$tmp/prog"
}

for f in "$gen"/*.json; do
	name=$(basename "$f" .json)
	skeleton "$name" >"$tmp/log" 2>&1 &&
		[ "$(grep -c '^ok' "$tmp/log")" = "$(grep -c '"method": ' "$f")" ]
	check $? "test skeleton $name"
done

# The descriptor a domain makes from its declaration.
run_c "$tests/domain_test.c" -Wno-unused-const-variable
check $? "descriptor of a declared domain"

# The build adds up stack frames for a bound that it is told; it is the declared one.
stack_is() {	# domain, bytes
	echo "#include <redleaf/gen/$1.h>" | gcc -fsyntax-only -ffreestanding -nostdinc "-D${1^^}_MAIN" \
		"-DRL_STACK=$2" -I"$root/include" -I"$gen" -x c - >"$tmp/log" 2>&1
}
stack_is dom_c 1024 && stack_is membdev 3072 && ! stack_is dom_c 3072 &&
	grep -q 'rl-stack in the Kbuild is not the stack that domain dom_c declares' "$tmp/log"
check $? "rl-stack is what the domain declares"

for suite in proxy object caps lend; do
	run_c "$tests/${suite}_test.c"
	status=$?
	while read -r verdict name; do
		case $verdict in
		pass) result 0 "$suite: $name" ;;
		fail) result 1 "$suite: $name" ;;
		*) echo "# $verdict $name" ;;
		esac
	done <"$tmp/log"
	result $status "${suite}_test ends well"
done

# Fuzzers: of the generated code, of the compiler, and whether they see anything.
fuzzer() {	# output, source, flags...
	local out=$1 source=$2
	shift 2
	"$clang" -g -O1 -fsanitize=fuzzer "${sanitizers[@]}" -w "$@" -o "$out" "$source" \
		>"$tmp/log" 2>&1
}
fuzz() {	# program, short runs, arguments...
	local program=$1 runs=$2
	shift 2
	(cd "$tmp" && "$program" -seed=1 -timeout=60 -verbosity=0 -print_final_stats=0 \
		"${FUZZ:+-max_total_time=}${FUZZ:--runs=$runs}" "$@") \
		>"$tmp/log" 2>&1
}
if [ -n "$clang" ] && echo 'int LLVMFuzzerTestOneInput(const char *d, long n);
int LLVMFuzzerTestOneInput(const char *d, long n) { return 0; }' >"$tmp/probe.c_" &&
	fuzzer "$tmp/probe" "$tmp/probe.c_" -x c; then
	for name in bdev net rltest rlcap rlshadow family inout deques caps lends; do
		fuzzer "$tmp/f" "$gen/${name}_fuzz.c" "${mock[@]}" && fuzz "$tmp/f" 30000 -max_len=4096
		check $? "fuzz $name"
	done
	blind=0
	while IFS=: read -r name file change; do
		mkdir -p "$tmp/bad" && cp "$gen/$name"_*.c "$tmp/bad"
		sed -i "$change" "$tmp/bad/${name}_$file.c"
		cmp -s "$gen/${name}_$file.c" "$tmp/bad/${name}_$file.c" && blind=1
		fuzzer "$tmp/f" "$tmp/bad/${name}_fuzz.c" "${mock[@]}" &&
			fuzz "$tmp/f" 300000 -max_len=4096 && { blind=1; echo "# unseen: $change"; }
		grep -q 'broken promise' "$tmp/log" || { blind=1; explain; }
	done <"$tests/broken"
	result $blind "the fuzzer sees what is broken"
	mkdir -p "$tmp/corpus"
	cp "$tests"/accept/*.idl "$tests"/reject/*.idl "$tests"/reject/lib/*.idl "$tmp/corpus"
	for f in "$tests"/compat/*; do
		{ cat "$f"/old/*.idl && printf '\n====\n' && cat "$f"/new/*.idl; } \
			>"$tmp/corpus/compat_$(basename "$f")"
	done
	fuzzer "$tmp/f" "$tests/fuzz_rlidl.c" "-I$tmp" "-I$idl" -D_GNU_SOURCE \
		"-DACCEPTED=\"$tests/accept\"" "$idl"/[!m]*.c "$tmp"/*.c &&
		fuzz "$tmp/f" 6000 -max_len=2048 -dict="$tests/rlidl.dict" -only_ascii=0 "$tmp/corpus"
	check $? "fuzz rlidl"

	# A file may end anywhere: no crash, no leak, an error or success.
	mkdir -p "$tmp/cut"
	for f in "$tests"/accept/*.idl; do
		size=$(stat -c %s "$f")
		for ((i = 0; i < size; i += size / 8 + 1)); do
			head -c "$i" "$f" >"$tmp/cut/$(basename "$f").$i"
		done
	done
	"$tmp/f" "$tmp"/cut/* >"$tmp/log" 2>&1 && [ "$(grep -c '^Executed' "$tmp/log")" -gt 500 ]
	check $? "truncated input is refused in order"
else
	skip "fuzzers" "no clang with libFuzzer"
fi
