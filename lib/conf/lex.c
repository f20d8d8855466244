/* lex.c - see lex.h. */
#include "conf/lex.h"

#include "base/alloc.h"
#include "base/text.h"

#include <string.h>

/* Signs that pasted text brings along; keepalived takes them for letters. */
struct sign {
	const char *bytes, *name;
	bool is_blank;
};

static const struct sign signs[] = {
	{ "\xc2\xa0", "no-break space (U+00A0)", true },
	{ "\xe3\x80\x80", "ideographic space (U+3000)", true },
	{ "\xef\xbb\xbf", "byte order mark (U+FEFF)", true },
	{ "\xe2\x80\xaf", "narrow no-break space (U+202F)", true },
	{ "\xe2\x80\x82", "en space (U+2002)", true },
	{ "\xe2\x80\x83", "em space (U+2003)", true },
	{ "\xe2\x80\x89", "thin space (U+2009)", true },
	{ "\xe2\x80\x8b", "zero width space (U+200B)", true },
	{ "\xe2\x80\x9c", "typographic quote (U+201C)", false },
	{ "\xe2\x80\x9d", "typographic quote (U+201D)", false },
	{ "\xe2\x80\x9e", "typographic quote (U+201E)", false },
	{ "\xe2\x80\x98", "typographic quote (U+2018)", false },
	{ "\xe2\x80\x99", "typographic quote (U+2019)", false },
	{ "\xc2\xab", "typographic quote (U+00AB)", false },
	{ "\xc2\xbb", "typographic quote (U+00BB)", false },
	{ "\xef\xbc\x82", "fullwidth quote (U+FF02)", false },
	{ "\xef\xbd\x9b", "fullwidth brace (U+FF5B)", false },
	{ "\xef\xbd\x9d", "fullwidth brace (U+FF5D)", false },
};

static const struct sign *sign_at(const struct line *l, size_t pos)
{
	if ((unsigned char)l->text[pos] < 0x80)
		return NULL;
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		size_t n = strlen(signs[i].bytes);

		if (l->len - pos >= n && !memcmp(l->text + pos, signs[i].bytes, n))
			return &signs[i];
	}
	return NULL;
}

/* One finding of each kind per line: a file with no-break spaces has them everywhere. */
static void report_sign(struct lexer *lx, size_t pos, const struct sign *s)
{
	bool *is_reported = s->is_blank ? &lx->is_blank_reported : &lx->is_quote_reported;
	struct place at = line_place(&lx->line, pos, strlen(s->bytes));

	if (!lx->report || *is_reported)
		return;
	*is_reported = true;
	report_add(lx->report, CONF_WARNING, &at, "%s here", s->name);
	if (s->is_blank)
		report_hint(lx->report, "it is read as a blank; keepalived takes it for a letter: write a plain blank");
	else
		report_hint(lx->report, "it is read as a letter: write a plain %s",
			strstr(s->name, "brace") ? "{ or }" : "\"");
}

/* Bytes of the blank at pos, 0 when there is none. */
static size_t blank_at(struct lexer *lx, size_t pos)
{
	const struct sign *s;

	if (line_is_blank(lx->line.text[pos]) || !lx->line.text[pos])
		return 1;
	s = sign_at(&lx->line, pos);
	return s && s->is_blank ? strlen(s->bytes) : 0;
}

static void report_zero(struct lexer *lx)
{
	struct place at = line_place(&lx->line, lx->pos, 1);

	if (lx->report)
		report_add(lx->report, CONF_ERROR, &at, "a zero byte: is this a text file?");
}

static void skip_blanks(struct lexer *lx)
{
	size_t n;

	for (; lx->pos < lx->line.len && (n = blank_at(lx, lx->pos)); lx->pos += n) {
		if (n > 1)
			report_sign(lx, lx->pos, sign_at(&lx->line, lx->pos));
		else if (!lx->line.text[lx->pos])
			report_zero(lx);
	}
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 16;
}

/* Digits of an escape: at most `max` in `base`; returns the value, *pos moves behind them. */
static char escape_number(const struct line *l, size_t *pos, int base, unsigned max)
{
	unsigned v = 0;

	for (unsigned n = 0; n < max && *pos < l->len && digit_of(l->text[*pos]) < base; n++)
		v = v * (unsigned)base + (unsigned)digit_of(l->text[(*pos)++]);
	return v & 0xff ? (char)(unsigned char)v : ' ';
}

/* The byte that an escape inside double quotes stands for (pos: behind the '\'); moves *pos behind it. */
static char escape(const struct line *l, size_t *pos)
{
	static const char from[] = "abEfnrtv", to[] = "\a\b\033\f\n\r\t\v";
	char c = l->text[*pos];
	const char *p = c ? strchr(from, c) : NULL;

	if (c >= '0' && c <= '7')
		return escape_number(l, pos, 8, 3);
	++*pos;
	if (p)
		return to[p - from];
	if (c == 'x' && *pos < l->len && digit_of(l->text[*pos]) < 16)
		return escape_number(l, pos, 16, 2);
	if (c == 'c' && *pos < l->len && (l->text[*pos] & 0x1f))
		return l->text[(*pos)++] & 0x1f;
	return c ? c : ' ';
}

/* From behind the opening quote to behind the closing one. */
static void read_quoted(struct lexer *lx, struct text *t)
{
	const struct line *l = &lx->line;
	size_t open = lx->pos - 1;

	while (lx->pos < l->len && l->text[lx->pos] != '"') {
		char c = l->text[lx->pos++];

		if (c == '\\' && lx->pos < l->len)
			c = escape(l, &lx->pos);
		text_add_bytes(t, c ? &c : " ", 1);
	}
	if (lx->pos < l->len) {
		lx->pos++;
		return;
	}
	struct place at = line_place(l, open, l->len - open);

	if (!lx->report)
		return;
	report_add(lx->report, CONF_ERROR, &at, "this quote is not closed on its line");
	report_hint(lx->report, "a string ends on the line it began on, with \"");
}

/* "${NAME}" that stayed: its braces belong to the word. */
static size_t reference_len(const struct line *l, size_t pos)
{
	const char *close;

	if (l->text[pos] != '$' || pos + 1 >= l->len || l->text[pos + 1] != '{')
		return 0;
	close = memchr(l->text + pos, '}', l->len - pos);
	return close ? (size_t)(close - l->text) + 1 - pos : 0;
}

static bool is_escaped(const struct line *l, size_t pos)
{
	return l->text[pos] == '\\' && pos + 1 < l->len && strchr("#!\"", l->text[pos + 1]) && l->text[pos + 1];
}

/* One letter, escape or reference outside quotes. */
static void read_plain(struct lexer *lx, struct text *t)
{
	const struct line *l = &lx->line;
	const struct sign *s = sign_at(l, lx->pos);
	size_t n = reference_len(l, lx->pos);

	if (s)
		report_sign(lx, lx->pos, s);
	if (is_escaped(l, lx->pos))
		lx->pos++;
	n = n ? n : 1;
	text_add_bytes(t, l->text + lx->pos, n);
	lx->pos += n;
}

static bool is_plain_letter(char c)
{
	return (unsigned char)c > ' ' && (unsigned char)c < 0x7f && !strchr("\"\\${}'", c);
}

/* Most words: letters only, copied at once. */
static bool read_simple(struct lexer *lx, struct conf_word *ret)
{
	const struct line *l = &lx->line;
	size_t end = lx->pos;

	while (end < l->len && is_plain_letter(l->text[end]))
		end++;
	if (end == lx->pos || (end < l->len && !line_is_blank(l->text[end]) && !strchr("{}", l->text[end])))
		return false;
	if (end < l->len && !l->text[end])
		return false;
	ret->text = arena_strndup(lx->arena, l->text + lx->pos, end - lx->pos);
	ret->at = line_place(l, lx->pos, end - lx->pos);
	lx->pos = end;
	return true;
}

static void check_single_quote(struct lexer *lx, const struct conf_word *w)
{
	if (!lx->report || w->is_quoted || w->text[0] != '\'')
		return;
	report_add(lx->report, CONF_WARNING, &w->at, "a single quote is no quote here, it is read as a letter");
	report_hint(lx->report, "write \"...\"");
}

static void read_word(struct lexer *lx, struct conf_word *ret)
{
	struct text t = { 0 };
	size_t start = lx->pos;

	ret->is_quoted = false;
	if (read_simple(lx, ret))
		return;
	while (lx->pos < lx->line.len && !blank_at(lx, lx->pos)) {
		char c = lx->line.text[lx->pos];

		if (c == '{' || c == '}')
			break;
		if (c == '"') {
			lx->pos++;
			ret->is_quoted = true;
			read_quoted(lx, &t);
		} else {
			read_plain(lx, &t);
		}
	}
	ret->text = arena_strndup(lx->arena, text_str(&t), t.len);
	ret->at = line_place(&lx->line, start, lx->pos - start);
	check_single_quote(lx, ret);
	text_done(&t);
}

enum token lex_next(struct lexer *lx, struct conf_word *ret)
{
	char c;

	skip_blanks(lx);
	if (lx->pos >= lx->line.len)
		return TOKEN_END;
	c = lx->line.text[lx->pos];
	if (c != '{' && c != '}') {
		read_word(lx, ret);
		return TOKEN_WORD;
	}
	*ret = (struct conf_word){ .text = c == '{' ? "{" : "}", .at = line_place(&lx->line, lx->pos, 1) };
	lx->pos++;
	return c == '{' ? TOKEN_OPEN : TOKEN_CLOSE;
}
