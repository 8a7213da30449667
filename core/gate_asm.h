/* SPDX-License-Identifier: GPL-2.0-only */
/* Offsets of struct rl_frame for assembly; gate.c asserts each of them. */
#ifndef RL_GATE_ASM_H
#define RL_GATE_ASM_H

#define RL_FRAME_LIMIT	0
#define RL_FRAME_SP	8
#define RL_FRAME_IP	16
#define RL_FRAME_GATE	32
#define RL_FRAME_WINDOW	64
#define RL_FRAME_SPAN	72

/* Of struct rl_gate and struct rl_code. */
#define RL_GATE_CODE	32
#define RL_CODE_TEXT	0
#define RL_CODE_SIZE	8
#define RL_CODE_ENTRY	16

#endif
