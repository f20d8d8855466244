/* keywords_print.c - keywords_run() of keywords.h: every keyword as a row of columns, or as JSON, from the same cells. */
#include "daemon/keywords.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "conf/schema.h"
#include "conf/value.h"
#include "ctl/writer.h"
#include "daemon/daemon.h"

/* What is known of a keyword, each as text. */
enum cell {
	CELL_KEYWORD,
	CELL_ARGUMENTS,
	CELL_TYPE,
	CELL_RANGE,
	CELL_UNIT,
	CELL_DEFAULT,
	CELL_STATUS,
	CELL_RELOAD,
	CELL_SENTENCE,
	CELL_NOTE,
	CELL_MAX
};

enum { COLUMN_MAX = 28 /* a longer cell pushes the rest of its line */ };

struct row {
	char *cell[CELL_MAX]; /* owned, never NULL */
};

static const char *type_str(const struct conf_item *it)
{
	switch (it->type) {
	case CONF_UINT:
	case CONF_INT:
		return it->unit == CONF_CENTISEC ? "time" : "number";
	case CONF_TIME:
		return "time";
	case CONF_BOOL:
		return "switch";
	case CONF_FLAG:
		return "flag";
	case CONF_CHOICE:
		return "choice";
	case CONF_STRING:
		return "text";
	case CONF_ADDR:
		return "address";
	case CONF_CUSTOM:
		return "words";
	case CONF_LINES:
		return "lines";
	case CONF_BLOCK:
		return "block";
	case CONF_ALIAS:
		break;
	}
	return "";
}

static const char *reload_str(enum conf_cost cost)
{
	static const char *const names[] = { "nothing", "live", "rebind", "restart" };

	return names[cost];
}

static bool is_seconds(const struct conf_item *it)
{
	return it->type == CONF_TIME || it->unit == CONF_CENTISEC;
}

static void add_numbers(struct text *t, const struct conf_item *it)
{
	bool is_ranged = it->min || it->max;

	value_write_number(it, is_ranged ? it->min : it->type == CONF_INT ? INT32_MIN : 0, t);
	text_printf(t, "..");
	if (is_ranged)
		value_write_number(it, it->max, t);
	else if (it->type != CONF_TIME)
		value_write_number(it, it->type == CONF_INT ? INT32_MAX : UINT32_MAX, t);
}

static void add_range(struct text *t, const struct conf_item *it)
{
	if (it->type == CONF_UINT || it->type == CONF_INT || it->type == CONF_TIME)
		add_numbers(t, it);
	else if (it->type == CONF_BOOL)
		text_printf(t, "on|off");
	for (const struct conf_choice *c = it->type == CONF_CHOICE ? it->choices : NULL; c && c->name; c++)
		text_printf(t, "%s%s", c == it->choices ? "" : "|", c->name);
}

static char *range_of(const struct conf_item *it)
{
	struct text t = { 0 };
	char *range;

	add_range(&t, it);
	range = x_strdup(t.s ? t.s : "");
	text_done(&t);
	return range;
}

static const char *default_of(const struct conf_item *it)
{
	if (it->dflt)
		return it->dflt;
	return it->type == CONF_BOOL || (it->type == CONF_FLAG && it->min) ? "off" : "";
}

static const char *arguments_of(const struct conf_item *it)
{
	if (it->args)
		return it->args;
	if (it->type == CONF_BLOCK)
		return it->block->args ? it->block->args : "{ ... }";
	return "";
}

static char *status_of(const struct keyword *k)
{
	if (k->status != KEYWORD_ALIAS)
		return x_strdup(keyword_status_str(k->status));
	return x_asprintf("%s of %s", k->item->doc ? "obsolete alias" : "alias", k->item->alias);
}

/* An alias takes what its word takes. */
static struct row row_of(const struct keyword *k)
{
	const struct conf_item *it = k->meant;
	const char *doc = k->item->doc ? k->item->doc : it->doc;

	return (struct row){ .cell = {
				     [CELL_KEYWORD] = x_strdup(k->item->name),
				     [CELL_ARGUMENTS] = x_strdup(arguments_of(it)),
				     [CELL_TYPE] = x_strdup(type_str(it)),
				     [CELL_RANGE] = range_of(it),
				     [CELL_UNIT] = x_strdup(is_seconds(it) ? "s" : ""),
				     [CELL_DEFAULT] = x_strdup(default_of(it)),
				     [CELL_STATUS] = status_of(k),
				     [CELL_RELOAD] = x_strdup(reload_str(it->reload)),
				     [CELL_SENTENCE] = x_strdup(doc ? doc : ""),
				     [CELL_NOTE] = x_strdup(k->item->note ? k->item->note : ""),
			     } };
}

static void row_done(struct row *r)
{
	for (size_t i = 0; i < CELL_MAX; i++)
		free(r->cell[i]);
}

/* How many keywords from the i-th on stand in the same block. */
static size_t group_len(const struct keywords *k, size_t i)
{
	size_t n = 1;

	while (i + n < k->n && !strcmp(k->k[i + n].block, k->k[i].block))
		n++;
	return n;
}

static void measure(const struct row *rows, size_t n, size_t *ret_width)
{
	for (size_t c = 0; c < CELL_SENTENCE; c++) {
		ret_width[c] = 0;
		for (size_t i = 0; i < n; i++)
			if (strlen(rows[i].cell[c]) > ret_width[c])
				ret_width[c] = strlen(rows[i].cell[c]);
		ret_width[c] = ret_width[c] > COLUMN_MAX ? COLUMN_MAX : ret_width[c];
	}
}

static void print_row(const struct row *r, const size_t *width)
{
	for (size_t c = 0; c < CELL_SENTENCE; c++)
		if (width[c])
			printf("%s%-*s", c ? "  " : "", (int)width[c], *r->cell[c] ? r->cell[c] : "-");
	printf("  %s%s%s\n", r->cell[CELL_SENTENCE], *r->cell[CELL_NOTE] ? " Note: " : "", r->cell[CELL_NOTE]);
}

/* The keywords of one block; columns that are empty in all of them are left out. */
static void print_group(const struct keyword *k, size_t n)
{
	struct row *rows = x_calloc(n, sizeof(*rows));
	size_t width[CELL_SENTENCE];

	for (size_t i = 0; i < n; i++)
		rows[i] = row_of(&k[i]);
	measure(rows, n, width);
	printf("%s:\n", *k->block ? k->block : "(outermost level)");
	for (size_t i = 0; i < n; i++) {
		print_row(&rows[i], width);
		row_done(&rows[i]);
	}
	putchar('\n');
	free(rows);
}

static void count(const struct keywords *k, unsigned *ret_counts)
{
	memset(ret_counts, 0, KEYWORD_STATUS_MAX * sizeof(*ret_counts));
	for (size_t i = 0; i < k->n; i++)
		ret_counts[k->k[i].status]++;
}

static void print_text(const struct keywords *k)
{
	unsigned counts[KEYWORD_STATUS_MAX];

	for (size_t i = 0; i < k->n; i += group_len(k, i))
		print_group(&k->k[i], group_len(k, i));
	count(k, counts);
	printf("%zu keywords:", k->n);
	for (unsigned s = 0; s < KEYWORD_STATUS_MAX; s++)
		printf("%s %u %s", s ? "," : "", counts[s], keyword_status_str(s));
	putchar('\n');
}

static const char *or_null(const char *s)
{
	return *s ? s : NULL;
}

static void write_keyword(struct writer *w, const struct keyword *k)
{
	static const char *const names[] = { "keyword", "arguments", "type", "range", "unit", "default", NULL, "reload",
		"sentence", "note" };
	struct row r = row_of(k);

	writer_object(w, NULL);
	writer_fmt(w, "path", "%s%s%s", k->block, *k->block ? "/" : "", k->item->name);
	writer_str(w, "block", k->block);
	for (size_t c = 0; c < CELL_MAX; c++)
		if (names[c])
			writer_str(w, names[c], or_null(r.cell[c]));
	writer_str(w, "status", keyword_status_str(k->status));
	writer_str(w, "alias", k->status == KEYWORD_ALIAS ? k->item->alias : NULL);
	writer_bool(w, "obsolete", k->status == KEYWORD_ALIAS && k->item->doc);
	writer_end(w);
	row_done(&r);
}

static void print_json(const struct keywords *k)
{
	struct writer *w = writer_new();
	unsigned counts[KEYWORD_STATUS_MAX];
	size_t len;
	char *text;

	writer_array(w, "keywords");
	for (size_t i = 0; i < k->n; i++)
		write_keyword(w, &k->k[i]);
	writer_end(w);
	count(k, counts);
	writer_object(w, "summary");
	for (unsigned s = 0; s < KEYWORD_STATUS_MAX; s++)
		writer_int(w, keyword_status_str(s), counts[s]);
	writer_int(w, "all", (int64_t)k->n);
	writer_end(w);
	text = writer_text(w, &len);
	fwrite(text, 1, len, stdout);
	free(text);
	writer_free(w);
}

int keywords_run(bool is_json)
{
	struct keywords k;

	signal(SIGPIPE, SIG_IGN); /* "vipd --keywords | head" */
	keywords_init(&k);
	if (is_json)
		print_json(&k);
	else
		print_text(&k);
	keywords_done(&k);
	return EXIT_OK;
}
