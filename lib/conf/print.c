/*
 * print.c - findings as text (report.h): place, sentence, the source line with its range underlined, the hint. Bytes of the
 * file never reach a terminal raw: control bytes and broken UTF-8 are shown as '?', tabs are spread, long lines are cut around
 * the caret.
 */
#include "conf/report.h"

#include <limits.h>

#include "base/text.h"

#include "conf/utf8.h"

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

const char *report_class_str(enum conf_class class)
{
	switch (class) {
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

static unsigned code_width(uint32_t code)
{
	if ((code >= 0x200b && code <= 0x200f) || code == 0x2060 || code == 0xfeff || (code >= 0x300 && code <= 0x36f))
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
	} else if (utf8_is_unprintable(code)) {
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

static void print_place(const struct place *at, FILE *out)
{
	if (at->line)
		fprintf(out, "%s:%u:%u", at->file, at->line, at->column);
	else
		fprintf(out, "%s", at->file);
}

static void print_id(const struct finding *f, FILE *out)
{
	if (f->id)
		fprintf(out, " [%s]", f->id);
}

static void print_more(const struct finding *f, FILE *out)
{
	if (f->more)
		fprintf(out, "and %u more from the same line\n", f->more);
}

static void print_finding(const struct finding *f, FILE *out, bool colour)
{
	print_place(&f->at, out);
	fprintf(out, ": %s%s:%s %s", colour ? class_colour(f) : "", report_class_str(f->class), colour ? "\033[0m" : "",
		f->text);
	print_id(f, out);
	putc('\n', out);
	if (f->at.line && f->at.source)
		print_source(&f->at, out);
	for (const struct place *used = f->at.used; used; used = used->used) {
		fprintf(out, "%*s%s ", MARGIN, "", report_is_include(used) ? "included from" : "used at");
		print_place(used, out);
		putc('\n', out);
	}
	if (f->more)
		fprintf(out, "%*s", MARGIN, "");
	print_more(f, out);
	if (f->hint)
		fprintf(out, "%*shint: %s\n", MARGIN, "", f->hint);
}

unsigned report_print_first(struct report *r, FILE *out, bool colour, unsigned max)
{
	const struct finding *f;
	unsigned i = 0;

	for (; (f = report_get(r, i)); i++)
		if (i < max)
			print_finding(f, out, colour);
	return i > max ? i - max : 0;
}

void report_print(struct report *r, FILE *out, bool colour)
{
	(void)report_print_first(r, out, colour, UINT_MAX);
}

static void print_note(const struct place *at, FILE *out)
{
	print_place(at, out);
	fputs(": note: ", out);
}

/* A compiler knows errors, warnings and notes: what depends on the machine is a warning that says so. */
static void print_finding_gcc(const struct finding *f, FILE *out)
{
	bool is_environment = f->class == CONF_ENVIRONMENT;

	print_place(&f->at, out);
	fprintf(out, ": %s: %s%s", is_environment ? "warning" : report_class_str(f->class), f->text,
		is_environment && !f->id ? " [environment]" : "");
	print_id(f, out);
	putc('\n', out);
	for (const struct place *used = f->at.used; used; used = used->used) {
		print_note(used, out);
		fputs(report_is_include(used) ? "included from here\n" : "used here\n", out);
	}
	if (f->more)
		print_note(&f->at, out);
	print_more(f, out);
	if (!f->hint)
		return;
	print_note(&f->at, out);
	fprintf(out, "%s\n", f->hint);
}

void report_print_gcc(struct report *r, FILE *out)
{
	const struct finding *f;

	for (unsigned i = 0; (f = report_get(r, i)); i++)
		print_finding_gcc(f, out);
}
