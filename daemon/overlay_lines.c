/* overlay_lines.c - see overlay_lines.h. */
#include "daemon/overlay_lines.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "conf/tree.h"

enum { INDENT_LEN = 64 };

void lines_init(struct lines *l, const struct conf_tree *tree)
{
	*l = (struct lines){ .tree = tree, .at = x_calloc(1, sizeof(*l->at)) };
}

void lines_done(struct lines *l)
{
	for (unsigned i = 0; i < l->n; i++) {
		text_edits_done(&l->file[i]->edits);
		text_edits_done(&l->file[i]->tried);
		free(l->file[i]->path);
		free(l->file[i]->bytes);
		free(l->file[i]);
	}
	free(l->file);
	free(l->at);
}

void lines_forget(struct lines *l)
{
	for (unsigned i = 0; i < l->n; i++)
		text_edits_done(&l->file[i]->tried);
}

bool lines_accept(struct lines *l)
{
	bool ok = true;

	for (unsigned i = 0; i < l->n && ok; i++)
		ok = text_edits_join(&l->file[i]->edits, &l->file[i]->tried);
	lines_forget(l);
	return ok;
}

static int refuse(struct lines *l, const struct place *at, const char *why, const char *cure)
{
	l->why = why;
	l->cure = cure;
	*l->at = at ? *at : (struct place){ 0 };
	return -EINVAL;
}

static char *read_bytes(const char *path, struct stat *st, size_t *ret_len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct text t = { 0 };
	char buf[8192];
	ssize_t n = -1;

	if (fd >= 0 && fstat(fd, st) == 0 && S_ISREG(st->st_mode))
		while ((n = read(fd, buf, sizeof(buf))) > 0)
			text_add_bytes(&t, buf, (size_t)n);
	if (fd >= 0)
		close(fd);
	text_add(&t, "");
	*ret_len = t.len;
	if (n == 0)
		return t.s ? t.s : x_strdup("");
	text_done(&t);
	return NULL;
}

static struct lines_file *file_of(struct lines *l, const char *name)
{
	struct lines_file f = { .name = name };

	for (unsigned i = 0; i < l->n; i++)
		if (!strcmp(l->file[i]->name, name))
			return l->file[i];
	f.path = realpath(name, NULL);
	f.bytes = f.path ? read_bytes(f.path, &f.st, &f.len) : NULL;
	if (!f.bytes) {
		const struct place at = { .file = name };

		free(f.path);
		(void)refuse(l, &at, "the file cannot be read", "see its name and mode");
		return NULL;
	}
	l->file = x_realloc(l->file, l->n + 1, sizeof(struct lines_file *));
	l->file[l->n] = x_calloc(1, sizeof(f));
	*l->file[l->n] = f;
	return l->file[l->n++];
}

static struct edited bytes_of(const struct lines_file *f)
{
	return (struct edited){ f->bytes, f->len };
}

/* Where a place is in the bytes; f->len when it is not in them. */
static size_t offset_of(const struct lines_file *f, const struct place *at)
{
	const char *s = f->bytes, *end = f->bytes + f->len;

	for (unsigned line = 1; line < at->line; line++) {
		s = memchr(s, '\n', (size_t)(end - s));
		if (!s)
			return f->len;
		s++;
	}
	return (size_t)(s - f->bytes) + at->column - 1 < f->len ? (size_t)(s - f->bytes) + at->column - 1 : f->len;
}

static bool is_at(const struct lines_file *f, size_t at, const char *text)
{
	size_t len = strlen(text);

	return f->len - at >= len && !memcmp(f->bytes + at, text, len);
}

/* How often a line of the tree was read from this place. */
static unsigned times_read(const struct conf_node *block, const struct place *at)
{
	unsigned n = 0;

	for (const struct conf_node *c = block->children; c; c = c->next) {
		const struct place *p = &c->words[0].at;

		n += p->line == at->line && p->column == at->column && !strcmp(p->file, at->file);
		n += times_read(c, at);
	}
	return n;
}

/* The place of one word or brace; *ret_file, *ret_at. */
static int find(struct lines *l, const struct place *at, const char *text, struct lines_file **ret_file, size_t *ret_at)
{
	if (!at->line)
		return refuse(l, at, "it is not written as a block", "write its braces");
	if (at->used && !report_is_include(at->used))
		return refuse(l, at, "it comes from a variable or a repetition", "change that by hand and reload");
	*ret_file = file_of(l, at->file);
	if (!*ret_file)
		return -EINVAL;
	*ret_at = offset_of(*ret_file, at);
	if (!is_at(*ret_file, *ret_at, text))
		return refuse(l, at,
			"it is written in another way than it reads (quotes, a variable, a line that is continued)",
			"change it by hand and reload");
	return 0;
}

/* A block: from its first word to its closing brace. */
struct span {
	struct lines_file *file;
	size_t from, open, close;
};

static int find_block(struct lines *l, const struct conf_node *n, struct span *ret)
{
	const struct place *at = &n->words[0].at;
	struct lines_file *of[2];

	if (find(l, at, n->words[0].text, &ret->file, &ret->from) < 0 ||
		find(l, &n->open, "{", &of[0], &ret->open) < 0 || find(l, &n->close, "}", &of[1], &ret->close) < 0)
		return -EINVAL;
	if (of[0] != of[1] || of[0] != ret->file)
		return refuse(l, at, "it begins in one file and ends in another", "change it by hand and reload");
	if (times_read(&l->tree->root, at) > 1)
		return refuse(l, at, "it is read more than once: its file is included at several places",
			"change it by hand and reload");
	return 0;
}

static size_t start_of_line(const struct lines_file *f, size_t at)
{
	while (at > 0 && f->bytes[at - 1] != '\n')
		at--;
	return at;
}

static size_t behind_line(const struct lines_file *f, size_t at)
{
	while (at < f->len && f->bytes[at] != '\n')
		at++;
	return at < f->len ? at + 1 : at;
}

static bool is_blank(const char *s, size_t len)
{
	return strspn(s, " \t\r") >= len;
}

/* Whether nothing else stands in its lines. */
static int whole_lines(struct lines *l, const struct conf_node *n, const struct span *s)
{
	size_t start = start_of_line(s->file, s->from), end = s->close + 1;
	size_t rest = end + strspn(s->file->bytes + end, " \t\r");
	bool is_end = rest >= s->file->len || strchr("\n#!", s->file->bytes[rest]);

	if (is_blank(s->file->bytes + start, s->from - start) && is_end)
		return 0;
	return refuse(l, &n->words[0].at, "its lines have a condition, or something else besides it",
		"change it by hand and reload");
}

/* Blocks on which a condition stands are others on another machine. */
static int unconditional(struct lines *l, const struct conf_node *n, const struct span *s)
{
	size_t start = start_of_line(s->file, s->from);

	start += strspn(s->file->bytes + start, " \t");
	if (s->file->bytes[start] != '@')
		return 0;
	return refuse(l, &n->words[0].at, "it stands under a condition", "change it by hand and reload");
}

int lines_remove(struct lines *l, const struct conf_node *block)
{
	struct span s;
	size_t start;

	if (find_block(l, block, &s) < 0 || whole_lines(l, block, &s) < 0)
		return -EINVAL;
	start = start_of_line(s.file, s.from);
	(void)text_edits_add(&s.file->tried, start, behind_line(s.file, s.close) - start, "");
	return 0;
}

int lines_comment(struct lines *l, const struct conf_node *block)
{
	struct span s;

	if (find_block(l, block, &s) < 0 || whole_lines(l, block, &s) < 0)
		return -EINVAL;
	for (size_t at = start_of_line(s.file, s.from); at <= s.close; at = behind_line(s.file, at))
		(void)text_edits_add(&s.file->tried, at, 0, "#");
	return 0;
}

/* The blanks that the line of a place begins with. */
static void indent_at(const struct lines_file *f, size_t at, char ret[INDENT_LEN])
{
	size_t start = start_of_line(f, at), len = strspn(f->bytes + start, " \t");

	snprintf(ret, INDENT_LEN, "%.*s", (int)(len < INDENT_LEN ? len : INDENT_LEN - 1), f->bytes + start);
}

/* What a line in the block has more than its first line, and the whole of it. */
static void indent_inside(const struct conf_node *block, const struct span *s, char ret[INDENT_LEN],
	char ret_unit[INDENT_LEN])
{
	char outer[INDENT_LEN];
	const struct conf_node *c = block->children;

	indent_at(s->file, s->from, outer);
	ret[0] = '\0';
	for (; c && !ret[0]; c = c->next)
		if (c->words[0].at.line > block->words[0].at.line && !strcmp(c->words[0].at.file, s->file->name) &&
			!c->words[0].at.used)
			indent_at(s->file, offset_of(s->file, &c->words[0].at), ret);
	if (strlen(ret) > strlen(outer) && !strncmp(ret, outer, strlen(outer))) {
		snprintf(ret_unit, INDENT_LEN, "%s", ret + strlen(outer));
		return;
	}
	snprintf(ret_unit, INDENT_LEN, "%s", *outer ? outer : "\t");
	snprintf(ret, INDENT_LEN, "%.30s%.30s", outer, ret_unit);
}

/* Each line of `text` with `outer` before it, its tabs as `unit`. */
static void reindent(const char *text, const char *outer, const char *unit, struct text *out)
{
	for (const char *end; (end = strchr(text, '\n')); text = end + 1) {
		text_add(out, outer);
		for (; *text == '\t'; text++)
			text_add(out, unit);
		text_add_bytes(out, text, (size_t)(end + 1 - text));
	}
}

/* A first line in a block; the brace may have something behind it. */
static int add_first(struct lines *l, const struct conf_node *block, const struct span *s, const char *line)
{
	size_t at = s->open + 1, end = behind_line(s->file, s->open);
	char indent[INDENT_LEN], unit[INDENT_LEN];
	struct text t = { 0 };
	size_t rest = at + strspn(s->file->bytes + at, " \t\r");
	bool is_alone = strchr("\n#!", s->file->bytes[rest]) != NULL;

	if (unconditional(l, block, s) < 0)
		return -EINVAL;
	indent_inside(block, s, indent, unit);
	if (is_alone)
		text_printf(&t, "%s%s\n", indent, line);
	else
		text_printf(&t, "\n%s%s\n%s", indent, line, indent);
	(void)text_edits_add(&s->file->tried, is_alone ? end : at, 0, t.s);
	text_done(&t);
	return 0;
}

static const struct conf_node *last_line(const struct conf_node *block, const char *keyword)
{
	const struct conf_node *hit = NULL;

	for (const struct conf_node *c = block->children; c; c = c->next)
		if (!c->is_block && !strcmp(c->words[0].text, keyword))
			hit = c;
	return hit;
}

int lines_set(struct lines *l, const struct conf_node *block, const char *keyword, uint32_t value)
{
	const struct conf_node *line = last_line(block, keyword);
	char text[64];
	struct span s;
	struct lines_file *f;
	size_t at;

	if (find_block(l, block, &s) < 0)
		return -EINVAL;
	snprintf(text, sizeof(text), "%s %" PRIu32, keyword, value);
	if (!line)
		return add_first(l, block, &s, text);
	if (line->n_words != 2)
		return refuse(l, &line->words[0].at, "the line has no one value", "change it by hand and reload");
	if (find(l, &line->words[0].at, keyword, &f, &at) < 0)
		return -EINVAL;
	s.file = f;
	s.from = at;
	if (unconditional(l, line, &s) < 0 || find(l, &line->words[1].at, line->words[1].text, &f, &at) < 0)
		return -EINVAL;
	if (times_read(&l->tree->root, &line->words[0].at) > 1)
		return refuse(l, &line->words[0].at,
			"it is read more than once: its file is included at several places",
			"change it by hand and reload");
	(void)text_edits_add(&f->tried, at, strlen(line->words[1].text), text + strlen(keyword) + 1);
	return 0;
}

/* The last child of this kind whose lines stand in the file of `in`; NULL: there is none. */
static const struct conf_node *last_sibling(struct lines *l, const struct conf_node *parent, const char *kind,
	const struct span *in, struct span *ret)
{
	const struct conf_node *hit = NULL;
	struct span s;

	for (const struct conf_node *c = parent->children; c; c = c->next) {
		if (!c->is_block || strcmp(c->words[0].text, kind) != 0 || find_block(l, c, &s) < 0 ||
			whole_lines(l, c, &s) < 0 || strcmp(s.file->name, in->file->name) != 0)
			continue;
		hit = c;
		*ret = s;
	}
	return hit;
}

int lines_insert(struct lines *l, const struct conf_node *parent, const char *text)
{
	const size_t kind_len = strcspn(text, " ");
	char kind[INDENT_LEN], indent[INDENT_LEN], unit[INDENT_LEN];
	const struct conf_node *last;
	struct span s, before = { 0 };
	struct text t = { 0 };
	size_t at, start;

	snprintf(kind, sizeof(kind), "%.*s", (int)kind_len, text);
	if (find_block(l, parent, &s) < 0 || unconditional(l, parent, &s) < 0)
		return -EINVAL;
	last = last_sibling(l, parent, kind, &s, &before);
	start = start_of_line(s.file, s.close);
	if (!last && !is_blank(s.file->bytes + start, s.close - start))
		return refuse(l, &parent->close, "something stands before the brace that closes the service",
			"put the brace into a line of its own");
	indent_inside(parent, &s, indent, unit);
	at = last ? behind_line(before.file, before.close) : start;
	reindent(text, indent, unit, &t);
	(void)text_edits_add(&s.file->tried, at, 0, text_str(&t));
	text_done(&t);
	return 0;
}

int lines_append(struct lines *l, const char *name, const char *text)
{
	struct lines_file *f = file_of(l, name);
	const char *unit;
	char indent[INDENT_LEN] = "\t";
	struct text t = { 0 };

	if (!f)
		return -EINVAL;
	unit = strstr(f->bytes, "\n ");
	if (unit)
		indent_at(f, (size_t)(unit + 1 - f->bytes), indent);
	if (f->len && f->bytes[f->len - 1] != '\n')
		text_add(&t, "\n");
	reindent(text, "", indent, &t);
	(void)text_edits_add(&f->tried, bytes_of(f).len, 0, text_str(&t));
	text_done(&t);
	return 0;
}
