/*
 * tls.h - the one door to OpenSSL: digests, message authentication; TLS will live here too. The library is opened when one of them
 * is first asked for.
 */
#ifndef IO_TLS_H
#define IO_TLS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DIGEST_MD5_HEX = 33 /* 32 hex digits and NUL */, MAC_SHA256_LEN = 32 };

/*
 * Opens the library, which is a file: who will have no files later calls it before. NULL, or why it cannot be opened, until the
 * next call of anything here.
 */
const char *tls_open(void);

/* A running MD5: what `genhash` and the word `digest` of keepalived.conf(5) mean. No security rests on it. */
struct digest;

/* NULL when there is no library, or it refuses MD5 (a FIPS configuration). */
struct digest *digest_md5_new(void);
void digest_update(struct digest *d, const void *data, size_t len);
/* Lower-case hex of all bytes so far into `hex`; the digest begins anew. */
void digest_final(struct digest *d, char hex[DIGEST_MD5_HEX]);
/* Accepts NULL. */
void digest_free(struct digest *d);

/* HMAC-SHA256 (RFC 2104) with one key, which the library keeps a copy of until mac_free(). */
struct mac;

/* NULL when there is no library, or it refuses. */
struct mac *mac_sha256_new(const void *key, size_t len);
/* The tag of `data`. 0, or -EIO when the library refuses. */
int mac_sha256(struct mac *m, const void *data, size_t len, uint8_t tag[MAC_SHA256_LEN]);
/* Overwrites the key; accepts NULL. */
void mac_free(struct mac *m);
#endif
