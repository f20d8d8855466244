/*
 * include.c - see expand.h: files and the files they include. Relative names start from the directory of the including file.
 * keepalived.conf(5): plain "include" tolerates what is missing (here: a finding about the environment), its variants do not.
 */
#include "conf/include.h"

#include "base/alloc.h"
#include "base/text.h"

#include "conf/expand.h"
#include "conf/mark.h"
#include "conf/pattern.h"
#include "conf/sources.h"
#include "conf/still.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum { INCLUDE_DEPTH = 16, MIB = 1024 * 1024 };

struct including {
	struct including *outer;
	const char *name, *directory;
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
	{ "includea", CHECK_ALL },
};

/* An include line at work. */
struct inclusion {
	struct expander *ex;
	const struct variant *variant;
	const char *pattern;
	struct place at;
	unsigned checks;
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

static const char *why(int err)
{
	if (err == -EAGAIN)
		return "it is being written to while it is read";
	return err == -EINVAL ? "it is no regular file" : strerror(-err);
}

/* The files between the inclusion `from` and its second one, as ", by way of a, b". */
static void add_way(const struct including *inner, const struct including *from, struct text *t)
{
	if (inner == from)
		return;
	add_way(inner->outer, from, t);
	text_printf(t, "%s'%s'", inner->outer == from ? ", by way of " : ", ", inner->name);
}

static void report_circle(struct expander *ex, const struct including *from, const char *path, const struct place *at)
{
	struct text way = { 0 };

	add_way(ex->including, from, &way);
	report_add(ex->report, CONF_ERROR, at, "'%s' includes itself%s", path, text_str(&way));
	text_done(&way);
}

/* Whether the file is being read already (a circle), the chain is too long, or there are too many files. */
static bool is_refused(struct expander *ex, const struct stat *st, const char *path, const struct place *at)
{
	for (const struct including *i = ex->including; i; i = i->outer) {
		if (i->dev != st->st_dev || i->ino != st->st_ino)
			continue;
		report_circle(ex, i, path, at);
		return true;
	}
	if (ex->including && ex->including->depth >= INCLUDE_DEPTH) {
		report_add(ex->report, CONF_ERROR, at, "files are included more than %d deep", INCLUDE_DEPTH);
		return true;
	}
	if (++ex->files > ex->limits.files)
		expand_stop(ex, at, "more than %u files are included", ex->limits.files);
	return ex->is_full;
}

/* Reads the lines of a file whose bytes are in `t`. */
static void read_lines(struct expander *ex, struct including *in, const struct text *t, const struct place *used)
{
	struct source src = { .name = in->name, .len = t->len, .used = used };
	unsigned checks = ex->checks;

	src.data = arena_strndup(ex->tree->arena, text_str(t), t->len);
	in->outer = ex->including;
	in->depth = in->outer ? in->outer->depth + 1 : 0;
	report_add_file(ex->report, src.name);
	ex->including = in;
	expand_source(ex, &src);
	ex->including = in->outer;
	ex->checks = checks;
}

/* Reads one file; `at` is where its name was written. 0, or -errno when it cannot be read. */
static int read_file(struct expander *ex, const char *path, const struct place *at)
{
	size_t room = ex->limits.read - ex->read;
	struct including in = { 0 };
	struct text t = { 0 };
	struct stat st;
	int err = still_read(path, room, &t, &st);

	sources_add_file(ex->sources, path, err, &t);
	if (err == -EFBIG) {
		expand_stop(ex, at, "'%s' is too large: all files together may have %zu MB", path,
			ex->limits.read / MIB);
		err = 0;
	} else if (!err && !is_refused(ex, &st, path, at)) {
		ex->read += t.len;
		in.name = arena_strdup(ex->tree->arena, path);
		in.directory = still_directory(ex->tree->arena, path);
		in.dev = st.st_dev;
		in.ino = st.st_ino;
		read_lines(ex, &in, &t, at->line ? expand_used(ex, at) : NULL);
	}
	text_done(&t);
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

bool expand_is_include(const struct line *l)
{
	size_t n;

	return variant_of(l, &n);
}

/* Files that are not there are a mistake where the variant or include_check says so, otherwise the machine's business. */
static enum conf_class class_of(const struct inclusion *in, unsigned check)
{
	return in->checks & check ? CONF_ERROR : CONF_ENVIRONMENT;
}

static void report_missing(const struct inclusion *in, const char *name, unsigned check)
{
	report_add(in->ex->report, class_of(in, check), &in->at, "the included file '%s' does not exist", name);
	if (memchr(name, '$', strlen(name)))
		report_hint(in->ex->report, "variables are not replaced in the name of an included file");
}

static void report_unreadable(const struct inclusion *in, const char *path, int err)
{
	report_add(in->ex->report, class_of(in, CHECK_READABLE), &in->at, "cannot read '%s': %s", path, why(err));
}

/* The files that fit one alternative of the braces; their number. */
static unsigned read_alternative(const struct inclusion *in, const char *pattern, bool is_braced)
{
	bool is_wild = pattern_is_wild(pattern);
	struct pattern_list files = { 0 };
	unsigned n;

	if (pattern_files(expand_directory(in->ex), pattern, &files) < 0)
		expand_stop(in->ex, &in->at, "too many files fit '%s'", pattern);
	sources_add_pattern(in->ex->sources, expand_directory(in->ex), pattern, &files);
	for (unsigned i = 0; i < files.n && !in->ex->is_full; i++) {
		int err = read_file(in->ex, files.name[i], &in->at);

		if (err < 0 && (err != -EISDIR || !is_wild || in->checks & CHECK_READABLE))
			report_unreadable(in, files.name[i], err);
	}
	n = files.n;
	pattern_done(&files);
	if (!n && !is_wild && is_braced)
		report_missing(in, pattern, CHECK_BRACE);
	return n;
}

/* No file fits the whole pattern. */
static void report_none(const struct inclusion *in, bool is_braced)
{
	bool is_wild = pattern_is_wild(in->pattern);

	if (!is_wild && !is_braced)
		report_missing(in, in->pattern, CHECK_MATCH | CHECK_WILDCARD);
	else if (in->checks & (is_wild ? CHECK_WILDCARD : CHECK_MATCH | CHECK_WILDCARD))
		report_add(in->ex->report, CONF_ERROR, &in->at, "no file matches '%s'", in->pattern);
}

static void read_matches(const struct inclusion *in)
{
	struct pattern_list alternatives = { 0 };
	unsigned n = 0;

	if (pattern_braces(in->pattern, &alternatives) < 0)
		expand_stop(in->ex, &in->at, "the braces of this name have more than %d alternatives",
			PATTERN_ALTERNATIVES);
	for (unsigned i = 0; i < alternatives.n && !in->ex->is_full; i++)
		n += read_alternative(in, alternatives.name[i], alternatives.n > 1);
	if (!n && !in->ex->is_full)
		report_none(in, alternatives.n > 1);
	pattern_done(&alternatives);
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
	struct inclusion in = { .ex = ex, .checks = ex->checks };
	size_t n;

	if (!expand_is_include(&whole))
		return false;
	if (ex->is_full || expand_is_hidden(ex, &whole))
		return true;
	in.variant = variant_of(&whole, &n);
	if (!in.variant) { /* what was hidden ended within the line */
		expand_line(ex, &whole, 0);
		return true;
	}
	in.checks |= in.variant->checks;
	name = pattern_of(&whole, n);
	in.at = line_place(name.len ? &name : &whole, 0, name.len ? name.len : n);
	in.pattern = arena_strndup(ex->tree->arena, name.text, name.len);
	if (!name.len)
		report_add(ex->report, CONF_ERROR, &in.at, "'%s' needs the name of a file", in.variant->name);
	else if (!ex->including)
		report_add(ex->report, CONF_ERROR, &in.at, "'%s' works in files only", in.variant->name);
	else
		read_matches(&in);
	return true;
}
