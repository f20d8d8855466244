/*
 * places.h - a tree that was read again from its own canonical bytes (tree.h) gets the places of the one that it came from, so
 * that findings name the lines that people wrote.
 */
#ifndef CONF_PLACES_H
#define CONF_PLACES_H
#include <stddef.h>

struct conf_tree;
struct text;

/* Appends the places of all lines, and the marks (mark.h). */
void places_write(const struct conf_tree *t, struct text *out);
/* Gives them to `to`, which has the same lines, or the first of them alone. */
void places_read(struct conf_tree *to, const char *bytes, size_t len);
#endif
