/*
 * allow.c - see allow.h. Each word of a comment becomes a range of lines in one file. The ranges are sorted by their first line,
 * and each knows how far those before it reach, so that a finding asks only those that can be about it.
 */
#include "conf/allow.h"

#include "base/alloc.h"

#include "conf/line.h"
#include "conf/mark.h"
#include "conf/tree.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct range {
	const char *file;
	unsigned from, to, reach; /* lines; reach: the furthest `to` of this and all before it in the file */
	const char *word, *value; /* an id; or the word of a hint and its value */
	const struct lint *lint;  /* NULL: a hint */
	struct place at;          /* of the id or hint, in the comment */
	bool is_first;            /* about the whole file: `from` is 0 */
	bool is_conditional;      /* about a line that may be none here */
	bool is_used;
};

struct allows {
	struct arena *arena; /* the tree's */
	struct report *report;
	allow_find_fn *find;
	struct range *range; /* sorted by file, from */
	unsigned n, cap;
};

enum { PRIORITY_MAX = 255 };

static const char peer_priority[] = "peer-priority";

const struct lint allow_lints[] = {
	[ALLOW_UNUSED] = { "W901", "allow-unused", CONF_WARNING, false,
		"A comment silences a finding that is not there: it was cured, or the comment is about another line. It would hide the "
		"next one.",
		"remove the comment, or move it to the line that it is about" },
	[ALLOW_UNKNOWN] = { "W902", "allow-unknown", CONF_WARNING, false,
		"A comment silences a lint that does not exist, so it silences nothing.",
		"`vipd --lints` prints all of them" },
	[ALLOW_WORDS] = { "W903", "allow-words", CONF_WARNING, false,
		"A comment begins with \"vipd:\" and its words are none that vipd knows.",
		"write `# vipd: allow W101 reason` or `# vipd: peer-priority 90`" },
	[ALLOW_LINTS] = { .id = NULL },
};

/* The place of `len` bytes in a mark. */
static struct place place_in(const struct conf_mark *m, size_t from, size_t len)
{
	struct place at = m->at;

	at.column += (unsigned)from;
	at.len = len ? (unsigned)len : 1;
	return at;
}

static size_t word_len(const char *s)
{
	return strcspn(s, " \t,:");
}

/* A capital letter and digits. */
static bool is_id(const char *s, size_t len)
{
	if (len < 2 || *s < 'A' || *s > 'Z')
		return false;
	for (size_t i = 1; i < len; i++)
		if (s[i] < '0' || s[i] > '9')
			return false;
	return true;
}

static void add(struct allows *a, const struct conf_mark *m, struct range range)
{
	struct range *grown;

	if (a->n == a->cap) {
		a->cap = a->cap ? a->cap * 2 : 16;
		grown = arena_alloc(a->arena, a->cap * sizeof(*grown));
		if (a->n)
			memcpy(grown, a->range, a->n * sizeof(*grown));
		a->range = grown;
	}
	range.file = m->at.file;
	range.is_first = m->is_first;
	range.is_conditional = m->is_conditional && !m->is_first;
	range.from = m->is_first ? 0 : m->line;
	range.to = m->is_first ? UINT32_MAX : m->line;
	a->range[a->n++] = range;
}

static void add_id(struct allows *a, const struct conf_mark *m, size_t from, size_t len)
{
	const char *id = arena_strndup(a->arena, m->text + from, len);
	const struct lint *l = a->find(id);
	struct place at = place_in(m, from, len);

	if (l) {
		add(a, m, (struct range){ .word = l->id, .lint = l, .at = at });
		return;
	}
	lint_add(a->report, &allow_lints[ALLOW_UNKNOWN], &at, "there is no lint %s: this silences nothing", id);
	report_hint(a->report, "%s", allow_lints[ALLOW_UNKNOWN].cure);
}

static void bad_words(struct allows *a, const struct conf_mark *m, const char *what)
{
	lint_add(a->report, &allow_lints[ALLOW_WORDS], &m->at, "%s", what);
	report_hint(a->report, "%s", allow_lints[ALLOW_WORDS].cure);
}

/* The ids, up to the first word that is none: there the reason begins. */
static void read_ids(struct allows *a, const struct conf_mark *m, size_t from)
{
	unsigned n = 0;

	for (;; n++) {
		size_t len;

		from += strspn(m->text + from, " \t,:");
		len = word_len(m->text + from);
		if (!is_id(m->text + from, len))
			break;
		add_id(a, m, from, len);
		from += len;
	}
	if (!n)
		bad_words(a, m, "allow needs the id of a lint");
}

static bool is_priority(const char *s, size_t len)
{
	return len && len <= 3 && strspn(s, "0123456789") >= len && atoi(s) > 0 && atoi(s) <= PRIORITY_MAX;
}

static void read_mark(struct allows *a, const struct conf_mark *m)
{
	size_t len = word_len(m->text), from = len + strspn(m->text + len, " \t"), n = word_len(m->text + from);

	if (len == 5 && !memcmp(m->text, "allow", len))
		read_ids(a, m, len);
	else if (len == sizeof(peer_priority) - 1 && !memcmp(m->text, peer_priority, len) &&
		!is_priority(m->text + from, n))
		bad_words(a, m, "peer-priority needs a number of 1 to 255");
	else if (len == sizeof(peer_priority) - 1 && !memcmp(m->text, peer_priority, len))
		add(a, m,
			(struct range){ .word = peer_priority,
				.value = arena_strndup(a->arena, m->text + from, n),
				.at = m->at });
	else
		bad_words(a, m, "these are no words for vipd");
}

static int compare(const struct range *x, const char *file, unsigned line)
{
	int by_file = x->file == file ? 0 : strcmp(x->file, file);

	if (by_file)
		return by_file;
	return x->from < line ? -1 : x->from > line;
}

static int by_place(const void *x, const void *y)
{
	const struct range *a = x, *b = y;
	int r = compare(a, b->file, b->from);

	if (!r)
		r = a->at.line < b->at.line ? -1 : a->at.line > b->at.line;
	return r ? r : a->at.column < b->at.column ? -1 : a->at.column > b->at.column;
}

/* The first range behind all that begin at `line` or before. */
static unsigned behind(const struct allows *a, const char *file, unsigned line)
{
	unsigned low = 0, high = a->n;

	while (low < high) {
		unsigned mid = low + (high - low) / 2;

		if (compare(&a->range[mid], file, line) <= 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* What stands on a line of its own before a block is about all of it. */
static void extend(struct allows *a, const struct conf_node *n)
{
	const struct place *at = &n->words[0].at;

	for (unsigned i = behind(a, at->file, at->line); i > 0 && !compare(&a->range[i - 1], at->file, at->line); i--) {
		struct range *x = &a->range[i - 1];

		if (x->at.line < x->from && n->close.line > x->to && n->close.file == at->file)
			x->to = n->close.line;
	}
}

static void extend_all(struct allows *a, const struct conf_node *block)
{
	for (const struct conf_node *n = block->children; n; n = n->next) {
		if (!n->is_block)
			continue;
		extend(a, n);
		extend_all(a, n);
	}
}

static void set_reach(struct allows *a)
{
	for (unsigned i = 0; i < a->n; i++) {
		struct range *x = &a->range[i], *before = i ? x - 1 : NULL;

		x->reach = x->is_first ? 0 : x->to;
		if (before && !strcmp(before->file, x->file) && before->reach > x->reach)
			x->reach = before->reach;
	}
}

struct allows *allow_read(const struct conf_tree *t, allow_find_fn *find, struct report *r)
{
	struct allows *a = arena_alloc(t->arena, sizeof(*a));

	*a = (struct allows){ .arena = t->arena, .report = r, .find = find };
	for (const struct conf_mark *m = t->marks; m; m = m->next)
		read_mark(a, m);
	if (!a->n)
		return a;
	qsort(a->range, a->n, sizeof(*a->range), by_place);
	extend_all(a, &t->root);
	set_reach(a);
	return a;
}

/* The innermost range about that line; those about the whole file come last. */
static struct range *find_at(const struct allows *a, const char *word, const struct place *at)
{
	unsigned i = behind(a, at->file, at->line);

	for (; i > 0 && !strcmp(a->range[i - 1].file, at->file) && a->range[i - 1].reach >= at->line; i--)
		if (a->range[i - 1].to >= at->line && !strcmp(a->range[i - 1].word, word))
			return &a->range[i - 1];
	for (i = behind(a, at->file, 0); i > 0 && !compare(&a->range[i - 1], at->file, 0); i--)
		if (!strcmp(a->range[i - 1].word, word))
			return &a->range[i - 1];
	return NULL;
}

/* Where it was written, and where that was used. */
static struct range *find(const struct allows *a, const char *word, const struct place *at)
{
	struct range *found = NULL;

	for (; at && !found; at = at->used)
		found = at->file ? find_at(a, word, at) : NULL;
	if (found)
		found->is_used = true;
	return found;
}

static bool is_silenced(void *ctx, const struct finding *f)
{
	const struct allows *a = ctx;

	return f->id && find(a, f->id, &f->at);
}

void allow_apply(struct allows *a, struct report *r)
{
	if (a->n)
		report_silence(r, is_silenced, a);
}

void allow_report_unused(const struct allows *a, struct report *r)
{
	for (unsigned i = 0; i < a->n; i++) {
		const struct range *x = &a->range[i];

		if (x->is_used || x->is_conditional || (x->lint && lint_is_local(x->lint)))
			continue;
		if (x->lint)
			lint_add(r, &allow_lints[ALLOW_UNUSED], &x->at, "%s (%s) has nothing to silence here", x->word,
				x->lint->name);
		else
			lint_add(r, &allow_lints[ALLOW_UNUSED], &x->at, "no vrrp_instance asks for this hint");
		report_hint(r, "%s", allow_lints[ALLOW_UNUSED].cure);
	}
}

const char *allow_hint(struct allows *a, const char *word, const struct place *at)
{
	const struct range *x = find(a, word, at);

	return x ? x->value : NULL;
}
