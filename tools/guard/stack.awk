#!/usr/bin/awk -f
# SPDX-License-Identifier: GPL-2.0-only
#
# How deep can the stack of a domain's call become? Adds up what rlguard noted in
# .comment.rlguard of the objects: "O object", "F name frame", "C callee height",
# "I height", "A name". Variables: name, bound, recursive (functions that may call
# themselves: the check at the head of each function bounds those at run time).
#
# An indirect call is taken to reach each function whose address is used. Prints what
# is wrong and exits with 1 when the bound can be exceeded or something undeclared is
# recursive; with verbose=1 the deepest path, too.

BEGIN {
	gate = 24	# what the gate pushes, and rl_prologue's return address
	split(recursive, word, " ")
	for (i in word)
		may_recurse[word[i]] = 1
}

$1 == "O" { object = $2 }
$1 == "F" {
	at = object ":" $2
	frame[at] = $3
	plain[at] = $2
	any[$2] = at
	calls[at] = 0
}
$1 == "C" { to[at, calls[at]] = $2; height[at, calls[at]++] = $3; from[at] = object }
$1 == "I" { to[at, calls[at]] = "*"; height[at, calls[at]++] = $2 }
$1 == "A" { taken[object ":" $2] = 1; taken_any[$2] = 1 }

function find(o, symbol) {
	if ((o ":" symbol) in frame)
		return o ":" symbol
	return symbol in any ? any[symbol] : ""
}

function is_taken(f) {
	return f in taken || plain[f] in taken_any
}

# The functions from f to the end of the path call each other; is one of them declared?
function note_circle(f,	i, text) {
	for (i = length_of_path; i > 0; i--) {
		if (plain[path[i]] in may_recurse)
			return
		text = plain[path[i]] (text ? " -> " : "") text
		if (path[i] == f)
			break
	}
	looping[text] = 1
}

# Deepest way down from f, f's frame included; 0 for imports.
function depth(f,	i, callee, best, d, o, g) {
	if (f == "")
		return 0
	if (f in known)
		return known[f]
	if (f in active) {
		note_circle(f)
		return 0
	}
	active[f] = 1
	path[++length_of_path] = f
	best = frame[f]
	o = substr(f, 1, index(f, ":") - 1)
	for (i = 0; i < calls[f]; i++) {
		if (to[f, i] != "*") {
			d = depth(find(o, to[f, i]))
		} else {
			d = 0
			for (g in frame)
				if (is_taken(g) && depth(g) > d)
					d = depth(g)
		}
		if (d && height[f, i] + 8 + d > best) {
			best = height[f, i] + 8 + d
			next_of[f] = to[f, i]
		}
	}
	delete active[f]
	length_of_path--
	return known[f] = best
}

END {
	for (f in frame)
		if (depth(f) > deepest) {
			deepest = depth(f)
			top = f
		}
	deepest += gate
	for (f in looping) {
		print "error: domain " name ": " f " calls itself; make it a loop, or name one " \
			"of them in rl-recursive: the depth is then checked at run time only" > "/dev/stderr"
		bad = 1
	}
	if (deepest > bound) {
		print "error: domain " name ": a call of " plain[top] " needs " deepest \
			" bytes of stack, " bound " are declared (rl-stack)" > "/dev/stderr"
		bad = 1
	}
	if (verbose)
		print name ": " deepest " of " bound " bytes, from " plain[top]
	exit bad
}
