/* One row per sentence of RFC 9112 that binds us. Each row runs whole, cut in two at every byte, and byte by byte: same end. */
#include "checkers/http_parse.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

struct row {
	const char *in;
	enum http_outcome outcome; /* without the server's close */
	enum http_outcome eof;     /* after it */
	unsigned status;
	const char *body, *why;
};

#define OK "HTTP/1.1 200 OK\r\n"

static const struct row rows[] = {
	{ OK "Content-Length: 5\r\n\r\nhello", HTTP_COMPLETE, HTTP_COMPLETE, 200, "hello", NULL },
	{ OK "Content-Length: 5\r\n\r\nhello, rest", HTTP_COMPLETE, HTTP_COMPLETE, 200, "hello", NULL },
	{ OK "Content-Length: 5\r\n\r\nhell", HTTP_MORE, HTTP_CUT, 200, "hell", NULL },
	{ OK "Content-Length: 0\r\n\r\n", HTTP_COMPLETE, HTTP_COMPLETE, 200, "", NULL },
	{ OK "content-length:5  \r\n\r\nhello", HTTP_COMPLETE, HTTP_COMPLETE, 200, "hello", NULL },
	{ OK "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", HTTP_COMPLETE, HTTP_COMPLETE, 200, "hello", NULL },
	{ OK "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", HTTP_MALFORMED, HTTP_MALFORMED, 200, "", "bad Content-Length" },
	{ OK "Content-Length: +5\r\n\r\n", HTTP_MALFORMED, HTTP_MALFORMED, 200, "", "bad Content-Length" },
	{ OK "Content-Length: -1\r\n\r\n", HTTP_MALFORMED, HTTP_MALFORMED, 200, "", "bad Content-Length" },
	{ OK "Content-Length:\r\n\r\n", HTTP_MALFORMED, HTTP_MALFORMED, 200, "", "bad Content-Length" },
	{ OK "Content-Length: 99999999999999999999999\r\n\r\n", HTTP_MALFORMED, HTTP_MALFORMED, 200, "", "bad Content-Length" },
	{ OK "Content-Length: 1048577\r\n\r\n", HTTP_OVERSIZE, HTTP_OVERSIZE, 200, "", "body too large" },
	{ OK "Content-Length: 5\r\n folded\r\n\r\n", HTTP_MALFORMED, HTTP_MALFORMED, 200, "", "folded framing header" },
	{ OK "X: 5\r\n folded\r\n\r\nx", HTTP_MORE, HTTP_COMPLETE, 200, "x", NULL },
	{ "HTTP/1.0 200 OK\r\n\r\nuntil the end", HTTP_MORE, HTTP_COMPLETE, 200, "until the end", NULL },
	{ "HTTP/1.0 200\r\n\r\n", HTTP_MORE, HTTP_COMPLETE, 200, "", NULL },
	{ "HTTP/1.0 200\n\nlf only", HTTP_MORE, HTTP_COMPLETE, 200, "lf only", NULL },
	{ OK "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n7;x=y\r\n, world\r\n0\r\n\r\n", HTTP_COMPLETE, HTTP_COMPLETE, 200,
		"hello, world", NULL },
	{ OK "Transfer-Encoding: Chunked\r\nContent-Length: 3\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\n\r\n", HTTP_COMPLETE, HTTP_COMPLETE,
		200, "hello", NULL },
	{ OK "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n", HTTP_MORE, HTTP_CUT, 200, "hello", NULL },
	{ OK "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloX", HTTP_MALFORMED, HTTP_MALFORMED, 200, "hello", "chunk without end" },
	{ OK "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", HTTP_MALFORMED, HTTP_MALFORMED, 200, "", "bad chunk size" },
	{ OK "Transfer-Encoding: chunked\r\n\r\n\r\n", HTTP_MALFORMED, HTTP_MALFORMED, 200, "", "bad chunk size" },
	{ OK "Transfer-Encoding: chunked\r\n\r\n5x\r\n", HTTP_MALFORMED, HTTP_MALFORMED, 200, "", "bad chunk size" },
	{ OK "Transfer-Encoding: chunked\r\n\r\n100001\r\n", HTTP_OVERSIZE, HTTP_OVERSIZE, 200, "", "body too large" },
	{ OK "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffffffffffffffff\r\n", HTTP_OVERSIZE, HTTP_OVERSIZE, 200, "",
		"body too large" },
	{ OK "Transfer-Encoding: gzip, chunked\r\n\r\n", HTTP_MALFORMED, HTTP_MALFORMED, 200, "", "unsupported Transfer-Encoding" },
	{ OK "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", HTTP_MALFORMED, HTTP_MALFORMED, 200, "",
		"unsupported Transfer-Encoding" },
	{ "HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n", HTTP_COMPLETE, HTTP_COMPLETE, 204, "", NULL },
	{ "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", HTTP_COMPLETE, HTTP_COMPLETE, 304, "", NULL },
	{ "HTTP/1.1 503 Busy\r\nContent-Length: 1\r\n\r\n!", HTTP_COMPLETE, HTTP_COMPLETE, 503, "!", NULL },
	{ "HTTP/1.1 100 Continue\r\nContent-Length: 7\r\n\r\n" OK "Content-Length: 1\r\n\r\nx", HTTP_COMPLETE, HTTP_COMPLETE, 200, "x",
		NULL },
	{ "HTTP/1.1 101 Switch\r\n\r\nanything", HTTP_COMPLETE, HTTP_COMPLETE, 101, "", NULL },
	{ "", HTTP_MORE, HTTP_CUT, 0, "", NULL },
	{ "HTTP/1.1 200", HTTP_MORE, HTTP_CUT, 0, "", NULL },
	{ OK "X: y\r\n", HTTP_MORE, HTTP_CUT, 200, "", NULL },
	{ "\r\n" OK, HTTP_MALFORMED, HTTP_MALFORMED, 0, "", "no HTTP/1.x status line" },
	{ "HTTP/2 200\r\n\r\n", HTTP_MALFORMED, HTTP_MALFORMED, 0, "", "no HTTP/1.x status line" },
	{ "SSH-2.0-OpenSSH_9.2\r\n", HTTP_MALFORMED, HTTP_MALFORMED, 0, "", "no HTTP/1.x status line" },
	{ "HTTP/1.1 20\r\n", HTTP_MALFORMED, HTTP_MALFORMED, 0, "", "no HTTP/1.x status line" },
	{ "HTTP/1.1 2000 OK\r\n", HTTP_MALFORMED, HTTP_MALFORMED, 0, "", "no HTTP/1.x status line" },
	{ "HTTP/1.1 099 OK\r\n", HTTP_MALFORMED, HTTP_MALFORMED, 0, "", "bad status code" },
	{ "HTTP/1.1 2x0 OK\r\n", HTTP_MALFORMED, HTTP_MALFORMED, 0, "", "bad status code" },
	{ OK "no colon\r\n", HTTP_MALFORMED, HTTP_MALFORMED, 200, "", "bad header line" },
	{ OK ": no name\r\n", HTTP_MALFORMED, HTTP_MALFORMED, 200, "", "bad header line" },
	{ OK "Content-Length : 5\r\n", HTTP_MALFORMED, HTTP_MALFORMED, 200, "", "bad header line" },
	{ OK "X: a\rb\r\n", HTTP_MALFORMED, HTTP_MALFORMED, 200, "", "control character in head" },
};

struct seen {
	char body[64];
	size_t len;
};

static void on_body(void *ctx, const uint8_t *data, size_t len)
{
	struct seen *s = ctx;

	ck_assert_uint_le(s->len + len, sizeof(s->body) - 1);
	memcpy(s->body + s->len, data, len);
	s->len += len;
}

/* Feeds `in` in pieces that end at `cut` and, when `step`, after every byte; compares with the row. */
static void run(const struct row *r, size_t cut, bool is_stepped)
{
	struct http_parse p;
	struct seen seen = { 0 };
	size_t len = strlen(r->in);

	http_parse_init(&p, on_body, &seen);
	if (is_stepped) {
		for (size_t i = 0; i < len; i++)
			http_parse_feed(&p, r->in + i, 1);
	} else {
		http_parse_feed(&p, r->in, cut);
		http_parse_feed(&p, r->in + cut, len - cut);
	}
	ck_assert_msg(p.outcome == r->outcome, "\"%s\" cut %zu: outcome %d", r->in, cut, (int)p.outcome);
	ck_assert_msg(p.status == r->status, "\"%s\" cut %zu: status %u", r->in, cut, p.status);
	ck_assert_str_eq(seen.body, r->body);
	ck_assert_uint_eq(p.body_bytes, strlen(r->body));
	if (r->why)
		ck_assert_str_eq(p.why, r->why);
	ck_assert_msg(http_parse_eof(&p) == r->eof, "\"%s\" cut %zu: eof %d", r->in, cut, (int)p.outcome);
	ck_assert_int_eq(http_parse_feed(&p, "x", 1), r->eof);
}

START_TEST(row) {
	const struct row *r = &rows[_i];

	for (size_t cut = 0; cut <= strlen(r->in); cut++)
		run(r, cut, false);
	run(r, 0, true);
}
END_TEST

/* Feeds `unit` again and again after `head`; returns how many bytes were taken until it was no longer HTTP_MORE. */
static size_t flood(struct http_parse *p, const char *head, const char *unit)
{
	size_t n = strlen(head);

	http_parse_init(p, NULL, NULL);
	http_parse_feed(p, head, strlen(head));
	while (p->outcome == HTTP_MORE && n < 8 << 20) {
		http_parse_feed(p, unit, strlen(unit));
		n += strlen(unit);
	}
	return n;
}

START_TEST(limits) {
	struct http_parse p;
	char interim[HTTP_INTERIM_MAX * 32 + 1] = "";

	ck_assert_uint_le(flood(&p, OK, "X: y\r\n"), HTTP_HEAD_MAX + 6);
	ck_assert_int_eq(p.outcome, HTTP_OVERSIZE);
	ck_assert_str_eq(p.why, "head too large");
	ck_assert_uint_le(flood(&p, OK "X: ", "y"), HTTP_HEAD_MAX + 1);
	ck_assert_int_eq(p.outcome, HTTP_OVERSIZE);
	ck_assert_uint_le(flood(&p, "", "H"), HTTP_HEAD_MAX + 1);
	ck_assert_uint_le(flood(&p, OK "\r\n", "body"), HTTP_BODY_MAX + 64);
	ck_assert_str_eq(p.why, "body too large");
	ck_assert_uint_eq(p.body_bytes, HTTP_BODY_MAX);
	flood(&p, OK "Transfer-Encoding: chunked\r\n\r\n", "4\r\nbody\r\n");
	ck_assert_int_eq(p.outcome, HTTP_OVERSIZE);
	ck_assert_uint_eq(p.body_bytes, HTTP_BODY_MAX);
	ck_assert_uint_le(flood(&p, OK "Transfer-Encoding: chunked\r\n\r\n1;", "x"), HTTP_LINE_MAX + 64);
	ck_assert_int_eq(p.outcome, HTTP_MALFORMED);
	flood(&p, OK "Transfer-Encoding: chunked\r\n\r\n0\r\n", "X: y\r\n");
	ck_assert_str_eq(p.why, "head too large");
	for (int i = 0; i < HTTP_INTERIM_MAX; i++)
		strcat(interim, "HTTP/1.1 102 Wait\r\n\r\n");
	flood(&p, interim, OK "Content-Length: 0\r\n\r\n");
	ck_assert_int_eq(p.outcome, HTTP_COMPLETE);
	flood(&p, interim, "HTTP/1.1 102 Wait\r\n\r\n");
	ck_assert_str_eq(p.why, "too many interim responses");
}
END_TEST

/* A framing header that does not fit must not be read as its beginning. */
START_TEST(long_framing_header) {
	struct http_parse p;
	char head[HTTP_LINE_MAX + 128];
	int n = snprintf(head, sizeof(head), OK "Content-Length: %*s5\r\n", HTTP_LINE_MAX, "");

	http_parse_init(&p, NULL, NULL);
	ck_assert_int_eq(http_parse_feed(&p, head, (size_t)n), HTTP_MALFORMED);
	ck_assert_str_eq(p.why, "framing header too long");
}
END_TEST

/* Random rows with random damage: whole and in random pieces come to the same end. */
START_TEST(random_splits) {
	struct http_parse whole, parts;
	char in[256];

	srand(7);
	for (int round = 0; round < 20000; round++) {
		const struct row *r = &rows[(size_t)rand() % (sizeof(rows) / sizeof(rows[0]))];
		size_t len = strlen(r->in);

		memcpy(in, r->in, len);
		for (int i = rand() % 4; i > 0 && len; i--)
			in[(size_t)rand() % len] = "\r\n :;0a\0\xff"[rand() % 9];
		http_parse_init(&whole, NULL, NULL);
		http_parse_init(&parts, NULL, NULL);
		http_parse_feed(&whole, in, len);
		for (size_t at = 0, n; at < len; at += n) {
			n = 1 + (size_t)rand() % (len - at);
			http_parse_feed(&parts, in + at, n);
		}
		http_parse_eof(&whole);
		http_parse_eof(&parts);
		ck_assert_int_eq(whole.outcome, parts.outcome);
		ck_assert_uint_eq(whole.status, parts.status);
		ck_assert_uint_eq(whole.body_bytes, parts.body_bytes);
		ck_assert(whole.why == parts.why);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("http_parse");
	TCase *tc = tcase_create("all");

	tcase_add_loop_test(tc, row, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(tc, limits);
	tcase_add_test(tc, long_framing_header);
	tcase_add_test(tc, random_splits);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
