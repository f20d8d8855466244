/*
 * part.c - see part.h. A part of a block's own is in memory that is gone with the reading; when it is shared, its bytes are looked
 * up among those that are there, and are copied into the configuration's arena where they are new.
 */
#include "conf/part.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/shared.h"

enum { BUCKETS = 1024 };

/* A part of a block's own. */
struct own {
	struct own *next, *next_in_bucket;
	const struct conf_part *part;
	void *out; /* whose it is */
	uint64_t data[];
};

/* What is known of one kind of part: of all blocks with it, or of one kind of them. */
struct kind {
	struct kind *next;
	const struct conf_part *part;
	const struct conf_block *block; /* NULL: of all */
	const void *dflt;               /* NULL: not yet */
	const void *last;               /* the one that was shared last: blocks that are alike stand together */
};

struct conf_parts {
	struct shared *shared; /* owned: in the arena of the configuration */
	struct arena *table;   /* owned: kinds */
	struct arena *scratch; /* owned: own */
	struct kind *kinds;
	struct own *first_own;
	struct own *own[BUCKETS]; /* by the address of data */
};

struct conf_parts *parts_new(struct arena *arena)
{
	struct conf_parts *p = x_calloc(1, sizeof(*p));

	p->shared = shared_new(arena);
	p->table = arena_new();
	p->scratch = arena_new();
	return p;
}

void parts_free(struct conf_parts *p)
{
	if (!p)
		return;
	shared_free(p->shared);
	arena_free(p->table);
	arena_free(p->scratch);
	free(p);
}

/* The pointer of a part in a block's struct, whatever it points to. */
static void *part_get(const struct conf_part *part, const void *conf)
{
	void *data;

	memcpy(&data, (const char *)conf + part->offset, sizeof(data));
	return data;
}

static void part_set(const struct conf_part *part, void *out, const void *data)
{
	memcpy((char *)out + part->offset, &data, sizeof(data));
}

const void *conf_at(const struct conf_item *item, const void *conf)
{
	const char *base = item->part ? part_get(item->part, conf) : conf;

	return base + item->offset;
}

static struct own **own_bucket(struct conf_parts *p, const void *data)
{
	return &p->own[((uintptr_t)data >> 4) % BUCKETS];
}

static bool is_own(struct conf_parts *p, const void *data)
{
	const struct own *o = *own_bucket(p, data);

	while (o && o->data != data)
		o = o->next_in_bucket;
	return o != NULL;
}

static void *own_add(struct conf_parts *p, const struct conf_part *part, void *out)
{
	struct own *o = arena_alloc(p->scratch, offsetof(struct own, data) + part->size), **bucket;

	*o = (struct own){ p->first_own, NULL, part, out };
	p->first_own = o;
	bucket = own_bucket(p, o->data);
	o->next_in_bucket = *bucket;
	*bucket = o;
	part_set(part, out, o->data);
	return o->data;
}

void *conf_part_edit(struct conf_read *rd, const struct conf_part *part, void *out)
{
	void *was = part_get(part, out), *data;

	if (rd->parts && is_own(rd->parts, was))
		return was;
	if (rd->parts)
		data = own_add(rd->parts, part, out);
	else
		data = arena_alloc(rd->arena, part->size);
	if (was)
		memcpy(data, was, part->size);
	part_set(part, out, data);
	return data;
}

void *conf_field(struct conf_read *rd, const struct conf_item *item, void *out)
{
	char *base = item->part ? conf_part_edit(rd, item->part, out) : out;

	return base + item->offset;
}

const void *conf_share(struct conf_read *rd, const void *value, size_t size)
{
	void *copy;

	if (rd->parts)
		return shared_bytes(rd->parts->shared, value, size);
	copy = arena_alloc(rd->arena, size);
	return memcpy(copy, value, size);
}

const char *conf_share_text(struct conf_read *rd, const char *text)
{
	return rd->parts ? shared_text(rd->parts->shared, text) : arena_strdup(rd->arena, text);
}

static struct kind *kind_of(struct conf_parts *p, const struct conf_part *part, const struct conf_block *block)
{
	struct kind *k = p->kinds;

	while (k && (k->part != part || k->block != block))
		k = k->next;
	if (k)
		return k;
	k = arena_alloc(p->table, sizeof(*k));
	*k = (struct kind){ p->kinds, part, block, NULL, NULL };
	p->kinds = k;
	return k;
}

void parts_begin(struct conf_read *rd, const struct conf_block *block, void *out)
{
	const struct conf_part *part = NULL;

	for (const struct conf_item *it = block->items; it && it->name; it++) {
		const struct kind *k;

		if (!it->part || it->part == part || part_get(it->part, out))
			continue;
		part = it->part;
		k = kind_of(rd->parts, part, block);
		if (k->dflt)
			part_set(part, out, k->dflt);
		else
			own_add(rd->parts, part, out);
	}
}

bool parts_wants_default(const struct conf_read *rd, const struct conf_block *block, const struct conf_item *item)
{
	return !item->part || !kind_of(rd->parts, item->part, block)->dflt;
}

void parts_ready(struct conf_read *rd, const struct conf_block *block, void *out)
{
	for (const struct conf_item *it = block->items; it && it->name; it++) {
		struct kind *k = it->part ? kind_of(rd->parts, it->part, block) : NULL;

		if (!k || k->dflt)
			continue;
		k->dflt = shared_bytes(rd->parts->shared, part_get(k->part, out), k->part->size);
		part_set(k->part, out, k->dflt);
	}
}

void parts_share(struct conf_parts *p)
{
	for (const struct own *o = p->first_own; o; o = o->next) {
		struct kind *k = kind_of(p, o->part, NULL);

		if (part_get(o->part, o->out) != o->data)
			continue;
		if (!k->last || memcmp(k->last, o->data, o->part->size) != 0)
			k->last = shared_bytes(p->shared, o->data, o->part->size);
		part_set(o->part, o->out, k->last);
	}
	p->first_own = NULL;
	memset(p->own, 0, sizeof(p->own));
	arena_clear(p->scratch);
}
