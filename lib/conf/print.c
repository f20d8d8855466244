/*
 * print.c - findings as text (report.h): place, sentence, the source line with a caret, the hint. Bytes of the file never reach
 * a terminal raw: control bytes and broken UTF-8 are shown as '?', tabs are spread, long lines are cut around the caret.
 */
#include "conf/report.h"

#include "base/text.h"

#include <stdint.h>
#include <string.h>

enum { TAB = 8, BEFORE = 60, WINDOW = 140, MARGIN = 4 };

struct range {
	uint32_t low, high;
};

/* Signs that fill two columns of a terminal (Unicode TR 11, the blocks that occur in comments and pasted text). */
static const struct range wide[] = {
	{ 0x1100, 0x115f },
	{ 0x2e80, 0xa4cf },
	{ 0xac00, 0xd7a3 },
	{ 0xf900, 0xfaff },
	{ 0xfe30, 0xfe6f },
	{ 0xff00, 0xff60 },
	{ 0x1f300, 0x1faff },
	{ 0x20000, 0x3fffd },
};

static const char *class_str(const struct finding *f)
{
	switch (f->class) {
	case CONF_ERROR:
		return "error";
	case CONF_WARNING:
		return "warning";
	case CONF_ENVIRONMENT:
		return "environment";
	case CONF_CLASS_MAX:
		break;
	}
	return "?";
}

static const char *class_colour(const struct finding *f)
{
	return f->class == CONF_ERROR ? "\033[1;31m" : f->class == CONF_WARNING ? "\033[1;33m" : "\033[1;36m";
}

/* Length of the UTF-8 sequence at s, 1 for anything broken; *ret_code is 0 then. */
static size_t utf8_len(const char *s, size_t left, uint32_t *ret_code)
{
	static const uint8_t mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	const uint8_t *p = (const uint8_t *)s;
	size_t n = p[0] < 0x80 ? 1 : p[0] >> 5 == 6 ? 2 : p[0] >> 4 == 14 ? 3 : p[0] >> 3 == 30 ? 4 : 0;

	*ret_code = 0;
	if (!n || n > left)
		return 1;
	*ret_code = p[0] & mask[n];
	for (size_t i = 1; i < n; i++) {
		if (p[i] >> 6 != 2) {
			*ret_code = 0;
			return 1;
		}
		*ret_code = *ret_code << 6 | (p[i] & 0x3f);
	}
	return n;
}

static unsigned code_width(uint32_t code)
{
	if (code == 0x200b || code == 0xfeff || (code >= 0x300 && code <= 0x36f))
		return 0;
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (code >= wide[i].low && code <= wide[i].high)
			return 2;
	return 1;
}

/* Adds one sign of the line; returns its bytes, *col moves by its width. */
static size_t add_sign(struct text *t, const char *s, size_t left, unsigned *col)
{
	unsigned spread = TAB - *col % TAB;
	uint32_t code;
	size_t n = utf8_len(s, left, &code);

	if (*s == '\t') {
		text_printf(t, "%*s", (int)spread, "");
		*col += spread;
	} else if (code < 0x20 || (code >= 0x7f && code < 0xa0)) {
		text_add(t, "?");
		*col += 1;
	} else {
		text_add_bytes(t, s, n);
		*col += code_width(code);
	}
	return n;
}

/* First byte of the window that is shown of a long line; `column` is that of the part at hand. */
static size_t window_start(const struct place *at, size_t column)
{
	size_t start;

	if (at->source_len <= WINDOW || column <= BEFORE)
		return 0;
	start = column - BEFORE;
	while (start < at->source_len && ((uint8_t)at->source[start] & 0xc0) == 0x80)
		start++;
	return start;
}

static void print_caret(FILE *out, unsigned from, unsigned to)
{
	fprintf(out, "%*s^", MARGIN + (int)from, "");
	while (++from < to)
		putc('~', out);
	putc('\n', out);
}

static void print_source(const struct place *at, FILE *out)
{
	size_t column = at->column - 1 - at->source_from, start = window_start(at, column);
	size_t end = start + WINDOW < at->source_len ? start + WINDOW : at->source_len;
	bool is_cut = start || at->source_from;
	struct text line = { 0 };
	unsigned col = 0, from = 0, to = 0;

	for (size_t i = start; i < end;) {
		from = i <= column ? col : from;
		i += add_sign(&line, at->source + i, at->source_len - i, &col);
		from = i <= column ? col : from;
		to = i <= column + at->len ? col : to;
	}
	fprintf(out, "%*s%s%s%s\n", MARGIN, "", is_cut ? "..." : "", text_str(&line),
		end < at->source_len ? "..." : "");
	print_caret(out, from + (is_cut ? 3 : 0), to + (is_cut ? 3 : 0));
	text_done(&line);
}

static void print_finding(const struct finding *f, FILE *out, bool colour)
{
	if (f->at.line)
		fprintf(out, "%s:%u:%u: ", f->at.file, f->at.line, f->at.column);
	else
		fprintf(out, "%s: ", f->at.file);
	if (colour)
		fprintf(out, "%s%s:\033[0m %s\n", class_colour(f), class_str(f), f->text);
	else
		fprintf(out, "%s: %s\n", class_str(f), f->text);
	if (f->at.line && f->at.source)
		print_source(&f->at, out);
	if (f->hint)
		fprintf(out, "%*shint: %s\n", MARGIN, "", f->hint);
}

void report_print(struct report *r, FILE *out, bool colour)
{
	const struct finding *f;

	for (unsigned i = 0; (f = report_get(r, i)); i++)
		print_finding(f, out, colour);
}
