# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034
#
# Part of tests/run: what compiles also loads. The core's own code takes every type of
# every module and finds trees as deep as rlidl does; and rlidl takes what the core's
# headers take and not one more. What those have no bound for is the language's own.

# Tables alone, of all proxies, in one source; redleaf/gen has the structs.
tables() {
	local name
	local names=()

	for f in "$gen"/*_proxy.c; do
		grep -q '^const struct rl_type_desc' "$f" || continue
		name=$(basename "$f" _proxy.c)
		names+=("$name")
		echo "#include <redleaf/gen/$name.h>"
		sed -n '/^enum {$/,/^};/p' "${f%.c}.h"
		sed -n '/^static const struct rl_x\(slot\|len\) /,/^};/p
			/^const struct rl_type_desc /,/^};/p' "$f"
	done
	printf '\nstatic const struct table {\n\tconst char *module;\n'
	printf '\tconst struct rl_type_desc *types;\n\tunsigned int n;\n} tables[] = {\n'
	for name in "${names[@]}"; do
		printf '\t{ "%s", %s_types, ARRAY_SIZE(%s_types) },\n' "$name" "$name" "$name"
	done
	echo '};'
}

core=$tmp/core
mkdir -p "$core"
sed -n 's,^#[[:space:]]*include <\(\(linux\|asm\|trace\)/[^>]*\)>.*,\1,p' "$root"/core/*.[ch] \
	"$root"/include/redleaf/*.h | sort -u | while read -r name; do
	mkdir -p "$core/$(dirname "$name")"
	echo '/* shim.h has it all */' >"$core/$name"
done
echo '#include_next <linux/errno.h>' >"$core/linux/errno.h"
tables >"$core/tables.h"
gcc -g -O1 -w "${sanitizers[@]}" -DRL_CORE -D_GNU_SOURCE -I"$core" \
	-include "$root/tools/bench/native/shim.h" -I"$root/include" -I"$gen" -I"$root/core" \
	-I"$root" -o "$tmp/loads" "$tests/loads_test.c" >"$tmp/log" 2>&1 &&
	"$tmp/loads" >"$tmp/loaded" 2>"$tmp/log"
status=$?
check $status "the core's types compile as a process"
[ $status = 0 ] || return

! grep '^refused' "$tmp/loaded" >"$tmp/log"
check $? "the core takes every type of every module"

for f in "$gen"/*.json; do
	name=$(basename "$f" .json)
	sed -n "s/^\t\t{\"type\": \"\([^\"]*\)\".*\"depth\": \([0-9]*\)}.*/type $name \1 \2/p" "$f"
done | sort >"$tmp/declared"
grep '^type' "$tmp/loaded" | sort | diff - "$tmp/declared" >"$tmp/log" && [ -s "$tmp/declared" ]
check $? "trees are as deep as the core finds them"

core_has() { sed -n "s/^limit $1 //p" "$tmp/loaded"; }

takes() {	# text
	echo "module x version 1; $1" >"$tmp/x.idl"
	"$rlidl" -o "$tmp/none" "$tmp/x.idl" >"$tmp/log" 2>&1
}

# N in a text is the number, or what makes_... makes of it.
limit() {	# the core's name, most it allows, what, function or text
	local text

	for text in "$2" "$(($2 + 1))"; do
		case $4 in
		makes_*) "$4" "$text" ;;
		*) echo "${4//N/$text}" ;;
		esac >"$tmp/text.$((text - $2))"
	done
	[ "$2" -gt 0 ] && takes "$(cat "$tmp/text.0")" && ! takes "$(cat "$tmp/text.1")" &&
		[ "$(grep -c ': error: ' "$tmp/log")" = 1 ]
	check $? "$1: $3 up to $2"
}

times() {	# n, text with %s for 1 to n
	local i

	for ((i = 1; i <= $1; i++)); do
		# shellcheck disable=SC2059
		printf "$2" $i
	done
}

makes_name() { printf "domain %0$1d { heap = 65536; }" 0 | tr 0 a; }
makes_iface() { printf "interface x_%0$(($1 - 2))d { @restart(fail) @atomic f(); }" 0 | tr 0 a; }
makes_params() {
	echo 'domain d { heap = 65536;'
	times "$1" '\n/// text\nparam p%s = 1 [0, 1];'
	echo ' }'
}
makes_pci() {
	echo 'domain d { heap = 65536;'
	times "$1" 'pci vendor %s device 1; '
	echo ' }'
}
makes_methods() {
	echo 'interface x {'
	times "$1" '@restart(fail) @atomic f%s(); '
	echo ' }'
}
makes_requires() {
	times "$1" 'interface x_%s { @restart(fail) @atomic f(); } '
	echo "domain d { heap = 65536;"
	times "$1" 'requires x_%s; '
	echo ' }'
}
makes_depth() {
	echo 'exchange struct s1 { u64 a; }'
	for ((i = 2; i <= $1; i++)); do
		echo "exchange struct s$i { owned s$((i - 1)) a; }"
	done
}
# the same, with a vec of a plain struct, which is no level more, at the bottom
makes_vec_depth() {
	echo 'struct p { u64 a; } exchange struct s2 { owned vec<p, 4> a; }'
	for ((i = 3; i <= $1; i++)); do
		echo "exchange struct s$i { owned s$((i - 1)) a; }"
	done
}
makes_types() { times "$1" 'exchange struct t%s { u64 a; }\n'; }

page=$(core_has PAGE_SIZE)
limit RL_NAME_MAX $(($(core_has RL_NAME_MAX) - 1)) "name of a domain" makes_name
limit RL_NAME_MAX $(($(core_has RL_NAME_MAX) - 1)) "name of an interface" makes_iface
limit RL_MAX_MATCHES "$(core_has RL_MAX_MATCHES)" "pci clauses" makes_pci
limit RL_MAX_OPS "$(core_has RL_MAX_OPS)" methods makes_methods
limit RL_MAX_PARAMS "$(core_has RL_MAX_PARAMS)" "parameters of a domain" makes_params
limit RL_MAX_REQUIRES "$(core_has RL_MAX_REQUIRES)" "required interfaces" makes_requires
limit RL_MAX_RESTARTS "$(core_has RL_MAX_RESTARTS)" restarts \
	'domain d { heap = 65536; restarts = N; }'
limit RL_MAX_THREADS "$(core_has RL_MAX_THREADS)" threads 'domain d { heap = 65536; threads = N; }'
limit RL_MAX_TIMERS "$(core_has RL_MAX_TIMERS)" timers 'domain d { heap = 65536; timers = N; }'
limit RL_STACK_MAX "$(core_has RL_STACK_MAX)" stack 'domain d { heap = 65536; stack = N; }'
limit RL_WINDOW_MAX "$(core_has RL_WINDOW_MAX)" heap 'domain d { heap = N; }'
limit RL_WINDOW_MAX "$(core_has RL_WINDOW_MAX)" dma \
	'domain d { heap = 65536; pci class 1 mask 1; dma = N; }'
limit RL_WINDOW_MIN "$(core_has RL_WINDOW_MIN)" "least heap" \
	"domain d { heap = 2 * $(core_has RL_WINDOW_MIN) - N; }"
limit RL_XDEPTH "$(core_has RL_XDEPTH)" "objects in objects" makes_depth
limit RL_XDEPTH "$(core_has RL_XDEPTH)" "objects above a vec" makes_vec_depth
limit RL_XTYPES "$(core_has RL_XTYPES)" "types of a module" makes_types
limit PAGE_SIZE "$page" "bytes of an object for DMA" '@dma exchange struct s { u8 a[N]; }'
limit PAGE_SIZE "$page" "alignment" '@align(N) exchange struct s { u8 a; }'

takes 'domain d { heap = 65536; }' && "$rlidl" -o "$tmp/d" "$tmp/x.idl" >"$tmp/log" 2>&1 &&
	grep -q "\"stack\": $(core_has RL_STACK_DEFAULT)," "$tmp/d/x.json"
check $? "RL_STACK_DEFAULT is the default of stack"
