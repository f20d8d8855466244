/*
 * test_rows.c - every row of every table, driven by what it says of itself: its default, its smallest and largest value, what lies
 * just outside, another type's value, its examples and counterexamples; and what was read is dumped and read back.
 */
#include "scaffold.h"

#include "base/alloc.h"
#include "base/mono.h"
#include "base/text.h"
#include "conf/dump.h"
#include "conf/report.h"
#include "conf/schema.h"
#include "conf/tree.h"
#include "daemon/conf.h"
#include "daemon/keywords.h"

#include <check.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { CENTISEC = 100, FAILURES_MAX = 40 };

/* A row that is driven; what went wrong is collected, so that a table is put right in one go. */
struct drive {
	const struct keyword *k;
	struct text *failures;
	unsigned *n_failures;
};

/* What a line is to be. */
enum wanted {
	WANT_VALID,
	WANT_ERROR, /* exactly one, at the line */
	WANT_SAID,  /* an error or a warning at the line */
};

static void note_failure(const struct drive *d, const char *line, const char *what, const struct finding *f)
{
	char *shown;

	if (++*d->n_failures > FAILURES_MAX)
		return;
	shown = x_strdup(line);
	for (char *s = shown; *s; s++)
		*s = *s == '\n' ? '|' : *s;
	text_printf(d->failures, "%s/%s: \"%s\": %s", d->k->block, d->k->item->name, shown, what);
	if (f)
		text_printf(d->failures, " (line %u: %s)", f->at.line, f->text);
	text_add(d->failures, "\n");
	free(shown);
}

/* Values that keepalived takes and that are read as another one, which is said. */
static const struct {
	const char *keyword, *text;
} read_otherwise[] = {
	{ "quorum", "quorum 0 is read as 1" },
	{ "hysteresis", "hysteresis 4294967295 is read as " },
};

static bool is_read_otherwise(const struct drive *d, const struct finding *f)
{
	for (size_t i = 0; i < sizeof(read_otherwise) / sizeof(read_otherwise[0]); i++)
		if (!strcmp(d->k->item->name, read_otherwise[i].keyword) &&
			!strncmp(f->text, read_otherwise[i].text, strlen(read_otherwise[i].text)))
			return true;
	return false;
}

/* Findings that say something about the file itself: not about this machine, no advice. */
static bool is_verdict(const struct finding *f)
{
	return f->class != CONF_ENVIRONMENT && !f->id && !f->is_inert;
}

/* Whether a finding is about the keyword as a whole, not about one of its values. */
static bool is_about(const struct finding *f, const char *name)
{
	const char *s = strchr(f->text, '\'');
	size_t len = strlen(name);

	return s && !strncmp(s + 1, name, len) && s[1 + len] == '\'';
}

/* A valid line: an old spelling is said so, a row without effect too, once; nothing else. */
static void judge_valid(const struct drive *d, struct report *r, const char *line, unsigned at)
{
	unsigned inert = 0, old = 0, wanted_inert = d->k->meant->status != CONF_WORKS;
	const struct finding *f;

	for (unsigned i = 0; (f = report_get(r, i)); i++) {
		inert += f->is_inert && f->at.line == at && is_about(f, d->k->item->name);
		if (f->class == CONF_WARNING && f->at.line == at && strstr(f->text, "old spelling"))
			old++;
		else if (is_verdict(f) && !is_read_otherwise(d, f))
			note_failure(d, line, "a valid line has a finding", f);
	}
	if (inert != wanted_inert)
		note_failure(d, line,
			wanted_inert ? "it is not said that it has no effect" : "it is said to have no effect", NULL);
	if (old != (d->k->status == KEYWORD_ALIAS && d->k->item->doc))
		note_failure(d, line, "whether the spelling is old", NULL);
}

static void judge_error(const struct drive *d, struct report *r, const char *line, unsigned at)
{
	const struct finding *f, *error = NULL;
	unsigned n = 0;

	for (unsigned i = 0; (f = report_get(r, i)); i++) {
		if (f->class != CONF_ERROR)
			continue;
		n++;
		if (f->at.line == at)
			error = f;
	}
	if (n != 1 || !error)
		note_failure(d, line, n ? "not one error at the line" : "no error", error);
}

static void judge_said(const struct drive *d, struct report *r, const char *line, unsigned at)
{
	const struct finding *f;

	for (unsigned i = 0; (f = report_get(r, i)); i++)
		if (f->class != CONF_ENVIRONMENT && !f->is_inert && f->at.line == at)
			return;
	note_failure(d, line, "nothing is said against it", NULL);
}

/* Class and sentence of all findings, in their order. */
static char *findings_of(struct report *r)
{
	struct text t = { 0 };
	const struct finding *f;

	for (unsigned i = 0; (f = report_get(r, i)); i++)
		text_printf(&t, "%d %s\n", (int)f->class, f->text);
	return t.s ? t.s : x_strdup("");
}

static char *canonical(const struct config *c)
{
	struct text t = { 0 };

	tree_write(c->tree, &t);
	return t.s ? t.s : x_strdup("");
}

static char *dump_of(const struct config *c)
{
	struct conf_view views[] = { { &main_root, (void *)(uintptr_t)&c->main }, { &vrrp_root, (void *)(uintptr_t)&c->vrrp },
		{ &checkers_root, (void *)(uintptr_t)&c->checkers } };
	struct dump_style plain = { .origin = DUMP_PLAIN };
	struct text t = { 0 };

	dump_write(c->tree, views, sizeof(views) / sizeof(views[0]), &plain, &t);
	return t.s ? t.s : x_strdup("");
}

/* The canonical text says the same as what was written, and is its own canonical text. */
static void check_canonical(const struct drive *d, const struct config *c, const char *line)
{
	char *text = canonical(c), *said = findings_of(c->report);
	struct config *again = scaffold_read(text);
	char *text_again = canonical(again), *said_again = findings_of(again->report);

	if (strcmp(text, text_again) != 0)
		note_failure(d, line, "its canonical text is not read back", NULL);
	if (strcmp(said, said_again) != 0)
		note_failure(d, line, "its canonical text has other findings", report_get(again->report, 0));
	free(text);
	free(text_again);
	free(said);
	free(said_again);
	config_free(again);
}

/* The effective configuration is read without an error and is its own dump. */
static void check_dump(const struct drive *d, const struct config *c, const char *line)
{
	char *text = dump_of(c);
	struct config *again = scaffold_read(text);
	char *text_again = dump_of(again);

	if (report_count(again->report, CONF_ERROR))
		note_failure(d, line, "its dump has an error", report_get(again->report, 0));
	else if (strcmp(text, text_again) != 0)
		note_failure(d, line, "its dump is dumped as something else", NULL);
	free(text);
	free(text_again);
	config_free(again);
}

/* Reads a whole line of the block, the `offset`-th of which counts. */
static void drive_line(const struct drive *d, const char *line, unsigned offset, enum scaffold_value value,
	enum wanted w)
{
	unsigned at;
	char *text = scaffold_text(d->k, line, value, &at);
	struct config *c = scaffold_read(text);

	at += offset;
	if (w == WANT_VALID) {
		judge_valid(d, c->report, line, at);
		check_canonical(d, c, line);
		if (!report_count(c->report, CONF_ERROR))
			check_dump(d, c, line);
	} else if (w == WANT_ERROR) {
		judge_error(d, c->report, line, at);
	} else {
		judge_said(d, c->report, line, at);
	}
	config_free(c);
	free(text);
}

static void drive_args(const struct drive *d, const char *args, enum scaffold_value value, enum wanted w)
{
	char *line = x_asprintf("%s%s%s", d->k->item->name, *args ? " " : "", args);

	drive_line(d, line, 0, value, w);
	free(line);
}

/* One line of a block of lines. Valid ones are judged at the keyword, where it says whether it has an effect. */
static void drive_inner(const struct drive *d, const char *inner, enum wanted w)
{
	char *line = x_asprintf("%s {\n%s\n}", d->k->item->name, inner);

	drive_line(d, line, w != WANT_VALID, SCAFFOLD_ANY, w);
	free(line);
}

/* Each line of `lines`, which are arguments of the keyword or lines of its block. */
static void drive_each(const struct drive *d, const char *lines, enum wanted w)
{
	char *copy = lines ? x_strdup(lines) : NULL, *next = copy, *s;

	while ((s = strsep(&next, "\n")))
		if (d->k->meant->type == CONF_LINES)
			drive_inner(d, s, w);
		else
			drive_args(d, s, SCAFFOLD_ANY, w);
	free(copy);
}

/* Numbers. */

static int64_t scale_of(const struct conf_item *it)
{
	return it->type == CONF_TIME ? MONO_SEC : it->unit == CONF_CENTISEC ? CENTISEC : 1;
}

/* A scaled number as it is written; the caller frees. */
static char *written(const struct conf_item *it, int64_t v)
{
	int64_t scale = scale_of(it), rest = v < 0 ? -(v % scale) : v % scale;
	const char *sign = v < 0 ? "-" : "";

	v = v < 0 ? -(v / scale) : v / scale;
	if (scale == 1)
		return x_asprintf("%s%" PRId64, sign, v);
	return x_asprintf("%s%" PRId64 ".%0*" PRId64, sign, v, scale == CENTISEC ? 2 : 6, rest);
}

static void drive_number(const struct drive *d, int64_t v, enum scaffold_value value, enum wanted w)
{
	char *args = written(d->k->meant, v);

	drive_args(d, args, value, w);
	free(args);
}

static void drive_numbers(const struct drive *d)
{
	const struct conf_item *it = d->k->meant;
	bool is_ranged = it->min || it->max;
	int64_t low = is_ranged ? it->min : it->type == CONF_INT ? INT32_MIN : 0;
	int64_t high = is_ranged ? it->max : it->type == CONF_INT ? INT32_MAX : UINT32_MAX;

	drive_number(d, low, SCAFFOLD_SMALLEST, WANT_VALID);
	drive_number(d, low - 1, SCAFFOLD_SMALLEST, WANT_ERROR);
	if (is_ranged || it->type != CONF_TIME) {
		drive_number(d, high, SCAFFOLD_LARGEST, WANT_VALID);
		drive_number(d, high + 1, SCAFFOLD_LARGEST, WANT_ERROR);
	}
	drive_args(d, "99999999999999999999", SCAFFOLD_ANY,
		is_ranged || it->type != CONF_TIME ? WANT_ERROR : WANT_VALID);
	drive_args(d, "many", SCAFFOLD_ANY, WANT_ERROR);
	drive_args(d, "1x", SCAFFOLD_ANY, WANT_ERROR);
	drive_args(d, "\"\"", SCAFFOLD_ANY, WANT_ERROR);
	if (scale_of(it) == 1)
		drive_args(d, "1.5", SCAFFOLD_ANY, WANT_ERROR);
}

/* The other types. */

static void drive_switch(const struct drive *d)
{
	static const char *const values[] = { "", "on", "off", "true", "false", "yes", "no" };

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		drive_args(d, values[i], SCAFFOLD_ANY, WANT_VALID);
	drive_args(d, "maybe", SCAFFOLD_ANY, WANT_ERROR);
	drive_args(d, "on off", SCAFFOLD_ANY, WANT_SAID);
}

static void drive_choices(const struct drive *d)
{
	for (const struct conf_choice *c = d->k->meant->choices; c->name; c++)
		drive_args(d, c->name, SCAFFOLD_ANY, WANT_VALID);
	drive_args(d, "no-such-choice", SCAFFOLD_ANY, WANT_ERROR);
}

static void drive_address(const struct drive *d)
{
	const struct conf_item *it = d->k->meant;

	if (it->example)
		drive_each(d, it->example, WANT_VALID);
	else
		drive_args(d, "192.0.2.7", SCAFFOLD_ANY, WANT_VALID);
	drive_args(d, "192.0.2.256", SCAFFOLD_ANY, WANT_ERROR);
	drive_args(d, "localhost", SCAFFOLD_ANY, WANT_ERROR);
	drive_args(d, "192.0.2.0/24", SCAFFOLD_ANY, WANT_ERROR);
	drive_each(d, it->wrong, WANT_SAID);
}

static void drive_text(const struct drive *d)
{
	const struct conf_item *it = d->k->meant;

	drive_each(d, it->example ? it->example : "word", WANT_VALID);
	drive_each(d, it->wrong, WANT_SAID);
}

static void drive_examples(const struct drive *d)
{
	const struct conf_item *it = d->k->meant;

	if (!it->example)
		note_failure(d, "", "it has no example", NULL);
	if (!it->wrong)
		note_failure(d, "", "it has no wrong example", NULL);
	drive_each(d, it->example, WANT_VALID);
	drive_each(d, it->wrong, WANT_SAID);
}

/* A block as it is with the least in it, and without its braces. */
static void drive_block(const struct drive *d)
{
	char *path = x_asprintf("%s%s%s", d->k->block, *d->k->block ? "/" : "", d->k->item->name);
	char *line = scaffold_block(path, d->k->item->name);

	drive_line(d, line, 0, SCAFFOLD_ANY, WANT_VALID);
	drive_args(d, "", SCAFFOLD_ANY, WANT_ERROR);
	free(line);
	free(path);
}

static void drive_type(const struct drive *d)
{
	switch (d->k->meant->type) {
	case CONF_UINT:
	case CONF_INT:
	case CONF_TIME:
		drive_numbers(d);
		break;
	case CONF_BOOL:
		drive_switch(d);
		break;
	case CONF_FLAG:
		drive_args(d, "", SCAFFOLD_ANY, WANT_VALID);
		drive_args(d, "word", SCAFFOLD_ANY, WANT_SAID);
		break;
	case CONF_CHOICE:
		drive_choices(d);
		break;
	case CONF_STRING:
		drive_text(d);
		break;
	case CONF_ADDR:
		drive_address(d);
		break;
	case CONF_CUSTOM:
	case CONF_LINES:
		drive_examples(d);
		break;
	case CONF_BLOCK:
		drive_block(d);
		break;
	case CONF_ALIAS:
		note_failure(d, "", "a row without a type", NULL);
		break;
	}
}

/* Whether a row is of one value: without it, or with a block behind it, there is exactly one error. */
static void drive_shape(const struct drive *d)
{
	enum conf_type type = d->k->meant->type;

	if (type == CONF_UINT || type == CONF_INT || type == CONF_TIME || type == CONF_CHOICE || type == CONF_STRING ||
		type == CONF_ADDR)
		drive_args(d, "", SCAFFOLD_ANY, WANT_ERROR);
	if (type != CONF_BLOCK && type != CONF_LINES && type != CONF_CUSTOM)
		drive_args(d, "{\n}", SCAFFOLD_ANY, WANT_ERROR);
}

static void count_difference(void *ctx, const struct conf_diff *diff)
{
	(void)diff;
	++*(unsigned *)ctx;
}

static unsigned differences(const struct config *a, const struct config *b)
{
	unsigned n = 0;

	schema_diff_each(&main_root, &a->main, &b->main, count_difference, &n);
	schema_diff_each(&vrrp_root, &a->vrrp, &b->vrrp, count_difference, &n);
	schema_diff_each(&checkers_root, &a->checkers, &b->checkers, count_difference, &n);
	return n;
}

/* The default written out is valid and makes no difference. */
static void drive_default(const struct drive *d)
{
	const struct conf_item *it = d->k->meant;
	unsigned at;
	char *line = x_asprintf("%s %s", d->k->item->name, it->dflt), *with, *without;
	struct config *a, *b;

	drive_line(d, line, 0, SCAFFOLD_ANY, WANT_VALID);
	with = scaffold_text(d->k, line, SCAFFOLD_ANY, &at);
	without = scaffold_text(d->k, NULL, SCAFFOLD_ANY, &at);
	a = scaffold_read(with);
	b = scaffold_read(without);
	if (it->type != CONF_CUSTOM && differences(a, b))
		note_failure(d, line, "the default written out makes a difference", NULL);
	config_free(a);
	config_free(b);
	free(with);
	free(without);
	free(line);
}

static void drive_row(const struct drive *d)
{
	drive_type(d);
	if (d->k->status == KEYWORD_ALIAS)
		return;
	drive_shape(d);
	if (d->k->item->dflt)
		drive_default(d);
}

static struct keywords all;

/* The first keyword of the n-th block, and how many it has. */
static size_t block_start(int n, size_t *ret_n)
{
	size_t i = 0;

	for (;; i += *ret_n) {
		for (*ret_n = 1; i + *ret_n < all.n && !strcmp(all.k[i].block, all.k[i + *ret_n].block);)
			++*ret_n;
		if (!n--)
			return i;
	}
}

/* Whether a block is the same as another under its older name. */
static bool is_alias_block(const char *path)
{
	for (size_t i = 0; i < all.n; i++) {
		size_t len = strlen(all.k[i].block);

		if (all.k[i].status == KEYWORD_ALIAS && !strncmp(path, all.k[i].block, len) &&
			!strcmp(path + len + (path[len] == '/'), all.k[i].item->name))
			return true;
	}
	return false;
}

START_TEST(test_rows) {
	struct text failures = { 0 };
	unsigned n_failures = 0;
	size_t n, first = block_start(_i, &n);

	for (size_t i = first; i < first + n && !is_alias_block(all.k[i].block); i++)
		drive_row(&(struct drive){ &all.k[i], &failures, &n_failures });
	fputs(text_str(&failures), stderr);
	ck_assert_msg(!n_failures, "%u failures in '%s'", n_failures, all.k[first].block);
	text_done(&failures);
}
END_TEST

static int count_blocks(void)
{
	int n = all.n ? 1 : 0;

	for (size_t i = 1; i < all.n; i++)
		n += strcmp(all.k[i - 1].block, all.k[i].block) != 0;
	return n;
}

int main(void)
{
	Suite *s = suite_create("rows");
	TCase *tc = tcase_create("rows");
	SRunner *sr;
	int failed;

	keywords_init(&all);
	tcase_set_timeout(tc, 200);
	tcase_add_loop_test(tc, test_rows, 0, count_blocks());
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	keywords_done(&all);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
