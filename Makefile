# SPDX-License-Identifier: GPL-2.0-only
#
# Front of the build: every target that ./rl knows, and those for developers
#
# Everything made goes under OUT (default out/); sources are never written to.
# KVER names a kernel release, or the folder of an unpacked kernel package.
OUT	?= out
KVER	?= $(shell tools/vm/kernels $(or $(K),6.1))
ALL_KVER = $(shell tools/vm/kernels 6.1) $(shell tools/vm/kernels 6.12)
KUNIT	?=
TOP	:= $(CURDIR)
BUILD	= tools/build $(if $(KUNIT),-k)

.DEFAULT_GOAL := build
.PHONY: help build modules all-kernels demo demo-net test bench bench-net soak test-debug
.PHONY: test-debug-long debug-kernel tcb sparse checkpatch shellcheck clean campaign test-long

help:
	@echo 'make [target] [KVER=release] [OUT=folder]'
	@echo
	@echo '  build         modules for every installed stock kernel (default)'
	@echo '  modules       modules for one kernel: $$(OUT)/build/KVER/ko'
	@echo '  demo          crash a driver and watch it come back'
	@echo '  demo-net      the same with a network driver; MIB=n to transfer'
	@echo '  test          all tests; ONLY=name K=6.1 choose some'
	@echo '  soak          the long tests'
	@echo '  test-debug    tests on a kernel with KASAN, lockdep, kmemleak'
	@echo '  test-debug-long    the long ones there; every allocation fails in turn'
	@echo '  debug-kernel  build that kernel (cached outside the tree)'
	@echo '  campaign      N faults in the sources of domains, one at a time (SEED=s);'
	@echo '                in their code with BINARY=1; gone after a restart with TRANSIENT=1;'
	@echo '                ANY_CORE=1 goes on though redleaf.ko has changed;'
	@echo '                FIRST=k leaves out the cases before it;'
	@echo '                IOMMU=1: devices are behind one'
	@echo '  test-long     campaigns of 500, in sources, transient and in code'
	@echo '  bench         measure'
	@echo '  bench-net     measure the network driver beside the in-tree one and DPDK'
	@echo '  tcb           count the trusted code base, part by part'
	@echo '  sparse checkpatch shellcheck    static checks'
	@echo '  clean         remove $$(OUT)'

build all-kernels:
	@for k in $(ALL_KVER); do $(BUILD) $$k $(OUT)/build/$$k || exit 1; done

modules:
	@$(BUILD) $(KVER) $(OUT)/build/$(notdir $(KVER))

demo demo-net:
	@$(MAKE) --no-print-directory modules
	@tools/demo/run $(OUT) $@

bench bench-net:
	@$(MAKE) --no-print-directory modules
	@tools/bench/run $(OUT) $@

test soak:
	@tools/test/run --suite $@ --out $(OUT) $(if $(ONLY),--only '$(ONLY)') $(if $(K),--kernel $(K))

N	?= 100
campaign:
	@$(MAKE) --no-print-directory modules
	@selftests/campaign/run --out $(OUT) -n $(N) $(if $(FIRST),--first $(FIRST)) \
		$(if $(SEED),--seed $(SEED)) \
		$(if $(BINARY),--binary) $(if $(TRANSIENT),--transient) \
		$(if $(ANY_CORE),--any-core) $(if $(IOMMU),--iommu) --kernel $(or $(K),6.1)

test-long:
	@$(MAKE) --no-print-directory campaign N=500
	@$(MAKE) --no-print-directory campaign N=500 TRANSIENT=1
	@$(MAKE) --no-print-directory campaign N=500 BINARY=1

debug-kernel:
	@tools/debug-kernel/build

test-debug test-debug-long:
	@tree=$$(tools/debug-kernel/build) && tools/test/run --suite $(@:test-%=%) \
		--out $(OUT) $(if $(ONLY),--only '$(ONLY)') --tree "$$tree"

tcb: modules
	@tools/tcb/count $(OUT)/build/$(notdir $(KVER))/tree

sparse: modules
	@tools/sparse/run $(OUT)/build/$(notdir $(KVER))/tree

checkpatch:
	@tools/checkpatch/run

shellcheck:
	@tools/test/shellcheck

clean:
	rm -rf $(OUT)
