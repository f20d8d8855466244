/* report.c - see report.h. Findings and copies of their strings live in one arena; a hash keeps each finding once. */
#include "conf/report.h"

#include "base/alloc.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS_MIN = 64, SOURCE_MAX = 1024 };

struct entry {
	struct finding f;
	unsigned file, order; /* rank of the file; order of arrival */
};

struct report {
	struct arena *arena;
	struct entry **entry; /* owned array; entries live in the arena */
	unsigned n, cap;
	unsigned count[CONF_CLASS_MAX];
	struct entry *last;
	const char **file; /* owned array, in order of reading */
	unsigned n_files, cap_files;
	struct entry **slot; /* owned hash table, n_slots is a power of two */
	unsigned n_slots;
	bool is_sorted;
};

struct report *report_new(void)
{
	struct report *r = x_calloc(1, sizeof(*r));

	r->arena = arena_new();
	return r;
}

void report_free(struct report *r)
{
	if (!r)
		return;
	arena_free(r->arena);
	free(r->entry);
	free(r->file);
	free(r->slot);
	free(r);
}

static unsigned file_rank(struct report *r, const char *file)
{
	for (unsigned i = 0; i < r->n_files; i++)
		if (!strcmp(r->file[i], file))
			return i;
	if (r->n_files == r->cap_files) {
		r->cap_files = r->cap_files ? r->cap_files * 2 : 8;
		r->file = x_realloc(r->file, r->cap_files, sizeof(*r->file));
	}
	r->file[r->n_files] = arena_strdup(r->arena, file);
	return r->n_files++;
}

void report_add_file(struct report *r, const char *file)
{
	file_rank(r, file);
}

static uint32_t hash_add(uint32_t h, const void *data, size_t len)
{
	const uint8_t *p = data;

	for (size_t i = 0; i < len; i++)
		h = (h ^ p[i]) * 16777619U;
	return h;
}

static uint32_t entry_hash(const struct entry *e)
{
	const struct finding *f = &e->f;
	uint32_t key[4] = { (uint32_t)f->class, e->file, f->at.line, f->at.column };

	return hash_add(hash_add(2166136261U, key, sizeof(key)), f->text, strlen(f->text));
}

static bool entry_same(const struct entry *a, const struct entry *b)
{
	return a->f.class == b->f.class && a->file == b->file && a->f.at.line == b->f.at.line &&
		a->f.at.column == b->f.at.column && !strcmp(a->f.text, b->f.text);
}

static struct entry **slot_for(struct report *r, const struct entry *e)
{
	unsigned i = entry_hash(e) & (r->n_slots - 1);

	while (r->slot[i] && !entry_same(r->slot[i], e))
		i = (i + 1) & (r->n_slots - 1);
	return &r->slot[i];
}

static void grow(struct report *r)
{
	if (r->n == r->cap) {
		r->cap = r->cap ? r->cap * 2 : 16;
		r->entry = x_realloc(r->entry, r->cap, sizeof(struct entry *));
	}
	if ((r->n + 1) * 2 <= r->n_slots)
		return;
	free(r->slot);
	r->n_slots = r->n_slots ? r->n_slots * 2 : SLOTS_MIN;
	r->slot = x_calloc(r->n_slots, sizeof(struct entry *));
	for (unsigned i = 0; i < r->n; i++)
		*slot_for(r, r->entry[i]) = r->entry[i];
}

static void copy_place(struct report *r, struct entry *e, const struct place *at)
{
	e->file = file_rank(r, at->file ? at->file : "");
	e->f.at = *at;
	e->f.at.file = r->file[e->file];
}

/* A copy of the source line, or of the part around the column when it is very long. */
static void copy_source(struct report *r, struct place *at)
{
	unsigned skip = 0;

	if (!at->source)
		return;
	if (at->source_len > SOURCE_MAX && at->column > SOURCE_MAX / 2)
		skip = at->column - SOURCE_MAX / 2;
	skip = skip < at->source_len ? skip : at->source_len;
	at->source_len -= skip;
	at->source_len = at->source_len < SOURCE_MAX ? at->source_len : SOURCE_MAX;
	at->source = arena_strndup(r->arena, at->source + skip, at->source_len);
	at->source_from += skip;
}

void report_add(struct report *r, enum conf_class class, const struct place *at, const char *fmt, ...)
{
	struct entry key = { .f.class = class }, **slot;
	char *text;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	va_end(ap);
	key.f.text = text;
	copy_place(r, &key, at);
	grow(r);
	slot = slot_for(r, &key);
	if (!*slot) {
		struct entry *e = arena_alloc(r->arena, sizeof(*e));

		*e = key;
		e->f.text = arena_strdup(r->arena, text);
		copy_source(r, &e->f.at);
		e->order = r->n;
		*slot = r->entry[r->n++] = e;
		r->count[class]++;
		r->is_sorted = false;
	}
	r->last = *slot;
	free(text);
}

void report_hint(struct report *r, const char *fmt, ...)
{
	char *text;
	va_list ap;

	if (!r->last)
		return;
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	va_end(ap);
	r->last->f.hint = arena_strdup(r->arena, text);
	free(text);
}

void report_id(struct report *r, const char *id)
{
	if (r->last)
		r->last->f.id = id;
}

void report_inert(struct report *r)
{
	if (r->last)
		r->last->f.is_inert = true;
}

void report_security(struct report *r)
{
	if (r->last)
		r->last->f.is_security = true;
}

unsigned report_count(const struct report *r, enum conf_class class)
{
	return r->count[class];
}

static int entry_cmp(const void *a, const void *b)
{
	const struct entry *x = *(struct entry *const *)a, *y = *(struct entry *const *)b;

	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	if (x->f.at.line != y->f.at.line)
		return x->f.at.line < y->f.at.line ? -1 : 1;
	if (x->f.at.column != y->f.at.column)
		return x->f.at.column < y->f.at.column ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

const struct finding *report_get(struct report *r, unsigned i)
{
	if (!r->is_sorted && r->n)
		qsort(r->entry, r->n, sizeof(struct entry *), entry_cmp);
	r->is_sorted = true;
	return i < r->n ? &r->entry[i]->f : NULL;
}

int report_exit_code(const struct report *r)
{
	if (r->count[CONF_ERROR])
		return 4;
	for (unsigned i = 0; i < r->n; i++)
		if (r->entry[i]->f.is_security)
			return 6;
	for (unsigned i = 0; i < r->n; i++)
		if (r->entry[i]->f.class == CONF_WARNING && !r->entry[i]->f.is_inert)
			return 5;
	return 0;
}
