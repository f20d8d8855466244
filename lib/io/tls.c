/*
 * tls.c - see tls.h. dlopen(3), EVP_DigestInit_ex2(3), EVP_MAC(3), EVP_MAC-HMAC(7). The library is opened when it is first needed:
 * it costs each process that has it 2 to 3 MiB, and most configurations need it in none.
 */
#include "io/tls.h"

#include <dlfcn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/opensslv.h>
#include <openssl/params.h>

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define NAME_OF(version) "libcrypto.so." #version
#define LIBRARY(version) NAME_OF(version)

/* What is used of it, with the types of its headers; all NULL: it is not open. */
struct crypto {
	__typeof__(EVP_MD_CTX_new) *md_ctx_new;
	__typeof__(EVP_MD_CTX_free) *md_ctx_free;
	__typeof__(EVP_md5) *md5;
	__typeof__(EVP_DigestInit_ex2) *digest_init;
	__typeof__(EVP_DigestUpdate) *digest_update;
	__typeof__(EVP_DigestFinal_ex) *digest_final;
	__typeof__(EVP_MAC_fetch) *mac_fetch;
	__typeof__(EVP_MAC_free) *mac_free;
	__typeof__(EVP_MAC_CTX_new) *mac_ctx_new;
	__typeof__(EVP_MAC_CTX_free) *mac_ctx_free;
	__typeof__(EVP_MAC_init) *mac_init;
	__typeof__(EVP_MAC_update) *mac_update;
	__typeof__(EVP_MAC_final) *mac_final;
};

static struct crypto crypto;

static const struct {
	const char *name;
	size_t offset; /* in struct crypto */
} functions[] = {
	{ "EVP_MD_CTX_new", offsetof(struct crypto, md_ctx_new) },
	{ "EVP_MD_CTX_free", offsetof(struct crypto, md_ctx_free) },
	{ "EVP_md5", offsetof(struct crypto, md5) },
	{ "EVP_DigestInit_ex2", offsetof(struct crypto, digest_init) },
	{ "EVP_DigestUpdate", offsetof(struct crypto, digest_update) },
	{ "EVP_DigestFinal_ex", offsetof(struct crypto, digest_final) },
	{ "EVP_MAC_fetch", offsetof(struct crypto, mac_fetch) },
	{ "EVP_MAC_free", offsetof(struct crypto, mac_free) },
	{ "EVP_MAC_CTX_new", offsetof(struct crypto, mac_ctx_new) },
	{ "EVP_MAC_CTX_free", offsetof(struct crypto, mac_ctx_free) },
	{ "EVP_MAC_init", offsetof(struct crypto, mac_init) },
	{ "EVP_MAC_update", offsetof(struct crypto, mac_update) },
	{ "EVP_MAC_final", offsetof(struct crypto, mac_final) },
};

/* False: it lacks one. ISO C has no cast from what dlsym(3) gives. */
static bool find_all(void *library, struct crypto *ret)
{
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		void *at = dlsym(library, functions[i].name);

		if (!at)
			return false;
		memcpy((char *)ret + functions[i].offset, &at, sizeof(at));
	}
	return true;
}

const char *tls_open(void)
{
	struct crypto found = { 0 };
	void *library;

	if (crypto.md5)
		return NULL;
	library = dlopen(LIBRARY(OPENSSL_SHLIB_VERSION), RTLD_NOW | RTLD_LOCAL);
	if (!library)
		return dlerror();
	if (!find_all(library, &found)) {
		dlclose(library);
		return LIBRARY(OPENSSL_SHLIB_VERSION) " lacks functions of OpenSSL " OPENSSL_VERSION_STR;
	}
	crypto = found; /* until the end of the process */
	return NULL;
}

struct digest {
	EVP_MD_CTX *ctx; /* owned */
};

struct digest *digest_md5_new(void)
{
	struct digest *d;

	if (tls_open())
		return NULL;
	d = x_calloc(1, sizeof(*d));
	d->ctx = crypto.md_ctx_new();
	if (d->ctx && crypto.digest_init(d->ctx, crypto.md5(), NULL) == 1)
		return d;
	digest_free(d);
	return NULL;
}

void digest_update(struct digest *d, const void *data, size_t len)
{
	crypto.digest_update(d->ctx, data, len);
}

void digest_final(struct digest *d, char hex[DIGEST_MD5_HEX])
{
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	crypto.digest_final(d->ctx, md, &len);
	hex[0] = '\0';
	for (unsigned i = 0; i < len && 2 * i + 2 < DIGEST_MD5_HEX; i++)
		snprintf(hex + (size_t)2 * i, 3, "%02x", md[i]);
	crypto.digest_init(d->ctx, crypto.md5(), NULL);
}

void digest_free(struct digest *d)
{
	if (!d)
		return;
	crypto.md_ctx_free(d->ctx);
	free(d);
}

struct mac {
	EVP_MAC_CTX *ctx; /* owned */
};

struct mac *mac_sha256_new(const void *key, size_t len)
{
	char digest[] = "SHA256";
	const OSSL_PARAM params[] = { OSSL_PARAM_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_END };
	EVP_MAC *hmac;
	struct mac *m;

	if (tls_open())
		return NULL;
	hmac = crypto.mac_fetch(NULL, "HMAC", NULL);
	m = x_calloc(1, sizeof(*m));
	m->ctx = hmac ? crypto.mac_ctx_new(hmac) : NULL;
	crypto.mac_free(hmac);
	if (m->ctx && crypto.mac_init(m->ctx, key, len, params) == 1)
		return m;
	mac_free(m);
	return NULL;
}

/* Without a key, init begins again with the one it has. */
int mac_sha256(struct mac *m, const void *data, size_t len, uint8_t tag[MAC_SHA256_LEN])
{
	size_t got = 0;

	if (crypto.mac_init(m->ctx, NULL, 0, NULL) != 1 || crypto.mac_update(m->ctx, data, len) != 1 ||
		crypto.mac_final(m->ctx, tag, &got, MAC_SHA256_LEN) != 1 || got != MAC_SHA256_LEN)
		return -EIO;
	return 0;
}

void mac_free(struct mac *m)
{
	if (!m)
		return;
	crypto.mac_ctx_free(m->ctx);
	free(m);
}
