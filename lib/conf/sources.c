/* sources.c - see sources.h. */
#include "conf/sources.h"

#include "base/alloc.h"
#include "base/text.h"

#include "conf/pattern.h"
#include "conf/still.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

/* One thing that was asked of the machine, and the digest of the answer. */
struct source_item {
	struct source_item *next;
	const char *path, *directory; /* directory NULL: a file; else `path` is a pattern there */
	int err;
	size_t len; /* of a file */
	uint8_t digest[SOURCES_DIGEST_LEN];
};

struct sources {
	unsigned holders;
	struct arena *arena; /* owned */
	struct source_item *first, **last;
	const char *node; /* NULL: the name of the node does not count */
	sources_digest_fn *digest;
	bool varies;
};

struct sources *sources_new(sources_digest_fn *digest)
{
	struct sources *s = x_calloc(1, sizeof(*s));

	*s = (struct sources){ .holders = 1, .arena = arena_new(), .digest = digest };
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

/* The directory is that of the file itself: the names that it includes are relative to it. */
static bool digest_file(const struct sources *s, const char *path, const struct text *bytes,
	uint8_t ret[SOURCES_DIGEST_LEN])
{
	struct arena *a = arena_new();
	struct text all = { 0 };
	bool ok;

	text_add(&all, still_directory(a, path));
	text_add_bytes(&all, "\n", 1);
	text_add_bytes(&all, text_str(bytes), bytes->len);
	ok = s->digest(text_str(&all), all.len, ret);
	text_done(&all);
	arena_free(a);
	return ok;
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
	it->len = bytes->len;
	s->varies |= err == 0 && !digest_file(s, path, bytes, it->digest);
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
	if (s)
		s->node = arena_strdup(s->arena, label);
}

void sources_vary(struct sources *s)
{
	if (s)
		s->varies = true;
}

static bool is_same_file(const struct sources *s, const struct source_item *it)
{
	uint8_t digest[SOURCES_DIGEST_LEN];
	struct text t = { 0 };
	struct stat st;
	/* what was not larger than it may be still is not, where it is the same */
	int err = still_read(it->path, it->len, &t, &st);
	bool same = err == it->err && (err || (t.len == it->len && digest_file(s, it->path, &t, digest)));

	same = same && (err || !memcmp(digest, it->digest, sizeof(digest)));
	text_done(&t);
	return same;
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
