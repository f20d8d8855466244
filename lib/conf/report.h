/*
 * report.h - diagnostics are values: class, place, sentence, cure. All mistakes of a file, ordered by place, each once.
 * Three classes, kept apart everywhere (log, -t, status):
 *   error        the meaning would have to be guessed; refuses start and reload
 *   warning      a line without effect; runs and stays visible in status
 *   environment  an interface, script or user is missing; runs and heals when it appears
 * `security` marks a finding about script security (-t then exits 6).
 */
#ifndef CONF_REPORT_H
#define CONF_REPORT_H
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

struct report;

enum conf_class { CONF_ERROR, CONF_WARNING, CONF_ENVIRONMENT, CONF_CLASS_MAX };

/* Where a word was written. All strings live as long as the tree. line and column count from 1; line 0 = the whole file. */
struct place {
	const char *file;
	const char *source; /* the source line, not NUL-terminated at its end: source_len bytes */
	unsigned source_len;
	unsigned line, column, len; /* len: bytes to underline, at least 1 */
	unsigned source_from; /* bytes of the line that lie before `source`: findings keep a part of very long lines */
	const struct place
		*used; /* where the variable or repetition that brought it here was used; NULL: written right here */
};

struct finding {
	enum conf_class class;
	bool is_security;
	bool is_inert;    /* a valid word that does nothing here (yet): no mistake of the file */
	struct place at;  /* strings copied into the report */
	const char *text; /* what is wrong */
	const char *hint; /* the cure, or NULL */
	const char *id;   /* of a lint of meaning, "W101"; NULL: not a lint */
	unsigned more; /* how often the same line (of a repetition, a variable, an included file) said the same again */
};

struct report *report_new(void);
void report_free(struct report *r);
/* Names a file that is being read: findings come in the order in which their files were named. */
void report_add_file(struct report *r, const char *file);
/*
 * Adds one finding; the same class, place and text twice is one. What a repetition or a variable brought (place.used) is one for
 * the same class, place and fmt: the first text stays, the others are counted. Control bytes in the text become '?'.
 */
void report_add(struct report *r, enum conf_class class, const struct place *at, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void report_vadd(struct report *r, enum conf_class class, const struct place *at, const char *fmt, va_list ap)
	__attribute__((format(printf, 4, 0)));
/* The cure for the finding added last. */
void report_hint(struct report *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Whether what was added last is a new finding: the hint of one that is there already is not kept, and need not be looked for. */
bool report_is_new(const struct report *r);
void report_security(struct report *r); /* marks the finding added last */
void report_inert(struct report *r);    /* marks the finding added last */
/*
 * The finding added last explains `range`, on one line: what is found there later is not said. Where that is an error, the finding
 * added last becomes one.
 */
void report_cover(struct report *r, const struct place *range);
/* The finding added last is a lint of meaning with this id (static string); "# vipd: allow ID" in the file silences it. */
void report_id(struct report *r, const char *id);
/* Takes out the findings for which `is_taken` says so; returns how many. */
unsigned report_take(struct report *r, bool (*is_taken)(void *ctx, const struct finding *f), void *ctx);
/* As above for what the file allows (allow.h): they are counted. */
void report_silence(struct report *r, bool (*is_silenced)(void *ctx, const struct finding *f), void *ctx);
unsigned report_silenced(const struct report *r);
unsigned report_count(const struct report *r, enum conf_class class);
/* Errors that were added so far, with those that were not said again: grows whenever something could not be read. */
unsigned report_refused(const struct report *r);
/* The i-th finding in order of file and line, or NULL past the end. */
const struct finding *report_get(struct report *r, unsigned i);
/*
 * keepalived's exit codes for -t: 0 clean, 4 error, 5 warnings only, 6 script security. What is not the file's mistake alone is
 * 0: environment, and words of the language that do nothing here.
 */
int report_exit_code(const struct report *r);
/* "error", "warning", "environment". */
const char *report_class_str(enum conf_class class);
/* Whether a place in `used` is an include line: "included from", not "used at". */
bool report_is_include(const struct place *used);
/* All findings as text: "file:line:column: class: text", the line, its range underlined, the hint; colour only when asked. */
void report_print(struct report *r, FILE *out, bool colour);
/* As above, the first `max` of them; how many were left out. */
unsigned report_print_first(struct report *r, FILE *out, bool colour, unsigned max);
/* As compilers do: "file:line:column: error: text [id]", a line each; hint and places of use are notes. */
void report_print_gcc(struct report *r, FILE *out);
#endif
