/* schema_words.c - see schema_words.h. */
#include "vrrp/schema_words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "base/alloc.h"
#include "base/text.h"
#include "vrrp/conf.h"

enum { DISTANCE_LIMIT = 2, LISTED_MAX = 16 };

struct words words_of(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, unsigned from)
{
	return (struct words){ .rd = rd, .node = node, .at = from, .item = item };
}

const struct conf_word *words_next(struct words *l)
{
	return l->at < l->node->n_words ? &l->node->words[l->at++] : NULL;
}

bool words_skip(struct words *l, const char *text)
{
	bool is_next = l->at < l->node->n_words && !strcmp(l->node->words[l->at].text, text);

	l->at += is_next;
	return is_next;
}

const struct conf_word *words_value(struct words *l, const char *what)
{
	const struct conf_word *keyword = &l->node->words[l->at ? l->at - 1 : 0];
	const struct conf_word *w = words_next(l);

	if (!w)
		report_add(l->rd->report, CONF_ERROR, &keyword->at, "'%s' needs %s", keyword->text, what);
	return w;
}

const char *words_keep(struct words *l, const struct conf_word *w)
{
	return conf_share_text(l->rd, w->text);
}

bool words_is_number(const struct conf_word *w)
{
	return *w->text >= '0' && *w->text <= '9';
}

void words_extra(struct conf_read *rd, const struct conf_node *node, unsigned from)
{
	if (node->n_words > from)
		report_add(rd->report, CONF_WARNING, &node->words[from].at, "extra words have no effect: %s",
			node->words[from].text);
}

/* Unknown words. */

static const char *nearest(const struct line_word *table, const char *word)
{
	unsigned best = DISTANCE_LIMIT + 1;
	const char *name = NULL;

	for (; table->name; table++) {
		unsigned d = text_distance(table->name, word);

		if (d < best && d < strlen(word)) {
			best = d;
			name = table->name;
		}
	}
	return name;
}

void words_unknown(struct words *l, const struct conf_word *w, const struct line_word *table)
{
	const char *near = nearest(table, w->text);
	struct text all = { 0 };
	unsigned n = 0;

	report_add(l->rd->report, CONF_WARNING, &w->at, "'%s' is not known in a line of %s; it has no effect", w->text,
		l->item->name);
	for (const struct line_word *word = table; word->name; word++)
		text_printf(&all, "%s%s", n++ ? ", " : "", word->name);
	if (near)
		report_hint(l->rd->report, "did you mean '%s'?", near);
	else if (n <= LISTED_MAX)
		report_hint(l->rd->report, "known here: %s", text_str(&all));
	text_done(&all);
}

void words_refuse(struct words *l, const struct conf_word *w, const struct line_grammar *g)
{
	const char *near = nearest(g->words, w->text);

	report_add(l->rd->report, CONF_ERROR, &w->at, "'%s' is no word of %s", w->text, g->what);
	if (near)
		report_hint(l->rd->report, "did you mean '%s'?", near);
	else if (l->item->args)
		report_hint(l->rd->report, "%s", l->item->args);
}

/* Lines. */

static const struct line_word *find(const struct line_word *table, const char *name)
{
	for (; table->name; table++)
		if (!strcmp(table->name, name))
			return table;
	return NULL;
}

/* Each word once: a route may have several nexthops. */
static void add_later(struct words *l, const struct conf_word *w)
{
	for (unsigned i = 0; i < l->n_later; i++)
		if (!strcmp(l->later[i]->text, w->text))
			return;
	if (l->n_later < WORDS_LATER_MAX)
		l->later[l->n_later++] = w;
}

static int read_word(struct words *l, const struct line_word *word, const struct conf_word *w, void *out)
{
	if (word->status != LINE_WORKS)
		add_later(l, w);
	return word->read(l, word, out);
}

/* What stands behind an unknown word is taken for its value. */
static void skip_unknown(struct words *l, const struct conf_word *w, const struct line_word *table)
{
	words_unknown(l, w, table);
	while (l->at < l->node->n_words && !find(table, l->node->words[l->at].text))
		l->at++;
}

static void report_later(struct words *l, const char *what)
{
	struct text names = { 0 };
	bool is_one = l->n_later == 1;

	for (unsigned i = 0; i < l->n_later; i++)
		text_printf(&names, "%s'%s'", i ? ", " : "", l->later[i]->text);
	report_add(l->rd->report, CONF_WARNING, &l->later[0]->at, "%s of %s %s not supported yet; %s", text_str(&names),
		what, is_one ? "is" : "are", is_one ? "it has no effect" : "they have no effect");
	report_inert(l->rd->report);
	text_done(&names);
}

int words_line(struct words *l, const struct line_grammar *g, void *out)
{
	const struct conf_word *w;
	int r = 0;

	while (r == 0 && (w = words_next(l))) {
		const struct line_word *word = find(g->words, w->text);

		if (word)
			r = read_word(l, word, w, out);
		else if (g->other)
			r = g->other(l, w, out);
		else
			skip_unknown(l, w, g->words);
	}
	if (r < 0 || !l->n_later || l->item->status == CONF_LATER)
		return r;
	report_later(l, g->what);
	return 0;
}

int words_part(struct words *l, const struct line_word *table, void *out)
{
	int r = 0;

	while (r == 0 && l->at < l->node->n_words) {
		const struct line_word *word = find(table, l->node->words[l->at].text);

		if (!word)
			return 0;
		l->at++;
		r = read_word(l, word, &l->node->words[l->at - 1], out);
	}
	return r;
}

/* Values. */

static void *field_of(const struct line_word *word, void *out)
{
	return word->offset == CONF_NOWHERE ? NULL : (char *)out + word->offset;
}

int line_flag(struct words *l, const struct line_word *word, void *out)
{
	bool *field = field_of(word, out);

	(void)l;
	if (field)
		*field = true;
	return 0;
}

static int read_uint(struct words *l, const struct line_word *word, const struct conf_word *w, void *out)
{
	uint32_t *field = field_of(word, out), value = 0;
	int r = conf_read_uint(l->rd, w, 0, word->max, &value);

	if (r == 0 && field)
		*field = value;
	return r;
}

int line_uint(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "a number");

	return w ? read_uint(l, word, w, out) : -EINVAL;
}

int line_hex(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "a number");
	uint32_t *field = field_of(word, out);
	unsigned long long value;
	char *end;

	if (!w)
		return -EINVAL;
	errno = 0;
	value = strtoull(w->text, &end, 0);
	if (words_is_number(w) && !*end && !errno && value <= word->max) {
		if (field)
			*field = (uint32_t)value;
		return 0;
	}
	report_add(l->rd->report, CONF_ERROR, &w->at, "'%s' is not a number from 0 to %u", w->text, word->max);
	return -EINVAL;
}

int line_text(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "a value");
	const char **field = field_of(word, out);

	if (!w)
		return -EINVAL;
	if (field)
		*field = words_keep(l, w);
	return 0;
}

int line_addr(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "an address");
	struct addr addr, *field = field_of(word, out);

	return w ? conf_read_addr(l->rd, w, field ? field : &addr) : -EINVAL;
}

int line_prefix(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "a prefix");
	struct addr addr, *field = field_of(word, out);
	uint8_t len;

	if (!w)
		return -EINVAL;
	if (!strcmp(w->text, "default") || !strcmp(w->text, "all") || !strcmp(w->text, "any") ||
		!addr_parse_prefix(w->text, field ? field : &addr, &len))
		return 0;
	report_add(l->rd->report, CONF_ERROR, &w->at, "'%s' is no prefix", w->text);
	conf_hint_addr(l->rd, w->text);
	return -EINVAL;
}

int line_choice(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "a value");
	unsigned value, *field = field_of(word, out);

	return w ? conf_read_choice(l->rd, w, word->choices, field ? field : &value) : -EINVAL;
}

int line_number(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "a name or a number");
	unsigned value, *field = field_of(word, out);

	if (!w)
		return -EINVAL;
	if (words_is_number(w))
		return read_uint(l, word, w, out);
	return conf_read_choice(l->rd, w, word->choices, field ? field : &value);
}

int line_range(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "a number or a range");
	const char *dash = w ? strchr(w->text, '-') : NULL;
	struct link_range *field = field_of(word, out);
	struct conf_word low, high;
	uint32_t from, to;

	if (!w)
		return -EINVAL;
	low = high = *w;
	if (dash) {
		low.text = arena_strndup(l->rd->arena, w->text, (size_t)(dash - w->text));
		high.text = dash + 1;
	}
	if (conf_read_uint(l->rd, &low, 0, word->max, &from) < 0 || conf_read_uint(l->rd, &high, 0, word->max, &to) < 0)
		return -EINVAL;
	if (from <= to) {
		if (field)
			*field = (struct link_range){ from, to };
		return 0;
	}
	report_add(l->rd->report, CONF_ERROR, &w->at, "the range %s ends before it begins", w->text);
	report_hint(l->rd->report, "%s-%s", high.text, low.text);
	return -EINVAL;
}

int line_track_group(struct words *l, const struct line_word *word, void *out)
{
	(void)word, (void)out;
	l->track_group = words_value(l, "the name of a track_group");
	return l->track_group ? 0 : -EINVAL;
}

const char *words_settle_group(struct words *l, bool is_static, void *out)
{
	struct vrrp_name *ref;

	if (!l->track_group)
		return NULL;
	if (!is_static) {
		report_add(l->rd->report, CONF_WARNING, &l->track_group->at,
			"track_group belongs to what is static; it has no effect here");
		return NULL;
	}
	ref = arena_alloc(l->rd->arena, sizeof(*ref));
	*ref = (struct vrrp_name){ words_keep(l, l->track_group), l->track_group->at };
	conf_vec_add(l->rd->arena, &((struct vrrp_config *)out)->static_groups, ref);
	return ref->name;
}
