/* tls.c - see tls.h. EVP_DigestInit_ex2(3). */
#include "io/tls.h"

#include <openssl/evp.h>

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
