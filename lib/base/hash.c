/* hash.c - see hash.h. xxhash.h: XXH3_128bits(), XXH3_128bits_update(). */
#include "base/hash.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/alloc.h"

struct hash_stream {
	XXH3_state_t *state; /* owned */
};

static struct hash canonical(XXH128_hash_t from)
{
	XXH128_canonical_t c;
	struct hash ret;

	_Static_assert(sizeof(ret.bytes) == sizeof(c.digest), "128 bits");
	XXH128_canonicalFromHash(&c, from);
	memcpy(ret.bytes, c.digest, sizeof(ret.bytes));
	return ret;
}

struct hash hash_of(const void *data, size_t len)
{
	return canonical(XXH3_128bits(data, len));
}

bool hash_is_same(const struct hash *a, const struct hash *b)
{
	return !memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

struct hash_stream *hash_begin(void)
{
	struct hash_stream *s = x_calloc(1, sizeof(*s));

	s->state = XXH3_createState();
	if (!s->state || XXH3_128bits_reset(s->state) != XXH_OK)
		abort(); /* no memory: as x_calloc() */
	return s;
}

void hash_feed(struct hash_stream *s, const void *data, size_t len)
{
	XXH3_128bits_update(s->state, data, len);
}

struct hash hash_end(struct hash_stream *s)
{
	struct hash ret = canonical(XXH3_128bits_digest(s->state));

	XXH3_freeState(s->state);
	free(s);
	return ret;
}
