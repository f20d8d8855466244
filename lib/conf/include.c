/*
 * include.c - see expand.h: files and the files they include. Relative names start from the directory of the including file.
 * keepalived.conf(5): plain "include" tolerates what is missing (here: a finding about the environment), its variants do not.
 */
#include "conf/expand.h"

#include "base/alloc.h"
#include "base/text.h"

#include "conf/mark.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { INCLUDE_DEPTH = 16, CHUNK = 64 * 1024 };
enum { CHECK_READABLE = 1, CHECK_MATCH = 2, CHECK_WILDCARD = 4, CHECK_BRACE = 8 };

struct including {
	struct including *outer;
	const char *directory;
	dev_t dev;
	ino_t ino;
	unsigned depth;
};

struct variant {
	const char *name;
	unsigned checks;
};

static const struct variant variants[] = {
	{ "include", 0 },
	{ "includer", CHECK_READABLE },
	{ "includem", CHECK_READABLE | CHECK_MATCH },
	{ "includew", CHECK_READABLE | CHECK_WILDCARD },
	{ "includeb", CHECK_READABLE | CHECK_BRACE },
	{ "includea", CHECK_READABLE | CHECK_MATCH | CHECK_WILDCARD | CHECK_BRACE },
};

const char *expand_directory(const struct expander *ex)
{
	return ex->including ? ex->including->directory : ".";
}

static void skip_mark(struct expander *ex, struct source *src)
{
	static const char mark[] = "\xef\xbb\xbf";
	struct place at = { .file = src->name, .source = src->data, .line = 1, .column = 1, .len = 3 };
	const char *nl;

	if (src->len < 3 || memcmp(src->data, mark, 3))
		return;
	nl = memchr(src->data, '\n', src->len);
	at.source_len = (unsigned)(nl ? (size_t)(nl - src->data) : src->len);
	report_add(ex->report, CONF_WARNING, &at, "byte order mark (U+FEFF) at the start of the file");
	report_hint(ex->report,
		"it is passed over; keepalived would lose the first block: save the file as UTF-8 without it");
	src->data += 3;
	src->len -= 3;
}

static bool is_utf16(const struct source *src)
{
	return src->len >= 2 && (!memcmp(src->data, "\xff\xfe", 2) || !memcmp(src->data, "\xfe\xff", 2));
}

void expand_source(struct expander *ex, struct source *src)
{
	struct place at = { .file = src->name };
	struct spotted buf = { 0 };
	struct line l;

	if (is_utf16(src)) {
		report_add(ex->report, CONF_ERROR, &at, "the file is written in UTF-16: save it as UTF-8 or ASCII");
		return;
	}
	if (!ex->plain) {
		skip_mark(ex, src);
		mark_scan(ex->tree, src);
	}
	while (source_next(src, ex->plain, ex->tree->arena, &buf, &l)) {
		if (ex->plain)
			build_line(&ex->build, &l);
		else if (!expand_include(ex, &l))
			expand_line(ex, &l, 0);
	}
	spotted_done(&buf);
}

/* All bytes of a descriptor into `t`; 0 or -errno. */
static int read_all(int fd, struct text *t)
{
	char *buf = x_calloc(1, CHUNK);
	ssize_t n;

	while ((n = read(fd, buf, CHUNK)) > 0)
		text_add_bytes(t, buf, (size_t)n);
	n = n < 0 ? -errno : 0;
	free(buf);
	return (int)n;
}

/* Opens a regular file (a FIFO or device would block). Descriptor, or -errno. */
static int open_regular(const char *path, struct stat *ret_st)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int err = fd < 0 ? -errno : 0;

	if (fd >= 0 && fstat(fd, ret_st) < 0)
		err = -errno;
	else if (fd >= 0 && S_ISDIR(ret_st->st_mode))
		err = -EISDIR;
	else if (fd >= 0 && !S_ISREG(ret_st->st_mode))
		err = -EINVAL;
	if (err < 0 && fd >= 0)
		close(fd);
	return err < 0 ? err : fd;
}

static const char *why(int err)
{
	return err == -EINVAL ? "it is no regular file" : strerror(-err);
}

static const char *directory_of(struct arena *a, const char *path)
{
	char *real = realpath(path, NULL), *slash = real ? strrchr(real, '/') : NULL;
	const char *dir = slash ? arena_strndup(a, real, slash == real ? 1 : (size_t)(slash - real)) : ".";

	free(real);
	return dir;
}

/* Whether the file is being read already (a circle), or the chain is too long. */
static bool is_circle(struct expander *ex, const struct stat *st, const char *path, const struct place *at)
{
	if (ex->including && ex->including->depth >= INCLUDE_DEPTH) {
		report_add(ex->report, CONF_ERROR, at, "more than %d files include each other", INCLUDE_DEPTH);
		return true;
	}
	for (const struct including *i = ex->including; i; i = i->outer) {
		if (i->dev != st->st_dev || i->ino != st->st_ino)
			continue;
		report_add(ex->report, CONF_ERROR, at, "'%s' includes itself", path);
		return true;
	}
	return false;
}

/* Reads one file; `at` is where its name was written. 0, or -errno when it cannot be read. */
static int read_file(struct expander *ex, const char *path, const struct place *at)
{
	struct including in = { .outer = ex->including };
	struct source src = { .name = arena_strdup(ex->tree->arena, path) };
	struct text t = { 0 };
	struct stat st;
	int fd = open_regular(path, &st), err;

	if (fd < 0)
		return fd;
	if (is_circle(ex, &st, path, at)) {
		close(fd);
		return 0;
	}
	err = read_all(fd, &t);
	close(fd);
	src.data = arena_strndup(ex->tree->arena, text_str(&t), t.len);
	src.len = t.len;
	text_done(&t);
	in.directory = directory_of(ex->tree->arena, path);
	in.dev = st.st_dev;
	in.ino = st.st_ino;
	in.depth = in.outer ? in.outer->depth + 1 : 0;
	report_add_file(ex->report, src.name);
	ex->including = &in;
	if (!err)
		expand_source(ex, &src);
	ex->including = in.outer;
	return err;
}

void expand_file(struct expander *ex, const char *path)
{
	struct place at = { .file = arena_strdup(ex->tree->arena, path) };
	int err = read_file(ex, path, &at);

	if (err < 0)
		report_add(ex->report, CONF_ERROR, &at, "cannot read the file: %s", why(err));
}

void expand_bytes(struct expander *ex, const char *name, const char *data, size_t len)
{
	struct source src = { .name = arena_strdup(ex->tree->arena, name), .len = len };

	src.data = arena_strndup(ex->tree->arena, data, len);
	report_add_file(ex->report, src.name);
	expand_source(ex, &src);
}

static const struct variant *variant_of(const struct line *l, size_t *ret_len)
{
	for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++) {
		size_t n = strlen(variants[i].name);

		*ret_len = n;
		if (l->len >= n && !memcmp(l->text, variants[i].name, n) && (l->len == n || line_is_blank(l->text[n])))
			return &variants[i];
	}
	return NULL;
}

static bool is_missing_bad(const struct variant *v, const char *pattern)
{
	return (v->checks & CHECK_MATCH) || ((v->checks & CHECK_WILDCARD) && strpbrk(pattern, "*?[")) ||
		((v->checks & CHECK_BRACE) && strchr(pattern, '{'));
}

static void report_missing(struct expander *ex, const struct variant *v, const char *pattern, const struct place *at)
{
	if (is_missing_bad(v, pattern))
		report_add(ex->report, CONF_ERROR, at, "no file matches '%s'", pattern);
	else if (!strpbrk(pattern, "*?[{"))
		report_add(ex->report, v->checks & CHECK_READABLE ? CONF_ERROR : CONF_ENVIRONMENT, at,
			"the included file '%s' does not exist", pattern);
}

static void read_matches(struct expander *ex, const struct variant *v, const char *pattern, const struct place *at)
{
	const char *path = *pattern == '/' ? pattern
					   : arena_printf(ex->tree->arena, "%s/%s", expand_directory(ex), pattern);
	glob_t g = { 0 };

	if (glob(path, GLOB_BRACE, NULL, &g) != 0) {
		report_missing(ex, v, pattern, at);
		globfree(&g);
		return;
	}
	for (size_t i = 0; i < g.gl_pathc; i++) {
		int err = read_file(ex, g.gl_pathv[i], at);

		if (err < 0 && (err != -EISDIR || !strpbrk(pattern, "*?[{")))
			report_add(ex->report, v->checks & CHECK_READABLE ? CONF_ERROR : CONF_ENVIRONMENT, at,
				"cannot read '%s': %s", g.gl_pathv[i], why(err));
	}
	globfree(&g);
}

/* The pattern of an include line, without the double quotes that may stand around it. */
static struct line pattern_of(const struct line *l, size_t keyword_len)
{
	struct line p = line_from(l, keyword_len);

	if (p.len >= 2 && p.text[0] == '"' && p.text[p.len - 1] == '"')
		p = line_cut(&p, p.len - 1), p = line_from(&p, 1);
	return p;
}

bool expand_include(struct expander *ex, const struct line *l)
{
	struct line whole = line_from(l, 0), name;
	size_t n;
	const struct variant *v = variant_of(&whole, &n);
	struct place at;

	if (!v)
		return false;
	name = pattern_of(&whole, n);
	at = line_place(name.len ? &name : &whole, 0, name.len ? name.len : n);
	if (!name.len)
		report_add(ex->report, CONF_ERROR, &at, "'%s' needs the name of a file", v->name);
	else if (!ex->including)
		report_add(ex->report, CONF_ERROR, &at, "'%s' works in files only", v->name);
	else
		read_matches(ex, v, arena_strndup(ex->tree->arena, name.text, name.len), &at);
	return true;
}
