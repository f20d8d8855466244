/* roff.c - see roff.h. */
#include "roff.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"

enum { LINE_LEN = 80, MACRO_LEN = 3 };

/* Signs that stand for something else, or are drawn as something else, unless they are named. */
static const char *sign_name(char c)
{
	switch (c) {
	case '\\':
		return "\\e";
	case '-':
		return "\\-";
	case '\'':
		return "\\(aq";
	case '`':
		return "\\(ga";
	case '^':
		return "\\(ha";
	case '~':
		return "\\(ti";
	case '"':
		return "\\(dq";
	default:
		return NULL;
	}
}

static void add_sign(char c, struct text *out)
{
	const char *name = sign_name(c);

	if (name)
		text_add(out, name);
	else
		text_add_bytes(out, &c, 1);
}

/* A word of running text: hyphens stay hyphens in it. */
static void add_word(const char *s, size_t len, struct text *out)
{
	for (size_t i = 0; i < len; i++) {
		bool is_hyphen = s[i] == '-' && i && isalpha((unsigned char)s[i - 1]) && isalpha((unsigned char)s[i + 1]);

		if (is_hyphen)
			text_add(out, "-");
		else
			add_sign(s[i], out);
	}
}

/* Whether a sentence ends with the word before s. */
static bool is_end(const char *s, size_t len)
{
	return len > 1 && (s[len - 1] == '.' || s[len - 1] == '?') && s[len - 2] != '.' && (isupper((unsigned char)s[len + 1]));
}

void roff_sentences(const char *s, struct text *out)
{
	size_t column = 0;

	for (s += strspn(s, " \n"); *s; s += strspn(s, " \n")) {
		size_t len = strcspn(s, " \n");

		if (column && column + len > LINE_LEN) {
			text_add(out, "\n");
			column = 0;
		}
		text_add(out, column ? " " : *s == '.' || *s == '\'' ? "\\&" : "");
		add_word(s, len, out);
		column += len + 1;
		if (s[len] && is_end(s, len)) {
			text_add(out, "\n");
			column = 0;
		}
		s += len;
	}
	if (column)
		text_add(out, "\n");
}

void roff_arg(const char *s, struct text *out)
{
	text_add(out, strlen(s) <= MACRO_LEN ? "\"\\&" : "\"");
	for (; *s; s++)
		add_sign(*s == '\n' || *s == '\t' ? ' ' : *s, out);
	text_add(out, "\"");
}

void roff_literal(const char *s, struct text *out)
{
	bool is_first = true;

	text_add(out, ".Bd -literal -offset indent\n");
	for (; *s; s++) {
		if (is_first && (*s == '.' || *s == '\''))
			text_add(out, "\\&");
		add_sign(*s, out);
		is_first = *s == '\n';
	}
	text_add(out, is_first ? ".Ed\n" : "\n.Ed\n");
}
