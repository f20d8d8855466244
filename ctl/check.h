/* check.h - `vipctl check`: what is wrong now, as a monitoring plugin says it (one line each, the worst first; exit 0, 1, 2). */
#ifndef VIPCTL_CHECK_H
#define VIPCTL_CHECK_H
#include <stdio.h>

struct jvalue;
struct writer;

enum check_level { CHECK_FINE, CHECK_WARNING, CHECK_CRITICAL }; /* also the exit status */

/* Prints every problem of the status document; "OK: ..." when there is none. */
void check_show(const struct jvalue *doc, FILE *out);
/* The worst of them. */
enum check_level check_judge(const struct jvalue *doc);
/* The same as a document: the worst level, every problem with its level, how much was looked at. The caller frees it. */
struct writer *check_document(const struct jvalue *doc);
#endif
