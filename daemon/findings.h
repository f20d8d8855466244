/* findings.h - what -t found, for a reader: the operator (text), an editor (gcc), a program (json). */
#ifndef DAEMON_FINDINGS_H
#define DAEMON_FINDINGS_H
#include <stdbool.h>
#include <stdio.h>

struct report;

/* Text is the first FINDINGS_SHOWN of them, full is text with all. */
enum { FINDINGS_SHOWN = 200 };
enum findings_format { FINDINGS_TEXT, FINDINGS_FULL, FINDINGS_GCC, FINDINGS_JSON };

/* The format of that name into *ret; false: there is none. */
bool findings_format_of(const char *name, enum findings_format *ret);
/* Whether `out` is a terminal that wants colour: not with NO_COLOR set to anything, not where TERM is dumb. */
bool findings_colour(FILE *out);
/* All findings of the configuration `file`, then, in text and JSON, how many there are and what follows from them. */
void findings_print(struct report *r, const char *file, enum findings_format format, FILE *out);
/* The findings alone, as text: beside output that is meant for something else. */
void findings_print_text(struct report *r, FILE *out);
#endif
