/* report.c - see report.h. Findings and copies of their strings live in one arena; a hash keeps each finding once. */
#include "conf/report.h"

#include "base/alloc.h"
#include "base/text.h"

#include "conf/utf8.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS_MIN = 64, COVERS = 4096, SOURCE_MAX = 1024, USED_MAX = 8, TEXT_MAX = 1000 };

struct entry {
	struct finding f;
	const char *key; /* what makes it the same finding: the text, or its format where a line was repeated */
	enum conf_class added_as; /* f.class, before a cover made an error of it */
	unsigned file, order;     /* rank of the file; order of arrival */
};

/* A part of a line that a finding explains. */
struct cover {
	unsigned file, line, from, to; /* columns, `to` not included */
	struct entry *by;
	struct cover *next;
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
	struct cover *cover[COVERS]; /* by line */
	unsigned refused, silenced;
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
	uint32_t key[4] = { (uint32_t)e->added_as, e->file, f->at.line, f->at.column };

	return hash_add(hash_add(2166136261U, key, sizeof(key)), e->key, strlen(e->key));
}

static bool entry_same(const struct entry *a, const struct entry *b)
{
	return a->added_as == b->added_as && a->file == b->file && a->f.at.line == b->f.at.line &&
		a->f.at.column == b->f.at.column && !strcmp(a->key, b->key);
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

/* The chain of places where it was used; what is further out than USED_MAX steps is left out. */
static void copy_used(struct report *r, struct place *at)
{
	for (unsigned i = 0; at->used; i++) {
		struct place *used = arena_alloc(r->arena, sizeof(*used));

		*used = *at->used;
		used->file = r->file[file_rank(r, used->file ? used->file : "")];
		copy_source(r, used);
		at->used = used;
		if (i + 1 == USED_MAX)
			used->used = NULL;
		at = used;
	}
}

/* Text for one line of a terminal or a log, whatever bytes of the file came into it, and however many. malloc'ed. */
static char *cleaned(char *text)
{
	struct text t = { 0 };
	size_t len = strlen(text), i = 0, n;
	uint32_t code;

	for (; i < len && t.len < TEXT_MAX; i += n) {
		n = utf8_len(text + i, len - i, &code);
		if (utf8_is_unprintable(code))
			text_add(&t, "?");
		else
			text_add_bytes(&t, text + i, n);
	}
	if (i < len)
		text_add(&t, "...");
	free(text);
	return t.s ? t.s : x_strdup("");
}

static char *formatted(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

static char *formatted(const char *fmt, va_list ap)
{
	char *text;

	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	return cleaned(text);
}

static unsigned slot_of_line(unsigned file, unsigned line)
{
	return (file * 31 + line) % (COVERS);
}

static struct entry *covered_by(const struct report *r, unsigned file, const struct place *at)
{
	for (const struct cover *c = r->cover[slot_of_line(file, at->line)]; c; c = c->next)
		if (c->file == file && c->line == at->line && at->column >= c->from && at->column < c->to)
			return c->by;
	return NULL;
}

static void make_error(struct report *r, struct entry *e)
{
	r->count[e->f.class]--;
	e->f.class = CONF_ERROR;
	r->count[CONF_ERROR]++;
}

static bool same_place(const struct place *a, const struct place *b)
{
	return a->line == b->line && a->column == b->column && !strcmp(a->file ? a->file : "", b->file ? b->file : "");
}

static bool same_use(const struct place *a, const struct place *b)
{
	for (unsigned i = 0; a && b && i < USED_MAX; i++, a = a->used, b = b->used)
		if (!same_place(a, b))
			return false;
	return !a == !b;
}

bool report_is_include(const struct place *used)
{
	unsigned i = 0;

	while (used->source && i < used->source_len && (used->source[i] == ' ' || used->source[i] == '\t'))
		i++;
	return used->source && used->source_len - i > 7 && !memcmp(used->source + i, "include", 7);
}

/* Whether a line begins with ~SEQ or ~LST, perhaps behind a condition. */
static bool is_repetition(const struct place *at)
{
	unsigned i = 0;

	while (at->source && i < at->source_len && strchr(" \t@", at->source[i])) {
		bool is_condition = at->source[i++] == '@';

		while (is_condition && i < at->source_len && !strchr(" \t", at->source[i]))
			i++;
	}
	return at->source && i + 4 < at->source_len &&
		(!memcmp(at->source + i, "~SEQ", 4) || !memcmp(at->source + i, "~LST", 4));
}

/* Whether the line came by a way that can bring it many times, each time with other words. */
static bool is_repeated(const struct place *at)
{
	return (at->used && !report_is_include(at->used)) || is_repetition(at);
}

static void add_entry(struct report *r, const struct entry *key, struct entry **slot)
{
	struct entry *e = arena_alloc(r->arena, sizeof(*e));

	*e = *key;
	e->f.text = arena_strdup(r->arena, key->f.text);
	e->key = key->key == key->f.text ? e->f.text : arena_strdup(r->arena, key->key);
	copy_source(r, &e->f.at);
	copy_used(r, &e->f.at);
	e->order = r->n;
	r->last = *slot = r->entry[r->n++] = e;
	r->count[e->f.class]++;
	r->is_sorted = false;
}

/* The same finding, from a line that was brought again. */
static void count_again(struct entry *e, const struct place *at)
{
	e->f.more += is_repeated(at) || !same_use(at->used, e->f.at.used);
}

/* Adds `key`, unless it is there already or explained by another one; then nothing is "the finding added last". */
static void add_once(struct report *r, const struct entry *key)
{
	struct entry *by = covered_by(r, key->file, &key->f.at), **slot;

	r->last = NULL;
	if (by) {
		if (entry_same(by, key))
			count_again(by, &key->f.at);
		else if (key->f.class == CONF_ERROR && by->f.class != CONF_ERROR)
			make_error(r, by);
		return;
	}
	grow(r);
	slot = slot_for(r, key);
	if (!*slot)
		add_entry(r, key, slot);
	else
		count_again(*slot, &key->f.at);
}

void report_vadd(struct report *r, enum conf_class class, const struct place *at, const char *fmt, va_list ap)
{
	struct entry e = { .f.class = class, .f.at = *at, .added_as = class };
	char *text = formatted(fmt, ap);

	e.f.text = text;
	e.key = is_repeated(at) ? fmt : text;
	e.file = file_rank(r, at->file ? at->file : "");
	e.f.at.file = r->file[e.file];
	r->refused += class == CONF_ERROR;
	add_once(r, &e);
	free(text);
}

void report_add(struct report *r, enum conf_class class, const struct place *at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report_vadd(r, class, at, fmt, ap);
	va_end(ap);
}

void report_cover(struct report *r, const struct place *range)
{
	unsigned file = file_rank(r, range->file ? range->file : ""), slot = slot_of_line(file, range->line);
	struct cover *c;

	if (!r->last)
		return;
	c = arena_alloc(r->arena, sizeof(*c));
	*c = (struct cover){ file, range->line, range->column, range->column + range->len, r->last, r->cover[slot] };
	r->cover[slot] = c;
}

bool report_is_new(const struct report *r)
{
	return r->last != NULL;
}

void report_hint(struct report *r, const char *fmt, ...)
{
	char *text;
	va_list ap;

	if (!r->last)
		return;
	va_start(ap, fmt);
	text = formatted(fmt, ap);
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

/* What a finding covered is found again once it is gone. */
static void uncover(struct report *r, const struct entry *by)
{
	for (unsigned slot = 0; slot < COVERS; slot++) {
		struct cover **c = &r->cover[slot];

		while (*c)
			if ((*c)->by == by)
				*c = (*c)->next;
			else
				c = &(*c)->next;
	}
}

unsigned report_take(struct report *r, bool (*is_taken)(void *ctx, const struct finding *f), void *ctx)
{
	unsigned kept = 0, taken;

	for (unsigned i = 0; i < r->n; i++) {
		if (!is_taken(ctx, &r->entry[i]->f)) {
			r->entry[kept++] = r->entry[i];
			continue;
		}
		uncover(r, r->entry[i]);
		r->count[r->entry[i]->f.class]--;
	}
	r->last = NULL;
	taken = r->n - kept;
	if (!taken)
		return 0;
	r->n = kept;
	memset(r->slot, 0, r->n_slots * sizeof(struct entry *));
	for (unsigned i = 0; i < r->n; i++)
		*slot_for(r, r->entry[i]) = r->entry[i];
	return taken;
}

void report_silence(struct report *r, bool (*is_silenced)(void *ctx, const struct finding *f), void *ctx)
{
	r->silenced += report_take(r, is_silenced, ctx);
}

unsigned report_silenced(const struct report *r)
{
	return r->silenced;
}

unsigned report_count(const struct report *r, enum conf_class class)
{
	return r->count[class];
}

unsigned report_refused(const struct report *r)
{
	return r->refused;
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
