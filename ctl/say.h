/*
 * say.h - why a command did not do what it was asked for: a line for people on the standard error, or with --json a document
 * {"error": "..."} on the standard output, so that a program reads one form whatever happened.
 */
#ifndef VIPCTL_SAY_H
#define VIPCTL_SAY_H

struct ctl;
struct writer;

/* `code`, once the text was said. */
int say_failed(const struct ctl *ctl, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* How the words have to be: CTL_EXIT_USAGE. `words`: what stands behind "vipctl", each form in a line of its own. */
int say_usage(const struct ctl *ctl, const char *words);
/* Prints a document and frees it. */
void say_document(struct writer *w);
#endif
