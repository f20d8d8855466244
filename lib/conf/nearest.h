/*
 * nearest.h - the word that was probably meant: of many names the one with the fewest edits (insert, delete, replace, swap
 * neighbours), when they are few for a word of that length. Names that differ in case alone are nearest.
 */
#ifndef CONF_NEAREST_H
#define CONF_NEAREST_H

struct nearest {
	const char *word, *name; /* name: the best one so far, or NULL */
	unsigned best;           /* edits that a better one must stay below */
};

/* Begins the search for a word; names go to nearest_try(), the answer is `name`. Strings are the caller's. */
struct nearest nearest_start(const char *word);
void nearest_try(struct nearest *n, const char *name);
#endif
