/* test_mail_plan.c - when mails go out and with what, their bytes, and that nothing in them means more than it says. */
#include "daemon/mail_plan.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "daemon/mail_text.h"
#include "run.h"

static struct mail_plan plan;

static mono_t at(double sec)
{
	return (mono_t){ 1000 * MONO_SEC + (int64_t)(sec * 1000000) };
}

static void add(double sec, const char *text)
{
	mail_plan_add(&plan, at(sec), 0, text);
}

static void expect_due(double sec)
{
	ck_assert_int_eq(mail_plan_due(&plan).usec, at(sec).usec);
}

static void expect_none(void)
{
	ck_assert_int_eq(mail_plan_due(&plan).usec, MONO_NEVER.usec);
}

/* What a mail taken at `sec` has in it: its first and last line. */
static void expect_taken(double sec, unsigned n, unsigned lost, const char *first, const char *last)
{
	const struct mail_batch *b = mail_plan_take(&plan, at(sec));

	ck_assert_uint_eq(b->n, n);
	ck_assert_uint_eq(b->lost, lost);
	ck_assert_str_eq(b->line[0].text, first);
	ck_assert_str_eq(b->line[n - 1].text, last);
	expect_none();
}

/* A second for its neighbours, one mail; the next one a minute after it, with everything. */
START_TEST(paces) {
	mail_plan_init(&plan);
	expect_none();
	add(0, "a");
	add(0.5, "b");
	expect_due(1);
	expect_taken(1, 2, 0, "a", "b");
	add(2, "c");
	expect_none();
	mail_plan_sent(&plan, at(3), true);
	expect_due(61);
	add(60.9, "d");
	expect_due(61);
	expect_taken(61, 2, 0, "c", "d");
	mail_plan_sent(&plan, at(62), true);
	expect_none();
	add(200, "e"); /* long after the pause: a second again */
	expect_due(201);
	mail_plan_done(&plan);
}
END_TEST

/* A mail that nobody took gives its lines back, before those that came meanwhile, and each try is later. */
START_TEST(retries) {
	static const double after[] = { 5, 10, 20, 40, 80, 160, 320, 600, 600 };
	double now = 1;

	mail_plan_init(&plan);
	add(0, "a");
	for (unsigned i = 0; i < sizeof(after) / sizeof(after[0]); i++) {
		(void)mail_plan_take(&plan, at(now));
		mail_plan_sent(&plan, at(now + 1), false);
		now += 1 + after[i];
		expect_due(now);
	}
	(void)mail_plan_take(&plan, at(now));
	add(now, "b");
	mail_plan_sent(&plan, at(now), false);
	expect_taken(now + 600, 2, 0, "a", "b");
	mail_plan_sent(&plan, at(now + 600), true);
	add(now + 700, "c"); /* a success ends the back-off */
	(void)mail_plan_take(&plan, at(now + 701));
	mail_plan_sent(&plan, at(now + 702), false);
	expect_due(now + 707);
	mail_plan_done(&plan);
}
END_TEST

/* Of too many the newest 500 are kept, the others counted: while they wait, and when a mail comes back to a full queue. */
START_TEST(is_bounded) {
	char text[16];

	mail_plan_init(&plan);
	for (unsigned i = 0; i < 10000; i++) {
		snprintf(text, sizeof(text), "%u", i);
		add(0, text);
	}
	expect_taken(1, 500, 9500, "9500", "9999");
	for (unsigned i = 0; i < 499; i++)
		add(2, "new");
	mail_plan_sent(&plan, at(3), false);
	expect_taken(10, 500, 9999, "9999", "new");
	mail_plan_sent(&plan, at(11), false);
	add(12, "newest");
	expect_taken(30, 500, 10000, "new", "newest");
	mail_plan_done(&plan);
}
END_TEST

static struct mail_envelope envelope(void)
{
	return (struct mail_envelope){ .host = "192.0.2.25",
		.port = 587,
		.timeout_usec = 30000000,
		.helo = "lb1",
		.from = "f@lb1",
		.to = { "a@example.com", "b@example.com" },
		.n_to = 2 };
}

static void compose(struct text *t, const char *const *lines, const char *router)
{
	const struct mail_envelope e = envelope();

	mail_plan_init(&plan);
	for (; *lines; lines++)
		mail_plan_add(&plan, at(0), INT64_C(1700000000000000), *lines);
	mail_text_compose(t, &e, mail_plan_take(&plan, at(1)), router, INT64_C(1700000060000000));
	mail_plan_done(&plan);
}

START_TEST(composes) {
	struct text one = { 0 }, two = { 0 };

	compose(&one, (const char *const[]){ "VRRP Instance VI_1 - Entering MASTER state", NULL }, "LVS1");
	ck_assert_str_eq(one.s,
		"Date: Tue, 14 Nov 2023 22:14:20 +0000\nFrom: f@lb1\nTo: a@example.com,\n b@example.com\n"
		"Subject: [LVS1] VRRP Instance VI_1 - Entering MASTER state\n"
		"Message-ID: <1700000060000000.vipd@lb1>\nAuto-Submitted: auto-generated\nMIME-Version: 1.0\n"
		"Content-Type: text/plain; charset=us-ascii\n\n"
		"2023-11-14 22:13:20 UTC  VRRP Instance VI_1 - Entering MASTER state\n");
	compose(&two, (const char *const[]){ "a", "b", "c", NULL }, "LVS1");
	ck_assert_ptr_nonnull(strstr(two.s, "\nSubject: [LVS1] 3 events\n"));
	ck_assert_ptr_nonnull(strstr(two.s, "UTC  a\n2023-11-14 22:13:20 UTC  b\n"));
	text_done(&one);
	text_done(&two);
}
END_TEST

/* No name begins a header, a line or a command of its own, whatever bytes it has. */
START_TEST(escapes) {
	struct text t = { 0 };
	unsigned lines = 0;

	compose(&t, (const char *const[]){ "x\r\nBcc: evil@example.com\n.\nQUIT", NULL },
		"r\nBcc: evil@example.com\xc3\xa4\x7f");
	for (const char *s = t.s; (s = strchr(s, '\n')); s++)
		lines++;
	ck_assert_uint_eq(lines, 11);
	ck_assert_ptr_null(strchr(t.s, '\r'));
	ck_assert_ptr_null(strstr(t.s, "\nBcc"));
	ck_assert_ptr_nonnull(strstr(t.s, "Subject: [r?Bcc: evil@example.com???] x??Bcc: evil@example.com?.?QUIT\n"));
	text_done(&t);
}
END_TEST

START_TEST(stuffs) {
	static const struct {
		const char *mail, *want;
	} rows[] = {
		{ "", ".\r\n" },
		{ "a\n", "a\r\n.\r\n" },
		{ "a", "a\r\n.\r\n" },
		{ ".\n", "..\r\n.\r\n" },
		{ ".a\n\n..\nb.\n", "..a\r\n\r\n...\r\nb.\r\n.\r\n" },
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct text t = { 0 };

		mail_text_stuff(&t, rows[i].mail);
		ck_assert_str_eq(t.s, rows[i].want);
		text_done(&t);
	}
}
END_TEST

/* What is packed comes out again; each shorter run of bytes is refused, not read beyond. */
START_TEST(packs) {
	const struct mail_envelope e = envelope();
	struct mail_envelope back;
	struct text t = { 0 };
	const char *mail;

	mail_text_pack(&t, &e, "the mail\n");
	ck_assert_int_eq(mail_text_unpack(t.s, t.len, &back, &mail), 0);
	ck_assert_str_eq(back.host, "192.0.2.25");
	ck_assert_uint_eq(back.port, 587);
	ck_assert_int_eq(back.timeout_usec, 30000000);
	ck_assert_str_eq(back.helo, "lb1");
	ck_assert_str_eq(back.from, "f@lb1");
	ck_assert_uint_eq(back.n_to, 2);
	ck_assert_str_eq(back.to[1], "b@example.com");
	ck_assert_str_eq(mail, "the mail\n");
	for (size_t n = 0; n < t.len - sizeof("the mail\n"); n++) {
		char *cut = calloc(n + 1, 1);

		memcpy(cut, t.s, n);
		ck_assert_int_eq(mail_text_unpack(cut, n, &back, &mail), -EINVAL);
		free(cut);
	}
	text_done(&t);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("mail_plan");
	TCase *tc = tcase_create("all");

	tcase_add_test(tc, paces);
	tcase_add_test(tc, retries);
	tcase_add_test(tc, is_bounded);
	tcase_add_test(tc, composes);
	tcase_add_test(tc, escapes);
	tcase_add_test(tc, stuffs);
	tcase_add_test(tc, packs);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
