/* pattern.c - see pattern.h. glob(3) is not used: its braces and wildcards know no bounds. */
#include "conf/pattern.h"

#include "base/alloc.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { STEPS_MAX = 4 * PATTERN_ALTERNATIVES };

/* A pattern whose directories are being looked through. */
struct walk {
	struct pattern_list *names;
	struct text path; /* what was found so far */
	unsigned entries;
	int err;
};

void pattern_done(struct pattern_list *l)
{
	for (unsigned i = 0; i < l->n; i++)
		free(l->name[i]);
	free(l->name);
	*l = (struct pattern_list){ 0 };
}

static void list_add(struct pattern_list *l, const char *name)
{
	if (l->n == l->cap) {
		l->cap = l->cap ? l->cap * 2 : 16;
		l->name = x_realloc(l->name, l->cap, sizeof(*l->name));
	}
	l->name[l->n++] = x_strdup(name);
}

/* The '}' of the '{' at `open`, or NULL. */
static const char *closing(const char *open)
{
	unsigned depth = 0;

	for (const char *p = open; *p; p++) {
		if (*p == '\\' && p[1])
			p++;
		else if (*p == '{')
			depth++;
		else if (*p == '}' && --depth == 0)
			return p;
	}
	return NULL;
}

/* The first '{' that begins alternatives ("{}" does not), with its '}'. */
static const char *opening(const char *s, const char **ret_close)
{
	for (; *s; s++) {
		if (*s == '\\' && s[1])
			s++;
		else if (*s == '{' && s[1] != '}' && (*ret_close = closing(s)))
			return s;
	}
	return NULL;
}

/* The end of the alternative that begins at `s`: a ',' outside inner braces, or `close`. */
static const char *alternative_end(const char *s, const char *close)
{
	unsigned depth = 0;

	for (; s < close && (*s != ',' || depth); s++) {
		if (*s == '\\' && s + 1 < close)
			s++;
		else if (*s == '{')
			depth++;
		else if (*s == '}' && depth)
			depth--;
	}
	return s < close ? s : close;
}

static int braces(const char *pattern, struct pattern_list *ret, unsigned *steps)
{
	const char *close = NULL, *open = opening(pattern, &close), *end;
	int err = 0;

	if (++*steps > STEPS_MAX || ret->n >= PATTERN_ALTERNATIVES)
		return -E2BIG;
	if (!open) {
		list_add(ret, pattern);
		return 0;
	}
	for (const char *s = open + 1; s <= close && !err; s = end + 1) {
		struct text t = { 0 };

		end = alternative_end(s, close);
		text_add_bytes(&t, pattern, (size_t)(open - pattern));
		text_add_bytes(&t, s, (size_t)(end - s));
		text_add(&t, close + 1);
		err = braces(text_str(&t), ret, steps);
		text_done(&t);
	}
	return err;
}

int pattern_braces(const char *pattern, struct pattern_list *ret)
{
	unsigned steps = 0;

	return strlen(pattern) > PATTERN_LENGTH ? -E2BIG : braces(pattern, ret, &steps);
}

static bool is_wild(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '\\')
			i++;
		else if (strchr("*?[", s[i]))
			return true;
	}
	return false;
}

bool pattern_is_wild(const char *pattern)
{
	return is_wild(pattern, strlen(pattern));
}

/* Bytes of the "[:alpha:]" at s, or 0. */
static size_t class_len(const char *s, size_t len)
{
	const char *end = len > 2 && s[1] == ':' ? memmem(s + 2, len - 2, ":]", 2) : NULL;

	return end ? (size_t)(end - s) + 2 : 0;
}

/* Bytes of the "[...]" at s, 0 when it is not closed: then '[' is a letter. */
static size_t bracket_len(const char *s, size_t len)
{
	size_t i = 1, class;

	if (i < len && (s[i] == '!' || s[i] == '^'))
		i++;
	if (i < len && s[i] == ']')
		i++;
	for (; i < len && s[i] != ']'; i++)
		if (s[i] == '[' && (class = class_len(s + i, len - i)))
			i += class - 1;
	return i < len ? i + 1 : 0;
}

static bool fits_bracket(const char *bracket, size_t len, char c)
{
	char one[2] = { c, '\0' }, *copy = strndup(bracket, len);
	bool fits = copy && fnmatch(copy, one, 0) == 0;

	free(copy);
	return fits;
}

/* Whether one letter fits what stands at the head of the pattern; *ret_len: bytes of that head. */
static bool fits_one(const char *p, size_t len, char c, size_t *ret_len)
{
	size_t bracket = *p == '[' ? bracket_len(p, len) : 0;

	*ret_len = bracket ? bracket : *p == '\\' && len > 1 ? 2 : 1;
	if (bracket)
		return fits_bracket(p, bracket, c);
	return *p == '?' || p[*ret_len - 1] == c;
}

/* One component. Only the last '*' is tried again, so the time is the product of the lengths at most. */
static bool fits(const char *p, size_t len, const char *name)
{
	size_t i = 0, star = len, n;
	const char *back = NULL;

	if (*name == '.' && *p != '.' && !(*p == '\\' && p[1] == '.'))
		return false;
	while (*name) {
		if (i < len && p[i] == '*') {
			star = i++;
			back = name;
		} else if (i < len && fits_one(p + i, len - i, *name, &n)) {
			i += n;
			name++;
		} else if (back) {
			i = star + 1;
			name = ++back;
		} else {
			return false;
		}
	}
	while (i < len && p[i] == '*')
		i++;
	return i == len;
}

static void walk_from(struct walk *w, const char *pattern);

/* Puts `name` behind the path, goes on, and takes it away again. */
static void walk_into(struct walk *w, const char *name, size_t len, const char *rest)
{
	size_t before = w->path.len;

	text_add_bytes(&w->path, name, len);
	walk_from(w, rest);
	w->path.len = before;
	if (w->path.s)
		w->path.s[before] = '\0';
}

/* The entries of the path's directory that fit. */
static void look_through(struct walk *w, const char *pattern, size_t len, struct pattern_list *ret)
{
	DIR *d = opendir(w->path.len ? w->path.s : ".");
	struct dirent *e;

	while (d && !w->err && (e = readdir(d))) {
		if (++w->entries > PATTERN_ENTRIES)
			w->err = -E2BIG;
		else if (fits(pattern, len, e->d_name))
			list_add(ret, e->d_name);
	}
	if (d)
		closedir(d);
}

static void walk_wild(struct walk *w, const char *pattern, size_t len)
{
	struct pattern_list found = { 0 };

	look_through(w, pattern, len, &found);
	for (unsigned i = 0; i < found.n && !w->err; i++)
		walk_into(w, found.name[i], strlen(found.name[i]), pattern + len);
	pattern_done(&found);
}

static void walk_plain(struct walk *w, const char *pattern, size_t len)
{
	char *name = strndup(pattern, len), *to = name;

	for (const char *s = name; s && *s; s++) {
		if (*s == '\\' && s[1])
			s++;
		*to++ = *s;
	}
	if (name)
		walk_into(w, name, (size_t)(to - name), pattern + len);
	free(name);
}

static void walk_from(struct walk *w, const char *pattern)
{
	size_t slashes = strspn(pattern, "/"), len;
	struct stat st;

	if (slashes) {
		walk_into(w, "/", 1, pattern + slashes);
		return;
	}
	len = strcspn(pattern, "/");
	if (len) {
		if (is_wild(pattern, len))
			walk_wild(w, pattern, len);
		else
			walk_plain(w, pattern, len);
	} else if (w->path.len && lstat(w->path.s, &st) == 0) {
		if (w->names->n >= PATTERN_NAMES)
			w->err = -E2BIG;
		else
			list_add(w->names, w->path.s);
	}
}

static int name_cmp(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int pattern_files(const char *directory, const char *pattern, struct pattern_list *ret)
{
	struct walk w = { .names = ret };
	unsigned from = ret->n;

	if (*pattern != '/' && *pattern)
		text_printf(&w.path, "%s/", directory);
	walk_from(&w, pattern);
	text_done(&w.path);
	if (ret->n > from)
		qsort(ret->name + from, ret->n - from, sizeof(char *), name_cmp);
	return w.err;
}
