/*
 * sources.h - what a configuration was read from: its files with their bytes, what the patterns of its include lines
 * fitted, the name of the node. sources_same() says later whether reading it all again would bring the same. It would not be told
 * by that: the user's environment variables, which are those of this process and do not change.
 */
#ifndef CONF_SOURCES_H
#define CONF_SOURCES_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct line;
struct pattern_list;
struct sources;
struct text;

enum { SOURCES_DIGEST_LEN = 32 };

/* A digest that nobody finds two texts for, into `ret`. False: there is none. */
typedef bool sources_digest_fn(const void *data, size_t len, uint8_t ret[SOURCES_DIGEST_LEN]);

/* An empty file of nobody else, to be written, read and closed; or -errno. */
typedef int sources_store_fn(void);

/* Nothing yet, held once. The bytes of all files are kept in what `store` makes. */
struct sources *sources_new(sources_digest_fn *digest, sources_store_fn *store);
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

/* Whether a line of a file, counted from 1, may be another one. */
typedef bool sources_edit_fn(void *ctx, const char *path, unsigned number, const struct line *from,
	const struct line *to);
/*
 * What a reading would be from now, where it differs in nothing but lines that `edit` takes, one for one: held once, as after a
 * reading. NULL: it differs in more, or varies. Files that are read several times are asked for several times.
 */
struct sources *sources_edited(const struct sources *s, sources_edit_fn *edit, void *ctx);

/* Whether all is still as it was read. Reads all files; false for NULL and for nothing. */
bool sources_same(const struct sources *s);
/* The same but for what varies by itself: whether the files, and what they include, are still those that were read. */
bool sources_untouched(const struct sources *s);
#endif
