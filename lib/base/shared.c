/* shared.c - see shared.h. */
#include "base/shared.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

enum { BUCKETS = 1024, TRIES = 32 /* where hardly any are alike, the search is not worth more */ };

/* Bytes in the arena that may be shared. */
struct item {
	struct item *next; /* of its bucket */
	const void *data;
	size_t size;
	uint64_t hash;
	bool is_text; /* not aligned */
};

struct shared {
	struct arena *arena; /* borrowed: the copies */
	struct arena *table; /* owned: items */
	struct item *bucket[BUCKETS];
};

struct shared *shared_new(struct arena *arena)
{
	struct shared *s = x_calloc(1, sizeof(*s));

	s->arena = arena;
	s->table = arena_new();
	return s;
}

void shared_free(struct shared *s)
{
	if (!s)
		return;
	arena_free(s->table);
	free(s);
}

/* FNV-1a, by words: the rest of fewer than eight bytes one by one. */
static uint64_t fnv(const void *data, size_t size)
{
	const uint64_t prime = UINT64_C(0x100000001b3);
	uint64_t h = UINT64_C(0xcbf29ce484222325), word;
	const uint8_t *p = data;

	for (; size >= sizeof(word); p += sizeof(word), size -= sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		h = (h ^ word) * prime;
		h ^= h >> 32;
	}
	for (; size > 0; p++, size--)
		h = (h ^ *p) * prime;
	return h ^ h >> 32;
}

static const void *copy_of(struct shared *s, const void *data, size_t size, bool is_text)
{
	void *copy;

	if (is_text)
		return arena_strdup(s->arena, data);
	copy = arena_alloc(s->arena, size);
	return memcpy(copy, data, size);
}

static const void *share(struct shared *s, const void *data, size_t size, bool is_text)
{
	const uint64_t hash = fnv(data, size);
	struct item **bucket = &s->bucket[hash % BUCKETS], *x = *bucket;

	for (unsigned i = 0; x && i < TRIES; i++, x = x->next)
		if (x->hash == hash && x->size == size && x->is_text == is_text && !memcmp(x->data, data, size))
			return x->data;
	x = arena_alloc(s->table, sizeof(*x));
	*x = (struct item){ *bucket, copy_of(s, data, size, is_text), size, hash, is_text };
	*bucket = x;
	return x->data;
}

const void *shared_bytes(struct shared *s, const void *data, size_t size)
{
	return share(s, data, size, false);
}

const char *shared_text(struct shared *s, const char *text)
{
	return text ? share(s, text, strlen(text) + 1, true) : NULL;
}
