/* signs.c - see signs.h. */
#include "conf/signs.h"

#include "conf/utf8.h"

#include <stdio.h>
#include <string.h>

enum {
	FULLWIDTH_FIRST = 0xff01,
	FULLWIDTH_LAST = 0xff5e,
	FULLWIDTH_OPEN = 0xff5b,
	FULLWIDTH_CLOSE = 0xff5d,
	FULLWIDTH_TO_ASCII = 0xfee0
};

struct named {
	uint32_t low, high;
	enum sign_kind kind;
	const char *name, *plain;
};

/* The Unicode character database, by what operators' files hold of it. The first row that fits counts. */
static const struct named table[] = {
	{ 0x85, 0x85, SIGN_BLANK, "next line", NULL },
	{ 0xa0, 0xa0, SIGN_BLANK, "no-break space", NULL },
	{ 0xad, 0xad, SIGN_NOTHING, "soft hyphen", NULL },
	{ 0xab, 0xab, SIGN_LETTER, "typographic quote", "\"" },
	{ 0xbb, 0xbb, SIGN_LETTER, "typographic quote", "\"" },
	{ 0x1680, 0x1680, SIGN_BLANK, "ogham space mark", NULL },
	{ 0x2002, 0x2002, SIGN_BLANK, "en space", NULL },
	{ 0x2003, 0x2003, SIGN_BLANK, "em space", NULL },
	{ 0x2007, 0x2007, SIGN_BLANK, "figure space", NULL },
	{ 0x2009, 0x2009, SIGN_BLANK, "thin space", NULL },
	{ 0x2000, 0x200a, SIGN_BLANK, "typographic space", NULL },
	{ 0x200b, 0x200b, SIGN_NOTHING, "zero width space", NULL },
	{ 0x200c, 0x200c, SIGN_NOTHING, "zero width non-joiner", NULL },
	{ 0x200d, 0x200d, SIGN_NOTHING, "zero width joiner", NULL },
	{ 0x200e, 0x200f, SIGN_NOTHING, "mark for the direction of writing", NULL },
	{ 0x2010, 0x2015, SIGN_LETTER, "typographic dash", "-" },
	{ 0x2018, 0x201f, SIGN_LETTER, "typographic quote", "\"" },
	{ 0x2028, 0x2029, SIGN_BLANK, "line separator", NULL },
	{ 0x202a, 0x202e, SIGN_NOTHING, "mark for the direction of writing", NULL },
	{ 0x202f, 0x202f, SIGN_BLANK, "narrow no-break space", NULL },
	{ 0x2032, 0x2033, SIGN_LETTER, "prime", "\"" },
	{ 0x205f, 0x205f, SIGN_BLANK, "mathematical space", NULL },
	{ 0x2060, 0x2060, SIGN_NOTHING, "word joiner", NULL },
	{ 0x2066, 0x2069, SIGN_NOTHING, "mark for the direction of writing", NULL },
	{ 0x2212, 0x2212, SIGN_LETTER, "minus sign", "-" },
	{ 0x3000, 0x3000, SIGN_BLANK, "ideographic space", NULL },
	{ 0xfeff, 0xfeff, SIGN_NOTHING, "byte order mark", NULL },
};

static int name_from_table(uint32_t code, struct sign *ret)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct named *n = &table[i];

		if (code < n->low || code > n->high)
			continue;
		ret->kind = n->kind;
		ret->plain = n->plain;
		snprintf(ret->name, sizeof(ret->name), "%s (U+%04X)", n->name, (unsigned)code);
		return 1;
	}
	return 0;
}

static int name_fullwidth(uint32_t code, struct sign *ret)
{
	if (code < FULLWIDTH_FIRST || code > FULLWIDTH_LAST)
		return 0;
	ret->kind = code == FULLWIDTH_OPEN || code == FULLWIDTH_CLOSE ? SIGN_BRACE : SIGN_LETTER;
	ret->plain_sign[0] = (char)(code - FULLWIDTH_TO_ASCII);
	ret->plain_sign[1] = '\0';
	ret->plain = ret->plain_sign;
	snprintf(ret->name, sizeof(ret->name), "fullwidth %s (U+%04X)", ret->plain, (unsigned)code);
	return 1;
}

/* Bytes that are no sign of UTF-8. Most are letters of Latin-1, which has the first signs of Unicode. */
static int name_byte(unsigned char byte, uint32_t code, struct sign *ret)
{
	ret->kind = code == UTF8_BROKEN ? SIGN_BYTE : SIGN_CONTROL;
	if (ret->kind == SIGN_CONTROL)
		snprintf(ret->name, sizeof(ret->name), "a control byte (0x%02x)", byte);
	else if (byte > 0xa0)
		snprintf(ret->name, sizeof(ret->name), "a byte that is not UTF-8 (0x%02x, '%c%c' in Latin-1)", byte,
			0xc0 | byte >> 6, 0x80 | (byte & 0x3f));
	else
		snprintf(ret->name, sizeof(ret->name), "a byte that is not UTF-8 (0x%02x)", byte);
	return 1;
}

int sign_at(const char *s, size_t left, struct sign *ret)
{
	unsigned char byte = (unsigned char)*s;
	uint32_t code;

	if (byte >= 0x20 && byte < 0x7f)
		return 0;
	ret->len = utf8_len(s, left, &code);
	if (byte < 0x80)
		return byte && !strchr("\t\n\v\f\r", byte) ? name_byte(byte, code, ret) : 0;
	if (code == UTF8_BROKEN)
		return name_byte(byte, code, ret);
	return name_from_table(code, ret) || name_fullwidth(code, ret);
}
