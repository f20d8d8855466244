/* lex.c - see lex.h. */
#include "conf/lex.h"

#include "base/alloc.h"
#include "base/text.h"

#include "conf/signs.h"
#include "conf/utf8.h"

#include <string.h>

static void hint_sign(struct lexer *lx, const struct sign *s)
{
	struct report *r = lx->report;

	switch (s->kind) {
	case SIGN_BLANK:
		report_hint(r, "it is read as a blank; keepalived takes it for a letter: write a plain blank");
		break;
	case SIGN_NOTHING:
		report_hint(r, "it cannot be seen and is left out; keepalived takes it for a letter: delete it");
		break;
	case SIGN_LETTER:
		if (*s->plain == '#' || *s->plain == '!')
			report_hint(r, "it is read as a letter: a comment begins with a plain %s", s->plain);
		else if (*s->plain == ':' || *s->plain == '=')
			report_hint(r, "it is read as a letter: write a blank");
		else
			report_hint(r, "it is read as a letter: write a plain %s", s->plain);
		break;
	case SIGN_BRACE:
		report_hint(r, "it is read as %s; keepalived takes it for a letter: write a plain %s", s->plain,
			s->plain);
		break;
	case SIGN_CONTROL:
		report_hint(r, "it is kept as it is: delete it");
		break;
	case SIGN_BYTE:
		report_hint(r, "it is kept as it is: save the file as UTF-8, or write the word in ASCII");
		break;
	}
}

/* One finding of each kind per line: a file with no-break spaces has them everywhere. */
static void report_sign(struct lexer *lx, size_t pos, const struct sign *s)
{
	struct place at = line_place(&lx->line, pos, s->len);

	if (!lx->report || (lx->reported >> s->kind & 1))
		return;
	lx->reported |= 1u << s->kind;
	report_add(lx->report, CONF_WARNING, &at, "%s here", s->name);
	hint_sign(lx, s);
	lx->is_cover_due |= s->kind == SIGN_LETTER || s->kind == SIGN_CONTROL || s->kind == SIGN_BYTE;
}

static bool has_sign(const struct line *l, size_t pos, struct sign *ret)
{
	unsigned char c = (unsigned char)l->text[pos];

	return (c < ' ' || c >= 0x7f) && sign_at(l->text + pos, l->len - pos, ret);
}

/* '{' or '}' where one is at pos, or a sign that is read as one; 0 otherwise. */
static char brace_at(const struct line *l, size_t pos, struct sign *ret)
{
	char c = l->text[pos];

	*ret = (struct sign){ .len = 1 };
	if (c == '{' || c == '}')
		return c;
	return has_sign(l, pos, ret) && ret->kind == SIGN_BRACE ? *ret->plain : 0;
}

/* Bytes of the blank at pos, 0 when there is none. */
static size_t blank_at(const struct line *l, size_t pos)
{
	struct sign s;

	if (line_is_blank(l->text[pos]) || !l->text[pos])
		return 1;
	return has_sign(l, pos, &s) && s.kind == SIGN_BLANK ? s.len : 0;
}

static void report_zero(struct lexer *lx)
{
	struct place at = line_place(&lx->line, lx->pos, 1);

	if (!lx->report || lx->is_zero_reported)
		return;
	lx->is_zero_reported = true;
	report_add(lx->report, CONF_ERROR, &at, "a zero byte: is this a text file?");
}

/* Blanks, what is read as one, and between words also what cannot be seen. */
static void skip_blanks(struct lexer *lx)
{
	const struct line *l = &lx->line;
	struct sign s;

	while (lx->pos < l->len) {
		if (line_is_blank(l->text[lx->pos])) {
			lx->pos++;
		} else if (!l->text[lx->pos]) {
			report_zero(lx);
			lx->pos++;
		} else if (has_sign(l, lx->pos, &s) && (s.kind == SIGN_BLANK || s.kind == SIGN_NOTHING)) {
			report_sign(lx, lx->pos, &s);
			lx->pos += s.len;
		} else {
			return;
		}
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
	lx->is_cover_due = true;
	report_add(lx->report, CONF_ERROR, &at, "this quote is not closed on its line");
	report_hint(lx->report, "a string ends on the line it began on, with \"");
}

/* As far as a '}' is looked for, so that a line takes a time that grows with its length. */
enum { REFERENCE_MAX = 256 };

/* "${NAME}" that stayed: its braces belong to the word. */
static size_t reference_len(const struct line *l, size_t pos)
{
	const char *close;

	if (l->text[pos] != '$' || pos + 1 >= l->len || l->text[pos + 1] != '{')
		return 0;
	close = memchr(l->text + pos, '}', l->len - pos < REFERENCE_MAX ? l->len - pos : REFERENCE_MAX);
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
	size_t n = reference_len(l, lx->pos);
	struct sign s;
	uint32_t code;

	if (has_sign(l, lx->pos, &s)) {
		report_sign(lx, lx->pos, &s);
		n = s.len;
		if (s.kind == SIGN_NOTHING) {
			lx->pos += n;
			return;
		}
	}
	if (is_escaped(l, lx->pos))
		lx->pos++;
	n = n ? n : utf8_len(l->text + lx->pos, l->len - lx->pos, &code);
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

/* The finding added last says what is wrong with the rest of the line, from this word on. */
static void cover_rest(struct lexer *lx, const struct conf_word *w, size_t start)
{
	struct place rest = line_place(&lx->line, start, lx->line.len - start);

	if (rest.line == w->at.line)
		report_cover(lx->report, &rest);
}

static void check_single_quote(struct lexer *lx, const struct conf_word *w, size_t start)
{
	if (!lx->report || w->is_quoted || w->text[0] != '\'')
		return;
	report_add(lx->report, CONF_WARNING, &w->at, LEX_SINGLE_QUOTE);
	report_hint(lx->report, "write \"...\"");
	cover_rest(lx, w, start);
}

static void read_word(struct lexer *lx, struct conf_word *ret)
{
	struct text t = { 0 };
	size_t start = lx->pos;
	struct sign s;

	ret->is_quoted = false;
	if (read_simple(lx, ret))
		return;
	lx->is_cover_due = false;
	while (lx->pos < lx->line.len && !blank_at(&lx->line, lx->pos)) {
		char c = lx->line.text[lx->pos];

		if (brace_at(&lx->line, lx->pos, &s))
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
	if (lx->is_cover_due)
		cover_rest(lx, ret, start);
	check_single_quote(lx, ret, start);
	text_done(&t);
}

enum token lex_next(struct lexer *lx, struct conf_word *ret)
{
	struct sign s;
	char c;

	skip_blanks(lx);
	if (lx->pos >= lx->line.len)
		return TOKEN_END;
	c = brace_at(&lx->line, lx->pos, &s);
	if (!c) {
		read_word(lx, ret);
		return TOKEN_WORD;
	}
	if (s.len > 1)
		report_sign(lx, lx->pos, &s);
	*ret = (struct conf_word){ .text = c == '{' ? "{" : "}", .at = line_place(&lx->line, lx->pos, s.len) };
	lx->pos += s.len;
	return c == '{' ? TOKEN_OPEN : TOKEN_CLOSE;
}
