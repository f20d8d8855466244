/* sources.c - see sources.h. */
#include "conf/sources.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "base/mono.h"
#include "base/text.h"

#include "conf/outline.h"
#include "conf/pattern.h"
#include "conf/still.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

enum { SETTLED_USEC = 3 * 1000000 /* no file system stamps more coarsely */ };

/*
 * Which file it is, and in which state: one that keeps it has the same bytes, if the state was old enough when they were read: what
 * is written within one tick of the file system's clock has one stamp.
 */
struct identity {
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec mtime, ctime;
	bool is_settled;
};

/* One thing that was asked of the machine, and the hash of the answer. */
struct source_item {
	struct source_item *next_item;
	const char *path, *directory; /* directory NULL: a file; else `path` is a pattern there */
	int err;
	struct hash hash; /* of a pattern's files */
	/* of a file */
	const char *in; /* the directory that it is in: names that it includes are relative to it */
	size_t len;
	struct outline outline, next; /* as it was read; as it is now, until that is settled */
	struct identity id, next_id;
	bool has_next;
};

struct sources {
	unsigned holders;
	struct arena *arena; /* owned */
	struct source_item *first, **last;
	const char *node; /* NULL: the name of the node does not count */
	bool varies;
};

struct sources *sources_new(void)
{
	struct sources *s = x_calloc(1, sizeof(*s));

	*s = (struct sources){ .holders = 1, .arena = arena_new() };
	s->last = &s->first;
	return s;
}

struct sources *sources_hold(struct sources *s)
{
	if (s)
		s->holders++;
	return s;
}

void sources_free(struct sources *s)
{
	if (!s || --s->holders)
		return;
	for (struct source_item *it = s->first; it; it = it->next_item) {
		outline_done(&it->outline);
		outline_done(&it->next);
	}
	arena_free(s->arena);
	free(s);
}

static struct source_item *add_item(struct sources *s, const char *path, const char *directory)
{
	struct source_item *it = arena_alloc(s->arena, sizeof(*it));

	it->path = arena_strdup(s->arena, path);
	it->directory = directory ? arena_strdup(s->arena, directory) : NULL;
	*s->last = it;
	s->last = &it->next_item;
	return it;
}

static struct hash hash_list(const struct pattern_list *files)
{
	struct hash_stream *h = hash_begin();

	for (unsigned i = 0; i < files->n; i++)
		hash_feed(h, files->name[i], strlen(files->name[i]) + 1);
	return hash_end(h);
}

void sources_add_file(struct sources *s, const char *path, int err, const struct text *bytes)
{
	struct source_item *it = s ? add_item(s, path, NULL) : NULL;
	struct outline_scan *scan;

	if (!it)
		return;
	it->err = err;
	if (err)
		return;
	it->in = still_directory(s->arena, path);
	it->len = bytes->len;
	scan = outline_begin(&it->outline);
	outline_feed(scan, text_str(bytes), bytes->len);
	outline_end(scan);
	outline_forget_lines(&it->outline);
	s->varies |= it->outline.is_odd;
}

void sources_add_pattern(struct sources *s, const char *directory, const char *pattern,
	const struct pattern_list *files)
{
	struct source_item *it = s ? add_item(s, pattern, directory) : NULL;

	if (it)
		it->hash = hash_list(files);
}

void sources_add_node(struct sources *s, const char *label)
{
	if (s)
		s->node = arena_strdup(s->arena, label);
}

void sources_vary(struct sources *s)
{
	if (s)
		s->varies = true;
}

static bool is_same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool is_same_identity(const struct identity *a, const struct identity *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->size == b->size && is_same_time(&a->mtime, &b->mtime) &&
		is_same_time(&a->ctime, &b->ctime);
}

static int64_t usec_of(const struct timespec *t)
{
	return (int64_t)t->tv_sec * MONO_SEC + t->tv_nsec / 1000;
}

/* `utc`: not later than it was read. */
static struct identity identity_of(const struct stat *st, int64_t utc)
{
	struct identity id = { st->st_dev, st->st_ino, st->st_size, st->st_mtim, st->st_ctim, false };

	id.is_settled = utc - usec_of(&id.mtime) > SETTLED_USEC && utc - usec_of(&id.ctime) > SETTLED_USEC;
	return id;
}

static bool is_in_place(const struct source_item *it)
{
	struct arena *a = arena_new();
	bool same = !strcmp(still_directory(a, it->path), it->in);

	arena_free(a);
	return same;
}

/* A file that is read anew. */
struct again {
	struct source_item *it;
	struct outline_scan *scan;
};

static void again_piece(void *ctx, const char *data, size_t len)
{
	struct again *a = ctx;

	if (data) {
		outline_feed(a->scan, data, len);
		return;
	}
	if (a->scan)
		outline_end(a->scan);
	outline_done(&a->it->next);
	a->scan = outline_begin(&a->it->next);
}

static bool is_surely_same(const struct source_item *it)
{
	struct stat st;
	struct identity now;

	if (!it->id.is_settled || stat(it->path, &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	now = identity_of(&st, 0);
	return is_same_identity(&it->id, &now);
}

/* Whether it has the lines that were read; its numbers are in it->next then, or it was not read because it is the same. */
static bool look_at_file(struct source_item *it)
{
	struct again a = { it, NULL };
	const int64_t utc = mono_utc();
	/* a number grows by four digits at most; what was not larger than it may be still is not, where it is the same */
	const size_t room = it->len + (size_t)it->outline.n * 4;
	struct stat st;
	int err;

	if (!it->err && !is_in_place(it))
		return false;
	if (!it->err && is_surely_same(it))
		return true;
	err = still_each(it->path, room, again_piece, &a, &st);
	if (a.scan)
		outline_end(a.scan);
	it->has_next = !err && !it->err && outline_fits(&it->outline, &it->next);
	it->next_id = err ? it->next_id : identity_of(&st, utc);
	return it->has_next || (err && err == it->err);
}

static void add_edit(struct source_edits *e, const struct source_edit *one)
{
	if (e->n == e->cap) {
		e->cap = e->cap ? e->cap * 2 : 16;
		e->list = x_realloc(e->list, e->cap, sizeof(*e->list));
	}
	e->list[e->n++] = *one;
}

static void add_edits(const struct source_item *it, struct source_edits *ret)
{
	const struct outline *a = &it->outline, *b = &it->next;

	for (unsigned i = 0; it->has_next && i < a->n; i++)
		if (a->value[i] != b->value[i])
			add_edit(ret, &(struct source_edit){ it->path, b->line[i], a->value[i], b->value[i] });
}

static bool is_same_list(const struct source_item *it)
{
	struct pattern_list files = { 0 };
	bool same = pattern_files(it->directory, it->path, &files) == 0;

	if (same) {
		const struct hash now = hash_list(&files);

		same = hash_is_same(&now, &it->hash);
	}
	pattern_done(&files);
	return same;
}

static bool is_same_node(const struct sources *s)
{
	struct utsname u;
	size_t len;

	if (!s->node)
		return true;
	len = uname(&u) < 0 ? 0 : strcspn(u.nodename, ".");
	return strlen(s->node) == len && !memcmp(s->node, u.nodename, len);
}

/* What is there now, but for what varies by itself. */
static bool look(struct sources *s, struct source_edits *ret)
{
	*ret = (struct source_edits){ 0 };
	if (!s || !s->first || !is_same_node(s))
		return false;
	for (struct source_item *it = s->first; it; it = it->next_item) {
		if (!(it->directory ? is_same_list(it) : look_at_file(it))) {
			sources_settle(s, false);
			sources_edits_done(ret);
			return false;
		}
		add_edits(it, ret);
	}
	return true;
}

bool sources_edits(struct sources *s, struct source_edits *ret)
{
	*ret = (struct source_edits){ 0 };
	return s && !s->varies && look(s, ret);
}

static void settle_item(struct source_item *it, bool is_taken)
{
	if (it->has_next && is_taken) {
		outline_done(&it->outline);
		it->outline = it->next;
		it->next = (struct outline){ 0 };
		outline_forget_lines(&it->outline);
		it->id = it->next_id;
		it->len = (size_t)it->id.size;
	}
	outline_done(&it->next);
	it->has_next = false;
}

void sources_settle(struct sources *s, bool is_taken)
{
	for (struct source_item *it = s->first; it; it = it->next_item)
		settle_item(it, is_taken);
}

void sources_edits_done(struct source_edits *e)
{
	free(e->list);
	*e = (struct source_edits){ 0 };
}

bool sources_untouched(struct sources *s)
{
	struct source_edits e;
	bool same = look(s, &e) && !e.n;

	if (s)
		sources_settle(s, same);
	sources_edits_done(&e);
	return same;
}

bool sources_same(struct sources *s)
{
	return s && !s->varies && sources_untouched(s);
}
