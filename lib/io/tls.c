/* tls.c - see tls.h. EVP_DigestInit_ex2(3), EVP_MAC(3), EVP_MAC-HMAC(7). */
#include "io/tls.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"

struct digest {
	EVP_MD_CTX *ctx; /* owned */
};

struct digest *digest_md5_new(void)
{
	struct digest *d = x_calloc(1, sizeof(*d));

	d->ctx = EVP_MD_CTX_new();
	if (d->ctx && EVP_DigestInit_ex2(d->ctx, EVP_md5(), NULL) == 1)
		return d;
	digest_free(d);
	return NULL;
}

void digest_update(struct digest *d, const void *data, size_t len)
{
	EVP_DigestUpdate(d->ctx, data, len);
}

void digest_final(struct digest *d, char hex[DIGEST_MD5_HEX])
{
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	EVP_DigestFinal_ex(d->ctx, md, &len);
	hex[0] = '\0';
	for (unsigned i = 0; i < len && 2 * i + 2 < DIGEST_MD5_HEX; i++)
		snprintf(hex + (size_t)2 * i, 3, "%02x", md[i]);
	EVP_DigestInit_ex2(d->ctx, EVP_md5(), NULL);
}

void digest_free(struct digest *d)
{
	if (!d)
		return;
	EVP_MD_CTX_free(d->ctx);
	free(d);
}

bool digest_sha256(const void *data, size_t len, uint8_t ret[DIGEST_SHA256_LEN])
{
	return EVP_Digest(data, len, ret, NULL, EVP_sha256(), NULL) == 1;
}

struct mac {
	EVP_MAC_CTX *ctx; /* owned */
};

struct mac *mac_sha256_new(const void *key, size_t len)
{
	char name[] = "SHA256";
	const OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
		OSSL_PARAM_construct_end() };
	EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	struct mac *m = x_calloc(1, sizeof(*m));

	m->ctx = hmac ? EVP_MAC_CTX_new(hmac) : NULL;
	EVP_MAC_free(hmac);
	if (m->ctx && EVP_MAC_init(m->ctx, key, len, params) == 1)
		return m;
	mac_free(m);
	return NULL;
}

/* Without a key, init begins again with the one it has. */
int mac_sha256(struct mac *m, const void *data, size_t len, uint8_t tag[MAC_SHA256_LEN])
{
	size_t got = 0;

	if (EVP_MAC_init(m->ctx, NULL, 0, NULL) != 1 || EVP_MAC_update(m->ctx, data, len) != 1 ||
		EVP_MAC_final(m->ctx, tag, &got, MAC_SHA256_LEN) != 1 || got != MAC_SHA256_LEN)
		return -EIO;
	return 0;
}

void mac_free(struct mac *m)
{
	if (!m)
		return;
	EVP_MAC_CTX_free(m->ctx);
	free(m);
}
