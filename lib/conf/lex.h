/*
 * lex.h - private to lib/conf: words and braces of one logical line. Double quotes take C-like escapes; single quotes are no
 * quotes (keepalived keeps them as bytes) but for a command, which reads its own (script.c). What looks like a blank or a quote
 * but is none is named in a finding.
 */
#ifndef CONF_LEX_H
#define CONF_LEX_H
#include "conf/line.h"
#include "conf/tree.h"

/* The finding at a word that begins with a single quote, as it is: a command takes it back. */
#define LEX_SINGLE_QUOTE "a single quote is no quote here, it is read as a letter"

enum token { TOKEN_WORD, TOKEN_OPEN, TOKEN_CLOSE, TOKEN_END };

struct lexer {
	struct line line;
	size_t pos;
	struct arena *arena;
	struct report *report; /* NULL: no findings (text that was accepted before) */
	unsigned reported;     /* kinds of signs, as bits */
	bool is_zero_reported;
	bool is_cover_due; /* the finding added last explains the word at work and what follows it */
};

/* The next token; *ret is the word (TOKEN_WORD) or its place (braces). */
enum token lex_next(struct lexer *lx, struct conf_word *ret);
#endif
