# SPDX-License-Identifier: GPL-2.0-only
#
# How a domain's .ko is built. A domain's Kbuild sets
#   rl-domain := name
#   name-objs-y := its objects
# and includes this file. Stores and indirect calls are guarded (tools/guard) unless
# it also sets
#   rl-guard := full
# after which its loads are guarded, too, or
#   rl-guard := none
# which builds only if RL_INSECURE names the domain, too (make RL_INSECURE=name), and which
# redleaf.ko loads only with guard_level=none. A guarded domain's calls may need as much stack
# as its IDL file declares (its header compares), and functions that call themselves are named
# (their depth is checked at run time alone):
#   rl-stack := 3072
#   rl-recursive := names
# What drivers of one kind share, domains/lib/NAME/NAME.c, is linked in by
#   rl-libs := NAME
# A domain's objects are compiled without any kernel header, with %r15 reserved for the
# gate and %r10, %r11 for the guard, and with a stack check at the head of every
# function. The trusted glue object (tools/glue.c) is added only after tools/domain-check
# has looked at what they import and define.
rl-lib-objs := rl_lib.o $(patsubst %,rl_lib_%.o,$(rl-libs))
rl-objs := $($(rl-domain)-objs-y) $(rl-lib-objs)

obj-m += $(rl-domain).o
$(rl-domain)-y := $(rl-objs) rl_glue.o

$(addprefix $(obj)/,$(rl-objs)): private LINUXINCLUDE := \
	-I$(RL_TOP)/include -I$(RL_TOP)/idl/gen

ccflags-remove-y += $(CC_FLAGS_FTRACE)
# a sanitizer's calls are no business of a domain
KASAN_SANITIZE := n
KCOV_INSTRUMENT := n
# kbuild forces compiler_types.h in; its own include guard keeps it out again
rl-domain-flags := -D__LINUX_COMPILER_TYPES_H -ffreestanding -ffixed-r15 -ffixed-r10 -ffixed-r11 \
		   -pg -mfentry -mfentry-name=rl_prologue -fno-jump-tables \
		   -Werror=vla -Wframe-larger-than=1024
rl-guard ?= stores
rl-stack ?= 3072
rl-guard-flags-none :=
# gcc finds the assembler stage as "as" through -B; for the rest see Documentation/guard.rst
rl-guard-flags-stores := -B$(RL_TOP)/tools/guard/ -fno-stack-protector -mstringop-strategy=libcall \
			 -fno-schedule-insns2 -fno-reorder-blocks-and-partition \
			 -falign-functions=16 -mpreferred-stack-boundary=4 \
			 -mincoming-stack-boundary=4 -mindirect-branch=thunk-extern \
			 -mindirect-branch-register
rl-guard-flags-full := $(rl-guard-flags-stores) -Wa,--level=full
ifeq ($(filter $(rl-guard),none stores full),)
$(error $(rl-domain): rl-guard := $(rl-guard): there are "stores", "full" and "none")
endif
ifeq ($(rl-guard),none)
ifeq ($(filter $(rl-domain),$(RL_INSECURE)),)
$(error $(rl-domain): rl-guard := none: not built without the store guard, unless by make RL_INSECURE=$(rl-domain))
endif
$(info insecure: $(rl-domain) is built without the store guard: it can damage anything)
else
ifneq ($(shell $(CC) --version 2>/dev/null | grep -i clang),)
$(error $(rl-domain): clang cannot be guarded: it assembles by itself; build with gcc, or set rl-guard := none)
endif
# what kbuild compiles with: KBUILD_CFLAGS has the kernel's own flags and KCFLAGS
rl-unguardable := $(filter -fsanitize% -flto% -fsplit-stack -finstrument-functions% -fprofile% \
		    -pipe -fplugin=% -fpic -fPIC -fpie -fPIE -m32 -mx32 -masm=intel, \
		    $(KBUILD_CFLAGS) $(CFLAGS_MODULE) $(subdir-ccflags-y) $(ccflags-y) \
		    $(foreach o,$(rl-objs),$(CFLAGS_$(o))))
ifneq ($(rl-unguardable),)
$(error $(rl-domain): cannot be guarded with $(rl-unguardable))
endif
endif
rl-domain-flags += $(rl-guard-flags-$(rl-guard)) -DRL_STACK=$(rl-stack)
$(foreach o,$(rl-objs),$(eval CFLAGS_$(o) += $(rl-domain-flags)))
CFLAGS_rl_glue.o := -DRL_GUARD=$(rl-guard) -include $(RL_TOP)/core/base.h -I$(RL_TOP) -I$(RL_TOP)/core

# kbuild compiles what lies in its own folder: one line that includes the rest
$(obj)/rl_lib.c: FORCE
	@echo '#include "$(RL_TOP)/domains/lib/lib.c"' | cmp -s - $@ || \
		echo '#include "$(RL_TOP)/domains/lib/lib.c"' > $@

$(obj)/rl_lib_%.c: FORCE
	@echo '#include "$(RL_TOP)/domains/lib/$*/$*.c"' | cmp -s - $@ || \
		echo '#include "$(RL_TOP)/domains/lib/$*/$*.c"' > $@

$(obj)/rl_glue.c: FORCE
	@echo '#include "$(RL_TOP)/tools/glue.c"' | cmp -s - $@ || \
		echo '#include "$(RL_TOP)/tools/glue.c"' > $@

$(obj)/rl_glue.o: $(obj)/rl_checked

$(addprefix $(obj)/,$(rl-objs)): $(if $(filter none,$(rl-guard)),,$(RL_TOP)/tools/guard/as)

$(obj)/rl_checked: $(addprefix $(obj)/,$(rl-objs)) \
		   $(RL_TOP)/core/allowlist.h $(RL_TOP)/tools/domain-check
	@$(RL_TOP)/tools/domain-check $(rl-domain) $(RL_TOP)/core/allowlist.h \
		$(rl-guard) $(rl-stack) "stack_overflow wild_jump $(rl-recursive)" \
		$(addprefix $(obj)/,$(rl-objs))
	@touch $@

clean-files += rl_lib.c $(patsubst %,rl_lib_%.c,$(rl-libs)) rl_glue.c rl_checked
