/*
 * test_reweigh.c - files that differ in weights alone: what main makes of them without reading is, byte for byte, what reading
 * makes; everything else is refused, and nothing has changed then.
 */
#include "daemon/reweigh.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "conf/schema.h"
#include "conf/sources.h"
#include "daemon/conf.h"
#include "daemon/kept.h"
#include "io/memfd.h"
#include "run.h"

#define RS(last, lines) "\treal_server 10.0.0." last " 80 {\n" lines "\t}\n"
#define W(n) "\t\tweight " n "\n"
#define VS(last, lines) "virtual_server 192.0.2." last " 80 {\n\tlvs_sched rr\n" lines "}\n"
#define SCRIPT(weight) "vrrp_script s {\n\tscript /bin/true\n\tweight " weight "\n}\n"
#define TWO(x, y) VS("1", RS("1", W(x)) RS("2", W(y)))

static char dir[] = "/tmp/test_reweigh.XXXXXX";

/* "main", and "sub" beside it. */
struct files {
	const char *main, *sub;
};

static const struct row {
	const char *what;
	struct files from, to;
	unsigned n; /* weights; 0: refused */
} rows[] = {
	{ "one", { TWO("1", "2"), "" }, { TWO("1", "30"), "" }, 1 },
	{ "both", { TWO("1", "2"), "" }, { TWO("100", "65535"), "" }, 2 },
	{ "none", { TWO("1", "2"), "" }, { TWO("1", "2"), "" }, 0 },
	{ "between other blocks", { SCRIPT("2") TWO("1", "2") SCRIPT("3"), "" }, { SCRIPT("2") TWO("1", "7") SCRIPT("3"), "" }, 1 },
	{ "a script's", { SCRIPT("2") TWO("1", "2"), "" }, { SCRIPT("3") TWO("1", "2"), "" }, 0 },
	{ "a script's too", { SCRIPT("2") TWO("1", "2"), "" }, { SCRIPT("3") TWO("1", "3"), "" }, 0 },
	{ "of an included file", { "include sub\n" TWO("1", "2"), VS("2", RS("1", W("5"))) },
		{ "include sub\n" TWO("1", "3"), VS("2", RS("1", W("66"))) }, 2 },
	{ "of a file that is included twice", { "include sub\ninclude sub\n", TWO("1", "2") },
		{ "include sub\ninclude sub\n", TWO("1", "3") }, 0 },
	{ "another file", { "include sub\n" TWO("1", "2"), "" }, { "include sub\n" TWO("1", "3"), "# new\n" }, 0 },
	{ "too large", { TWO("1", "2"), "" }, { TWO("1", "65536"), "" }, 0 },
	{ "a sign", { TWO("1", "2"), "" }, { TWO("1", "+3"), "" }, 0 },
	{ "a leading zero", { TWO("1", "2"), "" }, { TWO("1", "03"), "" }, 0 },
	{ "a comment behind", { TWO("1", "2"), "" }, { TWO("1", "3 # less"), "" }, 0 },
	{ "a comment elsewhere", { "# a\n" TWO("1", "2"), "" }, { "# b\n" TWO("1", "3"), "" }, 0 },
	{ "one line more", { TWO("1", "2"), "" }, { TWO("1", "3") "\n", "" }, 0 },
	{ "no line end", { TWO("1", "2"), "" }, { TWO("1", "3") "#", "" }, 0 },
	{ "in quotes", { TWO("1", "\"2\""), "" }, { TWO("1", "\"3\""), "" }, 0 },
	{ "two lines of one server", { VS("1", RS("1", W("1") W("2"))), "" }, { VS("1", RS("1", W("1") W("3"))), "" }, 0 },
	{ "a variable", { "$W=2\n" VS("1", RS("1", W("$W"))), "" }, { "$W=3\n" VS("1", RS("1", W("$W"))), "" }, 0 },
	{ "the body of a variable", { "$B=\\\n" RS("1", W("2")) VS("1", "$B\n"), "" },
		{ "$B=\\\n" RS("1", W("3")) VS("1", "$B\n"), "" }, 0 },
	{ "a service's own", { VS("1", "weight 2\n" RS("1", "")), "" }, { VS("1", "weight 3\n" RS("1", "")), "" }, 0 },
	{ "of a backup_pool", { VS("1", RS("1", "") "backup_pool b {\n" RS("2", W("2")) "}\n"), "" },
		{ VS("1", RS("1", "") "backup_pool b {\n" RS("2", W("3")) "}\n"), "" }, 0 },
	{ "a quorum that fits", { VS("1", "quorum 3\n" RS("1", W("2")) RS("2", W("1"))), "" },
		{ VS("1", "quorum 3\n" RS("1", W("1")) RS("2", W("2"))), "" }, 2 },
	{ "a quorum that cannot be met then", { VS("1", "quorum 3\n" RS("1", W("2")) RS("2", W("1"))), "" },
		{ VS("1", "quorum 3\n" RS("1", W("1")) RS("2", W("1"))), "" }, 0 },
	{ "a quorum that can be met then", { VS("1", "quorum 3\n" RS("1", W("1")) RS("2", W("1"))), "" },
		{ VS("1", "quorum 3\n" RS("1", W("2")) RS("2", W("1"))), "" }, 0 },
	{ "words with blanks and braces",
		{ "global_defs {\n\trouter_id \"a { \\\" b}\"\n}\n" TWO("1", "2"), "" },
		{ "global_defs {\n\trouter_id \"a { \\\" b}\"\n}\n" TWO("1", "3"), "" }, 1 },
	{ "a random word", { "global_defs {\n\trouter_id ${_RANDOM}\n}\n" TWO("1", "2"), "" },
		{ "global_defs {\n\trouter_id ${_RANDOM}\n}\n" TWO("1", "3"), "" }, 0 },
};

static char *path_of(const char *name)
{
	return x_asprintf("%s/%s", dir, name);
}

static void put(const char *name, const char *text)
{
	char *path = path_of(name);
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	ck_assert_int_eq(fclose(f), 0);
	free(path);
}

static void put_files(const struct files *f)
{
	put("main", f->main);
	put("sub", f->sub);
}

static struct config *read_files(void)
{
	char *path = path_of("main");
	struct config *c = config_read(path, "main");

	ck_assert_int_eq(config_keep(c), 0);
	free(path);
	return c;
}

/* Whether both are what the same files make. */
static bool is_same(const struct config *a, const struct config *b)
{
	for (enum part i = 0; i < PARTS; i++)
		if (!memfd_same(a->kept->fd[i], b->kept->fd[i]))
			return false;
	return a->kept->len == b->kept->len && a->kept->file_len == b->kept->file_len &&
		a->kept->places_len == b->kept->places_len &&
		!memcmp(a->kept->places, b->kept->places, a->kept->places_len) &&
		schema_diff(&checkers_root, &a->checkers, &b->checkers) == CONF_SAME &&
		schema_diff(&vrrp_root, &a->vrrp, &b->vrrp) == CONF_SAME;
}

static void findings(const struct config *c, struct text *ret)
{
	const struct finding *f;

	for (unsigned i = 0; (f = report_get(c->report, i)); i++)
		text_printf(ret, "%s:%u:%u: %s\n", f->at.file, f->at.line, f->at.column, f->text);
}

static void check_findings(const struct config *a, const struct config *b)
{
	struct text x = { 0 }, y = { 0 };

	findings(a, &x);
	findings(b, &y);
	ck_assert_str_eq(text_str(&x), text_str(&y));
	text_done(&x);
	text_done(&y);
}

START_TEST(differs) {
	const struct row *row = &rows[_i];
	struct config *c, *was, *fresh;
	unsigned n;

	put_files(&row->from);
	c = read_files();
	was = read_files();
	put_files(&row->to);
	n = config_reweigh(c, NULL);
	ck_assert_msg(n == row->n, "%s: %u", row->what, n);
	if (n == 0) {
		ck_assert_msg(strstr(row->what, "random") || is_same(c, was), "%s: refused, and another", row->what);
	} else {
		fresh = read_files();
		ck_assert_msg(is_same(c, fresh), "%s: not as it is read", row->what);
		check_findings(c, fresh);
		ck_assert(sources_same(c->sources));
		config_free(fresh);
		put_files(&row->from);
		ck_assert_uint_eq(config_reweigh(c, NULL), row->n);
		ck_assert_msg(is_same(c, was), "%s: not as it was again", row->what);
	}
	config_free(c);
	config_free(was);
}
END_TEST

/* Another overlay is not a matter of weights. */
START_TEST(overlay) {
	const struct files from = { TWO("1", "2"), "" }, to = { TWO("1", "3"), "" };
	struct config *c;

	put_files(&from);
	c = read_files();
	put_files(&to);
	ck_assert_uint_eq(config_reweigh(c, "overlay {\n}\n"), 0);
	ck_assert_uint_eq(config_reweigh(c, NULL), 1);
	config_free(c);
}
END_TEST

enum { SERVICES = 40, SERVERS = 4 };

static void put_random(unsigned *weight, unsigned changes)
{
	struct text t = { 0 };

	for (; changes; changes--)
		weight[rand() % (SERVICES * SERVERS)] = 1 + (unsigned)rand() % (rand() % 2 ? 9 : 65535);
	for (unsigned i = 0; i < SERVICES; i++) {
		text_printf(&t, "virtual_server 192.0.2.%u 80 {\n", i + 1);
		for (unsigned k = 0; k < SERVERS; k++)
			text_printf(&t, "real_server 10.0.%u.%u 80 {\n weight %u\n}\n", i, k + 1,
				weight[i * SERVERS + k]);
		text_add(&t, "}\n");
	}
	put("main", text_str(&t));
	text_done(&t);
}

/* One after the other, as reloads come. */
START_TEST(many) {
	unsigned weight[SERVICES * SERVERS];
	struct config *c, *fresh;

	for (unsigned i = 0; i < SERVICES * SERVERS; i++)
		weight[i] = 1;
	srand(1);
	put_random(weight, 0);
	c = read_files();
	for (unsigned round = 0; round < 40; round++) {
		put_random(weight, 1 + (unsigned)rand() % 30);
		(void)config_reweigh(c, NULL);
		fresh = read_files();
		ck_assert_msg(is_same(c, fresh), "round %u", round);
		config_free(fresh);
	}
	config_free(c);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("reweigh");
	TCase *tc = tcase_create("reweigh");
	int failed;

	if (!mkdtemp(dir))
		return EXIT_FAILURE;
	tcase_add_loop_test(tc, differs, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tc, overlay);
	tcase_add_test(tc, many);
	suite_add_tcase(s, tc);
	failed = run_suite(s);
	for (unsigned i = 0; i < 2; i++) {
		char *path = path_of(i ? "main" : "sub");

		unlink(path);
		free(path);
	}
	rmdir(dir);
	return failed;
}
