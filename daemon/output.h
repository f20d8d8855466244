/*
 * output.h - where main's log lines (its own and its children's) go: standard error, the journal through it, or syslog; and a ring
 * of the last ones worth keeping, for `vipctl events`.
 */
#ifndef DAEMON_OUTPUT_H
#define DAEMON_OUTPUT_H
#include <stdbool.h>

struct output;
struct text;
struct writer;

/* Becomes this process's log sink. */
struct output *output_new(bool to_console);
void output_free(struct output *o);
/* For a successor: a line for each event, "event TIME LEVEL TOPIC WORDS"; it takes them in before its first own one. */
void output_hand_over(const struct output *o, struct text *t);
void output_recall(struct output *o, const char *line);
/* Writes the member "events": the last transitions and warnings, oldest first. */
void output_write_events(const struct output *o, struct writer *w);
#endif
