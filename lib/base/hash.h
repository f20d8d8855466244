/*
 * hash.h - the one door to xxHash: XXH3 of 128 bits. Two texts that differ have different ones but for chance (one in 2^64 among
 * four thousand million texts); somebody who wants two texts with one hash can make them, so no security may rest on it.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hash {
	uint8_t bytes[16];
};

struct hash hash_of(const void *data, size_t len);
bool hash_is_same(const struct hash *a, const struct hash *b);

/* Of bytes that come in pieces. */
struct hash_stream;

struct hash_stream *hash_begin(void);
void hash_feed(struct hash_stream *s, const void *data, size_t len);
/* The hash of all that was fed; frees the stream. */
struct hash hash_end(struct hash_stream *s);
#endif
