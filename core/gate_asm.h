/* SPDX-License-Identifier: GPL-2.0-only */
/* Offsets of struct rl_frame for assembly; gate.c asserts each of them. */
#ifndef RL_GATE_ASM_H
#define RL_GATE_ASM_H

#define RL_FRAME_LIMIT	0
#define RL_FRAME_SP	8
#define RL_FRAME_IP	16

#endif
