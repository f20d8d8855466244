/* fuzz_http_parse.c - a response whole and in pieces must come to the same end, within its limits. */
#include <stdlib.h>

#include "checkers/http_parse.h"
#include "fuzz.h"

static void on_body(void *ctx, const uint8_t *data, size_t len)
{
	uint64_t *hash = ctx;

	for (size_t i = 0; i < len; i++)
		*hash = (*hash ^ data[i]) * UINT64_C(0x100000001b3);
}

static void check(bool is_fine)
{
	if (!is_fine)
		abort();
}

/* Pieces of 1..16 bytes, as the bytes themselves say. */
static void feed_pieces(struct http_parse *p, const uint8_t *data, size_t size)
{
	for (size_t at = 0, n; at < size; at += n) {
		n = 1 + (data[at] & 15u);
		if (n > size - at)
			n = size - at;
		http_parse_feed(p, data + at, n);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct http_parse whole, pieces;
	uint64_t whole_body = 0, pieces_body = 0;

	http_parse_init(&whole, on_body, &whole_body);
	http_parse_init(&pieces, on_body, &pieces_body);
	http_parse_feed(&whole, data, size);
	feed_pieces(&pieces, data, size);
	check(whole.outcome == pieces.outcome && whole.why == pieces.why && whole.status == pieces.status);
	check(whole.body_bytes == pieces.body_bytes && whole_body == pieces_body && whole.body_bytes <= HTTP_BODY_MAX);
	check(http_parse_eof(&whole) == http_parse_eof(&pieces) && whole.outcome != HTTP_MORE);
	check(whole.outcome != HTTP_COMPLETE || (whole.status >= 101 && whole.status <= 999));
	check((whole.outcome == HTTP_MALFORMED || whole.outcome == HTTP_OVERSIZE) == (whole.why != NULL));
	return 0;
}
