/* fuzz_conf_lex.c - lines and words of any bytes: every token moves on, lies in its line, and is the same without a report. */
#include "base/alloc.h"

#include "conf/lex.h"

#include "conf.h"
#include "fuzz.h"

#include <string.h>

/* The same token twice: once with findings, once without. */
static enum token next(struct lexer *loud, struct lexer *quiet)
{
	size_t before = loud->pos;
	struct conf_word a = { 0 }, b = { 0 };
	enum token t = lex_next(loud, &a);

	fuzz_check(t == lex_next(quiet, &b) && loud->pos == quiet->pos && loud->pos <= loud->line.len);
	if (t == TOKEN_END)
		return t;
	fuzz_check(loud->pos > before && !strcmp(a.text, b.text) && a.is_quoted == b.is_quoted);
	fuzz_check(a.at.line > 0 && a.at.column > 0 && a.at.len > 0 && a.at.column <= a.at.source_len + 1);
	return t;
}

static void read_lines(const uint8_t *data, size_t size, bool plain)
{
	struct arena *arena = arena_new();
	struct report *r = report_new();
	struct source src = { .name = "f", .len = size };
	struct spotted buf = { 0 };
	struct line l;

	src.data = arena_strndup(arena, (const char *)data, size);
	while (source_next(&src, plain, arena, &buf, &l)) {
		struct lexer loud = { .line = l, .arena = arena, .report = r }, quiet = { .line = l, .arena = arena };

		while (next(&loud, &quiet) != TOKEN_END)
			;
		fuzz_check(line_comment(l.text, l.len) <= l.len);
	}
	fuzz_check(src.pos == src.len);
	spotted_done(&buf);
	report_free(r);
	arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_lines(data, size, false);
	read_lines(data, size, true);
	return 0;
}
