/* ask.h - one question to the daemon, and what is said when nobody answers. */
#ifndef VIPCTL_ASK_H
#define VIPCTL_ASK_H
#include <stdio.h>

struct ctl;
struct jvalue;
struct reader;

/* The answer in *ret, the caller frees it: CTL_EXIT_OK. Else the exit code, once it was said why there is none. */
int ask_reader(const struct ctl *ctl, const char *request, struct reader **ret);
/* Prints a value as JSON. */
void ask_print_json(const struct jvalue *v);
/* Asks, and prints the answer with `show`, or as JSON, or its member "error"; returns the exit code. */
int ask_show(const struct ctl *ctl, const char *request, void (*show)(const struct jvalue *doc, FILE *out));
#endif
