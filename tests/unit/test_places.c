/* test_places.c - a tree that is read again from its own bytes has the places and the marks of the one that people wrote. */
#include "conf/places.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "conf/mark.h"
#include "conf/report.h"
#include "conf/tree.h"
#include "run.h"

static const char file[] = "# vipd: allow W101 because\n"
			   "global_defs {\n"
			   "\n"
			   "    router_id   one # vipd: allow W102\n"
			   "}\n"
			   "vrrp_instance VI_1\n"
			   "{\n"
			   "        interface                                                                   eth0\n"
			   "    virtual_ipaddress { 192.0.2.1\n"
			   "      192.0.2.2 dev \"eth 1\" }\n"
			   "}\n";

static struct conf_tree *read_text(const char *text, size_t len, struct report *r)
{
	struct conf_tree *t = tree_read_bytes("file.conf", text, len, false, r);

	ck_assert_uint_eq(report_count(r, CONF_ERROR), 0);
	return t;
}

static struct conf_tree *again(const struct conf_tree *t, struct report *r)
{
	struct text bytes = { 0 };
	struct conf_tree *ret;

	tree_write(t, &bytes);
	ret = read_text(text_str(&bytes), bytes.len, r);
	text_done(&bytes);
	return ret;
}

static void same_place(const struct place *a, const struct place *b)
{
	ck_assert_str_eq(a->file, b->file);
	ck_assert_uint_eq(a->line, b->line);
	ck_assert_uint_eq(a->column, b->column);
	ck_assert_uint_eq(a->len, b->len);
}

static void same_lines(const struct conf_node *a, const struct conf_node *b)
{
	for (; a && b; a = a->next, b = b->next) {
		ck_assert_uint_eq(a->n_words, b->n_words);
		for (unsigned i = 0; i < a->n_words; i++) {
			ck_assert_str_eq(a->words[i].text, b->words[i].text);
			ck_assert_int_eq(a->words[i].is_quoted, b->words[i].is_quoted);
			same_place(&a->words[i].at, &b->words[i].at);
		}
		if (a->is_block) {
			same_place(&a->open, &b->open);
			same_place(&a->close, &b->close);
		}
		same_lines(a->children, b->children);
	}
	ck_assert(!a && !b);
}

static void same_marks(const struct conf_mark *a, const struct conf_mark *b)
{
	for (; a && b; a = a->next, b = b->next) {
		same_place(&a->at, &b->at);
		ck_assert_str_eq(a->text, b->text);
		ck_assert_uint_eq(a->line, b->line);
		ck_assert_int_eq(a->is_own_line, b->is_own_line);
		ck_assert_int_eq(a->is_conditional, b->is_conditional);
		ck_assert_int_eq(a->is_first, b->is_first);
	}
	ck_assert(!a && !b);
}

START_TEST(as_they_were_written) {
	struct report *r = report_new();
	struct conf_tree *t = read_text(file, strlen(file), r), *back = again(t, r);
	struct text places = { 0 };

	ck_assert_ptr_nonnull(t->marks);
	ck_assert_uint_eq(t->root.children->next->children->words[1].at.line, 8);
	ck_assert_uint_ne(back->root.children->next->children->words[1].at.line, 8);
	places_write(t, &places);
	back->marks = back->last_mark = NULL;
	places_read(back, places.s, places.len);
	text_done(&places);
	same_lines(t->root.children, back->root.children);
	same_marks(t->marks, back->marks);
	tree_free(t);
	tree_free(back);
	report_free(r);
}
END_TEST

START_TEST(the_first_lines_alone) {
	struct report *r = report_new();
	struct conf_tree *t = read_text(file, strlen(file), r);
	struct conf_tree *part = read_text("global_defs {\nrouter_id one\n}\n", 30, r);
	struct text places = { 0 };

	places_write(t, &places);
	places_read(part, places.s, places.len);
	text_done(&places);
	same_place(&part->root.children->children->words[1].at, &t->root.children->children->words[1].at);
	ck_assert_uint_eq(part->root.children->children->words[1].at.column, 17);
	same_marks(t->marks, part->marks);
	tree_free(t);
	tree_free(part);
	report_free(r);
}
END_TEST

/* Too few bytes are no way out of them. */
START_TEST(any_shorter_part_is_read_safely) {
	struct report *r = report_new();
	struct conf_tree *t = read_text(file, strlen(file), r);
	struct text places = { 0 };

	places_write(t, &places);
	for (size_t len = 0; len < places.len; len++) {
		char *copy = malloc(len + 1);
		struct conf_tree *back = again(t, r);

		memcpy(copy, places.s, len);
		places_read(back, copy, len);
		free(copy);
		tree_free(back);
	}
	text_done(&places);
	tree_free(t);
	report_free(r);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("places");
	TCase *tc = tcase_create("places");

	tcase_add_test(tc, as_they_were_written);
	tcase_add_test(tc, the_first_lines_alone);
	tcase_add_test(tc, any_shorter_part_is_read_safely);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
