/* check.h - `vipctl check`: what is wrong now, as a monitoring plugin says it (one line each, the worst first; exit 0, 1, 2). */
#ifndef VIPCTL_CHECK_H
#define VIPCTL_CHECK_H
#include <stdio.h>

struct jvalue;

enum check_level { CHECK_FINE, CHECK_WARNING, CHECK_CRITICAL }; /* also the exit status */

/* Prints every problem of the status document; "OK: ..." when there is none. */
void check_show(const struct jvalue *doc, FILE *out);
/* The worst of them. */
enum check_level check_judge(const struct jvalue *doc);
#endif
