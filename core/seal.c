// SPDX-License-Identifier: GPL-2.0-only
/*
 * The seal of a domain's file: read, and held against the file.
 *
 * The bytes are those that the kernel is about to load, and the kernel's own copy:
 * nobody changes them any more. Nothing of them is trusted: until the signature
 * was checked, sizes are only compared, and nothing but the seal itself is looked
 * into. What is signed is all of the file, so no part of it needs to be understood
 * here.
 *
 * The key that may seal is compiled in: a parameter or a keyring could be changed
 * by whoever may load modules, and then a seal would say nothing.
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/module_signature.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <crypto/public_key.h>
#include <crypto/sha2.h>
#include "seal.h"
#include "seal_key.h"

static const u8 trusted_key[] = RL_SEAL_KEY;
static const u8 trusted_id[RL_SEAL_KEY_ID] = RL_SEAL_TRUSTED_ID;

/* Handed to the crypto code, which wants memory of kmalloc(). */
struct proof {
	u8 digest[SHA256_DIGEST_SIZE];
	u8 signature[sizeof_field(struct rl_seal, signature)];
};

/* Bytes of @file without what the kernel's sign-file appended. */
static size_t unsigned_size(const u8 *file, size_t size)
{
	const size_t mark = strlen(MODULE_SIG_STRING);
	struct module_signature sig;
	size_t left, len;

	if (size < mark + sizeof(sig) || memcmp(file + size - mark, MODULE_SIG_STRING, mark))
		return size;
	left = size - mark - sizeof(sig);
	memcpy(&sig, file + left, sizeof(sig));
	len = be32_to_cpu(sig.sig_len);
	return len <= left ? left - len : size;
}

/**
 * rl_seal_find() - find the seal of a file
 * @file: its bytes
 * @size: how many
 * @seal: where the seal is copied to; nothing in it is checked but its magic
 *
 * Return: bytes in front of the seal, or -ENODATA without a seal.
 */
int rl_seal_find(const u8 *file, size_t size, struct rl_seal *seal)
{
	size = unsigned_size(file, size);
	if (size < sizeof(*seal) || size > INT_MAX)
		return -ENODATA;
	size -= sizeof(*seal);
	memcpy(seal, file + size, sizeof(*seal));
	return memcmp(seal->magic, RL_SEAL_MAGIC, sizeof(seal->magic)) ? -ENODATA : size;
}
EXPORT_SYMBOL_NS_GPL(rl_seal_find, RL_TEST);

/* 0; -ENOMEM; -ENOPKG: the kernel cannot check; -EKEYREJECTED */
static int check_proof(struct proof *p)
{
	const struct public_key key = {
		.key = (void *)trusted_key,
		.keylen = sizeof(trusted_key),
		.pkey_algo = "rsa",
	};
	const struct public_key_signature sig = {
		.s = p->signature,
		.s_size = sizeof(p->signature),
		.digest = p->digest,
		.digest_size = sizeof(p->digest),
		.pkey_algo = "rsa",
		.hash_algo = "sha256",
		.encoding = "pkcs1",
	};
	int err = public_key_verify_signature(&key, &sig);

	switch (err) {
	case 0:
	case -ENOMEM:
		return err;
	case -ENOENT:
	case -ENOPKG:
		return -ENOPKG;
	default:
		return -EKEYREJECTED;
	}
}

static int check_signature(const u8 *file, size_t size, const struct rl_seal *seal)
{
	struct proof *p = kmalloc(sizeof(*p), GFP_KERNEL);
	int err;

	if (!p)
		return -ENOMEM;
	sha256(file, size, p->digest);
	memcpy(p->signature, seal->signature, sizeof(p->signature));
	err = check_proof(p);
	kfree(p);
	return err;
}

static int check_claims(const struct rl_seal *seal, size_t size, const char *who)
{
	if (memcmp(seal->key_id, trusted_id, sizeof(trusted_id))) {
		pr_err("redleaf: %s: refused: sealed with key %*phN, this core trusts %*phN; build both with the same key (tools/rlkey)\n",
		       who, RL_SEAL_KEY_ID, seal->key_id, RL_SEAL_KEY_ID, trusted_id);
		return -EKEYREJECTED;
	}
	if (seal->rules != RL_SEAL_RULES) {
		pr_err("redleaf: %s: refused: verified by rules %u, this core wants rules %u; build it again\n",
		       who, seal->rules, RL_SEAL_RULES);
		return -EKEYREJECTED;
	}
	if (seal->level >= RL_GUARD_LEVELS) {
		pr_err("redleaf: %s: refused: verified for guard level %u, which this core does not know; build it again\n",
		       who, seal->level);
		return -EKEYREJECTED;
	}
	if (seal->size != size) {
		pr_err("redleaf: %s: refused: its seal is of a file of %llu bytes, it has %zu: cut, or sealed as another; build it again\n",
		       who, seal->size, size);
		return -EKEYREJECTED;
	}
	return 0;
}

/**
 * rl_seal_check() - is a file what the verifier has accepted?
 * @file: its bytes, which nobody changes
 * @size: how many
 * @who: what to call it in the log
 * @level: enum rl_guard_level that it was verified for
 *
 * Context: process, sleeps.
 * Return: 0; -ENODATA without a seal; -ENOMEM; -EKEYREJECTED with the reason in the log.
 */
int rl_seal_check(const u8 *file, size_t size, const char *who, u32 *level)
{
	struct rl_seal seal;
	int bytes = rl_seal_find(file, size, &seal), err;

	if (bytes < 0)
		return bytes;
	err = check_claims(&seal, bytes, who);
	if (err)
		return err;
	err = check_signature(file, bytes + offsetof(struct rl_seal, signature), &seal);
	if (err == -ENOMEM)
		return err;
	if (err) {
		pr_err("redleaf: %s: refused: it is not what was sealed: altered since, or with the seal of another; build it again\n",
		       who);
		return -EKEYREJECTED;
	}
	*level = seal.level;
	return 0;
}

/**
 * rl_seal_probe() - can this kernel check seals?
 *
 * Return: 0, -ENOMEM, or -ENOPKG.
 */
int rl_seal_probe(void)
{
	struct proof *p = kzalloc(sizeof(*p), GFP_KERNEL);
	int err;

	if (!p)
		return -ENOMEM;
	/* smaller than any modulus, and no signature of anything */
	p->signature[sizeof(p->signature) - 1] = 2;
	err = check_proof(p);
	kfree(p);
	return err == -EKEYREJECTED ? 0 : err ?: -ENOPKG;
}
