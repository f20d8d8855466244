/*
 * sources.h - what a configuration was read from: its files with a hash of their bytes, what the patterns of its include lines
 * fitted, the name of the node. sources_same() says later whether reading it all again would bring the same. It would not be told
 * by that: the user's environment variables, which are those of this process and do not change.
 */
#ifndef CONF_SOURCES_H
#define CONF_SOURCES_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pattern_list;
struct sources;
struct text;

/* Nothing yet, held once. */
struct sources *sources_new(void);
/* Holds it once more. Accepts and returns NULL. */
struct sources *sources_hold(struct sources *s);
/* Lets go of it; the last one frees. Accepts NULL. */
void sources_free(struct sources *s);

/* While reading; all accept NULL. A file that was read with `err` (0 or -errno), its bytes. */
void sources_add_file(struct sources *s, const char *path, int err, const struct text *bytes);
/* The files that a pattern fitted. */
void sources_add_pattern(struct sources *s, const char *directory, const char *pattern,
	const struct pattern_list *files);
/* The name of the node counts in it. */
void sources_add_node(struct sources *s, const char *label);
/* It is another one at each reading. */
void sources_vary(struct sources *s);

/* Another number in a line `weight N` of a file. */
struct source_edit {
	const char *path; /* the sources' */
	uint32_t line, from, to;
};

/* All zero there are none. */
struct source_edits {
	struct source_edit *list; /* owned, freed by sources_edits_done() */
	unsigned n, cap;
};

/*
 * How what is there now differs from what was read: true where in such numbers at most, and then sources_settle() has to follow.
 * false: in anything else, or it varies by itself; `ret` is empty then. A file whose identity is that of one that was old enough
 * when it was read is not read again.
 */
bool sources_edits(struct sources *s, struct source_edits *ret);
/* What was found there is what was read from now on, or is forgotten. */
void sources_settle(struct sources *s, bool is_taken);
void sources_edits_done(struct source_edits *e);
/* Whether all is still as it was read. Reads files that may be others; false for NULL and for nothing. */
bool sources_same(struct sources *s);
/* The same but for what varies by itself: whether the files, and what they include, are still those that were read. */
bool sources_untouched(struct sources *s);
#endif
