# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # run, which reads this, sets them
#
# tools/domain-check: which objects may be a domain. Sourced by run.

# An object, guarded if told so; name, C source, options of gcc
object() {
	local name=$1 text=$2
	shift 2
	echo "$text" | gcc -O1 -ffreestanding -ffixed-r10 -ffixed-r11 -ffixed-r15 -pg -mfentry \
		-mfentry-name=rl_prologue -fno-pic -mcmodel=kernel -fcf-protection=none \
		-fno-stack-protector -fno-optimize-sibling-calls -mindirect-branch=thunk-extern \
		-mindirect-branch-register "$@" -x c -c -o "$tmp/$name.o" -
}

domain_check() {	# level, stack, recursive, names of objects
	local level=$1 stack=$2 recursive=$3
	shift 3
	"$root/tools/domain-check" some "$tmp/allowlist.h" "$level" "$stack" "$recursive" \
		"${@/#/$tmp/}" >"$tmp/log" 2>&1
}

may() {	# name, arguments of domain_check
	local what=$1
	shift
	domain_check "$@" && [ ! -s "$tmp/log" ]
	result $? "domain-check allows $what"
}

may_not() {	# name, message, arguments of domain_check
	local what=$1 text=$2
	shift 2
	! domain_check "$@" && [ "$(cat "$tmp/log")" = "error: domain some: $text" ]
	result $? "domain-check refuses $what"
}

printf 'RL_ALLOW(%s)\n' rl_prologue rl_free rl_guard_locals rl_guard_unlocals rl_icall_rdi \
	>"$tmp/allowlist.h"
guarded=(-B"$tmp/bin/")
object one 'void rl_free(void *); int two(void); int rlc_call(int);
	int one(void *p) { rl_free(p); return rlc_call(two()); }'
object two 'static int local; const int constant = 2; int two(void) { return constant; }'
object import 'void printk(void); void import(void) { printk(); }'
object data 'int counter; void count(void) { counter++; }'
object hidden 'static int counter; int count(void) { return counter++; }'
object core 'void rl_free(void *p) { }'
may "what the list names, stubs and what another object has" none 3072 "" one.o two.o
may_not "an import that no object has any more" \
	"one.o imports two, which is not on the allow-list (core/allowlist.h)" none 3072 "" one.o
may_not "an import that is not on the list" \
	"import.o imports printk, which is not on the allow-list (core/allowlist.h)" \
	none 3072 "" two.o import.o
may_not "a writable global" \
	"data.o defines writable global counter; move it into the state structure" none 3072 "" data.o
may_not "a static one" \
	"hidden.o defines writable global counter; move it into the state structure" \
	none 3072 "" hidden.o
may_not "the core's own names" \
	"core.o defines rl_free, which is the core's (core/allowlist.h)" none 3072 "" core.o
may_not "what did not go through the guard" \
	"two.o is not guarded: the compiler ran another assembler than tools/guard/as" \
	stores 3072 "" two.o

object frame 'void rl_free(void *); void frame(void) { char b[100]; rl_free(b); }' "${guarded[@]}"
object caller 'void frame(void); void caller(void) { frame(); }' "${guarded[@]}"
object circle 'int circle(volatile int *n) { return *n ? circle(n + 1) + *n : 0; }' "${guarded[@]}"
may "what is guarded" stores 3072 "" frame.o caller.o
may_not "one of two that is not" \
	"two.o is not guarded: the compiler ran another assembler than tools/guard/as" \
	stores 3072 "" frame.o two.o
domain_check stores 32 "" frame.o caller.o
[ $? = 1 ] && grep -q 'a call of caller needs [0-9]* bytes of stack, 32 are declared' "$tmp/log"
result $? "domain-check refuses more stack than is declared"
domain_check stores 3072 "" circle.o
[ $? = 1 ] && grep -q 'error: domain some: circle calls itself; make it a loop' "$tmp/log"
result $? "domain-check refuses a function that calls itself"
may "one that is declared" stores 3072 "circle" circle.o

# Through a pointer: every function whose address is used, in code or in a table
too_deep() {	# name, function, bytes it needs, names of objects
	local what=$1 function=$2 bytes=$3
	shift 3
	may "$what, if there is room" stores "$bytes" "" "$@"
	may_not "$what, if not" \
		"a call of $function needs $bytes bytes of stack, $((bytes - 1)) are declared (rl-stack)" \
		stores $((bytes - 1)) "" "$@"
}
object deep 'void deep(void) { volatile long b[50]; b[0] = 1; b[49] = b[0]; }' "${guarded[@]}"
object through 'void through(void (*f)(void)) { f(); }' "${guarded[@]}"
object taker 'void deep(void); void through(void (*f)(void));
	void taker(void) { through(deep); }' "${guarded[@]}"
object table 'void deep(void); void (*const table[])(void) = { deep };' "${guarded[@]}"
object back 'void through(void (*f)(void)); void back(void) { through(back); }' "${guarded[@]}"
too_deep "a frame that no pointer leads to" deep 432 deep.o through.o
too_deep "one that a pointer leads to" taker 464 deep.o through.o taker.o
too_deep "one that a table has the address of" through 448 deep.o through.o table.o
domain_check stores 3072 "" back.o through.o
[ $? = 1 ] && grep -q 'error: domain some: .*back.* calls itself; make it a loop' "$tmp/log"
result $? "domain-check refuses a function that calls itself through a pointer"
may "one that is declared, through a pointer" stores 3072 "back" back.o through.o

! domain_check stores 3072 "" frame.o nowhere.o
result $? "domain-check refuses an object that is not there"
