/* show.h - the daemon's JSON documents as text for people. */
#ifndef VIPCTL_SHOW_H
#define VIPCTL_SHOW_H
#include <stdio.h>

struct jvalue;

/* `vipctl status`: processes, instances, services, warnings, last reload: one screen, what is wrong stands out. */
void show_status(const struct jvalue *doc, FILE *out);
/* `vipctl events`: the last transitions, oldest first. */
void show_events(const struct jvalue *doc, FILE *out);
/* What a command (reload, drill) did: the daemon's own sentence. */
void show_result(const struct jvalue *doc, FILE *out);
/* What a reload would do. */
void show_plan(const struct jvalue *doc, FILE *out);
#endif
