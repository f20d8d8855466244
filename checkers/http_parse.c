/* http_parse.c - see http_parse.h. */
#include "checkers/http_parse.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

void http_parse_init(struct http_parse *p, http_body_fn *body, void *ctx)
{
	*p = (struct http_parse){ .body = body, .ctx = ctx, .state = HTTP_STATUS_LINE, .outcome = HTTP_MORE };
}

static void fail(struct http_parse *p, enum http_outcome outcome, const char *why)
{
	p->state = HTTP_FAILED;
	p->outcome = outcome;
	p->why = why;
}

static void complete(struct http_parse *p)
{
	p->state = HTTP_FINISHED;
	p->outcome = HTTP_COMPLETE;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* status-line = "HTTP/1." DIGIT SP 3DIGIT [ SP reason ], RFC 9112 4. */
static void status_line(struct http_parse *p)
{
	const char *s = p->line;
	size_t n = p->line_len;

	if (n < 12 || memcmp(s, "HTTP/1.", 7) || !is_digit(s[7]) || s[8] != ' ' || (n > 12 && s[12] != ' ')) {
		fail(p, HTTP_MALFORMED, "no HTTP/1.x status line");
		return;
	}
	if (!is_digit(s[9]) || !is_digit(s[10]) || !is_digit(s[11]) || s[9] == '0') {
		fail(p, HTTP_MALFORMED, "bad status code");
		return;
	}
	p->status = (unsigned)(s[9] - '0') * 100 + (unsigned)(s[10] - '0') * 10 + (unsigned)(s[11] - '0');
	p->has_length = p->is_chunked = p->is_framing = false;
	p->state = HTTP_HEADER;
}

static bool is_token_char(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("!#$%&'*+-.^_`|~", c));
}

/* 1*DIGIT; several of them must agree. RFC 9112 6.3 (5). */
static void content_length(struct http_parse *p, const char *v, size_t n)
{
	uint64_t length = 0;

	for (size_t i = 0; i < n; i++) {
		if (!is_digit(v[i]) || length > UINT64_MAX / 10 - 10) {
			fail(p, HTTP_MALFORMED, "bad Content-Length");
			return;
		}
		length = length * 10 + (uint64_t)(v[i] - '0');
	}
	if (n == 0 || (p->has_length && p->length != length)) {
		fail(p, HTTP_MALFORMED, "bad Content-Length");
		return;
	}
	p->has_length = true;
	p->length = length;
}

/* We sent no TE: nothing but chunked, once, may come. RFC 9112 6.1. */
static void transfer_encoding(struct http_parse *p, const char *v, size_t n)
{
	if (n != 7 || strncasecmp(v, "chunked", 7) || p->is_chunked)
		fail(p, HTTP_MALFORMED, "unsupported Transfer-Encoding");
	else
		p->is_chunked = true;
}

static bool is_name(const char *line, size_t len, const char *name)
{
	return len == strlen(name) && !strncasecmp(line, name, len);
}

static void framing_field(struct http_parse *p, size_t name_len)
{
	const char *v = p->line + name_len + 1;
	size_t n = p->line_len - name_len - 1;
	bool is_length = is_name(p->line, name_len, "Content-Length");

	p->is_framing = is_length || is_name(p->line, name_len, "Transfer-Encoding");
	if (!p->is_framing)
		return;
	while (n && (*v == ' ' || *v == '\t'))
		v++, n--;
	while (n && (v[n - 1] == ' ' || v[n - 1] == '\t'))
		n--;
	if (p->is_line_cut)
		fail(p, HTTP_MALFORMED, "framing header too long");
	else if (is_length)
		content_length(p, v, n);
	else
		transfer_encoding(p, v, n);
}

/* field-line = field-name ":" OWS field-value OWS, RFC 9112 5. A folded line belongs to the one before. */
static void header_line(struct http_parse *p)
{
	size_t n = 0;

	if (p->line[0] == ' ' || p->line[0] == '\t') {
		if (p->is_framing)
			fail(p, HTTP_MALFORMED, "folded framing header");
		return;
	}
	while (n < p->line_len && is_token_char(p->line[n]))
		n++;
	if (n == 0 || (n == p->line_len && !p->is_line_cut) || (n < p->line_len && p->line[n] != ':'))
		fail(p, HTTP_MALFORMED, "bad header line");
	else if (n < p->line_len && p->state == HTTP_HEADER)
		framing_field(p, n);
}

/* RFC 9112 6.3 (1): these end with their head, whatever it says. */
static bool has_no_body(const struct http_parse *p)
{
	return p->status == 101 || p->status == 204 || p->status == 304;
}

static void interim_end(struct http_parse *p)
{
	if (++p->interim > HTTP_INTERIM_MAX)
		fail(p, HTTP_OVERSIZE, "too many interim responses");
	else
		p->state = HTTP_STATUS_LINE;
}

/* How long the body is, RFC 9112 6.3. */
static void head_end(struct http_parse *p)
{
	if (p->status < 200 && p->status != 101) {
		interim_end(p);
	} else if (has_no_body(p) || (!p->is_chunked && p->has_length && p->length == 0)) {
		complete(p);
	} else if (p->is_chunked) {
		p->has_length = false;
		p->state = HTTP_CHUNK_SIZE;
	} else if (!p->has_length) {
		p->state = HTTP_BODY_EOF;
	} else if (p->length > HTTP_BODY_MAX) {
		fail(p, HTTP_OVERSIZE, "body too large");
	} else {
		p->left = p->length;
		p->state = HTTP_BODY_LENGTH;
	}
}

static int hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* chunk-size [ BWS ";" extension ], RFC 9112 7.1. Extensions mean nothing to us. */
static void chunk_size(struct http_parse *p)
{
	uint64_t size = 0;
	size_t i = 0;

	for (; i < p->line_len && hex_value(p->line[i]) >= 0 && size <= HTTP_BODY_MAX; i++)
		size = size * 16 + (uint64_t)hex_value(p->line[i]);
	if (size + p->body_bytes > HTTP_BODY_MAX) {
		fail(p, HTTP_OVERSIZE, "body too large");
		return;
	}
	if (i == 0 || p->is_line_cut || (i < p->line_len && !strchr("; \t", p->line[i]))) {
		fail(p, HTTP_MALFORMED, "bad chunk size");
		return;
	}
	p->left = size;
	p->is_framing = false;
	p->state = size ? HTTP_CHUNK_DATA : HTTP_TRAILER;
}

/* A whole line is there, without its end. */
static void on_line(struct http_parse *p)
{
	if (p->state == HTTP_STATUS_LINE)
		status_line(p);
	else if (p->state == HTTP_CHUNK_SIZE)
		chunk_size(p);
	else if (p->state == HTTP_CHUNK_END && p->line_len)
		fail(p, HTTP_MALFORMED, "chunk without end");
	else if (p->state == HTTP_CHUNK_END)
		p->state = HTTP_CHUNK_SIZE;
	else if (p->line_len)
		header_line(p);
	else if (p->state == HTTP_TRAILER)
		complete(p);
	else
		head_end(p);
}

static bool is_counted(enum http_state s)
{
	return s == HTTP_STATUS_LINE || s == HTTP_HEADER || s == HTTP_TRAILER;
}

static void line_add(struct http_parse *p, char c)
{
	if (p->line_len < HTTP_LINE_MAX)
		p->line[p->line_len++] = c;
	else
		p->is_line_cut = true;
	if (p->state == HTTP_CHUNK_END || (p->state == HTTP_CHUNK_SIZE && p->is_line_cut))
		fail(p, HTTP_MALFORMED, p->state == HTTP_CHUNK_END ? "chunk without end" : "bad chunk size");
}

/* One byte of a line. CRLF ends it, a bare LF too (RFC 9112 2.2); CR and NUL anywhere else do not belong there. */
static void line_byte(struct http_parse *p, char c)
{
	if (is_counted(p->state) && ++p->head_bytes > HTTP_HEAD_MAX) {
		fail(p, HTTP_OVERSIZE, "head too large");
	} else if (c == '\n') {
		on_line(p);
		if (p->state == HTTP_FAILED)
			return; /* the line stays as evidence */
		p->line_len = 0;
		p->is_line_cut = p->is_cr = false;
	} else if (p->is_cr || c == '\0') {
		fail(p, HTTP_MALFORMED, "control character in head");
	} else if (c == '\r') {
		p->is_cr = true;
	} else {
		line_add(p, c);
	}
}

/* Body bytes: as many of `len` as belong to this body or chunk. Returns how many. */
static size_t body_bytes(struct http_parse *p, const uint8_t *data, size_t len)
{
	size_t room = HTTP_BODY_MAX - (size_t)p->body_bytes;

	if (p->state != HTTP_BODY_EOF && len > p->left)
		len = (size_t)p->left;
	if (p->state == HTTP_BODY_EOF && len > room) {
		len = room;
		fail(p, HTTP_OVERSIZE, "body too large");
	}
	p->body_bytes += len;
	if (p->body && len)
		p->body(p->ctx, data, len);
	if (p->state != HTTP_BODY_LENGTH && p->state != HTTP_CHUNK_DATA)
		return len;
	p->left -= len;
	if (p->left == 0 && p->state == HTTP_BODY_LENGTH)
		complete(p);
	else if (p->left == 0)
		p->state = HTTP_CHUNK_END;
	return len;
}

static bool is_body(enum http_state s)
{
	return s == HTTP_BODY_LENGTH || s == HTTP_BODY_EOF || s == HTTP_CHUNK_DATA;
}

enum http_outcome http_parse_feed(struct http_parse *p, const void *data, size_t len)
{
	const uint8_t *at = data, *end = at + len;

	while (at < end && p->outcome == HTTP_MORE) {
		if (is_body(p->state))
			at += body_bytes(p, at, (size_t)(end - at));
		else
			line_byte(p, (char)*at++);
	}
	return p->outcome;
}

enum http_outcome http_parse_eof(struct http_parse *p)
{
	if (p->state == HTTP_BODY_EOF)
		complete(p);
	else if (p->outcome == HTTP_MORE)
		p->outcome = HTTP_CUT;
	return p->outcome;
}
