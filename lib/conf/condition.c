/*
 * condition.c - see expand.h: "@id line" and "@^id line". A condition is about its line (keepalived.conf(5)), which may open a
 * block: of several first lines with a condition each, next to each other, the one that holds opens it. Where none of them holds
 * the block would be left without a head, so it is passed over whole.
 */
#include "conf/expand.h"

#include "conf/lex.h"

#include <string.h>

/* Braces of a line. */
struct braces {
	unsigned opens, closes;
};

static struct braces count_braces(struct expander *ex, const struct line *l)
{
	struct lexer lx = { .line = *l, .arena = ex->tree->arena };
	struct conf_word w = { 0 };
	struct braces b = { 0 };

	for (enum token t; (t = lex_next(&lx, &w)) != TOKEN_END;) {
		b.opens += t == TOKEN_OPEN;
		b.closes += t == TOKEN_CLOSE;
	}
	return b;
}

/* A line whose condition holds, or not: may it be the head of a block? */
static void note_head(struct expander *ex, const struct line *rest, const struct place *at, bool holds)
{
	struct hidden *h = &ex->hidden;
	struct braces b = count_braces(ex, rest);
	bool is_opener = b.opens > b.closes;

	if (holds) {
		h->state = HIDDEN_NONE;
		h->taken = is_opener ? TAKEN_OPENER : !b.closes ? TAKEN_WORDS : TAKEN_NONE;
	} else if (is_opener ? h->taken != TAKEN_OPENER : !b.opens && !b.closes && h->taken != TAKEN_WORDS) {
		h->state = is_opener ? HIDDEN_OPENER : HIDDEN_WORDS;
		h->depth = is_opener ? b.opens - b.closes : 0;
		h->at = *at;
	}
}

struct line expand_condition(struct expander *ex, const struct line *l)
{
	bool is_not = l->len > 1 && l->text[1] == '^', holds;
	size_t start = is_not ? 2 : 1, end = start;
	struct place at;
	struct line rest;

	while (end < l->len && !line_is_blank(l->text[end]))
		end++;
	at = line_place(l, 0, end);
	if (end == start) {
		report_add(ex->report, CONF_WARNING, &at, "this condition names no id");
		report_hint(ex->report, "the id follows '%.*s' without a blank", (int)start, l->text);
	}
	holds = (strlen(ex->config_id) == end - start && !memcmp(ex->config_id, l->text + start, end - start)) !=
		is_not;
	rest = line_from(l, end);
	note_head(ex, &rest, &at, holds);
	return holds ? rest : line_cut(l, 0);
}

/* Passes over the line, or over the part of it that ends the block. Whether nothing is left. */
static bool skip(struct expander *ex, struct line *l)
{
	struct lexer lx = { .line = *l, .arena = ex->tree->arena };
	struct conf_word w = { 0 };
	struct hidden *h = &ex->hidden;

	for (enum token t; (t = lex_next(&lx, &w)) != TOKEN_END;) {
		if (t == TOKEN_OPEN)
			h->depth++;
		if (t != TOKEN_CLOSE || --h->depth)
			continue;
		*h = (struct hidden){ 0 };
		*l = line_from(l, lx.pos);
		return !l->len;
	}
	return true;
}

/* Whether the line is another condition about the head of the same block. */
static bool is_another_head(struct expander *ex, const struct line *l)
{
	struct braces b;

	if (l->text[0] != '@')
		return false;
	b = count_braces(ex, l);
	return b.opens > b.closes;
}

bool expand_is_hidden(struct expander *ex, struct line *l)
{
	struct hidden *h = &ex->hidden;

	switch (h->state) {
	case HIDDEN_NONE:
		if (l->text[0] != '@')
			h->taken = TAKEN_NONE;
		return false;
	case HIDDEN_WORDS:
		h->state = l->text[0] == '{' ? HIDDEN_BLOCK : HIDDEN_NONE;
		break;
	case HIDDEN_OPENER:
		h->state = is_another_head(ex, l) ? HIDDEN_OPENER : HIDDEN_BLOCK;
		break;
	case HIDDEN_BLOCK:
		break;
	}
	return h->state == HIDDEN_BLOCK && skip(ex, l);
}

void expand_hidden_done(struct expander *ex)
{
	struct hidden *h = &ex->hidden;

	if (h->state == HIDDEN_BLOCK || h->state == HIDDEN_OPENER)
		report_add(ex->report, CONF_ERROR, &h->at,
			"the block behind this condition is not closed: a '}' is missing");
}
