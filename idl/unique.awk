#!/usr/bin/awk -f
# SPDX-License-Identifier: GPL-2.0-only
#
# Has every exchange type and every interface a hash of its own? rlidl sees one file and
# its imports at a time; this sees what it wrote of all of them, X.json. Prints hash and
# name of each. Two names with one hash end the build; one name in many files is fine:
# types are described by importers, too.

BEGIN { FS = "\"" }

$2 == "type" && $6 == "id" { note($8, "type " $4) }
$2 == "interface" && $10 == "fingerprint" { note($12, "interface " $4) }

function note(hash, name) {
	if (!(hash in owner)) {
		owner[hash] = name
		file[hash] = FILENAME
		print hash, name
	} else if (owner[hash] != name) {
		print "unique.awk: " FILENAME ": hash " hash " of " name " is that of " owner[hash] \
			" in " file[hash] "; rename one, or a field of it" >"/dev/stderr"
		failed = 1
	}
}

END { exit failed }
