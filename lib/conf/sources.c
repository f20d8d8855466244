/* sources.c - see sources.h. */
#include "conf/sources.h"

#include "base/alloc.h"
#include "base/lines.h"
#include "base/text.h"

#include "conf/pattern.h"
#include "conf/still.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { EDIT_ROOM = 64 * 1024 /* a file may be longer by that much, and still differ in numbers alone */ };

/* One thing that was asked of the machine, and what the answer was. */
struct source_item {
	struct source_item *next;
	const char *path, *directory;       /* directory NULL: a file; else `path` is a pattern there */
	int err;                            /* of a file, as the next three */
	const char *home;                   /* its directory, links followed: what it includes is relative to that */
	size_t at, len;                     /* of its bytes in the store */
	uint8_t digest[SOURCES_DIGEST_LEN]; /* of a list */
};

struct sources {
	unsigned holders;
	struct arena *arena; /* owned */
	struct source_item *first, **last;
	const char *node; /* NULL: the name of the node does not count */
	sources_digest_fn *digest;
	sources_store_fn *make_store;
	int store;  /* owned; the bytes of all files, one after the other */
	size_t end; /* of the store */
	bool varies;
};

struct sources *sources_new(sources_digest_fn *digest, sources_store_fn *store)
{
	struct sources *s = x_calloc(1, sizeof(*s));

	*s = (struct sources){ .holders = 1, .arena = arena_new(), .digest = digest, .make_store = store };
	s->last = &s->first;
	s->store = store();
	s->varies = s->store < 0;
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
	if (s->store >= 0)
		close(s->store);
	arena_free(s->arena);
	free(s);
}

static struct source_item *add_item(struct sources *s, const char *path, const char *directory)
{
	struct source_item *it = arena_alloc(s->arena, sizeof(*it));

	it->path = arena_strdup(s->arena, path);
	it->directory = directory ? arena_strdup(s->arena, directory) : NULL;
	*s->last = it;
	s->last = &it->next;
	return it;
}

static bool digest_list(const struct sources *s, const struct pattern_list *files, uint8_t ret[SOURCES_DIGEST_LEN])
{
	struct text all = { 0 };
	bool ok;

	for (unsigned i = 0; i < files->n; i++)
		text_add_bytes(&all, files->name[i], strlen(files->name[i]) + 1);
	ok = s->digest(text_str(&all), all.len, ret);
	text_done(&all);
	return ok;
}

void sources_add_file(struct sources *s, const char *path, int err, const struct text *bytes)
{
	struct source_item *it = s ? add_item(s, path, NULL) : NULL;

	if (!it)
		return;
	it->err = err;
	it->at = s->end;
	if (err)
		return;
	it->home = still_directory(s->arena, path);
	it->len = bytes->len;
	s->end += it->len;
	s->varies = s->varies || write(s->store, text_str(bytes), it->len) != (ssize_t)it->len;
}

void sources_add_pattern(struct sources *s, const char *directory, const char *pattern,
	const struct pattern_list *files)
{
	struct source_item *it = s ? add_item(s, pattern, directory) : NULL;

	if (it)
		s->varies |= !digest_list(s, files, it->digest);
}

void sources_add_node(struct sources *s, const char *label)
{
	if (s && label)
		s->node = arena_strdup(s->arena, label);
}

void sources_vary(struct sources *s)
{
	if (s)
		s->varies = true;
}

/* Where the file is: the names that it includes are relative to that. */
static bool is_same_home(const struct source_item *it)
{
	struct arena *a = arena_new();
	bool same = !strcmp(still_directory(a, it->path), it->home);

	arena_free(a);
	return same;
}

static bool is_same_file(const struct sources *s, const struct source_item *it)
{
	int r = still_same(it->path, s->store, it->at, it->len);

	return it->err || r < 0 ? r == it->err : r == 1 && is_same_home(it);
}

static bool is_same_list(const struct sources *s, const struct source_item *it)
{
	uint8_t digest[SOURCES_DIGEST_LEN];
	struct pattern_list files = { 0 };
	bool same = pattern_files(it->directory, it->path, &files) == 0 && digest_list(s, &files, digest) &&
		!memcmp(digest, it->digest, sizeof(digest));

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

bool sources_untouched(const struct sources *s)
{
	if (!s || !s->first || !is_same_node(s))
		return false;
	for (const struct source_item *it = s->first; it; it = it->next)
		if (!(it->directory ? is_same_list(s, it) : is_same_file(s, it)))
			return false;
	return true;
}

bool sources_same(const struct sources *s)
{
	return s && !s->varies && sources_untouched(s);
}

/* Line by line; false where `edit` refuses one, and where there are more or fewer of them. */
static bool take_lines(struct lines *a, struct lines *b, const char *path, sources_edit_fn *edit, void *ctx)
{
	struct line x, y;

	for (unsigned number = 1;; number++) {
		const int has_x = lines_next(a, &x), has_y = lines_next(b, &y);

		if (has_x < 0 || has_x != has_y)
			return false;
		if (!has_x)
			return true;
		if ((x.len != y.len || memcmp(x.text, y.text, x.len) != 0) &&
			(x.is_open || y.is_open || !edit(ctx, path, number, &x, &y)))
			return false;
		if (x.is_open != y.is_open)
			return false;
	}
}

/* Reads the file of `was` anew into `to`, which has it as its last item. */
static bool edited_file(struct sources *to, const struct sources *from, const struct source_item *was,
	sources_edit_fn *edit, void *ctx)
{
	struct source_item *it = add_item(to, was->path, NULL);
	struct lines *a, *b;
	bool ok;

	it->err = was->err;
	it->at = to->end;
	if (was->err)
		return is_same_file(from, was);
	it->home = still_directory(to->arena, was->path);
	if (strcmp(it->home, was->home) || still_copy(was->path, was->len + EDIT_ROOM, to->store, &it->len) < 0)
		return false;
	to->end += it->len;
	a = lines_new(from->store, was->at, was->len);
	b = lines_new(to->store, it->at, it->len);
	ok = take_lines(a, b, was->path, edit, ctx);
	lines_free(a);
	lines_free(b);
	return ok;
}

static bool edited_list(struct sources *to, const struct sources *from, const struct source_item *was)
{
	struct source_item *it = add_item(to, was->path, was->directory);

	memcpy(it->digest, was->digest, sizeof(it->digest));
	return is_same_list(from, was);
}

struct sources *sources_edited(const struct sources *s, sources_edit_fn *edit, void *ctx)
{
	struct sources *to;
	bool ok;

	if (!s || s->varies || !s->first || !is_same_node(s))
		return NULL;
	to = sources_new(s->digest, s->make_store);
	ok = !to->varies;
	sources_add_node(to, s->node);
	for (const struct source_item *it = s->first; ok && it; it = it->next)
		ok = it->directory ? edited_list(to, s, it) : edited_file(to, s, it, edit, ctx);
	if (ok)
		return to;
	sources_free(to);
	return NULL;
}
