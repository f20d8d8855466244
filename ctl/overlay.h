/* overlay.h - commands that change services and servers while vipd runs, and the overlay that keeps the changes. */
#ifndef VIPCTL_OVERLAY_H
#define VIPCTL_OVERLAY_H
#include <stddef.h>
#include <stdio.h>

struct ctl;
struct jvalue;

/* `server ...` and `service ...`: one change. argv[0] is its first word behind that. Each returns the exit code. */
int overlay_run_server(const struct ctl *ctl, int argc, char **argv);
int overlay_run_service(const struct ctl *ctl, int argc, char **argv);
/* `apply FILE|-`: a change in each line, all of them or none. */
int overlay_run_apply(const struct ctl *ctl, int argc, char **argv);
/* `overlay [save [FILE] | drop all|SERVICE [SERVER]]`: the list; as a patch, or as a file to include; taking out. */
int overlay_run(const struct ctl *ctl, int argc, char **argv);
/* Of a server or service in a status what the overlay does to it: " [drain, weight 50%]", or "". Returns buf or "". */
const char *overlay_mark(const struct jvalue *object, char *buf, size_t size);
/* The changes, as part of a status. */
void overlay_show(const struct jvalue *doc, FILE *out);
#endif
