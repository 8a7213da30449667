/* SPDX-License-Identifier: GPL-2.0-only */
/* What a domain says about itself, made safe to print and to keep. */
#ifndef RL_REPORT_H
#define RL_REPORT_H

struct rl_domain;
struct rl_frame;

/* @what and @why are domain pointers; they are copied without trusting them. */
void rl_report_warn(struct rl_domain *d, const char *what, unsigned long ip);
void rl_report_die(struct rl_frame *f, const char *why, unsigned long ip);

#endif
