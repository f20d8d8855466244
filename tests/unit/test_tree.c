/* test_tree.c - lexer and tree: rows of text and the canonical form they become, findings with their places. */
#include "base/alloc.h"
#include "base/text.h"
#include "conf/tree.h"
#include "run.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct row {
	const char *in, *out; /* canonical */
	const char *finding;  /* "line:column text" of the first finding, or NULL: none */
};

static const struct row rows[] = {
	/* facts/keepalived.md 10: quirks of real files */
	{ "a b c\n", "a b c\n", NULL },
	{ "a b", "a b\n", NULL },
	{ "a b   \t\r\nc\r\n", "a b\nc\n", NULL },
	{ "", "", NULL },
	{ "\n\n  \n", "", NULL },
	{ "# x { y\n! z }\na\n", "a\n", NULL },
	{ "a b # c\na d ! e\n", "a b\na d\n", NULL },
	{ "a b#c\na d!e\n", "a b\na d\n", NULL },
	{ "a \\# \\!b c\\#d\n", "a \"#\" \"!b\" \"c#d\"\n", NULL },
	{ "a \"b # c ! d\" e\n", "a \"b # c ! d\" e\n", NULL },
	{ "a \"b \\\" # c\" d # e \" f\n", "a \"b \\\" # c\" d\n", NULL },
	{ "# \xff\xfe caf\xe9 \x80\na\n", "a\n", NULL },
	{ "a b \\\n  c\nd\n", "a b c\nd\n", NULL },
	{ "a b\\\nc\n", "a bc\n", NULL },
	{ "a \"b \\\n c\" d\n", "a \"b  c\" d\n", NULL },
	{ "a b \\\r\n  c\r\n", "a b c\n", NULL },
	{ "a \"\\a\\b\\E\\f\\n\\r\\t\\v\"\n", "a \"\\007\\010\\033\\014\\012\\015\\011\\013\"\n", NULL },
	{ "a \"\\101\\x42\\cC\\d\\\\\"\n", "a \"AB\\003d\\\\\"\n", NULL },
	{ "a \"\" b\n", "a \"\" b\n", NULL },
	{ "a b\" c \"d\n", "a \"b c d\"\n", NULL },
	{ "a {\n b\n}\n", "a {\n\tb\n}\n", NULL },
	{ "a{\nb\n}\n", "a {\n\tb\n}\n", NULL },
	{ "a\n{\nb\n}\n", "a {\n\tb\n}\n", NULL },
	{ "a x y\n\n# c\n{\nb\n}\n", "a x y {\n\tb\n}\n", NULL },
	{ "a { b c }\n", "a {\n\tb c\n}\n", NULL },
	{ "a { b { c } } d\n", "a {\n\tb {\n\t\tc\n\t}\n}\nd\n", NULL },
	{ "a {\nb c}\nd\n", "a {\n\tb c\n}\nd\n", NULL },
	{ "a { }\nb {}\n", "a {\n}\nb {\n}\n", NULL },
	{ "a \"${X}\" b\n", "a \"\\044{X}\" b\n", NULL },
	{ "a $X b$\n", "a \"\\044X\" b$\n", NULL },
	{ "a \"\\044{_PWD}\" \"\\044_HASH\" 5$ \"\\044 x\"\n", "a \"\\044{_PWD}\" \"\\044_HASH\" 5$ \"$ x\"\n", NULL },
	{ "a \"@x\" \"~SEQ(A, 2)\" \"'b c'\" \"\\x7f\\xc2\\xa0\" \"b\\\\\"\n",
		"a \"@x\" \"~SEQ(A, 2)\" \"'b c'\" \"\\177\xc2\xa0\" \"b\\\\\"\n", NULL },
	/* variables, keepalived.conf(5) */
	{ "$X=1\na $X ${X}2 $X3\n", "a 1 12 \"\\044X3\"\n", NULL },
	{ "$X=1\na \"$X ${X}\"\n", "a \"1 1\"\n", NULL },
	{ "$A=10.2.${B}\n$B=0\n${A}.100/32\n$B=10\n${A}.100/32\n", "10.2.0.100/32\n10.2.10.100/32\n", NULL },
	{ "$A=\na $A b\n", "a b\n", NULL },
	{ "$I= \\\n v VI_${N} { \\\n p $P \\\n }\n$N=1\n$P=7\n$I\n$N=2\n$I\n",
		"v VI_1 {\n\tp 7\n}\nv VI_2 {\n\tp 7\n}\n", NULL },
	{ "$R= \\\n r ${V}.${N}\n$V2= \\\n v { \\\n $N=1 \\\n $R \\\n $N=2 \\\n $R \\\n }\n$V=9\n$V2\n",
		"v {\n\tr 9.1\n\tr 9.2\n}\n", NULL },
	{ "a x${_HASH}y ${_BANG}\n", "a \"x#y\" \"!\"\n", NULL },
	{ "$A=x${A}\na $A\n", "", "1:5 the variable 'A' refers to itself" },
	{ "$A= \\\n $A \\\n b\n$A\n", "b\n", "2:2 the variable 'A' refers to itself" },
	/* repetition */
	{ "~SEQ(S, 0, 3) ip 10.0.${S}.1\n", "ip 10.0.0.1\nip 10.0.1.1\nip 10.0.2.1\nip 10.0.3.1\n", NULL },
	{ "~SEQ(S, 2) x $S\n~SEQ(S, -2) y $S\n", "x 1\nx 2\ny -1\ny -2\n", NULL },
	{ "~SEQ(S, 5, -2, 1) x $S\n", "x 5\nx 3\nx 1\n", NULL },
	{ "~SEQx(S, 0x90, 0x10, 0xb0) f:${S}\n", "f:90\nf:a0\nf:b0\n", NULL },
	{ "~SEQ(A,1,2) ~SEQ(B,3,4) $A $B\n", "1 3\n1 4\n2 3\n2 4\n", NULL },
	{ "~LST(I, 10, 20) a.$I\n~LST(I, 1, 2) a.${I}\n", "a.10\na.20\na.1\na.2\n", NULL },
	{ "~LST({I, J}, {10,1},{20,4}) 192.168.${I}.${J}\n", "192.168.10.1\n192.168.20.4\n", NULL },
	{ "~SEQ(A, x) b\n", "", "1:9 a number from -2000000000 to 2000000000 is wanted here" },
	{ "~LST({A,B}, {1}) b\n", "", "1:13 2 values in braces are wanted here" },
	/* signs that are not what they look like */
	{ "a\xc2\xa0"
	  "b\n",
		"a b\n", "1:2 no-break space (U+00A0) here" },
	{ "a \xe3\x80\x80"
	  "b\n",
		"a b\n", "1:3 ideographic space (U+3000) here" },
	{ "\xef\xbb\xbf"
	  "a b\n",
		"a b\n", "1:1 byte order mark (U+FEFF) at the start of the file" },
	{ "a \xe2\x80\x9c/x y\xe2\x80\x9d\n", "a \"\xe2\x80\x9c/x\" \"y\xe2\x80\x9d\"\n",
		"1:3 typographic quote (U+201C) here" },
	{ "a\xe2\x80\x8b"
	  "b \xc2\xad\n",
		"ab\n", "1:2 zero width space (U+200B) here" },
	{ "a 1\xe2\x80\x93"
	  "2\n",
		"a \"1\xe2\x80\x93"
		"2\"\n",
		"1:4 typographic dash (U+2013) here" },
	{ "a \xef\xbd\x9b b \xef\xbd\x9d\n", "a {\n\tb\n}\n", "1:3 fullwidth { (U+FF5B) here" },
	{ "\xef\xbc\x83 a\n", "\"\xef\xbc\x83\" a\n", "1:1 fullwidth # (U+FF03) here" },
	{ "a caf\xe9\n", "a \"caf\xe9\"\n", "1:6 a byte that is not UTF-8 (0xe9, '\xc3\xa9' in Latin-1) here" },
	{ "a b\x1b\n", "a \"b\\033\"\n", "1:4 a control byte (0x1b) here" },
	/* a letter of any language is a letter */
	{ "a \xe4\xb8\xbb\n", "a \"\xe4\xb8\xbb\"\n", NULL },
	{ "a '/x y'\n", "a '/x y'\n", "1:3 a single quote is no quote here, it is read as a letter" },
	/* one that ends a command must stay one that does */
	{ "a 'x \xc3\xa4\xc3\xb6' b\n", "a 'x \xc3\xa4\xc3\xb6' b\n", "1:3 a single quote is no quote here, it is read as a letter" },
	{ "a 'x $(y)' b\n", "a 'x $(y)' b\n", "1:3 a single quote is no quote here, it is read as a letter" },
	{ "a 'x \\#y\\\"' b\n", "a 'x \\#y\\\"' b\n", "1:3 a single quote is no quote here, it is read as a letter" },
	{ "a 'x \"y'\" b\n", "a 'x \"y'\" b\n", "1:3 a single quote is no quote here, it is read as a letter" },
	{ "a \"b c\n", "a \"b c\"\n", "1:3 this quote is not closed on its line" },
	{ "\xff\xfe"
	  "a\n",
		"", "0:0 the file is written in UTF-16: save it as UTF-8 or ASCII" },
	/* braces */
	{ "a {\n b\n", "a {\n\tb\n}\n", "1:1 the block 'a' is not closed: a '}' is missing" },
	{ "a {\n b\n\nc {\n d\n}\n", "a {\n\tb\n}\nc {\n\td\n}\n",
		"1:1 the block 'a' is not closed: a '}' is missing" },
	{ "a {\n  v {\n    1\n  p 2\n}\nc {\n  d\n}\n", "a {\n\tv {\n\t\t1\n\t}\n\tp 2\n}\nc {\n\td\n}\n",
		"2:3 the block 'v' is not closed: a '}' is missing" },
	{ "a {\n  v {\n    1\n}\nc {\n  d\n}\n", "a {\n\tv {\n\t\t1\n\t}\n}\nc {\n\td\n}\n",
		"2:3 the block 'v' is not closed: a '}' is missing" },
	{ "a {\n}\n}\nb\n", "a {\n}\nb\n", "3:1 '}' without a block to close" },
	{ "{\n a\n}\nb\n", "b\n", "1:1 '{' without a keyword before it" },
	{ "a { b }\n{ c }\nd\n", "a {\n\tb\n}\nd\n", "2:1 '{' without a keyword before it" },
	{ "include x\n", "", "1:9 'include' works in files only" },
};

/* The configuration id of these rows is "main". */
static const struct row conditions[] = {
	{ "@main a\n@other b\n@^main c\n@^other d\n", "a\nd\n", NULL },
	/* a hidden line that looks like include, and what stands behind the end of what is hidden */
	{ "@other b {\n includea x}rt y\nc\n", "rt y\nc\n", NULL },
	{ "@other b {\n include x\n}\nc\n", "c\n", NULL },
	{ "@other b {\n includea x} include y\nc\n", "c\n", "2:22 the included file 'y' does not exist" },
	{ "@main $P=240\n@other $P=200\np $P\n", "p 240\n", NULL },
	{ "$IF=@main\n$IF p 1\n$IF=@other\n$IF p 2\n", "p 1\n", NULL },
	{ "x ${_INSTANCE}\n", "x main\n", NULL },
};

static void check_tree(const struct row *row, struct conf_tree *t, struct report *r)
{
	struct text out = { 0 }, found = { 0 }, again = { 0 };
	const struct finding *f = report_get(r, 0);
	struct conf_tree *t2;

	tree_write(t, &out);
	ck_assert_msg(!strcmp(text_str(&out), row->out), "in:\n%s\nwant:\n%s\ngot:\n%s", row->in, row->out,
		text_str(&out));
	if (f)
		text_printf(&found, "%u:%u %s", f->at.line, f->at.column, f->text);
	ck_assert_msg(!strcmp(text_str(&found), row->finding ? row->finding : ""), "in:\n%s\nwant: %s\ngot: %s",
		row->in, row->finding, text_str(&found));
	if (row->finding)
		ck_assert_msg(!report_get(r, 1), "in:\n%s\na second finding: %s", row->in, report_get(r, 1)->text);
	t2 = tree_read_bytes("again", text_str(&out), out.len, true, r);
	tree_write(t2, &again);
	ck_assert_str_eq(text_str(&again), text_str(&out));
	tree_free(t2);
	text_done(&again);
	text_done(&found);
	text_done(&out);
	tree_free(t);
	report_free(r);
}

START_TEST(test_rows) {
	struct report *r = report_new();

	check_tree(&rows[_i], tree_read_bytes("f", rows[_i].in, strlen(rows[_i].in), false, r), r);
}
END_TEST

static void write_file(const char *path, const char *data)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	fputs(data, f);
	fclose(f);
}

static struct conf_tree *read_with(const char *path, struct report *r)
{
	return tree_read_file(path, &(struct tree_options){ .config_id = "main" }, r);
}

START_TEST(test_conditions) {
	struct report *r = report_new();
	char path[] = "/tmp/test_tree.XXXXXX";
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	close(fd);
	write_file(path, conditions[_i].in);
	check_tree(&conditions[_i], read_with(path, r), r);
	unlink(path);
}
END_TEST

/* Files in a directory of their own; the first one is read. */
struct files {
	const char *name[4], *data[4];
	const char *out;
	const char *finding;
	enum conf_class class;
};

static const struct files includes[] = {
	{ { "m", "a" }, { "x\ninclude a\ny\n", "b {\n c\n}\n" }, "x\nb {\n\tc\n}\ny\n", NULL, 0 },
	{ { "m", "d/a", "d/b" }, { "include d/a\n", "include b\n", "z\n" }, "z\n", NULL, 0 },
	{ { "m", "1.c", "2.c" }, { "include *.c\n", "one\n", "two\n" }, "one\ntwo\n", NULL, 0 },
	{ { "m", "1.c", "2.c" }, { "include {2,1}.c\n", "one\n", "two\n" }, "two\none\n", NULL, 0 },
	{ { "m", "a b" }, { "include \"a b\"\n", "one\n" }, "one\n", NULL, 0 },
	{ { "m" }, { "include d\nx\n" }, "x\n", "1:9 cannot read '%s/d': Is a directory", CONF_ENVIRONMENT },
	{ { "m" }, { "include *d\nx\n" }, "x\n", NULL, 0 },
	{ { "m" }, { "include nothing/*.conf\nx\n" }, "x\n", NULL, 0 },
	{ { "m" }, { "include none\nx\n" }, "x\n", "1:9 the included file 'none' does not exist", CONF_ENVIRONMENT },
	{ { "m" }, { "includer none\nx\n" }, "x\n", "1:10 the included file 'none' does not exist", CONF_ENVIRONMENT },
	{ { "m" }, { "includem *.none\nx\n" }, "x\n", NULL, 0 },
	{ { "m" }, { "includew *.none\nx\n" }, "x\n", "1:10 no file matches '*.none'", CONF_ERROR },
	{ { "m" }, { "include\n" }, "", "1:1 'include' needs the name of a file", CONF_ERROR },
	{ { "m", "a" }, { "include a\nx\n", "y\ninclude m\n" }, "y\nx\n", "2:9 '%s/m' includes itself, by way of '%s/a'", CONF_ERROR },
	{ { "m", "a" }, { "v {\n@main include a\n}\n", "y\n" }, "v {\n}\n",
		"2:7 include has no effect behind a condition or out of a variable", CONF_WARNING },
	{ { "m", "a" }, { "$P=7\ninclude a\n", "p ${P} ${_PWD}x\n" }, "p 7 %sx\n", NULL, 0 },
	{ { "m", "a" }, { "v {\ninclude a\n", "p\n}\nq\n" }, "v {\n\tp\n}\nq\n", NULL, 0 },
};

static char *in_directory(const char *dir, const char *name)
{
	struct text t = { 0 };

	text_printf(&t, "%s/%s", dir, name);
	return t.s;
}

/* Replaces each "%s" by the directory. */
static char *filled(const char *pattern, const char *dir)
{
	struct text t = { 0 };

	for (const char *p; (p = strstr(pattern, "%s")); pattern = p + 2) {
		text_add_bytes(&t, pattern, (size_t)(p - pattern));
		text_add(&t, dir);
	}
	text_add(&t, pattern);
	return t.s;
}

static void check_files(const struct files *c, const char *dir)
{
	struct report *r = report_new();
	char *path = in_directory(dir, "m"), *out = filled(c->out, dir);
	char *finding = c->finding ? filled(c->finding, dir) : NULL;
	struct row row = { c->data[0], out ? out : "", NULL };
	struct conf_tree *t = read_with(path, r);
	const struct finding *f = report_get(r, 0);

	if (finding) {
		ck_assert_ptr_nonnull(f);
		ck_assert_int_eq(f->class, c->class);
	}
	row.finding = finding;
	check_tree(&row, t, r);
	free(finding);
	free(out);
	free(path);
}

START_TEST(test_includes) {
	const struct files *c = &includes[_i];
	char dir[] = "/tmp/test_tree.XXXXXX", *path;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	path = in_directory(dir, "d");
	mkdir(path, 0700);
	for (unsigned i = 0; i < 4 && c->name[i]; i++) {
		char *file = in_directory(dir, c->name[i]);

		write_file(file, c->data[i]);
		free(file);
	}
	check_files(c, dir);
	for (unsigned i = 0; i < 4 && c->name[i]; i++) {
		char *file = in_directory(dir, c->name[i]);

		unlink(file);
		free(file);
	}
	rmdir(path);
	rmdir(dir);
	free(path);
}
END_TEST

START_TEST(test_missing_file) {
	struct report *r = report_new();
	struct conf_tree *t = tree_read_file("/nonexistent/x.conf", NULL, r);

	ck_assert_uint_eq(report_count(r, CONF_ERROR), 1);
	ck_assert_str_eq(report_get(r, 0)->text, "cannot read the file: No such file or directory");
	ck_assert_uint_eq(report_get(r, 0)->at.line, 0);
	tree_free(t);
	report_free(r);
	r = report_new();
	t = tree_read_file("/tmp", NULL, r);
	ck_assert_str_eq(report_get(r, 0)->text, "cannot read the file: Is a directory");
	tree_free(t);
	report_free(r);
	r = report_new();
	t = tree_read_file("/dev/null", NULL, r);
	ck_assert_str_eq(report_get(r, 0)->text, "cannot read the file: it is no regular file");
	tree_free(t);
	report_free(r);
}
END_TEST

/* A word's place is where its bytes were written: through variables, continued lines and tabs. */
START_TEST(test_places) {
	static const char in[] = "$P=300\nv {\n\tprio  $P x${P}\n\tq \\\n r\n}\n";
	struct report *r = report_new();
	struct conf_tree *t = tree_read_bytes("f", in, strlen(in), false, r);
	const struct conf_node *v = t->root.children, *prio = v->children, *q = prio->next;

	ck_assert_uint_eq(v->open.line, 2);
	ck_assert_uint_eq(v->open.column, 3);
	ck_assert_uint_eq(v->close.line, 6);
	ck_assert_uint_eq(prio->words[0].at.column, 2);
	ck_assert_uint_eq(prio->words[0].at.len, 4);
	ck_assert_uint_eq(prio->words[1].at.line, 1);
	ck_assert_uint_eq(prio->words[1].at.column, 4);
	ck_assert_uint_eq(prio->words[1].at.len, 3);
	ck_assert_uint_eq(prio->words[2].at.line, 3);
	ck_assert_uint_eq(prio->words[2].at.column, 11);
	ck_assert_uint_eq(q->words[1].at.line, 5);
	ck_assert_uint_eq(q->words[1].at.column, 2);
	ck_assert_int_eq(strncmp(q->words[1].at.source, " r", 2), 0);
	tree_free(t);
	report_free(r);
}
END_TEST

/* Plain bytes are canonical: no comments, conditions, variables or includes. */
START_TEST(test_plain) {
	static const char in[] = "@x a\n$P=1\nb $P#c\n";
	struct report *r = report_new();
	struct conf_tree *t = tree_read_bytes("f", in, strlen(in), true, r);
	struct text out = { 0 };

	tree_write(t, &out);
	ck_assert_str_eq(text_str(&out), "\"@x\" a\n\"\\044P=1\"\nb \"\\044P#c\"\n");
	ck_assert_ptr_null(report_get(r, 0));
	text_done(&out);
	tree_free(t);
	report_free(r);
}
END_TEST

/* Repetitions and variables that multiply are bounded: one error, and an end. */
START_TEST(test_bounded) {
	struct text in = { 0 };
	struct report *r = report_new();
	struct conf_tree *t;

	text_add(&in, "$A0=0123456789\n");
	for (int i = 1; i < 31; i++)
		text_printf(&in, "$A%d=${A%d}${A%d}\n", i, i - 1, i - 1);
	text_add(&in, "x ${A30}\n");
	t = tree_read_bytes("f", text_str(&in), in.len, false, r);
	ck_assert_uint_eq(report_count(r, CONF_ERROR), 1);
	ck_assert_str_eq(report_get(r, 0)->text, "more than 10000 variables are replaced in one line");
	ck_assert_ptr_null(t->root.children);
	tree_free(t);
	report_free(r);
	text_done(&in);
}
END_TEST

/* A line of any length, blocks of any depth. */
START_TEST(test_large) {
	struct text in = { 0 };
	struct report *r = report_new();
	struct conf_tree *t;

	text_add(&in, "a ");
	for (int i = 0; i < 200000; i++)
		text_add(&in, "x");
	text_add(&in, "\n");
	for (int i = 0; i < 50000; i++)
		text_add(&in, "b{");
	t = tree_read_bytes("f", text_str(&in), in.len, false, r);
	ck_assert_uint_eq(strlen(t->root.children->words[1].text), 200000);
	ck_assert_uint_gt(report_count(r, CONF_ERROR), 0);
	tree_free(t);
	report_free(r);
	text_done(&in);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tree");
	TCase *tc = tcase_create("rows");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, test_rows, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_loop_test(tc, test_conditions, 0, (int)(sizeof(conditions) / sizeof(conditions[0])));
	tcase_add_loop_test(tc, test_includes, 0, (int)(sizeof(includes) / sizeof(includes[0])));
	tcase_add_test(tc, test_missing_file);
	tcase_add_test(tc, test_places);
	tcase_add_test(tc, test_plain);
	tcase_add_test(tc, test_bounded);
	tcase_add_test(tc, test_large);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
