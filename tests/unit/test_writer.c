/* test_writer.c - what the writer says, the reader reads; bytes from outside never break a document. */
#include "ctl/writer.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/reader.h"
#include "run.h"

static struct writer *w;

static void set_up(void)
{
	w = writer_new();
}

static void tear_down(void)
{
	writer_free(w);
}

static void expect(const char *document)
{
	size_t len;
	char *text = writer_text(w, &len);

	ck_assert_str_eq(text, document);
	ck_assert_uint_eq(len, strlen(document));
	free(text);
}

START_TEST(empty) {
	expect("{}\n");
	writer_free(NULL);
}
END_TEST

START_TEST(nests) {
	writer_str(w, "name", "VI_1");
	writer_array(w, "instances");
	writer_object(w, NULL);
	writer_int(w, "priority", 150);
	writer_bool(w, "is_owner", false);
	writer_str(w, "peer", NULL);
	writer_end(w);
	writer_object(w, NULL);
	writer_end(w);
	writer_int(w, NULL, -1);
	writer_end(w);
	writer_fmt(w, "reason", "no advert for %.3f s", 3.609);
	expect("{\"name\":\"VI_1\",\"instances\":[{\"priority\":150,\"is_owner\":false,\"peer\":null},{},-1],"
	       "\"reason\":\"no advert for 3.609 s\"}\n");
}
END_TEST

START_TEST(numbers) {
	writer_int(w, "least", INT64_MIN);
	writer_int(w, "most", INT64_MAX);
	writer_real(w, "half", 0.5);
	expect("{\"least\":-9223372036854775808,\"most\":9223372036854775807,\"half\":0.5}\n");
}
END_TEST

START_TEST(bytes_from_outside) {
	writer_str(w, "a", "quote \" backslash \\ newline \n");
	writer_str(w, "b", "\xff\xfe");
	expect("{\"a\":\"quote \\\" backslash \\\\ newline \\n\",\"b\":\"\\\\xff\\\\xfe\"}\n");
}
END_TEST

START_TEST(documents_of_others) {
	static const char good[] = "{\"x\":[1,2]}", bad[] = "{\"x\":[1,2}", other[] = "{\"y\":1}\n",
			  cut[] = "{\"x\":[1,2";

	writer_json(w, "good", good, strlen(good));
	writer_json(w, "bad", bad, strlen(bad));
	ck_assert(writer_merge(w, good, strlen(good)));
	ck_assert(writer_merge(w, other, strlen(other)));
	ck_assert(writer_merge(w, "{}", 2));
	ck_assert(!writer_merge(w, cut, strlen(cut)));
	ck_assert(!writer_merge(w, "[1]", 3));
	ck_assert(!writer_merge(w, "", 0));
	expect("{\"good\":{\"x\":[1,2]},\"bad\":null,\"x\":[1,2],\"y\":1}\n");
}
END_TEST

START_TEST(merged_alone) {
	ck_assert(writer_merge(w, "{\"x\":1}", 7));
	writer_int(w, "y", 2);
	expect("{\"x\":1,\"y\":2}\n");
}
END_TEST

/* What is open when it is asked for ends. */
START_TEST(too_few_ends) {
	writer_array(w, "a");
	writer_object(w, NULL);
	writer_str(w, "s", "\xc3\xa4 \x7f");
	expect("{\"a\":[{\"s\":\"\xc3\xa4 \x7f\"}]}\n");
}
END_TEST

START_TEST(too_many_ends) {
	writer_object(w, "o");
	writer_end(w);
	writer_end(w);
	writer_end(w);
	writer_int(w, "n", 1);
	expect("{\"o\":{},\"n\":1}\n");
}
END_TEST

START_TEST(reader_reads) {
	static const char text[] = "{\"s\":\"x\",\"n\":7,\"t\":true,\"a\":[{\"k\":\"v\"},\"w\"]}";
	struct reader *r = reader_new(text, strlen(text));
	const struct jvalue *top = reader_top(r), *a = reader_get(top, "a");

	ck_assert_str_eq(reader_str(top, "s", "-"), "x");
	ck_assert_int_eq(reader_int(top, "n", -1), 7);
	ck_assert(reader_bool(top, "t"));
	ck_assert_uint_eq(reader_count(a), 2);
	ck_assert_str_eq(reader_str(reader_at(a, 0), "k", "-"), "v");
	ck_assert_str_eq(reader_text(reader_at(a, 1), "-"), "w");
	/* what is missing or of another type gives the fallback */
	ck_assert_str_eq(reader_str(top, "n", "-"), "-");
	ck_assert_int_eq(reader_int(top, "s", -1), -1);
	ck_assert(!reader_bool(top, "nothing"));
	ck_assert_ptr_null(reader_get(top, "nothing"));
	ck_assert_ptr_null(reader_at(a, 2));
	ck_assert_uint_eq(reader_count(NULL), 0);
	ck_assert_str_eq(reader_str(NULL, "s", "-"), "-");
	ck_assert_str_eq(reader_text(NULL, "-"), "-");
	reader_free(r);
	reader_free(NULL);
}
END_TEST

START_TEST(reader_refuses) {
	ck_assert_ptr_null(reader_new("{", 1));
	ck_assert_ptr_null(reader_new("", 0));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("writer");
	TCase *tc = tcase_create("writer");

	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, empty);
	tcase_add_test(tc, nests);
	tcase_add_test(tc, numbers);
	tcase_add_test(tc, bytes_from_outside);
	tcase_add_test(tc, documents_of_others);
	tcase_add_test(tc, merged_alone);
	tcase_add_test(tc, too_few_ends);
	tcase_add_test(tc, too_many_ends);
	tcase_add_test(tc, reader_reads);
	tcase_add_test(tc, reader_refuses);
	return run_suite(s);
}
