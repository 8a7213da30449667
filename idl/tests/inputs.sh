# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034
#
# Part of tests/run: what rlidl accepts, refuses, and says.

for f in "$tests"/accept/*.idl "$idl"/*.idl; do
	"$rlidl" -I "$idl" -o "$gen" "$f" >"$tmp/log" 2>&1 && [ ! -s "$tmp/log" ]
	check $? "accept $(basename "$f" .idl)"
done

# An expectation and the output it is of: golden/x.h is redleaf/gen/x.h.
[ "$update" = --update ] && for f in "$tests"/golden/*; do
	cp "$(find "$gen" -name "$(basename "$f")")" "$f"
done
for f in "$tests"/golden/*; do
	diff -u "$f" "$(find "$gen" -name "$(basename "$f")")" >"$tmp/log"
	check $? "golden $(basename "$f")"
done

# The rest of it as sums: what changed without being meant to has its name here.
for f in "$tests"/accept/*.idl; do
	name=$(basename "$f" .idl)
	(cd "$gen" && sha256sum "redleaf/gen/$name.h" "$name"{.9,.json,.rst,_trace.h} \
		"$name"_{proxy.h,proxy.c,entry.c,fuzz.c,start.c,test.c}) ||
		echo "$name: an output is missing"
done 2>&1 | awk '{ print substr($1, 1, 16), $2 }' >"$tmp/sums"
[ "$update" = --update ] && cp "$tmp/sums" "$tests/golden.sums"
diff -u "$tests/golden.sums" "$tmp/sums" >"$tmp/log"
check $? "golden.sums: all outputs are those"

cd "$tests/reject" || exit 1
for f in *.idl; do
	"$rlidl" -I lib -o "$tmp/none" "$f" >"$tmp/log" 2>&1
	status=$?
	[ "$update" = --update ] && cp "$tmp/log" "${f%.idl}.err"
	[ $status = 1 ] && [ ! -e "$tmp/none" ] && [ "$(grep -c ': error: ' "$tmp/log")" = \
		"$(grep -c '^hint: ' "$tmp/log")" ] && diff -u "${f%.idl}.err" "$tmp/log" >"$tmp/diff"
	check $? "reject ${f%.idl}"
	rm -rf "$tmp/none"
done

# One folder a case: old/ and new/ hold the module, err what is said (empty: compatible).
cd "$tests/compat" || exit 1
for f in *; do
	"$rlidl" --check-compat "$f"/old/*.idl "$f"/new/*.idl >"$tmp/log" 2>&1
	status=$?
	[ "$update" = --update ] && cp "$tmp/log" "$f/err"
	[ $status = "$([ -s "$f/err" ] && echo 3 || echo 0)" ] && diff -u "$f/err" "$tmp/log" \
		>"$tmp/diff"
	check $? "compat $f"
done
for f in "$idl"/previous/*.idl; do
	"$rlidl" --check-compat "$f" "$idl/$(basename "$f")" >"$tmp/log" 2>&1
	check $? "compat: own $(basename "$f" .idl) with the previous one"
done
for f in "$tests"/accept/*.idl; do
	"$rlidl" --check-compat "$f" "$f" >"$tmp/log" 2>&1 || break
done
check $? "compat: every file with itself"

# The same input gives the same output: other build, other folder, other day.
for f in "$tests"/accept/*.idl "$idl"/*.idl; do
	cp "$f" "$tmp"
done
for f in "$tests"/accept/*.idl "$idl"/*.idl; do
	(cd "$tmp" && ./plain -o again "$(basename "$f")")
done
diff -r "$gen" "$tmp/again" >"$tmp/log"
result $? "output is deterministic"

fingerprint() {	# text
	printf '%s\n' "$1" >"$tmp/x.idl"
	"$rlidl" -o "$tmp/fp" "$tmp/x.idl" &&
		sed -n 's/^#define X_FINGERPRINT //p' "$tmp/fp/redleaf/gen/x.h"
}
head="module x version 1; struct s { u64 a[4]; }"
a=$(fingerprint "$head interface x { @restart(fail) @atomic f(in s v); }")
b=$(fingerprint "/// text
module x version 1; const N = 2 * 2; /* c */ struct unused { u8 a; }
struct s { u64 a[N]; } // c
interface x {
	/// doc
	@atomic @restart(fail) f ( in s v ) ; }")
[ -n "$a" ] && [ "$a" = "$b" ]
result $? "fingerprint ignores comments, space and spelling"
status=0
for changed in \
	"module x version 2; struct s { u64 a[4]; } interface x { @restart(fail) @atomic f(in s v); }" \
	"module x version 1; struct s { u64 a[5]; } interface x { @restart(fail) @atomic f(in s v); }" \
	"module x version 1; struct s { s64 a[4]; } interface x { @restart(fail) @atomic f(in s v); }" \
	"$head interface x { @restart(replay) @atomic f(in s v); }" \
	"$head interface x { @restart(fail) @may_sleep f(in s v); }" \
	"$head interface x { @restart(fail) @atomic f(out s v); }" \
	"$head interface x { @restart(fail) @atomic g(in s v); }" \
	"$head host interface x { @restart(fail) @atomic f(in s v); }"; do
	b=$(fingerprint "$changed")
	if [ -z "$b" ] || [ "$a" = "$b" ]; then
		status=1
		echo "# same: $changed"
	fi
done
result $status "fingerprint depends on everything else"

# Imports: the file's own folder, then -I in order; each module once.
mkdir -p "$tmp/a" "$tmp/b" "$tmp/c"
echo 'module lib version 1; const WHERE = 1;' >"$tmp/a/lib.idl"
echo 'module lib version 1; const WHERE = 2;' >"$tmp/b/lib.idl"
echo 'module top version 1; import lib; const IT = lib.WHERE;' >"$tmp/c/top.idl"
where() {	# options...
	"$rlidl" "$@" -o "$tmp/top" "$tmp/c/top.idl" >"$tmp/log" 2>&1 &&
		sed -n 's/^#define TOP_IT //p' "$tmp/top/redleaf/gen/top.h"
}
[ "$(where -I "$tmp/a" -I "$tmp/b")" = 1 ] && [ "$(where -I "$tmp/b" -I "$tmp/a")" = 2 ]
check $? "-I folders are searched in order"
where
[ $? = 1 ] && grep -q "there is no module 'lib'" "$tmp/log"
check $? "an import that is nowhere is refused"
cp "$tmp/b/lib.idl" "$tmp/c"
[ "$(where -I "$tmp/a")" = 2 ]
check $? "the importing file's folder comes first"

# An error in an import is shown there, and is the importer's error too.
echo 'module lib version 1; const WHERE = 1 / 0;' >"$tmp/c/lib.idl"
where
[ $? = 1 ] && grep -q '^[^ ]*/c/lib.idl:1:' "$tmp/log" && [ "$(grep -c error: "$tmp/log")" = 1 ]
check $? "an error in an import"

# With two bits there are four ids, so five types must meet, across files too.
printf 'module lib version 1; exchange struct s { u64 a; } exchange struct t { u64 a; }\n' \
	>"$tmp/c/lib.idl"
for t in 1 2 3 4 5; do
	echo "exchange struct t$t { u64 a; }"
done >"$tmp/types"
{ echo 'module top version 1; import lib;'; cat "$tmp/types"; } >"$tmp/c/top.idl"
(cd "$tmp/c" && "$tmp/few_bits" -o "$tmp/none" top.idl) >"$tmp/log" 2>&1
status=$?
[ "$update" = --update ] && cp "$tmp/log" "$tests/few_bits.err"
[ $status = 1 ] && diff -u "$tests/few_bits.err" "$tmp/log" >"$tmp/diff"
check $? "two types with one id are refused"
"$rlidl" -o "$tmp/top" "$tmp/c/top.idl" >"$tmp/log" 2>&1
check $? "the same types with all bits"

# Files that do not know each other are compared by what was written of them.
"$idl/unique.awk" "$gen"/*.json >"$tmp/log" 2>&1
check $? "all types and interfaces have hashes of their own"
for t in 1 2 3 4 5; do
	echo "module few$t version 1; exchange struct t { u64 a; }" >"$tmp/c/few$t.idl"
	"$tmp/few_bits" -o "$tmp/few" "$tmp/c/few$t.idl"
done
"$idl/unique.awk" "$tmp"/few/*.json >"$tmp/log" 2>&1
[ $? = 1 ] && grep -q 'few[2-5]\.json: hash 0x[0-9a-f]* of type few[2-5]_t is that of type few[1-4]_t in ' \
	"$tmp/log"
check $? "two types of different files with one hash are refused"
for t in 1 2 3 4 5; do
	echo "module few$t version 1; interface few$t { @restart(fail) @atomic f(); }" \
		>"$tmp/c/few$t.idl"
	"$tmp/few_bits" -o "$tmp/few" "$tmp/c/few$t.idl"
done
"$idl/unique.awk" "$tmp"/few/*.json >"$tmp/log" 2>&1
[ $? = 1 ] && grep -q 'of interface few[2-5] is that of interface few[1-4] in ' "$tmp/log"
check $? "two interfaces of different files with one fingerprint are refused"

exits() {	# wanted, name, args...
	local wanted=$1 name=$2
	shift 2
	"$rlidl" "$@" >"$tmp/log" 2>&1
	[ $? = "$wanted" ] && [ -s "$tmp/log" ]
	result $? "$name"
}
exits 0 "--help" --help
exits 0 "--version" --version
exits 2 "no file" -o "$tmp/none"
exits 2 "two files" a.idl b.idl
exits 2 "unknown option" --fast a.idl
exits 2 "missing file" "$tmp/missing.idl"
exits 2 "name without .idl" "$tests/run"
mkdir "$tmp/folder.idl"
exits 2 "folder as input" "$tmp/folder.idl"
exits 2 "folder that cannot be made" -o /dev/null/x "$idl/bdev.idl"
exits 2 "--check-compat with one file" --check-compat "$idl/bdev.idl"
exits 2 "--check-compat with a missing file" --check-compat "$idl/bdev.idl" "$tmp/missing.idl"
exits 1 "--check-compat with a wrong file" --check-compat "$idl/bdev.idl" \
	"$tests/reject/struct_empty.idl"
exits 3 "--check-compat with another module" --check-compat "$idl/bdev.idl" "$idl/rltest.idl"

