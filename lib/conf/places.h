/*
 * places.h - a tree that was read again from its own canonical bytes (tree.h) gets the places of the one that it came from, so
 * that findings name the lines that people wrote.
 */
#ifndef CONF_PLACES_H
#define CONF_PLACES_H
#include <stddef.h>

struct conf_tree;
struct place;
struct places_walk;
struct text;

/* Appends the places of all lines, and the marks (mark.h). */
void places_write(const struct conf_tree *t, struct text *out);
/* Gives them to `to`, which has the same lines, or the first of them alone. */
void places_read(struct conf_tree *to, const char *bytes, size_t len);
/*
 * One place after the other, without a tree: of each line those of its words, of a block that of '{' behind them, and behind its
 * lines that of '}'. `bytes` is borrowed; places_walk_free() accepts NULL.
 */
struct places_walk *places_walk_new(const char *bytes, size_t len);
struct place places_walk_next(struct places_walk *w);
/* Where in the bytes the last one's length is; it is one byte below 128. */
size_t places_walk_len_at(const struct places_walk *w);
void places_walk_free(struct places_walk *w);
#endif
