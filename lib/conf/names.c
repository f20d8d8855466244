/* names.c - see names.h: open addressing, at most half full. */
#include "conf/names.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

enum { CAP_MIN = 64 };

static uint32_t hash(const struct conf_vec *vec, const char *name)
{
	uint32_t h = 2166136261U ^ (uint32_t)((uintptr_t)vec >> 4);

	for (; *name; name++)
		h = (h ^ (unsigned char)*name) * 16777619U;
	return h ^ h >> 15;
}

static struct named *slot_for(const struct names *t, const struct conf_vec *vec, const char *name)
{
	unsigned i = hash(vec, name) & (t->cap - 1);

	while (t->slot[i].vec && (t->slot[i].vec != vec || strcmp(t->slot[i].name, name) != 0))
		i = (i + 1) & (t->cap - 1);
	return &t->slot[i];
}

static void grow(struct names *t)
{
	struct names old = *t;

	t->cap = old.cap ? old.cap * 2 : CAP_MIN;
	t->slot = x_calloc(t->cap, sizeof(*t->slot));
	for (unsigned i = 0; i < old.cap; i++)
		if (old.slot[i].vec)
			*slot_for(t, old.slot[i].vec, old.slot[i].name) = old.slot[i];
	free(old.slot);
}

struct named *names_get(struct names *t, const struct conf_vec *vec, const char *name)
{
	struct named *e;

	if ((t->n + 1) * 2 > t->cap)
		grow(t);
	e = slot_for(t, vec, name);
	if (!e->vec) {
		*e = (struct named){ .vec = vec, .name = name };
		t->n++;
	}
	return e;
}

struct named *names_find(const struct names *t, const struct conf_vec *vec, const char *name)
{
	struct named *e = t->cap ? slot_for(t, vec, name) : NULL;

	return e && e->vec ? e : NULL;
}

void names_done(struct names *t)
{
	free(t->slot);
	*t = (struct names){ 0 };
}
