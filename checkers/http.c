/*
 * http.c - HTTP_GET: its urls one after the other, each on a connection of its own, all inside one deadline. The server closes
 * first where it can, so that neither side keeps a TIME_WAIT of ours or logs a reset.
 */
#include "checkers/http.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "checkers/checker.h"
#include "checkers/conf.h"
#include "checkers/dial.h"
#include "checkers/http_parse.h"
#include "io/loop.h"
#include "io/tls.h"

enum { READ_SIZE = 16 << 10, PATH_SHOWN = 40 };

/* How long a server may take to close after its complete reply before we reset the connection. */
static const int64_t CLOSE_WAIT = 200 * MONO_MSEC;

enum http_phase {
	HTTP_CONNECTING,
	HTTP_SENDING,
	HTTP_READING,
	HTTP_CLOSING, /* this url is fine; waiting for the server's FIN */
	HTTP_DECIDED, /* already in start(); told from the loop */
};

struct http_try {
	const struct check_run *run; /* the scheduler's */
	enum http_phase phase;
	unsigned url; /* index into urls */
	int fd;       /* owned, or -1 */
	struct loop_watch *watch;
	struct loop_timer *timer;
	struct text request;
	size_t sent;
	struct digest *digest; /* owned; NULL when the url has none */
	struct http_parse parse;
	bool is_late; /* past the deadline, see check_deadline() */
	struct check_result result;
};

static void begin_url(struct http_try *t);

static const struct url_conf *url_of(const struct http_try *t)
{
	return t->run->conf->urls.item[t->url];
}

/* The url's path as it may be shown. */
static const char *shown(const struct http_try *t, char buf[PATH_SHOWN])
{
	const char *path = url_of(t)->path ? url_of(t)->path : "/";

	return text_escape(path, strlen(path), buf, PATH_SHOWN);
}

static void hang_up(struct http_try *t, bool is_closed_by_server)
{
	loop_watch_free(t->watch);
	t->watch = NULL;
	if (is_closed_by_server)
		close(t->fd);
	else
		dial_abort(t->fd);
	t->fd = -1;
	digest_free(t->digest);
	t->digest = NULL;
	text_done(&t->request);
}

static void http_cancel(void *attempt)
{
	struct http_try *t = attempt;

	hang_up(t, false);
	loop_timer_free(t->timer);
	free(t);
}

static void finish(struct http_try *t)
{
	const struct check_run *run = t->run;
	struct check_result result = t->result;

	http_cancel(t);
	run->done(run->ctx, &result);
}

/* This url is done and fine. */
static void next_url(struct http_try *t, bool is_closed_by_server)
{
	hang_up(t, is_closed_by_server);
	t->url++;
	if (t->url < t->run->conf->urls.n)
		begin_url(t);
	else
		finish(t);
}

static bool judge_digest(struct http_try *t)
{
	char hex[DIGEST_MD5_HEX], path[PATH_SHOWN];

	if (!t->digest)
		return true;
	digest_final(t->digest, hex);
	if (!strcasecmp(hex, url_of(t)->digest))
		return true;
	check_result_set(&t->result, CHECK_HTTP_DIGEST, "%s: digest %s", shown(t, path), hex);
	return false;
}

static bool judge_status(struct http_try *t)
{
	char want[64], path[PATH_SHOWN];

	if (http_status_wanted(url_of(t), t->parse.status))
		return true;
	check_result_set(&t->result, CHECK_HTTP_STATUS, "%s: HTTP status %u (want %s)", shown(t, path), t->parse.status,
		http_status_str(url_of(t), want, sizeof(want)));
	return false;
}

/*
 * Too much for us. A body whose length was announced and whose digest nobody asked for needs not be read: its status decides.
 */
static bool judge_oversize(struct http_try *t)
{
	const struct http_parse *p = &t->parse;
	char path[PATH_SHOWN];

	if (p->has_length && p->length > HTTP_BODY_MAX && !t->digest)
		return judge_status(t);
	check_result_set(&t->result, CHECK_HTTP_TOO_LARGE, "%s: %s", shown(t, path), p->why);
	return false;
}

/* Whether the reply is what the url wants; fills the result either way. */
static bool judge(struct http_try *t)
{
	const struct http_parse *p = &t->parse;
	char path[PATH_SHOWN], line[32];

	check_result_set(&t->result, CHECK_OK, "HTTP status %u", p->status);
	switch (p->outcome) {
	case HTTP_COMPLETE:
		return judge_status(t) && judge_digest(t);
	case HTTP_OVERSIZE:
		return judge_oversize(t);
	case HTTP_MALFORMED:
		check_result_set(&t->result, CHECK_HTTP_MALFORMED, "%s: %s: %s", shown(t, path), p->why,
			text_escape(p->line, p->line_len, line, sizeof(line)));
		return false;
	case HTTP_CUT:
	case HTTP_MORE:
		break;
	}
	check_result_set(&t->result, CHECK_RESET, "%s: closed %s", shown(t, path),
		p->status ? "in the middle of the reply" : "without a reply");
	return false;
}

/* The outcome is known. */
static void decided(struct http_try *t, bool is_closed_by_server)
{
	if (!judge(t)) {
		finish(t);
	} else if (is_closed_by_server || t->parse.outcome != HTTP_COMPLETE) {
		next_url(t, is_closed_by_server);
	} else {
		t->phase = HTTP_CLOSING;
		loop_timer_at(t->timer, mono_min(t->run->deadline, mono_add(t->result.ended, CLOSE_WAIT)));
	}
}

static void broken(struct http_try *t, int err)
{
	char path[PATH_SHOWN];

	check_result_set(&t->result, dial_reason(err, false), "%s: %s", shown(t, path), strerror(err));
	finish(t);
}

static void read_some(struct http_try *t)
{
	char buf[READ_SIZE];
	ssize_t n = recv(t->fd, buf, sizeof(buf), 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (t->phase == HTTP_CLOSING) {
		if (n <= 0)
			next_url(t, n == 0);
	} else if (n < 0) {
		broken(t, errno);
	} else if (n == 0) {
		http_parse_eof(&t->parse);
		decided(t, true);
	} else if (http_parse_feed(&t->parse, buf, (size_t)n) != HTTP_MORE) {
		decided(t, false);
	}
}

static void send_some(struct http_try *t)
{
	ssize_t n = send(t->fd, t->request.s + t->sent, t->request.len - t->sent, MSG_NOSIGNAL);

	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		broken(t, errno);
		return;
	}
	t->sent += n > 0 ? (size_t)n : 0;
	if (t->sent < t->request.len)
		return;
	t->phase = HTTP_READING;
	loop_watch_set(t->watch, LOOP_READ);
}

static void on_ready(void *ctx, int fd, unsigned ready)
{
	struct http_try *t = ctx;

	(void)ready;
	if (t->phase == HTTP_CONNECTING) {
		if (dial_finish(fd, t->run->conf, &t->result)) {
			finish(t);
			return;
		}
		t->phase = HTTP_SENDING;
	}
	if (t->phase == HTTP_SENDING)
		send_some(t);
	else
		read_some(t);
}

static void timed_out(struct http_try *t)
{
	char name[DIAL_NAME_LEN], path[PATH_SHOWN];

	if (t->phase == HTTP_CONNECTING)
		check_result_late(&t->result, t->run, CHECK_TIMEOUT_CONNECT, dial_name(t->run->conf, name));
	else
		check_result_late(&t->result, t->run, CHECK_TIMEOUT_REPLY, shown(t, path));
	finish(t);
}

static void on_deadline(void *ctx, mono_t now)
{
	struct http_try *t = ctx;

	if (t->phase == HTTP_DECIDED)
		finish(t);
	else if (t->phase == HTTP_CLOSING)
		next_url(t, false);
	else if (check_deadline(&t->is_late))
		timed_out(t);
	else
		loop_timer_at(t->timer, now);
}

static void on_body(void *ctx, const uint8_t *data, size_t len)
{
	struct http_try *t = ctx;

	if (t->digest)
		digest_update(t->digest, data, len);
}

/* Decided before the loop had a part in it: told from the timer. */
static void fail_soon(struct http_try *t)
{
	t->phase = HTTP_DECIDED;
	loop_timer_at(t->timer, mono_now());
}

static void begin_url(struct http_try *t)
{
	const struct url_conf *url = url_of(t);

	t->phase = HTTP_CONNECTING;
	t->sent = 0;
	http_request(t->run->conf, url, &t->request);
	http_parse_init(&t->parse, on_body, t);
	if (url->digest && !(t->digest = digest_md5_new())) {
		check_result_set(&t->result, CHECK_LOCAL, "MD5 is not available");
		fail_soon(t);
		return;
	}
	t->fd = dial_open(t->run->conf, false, &t->result);
	if (t->fd < 0) {
		fail_soon(t);
		return;
	}
	t->watch = loop_watch_new(t->run->loop, t->fd, LOOP_WRITE, on_ready, t);
	loop_timer_at(t->timer, t->run->deadline);
}

static void *http_start(const struct check_run *run)
{
	struct http_try *t = x_calloc(1, sizeof(*t));

	t->run = run;
	t->fd = -1;
	t->timer = loop_timer_new(run->loop, on_deadline, t);
	if (run->conf->urls.n) {
		begin_url(t);
	} else {
		check_result_set(&t->result, CHECK_LOCAL, "HTTP_GET without url");
		fail_soon(t);
	}
	return t;
}

const struct checker http_checker = { .name = "HTTP_GET", .start = http_start, .cancel = http_cancel };
