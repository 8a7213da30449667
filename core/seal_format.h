/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The seal at the end of a domain's .ko, as tools/rlverify writes and the core
 * reads it. What the kernel's sign-file appends comes behind it. All numbers are
 * little endian; whoever includes this has u8, u32 and u64.
 */
#ifndef RL_SEAL_FORMAT_H
#define RL_SEAL_FORMAT_H

/* Rules that the verifier proves: the contract version of Documentation/guard.rst. */
#define RL_SEAL_RULES		3
#define RL_SEAL_KEY_BITS	3072
#define RL_SEAL_KEY_ID		8
#define RL_SEAL_MAGIC		"RedLeaf seal 1\n"

/**
 * struct rl_seal - what was found of the bytes in front of it
 * @size: how many these are: the whole ELF file
 * @rules: %RL_SEAL_RULES of the verifier that found it
 * @level: enum rl_guard_level that it was verified for
 * @key_id: first bytes of the SHA-256 of the public key (DER, PKCS#1)
 * @signature: RSA, PKCS#1 v1.5 with SHA-256, of everything in front of this field: the
 *	file and the fields above
 * @magic: %RL_SEAL_MAGIC, with its zero
 */
struct rl_seal {
	u64 size;
	u32 rules;
	u32 level;
	u8 key_id[RL_SEAL_KEY_ID];
	u8 signature[RL_SEAL_KEY_BITS / 8];
	u8 magic[sizeof(RL_SEAL_MAGIC)];
};

#endif
