// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sealing: what was proved is signed. The bytes are those of the image that the
 * proof was about, not read again, and the file is replaced as a whole; whoever
 * changes it while this program runs gains nothing.
 */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "verify.h"
#include "../../core/seal_format.h"

#define SIGN_FILE_MARK "~Module signature appended~\n"

static int trouble(const char *what, const char *why)
{
	fprintf(stderr, "rlverify: %s: %s\n", what, why);
	return -1;
}

static bool ends_with(const struct image *img, const char *tail, size_t len)
{
	return img->file_size >= len && !memcmp(img->file + img->file_size - len, tail, len);
}

static EVP_PKEY *read_key(const char *path)
{
	FILE *f = fopen(path, "r");
	EVP_PKEY *key;

	if (!f) {
		trouble(path, strerror(errno));
		return NULL;
	}
	key = PEM_read_PrivateKey(f, NULL, NULL, NULL);
	fclose(f);
	if (key && EVP_PKEY_base_id(key) == EVP_PKEY_RSA && EVP_PKEY_bits(key) == RL_SEAL_KEY_BITS)
		return key;
	trouble(path, "no private RSA key of the right size; let tools/rlkey make one");
	EVP_PKEY_free(key);
	return NULL;
}

static int name_key(EVP_PKEY *key, struct rl_seal *seal)
{
	u8 digest[SHA256_DIGEST_LENGTH], *der = NULL;
	int len = i2d_PublicKey(key, &der);

	if (len < 0)
		return -1;
	SHA256(der, len, digest);
	memcpy(seal->key_id, digest, sizeof(seal->key_id));
	OPENSSL_free(der);
	return 0;
}

static int sign(const struct image *img, EVP_PKEY *key, struct rl_seal *seal)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t len = sizeof(seal->signature);
	int good;

	good = ctx && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) > 0 &&
	       EVP_DigestSignUpdate(ctx, img->file, img->file_size) > 0 &&
	       EVP_DigestSignUpdate(ctx, seal, offsetof(struct rl_seal, signature)) > 0 &&
	       EVP_DigestSignFinal(ctx, seal->signature, &len) > 0 &&
	       len == sizeof(seal->signature);
	EVP_MD_CTX_free(ctx);
	return good ? 0 : -1;
}

/* @path becomes file and seal, with the permissions it had; or stays as it is. */
static int replace(const struct image *img, const char *path, const struct rl_seal *seal)
{
	char new[4096];
	struct stat st;
	FILE *f;
	int fd;

	if (snprintf(new, sizeof(new), "%s.XXXXXX", path) >= (int)sizeof(new))
		return trouble(path, strerror(ENAMETOOLONG));
	fd = mkstemp(new);
	if (fd < 0)
		return trouble(new, strerror(errno));
	f = fdopen(fd, "wb");
	if (f && !stat(path, &st) && !fchmod(fd, st.st_mode & 0777) &&
	    fwrite(img->file, img->file_size, 1, f) == 1 &&
	    fwrite(seal, sizeof(*seal), 1, f) == 1 && !fclose(f) && !rename(new, path))
		return 0;
	trouble(path, strerror(errno));
	unlink(new);
	return -1;
}

int seal_file(const struct image *img, const char *path, const char *key_path,
	      enum rl_guard_level level)
{
	struct rl_seal seal = {
		.size = img->file_size, .rules = RL_SEAL_RULES, .level = level,
		.magic = RL_SEAL_MAGIC,
	};
	EVP_PKEY *key;
	int err;

	if (ends_with(img, RL_SEAL_MAGIC, sizeof(RL_SEAL_MAGIC)))
		return trouble(path, "sealed already");
	if (ends_with(img, SIGN_FILE_MARK, strlen(SIGN_FILE_MARK)))
		return trouble(path, "signed for the kernel already; seal first, sign afterwards");
	key = read_key(key_path);
	if (!key)
		return -1;
	err = name_key(key, &seal) || sign(img, key, &seal);
	if (err)
		trouble(key_path, ERR_error_string(ERR_get_error(), NULL));
	EVP_PKEY_free(key);
	return err ? -1 : replace(img, path, &seal);
}
