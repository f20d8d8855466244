/*
 * reweigh.h - a reload that changes weights of real servers alone: an accepted configuration becomes what reading the file would
 * make, without reading it.
 */
#ifndef DAEMON_REWEIGH_H
#define DAEMON_REWEIGH_H
#include <stdbool.h>

struct config;
struct reweighed;
struct source_edits;
struct weight_edits;

/*
 * What `c` becomes with the weights that differ in its files. NULL: reading the file could bring anything else (a finding, a line
 * that is another one or is used twice, an overlay).
 */
struct reweighed *reweigh(struct config *c, const struct source_edits *edits);
/* Its bytes are the new ones from here on (config_part). The old ones live until reweigh_done(), which frees. */
void reweigh_take(struct reweighed *w, struct config *c);
/* What it changes; w's. */
const struct weight_edits *reweigh_edits(const struct reweighed *w);
void reweigh_done(struct reweighed *w);
#endif
