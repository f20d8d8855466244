/* roff.h - text as mdoc(7): what a sign would mean to the formatter is escaped, sentences begin on lines of their own. */
#ifndef PAGE_ROFF_H
#define PAGE_ROFF_H

struct text;

/* Running text: one line per sentence, broken between words; ends with a line end. */
void roff_sentences(const char *s, struct text *out);
/* One argument of a macro, quoted; never taken for a macro or a delimiter itself. */
void roff_arg(const char *s, struct text *out);
/* A literal display: every sign as it is. */
void roff_literal(const char *s, struct text *out);
#endif
