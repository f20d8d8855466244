/*
 * preview.h - what a reload would do, object by object, with what it costs: put together from the floors' previews, which ask the
 * code that then does it. Changes nothing. For `vipd -t --diff OLD` and `vipctl reload --plan`.
 */
#ifndef DAEMON_PREVIEW_H
#define DAEMON_PREVIEW_H
#include <stdbool.h>

struct config;
struct options;
struct preview;
struct text;
struct writer;

/* From one accepted configuration to the next; `o` says which processes run. Points into neither of them. Never NULL. */
struct preview *preview_new(const struct config *from, const struct config *to, const struct options *o);
void preview_free(struct preview *p);
/* Nothing changes. */
bool preview_is_empty(const struct preview *p);
/* Appends it for people: each object, its keywords, its costs; a summary of one line at the end. */
void preview_text(const struct preview *p, struct text *out);
/* The same as members "changes" and "summary". */
void preview_write(const struct preview *p, struct writer *w);
/*
 * --diff OLD: prints the plan from there to the file of the options. Exit code: 0 nothing changes, 1 it does, 2 OLD is refused, 4
 * the file of the options is: then its findings are printed and there is no plan.
 */
int preview_run(const struct options *o);
#endif
