/* test_log.c - what passes the level reaches the sink as one line; repeated warnings are counted, not lost. */
#include "base/log.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "run.h"

struct seen {
	unsigned n;
	enum log_level level;
	enum log_topic topic;
	char line[2048];
};

static void remember(void *ctx, enum log_level level, enum log_topic topic, const char *line)
{
	struct seen *s = ctx;

	s->n++;
	s->level = level;
	s->topic = topic;
	snprintf(s->line, sizeof(s->line), "%s", line);
}

START_TEST(passes_by_level) {
	struct seen s = { 0 };

	log_set_sink(remember, &s);
	ck_assert_int_eq(log_level(), LOG_LEVEL_INFO);
	log_debug(LOG_VRRP, "hidden");
	ck_assert_uint_eq(s.n, 0);
	log_notice(LOG_VRRP, "%s: BACKUP -> MASTER: no advert for %.3f s", "VI_1", 3.609);
	ck_assert_uint_eq(s.n, 1);
	ck_assert_int_eq(s.level, LOG_LEVEL_NOTICE);
	ck_assert_int_eq(s.topic, LOG_VRRP);
	ck_assert_str_eq(s.line, "VI_1: BACKUP -> MASTER: no advert for 3.609 s");
	log_set_level(LOG_LEVEL_ERROR);
	log_warn(LOG_LVS, "hidden");
	log_pass(LOG_LEVEL_WARN, LOG_LVS, "hidden");
	ck_assert_uint_eq(s.n, 1);
	log_error(LOG_LVS, "seen");
	ck_assert_uint_eq(s.n, 2);
	log_set_level(LOG_LEVEL_DEBUG);
	log_debug(LOG_PROBE, "seen");
	log_pass(LOG_LEVEL_INFO, LOG_CTL, "100 %s");
	ck_assert_str_eq(s.line, "100 %s");
	ck_assert_uint_eq(s.n, 4);
}
END_TEST

START_TEST(long_lines_are_cut) {
	struct seen s = { 0 };
	char longer[3000];

	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	log_set_sink(remember, &s);
	log_info(LOG_MAIN, "%s", longer);
	ck_assert_uint_eq(strlen(s.line), 1023);
}
END_TEST

START_TEST(repeats_are_limited_and_counted) {
	struct seen s = { 0 };
	struct log_limit limit = { .burst = 2, .per_usec = INT64_C(3600) * 1000000 };

	log_set_sink(remember, &s);
	for (int i = 0; i < 10; i++)
		log_warn_limited(&limit, LOG_VRRP, "eth0: bad checksum %d", i);
	ck_assert_uint_eq(s.n, 2);
	ck_assert_str_eq(s.line, "eth0: bad checksum 1");
	limit.window_start -= INT64_C(3600) * 1000000; /* an hour later */
	log_warn_limited(&limit, LOG_VRRP, "eth0: bad checksum");
	ck_assert_uint_eq(s.n, 3);
	ck_assert_str_eq(s.line, "eth0: bad checksum (and 8 like it before)");
	log_warn_limited(&limit, LOG_VRRP, "eth0: bad checksum");
	ck_assert_str_eq(s.line, "eth0: bad checksum");
}
END_TEST

START_TEST(limits_are_independent) {
	struct seen s = { 0 };
	struct log_limit a = { .burst = 1, .per_usec = INT64_C(3600) * 1000000 }, b = a;

	log_set_sink(remember, &s);
	log_warn_limited(&a, LOG_VRRP, "a");
	log_warn_limited(&a, LOG_VRRP, "a");
	log_warn_limited(&b, LOG_VRRP, "b");
	ck_assert_uint_eq(s.n, 2);
	ck_assert_str_eq(s.line, "b");
}
END_TEST

START_TEST(every_level_and_topic_has_a_name) {
	for (unsigned i = 0; i < LOG_LEVEL_MAX; i++)
		ck_assert_str_ne(log_level_str((enum log_level)i), "?");
	for (unsigned i = 0; i < LOG_TOPIC_MAX; i++)
		ck_assert_str_ne(log_topic_str((enum log_topic)i), "?");
	ck_assert_str_eq(log_level_str(LOG_LEVEL_MAX), "?");
	ck_assert_str_eq(log_topic_str(LOG_TOPIC_MAX), "?");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("log");
	TCase *tc = tcase_create("log");

	suite_add_tcase(s, tc);
	tcase_add_test(tc, passes_by_level);
	tcase_add_test(tc, long_lines_are_cut);
	tcase_add_test(tc, repeats_are_limited_and_counted);
	tcase_add_test(tc, limits_are_independent);
	tcase_add_test(tc, every_level_and_topic_has_a_name);
	return run_suite(s);
}
