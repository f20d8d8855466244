/* tls.h - the one door to OpenSSL: digests; TLS will live here too. */
#ifndef IO_TLS_H
#define IO_TLS_H
#include <stddef.h>

enum { DIGEST_MD5_HEX = 33 /* 32 hex digits and NUL */ };

/* A running MD5: what `genhash` and the word `digest` of keepalived.conf(5) mean. No security rests on it. */
struct digest;

/* NULL when the library refuses MD5 (a FIPS configuration). */
struct digest *digest_md5_new(void);
void digest_update(struct digest *d, const void *data, size_t len);
/* Lower-case hex of all bytes so far into `hex`; the digest begins anew. */
void digest_final(struct digest *d, char hex[DIGEST_MD5_HEX]);
/* Accepts NULL. */
void digest_free(struct digest *d);
#endif
