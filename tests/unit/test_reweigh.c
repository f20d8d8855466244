/*
 * test_reweigh.c - a reload that changes weights alone: random edits of files end in the same bytes, places, structs and findings
 * as reading them does, whichever way was taken.
 */
#include "daemon/reweigh.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "conf/sources.h"
#include "daemon/conf.h"
#include "daemon/kept.h"
#include "io/memfd.h"
#include "run.h"

enum { EDITS = 400, TRIES = 100, LINES_MAX = 128 };

static char dir[] = "/tmp/test_reweigh.XXXXXX";

#define RS(n, lines) "\treal_server 10.0.0." n " 80 {\n" lines "\t}\n"

#define VI "vrrp_instance one {\n\tinterface lo\n\tvirtual_router_id 1\n\tpriority 100\n}\n"

static const char main_file
	[] = "# a comment\n$W=3\n$BLOCK=weight 9 \\\nalpha\n"
	     "virtual_server 192.0.2.1 80 {\n\tquorum 2\n" RS("1", "\t\tweight 10\n") RS("2",
		     "  weight\t7  \n\t\tTCP_CHECK {\n\t\t}\n") RS("3", "\t\tweight $W\n") RS("4",
		     "\t\tweight 5 # why\n") "}\n"
					     "virtual_server 192.0.2.2 80 {\n" RS("1",
						     "\t\tweight 1\n\t\tweight 2\n") RS("2",
						     "@one weight 4\n@two weight 5\n") RS("3",
						     "\t\tnotify_up \"/bin/true 'a {'\"\n\t\tweight \\\n4\n")
						     RS("4", "\t\tweight 300\n") "}\n" VI
										 "include more\ninclude more2\n";
static const char more_file[] = "virtual_server 192.0.2.3 80 {\n\tquorum 20\n\thysteresis 3\n" RS("1",
	"\t\tweight 10\n") RS("2", "\t\tweight 14\n") "\tbackup_pool late {\n" RS("3", "\t\tweight 8\n") "\t}\n" RS("4",
	"weight 0\n") "}\n"
		      "virtual_server 192.0.2.4 80 {\n" RS("1", "\t\tweight 1\n") RS("1", "\t\tweight 2\n")
			      RS("2", "\t\tweight 01\n") "}\n";
static const char more2_file[] = "virtual_server 192.0.2.5 80 {\n" RS("9", "\t\tweight 65535\n") "}\n";

struct file {
	const char *name, *begin;
	char *text; /* owned */
};

static void put(const char *name, const char *text)
{
	char *path = x_asprintf("%s/%s", dir, name);
	FILE *f = fopen(path, "w");

	ck_assert(f && fputs(text, f) >= 0 && fclose(f) == 0);
	free(path);
}

static struct config *read_all(void)
{
	char *path = x_asprintf("%s/main", dir);
	struct config *c = config_read(path, "one");

	free(path);
	return c;
}

static void same_bytes(int a, int b, const char *what)
{
	char *x, *y;
	size_t n, m;

	ck_assert_int_eq(memfd_read(a, &x, &n), 0);
	ck_assert_int_eq(memfd_read(b, &y, &m), 0);
	ck_assert_msg(n == m && !memcmp(x, y, n), "%s:\n%s\n---\n%s", what, x, y);
	free(x);
	free(y);
}

static void same_findings(struct report *a, struct report *b)
{
	const struct finding *f, *g;

	for (unsigned i = 0; (f = report_get(a, i)); i++) {
		g = report_get(b, i);
		if (f->class == CONF_ENVIRONMENT)
			continue; /* said by who asks the machine */
		ck_assert_msg(g && f->at.line == g->at.line && f->at.column == g->at.column &&
				!strcmp(f->text, g->text),
			"%u: %s", f->at.line, f->text);
	}
	ck_assert_uint_eq(report_count(a, CONF_WARNING), report_count(b, CONF_WARNING));
}

/* Everything that a later look at a configuration could be about. */
static void same(const struct config *a, const struct config *b)
{
	struct config *x = config_recall(a), *y = config_recall(b);

	ck_assert(x && y);
	for (enum part i = 0; i < PARTS; i++)
		same_bytes(a->kept->fd[i], b->kept->fd[i], "part");
	ck_assert_uint_eq(a->kept->len, b->kept->len);
	ck_assert_uint_eq(a->kept->n_runs, b->kept->n_runs);
	for (unsigned i = 0; i < a->kept->n_runs; i++)
		ck_assert(a->kept->runs[i].part == b->kept->runs[i].part &&
			a->kept->runs[i].at == b->kept->runs[i].at && a->kept->runs[i].len == b->kept->runs[i].len);
	ck_assert_uint_eq(a->kept->file_len, b->kept->file_len);
	ck_assert_uint_eq(a->kept->places_len, b->kept->places_len);
	ck_assert_int_eq(memcmp(a->kept->places, b->kept->places, a->kept->places_len), 0);
	ck_assert(schema_diff(&checkers_root, &x->checkers, &y->checkers) == CONF_SAME);
	ck_assert(schema_diff(&vrrp_root, &a->vrrp, &b->vrrp) == CONF_SAME);
	same_findings(a->report, b->report);
	config_free(x);
	config_free(y);
}

/* The `n`th line that has a number, or any line at all, becomes another one. */
static void edit(struct file *f, bool is_number)
{
	static const char *const other[] = { "#\n", "\n", "\t\tweight x\n", "weight 70000\n", "}\n",
		"\t\tinhibit_on_failure\n" };
	char *line[LINES_MAX], *all = x_strdup(f->text), *at = all;
	unsigned n = 0, which, tries = TRIES;
	struct text out = { 0 };

	for (char *end; (end = strchr(at, '\n')) && n < LINES_MAX; at = end + 1)
		line[n++] = x_asprintf("%.*s", (int)(end - at) + 1, at);
	do
		which = (unsigned)random() % n;
	while (is_number && tries-- && !strstr(line[which], "weight"));
	for (unsigned i = 0; i < n; i++) {
		const size_t head = is_number && i == which ? strcspn(line[i], "0123456789") : 0;

		if (i != which)
			text_add(&out, line[i]);
		else if (!is_number)
			text_add(&out, other[(unsigned)random() % (sizeof(other) / sizeof(other[0]))]);
		else
			text_printf(&out, "%.*s%ld%s", (int)head, line[i],
				random() % 4 ? random() % 12 : random() % 70000,
				line[i] + head + strspn(line[i] + head, "0123456789"));
		free(line[i]);
	}
	free(all);
	free(f->text);
	f->text = out.s;
	put(f->name, f->text);
}

/* What a reload does: the same, edited or read. */
static struct config *reload(struct config *c, unsigned *edited, unsigned *read)
{
	struct config *fresh = read_all();
	struct source_edits e;
	struct reweighed *w = NULL;
	bool is_little = config_edits(c, NULL, &e);

	if (is_little && e.n)
		w = reweigh(c, &e);
	if (w)
		reweigh_take(w, c);
	if (is_little)
		sources_settle(c->sources, w || !e.n);
	if ((is_little && !e.n) || w) {
		ck_assert_uint_eq(report_count(fresh->report, CONF_ERROR), 0);
		ck_assert_int_eq(config_keep(fresh), 0);
		same(c, fresh);
	}
	*edited += w != NULL;
	reweigh_done(w);
	sources_edits_done(&e);
	if (w || report_count(fresh->report, CONF_ERROR) || (is_little && !e.n)) {
		config_free(fresh);
		return c;
	}
	config_free(c);
	ck_assert_int_eq(config_keep(fresh), 0);
	++*read;
	return fresh;
}

START_TEST(as_the_whole_is_read) {
	struct file files[] = { { "main", main_file, NULL }, { "more", more_file, NULL },
		{ "more2", more2_file, NULL } };
	unsigned edited = 0, read = 0;
	struct config *c;

	srandom(7);
	for (unsigned i = 0; i < 3; i++) {
		files[i].text = x_strdup(files[i].begin);
		put(files[i].name, files[i].text);
	}
	c = read_all();
	for (unsigned i = 0; i < report_count(c->report, CONF_ERROR); i++)
		ck_abort_msg("%s", report_get(c->report, i)->text);
	ck_assert_int_eq(config_keep(c), 0);
	for (unsigned i = 0; i < EDITS; i++) {
		struct file *f = &files[(unsigned)random() % 3];

		edit(f, random() % 8);
		if (!(random() % 6))
			edit(&files[(unsigned)random() % 3], true);
		c = reload(c, &edited, &read);
		if (random() % 4)
			continue;
		free(f->text);
		f->text = x_strdup(f->begin);
		put(f->name, f->text);
	}
	ck_assert_msg(edited > EDITS / 20 && read > EDITS / 20, "%u edited, %u read", edited, read);
	config_free(c);
	for (unsigned i = 0; i < 3; i++)
		free(files[i].text);
}
END_TEST

/* An interface that is missing is said of its own line, whatever a weight is. */
START_TEST(what_the_machine_lacks) {
	static const char without[] = "vrrp_instance a {\n\tinterface none0\n\tvirtual_router_id 2\n}\n"
				      "virtual_server 192.0.2.1 80 {\n" RS("1", "\t\tweight 1\n") "}\n";
	struct file f = { "main", without, x_strdup(without) };
	unsigned edited = 0, read = 0, said;
	struct config *c;

	put(f.name, f.text);
	c = read_all();
	config_check_environment(c);
	said = report_count(c->report, CONF_ENVIRONMENT);
	ck_assert_uint_gt(said, 0);
	ck_assert_int_eq(config_keep(c), 0);
	strstr(f.text, "weight 1")[7] = '2';
	put(f.name, f.text);
	c = reload(c, &edited, &read);
	ck_assert_uint_eq(edited, 1);
	ck_assert_uint_eq(report_count(c->report, CONF_ENVIRONMENT), said);
	config_free(c);
	free(f.text);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("reweigh");
	TCase *t = tcase_create("reweigh");

	if (!mkdtemp(dir))
		return 1;
	tcase_set_timeout(t, 120);
	tcase_add_test(t, as_the_whole_is_read);
	tcase_add_test(t, what_the_machine_lacks);
	suite_add_tcase(s, t);
	return run_suite(s);
}
