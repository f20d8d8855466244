/* utf8.c - see utf8.h. */
#include "conf/utf8.h"

/* The smallest code of each length: what a shorter sequence says is broken (RFC 3629 section 3). */
static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };

static size_t length_of(uint8_t first)
{
	if (first < 0x80)
		return 1;
	if (first >> 5 == 6)
		return 2;
	if (first >> 4 == 14)
		return 3;
	return first >> 3 == 30 ? 4 : 0;
}

size_t utf8_len(const char *s, size_t left, uint32_t *ret_code)
{
	static const uint8_t mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	const uint8_t *p = (const uint8_t *)s;
	size_t n = length_of(p[0]);
	uint32_t code;

	*ret_code = UTF8_BROKEN;
	if (!n || n > left)
		return 1;
	code = p[0] & mask[n];
	for (size_t i = 1; i < n; i++) {
		if (p[i] >> 6 != 2)
			return 1;
		code = code << 6 | (p[i] & 0x3f);
	}
	if (code < smallest[n] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 1;
	*ret_code = code;
	return n;
}

bool utf8_is_unprintable(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == UTF8_BROKEN ||
		(code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}
