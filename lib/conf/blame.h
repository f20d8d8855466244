/* blame.h - lints about what could not be read whole: they follow from the errors there, or can wait until these are mended. */
#ifndef CONF_BLAME_H
#define CONF_BLAME_H

struct conf_tree;
struct report;

/* Takes the lints (findings with an id) out of the report that lie in a block of the outermost level which holds an error. */
void blame_errors(const struct conf_tree *t, struct report *r);
#endif
