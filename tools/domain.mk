# SPDX-License-Identifier: GPL-2.0-only
#
# How a domain's .ko is built. A domain's Kbuild sets
#   rl-domain := name
#   name-objs-y := its objects
# and includes this file. Its objects are compiled without any kernel header,
# with %r15 reserved for the gate and %r10, %r11 for the guard, and with a stack
# check at the head of every function. The trusted glue object (tools/glue.c) is
# added only after tools/domain-check has looked at what they import and define.
rl-objs := $($(rl-domain)-objs-y)

obj-m += $(rl-domain).o
$(rl-domain)-y := $(rl-objs) rl_lib.o rl_glue.o

$(addprefix $(obj)/,$(rl-objs) rl_lib.o): private LINUXINCLUDE := \
	-I$(RL_TOP)/include -I$(RL_TOP)/idl/gen

ccflags-remove-y += $(CC_FLAGS_FTRACE)
# a sanitizer's calls are no business of a domain
KASAN_SANITIZE := n
KCOV_INSTRUMENT := n
# kbuild forces compiler_types.h in; its own include guard keeps it out again
rl-domain-flags := -D__LINUX_COMPILER_TYPES_H -ffreestanding -ffixed-r15 -ffixed-r10 -ffixed-r11 \
		   -pg -mfentry -mfentry-name=rl_prologue -fno-jump-tables \
		   -Werror=vla -Wframe-larger-than=1024
$(foreach o,$(rl-objs) rl_lib.o,$(eval CFLAGS_$(o) += $(rl-domain-flags)))
CFLAGS_rl_glue.o := -include $(RL_TOP)/core/base.h -I$(RL_TOP) -I$(RL_TOP)/core

# kbuild compiles what lies in its own folder: one line that includes the rest
$(obj)/rl_lib.c: FORCE
	@echo '#include "$(RL_TOP)/domains/lib/lib.c"' | cmp -s - $@ || \
		echo '#include "$(RL_TOP)/domains/lib/lib.c"' > $@

$(obj)/rl_glue.c: FORCE
	@echo '#include "$(RL_TOP)/tools/glue.c"' | cmp -s - $@ || \
		echo '#include "$(RL_TOP)/tools/glue.c"' > $@

$(obj)/rl_glue.o: $(obj)/rl_checked

$(obj)/rl_checked: $(addprefix $(obj)/,$(rl-objs) rl_lib.o) \
		   $(RL_TOP)/core/allowlist.h $(RL_TOP)/tools/domain-check
	@$(RL_TOP)/tools/domain-check $(rl-domain) $(RL_TOP)/core/allowlist.h \
		$(addprefix $(obj)/,$(rl-objs) rl_lib.o)
	@touch $@

clean-files += rl_lib.c rl_glue.c rl_checked
