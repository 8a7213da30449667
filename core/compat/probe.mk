# SPDX-License-Identifier: GPL-2.0-only
# Feature probes: what this kernel's headers offer, asked of the headers
# themselves. Distribution kernels backport, so versions say nothing.
rl-inc := $(srctree)/include/linux
rl-arch := $(srctree)/arch/x86/include/asm
rl-probe = $(shell grep -qw '$(1)' $(2) 2>/dev/null && echo -DRL_HAVE_$(3))

rl-compat-flags := \
	$(call rl-probe,dynticks_nmi_nesting,$(rl-inc)/context_tracking_state.h,DYNTICKS_NMI_NESTING) \
	$(call rl-probe,__apic_send_IPI_mask,$(rl-arch)/apic.h,APIC_SEND_IPI_MASK) \
	$(call rl-probe,blk_mode_t,$(rl-inc)/blkdev.h,BLK_MODE_T) \
	$(call rl-probe,hrtimer_setup,$(rl-inc)/hrtimer.h,HRTIMER_SETUP) \
	$(call rl-probe,device_set_driver_override,$(rl-inc)/device.h,DEVICE_OVERRIDE) \
	$(call rl-probe,MOD_TEXT,$(rl-inc)/module.h,MODULE_MEM) \
	$(call rl-probe,xdp_set_features_flag,$(rl-inc)/../net/xdp.h,XDP_FEATURES) \
	$(call rl-probe,__assign_str(dst),$(rl-inc)/../trace/stages/stage6_event_callback.h,ASSIGN_STR_ONE_ARG)
