# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What a restart must not leave behind: numbers before and after
# shellcheck source=selftests/nvme/lib.sh
. "$RL_TOP/selftests/nvme/lib.sh"

meminfo() {
	awk -v k="$1:" '$1 == k { print $2 }' /proc/meminfo
}

no_dumps() {
	! ls -d /sys/class/devcoredump/devcd* 2>/dev/null
}

# What must be exactly the same, one "name number" a line. Crash dumps go away by
# themselves, some minutes later: now.
counts() {
	local data
	for data in /sys/class/devcoredump/devcd*/data; do
		[ ! -e "$data" ] || echo 1 >"$data"
	done
	wait_for 5 no_dumps >/dev/null
	echo "interrupts $(wc -l </proc/interrupts)"
	# shellcheck disable=SC2009 # all but one kind, counted
	ps --ppid 2 -o comm= | grep -v kworker | sort | uniq -c
	echo "sysfs $(find "$rl_sys" | wc -l)"
	echo "mappings $(grep -c redleaf /proc/vmallocinfo)"
	echo "disks $(find /sys/block -name 'rl*' | wc -l)"
	awk '/^(redleaf|rl_|crash_dom|nvme_dom)/ { print "module", $1, $3 }' /proc/modules
}

# Kilobytes that cannot be reclaimed
memory() {
	sync
	echo 3 >/proc/sys/vm/drop_caches
	sleep 1
	echo $(($(meminfo SUnreclaim) + $(meminfo VmallocUsed) + $(meminfo Percpu)))
}

# Objects that are allocated, one "cache number" a line. The number is exact once no
# CPU holds free ones back.
objects() {
	local cache
	for cache in /sys/kernel/slab/*; do
		[ -L "$cache" ] || echo 1 >"$cache/shrink"
	done
	awk 'NR > 2 { print $1, $2 }' /proc/slabinfo
}

snapshot() {
	counts >/tmp/counts
	memory_before=$(memory)
}

same_counts() {
	counts >/tmp/counts.now
	diff /tmp/counts /tmp/counts.now
}

# memory_grew_less KIB
memory_grew_less() {
	local now
	now=$(memory)
	echo "$memory_before KiB before, $now KiB now"
	[ $((now - memory_before)) -lt "$1" ]
}

# no_cache_grew OBJECTS: none has so many more than in /tmp/objects; shows which grew most
no_cache_grew() {
	local grew=0
	objects | awk -v limit="$1" '
		NR == FNR { before[$1] = $2; next }
		{ print $2 - before[$1], $1; grew = grew || $2 - before[$1] >= limit }
		END { exit grew }' /tmp/objects - >/tmp/grown || grew=1
	sort -rn /tmp/grown | sed 's/ / more objects of /; 3q'
	return $grew
}
