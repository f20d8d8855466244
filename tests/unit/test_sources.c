/* test_sources.c - what a configuration was read from is the same until any of it is another one. */
#include "conf/sources.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "conf/tree.h"
#include "run.h"

static char dir[] = "/tmp/test_sources.XXXXXX";

static char *path_of(const char *name)
{
	return x_asprintf("%s/%s", dir, name);
}

/* NULL: the file goes. */
static void put(const char *name, const char *text)
{
	char *path = path_of(name);
	FILE *f = text ? fopen(path, "w") : NULL;

	if (f) {
		fputs(text, f);
		ck_assert_int_eq(fclose(f), 0);
	} else {
		unlink(path);
	}
	free(path);
}

static struct sources *read_main(const char *config_id)
{
	struct sources *s = sources_new();
	const struct tree_options opt = { .config_id = config_id, .sources = s };
	struct report *r = report_new();
	char *path = path_of("main");

	tree_free(tree_read_file(path, &opt, r));
	report_free(r);
	free(path);
	return s;
}

/* The file `name` becomes `text`; what was read before then differs, and is the same again once it is as it was. */
static const struct row {
	const char *main, *name, *before, *text;
	bool same;
} rows[] = {
	{ "a\n", "main", "a\n", "a\n", true },
	{ "a\n", "main", "a\n", "b\n", false },
	{ "a\n", "main", "a\n", "a\n\n", false },
	{ "a\n", "main", "a\n", "", false },
	{ "a\n", "main", "a\n", NULL, false },
	{ "a\n", "other", NULL, "b\n", true },
	{ "include sub\n", "sub", "a\n", "b\n", false },
	{ "include sub\n", "sub", "a\n", NULL, false },
	{ "include sub\n", "sub", NULL, "a\n", false },
	{ "include sub\n", "sub", NULL, "", false },
	{ "include s*\n", "sub", "a\n", NULL, false },
	{ "include s*\n", "sub", NULL, "", false },
	{ "include s*\n", "s2", NULL, "a\n", false },
	{ "include s*\n", "t", NULL, "a\n", true },
	{ "include {s1,s2}\n", "s2", NULL, "a\n", false },
	{ "@no include sub\n", "sub", "a\n", "b\n", true },
	{ "a ${_RANDOM}\n", "other", NULL, NULL, false },
	{ "a ${_ENV HOME} ${_PWD}\n", "other", NULL, NULL, true },
};

START_TEST(differs) {
	const struct row *row = &rows[_i];
	struct sources *s;

	put("main", row->main);
	put(row->name, row->before);
	s = read_main("main");
	if (!strstr(row->main, "_RANDOM"))
		ck_assert_msg(sources_same(s), "just read:\n%s", row->main);
	put(row->name, row->text);
	ck_assert_msg(sources_same(s) == row->same, "%s: %s -> %s", row->main, row->before, row->text);
	put(row->name, row->before);
	ck_assert(sources_same(s) == !strstr(row->main, "_RANDOM"));
	sources_free(s);
	put(row->name, NULL);
}
END_TEST

/* The same bytes from a directory by another name: what they include is elsewhere. */
START_TEST(a_link_moves) {
	char *sub = path_of("1"), *other = path_of("2"), *link = path_of("link");
	struct sources *s;

	ck_assert_int_eq(mkdir(sub, 0700), 0);
	ck_assert_int_eq(mkdir(other, 0700), 0);
	ck_assert_int_eq(symlink("1", link), 0);
	put("1/x", "a\n");
	put("2/x", "a\n");
	put("main", "include link/x\n");
	s = read_main("main");
	ck_assert(sources_same(s));
	unlink(link);
	ck_assert_int_eq(symlink("2", link), 0);
	ck_assert(!sources_same(s));
	sources_free(s);
	unlink(link);
	put("1/x", NULL);
	put("2/x", NULL);
	rmdir(sub);
	rmdir(other);
	free(sub);
	free(other);
	free(link);
}
END_TEST

START_TEST(knows_nothing) {
	struct sources *s = sources_new(), *held;

	ck_assert(!sources_same(NULL));
	ck_assert(!sources_same(s)); /* nothing was read yet */
	sources_free(s);
	put("main", "a\n");
	s = read_main(NULL); /* the node's name is one of them */
	held = sources_hold(s);
	sources_free(s);
	ck_assert(sources_same(held));
	sources_vary(held);
	ck_assert(!sources_same(held));
	sources_free(held);
	put("main", NULL);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("sources");
	TCase *tc = tcase_create("sources");
	int failed;

	if (!mkdtemp(dir))
		return EXIT_FAILURE;
	tcase_add_loop_test(tc, differs, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tc, a_link_moves);
	tcase_add_test(tc, knows_nothing);
	suite_add_tcase(s, tc);
	failed = run_suite(s);
	rmdir(dir);
	return failed;
}
