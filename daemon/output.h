/*
 * output.h - where main's log lines (its own and its children's) go: standard error, the journal through it, or syslog; and a ring
 * of the last ones worth keeping, for `vipctl events`.
 */
#ifndef DAEMON_OUTPUT_H
#define DAEMON_OUTPUT_H
#include <stdbool.h>

struct output;
struct writer;

/* Becomes this process's log sink. */
struct output *output_new(bool to_console);
void output_free(struct output *o);
/* Writes the member "events": the last transitions and warnings, oldest first. */
void output_write_events(const struct output *o, struct writer *w);
#endif
