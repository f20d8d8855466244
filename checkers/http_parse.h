/*
 * http_parse.h - an HTTP/1.x response, byte by byte, as RFC 9112 frames it: pure, bounded, allocates nothing, and comes to the same
 * end however the bytes were split. It knows status, framing and limits; sockets and what is wanted are in http.c.
 */
#ifndef CHECKERS_HTTP_PARSE_H
#define CHECKERS_HTTP_PARSE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	HTTP_HEAD_MAX = 16 << 10, /* bytes of all heads and trailers together */
	HTTP_INTERIM_MAX = 8,     /* 1xx responses before the final one */
	HTTP_BODY_MAX = 1 << 20,
	HTTP_LINE_MAX = 512, /* kept of a line; longer ones are only counted */
};

enum http_state {
	HTTP_STATUS_LINE,
	HTTP_HEADER,
	HTTP_BODY_LENGTH,
	HTTP_BODY_EOF,
	HTTP_CHUNK_SIZE,
	HTTP_CHUNK_DATA,
	HTTP_CHUNK_END,
	HTTP_TRAILER,
	HTTP_FINISHED,
	HTTP_FAILED,
};

enum http_outcome {
	HTTP_MORE,      /* not complete yet */
	HTTP_COMPLETE,  /* everything of the response was seen; what follows is ignored */
	HTTP_MALFORMED, /* `why` says how */
	HTTP_OVERSIZE,  /* a limit was reached */
	HTTP_CUT,       /* closed before it was complete */
};

/* Bytes of the body, in order, without framing. */
typedef void http_body_fn(void *ctx, const uint8_t *data, size_t len);

struct http_parse {
	http_body_fn *body; /* may be NULL */
	void *ctx;
	enum http_state state;
	enum http_outcome outcome;
	const char *why; /* static text, for MALFORMED and OVERSIZE */
	unsigned status; /* of the final response once its head began; 0 before */
	bool has_length, is_chunked;
	uint64_t length; /* Content-Length, when has_length */
	uint64_t left;   /* bytes of this body or chunk still to come */
	uint64_t body_bytes;
	char line[HTTP_LINE_MAX]; /* the line in work, not terminated; once MALFORMED the one that is wrong */
	size_t line_len;
	/* private */
	unsigned interim;
	size_t head_bytes;
	bool is_line_cut, is_framing, is_cr;
};

/* A fresh parser; `body` is called from feed(). */
void http_parse_init(struct http_parse *p, http_body_fn *body, void *ctx);
/* Takes all bytes, or as many as the response has. Once not HTTP_MORE the outcome stays. */
enum http_outcome http_parse_feed(struct http_parse *p, const void *data, size_t len);
/* The server closed. */
enum http_outcome http_parse_eof(struct http_parse *p);
#endif
