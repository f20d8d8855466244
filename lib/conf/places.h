/*
 * places.h - a tree that was read again from its own canonical bytes (tree.h) gets the places of the one that it came from, so that
 * findings name the lines that people wrote.
 */
#ifndef CONF_PLACES_H
#define CONF_PLACES_H
struct conf_node;
struct conf_tree;

/*
 * Copies the places of `from`, root lines up to and including `last` (NULL: none), and its marks into `to`, which has the same
 * lines; source lines and places of use are left out. Nothing of `from` is kept.
 */
void places_take(struct conf_tree *to, const struct conf_tree *from, const struct conf_node *last);
#endif
